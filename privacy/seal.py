"""The HMAC chain over the audit entries: each link covers the link before it, its position and one whole entry.

Entries are linked soon after they were committed, not inside the transaction that wrote them; docs/adr/0005-audit-chain.md
says why, and what that leaves open.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from core.locks import hold
from privacy.models import AuditEntry, AuditSeal, UnsealedEntry

BATCH = 1000
NAMED = 20
"""How many broken links are named; all are counted."""


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
    previous, expected = "", 1
    for seal, entry in _links():
        report.links += 1
        if seal.position != expected:
            report.add(f"Positions {expected} to {seal.position - 1} are missing.")
        if entry is None:
            report.add(f"Position {seal.position}: the entry {seal.entry_id} is missing.")
        elif not hmac.compare_digest(seal.mac, link(previous, seal.position, entry)):
            report.add(f"Position {seal.position}: the entry {seal.entry_id}, or its place in the chain, was changed.")
        if kept is not None and kept.position == seal.position and kept.mac != seal.mac:
            report.add(f"Position {seal.position}: the link is another one than the head that was kept.")
        previous, expected = seal.mac, seal.position + 1
    report.head = Head(expected - 1, previous)
    if kept is not None and kept.position > report.head.position:
        report.add(f"The chain ends at position {report.head.position}; the head that was kept is at {kept.position}.")
    _look_beside_the_chain(report)
    return report


def _links() -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    seals = AuditSeal.objects.order_by("position").iterator(chunk_size=BATCH)
    while batch := list(islice(seals, BATCH)):
        entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in batch])
        yield from ((seal, entries.get(seal.entry_id)) for seal in batch)


def _look_beside_the_chain(report: Report) -> None:
    """Entries that wait; entries that neither wait nor are linked; waiting ids whose entry is gone."""
    queued = Exists(UnsealedEntry.objects.filter(entry_id=OuterRef("pk")))
    linked = Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk")))
    report.waiting = AuditEntry.objects.filter(queued).count()
    for pk in AuditEntry.objects.filter(~queued, ~linked).values_list("pk", flat=True).iterator():
        report.add(f"The entry {pk} is not in the chain and does not wait for its place.")
    exists = Exists(AuditEntry.objects.filter(pk=OuterRef("pk")))
    for pk in UnsealedEntry.objects.filter(~exists).values_list("pk", flat=True).iterator():
        report.add(f"The entry {pk} is missing; it waited for its place in the chain.")
