"""The HMAC chain over the audit entries: each link covers the link before it, its position and one whole entry.

Entries are linked soon after they were committed, not inside the transaction that wrote them; docs/adr/0005-audit-chain.md
says why, and what that leaves open.
"""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from core.locks import hold
from privacy.models import AuditEntry, AuditSeal, UnsealedEntry

BATCH = 1000
NAMED = 20
"""How many broken links are named; all are counted."""
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)
"""What reading a row raises where something else stands in it than its column is for."""
Unreadable = Literal["unreadable"]


def seal_entries(now: datetime) -> int:
    """Link every entry that waits, in the order of (at, id); returns how many. The scan `privacy.seal_audit`."""
    sealed = 0
    while linked := _seal_batch():
        sealed += linked
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    hold("privacy.seal")
    position, mac = _head()
    waiting = AuditEntry.objects.filter(pk__in=UnsealedEntry.objects.values("entry_id")).order_by("at", "id")
    entries = list(waiting[:BATCH])
    seals = []
    for entry in entries:
        position += 1
        mac = link(mac, position, entry)
        seals.append(AuditSeal(position=position, entry_id=entry.pk, mac=mac))
    AuditSeal.objects.bulk_create(seals)
    UnsealedEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return len(entries)


def _head() -> tuple[int, str]:
    return AuditSeal.objects.order_by("-position").values_list("position", "mac").first() or (0, "")


def link(previous: str, position: int, entry: AuditEntry) -> str:
    """The MAC of one link. JSON keeps the parts apart, so no part can grow at its neighbor's cost."""
    parts = [
        previous,
        position,
        str(entry.pk),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.action,
        str(entry.program_id),
        str(entry.actor_id or ""),
        entry.actor_role,
        str(entry.person_id or ""),
        entry.object_type,
        str(entry.object_id),
        entry.reason,
    ]
    return hmac.digest(settings.AUDIT_KEY.encode(), json.dumps(parts).encode(), "sha256").hex()


@dataclass(frozen=True)
class Head:
    """The newest link, or one that the operator kept elsewhere."""

    position: int
    mac: str

    def __str__(self) -> str:
        return f"{self.position}:{self.mac}"


@dataclass
class Report:
    """`problems` names the first of `broken`; `waiting` entries are not linked yet, which is no problem by itself."""

    links: int = 0
    waiting: int = 0
    broken: int = 0
    head: Head = Head(0, "")
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        self.broken += 1
        if self.broken <= NAMED:
            self.problems.append(problem)


def verify_chain(kept: Head | None = None) -> Report:
    """Walk the whole chain in constant memory. `kept` is a head from before: it must still stand where it stood."""
    report = Report()
    with _any_bytes():
        _walk(report, kept)
        _look_beside_the_chain(report)
    return report


def _walk(report: Report, kept: Head | None) -> None:
    previous, expected = "", 1
    for position, seal, entry in _links():
        report.links += 1
        if not isinstance(position, int):
            report.add(f"A link stands at the position {position!r}, which is none.")
            continue
        if position != expected:
            report.add(f"Positions {expected} to {position - 1} are missing.")
        if problem := _problem_of(previous, position, seal, entry):
            report.add(problem)
        if kept is not None and kept.position == position and (seal is None or kept.mac != seal.mac):
            report.add(f"Position {position}: the link is another one than the head that was kept.")
        previous, expected = seal.mac if seal else "", position + 1
    report.head = Head(expected - 1, previous)
    if kept is not None and kept.position > report.head.position:
        report.add(f"The chain ends at position {report.head.position}; the head that was kept is at {kept.position}.")


def _problem_of(previous: str, position: int, seal: AuditSeal | None, entry: AuditEntry | Unreadable | None) -> str | None:
    if seal is None:
        return f"Position {position}: the link cannot be read, so it was changed."
    if entry == "unreadable":
        return f"Position {position}: the entry {seal.entry_id} cannot be read, so it was changed."
    if entry is None:
        return f"Position {position}: the entry {seal.entry_id} is missing."
    try:
        is_as_written = hmac.compare_digest(seal.mac, link(previous, position, entry))
    except UNREADABLE:
        is_as_written = False
    if not is_as_written:
        return f"Position {position}: the entry {seal.entry_id}, or its place in the chain, was changed."
    return None


def _links() -> Iterator[tuple[Any, AuditSeal | None, AuditEntry | Unreadable | None]]:
    """Position, link and entry; read in batches, and one by one where a batch holds something that cannot be read."""
    positions = AuditSeal.objects.order_by("position").values_list("position", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(positions, BATCH)):
        try:
            seals = list(AuditSeal.objects.filter(position__in=batch).order_by("position"))
            entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in seals])
            links = [(seal.position, seal, entries.get(seal.entry_id)) for seal in seals]
        except UNREADABLE:
            yield from map(_link_at, batch)
        else:
            yield from links


def _link_at(position: Any) -> tuple[Any, AuditSeal | None, AuditEntry | Unreadable | None]:
    try:
        seal = AuditSeal.objects.get(position=position)
    except UNREADABLE:
        return position, None, None
    try:
        return position, seal, AuditEntry.objects.filter(pk=seal.entry_id).first()
    except UNREADABLE:
        return position, seal, "unreadable"


@contextmanager
def _any_bytes() -> Iterator[None]:
    """SQLite keeps any bytes as text; inside, those that are no text are read as their numbers instead of being refused."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    connection.connection.text_factory = lambda raw: raw.decode(errors="backslashreplace")
    try:
        yield
    finally:
        connection.connection.text_factory = str


def _look_beside_the_chain(report: Report) -> None:
    """Entries that wait; entries that neither wait nor are linked; waiting ids whose entry is gone. Ids as they stand there."""
    queued = Exists(UnsealedEntry.objects.filter(entry_id=OuterRef("pk")))
    linked = Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk")))
    report.waiting = AuditEntry.objects.filter(queued).count()
    for pk in _ids(AuditEntry.objects.filter(~queued, ~linked)):
        report.add(f"The entry {pk} is not in the chain and does not wait for its place.")
    exists = Exists(AuditEntry.objects.filter(pk=OuterRef("pk")))
    for pk in _ids(UnsealedEntry.objects.filter(~exists)):
        report.add(f"The entry {pk} is missing; it waited for its place in the chain.")


def _ids(rows: QuerySet[Any]) -> Iterator[str]:
    """The ids of `rows`, also of those where it is none."""
    for text in rows.values_list(Cast("pk", TextField()), flat=True).iterator():
        try:
            yield str(UUID(text))
        except UNREADABLE:
            yield repr(text)
