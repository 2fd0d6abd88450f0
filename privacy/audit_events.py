"""What this app writes down about people, and how it reads to them."""

from django.utils.translation import gettext_lazy as _

from privacy.events import Event
from privacy.models import Action

_CONSENT = _("your consent")

CONSENT_GIVEN = Event(Action.CHANGED, "consent_given", thing=_CONSENT, why=_("consent was given"))
CONSENT_REVOKED = Event(Action.CHANGED, "consent_revoked", thing=_CONSENT, why=_("consent was revoked"))
