"""The workbench: everybody who waits beside every free place, one proposed set, and a person who decides.

Each page works by itself. Where the browser asks for a part only (htmx says so), the same view answers with that part, and
after a change with the list and the numbers too.
"""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from core.errors import DomainError
from core.forms import posted
from core.policy import allow
from core.refusals import refuse
from matching.access import get_line_for, get_member_for, get_round_for
from matching.enums import OverrideKind, OverrideReason
from matching.models import Round, RoundLine
from matching.rounds import services
from matching.rounds.answers import after, bench, mark_changes, page_of, part_or_page, send_back, wants_part
from matching.rounds.bench import bench_of, has_own_weights, pairs_now, rounds_of
from matching.rounds.forms import OverrideForm, RoundWeightsForm, SendForm
from matching.rounds.outcome import outcomes_of
from matching.rounds.pair import pair_page
from matching.weights.services import as_counted, weights_of

ROUNDS_ON_A_PAGE = 20


@allow(Role.COORDINATOR)
def rounds(request: MemberRequest) -> HttpResponse:
    page = Paginator(rounds_of(request.membership), ROUNDS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matching/rounds/list.html", {"page": page})


@allow(Role.COORDINATOR, methods=("POST",))
def start(request: MemberRequest) -> HttpResponse:
    started = services.start_round(by=request.membership, now=request.now)
    if started.started_at != request.now:
        messages.info(request, _("A round was open already. Here it is."))
    return redirect(started)


@allow(Role.COORDINATOR)
def round_page(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """The workbench, or a closed round as it was. `?pair=` names the person whose panel stands open."""
    matching_round = get_round_for(request.membership, round_id)
    if not matching_round.is_open:
        context = {"round": matching_round, "found": outcomes_of(matching_round, request.now)}
        return render(request, "matching/rounds/as_it_was.html", context)
    page = page_of(request, matching_round, _uuid(request.GET.get("pair", "")))
    return render(request, "matching/rounds/workbench.html", bench(request, matching_round) | {"page": page})


@allow(Role.COORDINATOR)
def pair(request: MemberRequest, round_id: UUID, mentee_id: UUID) -> HttpResponse:
    matching_round = get_round_for(request.membership, round_id)
    page = pair_page(matching_round, mentee_id, by=request.membership, now=request.now)
    return part_or_page(request, "pair", {"round": matching_round, "page": page})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def override(request: MemberRequest, round_id: UUID, mentee_id: UUID, kind: OverrideKind) -> HttpResponse:
    """Keep a person together with, or apart from, the mentor named; by default the one who is proposed.

    Where another mentor is proposed now than the coordinator had read, the form says so and still acts on the pair it names.
    """
    matching_round = get_round_for(request.membership, round_id)
    if not matching_round.is_open:
        return send_back(request, matching_round)
    line: RoundLine = get_line_for(matching_round, mentee_id)
    asked = request.POST if request.method == "POST" else request.GET
    mentor_id = _uuid(asked.get("mentor", "")) or line.mentor_id
    if mentor_id is None:
        raise Http404
    mentor = get_member_for(request.membership, mentor_id, Role.MENTOR)
    proposed = str(line.mentor_id or "")
    read = asked.get("proposed", proposed)
    form = OverrideForm(posted(request), initial={"mentor": mentor.pk, "proposed": read})
    if form.is_valid():
        before = pairs_now(matching_round)
        try:
            services.override(
                matching_round=matching_round,
                kind=kind,
                mentee=line.mentee,
                mentor=mentor,
                reason=OverrideReason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                by=request.membership,
                now=request.now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return after(request, matching_round, before, mentee_id=mentee_id)
    context = {
        "round": matching_round,
        "line": line,
        "mentor": mentor,
        "kind": kind,
        "form": form,
        "has_changed": read != proposed,
    }
    return part_or_page(request, "override", context, into="#pair-form")


@allow(Role.COORDINATOR, methods=("POST",))
def take_back(request: MemberRequest, round_id: UUID, override_id: UUID) -> HttpResponse:
    matching_round = get_round_for(request.membership, round_id)
    standing = matching_round.overrides.filter(pk=override_id).first()
    if standing is None:
        raise Http404
    before = pairs_now(matching_round)
    try:
        services.take_back(override=standing, by=request.membership, now=request.now)
    except DomainError as refusal:
        return send_back(request, matching_round, refusal)
    return after(request, matching_round, before, mentee_id=standing.mentee_id)


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def weights(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """The weights of this round alone. In the workbench the form stays open, so that they can be tried out.

    A button named `program` takes those of the program instead.
    """
    matching_round = get_round_for(request.membership, round_id)
    if not matching_round.is_open:
        return send_back(request, matching_round)
    if "program" in request.POST:
        return _weigh_as_program(request, matching_round)
    form = RoundWeightsForm(
        posted(request),
        weights=as_counted(matching_round.weights),
        protects_weakest=matching_round.protects_weakest,
    )
    if form.is_valid():
        before = pairs_now(matching_round)
        try:
            services.reweigh(
                matching_round=matching_round,
                weights=form.weights,
                protects_weakest=form.cleaned_data["protects_weakest"],
                by=request.membership,
                now=request.now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return after(request, matching_round, before, form=form)
    context = {"round": matching_round, "form": form, "has_own_weights": has_own_weights(matching_round)}
    return part_or_page(request, "weights", context, into="#pair")


def _weigh_as_program(request: MemberRequest, matching_round: Round) -> HttpResponse:
    """Back to the weights of the program as they are now."""
    before = pairs_now(matching_round)
    program_weights = weights_of(matching_round.program)
    try:
        services.reweigh(
            matching_round=matching_round,
            weights=program_weights,
            protects_weakest=matching_round.protects_weakest,
            by=request.membership,
            now=request.now,
        )
    except DomainError as refusal:
        return send_back(request, matching_round, refusal)
    form = RoundWeightsForm(weights=program_weights, protects_weakest=matching_round.protects_weakest)
    return after(request, matching_round, before, form=form)


@allow(Role.COORDINATOR, methods=("POST",))
def solve_again(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _change(request, round_id, services.solve_again)


@allow(Role.COORDINATOR, methods=("POST",))
def call_off(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _change(request, round_id, services.call_off, _("Called off. What was worked out before stands as it was."))


@allow(Role.COORDINATOR, methods=("POST",))
def set_aside(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _change(request, round_id, services.set_aside, _("Set aside. Nothing was sent, and you can take it up again."))


@allow(Role.COORDINATOR, methods=("POST",))
def reopen(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _change(request, round_id, services.reopen, _("The round is in work again, just as it was."))


class _Service(Protocol):
    def __call__(self, *, matching_round: Round, by: Membership, now: datetime) -> None: ...


def _change(request: MemberRequest, round_id: UUID, service: _Service, done: str = "") -> HttpResponse:
    """Something that concerns the round as a whole, and its page again. Without `done` it says what became of the pairs."""
    matching_round = get_round_for(request.membership, round_id)
    before = pairs_now(matching_round)
    try:
        service(matching_round=matching_round, by=request.membership, now=request.now)
    except DomainError as refusal:
        return send_back(request, matching_round, refusal)
    news = mark_changes(request, matching_round, before)
    if done or not matching_round.is_at_work:  # else the page says how far it is
        messages.success(request, done or news)
    return redirect(matching_round)


@allow(Role.COORDINATOR)
def progress(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """How far a round is that is being worked out; when it is done, the list and the numbers."""
    matching_round = get_round_for(request.membership, round_id)
    if not wants_part(request):
        return redirect(matching_round)
    if matching_round.is_at_work:
        return render(request, "matching/rounds/_progress.html", {"round": matching_round})
    if not matching_round.is_open:
        return HttpResponse(headers={"HX-Redirect": matching_round.get_absolute_url()})
    context = bench(request, matching_round) | {"news": _("The new result is here.")}
    return render(request, "matching/rounds/_update.html", context)


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def send_round(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Exactly which mentors and mentees will be asked; then ask them."""
    matching_round = get_round_for(request.membership, round_id)
    if request.method == "POST":
        form = SendForm(request.POST)
        seen = form.cleaned_data["seen"] if form.is_valid() else None
        try:
            sent = services.send_round(matching_round=matching_round, seen=seen, by=request.membership, now=request.now)
        except DomainError as refusal:
            refuse(request, refusal)
        else:
            _say_sent(request, sent)
            return redirect(matching_round)
    matching_round.refresh_from_db()
    if not matching_round.is_open or matching_round.is_at_work or matching_round.is_behind:
        return redirect(matching_round)
    context = {
        "round": matching_round,
        "bench": bench_of(matching_round),
        "expires_at": request.now + timedelta(days=matching_round.program.proposal_days),
    }
    return render(request, "matching/rounds/send.html", context, status=422 if request.method == "POST" else 200)


def _say_sent(request: MemberRequest, sent: services.Sent) -> None:
    count, lost = len(sent.sent), len(sent.lost)
    words = ngettext(
        "%(count)d pair has been asked. Both people answer on their own page.",
        "%(count)d pairs have been asked. Each person answers on their own page.",
        count,
    )
    messages.success(request, words % {"count": count})
    if lost:
        words = ngettext(
            "%(count)d pair could not be asked; below it says why.",
            "%(count)d pairs could not be asked; below it says why.",
            lost,
        )
        messages.warning(request, words % {"count": lost})
