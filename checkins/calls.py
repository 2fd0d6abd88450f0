"""How a mentee's call for support stands, as the mentee reads it: who was told, who opened it, who answered.

What the staff did is known to `supervision`, which registers here from its `ready()`. Only what really happened is said: a name
stands here because that person was told, not because they should have been.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership
from checkins.enums import SUPPORT_KINDS, Support
from checkins.models import CheckIn, SupportRequest
from core.joining import joined
from notifications.models import CancelReason, Message
from privacy.models import Action, AuditEntry
from relationships.enums import ONGOING
from relationships.grounds import missing_grounds

LEFT = (CancelReason.ACCOUNT_CLOSED, CancelReason.LEFT_PROGRAM)
"""A message that was cancelled for this was never read by anybody."""


@dataclass(frozen=True)
class Hearer:
    """Somebody who was told, by first name and role, and when they first opened it: None until then. Who `has_answered` need
    not open it any more; who `is_gone` cannot: they left, or the mentee is in contact with this mentor no more."""

    who: str
    opened_at: datetime | None
    has_answered: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class StaffSide:
    """What the staff did: who of them was told, who opened it without having been told, and who closed it when. `closed_by` is
    empty where nobody did."""

    told: tuple[Hearer, ...] = ()
    looked: tuple[Hearer, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""


FindStaff = Callable[[Membership], Mapping[str, Sequence[Membership]]]
_who_will_hear: list[FindStaff] = []


def register_staff_who_will_hear(find: FindStaff) -> None:
    """`find(mentee)` gives the staff who hear first of a call for support, by how soon it is asked for (`Support`).
    `supervision` tells them, and registers here."""
    if find not in _who_will_hear:
        _who_will_hear.append(find)


def staff_hear(mentee: Membership) -> bool:
    """Whether anybody on the staff hears when this mentee asks for support, now or today. What a page says of the staff
    beforehand comes from here."""
    told = [find(mentee) for find in _who_will_hear]
    return all(any(found[urgency] for found in told) for urgency in SUPPORT_KINDS)


FindStaffSide = Callable[[Sequence[SupportRequest]], Mapping[UUID, StaffSide]]
_sources: list[FindStaffSide] = []


def register_staff_side(find: FindStaffSide) -> None:
    """`find(requests)` gives what the staff did about each that they have taken up, in a fixed number of queries."""
    if find not in _sources:
        _sources.append(find)


@dataclass(frozen=True)
class CallState:
    """One call. `in_touch_at` is when `mentor` first said that the two had been in touch. `looked` are staff who opened it and
    were not told. `staff_told` are those of `told` who are on the staff and still there; `staff_hear` is whether any of them
    will hear of a call that is not passed on yet."""

    request: SupportRequest
    told: tuple[Hearer, ...]
    looked: tuple[Hearer, ...]
    staff_told: tuple[Hearer, ...]
    staff_hear: bool
    mentor: str
    in_touch_at: datetime | None
    closed_at: datetime | None
    closed_by: str

    @property
    def is_now(self) -> bool:
        return self.request.urgency == Support.NOW

    @property
    def opened_by(self) -> str:
        """Who opened it and sees it still."""
        opened = [one.who for one in (*self.told, *self.looked) if one.opened_at and not one.is_gone]
        return joined(opened)

    @property
    def nobody_opened(self) -> bool:
        """Who said that they were in touch had no need to."""
        opened = any(one.opened_at for one in (*self.told, *self.looked))
        return bool(self.told) and self.in_touch_at is None and not opened

    @property
    def told_count(self) -> int:
        """Of those who were told, how many see it still, or had answered; of a call that is closed all of them."""
        return len([one for one in self.told if self.closed_at or one.has_answered or not one.is_gone])

    def was_followed_by(self, other: "CallState") -> bool:
        """Whether the mentee asked once more with `other`, as urgently or more."""
        return other.request.asked_at > self.request.asked_at and (other.is_now or not self.is_now)

    @property
    def is_on_its_way(self) -> bool:
        """The staff's part is still to come, within seconds."""
        return self.request.taken_up_at is None


def _staff_sides(requests: Sequence[SupportRequest]) -> dict[UUID, StaffSide]:
    return {pk: side for find in _sources for pk, side in find(requests).items()}


