"""The project package. Importing it makes the Celery application, so that every process rings the same broker."""

from mentorship.celery import app as celery_app

__all__ = ["celery_app"]
