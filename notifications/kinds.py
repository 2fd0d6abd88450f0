"""What each kind of message says on the site. The envelope that leaves the site says none of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import Message


@dataclass(frozen=True)
class Kind:
    """`text` is the one sentence a signed-in person reads; `url(message)` is where it leads, without a query.

    A kind that keeps quiet hours is never mailed in the night of the person it is for; everything else goes at once.
    """

    name: str
    text: str | Promise
    url: Callable[[Message], str]
    keeps_quiet_hours: bool = False


_kinds: dict[str, Kind] = {}


def register_kind(name: str, *, text: str | Promise, url: Callable[[Message], str], keeps_quiet_hours: bool = False) -> None:
    """Declare a kind of message, from the owning app's `AppConfig.ready()`."""
    _kinds[name] = Kind(name, text, url, keeps_quiet_hours)


def all_kinds() -> list[Kind]:
    """Every kind that is declared, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_of(message: Message) -> Kind:
    """The declaration of this message's kind. One that no app declares any more still reads as a notice."""
    return _kinds.get(message.kind) or Kind(
        message.kind, _("There is something new for you."), lambda _message: reverse("home")
    )
