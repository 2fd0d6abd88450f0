"""What notices about check-ins say on the site."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from checkins.enums import SUPPORT_KINDS, Support
from checkins.schedule import Nudge
from notifications.kinds import register_kind
from notifications.models import Message


def _to_new(_message: Message) -> str:
    return reverse("checkins:new")


def _to_request(message: Message) -> str:
    return reverse("checkins:support_request", args=[message.subject_id])


register_kind(Nudge.REMINDER, text=_("It is time for your check-in."), url=_to_new, keeps_quiet_hours=True)
register_kind(
    Nudge.FOLLOW_UP,
    text=_("Your check-in is still open. Less than a minute is enough."),
    url=_to_new,
    keeps_quiet_hours=True,
)
register_kind(SUPPORT_KINDS[Support.TODAY], text=_("Someone you mentor asked for support."), url=_to_request, is_urgent=True)
register_kind(
    SUPPORT_KINDS[Support.NOW], text=_("Someone you mentor asked for support right away."), url=_to_request, is_urgent=True
)
