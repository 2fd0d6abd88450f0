"""Calls for support that are open when contact in a pair, which was on hold, is open again: the mentor hears of them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from checkins.enums import SUPPORT_KINDS
from checkins.models import SupportRequest
from checkins.selectors import pair_that_hears
from checkins.services import tell_mentor
from notifications.models import Message
from relationships.models import Relationship
from supervision.kinds import URGENCIES, FlagReason
from supervision.models import Flag, FlagNotified
from supervision.services.flags import raise_flag


def on_contact_opened(*, pair_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `relationships.signals.contact_opened`, in its transaction.

    Of each open call the mentor hears as one who takes over does, unless they said already that the two were in touch: of the
    newest where somebody asked again. Where the mentor hears of no call, as in a pause, they hear of none now.
    """
    flags = Flag.objects.open().filter(relationship__in=pair_ids, kind__in=[kind for kind, _reason in URGENCIES.values()])
    for flag in flags.with_people().order_by("pk").select_for_update(of=("self",), no_key=True):
        newest = _newest_call(flag)
        if newest and newest.in_touch_at is None and (pair := _pair_that_hears(newest, now)):
            _hand_on(flag, newest, pair, now)


def _newest_call(flag: Flag) -> SupportRequest | None:
    sources = flag.events.filter(source_id__isnull=False).values("source_id")
    calls = SupportRequest.objects.filter(pk__in=sources).select_related("mentee__program", "checkin")
    return calls.order_by("-asked_at").first()


def _pair_that_hears(call: SupportRequest, now: datetime) -> Relationship | None:
    return pair_that_hears(call.mentee, now, call.checkin.shared_with_id if call.checkin else None)


def _hand_on(flag: Flag, call: SupportRequest, pair: Relationship, now: datetime) -> None:
    if not tell_mentor(request=call, pair=pair, now=now):
        return
    event = raise_flag(flag, Flag(step=flag.step), reason=FlagReason.CONTACT_OPEN, now=now)
    to_mentor = Message.objects.about(SUPPORT_KINDS.values(), [call.pk]).filter(recipient=pair.mentor.user)
    FlagNotified.of(event, pair.mentor, to_mentor.latest("created_at")).save()
