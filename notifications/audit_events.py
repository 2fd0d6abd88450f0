"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

TRIED_AGAIN = Event(Action.CHANGED, "try_again", thing=_("a message to you"))
