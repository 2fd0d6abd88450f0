"""Do what people files say, but for rows that need fixing."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Program, User
from core.errors import DomainError
from intake.audit_events import IMPORTED
from intake.files.columns import KINDS
from intake.files.facts import ALL_FACTS
from intake.files.facts.base import Change, Directory, in_batches
from intake.files.format import PeopleFile
from intake.files.plan import USER_FIELDS, ImportPlan, plan_import
from privacy import audit
from privacy.signals import person_changed


@transaction.atomic
def import_people(*, program: Program, files: Sequence[PeopleFile], by: Membership | None, now: datetime) -> ImportPlan:
    """Add and change the people in `files` whose rows need no fixing: all of these, or nobody (`DomainError`)."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    plan = plan_import(program, files, now=now)
    try:
        with transaction.atomic():
            _write(program, plan, by=by, now=now)
    except IntegrityError:
        raise DomainError(
            _("Nothing was imported: somebody else was changing the same people. Try again."), code="busy"
        ) from None
    return plan


def _write(program: Program, plan: ImportPlan, *, by: Membership | None, now: datetime) -> None:
    users = _users_of(program, plan)
    known = Directory.of(program, now)
    changes: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for planned in plan.to_write:
        assert planned.row is not None
        member = planned.membership or Membership(user=users[planned.email], program=program, role=planned.kind)
        changes[planned.kind].append(Change(member, planned.membership is None, planned.row.values, frozenset(planned.fields)))
    new = [change.membership for group in changes.values() for change in group if change.is_new]
    Membership.objects.bulk_create(new, batch_size=500)
    for membership in new:
        known.add(membership)
    for kind, group in changes.items():
        for facts in ALL_FACTS:
            facts.write(kind, group, known=known, now=now)
    everybody = [change.membership for group in changes.values() for change in group]
    audit.record_many(IMPORTED, ((one, one.user_id) for one in everybody), program=program.pk, by=by, at=now)
    if changed := {change.membership.user_id for group in changes.values() for change in group if not change.is_new}:
        # Of all of them at once: their pairs are held in one order, as the scan holds them that looks at the same ones.
        person_changed.send(Membership, program_id=program.pk, person_ids=changed, by=by, now=now)


def _users_of(program: Program, plan: ImportPlan) -> dict[str, User]:
    """The user of everybody in the plan, by address, brought up to date; somebody new to the program is made pending.

    Accounts elsewhere are not looked at. Somebody new without a zone is in the program's.
    """
    users: dict[str, User] = {}
    for batch in in_batches({planned.email for planned in plan.to_write}):
        members = program.memberships.filter(user__email__in=batch).select_related("user")
        users.update((member.user.email, member.user) for member in members)
    new: dict[str, User] = {}
    changed: dict[str, User] = {}
    for planned in plan.to_write:
        assert planned.row is not None
        values = {name: planned.row.values[name] for name in USER_FIELDS if name in planned.fields}
        user = users.get(planned.email) or new.get(planned.email)
        if user is None:
            user = User(email=planned.email, password=make_password(None), timezone=program.timezone, pending_in=program)
            new[planned.email] = user
        elif values and planned.email not in new:
            changed[planned.email] = user
        for name, value in values.items():
            setattr(user, name, value)
    User.everybody.bulk_create(new.values(), batch_size=500)
    User.everybody.bulk_update(changed.values(), [*USER_FIELDS, "name_key"], batch_size=200)
    return users | new
