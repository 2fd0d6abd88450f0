"""What a browser says it is, in words that its owner knows: "Chrome on Android" and not the whole text that it sends.

Browsers name those that they are built like, so the first name that is found here is theirs. The text may be anything:
whoever sends it writes it.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
DEVICES: dict[str, str | Promise] = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "Chromebook",
    "Macintosh": gettext_lazy("Mac or iPad"),  # an iPad that asks for pages as on a desk calls itself a Macintosh
    "Linux": "Linux",
}


def in_words(user_agent: str) -> str:
    """Such as "Safari on iPhone"; for what is not known, as much as is."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), None)
    device = next((name for mark, name in DEVICES.items() if mark in user_agent), None)
    if browser is None or device is None:
        return str(browser or device or _("A browser that we do not know"))
    return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
