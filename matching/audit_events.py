"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

INTAKE_OPENED = Event(Action.OPENED, "matching", thing=_("your place in the program"), why=_("to find a match"))
WEIGHTS_CHANGED = Event(Action.CHANGED, "weights")
ROUND_CHANGED = Event(Action.CHANGED, "round")
