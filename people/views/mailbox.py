"""Before a link to a staff role opens: the code that goes to the invited mailbox."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.errors import DomainError
from core.forms import status_of
from core.limits import network_of
from core.refusals import refuse
from people.forms import MailboxCodeForm
from people.models import Invitation
from people.services import mailbox

_PROVEN = "proven_mailbox"
"""Where the session keeps the link whose mailbox was proven."""


def is_asked(request: Any, invitation: Invitation) -> bool:
    """Whether this visitor has yet to prove that the invited mailbox is theirs."""
    return mailbox.is_asked_of(invitation) and request.session.get(_PROVEN) != invitation.token_hash


def ask(request: Any, invitation: Invitation) -> HttpResponse:
    """Send a code when asked to, and take it back. Nothing on the page depends on whether the address has an account."""
    if request.method == "POST" and "code" not in request.POST:
        try:
            mailbox.send_code(invitation=invitation, network=network_of(request), now=request.now)
        except DomainError as error:
            refuse(request, error)
        return redirect(request.get_full_path())
    form = MailboxCodeForm(request.POST or None) if invitation.has_code(request.now) or request.POST else None
    if form and form.is_valid():
        try:
            mailbox.check_code(
                invitation=invitation, typed=form.cleaned_data["code"], network=network_of(request), now=request.now
            )
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            request.session[_PROVEN] = invitation.token_hash
            return redirect(request.get_full_path())
    refused = [form] if form else []
    return render(request, "people/join_code.html", {"invitation": invitation, "form": form}, status=status_of(*refused))
