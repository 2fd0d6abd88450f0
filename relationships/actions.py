"""What staff can do with a pair, in words: the label of the button and what will happen."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships.enums import CloseReason, State
from relationships.lifecycle import is_allowed
from relationships.models import Relationship

ENDINGS = (CloseReason.COMPLETED, CloseReason.ENDED_EARLY, CloseReason.REMATCH)


@dataclass(frozen=True)
class StaffAction:
    """`done` is said afterwards.

    `reasons` are the reasons to choose from; with one there is nothing to choose. `only_from` narrows the table."""

    slug: str
    to: State
    label: str | Promise
    done: str | Promise
    what_happens: str | Promise
    reasons: tuple[str, ...] = ("",)
    only_from: State | None = None
    is_grave: bool = False

    def is_open_to(self, state: str, role: str, *, is_on_hold: bool) -> bool:
        return self.only_from in (None, state) and is_allowed(state, self.to, role, self.reasons[0], is_on_hold=is_on_hold)


ACTIONS = (
    StaffAction(
        "introduce",
        State.INTRODUCED,
        _("Record the introduction"),
        _("The introduction is recorded."),
        _("The pair is marked as introduced. It becomes active with the first session the mentor logs."),
    ),
    StaffAction(
        "pause",
        State.PAUSED,
        _("Pause"),
        _("The pair is paused."),
        _(
            "Both people are told. No sessions or check-ins are expected until the pair resumes. The mentor keeps the place. "
            "If the mentee asks for support meanwhile, staff are told; the mentor only if the mentee shares that check-in."
        ),
    ),
    StaffAction(
        "resume",
        State.ACTIVE,
        _("Resume"),
        _("The pair goes on."),
        _("Both people are told. Sessions are expected again, counted from today."),
        only_from=State.PAUSED,
    ),
    StaffAction(
        "begin-closing",
        State.CLOSING,
        _("Begin closing"),
        _("The closing has begun."),
        _("Both people are told to plan a last session. After it, choose “End the match”."),
    ),
    StaffAction(
        "close",
        State.CLOSED,
        _("End the match"),
        _("The match is ended."),
        _(
            "Both people are told, they no longer see how to reach each other, and the mentor's place is free. "
            "With “A different match” the mentee goes back to the waiting list. You can reopen the pair later."
        ),
        reasons=ENDINGS,
        is_grave=True,
    ),
    StaffAction(
        "reopen",
        State.ACTIVE,
        _("Reopen"),
        _("The pair is open again."),
        _("The two are a pair again, with their history, if the mentor has a free place. Both are told."),
        only_from=State.CLOSED,
    ),
    StaffAction(
        "withdraw",
        State.WITHDRAWN,
        _("Withdraw the proposal"),
        _("The proposal is withdrawn."),
        _("The proposal ends, the mentor's place is free, and the mentee keeps waiting with their first date."),
        is_grave=True,
    ),
    StaffAction(
        "end-for-safety",
        State.CLOSED,
        _("End for safety"),
        _("The pair is ended for safety. Talk with each of them today."),
        _(
            "The pair ends now. Both people are told that it ended, not why, and no longer see how to reach each other. "
            "Talk with each of them today. These two are never matched with each other again."
        ),
        reasons=(CloseReason.SAFETY,),
        is_grave=True,
    ),
)


def actions_for(pair: Relationship, role: str, *, is_on_hold: bool) -> list[StaffAction]:
    """What a member in `role` can do with the pair. One that ended for safety is never reopened, so nobody is offered it."""
    if pair.close_reason == CloseReason.SAFETY:
        return []
    return [action for action in ACTIONS if action.is_open_to(pair.state, role, is_on_hold=is_on_hold)]
