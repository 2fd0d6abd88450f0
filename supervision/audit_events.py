"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action
from supervision.enums import FlagChange, FlagKind

FLAG_OPENED = Event(Action.OPENED, "call", says=_("%(who)s looked up how to reach you, to answer a call for support."))
WORDS_OPENED = Event(
    Action.OPENED,
    "what_was_done",
    says=_("%(who)s opened the note about what was done for you."),
    why=_("to look after your mentoring relationship"),
)
_WRITTEN_DOWN = _("%(who)s wrote down what was done for you.")
_NO_LONGER = _("%(who)s closed a reminder about you. It was no longer needed.")
_CALLED = {
    FlagKind.SUPPORT: (
        _("%(who)s told the people who look after you that you asked for support."),
        _("%(who)s told people again that you asked for support."),
    ),
    FlagKind.SAFETY: (
        _("%(who)s told the people who look after you that you may need help now."),
        _("%(who)s told people again that you may need help now."),
    ),
    FlagKind.SESSION_GAP: (
        _("%(who)s reminded people that you two have not met for a while."),
        _("%(who)s reminded more people that you two have not met for a while."),
    ),
    FlagKind.MENTOR_ASKS: (
        _("%(who)s told your supervisor that you want to talk."),
        _("%(who)s told your supervisor again that you want to talk."),
    ),
}
"""By kind: it was opened, it was raised."""
FLAG_CHANGED = {
    (kind, change): Event(Action.CHANGED, f"{kind.value}:{change.value}", says=says)
    for kind, (opened, raised) in _CALLED.items()
    for change, says in (
        (FlagChange.OPENED, opened),
        (FlagChange.RAISED, raised),
        (FlagChange.RESOLVED, _WRITTEN_DOWN),
        (FlagChange.CLEARED, _NO_LONGER),
    )
}
