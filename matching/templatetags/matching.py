"""Words and pictures of matching's own pages."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _

from matching.waiting.board import Board
from relationships.models import Relationship

register = template.Library()

BAR_WIDTH = 290
BAR_STEP = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture, in its own units."""

    label: str
    number: int
    width: float
    label_y: int
    y: int
    number_y: int
    tone: int


@register.filter
def room_bars(board: Board) -> list[Bar]:
    """People who wait, free places, proposals out: three bars on one scale."""
    numbers = [
        (_("People waiting"), len(board.waiting), 2),
        (_("Free places"), board.places, 1),
        (_("Proposals out"), len(board.proposals), 3),
    ]
    most = max(1, *(number for _label, number, _tone in numbers))
    return [
        Bar(label, number, round(BAR_WIDTH * number / most, 1), top + 12, top + 18, top + 29, tone)
        for top, (label, number, tone) in zip(range(0, BAR_STEP * len(numbers), BAR_STEP), numbers, strict=True)
    ]


@register.filter
def awaited(pair: Relationship) -> str:
    """In words: the mentor or the mentee whose answer a proposal waits for, or both."""
    mentee, mentor = pair.mentee.user.first_name, pair.mentor.user.first_name
    if pair.mentor_accepted_at:
        return _("%(yes)s said yes; waiting for %(other)s") % {"yes": mentor, "other": mentee}
    if pair.mentee_accepted_at:
        return _("%(yes)s said yes; waiting for %(other)s") % {"yes": mentee, "other": mentor}
    return _("Waiting for both")
