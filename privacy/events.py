"""What is written down about a person's data: each app declares its own events in `<app>/audit_events.py`.

    PROFILE_SAVED = Event(Action.CHANGED, "profile", thing=_("your profile"), why=_("to keep your profile up to date"))

A row keeps the action and the code; the words are looked up when the person reads their record.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.models import Action

Words = str | Promise

_UNKNOWN = _("something about you")
_GENERAL = {
    Action.OPENED: _("%(who)s opened %(thing)s."),
    Action.CHANGED: _("%(who)s changed %(thing)s."),
    Action.EXPORTED: _("%(who)s saved %(thing)s to a file."),
    Action.IMPORTED: _("%(who)s read %(thing)s in from a file."),
}
_declared: dict[tuple[str, str], "Event"] = {}


@dataclass(frozen=True)
class Event:
    """`says` is the whole sentence, with `%(who)s`; without it the action says what became of `thing`, a noun.

    `why` follows the sentence, where the code alone would leave the person asking. One that is not `is_told` is kept in the
    audit and left out of the person's record, for what they must not learn from it. Two events of one action and code are
    refused (`ValueError`).
    """

    action: Action
    code: str
    says: Words = ""
    thing: Words = _UNKNOWN
    why: Words = ""
    is_told: bool = True

    def __post_init__(self) -> None:
        if _declared.setdefault((self.action, self.code), self) is not self:
            raise ValueError(f"The event {self.action}:{self.code} is declared twice.")


def all_events() -> list[Event]:
    """Every event that an app declared."""
    return list(_declared.values())


def sentence(action: str, code: str, *, who: str) -> str:
    """What an entry says. What follows a colon in its code is the program's own detail, such as why a pair was closed."""
    event = _event(action, code)
    if event and event.says:
        return str(event.says) % {"who": who}
    return str(_GENERAL[Action(action)]) % {"who": who, "thing": event.thing if event else _UNKNOWN}


def why(action: str, code: str) -> str:
    """Empty where the sentence says enough."""
    event = _event(action, code)
    return str(event.why) if event else ""


def _event(action: str, code: str) -> Event | None:
    """The event of the whole code, or of what stands before the detail."""
    codes = (code, code.rpartition(":")[0])
    return next((event for one in codes if (event := _declared.get((action, one)))), None)
