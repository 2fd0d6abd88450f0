"""What people are told about a flag, on the site. The subject is the line of history, so that each call is heard."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Named, register_kind
from notifications.models import Message
from supervision.models import FlagEvent
from supervision.services.flags import CALL_CLOSED


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


def _people(_message: Message) -> str:
    return reverse("intake:people")


def _invitations(message: Message) -> str:
    return reverse("people:invitations")


register_kind(
    "supervision.gap_mentor", text=_("It has been a while since a session was logged. Log one, or plan the next."), url=_event
)
register_kind("supervision.gap_supervisor", text=_("A pair you look after has a session gap."), url=_event)
register_kind("supervision.gap_coordinator", text=_("A pair has a long session gap."), url=_event)
register_kind("supervision.gap_care", text=_("A pair has a very long session gap. It is time for a care talk."), url=_event)
register_kind("supervision.safety", text=_("Someone may not be safe. Please act now."), url=_event)
register_kind("supervision.support", text=_("Someone asked for support today."), url=_event)
register_kind(
    "supervision.safety_waits",
    text=_("Someone may not be safe, and nobody has said what was done. Please act now."),
    url=_event,
)
register_kind(
    "supervision.support_waits",
    text=_("Someone asked for support, and nobody has said what was done. Please look."),
    url=_event,
)
register_kind("supervision.mentor_asks", text=_("A mentor wants to talk with you."), url=_event)
register_kind(
    "supervision.nobody_in_charge",
    text=_("Someone needs a supervisor, and your program has none. Invite one now."),
    url=_invitations,
)
register_kind(
    "supervision.unanswered",
    text=_("Someone asked for help, and nobody has said what was done. Call your supervisors and coordinators now."),
    url=_people,
)
register_kind(
    CALL_CLOSED,
    text=_("Staff have taken care of a call for support that you were told of."),
    named=Named(_("Staff have taken care of the call for support from %(name)s."), _about),
    url=_event,
    keeps_quiet_hours=True,
)
