"""Notices for everybody; for coordinators and admins, the messages that did not leave."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from core.errors import DomainError
from core.policy import allow, may_open
from core.refusals import refuse
from notifications import selectors, services
from notifications.access import get_delivery_for, get_notice_of
from notifications.kinds import kind_of
from notifications.models import Notice


@allow(*Role)
def notices(request: MemberRequest) -> HttpResponse:
    lines = selectors.latest_lines(request.membership)
    has_unread = any(line.notice.read_at is None for line in lines)
    return render(request, "notifications/notices.html", {"lines": lines, "has_unread": has_unread})


@allow(*Role, methods=("GET", "POST"))
def open_notice(request: MemberRequest, notice_id: UUID) -> HttpResponse:
    """Follow a notice to what it is about; posted, it counts as read.

    A link may be followed by a machine that looks into mail, so the page it leads to posts, once a person sees it; and where
    that page is for another role of theirs, the person presses a button to act as that. Where that page is gone by now, the
    address tells the page in its place that a message led there.
    """
    notice = get_notice_of(request.memberships, notice_id)
    page = kind_of(notice.message).url(notice.message)
    other = _to_act_as(request, notice, page)
    if request.method == "POST":
        if other is not None:
            request.session[SESSION_KEY] = str(other.pk)
        services.read_notice(notice=notice, now=request.now)
    elif other is not None:
        return render(request, "accounts/act_as.html", {"other": other, "next": request.path})
    return redirect(f"{page}?{urlencode({'notice': notice.pk})}")


def _to_act_as(request: MemberRequest, notice: Notice, page: str) -> Membership | None:
    """The membership that the page is for, where the person acts as another."""
    fit = [one for one in request.memberships if one.program_id == notice.program_id and may_open(page, one.role)]
    return fit[0] if fit and request.membership not in fit else None


@allow(*Role, methods=("POST",))
def read_all(request: MemberRequest) -> HttpResponse:
    count = services.read_all(by=request.membership, now=request.now)
    if count:
        messages.success(
            request, ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count) % {"count": count}
        )
    return redirect("notifications:notices")


@allow(Role.COORDINATOR, Role.ADMIN)
def undelivered(request: MemberRequest) -> HttpResponse:
    context = {
        "dead": selectors.dead_lines(request.membership),
        "late": selectors.late_lines(request.membership, request.now),
        "shown_at_most": selectors.ON_PAGE,
    }
    return render(request, "notifications/undelivered.html", context)


@allow(Role.COORDINATOR, Role.ADMIN, methods=("POST",))
def try_again(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    delivery = get_delivery_for(request.membership, delivery_id)
    try:
        services.try_again(delivery=delivery, by=request.membership, now=request.now)
    except DomainError as error:
        refuse(request, error)
    else:
        messages.success(request, _("The message will be tried again within a minute."))
    return redirect("notifications:undelivered")
