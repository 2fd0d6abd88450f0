"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

TRAINING_OPENED = Event(Action.OPENED, "training", thing=_("your place in the program"))
TRAINING_RECORDED = Event(Action.CHANGED, "training", thing=_("your training record"))
