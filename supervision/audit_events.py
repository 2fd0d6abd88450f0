"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action
from supervision.kinds import FLAG_KINDS, FlagChange

FLAG_OPENED = Event(Action.OPENED, "call", says=_("%(who)s looked up how to reach you, to answer a call for support."))
CONFIDED_OPENED = Event(Action.OPENED, "confided", says=_("%(who)s opened what you told your supervisor."))
WORDS_OPENED = Event(
    Action.OPENED,
    "what_was_done",
    says=_("%(who)s opened the note about what was done for you."),
    why=_("to look after your mentoring relationship"),
)
_WRITTEN_DOWN = _("%(who)s wrote down what was done for you.")
_NO_LONGER = _("%(who)s closed a reminder about you. It was no longer needed.")
FLAG_CHANGED = {
    (kind, change): Event(Action.CHANGED, f"{kind.value}:{change.value}", says=says)
    for kind, spec in FLAG_KINDS.items()
    for change, says in (
        (FlagChange.OPENED, spec.opened),
        (FlagChange.RAISED, spec.raised),
        (FlagChange.RESOLVED, _WRITTEN_DOWN),
        (FlagChange.CLEARED, _NO_LONGER),
    )
}
