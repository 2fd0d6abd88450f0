"""Pages of this app."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.policy import signed_in
from privacy.selectors import entries_about, lines_of

PER_PAGE = 30


@signed_in()
def access_log(request: HttpRequest) -> HttpResponse:
    """Who opened or changed my data, in every program I belong or belonged to."""
    assert request.user.pk is not None
    page = Paginator(entries_about(request.user.known_ids()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "privacy/access_log.html", {"page": page, "lines": lines_of(page.object_list)})
