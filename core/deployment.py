"""What `manage.py check --deploy` says about this program's own settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

FILES = "django.core.mail.backends.filebased.EmailBackend"


def mail_leaves() -> bool:
    """Whether mail goes to people, or, in demo mode, to a page where it can be read. Without EMAIL_URL it ends in files."""
    return settings.DEMO_MODE or settings.EMAIL_BACKEND != FILES


@register(Tags.security, deploy=True)
def check_deployment(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """W001 mail that reaches nobody, W002 the demo, W003 a clock that can be moved, W004 an address without HTTPS."""
    found = [
        (settings.EMAIL_BACKEND == FILES, "Mail is written to files and reaches nobody.", "Set EMAIL_URL.", "W001"),
        (settings.DEMO_MODE, "DEMO_MODE is on: everybody knows its passwords.", "Unset DEMO_MODE.", "W002"),
        (settings.ALLOW_TEST_CLOCK, "ALLOW_TEST_CLOCK is on.", "Unset ALLOW_TEST_CLOCK.", "W003"),
        (not settings.SITE_URL.startswith("https:"), "SITE_URL is not HTTPS.", "Set SITE_URL=https://…", "W004"),
    ]
    return [Warning(text, hint=hint, id=f"handrail.{code}") for is_so, text, hint, code in found if is_so]
