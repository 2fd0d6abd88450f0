"""The only doors to one flag and one line of its history: scoped, 404 for everybody else."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from accounts.enums import Role
from accounts.models import Membership
from privacy import audit
from supervision.audit_events import CONFIDED_OPENED, FLAG_OPENED, WORDS_OPENED
from supervision.models import Flag, FlagEvent


def get_flag_for(membership: Membership, flag_id: UUID) -> Flag:
    """A flag this membership may see. A page that shows it calls `note_opening` too."""
    with_contacts = ("about__mentee_profile", "relationship__mentee__mentee_profile")
    flag = Flag.objects.visible_to(membership).with_people().select_related(*with_contacts).filter(pk=flag_id).first()
    if flag is None:
        raise Http404
    return flag


def note_opening(
    flag: Flag, membership: Membership, now: datetime, *, reached: Iterable[Membership], shows_confided: bool
) -> None:
    """Showing words about a person, or how to reach people (`reached`), leaves a record that they can read. What a mentor said
    in confidence leaves it with the mentor alone."""
    opened = [] if flag.spec.is_confided else [(FLAG_OPENED, person) for person in reached]
    if shows_confided and flag.relationship:
        opened.append((CONFIDED_OPENED, flag.relationship.mentor))
    for event, person in opened:
        audit.record(event, flag, person=person.user_id, program=flag.program_id, by=membership, at=now)
    if may_read_words(membership, flag) and flag.__dict__["what_was_done"]:
        audit.record(WORDS_OPENED, flag, person=flag.about.user_id, program=flag.program_id, by=membership, at=now)


def may_read_words(membership: Membership, flag: Flag) -> bool:
    """Supervisors read what was done; a coordinator only what they wrote themselves."""
    return membership.role == Role.SUPERVISOR or flag.closed_by_id == membership.pk


def get_event_for(membership: Membership, event_id: UUID) -> FlagEvent:
    """A line of history that a notice leads to: staff who see the flag, or the mentor of the pair. It leads on to their page,
    and nothing of the line is shown."""
    mine = Q(flag__in=Flag.objects.visible_to(membership))
    if membership.role == Role.MENTOR:
        mine = Q(flag__relationship__mentor=membership)
    event: FlagEvent | None = FlagEvent.objects.select_related("flag__relationship").filter(mine, pk=event_id).first()
    if event is None:
        raise Http404
    return event
