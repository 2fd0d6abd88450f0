"""What becomes of what the rules no longer allow: a proposal ends; of a pair a coordinator hears, and decides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.enums import Role
from accounts.models import Membership, Program
from notifications.isolation import in_batches
from notifications.models import Message
from notifications.services import cancel_all
from relationships.enums import State
from relationships.grounds import Missing, against_rules, in_the_way, missing_grounds
from relationships.models import HoldChange, Relationship, RelationshipQuerySet
from relationships.notices import COORDINATOR_NEEDED, INTRODUCE, NO_LONGER_FITS, ON_HOLD, RESUMED, STARTED
from relationships.selectors import TOLD_FOR
from relationships.services.contact import tell_the_two
from relationships.services.proposals import end_not_allowed
from relationships.services.steps import notify, notify_coordinators
from relationships.signals import contact_opened

CHECK_SECONDS = 60 * 60
SAID_AT_ONCE = 10
"""So many matches that no longer fit are named in messages, where one change touches many: their home page lists them all."""
SO_WHILE = {STARTED: State.ACCEPTED, INTRODUCE: State.ACCEPTED, RESUMED: State.ACTIVE}
"""What was said of a match in that state and is not so while it is on hold: "you can now see how to reach each other"."""


def on_person_changed(
    *, program_id: UUID, person_ids: Collection[UUID] | None, now: datetime, by: Membership | None = None, **_signal: object
) -> None:
    """A receiver of `privacy.signals.person_changed`."""
    pairs = Relationship.objects.holding_a_place()
    concerned = pairs.filter(program_id=program_id) if person_ids is None else pairs.filter(_with_any_of(person_ids))
    with transaction.atomic():
        # All of them, in whichever program, before anybody is told: whoever tells the admins keeps the others who tell them
        # waiting, and whoever changes somebody of two programs says so in one after the other.
        if _hold(concerned):
            here = concerned.filter(program_id=program_id)
            withdraw_not_allowed(here, now)
            tell_coordinators(here, now, by=by)


def _with_any_of(person_ids: Collection[UUID]) -> Q:
    return Q(mentor__user__in=person_ids) | Q(mentee__user__in=person_ids)


def on_active_changed(*, membership_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `accounts.signals.active_changed`: once a coordinator is there, none is needed any more.

    The pairs are held here, before the receiver that holds flags: as by everybody else who holds both.
    """
    people = Membership.objects.filter(pk__in=membership_ids).values_list("user_id", flat=True)
    _hold(Relationship.objects.holding_a_place().filter(_with_any_of(set(people))))
    there = Membership.objects.active().with_role(Role.COORDINATOR).filter(pk__in=membership_ids)
    cancel_all([COORDINATOR_NEEDED], set(there.values_list("program_id", flat=True)), now=now)


@transaction.atomic
def withdraw_not_allowed(pairs: RelationshipQuerySet, now: datetime) -> int:
    """End those of `pairs` that are open proposals and may no longer be; returns how many.

    The two hear that it is no longer open, the coordinator which one it was. Of a mentor with fewer places
    than people asked, the newest proposals end. What it costs follows what ends, beside a fixed number of queries.
    """
    proposals = _held(pairs.proposed())
    if not proposals:
        return 0
    reasons = in_the_way(proposals, now)
    ended = [pair for pair in proposals if reasons[pair.pk]]
    for pair in ended:
        end_not_allowed(pair, now)
    return len(ended)


