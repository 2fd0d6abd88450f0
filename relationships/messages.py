"""What people are told about a pair, on the site."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.kinds import register_kind
from notifications.models import Message


def _pair(message: Message) -> str:
    return reverse("relationships:detail", args=[message.subject_id])


def _home(message: Message) -> str:
    return reverse("home")


register_kind(
    "relationships.proposed", text=_("There is a match for you to look at. Say yes or no, no reason needed."), url=_pair
)
register_kind("relationships.started", text=_("You both said yes. You can now see how to reach each other."), url=_pair)
register_kind(
    "relationships.introduce", text=_("A mentor and a mentee both said yes. Introduce them within a week."), url=_pair
)
register_kind(
    "relationships.not_going_ahead",
    text=_("A match you said yes to is not going ahead. Your coordinator will look for the next one."),
    url=_home,
)
register_kind("relationships.declined", text=_("A proposal was declined. The mentee is still waiting."), url=_pair)
register_kind("relationships.expired", text=_("Nobody answered a proposal in time. The mentee is still waiting."), url=_pair)
register_kind(
    "relationships.cadence", text=_("How often you two plan to meet was changed. See the page of your match."), url=_pair
)
register_kind("relationships.paused", text=_("Your match is paused. No sessions are expected until it goes on."), url=_pair)
register_kind("relationships.resumed", text=_("Your match goes on. Agree on your next session."), url=_pair)
register_kind("relationships.closing", text=_("Your match is coming to its end. Plan a last session together."), url=_pair)
register_kind("relationships.closed", text=_("Your match has ended. Your coordinator is there for any question."), url=_pair)
register_kind(
    "relationships.changed_by_supervisor", text=_("A supervisor paused or ended a match. Please have a look."), url=_pair
)
