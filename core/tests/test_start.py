"""What a process of the embedded mode loads at its start, and what it must not pay for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

WEB = """
import mentorship.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
"""
WORKER = """
from mentorship.celery import app
app.loader.import_default_modules()
app.Worker(pool="threads", concurrency=2)
app.connection_for_read().transport
"""
SAY = "\nimport sys; print(sorted({'redis', 'kombu.transport.redis'} & set(sys.modules)))"


@pytest.mark.parametrize(
    ("program", "redis_url", "loaded"),
    [
        (WEB, "", "[]"),
        (WORKER, "", "[]"),
        (WORKER, "redis://127.0.0.1:1/0", "['kombu.transport.redis', 'redis']"),
    ],
)
def test_redis_is_loaded_only_where_it_is_set(program: str, redis_url: str, loaded: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "", "REDIS_URL": redis_url, "VAR_DIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program + SAY],
        env={**os.environ, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == f"{loaded}\n"
