"""What people asked for: a mentee's support request, a mentor's worry or wish to talk. Each is taken up exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from accounts.staff import Staff
from checkins.enums import SUPPORT_KINDS
from checkins.models import SupportRequest
from notifications.isolation import in_batches
from notifications.models import Message
from relationships.enums import RequestKind
from relationships.models import Relationship, SupervisorRequest
from supervision.kinds import URGENCIES, FlagKind, FlagReason
from supervision.models import Flag, FlagNotified
from supervision.notices import IN_CONFIDENCE
from supervision.services.flags import notify, raise_flag

_CONFIDED = {
    RequestKind.WORRY.value: (FlagKind.WORRY, FlagReason.MENTOR_WORRIED),
    RequestKind.TALK.value: (FlagKind.MENTOR_ASKS, FlagReason.MENTOR_ASKED),
}


@dataclass(frozen=True)
class Ask:
    """The mentee or the mentor asked for a person: what opens the flag. `pair` is None for a mentee without a mentor.

    `to_mentor` is the message with which `checkins` told the mentor of this call, if it did.
    """

    kind: FlagKind
    reason: FlagReason
    about: Membership
    pair: Relationship | None
    source_id: UUID
    to_mentor: Message | None = None


def take_up_requests(now: datetime) -> int:
    """One pass over the support that mentees asked for since the last; returns how many flags it opened or raised."""
    requests = SupportRequest.objects.filter(taken_up_at=None, urgency__in=URGENCIES).order_by("asked_at")
    return in_batches("supervision.requests", requests, _take_up_support, now, about="mentee")


def take_up_confided(now: datetime) -> int:
    """One pass over what mentors told their supervisors since the last; returns how many flags it opened or raised.

    Of a row that breaks the mentor's supervisor hears, and nobody else: it says that the mentor confided something.
    """
    asked = SupervisorRequest.objects.to_take_up().order_by("asked_at")
    return in_batches(
        "supervision.confided", asked, _take_up_confided, now, about="relationship__mentor", hearers=IN_CONFIDENCE
    )


def _take_up_support(ids: Sequence[UUID], now: datetime) -> int:
    waiting = SupportRequest.objects.filter(pk__in=ids, taken_up_at=None).select_related("mentee__user", "mentee__program")
    rows = list(waiting.order_by("asked_at").select_for_update(of=("self",), skip_locked=True, no_key=True))
    mentees = {row.mentee_id for row in rows}
    pairs = {pair.mentee_id: pair for pair in Relationship.objects.ongoing().with_people().filter(mentee_id__in=mentees)}
    to_mentors = {
        (message.subject_id, message.recipient_id): message
        for message in Message.objects.about(SUPPORT_KINDS.values(), [row.pk for row in rows])
    }
    asks: list[Ask] = []
    for row in rows:
        pair = pairs.get(row.mentee_id)
        to_mentor = to_mentors.get((row.pk, pair.mentor.user_id)) if pair else None
        asks.append(Ask(*URGENCIES[row.urgency], row.mentee, pair, row.pk, to_mentor))
    _open_flags(asks, now)
    SupportRequest.objects.filter(pk__in=[row.pk for row in rows]).update(taken_up_at=now)
    return len(asks)


def _take_up_confided(ids: Sequence[UUID], now: datetime) -> int:
    waiting = SupervisorRequest.objects.to_take_up().filter(pk__in=ids)
    rows = list(waiting.order_by("asked_at").select_for_update(of=("self",), skip_locked=True, no_key=True))
    pairs = Relationship.objects.with_people().in_bulk({row.relationship_id for row in rows})
    paired = [(row, pairs[row.relationship_id]) for row in rows]
    _open_flags([Ask(*_CONFIDED[row.kind], pair.mentor, pair, row.pk) for row, pair in paired], now)
    SupervisorRequest.objects.filter(pk__in=[row.pk for row in rows]).update(taken_up_at=now)
    return len(rows)


def _open_flags(asks: list[Ask], now: datetime) -> None:
    """Hold the people concerned, so two passes cannot open one flag twice; then open or raise, and notify."""
    people = {ask.about.pk for ask in asks}
    list(Membership.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    standing = Flag.objects.open().filter(about_id__in=people, kind__in={ask.kind for ask in asks}).select_related("about")
    flags = {_key(flag): flag for flag in standing.order_by("pk").select_for_update(of=("self",), no_key=True)}
    staff = Staff.of(ask.about.program_id for ask in asks)
    for ask in asks:
        new = Flag(program=ask.about.program, relationship=ask.pair, about=ask.about, kind=ask.kind)
        event = raise_flag(flags.get(_key(new)), new, reason=ask.reason, now=now, source_id=ask.source_id)
        flags[_key(new)] = event.flag
        if ask.pair and ask.to_mentor:
            FlagNotified.of(event, ask.pair.mentor, ask.to_mentor).save()
        notify(event, event.flag.spec.repeat(event.flag.step, staff, ask.about.program_id, ask.pair), now)


def _key(flag: Flag) -> tuple[UUID | None, UUID | None, str]:
    """What an open flag is unique by: the kind, and the pair or else the person."""
    return flag.relationship_id, None if flag.relationship_id else flag.about_id, flag.kind
