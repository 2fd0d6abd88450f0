"""The mentee's check-in, and what a mentor may read of it."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.staff import Staff
from checkins import selectors, services
from checkins.access import get_pair_for, get_support_request_for, open_shared_checkin_for, open_support_request_for
from checkins.calls import staff_hear, states_of, who_sees
from checkins.enums import SUPPORT_KINDS, Drinking, Support
from checkins.forms import CheckInForm
from checkins.models import CheckIn, SupportRequest
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from core.refusals import refuse
from relationships.selectors import contact_of


def _or_says_why(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that a door refuses, since contact is on hold, sends the mentor home with the sentence."""

    @wraps(view)
    def shown(request: MemberRequest, **named: UUID) -> HttpResponse:
        try:
            return view(request, **named)
        except DomainError as refused:
            refuse(request, refused)
            return redirect("home")

    return shown


def _unsent_call(posted: QueryDict) -> str:
    return _("Your call was not sent. Nobody has been told.") if posted.get("support") in SUPPORT_KINDS else ""


@allow(Role.MENTEE, methods=("GET", "POST"), threads="calls", unsent=_unsent_call)
def new(request: MemberRequest) -> HttpResponse:
    pair = selectors.pair_of(request.membership, request.now)
    form = CheckInForm(
        posted(request),
        pair=pair.pk if pair else None,
        mentor=pair.mentor.user.first_name if pair else "",
        mentor_hears=selectors.pair_that_hears(request.membership, request.now) is not None,
        staff_hear=staff_hear(request.membership),
        mentor_hears_later=selectors.mentor_hears_later(request.membership, request.now),
        has_contact=bool(contact_of(request.membership)),
    )
    if form.is_valid():
        try:
            shared_with = pair if form.cleaned_data.pop("is_shared", False) else None
            checkin = services.submit_checkin(
                mentee=request.membership, now=request.now, shared_with=shared_with, **form.cleaned_data
            )
        except DomainError as error:
            form.refuse(error)
        else:
            if form.was_not_shared:
                messages.info(request, _("Your check-in is saved, and only you see it: it could not be shared just now."))
            return _after(request, checkin)
    context = {"form": form, "is_again": selectors.checked_in_today(request.membership, request.now)}
    return render(request, "checkins/new.html", context, status=status_of(form))


def _after(request: MemberRequest, checkin: CheckIn) -> HttpResponse:
    """Thanks; or, for a mentee who needs a person now, the crisis page at once, with the names of those who are being told."""
    if checkin.support != Support.NOW:
        return redirect("checkins:done")
    mentor = selectors.mentor_told_of(checkin)
    told = {
        (True, True): _("We are telling %(mentor)s and the program's staff that you asked for support now."),
        (False, True): _("We are telling the program's staff that you asked for support now."),
        (True, False): _("We are telling %(mentor)s that you asked for support now. Nobody on the staff can be told."),
        (False, False): _("Nobody here can be told right now."),
    }[mentor is not None, staff_hear(request.membership)] % {"mentor": mentor.user.first_name if mentor else ""}
    rest = _("Messages are not watched around the clock, so please do not wait for us. Reach one of the lines below.")
    messages.warning(request, " ".join([_("Your check-in is saved."), told, rest]))
    return redirect("core:support")


@allow(Role.MENTEE)
def done(request: MemberRequest) -> HttpResponse:
    checkin = selectors.latest_of(request.membership)
    if checkin is None:
        return redirect("checkins:new")
    call = selectors.call_of(checkin, request.now)
    schedule = selectors.schedule_of(request.membership)
    remind_at = schedule.reminder_at if schedule else None
    context = {
        "checkin": checkin,
        "said_yes": checkin.drinking == Drinking.YES,
        "call": call,
        "seen_by": who_sees(checkin, call),
        "wants_this_week": checkin.support == Support.THIS_WEEK,
        "pair": selectors.pair_of(request.membership, request.now),
        "is_on_hold": selectors.is_on_hold(request.membership, request.now),
        "remind_at": remind_at if remind_at and remind_at > request.now else None,
        "count": selectors.count_of(request.membership),
    }
    return render(request, "checkins/done.html", context)


@allow(Role.MENTEE)
def history(request: MemberRequest) -> HttpResponse:
    page, checkins = selectors.history_of(request.membership, request.GET.get("page"), request.now)
    context = {
        "page": page,
        "checkins": checkins,
        "schedule": selectors.schedule_of(request.membership),
    }
    return render(request, "checkins/history.html", context)


@allow(Role.MENTOR)
@_or_says_why
def shared(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    pair = get_pair_for(request.membership, pair_id, now=request.now)
    page = selectors.shared_in(pair, request.membership, request.GET.get("page"), request.now)
    return render(request, "checkins/shared.html", {"pair": pair, "page": page})


@allow(Role.MENTOR)
@_or_says_why
def read(request: MemberRequest, checkin_id: UUID) -> HttpResponse:
    checkin = open_shared_checkin_for(request.membership, checkin_id, now=request.now)
    asked = SupportRequest.objects.visible_to(request.membership, request.now).filter(checkin=checkin).first()
    return render(request, "checkins/read.html", {"checkin": checkin, "asked": asked})


@allow(Role.MENTOR)
@_or_says_why
def support_request(request: MemberRequest, request_id: UUID) -> HttpResponse:
    asked = open_support_request_for(request.membership, request_id, now=request.now)
    staff = Staff.of([request.membership.program_id])
    context = {
        "asked": asked,
        "is_now": asked.urgency == Support.NOW,
        "call": states_of([asked], request.now)[asked.pk],
        "supervisors": [one.user.first_name for one in staff.own_supervisors(request.membership)],
    }
    return render(request, "checkins/support_request.html", context)


@allow(Role.MENTOR, methods=("POST",))
@_or_says_why
def heard(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Posted by the page of a request, or of the check-in that was shared with it, once the mentor sees it."""
    asked = get_support_request_for(request.membership, request_id, now=request.now)
    services.note_mentor_heard(request=asked, by=request.membership, now=request.now)
    return HttpResponse(status=204)


@allow(Role.MENTOR, methods=("POST",))
@_or_says_why
def in_touch(request: MemberRequest, request_id: UUID) -> HttpResponse:
    asked = get_support_request_for(request.membership, request_id, now=request.now)
    services.say_in_touch(request=asked, by=request.membership, now=request.now)
    call = states_of([asked], request.now)[asked.pk]
    can_see = _("Thank you. The program's staff can see that you have been in touch.")
    messages.success(request, can_see if call.staff_told or call.staff_hear else _("Thank you for being in touch."))
    return redirect("home")
