"""Every form says whose page it stands on, by Django's `csrf_token`: `core.typed` knows by it for whom to keep the words, and
`accounts.middleware` as which of their memberships the person was asked."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core import typed
from core.http import ACTING_AS

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """In the place of Django's own tag, so that no form can forget it."""
    token = context.get("csrf_token")
    if not token:
        return SafeString("")
    request = context["request"]
    user = getattr(request, "user", AnonymousUser())  # a refusal at the door knows nobody
    membership = getattr(request, "membership", None)
    said = [("csrfmiddlewaretoken", token), (typed.OWNER, typed.owner_mark(user))]
    if membership:
        said.append((ACTING_AS, str(membership.pk)))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', said)
