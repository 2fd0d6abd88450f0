"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

_PLACE = _("your place in the program")

ACCOUNT_SAVED = Event(Action.CHANGED, "account", thing=_("your account"), why=_("to keep your account up to date"))
PROGRAM_SAVED = Event(Action.CHANGED, "settings")
REACTIVATED = Event(Action.CHANGED, "reactivated", thing=_PLACE, why=_("your place was opened again"))
SUSPENDED = Event(Action.CHANGED, "suspended", thing=_PLACE, why=_("your place was closed for now"))
