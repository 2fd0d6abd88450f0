"""An invented program with many running pairs for `benchmarks/tick.py`, and what makes some of its rows due."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.enums import Role
from accounts.models import Membership, Program, User
from checkins.enums import Support
from checkins.models import CheckIn, CheckInSchedule, SupportRequest
from demo import factories
from notifications.models import Delivery, Message, Notice, Urgency
from people.models import MenteeProfile, MentorProfile
from privacy.models import Action, AuditEntry, AuditSeal, UnsealedEntry
from relationships.enums import Outcome, RequestKind, State
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from supervision.kinds import FlagKind
from supervision.models import Flag

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Monday noon in New York: nobody's quiet hours."""
DAY = timedelta(days=1)
MENTEES_EACH = 3
PROPOSALS = 200
GAP_EVERY = 20
"""One in so many pairs has an open session gap."""
SHARES = {"reminders": 600, "gaps": 250, "gaps over": 50, "proposals": 40, "calls": 40, "worries": 20}
"""What is due when 1,000 rows are."""
BLOCK = 1_000
COPIED: tuple[type[models.Model], ...] = (
    *(
        User,
        Membership,
        MentorProfile,
        MenteeProfile,
        Relationship,
        CheckInSchedule,
        MentoringSession,
        CheckIn,
        Message,
        Notice,
    ),
    *(Flag, AuditEntry, AuditSeal),
)
_PEOPLE = "IN (SELECT user_id FROM accounts_membership WHERE role IN ('mentor', 'mentee'))"
ONLY_PEOPLE: dict[type[models.Model], str] = {User: f"WHERE made.id {_PEOPLE}", Membership: f"WHERE made.user_id {_PEOPLE}"}
SHARED = {"program_id", "supervisor_id"}
"""What a copy has in common with what it was copied from."""


