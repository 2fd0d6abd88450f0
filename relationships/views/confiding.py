"""What a mentor tells their supervisor alone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import SubmissionForm, posted, status_of
from core.policy import allow
from relationships import services
from relationships.access import get_pair_for
from relationships.enums import RequestKind
from relationships.forms import TellSupervisorForm
from relationships.models import Relationship
from relationships.selectors.confiding import Confidants, told_in_confidence


def unsent(_posted: QueryDict) -> str:
    return _("It was not sent yet, and nobody has been told. Sign in and send it.")


@allow(Role.MENTOR, methods=("GET", "POST"), threads="calls", unsent=unsent)
def tell_supervisor(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """A worry, or the wish to talk; no session is needed. It is sent first, also where the words come back to be shortened."""
    pair = get_pair_for(request.membership, pair_id)
    confidants = Confidants.of(pair)
    form = TellSupervisorForm(posted(request), confidants=confidants)
    if form.is_bound:
        words = form.cleaned_data["words"] if form.is_valid() else ""
        if tell(request, pair, form.chosen, form, words) and form.is_valid():
            return redirect(pair)
    context = {"pair": pair, "form": form, "confidants": confidants, "told": told_in_confidence(pair)}
    return render(request, "relationships/tell_supervisor.html", context, status=status_of(form))


def tell(request: MemberRequest, pair: Relationship, kind: RequestKind, form: SubmissionForm, words: str = "") -> bool:
    """Tell the supervisor now, and say on the page who hears it; returns whether it is told. If not, the form says why."""
    try:
        asked = services.ask_supervisor(
            relationship=pair, kind=kind, by=request.membership, now=request.now, submission_key=form.key, words=words
        )
    except DomainError as refused:
        form.refuse(refused)
        return False
    if asked.asked_at != request.now:
        messages.info(request, _("You sent this before. It is not sent twice."))
        return True
    said = [_("Sent: %(what)s.") % {"what": kind.label}, Confidants.of(pair).after]
    if kind == RequestKind.WORRY:
        said.append(_("If anyone is in danger, call one of the numbers under “Get support now”."))
    messages.warning(request, " ".join(said))
    return True
