"""The pages about flags."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import posted
from core.policy import allow
from core.refusals import refuse
from relationships.enums import ONGOING
from relationships.models import Relationship
from relationships.selectors import contact_of
from supervision import services
from supervision.access import get_event_for, get_flag_for, may_read_words, note_opening
from supervision.forms import ResolveFlagForm
from supervision.kinds import FlagChange
from supervision.models import Flag
from supervision.reach import Reach
from supervision.selectors import flag_lines, open_flags

PAGE_SIZE = 50


@allow(Role.SUPERVISOR, Role.COORDINATOR)
def flags(request: MemberRequest) -> HttpResponse:
    """Open flags, the most pressing first; or closed ones, the latest first; of one pair when asked."""
    closed = request.GET.get("show") == "closed"
    visible = Flag.objects.visible_to(request.membership).closed().with_people().order_by("-closed_at", "pk")
    shown = visible if closed else open_flags(request.membership)
    pair_id = _uuid(request.GET.get("pair", ""))
    if pair_id is not None:
        shown = shown.filter(relationship_id=pair_id)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": flag_lines(page.object_list, request.membership, request.now),
        "closed": closed,
        "pair_id": pair_id,
    }
    return render(request, "supervision/flags.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@allow(Role.SUPERVISOR, Role.COORDINATOR, methods=("GET", "POST"))
def flag(request: MemberRequest, flag_id: UUID) -> HttpResponse:
    """One flag with its history; on POST it is closed with what was done."""
    found = get_flag_for(request.membership, flag_id)
    form = ResolveFlagForm(posted(request), flag=found)
    if form.is_valid():
        if _close(request, found, form):
            return redirect("supervision:flags")
        found = get_flag_for(request.membership, flag_id)  # as whoever was quicker left it
    line = flag_lines([found], request.membership, request.now)[0]
    reach = Reach(line, request.now)
    note_opening(found, request.membership, request.now, reached=reach.people, shows_confided=bool(line.confided))
    context = {
        "flag": found,
        "line": line,
        "reach": reach,
        "contacts": [(person, contact_of(person)) for person in reach.people],
        "sees_pair": Relationship.objects.visible_to(request.membership).filter(flags=found).exists(),
        "form": form,
        "reads_words": may_read_words(request.membership, found),
    }
    return render(request, "supervision/flag.html", context, status=422 if form.is_bound else 200)


def _close(request: MemberRequest, found: Flag, form: ResolveFlagForm) -> bool:
    """Whether it is closed by this. Where it was closed before, its page has no form any more that could be sent again."""
    words = form.cleaned_data["what_was_done"]
    try:
        services.resolve_flag(flag=found, what_was_done=words, by=request.membership, now=request.now)
    except DomainError as refused:
        if refused.code == "wrong_state":
            refuse(request, refused)
        else:
            form.add_error("what_was_done", str(refused))
        return False
    messages.success(request, _("The flag is closed."))
    return True


@allow(Role.SUPERVISOR, Role.COORDINATOR, Role.MENTOR)
def event(request: MemberRequest, event_id: UUID) -> HttpResponse:
    """Where a message leads: staff to the flag, the mentor to what they told their supervisor, to the session log, or to the
    pair once that is over."""
    found = get_event_for(request.membership, event_id)
    page = found.flag.get_absolute_url()
    if request.membership.role == Role.MENTOR:
        pair = found.flag.relationship
        may_log = found.change != FlagChange.RESOLVED and pair is not None and pair.state in ONGOING
        name = "tell_supervisor" if found.flag.spec.is_confided else "log_session" if may_log else "detail"
        page = reverse(f"relationships:{name}", args=[found.flag.relationship_id])
    which_notice = request.GET.urlencode()
    return redirect(f"{page}?{which_notice}" if which_notice else page)
