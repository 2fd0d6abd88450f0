"""How gunicorn runs in the embedded mode; `manage.py up` passes the listening socket. A module of gunicorn settings."""

from typing import Any

from core.tether import die_with

wsgi_app = "mentorship.wsgi:application"
worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """The parent's tie ends at a fork, so each worker makes its own."""
    die_with(worker.ppid)
