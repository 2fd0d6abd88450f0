"""Which addresses to look at for each route that takes arguments, and which routes show no page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import CheckIn, SupportRequest
from core.policy import policy_of
from core.routes import Route, walk
from intake.files import pending as pending_imports
from matching.rounds.services import start_round
from people.models import Invitation
from privacy.models import Consent
from relationships.actions import ACTIONS
from relationships.enums import RUNNING
from relationships.models import MentoringSession, Relationship
from supervision.models import Flag

Addresses = Callable[[Membership], list[str]]
SAMPLES = Path(settings.BASE_DIR) / "docs" / "samples"

NO_PAGE = frozenset(
    {
        "intake:export",
        "intake:import_left",
        "core:healthz",
        "core:readyz",
        "matching:round_progress",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "notifications:open",
        "supervision:event",
    }
)
"""Answers for machines, downloads, addresses that only lead to another page, and two that need a real security key."""


def _pairs_of(person: Membership) -> QuerySet[Relationship]:
    return Relationship.objects.visible_to(person).order_by("started_at", "pk")


def _pairs(person: Membership) -> list[str]:
    """One pair in each state."""
    return [reverse("relationships:detail", args=[pair.pk]) for pair in {p.state: p for p in _pairs_of(person)}.values()]


def _of_running_pair(route: str) -> Addresses:
    def addresses(person: Membership) -> list[str]:
        return [reverse(route, args=[pair.pk]) for pair in _pairs_of(person).filter(state__in=RUNNING)[:1]]

    return addresses


def _sessions(person: Membership) -> list[str]:
    """One that was held and one that was not."""
    sessions = MentoringSession.objects.filter(relationship__in=_pairs_of(person)).order_by("held_on")
    found = {session.outcome == "met": session for session in sessions}
    return [reverse("relationships:session", args=[one.relationship_id, one.pk]) for one in found.values()]


def _changes(person: Membership) -> list[str]:
    """Each thing that this role may do to a pair in some state."""
    addresses: dict[str, str] = {}
    for pair in _pairs_of(person):
        for action in ACTIONS:
            if action.is_open_to(pair.state, person.role, is_on_hold=False):
                addresses[action.slug] = reverse("relationships:change_state", args=[pair.pk, action.slug])
    return list(addresses.values())


def _people(route: str, *roles: Role) -> Addresses:
    def addresses(person: Membership) -> list[str]:
        everybody = Membership.objects.filter(program=person.program).order_by("joined_at", "pk")
        return [reverse(route, args=[everybody.filter(role=role)[0].pk]) for role in roles]

    return addresses


def _waiting(person: Membership) -> list[str]:
    """Who waits, who has a proposal out, who is still in intake."""
    names = ("Graciela", "Nadine", "Delphine")
    mentees = Membership.objects.filter(program=person.program, role=Role.MENTEE, user__first_name__in=names)
    return [reverse("matching:candidates", args=[mentee.pk]) for mentee in mentees]


def _round(route: str) -> Addresses:
    """The open round; one is started where there is none."""
    return lambda person: [reverse(route, args=[start_round(by=person, now=timezone.now()).pk])]


def _in_round(route: str, *, left_over: bool) -> Addresses:
    """Of the open round, somebody with a proposed mentor, and somebody without where `left_over` people have such a page."""

    def addresses(person: Membership) -> list[str]:
        lines = start_round(by=person, now=timezone.now()).lines
        found = [lines.exclude(mentor=None).first(), lines.filter(mentor=None).first() if left_over else None]
        return [reverse(route, args=[line.round_id, line.mentee_id]) for line in found if line]

    return addresses


def _flags(person: Membership) -> list[str]:
    """One of each kind, open and closed."""
    flags = Flag.objects.visible_to(person).order_by("opened_at")
    found = {(flag.kind, flag.closed_at is None): flag for flag in flags}
    return [reverse("supervision:flag", args=[flag.pk]) for flag in found.values()]


def _first(route: str, rows: Callable[[Membership], QuerySet[Any]]) -> Addresses:
    return lambda person: [reverse(route, args=[row.pk]) for row in rows(person)[:1]]


def _import_preview(person: Membership) -> list[str]:
    texts = {kind.value: (SAMPLES / f"{kind}s.csv").read_text() for kind in (Role.MENTOR, Role.MENTEE)}
    broken = {Role.MENTEE.value: "email,first_name,birth_date\nnobody,Nobody,2026-02-30\n"}
    uploads = [pending_imports.keep(owner=person, texts=given, now=timezone.now()) for given in (texts, broken)]
    return [reverse("intake:import_preview", args=[upload.pk]) for upload in uploads]


def _with(kind: str, route: str) -> Addresses:
    """Pages for people who have set this second factor up."""

    def addresses(person: Membership) -> list[str]:
        return [reverse(route)] if Authenticator.objects.filter(user=person.user, type=kind).exists() else []

    return addresses


WITH_ARGUMENTS: dict[str, Addresses] = {
    "intake:take_back_consent": _first(
        "intake:take_back_consent",
        Consent.objects.of,
    ),
    "intake:import_preview": _import_preview,
    "intake:person": _people("intake:person", Role.MENTEE, Role.MENTOR, Role.SUPERVISOR),
    "intake:person_edit": _people("intake:person_edit", Role.MENTEE, Role.MENTOR),
    "checkins:read": _first("checkins:read", lambda person: CheckIn.objects.visible_to(person, timezone.now())),
    "checkins:shared": _of_running_pair("checkins:shared"),
    "checkins:support_request": _first(
        "checkins:support_request",
        lambda person: SupportRequest.objects.visible_to(person, timezone.now()),
    ),
    "matching:candidates": _waiting,
    "matching:keep_apart": _in_round("matching:keep_apart", left_over=False),
    "matching:keep_together": _in_round("matching:keep_together", left_over=False),
    "matching:round": _round("matching:round"),
    "matching:round_pair": _in_round("matching:round_pair", left_over=True),
    "matching:round_weights": _round("matching:round_weights"),
    "matching:send_round": _round("matching:send_round"),
    "mfa_deactivate_totp": _with(Authenticator.Type.TOTP, "mfa_deactivate_totp"),
    "mfa_view_recovery_codes": _with(Authenticator.Type.RECOVERY_CODES, "mfa_view_recovery_codes"),
    "relationships:cadence": _of_running_pair("relationships:cadence"),
    "relationships:change_state": _changes,
    "relationships:detail": _pairs,
    "relationships:log_session": _of_running_pair("relationships:log_session"),
    "relationships:tell_supervisor": _of_running_pair("relationships:tell_supervisor"),
    "relationships:say_no": _first("relationships:say_no", lambda person: Relationship.objects.visible_to(person).proposed()),
    "relationships:session": _sessions,
    "supervision:flag": _flags,
    "training:record": _people("training:record", Role.MENTOR),
}


def pages_of(person: Membership) -> Iterator[str]:
    """Every address that this person may open with GET. Pages for people who are not signed in are in `public_pages`."""
    for route in walk(get_resolver().url_patterns):
        policy = policy_of(route.view)
        if policy is None or "GET" not in policy.methods or policy.audience == "public" or route.name in NO_PAGE:
            continue
        if policy.audience == "roles" and person.role not in policy.roles:
            continue
        yield from _addresses(route, person)


def _addresses(route: Route, person: Membership) -> list[str]:
    if route.name in WITH_ARGUMENTS:
        return WITH_ARGUMENTS[route.name](person)
    if "<" in route.pattern:
        raise LookupError(f"{route} takes arguments: say in WITH_ARGUMENTS which addresses to look at")
    return [f"/{route.pattern}"]


def public_pages() -> Iterator[str]:
    """Every address that anybody may open; of the links that came by mail, those of an invitation."""
    invitation = Invitation.objects.filter(accepted_at=None).latest("created_at")
    links = {
        "people:join": [[invitation.token]],
        "account_confirm_email": [["stale"]],
        "account_reset_password_from_key": [["1", "stale"]],
    }
    for route in walk(get_resolver().url_patterns):
        policy = policy_of(route.view)
        if policy is None or policy.audience != "public" or "GET" not in policy.methods or route.name in NO_PAGE:
            continue
        yield from [reverse(route.name, args=args) for args in links.get(route.name, [[]])]
