"""What becomes of what the rules no longer allow: a proposal ends; of a pair a coordinator hears, and decides."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from notifications.isolation import in_batches
from notifications.models import Message
from notifications.services import cancel_all
from privacy.models import Consent
from relationships.enums import ONGOING
from relationships.grounds import in_the_way, missing_grounds
from relationships.models import Relationship, RelationshipQuerySet
from relationships.notices import INTRODUCE, NO_LONGER_FITS, ON_HOLD, STARTED
from relationships.services.proposals import end_not_allowed
from relationships.services.steps import coordinators_of, notify

TOLD_FOR = timedelta(days=7)
"""So long a coordinator is not told again that the same match is on hold or no longer fits."""
RAN_OUT_FOR = timedelta(days=7)
"""How far back a pass looks for consents that ran out."""
CHECK_SECONDS = 60 * 60


def on_person_changed(*, program_id: UUID, person_ids: Collection[UUID] | None, now: datetime, **_signal: object) -> None:
    """A receiver of `privacy.signals.person_changed`."""
    pairs = Relationship.objects.filter(program_id=program_id)
    if person_ids is None:
        withdraw_not_allowed(pairs, now)
        return
    theirs = pairs.filter(Q(mentor__user__in=person_ids) | Q(mentee__user__in=person_ids))
    withdraw_not_allowed(theirs, now)
    tell_coordinators(theirs, now)


@transaction.atomic
def withdraw_not_allowed(pairs: RelationshipQuerySet, now: datetime) -> int:
    """End those of `pairs` that are open proposals and may no longer be; returns how many.

    The one who had said yes hears that it is not going ahead, the coordinator which one it was. Of a mentor with fewer places
    than people asked, the newest proposals end. What it costs follows what ends, beside a fixed number of queries.
    """
    held = pairs.proposed().with_people().order_by("pk").select_for_update(of=("self",), no_key=True)
    proposals = list(held)
    if not proposals:
        return 0
    reasons = in_the_way(proposals, now)
    ended = [pair for pair in proposals if reasons[pair.pk]]
    for pair in ended:
        end_not_allowed(pair, now)
    return len(ended)


def tell_coordinators(pairs: RelationshipQuerySet, now: datetime) -> int:
    """Tell the coordinators which of `pairs` are on hold, or no longer fit; returns how many. Each is said once a week."""
    ongoing = list(pairs.ongoing().with_people())
    if not ongoing:
        return 0
    missing, reasons = missing_grounds(ongoing, now), in_the_way(ongoing, now)
    on_hold = [pair for pair in ongoing if missing[pair.pk]]
    unfit = [pair for pair in ongoing if reasons[pair.pk] and not missing[pair.pk]]
    cancel_all([STARTED, INTRODUCE], [pair.pk for pair in on_hold], now=now)  # "you can now see how to reach each other"
    return _say(ON_HOLD, on_hold, ongoing, now) + _say(NO_LONGER_FITS, unfit, ongoing, now)


def _say(kind: str, pairs: Sequence[Relationship], ongoing: Iterable[Relationship], now: datetime) -> int:
    settled = {pair.pk for pair in ongoing} - {pair.pk for pair in pairs}
    cancel_all([kind], settled, now=now)
    told = Message.objects.about([kind], [pair.pk for pair in pairs]).filter(created_at__gt=now - TOLD_FOR)
    heard = set(told.values_list("subject_id", flat=True))
    new = [pair for pair in pairs if pair.pk not in heard]
    for pair in new:
        notify(kind, pair, coordinators_of(pair), now)
    return len(new)


def check_standing(now: datetime) -> int:
    """The scan `relationships.check_standing`: what time, or no service, took a ground from.

    Open proposals are asked about as a whole; of the pairs, those whose people's consent ran out in the last days. Returns how
    many proposals ended and how many pairs coordinators were told of.
    """
    today = now.date()
    ran_out = Consent.objects.filter(
        program_id=OuterRef("program_id"),
        expires_on__range=(today - RAN_OUT_FOR, today),
    )
    either = Q(person_id=OuterRef("mentor__user_id")) | Q(person_id=OuterRef("mentee__user_id"))
    ongoing = Relationship.objects.filter(Exists(ran_out.filter(either)), state__in=ONGOING).order_by("pk")
    proposed = Relationship.objects.proposed().order_by("pk")
    return in_batches("relationships.check_proposals", proposed, _withdraw, now, about="mentee") + in_batches(
        "relationships.check_pairs", ongoing, _tell, now, about="mentee"
    )


def _withdraw(ids: Sequence[UUID], now: datetime) -> int:
    return withdraw_not_allowed(Relationship.objects.filter(pk__in=ids), now)


def _tell(ids: Sequence[UUID], now: datetime) -> int:
    return tell_coordinators(Relationship.objects.filter(pk__in=ids), now)
