"""How a scan works through its rows, so that one that breaks holds up none of the others.

A batch is one transaction. Where it breaks, its rows are tried one by one: those that work are done, and the one that breaks
is logged by its id and named to the program's coordinators and admins, or to those whom the scan names instead, once, however
often it is tried again. It is tried with each pass, on its own, until it works or is no longer due.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Hearers:
    """Who hears, by a `message` of this kind about the broken row, that it broke: `of` the person it concerns."""

    message: str
    of: Callable[[Membership], Iterable[Membership]]


def _coordinators_and_admins(person: Membership) -> Iterable[Membership]:
    staff = Membership.objects.active().with_role(Role.COORDINATOR, Role.ADMIN).filter(program_id=person.program_id)
    return staff.select_related("user", "program")


STAFF = Hearers(ROW_BROKE, _coordinators_and_admins)


def in_batches(
    scan: str,
    rows: QuerySet[Any],
    work: Callable[[Sequence[UUID], datetime], int],
    now: datetime,
    *,
    about: str,
    hearers: Hearers = STAFF,
    size: int = BATCH,
    stay: bool = False,
) -> int:
    """Do `work` for all `rows` that are due, in their order, `size` in one transaction; returns how many things it did.

    `work` gets ids and leaves a row that it did no longer among `rows`. Where rows `stay` there, to be looked at with each
    pass, it waits for one that is held, and one that broke counts as mended once it works. `about` leads from a row to the
    membership of the person it concerns, whom the `hearers` are shown. `scan` names the rows: two calls with different rows
    need two.
    """
    one_pass = _ScanPass(scan, rows, about, now, hearers)
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
    if stay:
        one_pass.mend(one_pass.broken)
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

    def __init__(self, scan: str, rows: QuerySet[Any], about: str, now: datetime, hearers: Hearers = STAFF) -> None:
        self.scan, self.rows, self.about, self.now, self.hearers = scan, rows, about, now, hearers
        self._errors: dict[UUID, Exception] = {}
        due = list(rows.values_list("pk", flat=True))
        known = set(BrokenRow.objects.standing().filter(scan=scan).values_list("row_id", flat=True))
        self.mend(known.difference(due))
        self.sound = [pk for pk in due if pk not in known]
        self.broken = [pk for pk in due if pk in known]

    def mend(self, ids: Iterable[UUID]) -> None:
        """Those that do not break now are mended."""
        works = set(ids) - self._errors.keys()
        if works:
            BrokenRow.objects.standing().filter(scan=self.scan, row_id__in=works).update(mended_at=self.now)

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
        by_program: dict[UUID, list[tuple[BrokenRow, Membership]]] = {}
        for row, person in filter(None, new):
            by_program.setdefault(row.program_id, []).append((row, person))
        for rows in by_program.values():
            self._say(rows[:NAMED_AT_MOST])

    def _note(self, pk: UUID, error: Exception) -> tuple[BrokenRow, Membership] | None:
        """The breakage as a row, with whom it concerns; None where another pass noted it, or the row went away meanwhile."""
        log.error("The scan %s broke at the row %s", self.scan, pk, exc_info=error)
        concerned = Membership.objects.filter(pk__in=self.rows.model._default_manager.filter(pk=pk).values(self.about))
        person = concerned.select_related("user", "program").first()
        if person is None:
            return None
        row, is_new = BrokenRow.objects.get_or_create(
            scan=self.scan,
            row_id=pk,
            mended_at=None,
            defaults={
                "program_id": person.program_id,
                "person_id": person.pk,
                "error": type(error).__name__,
                "since": self.now,
            },
        )
        return (row, person) if is_new else None

    def _say(self, broken: Iterable[tuple[BrokenRow, Membership]]) -> None:
        kind = self.hearers.message
        enqueue_all(
            message_for(kind, subject_id=row.pk, recipient=member.user, program=person.program, now=self.now)
            for row, person in broken
            for member in self.hearers.of(person)
        )
