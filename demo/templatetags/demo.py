"""What the pages for signing in show in demo mode."""

from typing import Any

from django import template

from accounts.models import User
from demo.signins import DEMO_PASSWORD, SIGN_INS

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> dict[str, Any]:
    """The printed sign-ins and their one password."""
    return {"sign_ins": SIGN_INS, "password": DEMO_PASSWORD}


@register.simple_tag
def has_demo_password(user: User) -> bool:
    """Whether this person has the one of the demo program, and did not choose one of their own."""
    return user.check_password(DEMO_PASSWORD)
