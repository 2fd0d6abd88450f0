"""Every form says whose page it stands on: Django's `csrf_token`, and `core.typed` knows by it for whom to keep the words."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import typed

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """In the place of Django's own tag, so that no form can forget it."""
    token = context.get("csrf_token")
    if not token:
        return SafeString("")
    inputs = '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">'
    user = getattr(context["request"], "user", AnonymousUser())  # a refusal at the door knows nobody
    return format_html(inputs, token, typed.OWNER, typed.owner_mark(user))
