"""Vendored files are what `static/vendor/refresh` fetched, byte for byte."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

FOLDERS = ("static/vendor", "core/tests/vendor")


@pytest.mark.parametrize("folder", FOLDERS)
def test_vendored_files_match_their_hashes(folder: str) -> None:
    where = Path(settings.BASE_DIR) / folder
    lines = (where / "SHA256SUMS").read_text().splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}

    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in where.iterdir()
        if path.name not in ("SHA256SUMS", "refresh")
    }

    assert found == expected


@pytest.mark.parametrize("folder", FOLDERS)
def test_vendored_scripts_and_styles_name_no_source_map(folder: str) -> None:
    where = Path(settings.BASE_DIR) / folder
    files = [path for path in where.iterdir() if path.suffix in (".js", ".css")]

    assert [path.name for path in files if "sourceMappingURL=" in path.read_text()] == []
