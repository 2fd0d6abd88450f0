"""Filters for the pages of check-ins."""

from django import template

from checkins.models import CheckIn
from core.fields import ChoiceListField

register = template.Library()


@register.filter
def hard_words(checkin: CheckIn) -> list[str]:
    """What is hard, in words."""
    field = CheckIn._meta.get_field("hard")
    assert isinstance(field, ChoiceListField)
    return field.labels(checkin.hard)


@register.filter
def is_hello(checkin: CheckIn) -> bool:
    """Whether no question was answered: the person came by, and that counts."""
    numbers = (checkin.mood, checkin.urges, checkin.confidence)
    words = (checkin.drinking, checkin.hard, checkin.support, checkin.note)
    return all(number is None for number in numbers) and not any(words)
