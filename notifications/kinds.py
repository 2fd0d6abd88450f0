"""What each kind of message says on the site. The envelope that leaves the site says none of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from notifications.models import Message


@dataclass(frozen=True)
class Kind:
    """`text` is the one sentence a signed-in person reads; `url(message)` is where it leads."""

    name: str
    text: str | Promise
    url: Callable[[Message], str]


_kinds: dict[str, Kind] = {}


def register_kind(name: str, *, text: str | Promise, url: Callable[[Message], str]) -> None:
    """Declare a kind of message, from the owning app's `AppConfig.ready()`."""
    _kinds[name] = Kind(name, text, url)


def kind_of(message: Message) -> Kind:
    """The declaration of this message's kind; `KeyError` when no app declares it."""
    return _kinds[message.kind]
