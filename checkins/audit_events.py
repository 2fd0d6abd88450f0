"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

CHECK_IN_OPENED = Event(Action.OPENED, "check_in", says=_("%(who)s opened a check-in that you shared."))
CALL_OPENED = Event(Action.OPENED, "support_request", says=_("%(who)s opened your request for support."))
IN_TOUCH = Event(
    Action.CHANGED, "in_touch", says=_("%(who)s said that you two have been in touch since you asked for support.")
)
