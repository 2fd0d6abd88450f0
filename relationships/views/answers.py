"""Yes or no to a proposal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.policy import allow
from core.refusals import refuse
from relationships import services
from relationships.access import get_pair_for
from relationships.enums import State
from relationships.notices import no_longer_open


@allow(Role.MENTEE, Role.MENTOR)
def say_no(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """A no cannot be taken back, so it is asked for once more."""
    pair = get_pair_for(request.membership, pair_id)
    if pair.state != State.PROPOSED or pair.proposal_expires_at <= request.now:
        return redirect(pair)
    other = pair.mentee if request.membership.role == Role.MENTOR else pair.mentor
    return render(request, "relationships/say_no.html", {"pair": pair, "other": other})


@allow(Role.MENTEE, Role.MENTOR, methods=("POST",))
def answer(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """`answer` is "yes" or "no"."""
    pair = get_pair_for(request.membership, pair_id)
    said = request.POST.get("answer")
    if said not in ("yes", "no"):
        return HttpResponseBadRequest(_("Say yes or no."))
    reply = services.accept if said == "yes" else services.decline
    try:
        pair = reply(relationship=pair, by=request.membership, now=request.now)
    except DomainError as refused:
        refuse(request, refused)
        return redirect("home")
    if said == "no":
        messages.success(request, _("Your no is noted. Nobody will ask why."))
        return redirect("home")
    if pair.state == State.WITHDRAWN:
        messages.warning(request, no_longer_open(pair.program_id))
        return redirect("home")
    if pair.state == State.PROPOSED:
        messages.success(request, _("Your yes is noted. You will hear from us when the other person has answered."))
        return redirect("home")
    messages.success(request, _("You both said yes. Here is how to reach each other."))
    return redirect(pair)
