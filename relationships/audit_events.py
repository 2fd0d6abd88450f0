"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action
from relationships.enums import NEVER_BEGAN, State

_LOOK_AFTER = _("to look after your mentoring relationship")

SESSION_OPENED = Event(
    Action.OPENED, "session_log", says=_("%(who)s opened the notes about a session of yours."), why=_LOOK_AFTER
)
SESSION_LOGGED = Event(Action.CHANGED, "logged", says=_("%(who)s wrote down how a session of yours went."))
SESSION_CONFIRMED = Event(Action.CHANGED, "confirmed", says=_("%(who)s confirmed a session of yours."))
SESSION_TAKEN_BACK = Event(Action.CHANGED, "taken_back", says=_("%(who)s took back a session that was logged by mistake."))
SUPERVISOR_ASKED = Event(Action.CHANGED, "asked_supervisor", says=_("%(who)s told your supervisor something."))
"""About the mentor who wrote it, never about the mentee."""
CADENCE_SET = Event(
    Action.CHANGED,
    "cadence",
    says=_("%(who)s changed how often the two of you meet."),
    why=_("to agree how often you meet"),
)
_BECAME = {
    State.PROPOSED: _("%(who)s proposed a match for you."),
    **dict.fromkeys(NEVER_BEGAN, _("A match that was proposed for you ended before it began.")),
    State.ACCEPTED: _("%(who)s said yes to your match, and it began."),
    State.INTRODUCED: _("%(who)s wrote down that you two know each other now."),
    State.ACTIVE: _("%(who)s wrote down that the two of you meet now."),
    State.PAUSED: _("%(who)s paused your mentoring relationship."),
    State.CLOSING: _("%(who)s wrote down that your mentoring relationship comes to its end."),
    State.CLOSED: _("%(who)s closed your mentoring relationship."),
}
_INTO = {state: Event(Action.CHANGED, state.value, says=says) for state, says in _BECAME.items()}
_NOT_MET_YET = Event(Action.CHANGED, "put_back", says=_("%(who)s wrote down that the two of you have not met yet."))
_CAME_BACK: dict[tuple[str, str], Event] = {
    (State.PAUSED, State.ACTIVE): Event(
        Action.CHANGED, "resumed", says=_("%(who)s wrote down that your mentoring relationship goes on.")
    ),
    (State.CLOSED, State.ACTIVE): Event(
        Action.CHANGED, "reopened", says=_("%(who)s opened your mentoring relationship again.")
    ),
    (State.ACTIVE, State.ACCEPTED): _NOT_MET_YET,
    (State.ACTIVE, State.INTRODUCED): _NOT_MET_YET,
}


def became(from_state: str, to_state: str) -> Event:
    """A pair took on a state, which reads otherwise where it had been there before. The reason is the detail: the person does
    not read why a pair was closed, nor how a proposal came to nothing."""
    return _CAME_BACK.get((from_state, to_state), _INTO[State(to_state)])
