"""The request as the middleware of this app leaves it, for the type checker."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse


class ClockRequest(HttpRequest):
    """With the one time of this request. The page of a refusal offers to act as one of `could_act_as`."""

    now: datetime
    could_act_as: Sequence[Any]


GetResponse = Callable[[ClockRequest], HttpResponse]
