"""What staff do with a pair: first what will happen, then the deed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from core.refusals import refuse
from relationships import services
from relationships.access import get_pair_for
from relationships.actions import ACTIONS
from relationships.enums import State
from relationships.forms import CloseForm
from relationships.grounds import in_the_way, is_on_hold
from relationships.lifecycle import SETTLE_FIRST
from relationships.selectors import calls_in


@allow(Role.COORDINATOR, Role.SUPERVISOR, methods=("GET", "POST"))
def change_state(request: MemberRequest, pair_id: UUID, action: str) -> HttpResponse:
    """Says what `action` will do; does it on POST."""
    pair = get_pair_for(request.membership, pair_id)
    chosen = next((one for one in ACTIONS if one.slug == action), None)
    if chosen is None:
        raise Http404
    held = is_on_hold(pair, request.now)
    if not chosen.is_open_to(pair.state, request.membership.role, is_on_hold=held):
        only_held = held and chosen.is_open_to(pair.state, request.membership.role, is_on_hold=False)
        refuse(request, str(SETTLE_FIRST if only_held else _("This cannot be done with this pair as it stands now.")))
        return redirect(pair)
    form = CloseForm(posted(request), action=chosen) if len(chosen.reasons) > 1 else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else chosen.reasons[0]
        try:
            services.change_state(relationship=pair, to=chosen.to, by=request.membership, now=request.now, reason=reason)
        except DomainError as refused:
            refuse(request, refused)
        else:
            messages.success(request, str(chosen.done))
        return redirect(pair)
    reasons = in_the_way([pair], request.now)[pair.pk] if chosen.to == State.ACTIVE else []
    context = {"pair": pair, "action": chosen, "form": form, "reasons": reasons, "call": None}
    if chosen.to in (State.PAUSED, State.CLOSING, State.CLOSED):
        context["call"] = calls_in([pair], request.membership, request.now).get(pair.pk)
    return render(request, "relationships/change_state.html", context, status=status_of(form) if form else 200)
