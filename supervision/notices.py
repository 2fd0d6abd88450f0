"""What people are told about a flag, on the site. The subject is the line of history, so that each call is heard; of what a
mentor confided and a scan cannot work through it is the row that broke."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.staff import Staff
from notifications.isolation import Hearers
from notifications.kinds import Named, register_kind
from notifications.models import Message
from notifications.notices import named_in_rows
from supervision.escalation import NOBODY_IN_CHARGE, UNANSWERED
from supervision.kinds import FLAG_KINDS
from supervision.models import FlagEvent


def _own_supervisors(mentor: Membership) -> list[Membership]:
    return Staff.of([mentor.program_id]).own_supervisors(mentor)


def _event(message: Message) -> str:
    return reverse("supervision:event", args=[message.subject_id])


def _about(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    """The first name of the person a flag is about."""
    events = FlagEvent.objects.select_related("flag__about__user")
    found = events.in_bulk({message.subject_id for message in messages})
    return {
        message.pk: {"name": found[message.subject_id].flag.about.user.first_name}
        for message in messages
        if message.subject_id in found
    }


def _pairs(_message: Message) -> str:
    return reverse("relationships:list")


def _people(_message: Message) -> str:
    return reverse("intake:people")


def _invitations(message: Message) -> str:
    return reverse("people:invitations")


for _spec in FLAG_KINDS.values():
    for _step in _spec.steps:
        _named = Named(_step.named, _about) if _step.named else None
        register_kind(_step.message, text=_step.text, named=_named, url=_event, is_urgent=_spec.call is not None)
register_kind(
    NOBODY_IN_CHARGE,
    text=_("Someone needs a supervisor, and your program has none. Invite one now."),
    url=_invitations,
    is_urgent=True,
)
register_kind(
    UNANSWERED,
    text=_("Someone asked for help, and nobody has said what was done. Call your supervisors and coordinators now."),
    url=_people,
    is_urgent=True,
)
CALL_CLOSED = register_kind(
    "supervision.call_closed",
    text=_("Staff have taken care of a call for support that you were told of."),
    named=Named(_("Staff have taken care of the call for support from %(name)s."), _about),
    url=_event,
    keeps_quiet_hours=True,
)
"""What the mentor hears when staff closed a call that they had been told of."""
CONFIDED_CLOSED = register_kind(
    "supervision.confided_closed", text=_("What you sent has been looked at."), url=_event, keeps_quiet_hours=True
)
"""What the mentor hears when the supervisor closed what they had confided. Whoever looks over a shoulder learns nothing."""
CONFIDED_BROKE = register_kind(
    "supervision.confided_broke",
    text=_("A mentor told you something that this site could not pass on as it should. Please talk with your mentors."),
    named=Named(
        _("%(name)s told you something that this site could not pass on as it should. Please talk with %(name)s."),
        named_in_rows,
    ),
    url=_pairs,
    is_urgent=True,
)
IN_CONFIDENCE = Hearers(CONFIDED_BROKE, _own_supervisors)
"""Who hears of a row with what a mentor confided that a scan cannot work through, and nobody else."""
