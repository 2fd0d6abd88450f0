"""Tags and filters that the components need."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple
from django.template import Context, loader
from django.urls import reverse
from django.utils.safestring import SafeString

from core.joining import joined

register = template.Library()


@register.filter
def and_with(name: str, other: str) -> str:
    """Two names, as the language joins them."""
    return joined([name, other])


@register.simple_tag
def icon(name: str) -> SafeString:
    """The drawing `components/icons/<name>.svg`, hidden from screen readers: words stand beside it."""
    return loader.render_to_string(f"components/icons/{name}.svg")


@register.simple_tag
def way_out() -> str:
    """Where Exit this page leads, also on the pages of last resort, which have no context."""
    return settings.WAY_OUT


@register.simple_tag
def left_cookie() -> str:
    """What the script of Exit calls the mark that it leaves in the browser."""
    return settings.LEFT_COOKIE_NAME


@register.simple_tag(takes_context=True)
def home_card(context: Context, template_name: str, values: Mapping[str, Any]) -> SafeString:
    """A card of the home page, drawn with what its own context function returned."""
    if context.template is None:
        raise template.TemplateSyntaxError("A card is drawn inside a page.")
    with context.update(dict(values)):
        return context.template.engine.get_template(template_name).render(context)


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(context: Context, name: str, label: str, icon: str, section: bool = False) -> dict[str, Any]:
    """One address of the main navigation, by its name; `section` keeps it marked on the pages below it."""
    url = reverse(name)
    path = context["request"].path
    current = "page" if path == url else "true" if section and path.startswith(url) else ""
    return {"url": url, "label": label, "icon_name": icon, "current": current}


@register.filter
def layout_of(field: BoundField) -> str:
    """How the field's options are laid out: "chips", "scale" or "list"."""
    return getattr(field.field.widget, "layout", "list")


@register.filter
def is_marked_optional(field: BoundField) -> bool:
    """Whether to say "optional": only where another field is required, so a form that may all be skipped stays quiet."""
    if field.field.required or isinstance(field.field.widget, CheckboxInput | CheckboxSelectMultiple):
        return False
    return any(other.field.required for other in field.form.visible_fields())


@register.filter
def input_id(field: BoundField) -> str:
    """The id that a link to the field jumps to; a group of options has none of its own, so its first option's."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
