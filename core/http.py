"""The request as the middleware of this app leaves it, for the type checker."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

ACTING_AS = "acting_as"
"""The hidden input that says for which membership a form was drawn."""


class ClockRequest(HttpRequest):
    """With the one time of this request, whether what it carried could not be taken, and whether `core.typed` keeps that.
    The page of a refusal offers to act as one of `could_act_as`."""

    now: datetime
    is_refused: bool
    is_put_aside: bool
    could_act_as: Sequence[Any]


def leave_nothing(response: HttpResponse) -> HttpResponse:
    """With the order to the browser to forget what it keeps of this site; those that know it obey over HTTPS."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


GetResponse = Callable[[ClockRequest], HttpResponse]