def fill(pairs: int) -> None:
    """`pairs` running pairs in one program, each with two sessions, check-ins, notices and entries of the audit behind it.

    The first thousand are made one by one, and then copied with other ids, which is much quicker.
    """
    program = factories.make_program("benchmark")
    for number, role in enumerate((Role.COORDINATOR, Role.COORDINATOR, Role.ADMIN)):
        factories.make_member(program, role, f"staff{number}@example.org")
    supervisors = [factories.make_member(program, Role.SUPERVISOR, f"supervisor{number}@example.org") for number in range(5)]
    mentees = _members(program, Role.MENTEE, BLOCK)
    mentors = _members(program, Role.MENTOR, -(-BLOCK // MENTEES_EACH))
    _profiles(mentors, mentees, supervisors)
    _run(program, [(mentors[place // MENTEES_EACH], mentee) for place, mentee in enumerate(mentees)])
    if pairs > BLOCK:
        _copy(pairs // BLOCK - 1)
    waiting, asked = _members(program, Role.MENTEE, PROPOSALS), _members(program, Role.MENTOR, PROPOSALS)
    _profiles(asked, waiting, supervisors)
    _add(_pair(program, *two, state=State.PROPOSED, expires=NOW + DAY) for two in zip(asked, waiting, strict=True))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # it does so by itself when so much has changed; SQLite does not


def make_due(turn: int) -> None:
    """1,000 rows become due at `NOW`: others with each `turn`, from 0."""

    def some(rows: "models.QuerySet[Any]", what: str) -> list[Any]:
        count = SHARES[what]
        return list(rows.order_by("pk").values_list("pk", flat=True)[turn * count : (turn + 1) * count])

    running = Relationship.objects.running().filter(session_gap_step=0)
    gaps = some(running, "gaps")
    today = NOW.date()
    Relationship.objects.filter(pk__in=gaps).update(session_gap_since=today - 8 * DAY, session_gap_due_at=NOW)
    schedules = CheckInSchedule.objects.ticking()
    schedules.filter(pk__in=some(schedules, "reminders")).update(due_at=NOW, reminder_at=NOW)
    in_gap = Relationship.objects.filter(flags__kind=FlagKind.SESSION_GAP, flags__closed_at=None)
    over = Relationship.objects.filter(pk__in=some(in_gap, "gaps over"))
    over.update(session_gap_step=0, session_gap_since=today)
    proposed = Relationship.objects.proposed()
    proposed.filter(pk__in=some(proposed, "proposals")).update(proposal_expires_at=NOW)
    called = Relationship.objects.filter(pk__in=some(running.exclude(pk__in=gaps), "calls")).select_related("mentee")
    SupportRequest.objects.bulk_create(
        SupportRequest(mentee=pair.mentee, urgency=Support.TODAY, asked_at=NOW) for pair in called
    )
    worried = Relationship.objects.filter(pk__in=some(running.exclude(pk__in=gaps), "worries"))
    SupervisorRequest.objects.bulk_create(
        SupervisorRequest(relationship=pair, kind=RequestKind.TALK, asked_at=NOW, submission_key=uuid4()) for pair in worried
    )


def _members(program: Program, role: Role, count: int) -> list[Membership]:
    password = make_password(None)
    users = User.objects.bulk_create(
        User(email=f"{uuid4().hex}@example.org", first_name="Somebody", password=password) for _ in range(count)
    )
    return Membership.objects.bulk_create(Membership(user=user, program=program, role=role) for user in users)


def _profiles(mentors: list[Membership], mentees: list[Membership], supervisors: list[Membership]) -> None:
    MentorProfile.objects.bulk_create(
        MentorProfile(membership=mentor, supervisor=supervisors[place % len(supervisors)], capacity=MENTEES_EACH)
        for place, mentor in enumerate(mentors)
    )
    MenteeProfile.objects.bulk_create(MenteeProfile(membership=mentee) for mentee in mentees)


def _pair(program: Program, mentor: Membership, mentee: Membership, *, expires: datetime, **fields: Any) -> Relationship:
    return Relationship(
        program=program, mentor=mentor, mentee=mentee, proposed_at=NOW - 60 * DAY, proposal_expires_at=expires, **fields
    )


def _run(program: Program, people: list[tuple[Membership, Membership]]) -> None:
    pairs = [_running(program, place, *two) for place, two in enumerate(people)]
    _add(pairs)
    _add(_behind(pairs))
    _seal()


def _seal() -> None:
    """Every entry has its link, whose MAC nobody checks here."""
    entries = AuditEntry.objects.values_list("pk", flat=True)
    _add(AuditSeal(position=position, entry_id=pk, mac="0" * 64) for position, pk in enumerate(entries, 1))


@transaction.atomic
def _copy(times: int) -> None:
    """Each row so many times again. The number of the copy stands at the head of each id."""
    for model in COPIED:
        table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
        into = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(_in_copy(field, f'made."{field.column}"') for field in model._meta.concrete_fields)
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times})"  # noqa: S608  the same
        only = ONLY_PEOPLE.get(model, "")
        source = f'SELECT {values} FROM "{table}" AS made CROSS JOIN numbers {only}'  # noqa: S608  names of our own
        with connection.cursor() as cursor:
            cursor.execute(f'{numbers} INSERT INTO "{table}" ({into}) {source}')
    UnsealedEntry.objects.all().delete()


def _in_copy(field: "models.Field[Any, Any]", column: str) -> str:
    """What the column holds in the copy `n`."""
    is_id = isinstance(field.target_field if isinstance(field, models.ForeignKey) else field, models.UUIDField)
    if is_id and field.column not in SHARED:
        if connection.vendor == "postgresql":
            return f"(lpad(to_hex(n), 8, '0') || substr(replace({column}::text, '-', ''), 9))::uuid"
        return f"printf('%08x', n) || substr({column}, 9)"
    if field.column == "email":
        return f"n || '.' || {column}"
    if field.column == "position":
        return f"n * {2 * BLOCK} + {column}"
    return column


def _running(program: Program, place: int, mentor: Membership, mentee: Membership) -> Relationship:
    """Spread over the days to come; every twentieth has been without a session for eight days."""
    in_gap = place % GAP_EVERY == 0
    since = NOW.date() - (9 if in_gap else 1 + place % 6) * DAY
    return _pair(
        program,
        mentor,
        mentee,
        expires=NOW - 53 * DAY,
        state=State.ACTIVE,
        started_at=NOW - 58 * DAY,
        last_session_on=since,
        session_gap_since=since,
        session_gap_step=int(in_gap),
        session_gap_due_at=NOW + (1 + place % 6) * DAY,
    )


def _behind(pairs: list[Relationship]) -> Iterator[models.Model]:
    """What a pair leaves in the tables that the scans read."""
    for place, pair in enumerate(pairs):
        ahead = NOW + timedelta(minutes=1 + place % 10_000)
        yield CheckInSchedule(mentee=pair.mentee, due_at=ahead, reminder_at=ahead)
        for weeks in (1, 2):
            at = NOW - 7 * weeks * DAY
            yield MentoringSession(
                relationship=pair,
                held_on=at.date(),
                outcome=Outcome.MET,
                logged_by=pair.mentor,
                logged_at=at,
                submission_key=uuid4(),
            )
            yield CheckIn(mentee=pair.mentee, submitted_at=at, mood=3, submission_key=uuid4())
            yield AuditEntry(
                at=at,
                action=Action.OPENED,
                program_id=pair.program_id,
                person_id=pair.mentee.user_id,
                object_type="relationships.relationship",
                object_id=pair.pk,
            )
            yield from _said(pair, at)
        if pair.session_gap_step:
            yield Flag(
                program_id=pair.program_id,
                relationship=pair,
                about=pair.mentee,
                kind=FlagKind.SESSION_GAP,
                opened_at=NOW - DAY,
                raised_at=NOW - DAY,
            )


def _said(pair: Relationship, at: datetime) -> Iterator[models.Model]:
    """A reminder that was mailed and read."""
    recipient, program = pair.mentee.user_id, pair.program_id
    message = Message(
        kind="checkins.reminder",
        subject_id=pair.pk,
        local_date=at.date(),
        recipient_id=recipient,
        program_id=program,
        created_at=at,
        due_at=at,
    )
    yield message
    yield Delivery(message=message, channel="mail", urgency=Urgency.ORDINARY, sent_at=at)
    yield Notice(message=message, recipient_id=recipient, program_id=program, created_at=at, read_at=at)


def _add(rows: Iterable[models.Model]) -> None:
    """Insert rows of any models, each model's together."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, found in by_model.items():
        model._default_manager.bulk_create(found)
