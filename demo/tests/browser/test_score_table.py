"""The table behind a score fits the phone that it is read on: a column that must be scrolled to is a column unseen."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import Membership, User
from demo.program import SLUG
from demo.tests.browser.axe import NARROWEST, PHONE
from demo.tests.browser.conftest import OpenAs, Site
from relationships.selectors import waiting_mentees

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [PHONE, NARROWEST], ids=["phone", "narrowest"])
def test_score_table_of_every_candidate_fits_the_page(
    demo_site: Site, open_as: OpenAs, language: str, size: tuple[int, int]
) -> None:
    coordinator = Membership.objects.filter(program__slug=SLUG, role=Role.COORDINATOR).select_related("program").first()
    assert coordinator is not None
    mentee = waiting_mentees(coordinator.program, timezone.now()).first()
    assert mentee is not None
    page = open_as(demo_site, coordinator, viewport={"width": size[0], "height": size[1]})
    before = coordinator.user.language
    User.objects.filter(pk=coordinator.user_id).update(language=language)
    try:
        page.goto(reverse("matching:candidates", args=[mentee.pk]))
    finally:
        User.objects.filter(pk=coordinator.user_id).update(language=before)

    tables = page.locator("article .table-wrap")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    expect(tables.first).to_be_visible()

    excess = tables.evaluate_all("found => found.map(one => one.scrollWidth - one.clientWidth)")
    assert (len(excess) > 0, [wide for wide in excess if wide > 0]) == (True, [])