def _hold(pairs: RelationshipQuerySet) -> list[UUID]:
    """Hold these pairs, in one order, until the transaction ends; returns which they are by then."""
    return list(pairs.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _held(pairs: RelationshipQuerySet) -> list[Relationship]:
    """These pairs with their people, held.

    The people are read once the pairs are held: what a query joins is as old as its beginning, however long it waited.
    """
    held = _hold(pairs)
    return list(Relationship.objects.with_people().filter(pk__in=held).order_by("pk")) if held else []


@transaction.atomic
def tell_coordinators(pairs: RelationshipQuerySet, now: datetime, *, by: Membership | None = None) -> int:
    """Tell the coordinators which of `pairs` are on hold, or no longer fit; returns how many. `by` is whose act it followed.
    The two of a pair are told of a hold and of its end, whatever the coordinators hear (`services/contact.py`).

    A hold is said once, and again with each ground that goes missing beside; that two no longer fit, once a week. What ended
    is over, so what begins anew is heard, on the same day too. The pairs are held before their grounds are read: of two
    passes at once the second sees what the first has told, and what was changed before it.
    """
    ongoing = _held(pairs.ongoing())
    if not ongoing:
        return 0
    missing = missing_grounds(ongoing, now)
    on_hold = [pair for pair in ongoing if missing[pair.pk]]
    reasons = against_rules([pair for pair in ongoing if not missing[pair.pk]], now)
    unfit = [pair for pair in ongoing if reasons.get(pair.pk)]
    cancel_all(SO_WHILE, [pair.pk for pair in on_hold], now=now)
    cancel_all([ON_HOLD], [pair.pk for pair in set(ongoing) - set(on_hold)], now=now)
    cancel_all([NO_LONGER_FITS], [pair.pk for pair in set(ongoing) - set(unfit)], now=now)
    newly_held = [pair for pair in on_hold if not set(missing[pair.pk]) <= set(pair.held_for)]
    newly_unfit = [pair for pair in unfit if pair.unfit_told_at is None or pair.unfit_told_at <= now - TOLD_FOR]
    opened = [pair for pair in ongoing if pair.held_for and not missing[pair.pk]]
    _note_held(ongoing, missing, now, by)
    _note_unfit(ongoing, unfit, newly_unfit, now)
    told = tell_the_two(on_hold, [pair for pair in ongoing if not missing[pair.pk]], now)
    _say_again(opened, told, now)
    _say(ON_HOLD, newly_held, now)
    _say(NO_LONGER_FITS, newly_unfit[:SAID_AT_ONCE], now)
    if opened:
        contact_opened.send(Relationship, pair_ids=[pair.pk for pair in opened], now=now)
    return len(newly_held) + len(newly_unfit)


def _note_held(ongoing: Sequence[Relationship], missing: Mapping[UUID, Missing], now: datetime, by: Membership | None) -> None:
    changed = [pair for pair in ongoing if set(pair.held_for) != set(missing[pair.pk])]
    for pair in changed:
        pair.held_for = [str(ground.value) for ground in missing[pair.pk]]
    Relationship.objects.bulk_update(changed, ["held_for"])
    HoldChange.objects.bulk_create(HoldChange(relationship=pair, grounds=pair.held_for, by=by, at=now) for pair in changed)


def _note_unfit(
    ongoing: Sequence[Relationship], unfit: Sequence[Relationship], told: Sequence[Relationship], now: datetime
) -> None:
    """Noted on the pair, and not on what was said: where no coordinator is active nothing is said of it to anybody."""
    for pair in told:
        pair.unfit_told_at = now
    fit_again = [pair for pair in set(ongoing) - set(unfit) if pair.unfit_told_at]
    for pair in fit_again:
        pair.unfit_told_at = None
    Relationship.objects.bulk_update([*told, *fit_again], ["unfit_told_at"])


def _say(kind: str, pairs: Sequence[Relationship], now: datetime) -> None:
    cancel_all([kind], [pair.pk for pair in pairs], now=now)
    for pair in pairs:
        notify_coordinators(kind, pair, now)


def _say_again(pairs: Sequence[Relationship], told: Collection[tuple[UUID, UUID]], now: datetime) -> None:
    """What a hold had ended that is over now, where it is so again; not to those `told` that contact is open again."""
    held = HoldChange.objects.filter(relationship=OuterRef("subject_id"), at=OuterRef("over_at"))
    said = Message.objects.about(SO_WHILE, [pair.pk for pair in pairs]).filter(Exists(held))
    ended = set(said.values_list("kind", "subject_id"))
    for pair in pairs:
        for kind in [kind for kind, state in SO_WHILE.items() if state == pair.state and (kind, pair.pk) in ended]:
            if kind == INTRODUCE:
                notify_coordinators(kind, pair, now)
            else:
                two = (pair.mentor, pair.mentee)
                notify(kind, pair, [member for member in two if (pair.pk, member.user_id) not in told], now)


def check_standing(now: datetime) -> int:
    """The scan `relationships.check_standing`: what time, or no service, took a ground from.

    Open proposals are asked about as a whole; of the pairs, those on hold and those of whose hold somebody was told. Returns
    how many proposals ended and how many pairs coordinators were told of.
    """
    proposed = Relationship.objects.proposed().order_by("pk")
    held = Relationship.objects.ongoing().filter(_on_hold_anywhere(now) | ~Q(held_for=[])).order_by("pk")
    return in_batches("relationships.check_proposals", proposed, _withdraw, now, about="mentee", stay=True) + in_batches(
        "relationships.check_pairs", held, _tell, now, about="mentee", stay=True
    )


def _on_hold_anywhere(now: datetime) -> Q:
    """The pairs on hold on their program's own day. At any moment the world has three dates at most."""
    programs: dict[date, list[UUID]] = {}
    for program in Program.objects.all():
        programs.setdefault(program.today(now), []).append(program.pk)
    held = Q(pk__in=[])
    for day, ids in programs.items():
        held |= Q(pk__in=Relationship.objects.filter(program__in=ids).on_hold(day).values("pk"))
    return held


def _withdraw(ids: Sequence[UUID], now: datetime) -> int:
    return withdraw_not_allowed(Relationship.objects.filter(pk__in=ids), now)


def _tell(ids: Sequence[UUID], now: datetime) -> int:
    return tell_coordinators(Relationship.objects.filter(pk__in=ids), now)
