"""How pages about an account show what they list."""

from django import template

from accounts.sign_in import browsers

register = template.Library()


@register.filter
def browser_in_words(user_agent: str) -> str:
    return browsers.in_words(user_agent)
