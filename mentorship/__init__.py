"""The project package. Importing it makes the Celery application, so that every process rings the same broker."""

import os

# Web, worker and commands all come through here before numpy, which reads this once. Matching multiplies many small matrices.
# With two threads for each on two cores that other work needs too, threads wait for one another: up to 37 times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from mentorship.celery import app as celery_app

__all__ = ["celery_app"]
