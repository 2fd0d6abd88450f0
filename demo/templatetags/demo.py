"""What the sign-in page shows in demo mode."""

from typing import Any

from django import template

from demo.signins import DEMO_PASSWORD, SIGN_INS

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> dict[str, Any]:
    """The printed sign-ins and their one password."""
    return {"sign_ins": SIGN_INS, "password": DEMO_PASSWORD}
