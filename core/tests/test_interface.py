"""What stands on every page, and the rules no template may break."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from accounts.enums import Role
from accounts.models import Membership
from accounts.tests.signing_in import link_in_last_mail, mails
from conftest import SignIn
from core.refusals import too_large
from core.support import COUNTRIES
from demo import factories

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
STYLES = sorted((Path(settings.BASE_DIR) / "static/css").glob("*.css"))
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
FOREIGN_ASSET = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)\s*=\s*["']?(?:https?:)?//""", re.I)


def inline_scripts(html: str) -> list[str]:
    """Script tags that would run what stands between them."""
    return [tag for tag in SCRIPT.findall(html) if not re.search(r"\bsrc=|\bnonce=|application/json", tag)]


def html_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_template_needs_nothing_that_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert inline_scripts(text) == []
    assert FOREIGN_ASSET.findall(text) == []


def test_styles_load_nothing_from_elsewhere() -> None:
    assert [path.name for path in STYLES if re.search(r"@import|url\((?!\"(?:data:|\.\./vendor/))", path.read_text())] == []


def selectors_of(style: str) -> list[str]:
    """Each rule's selector, behind the conditions that it stands in."""
    found, around, text = [], [""], ""
    for letter in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL):
        if letter == "{":
            around.append(f"{around[-1]} {' '.join(text.split())}")
            found += [around[-1]] if not text.strip().startswith("@") else []
        elif letter == "}":
            around.pop()
        text = "" if letter in "{};" else text + letter
    return found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheet_says_once_how_a_selector_looks(path: Path) -> None:
    """A second rule for the same would quietly undo the first, such as one for all links further down."""
    selectors = selectors_of(path.read_text())

    assert sorted({one for one in selectors if selectors.count(one) > 1}) == []


@pytest.mark.django_db
def test_sign_in_page_has_skip_link_heading_support_and_way_out(client: Client) -> None:
    html = html_of(client, "/account/login/")

    assert html.count("<h1>") == 1
    assert '<a class="skip-link" href="#main">' in html
    assert '<main id="main" tabindex="-1">' in html
    assert html.count('href="/support/"') == 1
    assert html.count("data-exit") == 1
    assert inline_scripts(html) == []
    assert " style=" not in html
    assert "/signup/" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/account/password/reset/", "/account/password/reset/done/", "/account/signup/", "/account/inactive/"]
)
def test_sign_in_pages_wear_the_same_dress(client: Client, path: str) -> None:
    html = html_of(client, path)

    assert html.count("<h1>") == 1
    assert html.count('href="/support/"') == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/account/2fa/",
        "/account/2fa/webauthn/",
        "/account/email/",
        "/account/logout/",
        "/account/sessions/",
    ],
)
def test_signed_in_page_has_one_heading_and_the_account_menu(sign_in: SignIn, ben: Membership, path: str) -> None:
    html = html_of(sign_in(ben), path)

    assert html.count("<h1>") == 1
    assert html.count("data-menu") == 1
    assert html.count('action="/account/logout/"') == 1


def test_exit_link_stands_on_mentee_pages_only(sign_in: SignIn, ben: Membership, mona: Membership) -> None:
    assert "data-exit" in html_of(sign_in(ben), "/")
    assert "data-exit" not in html_of(sign_in(mona), "/")


def test_role_switcher_with_one_membership_is_absent(sign_in: SignIn, ben: Membership) -> None:
    assert 'name="membership"' not in html_of(sign_in(ben), "/")


def test_role_switcher_with_two_memberships_marks_the_one_acted_as(sign_in: SignIn, mona: Membership) -> None:
    other = factories.make_member(mona.program, Role.MENTEE, "", user=mona.user)

    html = html_of(sign_in(mona), "/")

    assert re.findall(r'name="membership" value="([^"]+)"', html) == [str(mona.pk), str(other.pk)]
    assert html.count('aria-current="true"') == 1


