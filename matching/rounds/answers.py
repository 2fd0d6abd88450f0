"""How the workbench answers: a page of its own, or the part that the open page asked for.

After a change the part comes with the list, the numbers above it and one sentence of news, each of which finds its own place.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import status_of
from core.refusals import refuse
from matching.explain.breakdown import color_keys
from matching.models import Round
from matching.rounds.bench import Pairs, bench_of, changed_between, changed_since, has_own_weights, pairs_now
from matching.rounds.forms import RoundWeightsForm
from matching.rounds.pair import PairPage, pair_page
from matching.scoring.factors import FACTORS

CHANGED = "round_changed"
"""In the session: what the last change by this person did, as the round, the moment it was worked out, and the mentees."""


def wants_part(request: MemberRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def bench(request: MemberRequest, matching_round: Round) -> dict[str, Any]:
    """What the workbench shows beside the panel."""
    is_settled = matching_round.solved_at is not None and not matching_round.is_at_work
    return {
        "round": matching_round,
        "bench": bench_of(matching_round, _changed(request, matching_round)),
        "changes": changed_since(matching_round, request.now) if is_settled else None,
        "overrides": list(
            matching_round.overrides.standing().select_related("mentee__user", "mentor__user", "by__user").order_by("-at", "id")
        ),
        "keys": color_keys(FACTORS),
        "has_own_weights": has_own_weights(matching_round),
    }


def part_or_page(request: MemberRequest, name: str, context: dict[str, Any], *, into: str = "") -> HttpResponse:
    """`into` is where a form that was refused goes, with everything that was typed."""
    status = status_of(context["form"]) if "form" in context else 200
    if not wants_part(request):
        return render(request, f"matching/rounds/{name}.html", context, status=status)
    response = render(request, f"matching/rounds/_{name}.html", context | {"in_bench": True}, status=status)
    if request.method == "POST":
        response["HX-Retarget"] = into
        response["HX-Reswap"] = "innerHTML"
    return response


def send_back(request: MemberRequest, matching_round: Round, refusal: DomainError | None = None) -> HttpResponse:
    """Back to the round's page with the sentence; without a refusal, that of a round which is closed."""
    refuse(request, refusal or _("This round is no longer open. What it found can still be read."))
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": matching_round.get_absolute_url()})
    return redirect(matching_round)


def after(
    request: MemberRequest,
    matching_round: Round,
    before: Pairs,
    *,
    mentee_id: UUID | None = None,
    form: RoundWeightsForm | None = None,
) -> HttpResponse:
    """What a change did: the panel again, with the list and the numbers, or the page where the person was.

    The panel is that of the mentee, if the round still has them, or the form of the weights.
    """
    news = mark_changes(request, matching_round, before)
    if wants_part(request):
        page = page_of(request, matching_round, mentee_id)
        panel = {"page": page, "form": form, "is_idle": not (page or form), "news": news}
        return render(request, "matching/rounds/_update.html", bench(request, matching_round) | panel)
    if mentee_id and _has(matching_round, mentee_id):
        messages.success(request, news)
        return redirect("matching:round_pair", matching_round.pk, mentee_id)
    if not matching_round.is_at_work:  # else the page says how far it is
        messages.success(request, news)
    return redirect(matching_round)


def page_of(request: MemberRequest, matching_round: Round, mentee_id: UUID | None) -> PairPage | None:
    """None for a mentee who is not, or no longer, in the round."""
    if mentee_id is None or not _has(matching_round, mentee_id):
        return None
    return pair_page(matching_round, mentee_id, by=request.membership, now=request.now)


def _has(matching_round: Round, mentee_id: UUID) -> bool:
    return matching_round.lines.filter(mentee_id=mentee_id).exists()


def mark_changes(request: MemberRequest, matching_round: Round, before: Pairs) -> str:
    """Remember the mentees whose mentor is another one now, for the marks in the list, and say how many."""
    matching_round.refresh_from_db()
    if matching_round.is_at_work:
        return _("It is being worked out; this takes a moment.")
    now = pairs_now(matching_round)
    changed = changed_between(before, now)
    request.session[CHANGED] = [str(matching_round.pk), str(matching_round.solved_at), *map(str, changed)]
    return _in_words(before, now)


def _in_words(before: Pairs, now: Pairs) -> str:
    had = {mentee for mentee, mentor in before.items() if mentor}
    has = {mentee for mentee, mentor in now.items() if mentor}
    moved = sum(before[mentee] != now[mentee] for mentee in had & has)
    parts = [
        (ngettext("%(count)d pair changed", "%(count)d pairs changed", moved), moved),
        (ngettext("%(count)d pair is new", "%(count)d pairs are new", len(has - had)), len(has - had)),
        (ngettext("%(count)d pair is gone", "%(count)d pairs are gone", len(had - has)), len(had - has)),
    ]
    changes = ", ".join(words % {"count": count} for words, count in parts if count)
    return _("Worked out again: %(changes)s.") % {"changes": changes or _("no pair changed")}


def _changed(request: MemberRequest, matching_round: Round) -> set[UUID]:
    """The marks of the latest change, unless the round was worked out again since."""
    pk, solved_at, *mentees = request.session.get(CHANGED, ["", ""])
    if (pk, solved_at) != (str(matching_round.pk), str(matching_round.solved_at)):
        return set()
    return set(map(UUID, mentees))
