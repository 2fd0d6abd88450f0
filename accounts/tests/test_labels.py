"""What stands beside a field is written as a sentence is, in both languages, on the pages of allauth too."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import Membership, User
from accounts.tests.signing_in import link_in_last_mail, log_in, type_password_again
from core.tests.test_canonical import _forms

NEVER_SHOWN = {"remember"}
"""allauth's, which it takes out again: the session decides how long a person stays."""
LABEL = re.compile(r"<(?:label|legend)[^>]*>(.*?)</(?:label|legend)>", re.DOTALL)
SIGNED_OUT = ("account_login", "account_request_login_code", "account_reset_password")
SIGNED_IN = ("account_change_password", "account_email", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn")


def is_sentence(label: str) -> bool:
    """Its first letter is large, and no word after it but for names and letters that are read one by one."""
    first, *others = label.split()
    return first[:1] == first[:1].upper() and not [word for word in others if word[:1].isupper() and not word.isupper()]


def labels_in(page: str) -> Iterator[str]:
    yield from (strip_tags(found).strip() for found in LABEL.findall(page))


@pytest.mark.parametrize("label", ["Current Password", "current password", "Confirm Your PIN"])
def test_planted_label_that_is_no_sentence_is_found(label: str) -> None:
    assert not is_sentence(label)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_label_of_every_form_is_a_sentence(language: str) -> None:
    fields: dict[str, forms.Field] = {
        f"{form.__name__}.{name}": field
        for form in _forms()
        if not form.__module__.startswith("allauth")
        for name, field in vars(form).get("base_fields", {}).items()
        if name not in NEVER_SHOWN and not isinstance(field.widget, forms.HiddenInput)
    }
    with translation.override(language):
        labels = {where: str(field.label) for where, field in fields.items() if field.label}

    assert {where: label for where, label in labels.items() if not is_sentence(label)} == {}
    assert len(labels) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_label_on_the_pages_about_signing_in_is_a_sentence(client: Client, benny: Membership, language: str) -> None:
    User.objects.filter(pk=benny.user_id).update(language=language)
    spoken = {"Accept-Language": language}
    client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    pages = [client.get(reverse(name), headers=spoken) for name in SIGNED_OUT]
    pages.append(client.get(link_in_last_mail(), follow=True, headers=spoken))
    log_in(client, "ben@example.org")
    type_password_again(client)
    pages += [client.get(reverse(name)) for name in SIGNED_IN]

    labels = [label for page in pages for label in labels_in(page.content.decode())]

    assert {page.status_code for page in pages} == {200}
    assert [label for label in labels if not is_sentence(label)] == []
    assert [page.request["PATH_INFO"] for page in pages if "placeholder=" in page.content.decode()] == []
    assert len(labels) > 15
