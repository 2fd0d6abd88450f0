"""What it touches when somebody is suspended or brought back in a role, for the admin who is asked: how many, never whom."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from core.joining import joined
from intake.selectors import mentors_of_supervisor
from intake.standing import who_decides
from relationships.models import Relationship


def touched_by(person: Membership) -> list[str]:
    """In sentences: by suspending `person` in this role, or, where they are suspended, by bringing them back."""
    if person.role in (Role.MENTOR, Role.MENTEE):
        return list(_in_matches(person))
    if not person.is_active:
        return []
    return list(_of_supervisor(person) if person.role == Role.SUPERVISOR else _of_coordinator(person))


def _in_matches(person: Membership) -> Iterator[str]:
    theirs = Relationship.objects.filter(Q(mentor=person) | Q(mentee=person))
    proposals, pairs = theirs.proposed().count(), theirs.ongoing().count()
    if pairs and not person.is_active:
        words = ngettext(
            "In %(counter)s match contact opens again, if nothing else is missing.",
            "In %(counter)s matches contact opens again, if nothing else is missing.",
            pairs,
        )
        yield words % {"counter": pairs}
        return
    if proposals:
        words = ngettext(
            "%(counter)s open proposal will be withdrawn.", "%(counter)s open proposals will be withdrawn.", proposals
        )
        yield words % {"counter": proposals}
    if pairs:
        words = ngettext(
            "In %(counter)s match contact will be on hold.", "In %(counter)s matches contact will be on hold.", pairs
        )
        yield f"{words % {'counter': pairs}} {who_decides(person.program_id)}"
    if pairs and person.role == Role.MENTOR:
        told = _(
            "Where %(name)s was told of a call for support that is still open, the staff who hear of it are told once more."
        )
        yield told % {"name": person.user.first_name}


def _of_supervisor(person: Membership) -> Iterator[str]:
    alone = mentors_of_supervisor(person).count()
    if alone:
        words = ngettext(
            "%(counter)s mentor with a match will have no supervisor of their own, and stands on the coordinators’ home page"
            " until they choose another.",
            "%(counter)s mentors with a match will have no supervisor of their own, and stand on the coordinators’ home page"
            " until they choose another.",
            alone,
        )
        yield words % {"counter": alone}
    if others := [one.user.first_name for one in _all_in_role(person) if one != person]:
        takes_over = _("What is open with %(name)s goes to %(names)s at once, by a message: calls for support and worries.")
        yield takes_over % {"name": person.user.first_name, "names": joined(others)}
    if _is_last(person):
        yield _(
            "No other supervisor is active. Until there is one, flags go to coordinators or admins, and what a mentor tells the"
            " supervisor alone waits."
        )


def _of_coordinator(person: Membership) -> Iterator[str]:
    """Nothing for an admin: somebody else in that role asks."""
    if person.role == Role.COORDINATOR and _is_last(person):
        yield _(
            "No other coordinator is active. Until there is one, nobody decides about matches on hold or hands people on, and"
            " admins are told what waits."
        )


def _is_last(person: Membership) -> bool:
    return _all_in_role(person) == [person]


def _all_in_role(person: Membership) -> list[Membership]:
    return Staff.of([person.program_id]).first_of(person.program_id, Role(person.role))
