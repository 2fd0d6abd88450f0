"""How a scan works through its rows, so that one that breaks holds up none of the others.

A batch is one transaction. Where it breaks, its rows are tried one by one: those that work are done, and the one that breaks
is logged by its id and named to the program's coordinators and admins, once, however often it is tried again. It is tried
with each pass, on its own, until it works or is no longer due.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DATABASE_AWAY
from core.models import BrokenRow
from notifications.services import enqueue_all, message_for

log = logging.getLogger(__name__)

ROW_BROKE = "notifications.row_broke"
BATCH = 100
NAMED_AT_MOST = 10
"""So many broken rows of a program one pass names to its staff: when everything breaks, ten mails say so as well."""


def in_batches(
    scan: str,
    rows: QuerySet[Any],
    work: Callable[[Sequence[UUID], datetime], int],
    now: datetime,
    *,
    about: str,
    is_named: bool = True,
    size: int = BATCH,
) -> int:
    """Do `work` for all `rows` that are due, in their order, `size` in one transaction; returns how many things it did.

    `work` gets ids and must leave a row that it did no longer among `rows`. `about` leads from a row to the membership of
    the person it concerns, whose page the staff are shown; unless it `is_named`, they hear that something
    broke for one person, and not for whom. `scan` names the rows: two calls with different rows need two.
    """
    one_pass = _ScanPass(scan, rows, about, now, is_named=is_named)
    done = 0

    def as_one(ids: Sequence[UUID]) -> int:
        with transaction.atomic():
            return work(ids, now)

    def alone(pk: UUID) -> int:
        return as_one([pk])

    for start in range(0, len(one_pass.sound), size):
        batch = one_pass.sound[start : start + size]
        try:
            done += as_one(batch)
        except DATABASE_AWAY:
            raise
        except Exception:
            done += one_pass.try_each(batch, alone)
    done += one_pass.try_each(one_pass.broken, alone)
    one_pass.name_broken()
    return done


def one_by_one(scan: str, rows: QuerySet[Any], work: Callable[[UUID], int], now: datetime, *, about: str) -> int:
    """As `in_batches`, for work that is long and keeps its own transactions."""
    one_pass = _ScanPass(scan, rows, about, now)
    done = one_pass.try_each([*one_pass.sound, *one_pass.broken], work)
    one_pass.name_broken()
    return done


class _ScanPass:
    """What is due, in rows that worked so far (`sound`) and rows that broke in an earlier pass (`broken`)."""

    def __init__(self, scan: str, rows: QuerySet[Any], about: str, now: datetime, *, is_named: bool = True) -> None:
        self.scan, self.rows, self.about, self.now, self.is_named = scan, rows, about, now, is_named
        self._errors: dict[UUID, Exception] = {}
        due = list(rows.values_list("pk", flat=True))
        known = set(BrokenRow.objects.standing().filter(scan=scan).values_list("row_id", flat=True))
        over = known.difference(due)
        if over:
            BrokenRow.objects.standing().filter(scan=scan, row_id__in=over).update(mended_at=now)
        self.sound = [pk for pk in due if pk not in known]
        self.broken = [pk for pk in due if pk in known]

    def try_each(self, ids: Iterable[UUID], work: Callable[[UUID], int]) -> int:
        done = 0
        for pk in ids:
            try:
                done += work(pk)
            except DATABASE_AWAY:
                raise
            except Exception as error:
                self._errors[pk] = error
        return done

    def name_broken(self) -> None:
        """At the end, so that trouble in naming them holds up no row."""
        new = [self._note(pk, self._errors[pk]) for pk in self._errors.keys() - set(self.broken)]
        by_program: dict[UUID, list[BrokenRow]] = {}
        for row in filter(None, new):
            by_program.setdefault(row.program_id, []).append(row)
        for program_id, rows in by_program.items():
            _notify_staff(program_id, rows[:NAMED_AT_MOST], self.now)

    def _note(self, pk: UUID, error: Exception) -> BrokenRow | None:
        """The breakage as a row; None where another pass noted it, or the row went away meanwhile."""
        log.error("The scan %s broke at the row %s", self.scan, pk, exc_info=error)
        concerned = Membership.objects.filter(pk__in=self.rows.model._default_manager.filter(pk=pk).values(self.about))
        person = concerned.first()
        if person is None:
            return None
        row, is_new = BrokenRow.objects.get_or_create(
            scan=self.scan,
            row_id=pk,
            mended_at=None,
            defaults={
                "program_id": person.program_id,
                "person_id": person.pk if self.is_named else None,
                "error": type(error).__name__,
                "since": self.now,
            },
        )
        return row if is_new else None


def _notify_staff(program_id: UUID, rows: Sequence[BrokenRow], now: datetime) -> None:
    staff = Membership.objects.active().with_role(Role.COORDINATOR, Role.ADMIN).filter(program_id=program_id)
    enqueue_all(
        message_for(ROW_BROKE, subject_id=row.pk, recipient=member.user, program=member.program, now=now)
        for member in staff.select_related("user", "program")
        for row in rows
    )
