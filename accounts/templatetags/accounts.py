"""How pages about an account show what they list."""

from django import template

from accounts import timezones
from accounts.sign_in import browsers

register = template.Library()


@register.filter
def browser_in_words(user_agent: str) -> str:
    return browsers.in_words(user_agent)


@register.filter
def zone_in_words(name: str) -> str:
    return str(timezones.zone_in_words(name))
