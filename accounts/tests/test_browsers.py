import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.sign_in import browsers
from accounts.tests.signing_in import log_in

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
SENT = {
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36": "Chrome on Android",
    f"{IPHONE} {APPLE} Version/18.6 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    f"{IPHONE} {APPLE} CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {APPLE} FxiOS/142.0 Mobile/15E148 Safari/605.1.15": "Firefox on iPad",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0": "Firefox on Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/140.0.0.0": "Edge on Windows",
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36 EdgA/140.0.0.0": "Edge on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36": "Chrome on Chromebook",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/18.6 Safari/605.1.15": "Safari on Mac or iPad",
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
    f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36 OPR/120.0.0.0": "Opera on Linux",
    "Wget/1.24 (Linux)": "Linux",
    "": "A browser that we do not know",
    "<b>%(x)s": "A browser that we do not know",
}


@pytest.mark.parametrize(("sent", "words"), SENT.items())
def test_browser_is_named_in_words(sent: str, words: str) -> None:
    assert browsers.in_words(sent) == words


@pytest.mark.django_db
def test_page_of_ones_devices_names_each_in_words(client: Client, benny: Membership) -> None:
    for sent in list(SENT)[:2]:
        one = Client(headers={"User-Agent": sent})
        log_in(one, "ben@example.org")
        one.get(reverse("home"))

    page = one.get(reverse("usersessions_list")).content.decode()

    assert UserSession.objects.count() == 2
    assert re.findall(r'<p class="row-title">\s*(.+?)\s*</p>', page) == ["Chrome on Android", "Safari on iPhone"]
    assert "Mozilla" not in page
