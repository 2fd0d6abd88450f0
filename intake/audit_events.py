"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

_PLACE = _("your place in the program")

WAITING = Event(Action.CHANGED, "waiting", thing=_("your profile"), why=_("you wait for a mentor"))
NOT_WAITING = Event(Action.CHANGED, "not_waiting", thing=_("your profile"), why=_("you do not wait for a mentor for now"))
EXPORTED = Event(Action.EXPORTED, "", thing=_PLACE)
IMPORTED = Event(Action.IMPORTED, "", thing=_PLACE)
