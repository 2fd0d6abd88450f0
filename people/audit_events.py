"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

_INVITATION = _("your invitation")
_PLACE = _("your place in the program")

INVITED = Event(Action.CHANGED, "invited", thing=_INVITATION)
INVITED_AGAIN = Event(Action.CHANGED, "invited_again", thing=_INVITATION)
INVITATION_WITHDRAWN = Event(Action.CHANGED, "invitation_withdrawn", thing=_INVITATION)
JOINED = Event(Action.CHANGED, "joined", thing=_PLACE, why=_("you joined the program"))
INTAKE_OPENED = Event(Action.OPENED, "intake", thing=_PLACE, why=_("to know how to support you"))
INTAKE_OPENED_TO_EDIT = Event(Action.OPENED, "intake_edit", thing=_PLACE, why=_("to correct what we know about you"))
PROFILE_SAVED = Event(Action.CHANGED, "profile", thing=_("your profile"), why=_("to keep your profile up to date"))
NEVER_PAIR_NAMED = Event(Action.CHANGED, "never_pair", is_told=False)
NEVER_PAIR_DROPPED = Event(Action.CHANGED, "never_pair_dropped", is_told=False)
"""Neither of the two reads it: beside a proposal that ended or a hold that began, it would say why."""