def still_open(requests: Sequence[SupportRequest]) -> list[SupportRequest]:
    """Those that staff have not closed, in their order."""
    staff = _staff_sides(requests)
    return [one for one in requests if one.pk not in staff or staff[one.pk].closed_at is None]


def states_of(requests: Sequence[SupportRequest], now: datetime) -> dict[UUID, CallState]:
    """By request, for those of one mentee, each `with_people()`. A fixed number of queries."""
    staff = _staff_sides(requests)
    mentors = _mentors_told(requests, now)
    waiting = next((request for request in requests if request.taken_up_at is None), None)
    will_hear = waiting is not None and staff_hear(waiting.mentee)
    states = {}
    for request in requests:
        side, mentor = staff.get(request.pk, StaffSide()), mentors.get(request.pk)
        states[request.pk] = CallState(
            request=request,
            told=(mentor, *side.told) if mentor else side.told,
            looked=side.looked,
            staff_told=tuple(one for one in side.told if not one.is_gone),
            staff_hear=will_hear and request.taken_up_at is None,
            mentor=request.shared_with.mentor.user.first_name if request.shared_with else "",
            in_touch_at=request.in_touch_at,
            closed_at=side.closed_at,
            closed_by=side.closed_by,
        )
    return states


def _mentors_told(requests: Sequence[SupportRequest], now: datetime) -> dict[UUID, Hearer]:
    """By request: the mentor, where the message to them was said and they did not leave before they could read it."""
    pairs = {request.pk: request.shared_with for request in requests if request.shared_with}
    missing = missing_grounds(pairs.values(), now)
    with_mentor = {pk: pair.mentor for pk, pair in pairs.items()}
    said = Message.objects.about(SUPPORT_KINDS.values(), list(with_mentor)).exclude(cancel_reason__in=LEFT)
    told = {pk: with_mentor[pk] for pk in said.values_list("subject_id", flat=True)}
    opened = openings(told)
    answered = {request.pk for request in requests if request.in_touch_at}
    return {
        pk: replace(
            hearer(mentor, opened.get((pk, mentor.user_id), [])),
            has_answered=pk in answered,
            is_gone=pairs[pk].state not in ONGOING or bool(missing[pairs[pk].pk]),
        )
        for pk, mentor in told.items()
    }


def openings(ids: Collection[UUID]) -> dict[tuple[UUID, UUID], list[datetime]]:
    """When each of these rows was opened by whom, as the access record says: by row and user, the first time first."""
    entries = AuditEntry.objects.filter(action=Action.OPENED, object_id__in=ids, actor_id__isnull=False).order_by("at")
    found: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    for row, actor, at in entries.values_list("object_id", "actor_id", "at"):
        found[row, actor].append(at)
    return found


def hearer(member: Membership, opened: Sequence[datetime]) -> Hearer:
    """As the record "Who opened my data" names people: the chosen first name and the role."""
    names = {"name": member.user.first_name, "role": member.get_role_display()}
    return Hearer(_("%(name)s (%(role)s)") % names, opened[0] if opened else None)


def who_sees(checkin: CheckIn, call: CallState | None) -> list[str]:
    """Who sees which part of a check-in, for the mentee who wrote it, from what was really done. One sentence each."""
    said = []
    if call and call.told:
        names = joined([one.who for one in call.told])
        said.append(_("We told %(names)s that you asked for support.") % {"names": names})
    elif call:
        said.append(_nobody_told(call))
    if checkin.shared_with:
        said.append(_("You shared all of it with %(mentor)s.") % {"mentor": checkin.shared_with.mentor.user.first_name})
    elif call:
        said.append(_("Only you see your other answers."))
    else:
        said.append(_("Only you see this."))
    if checkin.support == Support.THIS_WEEK and not checkin.shared_with:
        said.append(_("Nobody was told that you would like support this week."))
    return said


def _nobody_told(call: CallState) -> str:
    """As the state of the call says it: still on its way, or nobody there."""
    if call.is_on_its_way and call.staff_hear:
        return _("You asked for support. The program's staff are being told.")
    return _("You asked for support, and nobody here could be told.")
