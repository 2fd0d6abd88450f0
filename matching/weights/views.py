"""The page on which coordinators weigh what makes a good match."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.forms import status_of
from core.policy import allow
from matching.scoring.factors import Weights, default_weights
from matching.weights.forms import WeightsForm
from matching.weights.history import history
from matching.weights.preview import preview
from matching.weights.services import set_weights, weights_of


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def weights(request: MemberRequest) -> HttpResponse:
    """Nothing is kept before "Save these weights"; until then a POST shows what would change."""
    program = request.membership.program
    present = weights_of(program)
    if request.method != "POST":
        return _page(request, WeightsForm(weights=present), present)
    form = WeightsForm(default_weights() if "defaults" in request.POST else request.POST)
    if "save" not in request.POST or not form.is_valid():
        return _page(request, form, present)
    if set_weights(program=program, weights=form.weights, by=request.membership, now=request.now):
        messages.success(request, _("Saved. Scores are made with these weights from now on."))
    else:
        messages.info(request, _("These weights are in use already. Nothing changed."))
    return redirect("matching:weights")


def _page(request: MemberRequest, form: WeightsForm, present: Weights) -> HttpResponse:
    """The whole page, or for htmx only what follows from the numbers."""
    program = request.membership.program
    is_new = form.is_bound and form.is_valid() and form.weights != present
    context: dict[str, Any] = {
        "form": form,
        "rows": form.rows(),
        "preview": preview(program, present, form.weights, request.now) if is_new else None,
    }
    if "HX-Request" in request.headers:
        return render(request, "matching/weights_preview.html", context, status=status_of(form))
    context["history"] = history(program, request.GET.get("page"))
    return render(request, "matching/weights.html", context, status=status_of(form))
