"""What each kind of message says on the site. The envelope that leaves the site says none of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import Message

Sentence = str | Promise
SOMETHING_NEW = _("There is something new for you.")
FindNames = Callable[[Sequence[Message]], Mapping[UUID, Mapping[str, str]]]
"""Messages of one or more kinds to the names in their sentences, by message, in a fixed number of queries."""


@dataclass(frozen=True)
class Named:
    """The sentence for one notice, with placeholders, and the function that finds the names for them."""

    text: Sentence
    names: FindNames


@dataclass(frozen=True)
class Letter:
    """A mail in words."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Letters:
    """For a kind that goes to an address which has no account yet. Once nothing is to be said any more,
    `write(message, now)` gives None.

    `sent` runs in the transaction that notes that the letter has left.
    """

    write: Callable[[Message, datetime], Letter | None]
    sent: Callable[[Message], None] = lambda _message: None


def _home(_message: Message) -> str:
    return reverse("home")


@dataclass(frozen=True)
class Kind:
    """`text` is the one sentence a signed-in person reads; `url(message)` is where it leads, without a query.

    `named` says the same of one notice, with the names in it; `text` stands for several, and for a person no longer known.

    An urgent kind, for a person in need or one who waits for it at a page, leaves before everything else. A kind that keeps
    quiet hours does not leave in the night of the person it is for; everything else goes at once.
    """

    name: str
    text: Sentence = SOMETHING_NEW
    url: Callable[[Message], str] = _home
    is_urgent: bool = False
    keeps_quiet_hours: bool = False
    named: Named | None = None
    letters: Letters | None = None


_kinds: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """No app declares a kind of this name."""


def register_kind(
    name: str,
    *,
    text: Sentence = SOMETHING_NEW,
    url: Callable[[Message], str] = _home,
    is_urgent: bool = False,
    keeps_quiet_hours: bool = False,
    named: Named | None = None,
    letters: Letters | None = None,
) -> str:
    """Declare a kind of message, in the owning app's `notices.py`. A caller that says it imports the name that comes back, so
    that one that was mistyped stops the start.
    """
    _kinds[name] = Kind(name, text, url, is_urgent, keeps_quiet_hours, named, letters)
    return name


def all_kinds() -> list[Kind]:
    """Every kind that is declared, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_of(message: Message) -> Kind:
    """The declaration of this message's kind. One that no app declares any more still reads as a notice."""
    return _kinds.get(message.kind) or Kind(message.kind)


def declared(name: str) -> Kind:
    """Raises `UnknownKind`."""
    if name not in _kinds:
        raise UnknownKind(name)
    return _kinds[name]


def sentences(messages: Iterable[Message]) -> dict[UUID, Sentence]:
    """What each message says, by message, with the names in it. Read only on the site: no envelope comes this way."""
    kinds = {message: kind_of(message) for message in messages}
    to_name: dict[FindNames, list[Message]] = defaultdict(list)
    for message, kind in kinds.items():
        if kind.named:
            to_name[kind.named.names].append(message)
    known = {pk: names for find, found in to_name.items() for pk, names in find(found).items()}
    return {
        message.pk: str(kind.named.text) % known[message.pk] if kind.named and message.pk in known else kind.text
        for message, kind in kinds.items()
    }
