"""What each kind of message says on the site. The envelope that leaves the site says none of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import Message

Sentence = str | Promise
FindNames = Callable[[Sequence[Message]], Mapping[UUID, Mapping[str, str]]]
"""Messages of one or more kinds to the names in their sentences, by message, in a fixed number of queries."""


@dataclass(frozen=True)
class Named:
    """The sentence for one notice, with placeholders, and who fills them."""

    text: Sentence
    names: FindNames


@dataclass(frozen=True)
class Kind:
    """`text` is the one sentence a signed-in person reads; `url(message)` is where it leads, without a query.

    `named` says the same of one notice, with the names in it; `text` stands for several, and for who is no longer known.

    A kind that keeps quiet hours is never mailed in the night of the person it is for; everything else goes at once.
    """

    name: str
    text: Sentence
    url: Callable[[Message], str]
    keeps_quiet_hours: bool = False
    named: Named | None = None


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    *,
    text: Sentence,
    url: Callable[[Message], str],
    keeps_quiet_hours: bool = False,
    named: Named | None = None,
) -> None:
    """Declare a kind of message, from the owning app's `AppConfig.ready()`."""
    _kinds[name] = Kind(name, text, url, keeps_quiet_hours, named)


def all_kinds() -> list[Kind]:
    """Every kind that is declared, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_of(message: Message) -> Kind:
    """The declaration of this message's kind. One that no app declares any more still reads as a notice."""
    return _kinds.get(message.kind) or Kind(
        message.kind, _("There is something new for you."), lambda _message: reverse("home")
    )


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