# Refusals ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_unknown_address_signed_out_says_so_in_words(client: Client) -> None:
    response = client.get("/nobody-lives-here/")

    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


def test_foreign_page_with_a_role_that_opens_it_offers_that_one(sign_in: SignIn, mona: Membership) -> None:
    supervisor = factories.make_member(mona.program, Role.SUPERVISOR, "", user=mona.user)
    factories.make_member(mona.program, Role.MENTEE, "", user=mona.user)
    sign_in(supervisor)  # has a second factor from here on

    response = sign_in(mona).get("/flags/")

    switch = response.content.decode().partition("<main")[2]
    assert response.status_code == 403
    assert re.findall(r'name="membership" value="([^"]+)"', switch) == [str(supervisor.pk)]
    assert re.findall(r'name="next" value="([^"]+)"', switch) == ["/flags/"]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("400.html", "We could not read that"),
        ("500.html", "Something broke on our side"),
    ],
)
def test_page_of_last_resort_renders_without_context_or_database(template: str, words: str) -> None:
    html = render_to_string(template)

    assert f"<h1>{words}</h1>" in html
    assert 'href="/support/"' in html


@pytest.mark.parametrize("template", ["400.html", "500.html"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_page_of_last_resort_says_which_language_it_speaks(template: str, language: str) -> None:
    with translation.override(language):
        assert f'<html lang="{language}">' in render_to_string(template)


def test_too_large_page_names_the_limit(rf: RequestFactory) -> None:
    request: HttpRequest = rf.post("/people/import/")
    request.user = AnonymousUser()

    response = too_large(request)

    assert response.status_code == 413
    assert "The limit is 1.0\xa0MB. Nothing was saved." in response.content.decode()


def numbers_linked_in(html: str) -> list[str]:
    return re.findall(r'href="(tel:[^"]+|sms:[^"]+)"', html)


# Support -------------------------------------------------------------------------------------------------------------
def test_support_signed_out_shows_the_united_states_without_the_database(client: Client) -> None:
    html = html_of(client, "/support/")

    assert numbers_linked_in(html) == ["tel:911", "tel:988", "sms:988", "tel:18006624357", "sms:741741"]
    assert "not watched around the clock" in html


@pytest.mark.parametrize("code", COUNTRIES)
def test_support_for_each_country_links_every_number(client: Client, code: str) -> None:
    html = html_of(client, f"/support/?country={code.lower()}")

    country = COUNTRIES[code]
    wanted = [link for _, link in country.emergency_links]
    for line in country.lines:
        wanted += [line.call_link] * bool(line.call) + [line.text_link] * bool(line.text)
    assert numbers_linked_in(html) == wanted
    assert re.findall(r'<option value="([^"]+)" selected>', html) == [code]


@pytest.mark.parametrize("code", ["other", "XX", "%3Cscript%3E"])
def test_support_for_an_unknown_country_gives_emergency_advice_only(client: Client, code: str) -> None:
    html = html_of(client, f"/support/?country={code}")

    assert numbers_linked_in(html) == ["tel:112", "tel:911"]
    assert "Call your local emergency number." in html
    assert re.findall(r'<option value="([^"]+)" selected>', html) == ["other"]


def test_support_signed_in_follows_the_program(sign_in: SignIn, ben: Membership) -> None:
    ben.program.country = "IE"
    ben.program.save()

    html = html_of(sign_in(ben), "/support/")

    assert "Text HELLO to 50808" in html


def test_support_with_post_is_refused(client: Client) -> None:
    assert client.post("/support/").status_code == 405


# Mail about signing in -----------------------------------------------------------------------------------------------
def test_reset_mail_says_what_to_do_and_names_no_address_in_its_subject(client: Client, ben: Membership) -> None:
    ben.user.set_password("a-long-enough-one")
    ben.user.save()

    client.post("/account/password/reset/", {"email": ben.user.email})

    assert mails()[-1].subject == "Your link to choose a new password"
    assert "Choose a new password" in client.get(link_in_last_mail(), follow=True).content.decode()
