"""What an audit entry says to the person whose data it is about.

Types and reasons are the codes other apps write; this app knows their words, not their models.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.models import Action

THINGS: dict[str, Promise] = {
    "accounts.invitation": gettext_lazy("your invitation"),
    "accounts.membership": gettext_lazy("your place in the program"),
    "accounts.menteeprofile": gettext_lazy("your profile"),
    "accounts.mentorprofile": gettext_lazy("your profile"),
    "accounts.neverpair": gettext_lazy("who you must not be paired with"),
    "accounts.user": gettext_lazy("your account"),
    "checkins.checkin": gettext_lazy("a check-in of yours"),
    "checkins.supportrequest": gettext_lazy("your request for support"),
    "notifications.message": gettext_lazy("a message to you"),
    "privacy.consent": gettext_lazy("your consent"),
    "relationships.mentoringsession": gettext_lazy("the log of a session"),
    "relationships.relationship": gettext_lazy("your mentoring relationship"),
    "supervision.flag": gettext_lazy("a reminder to look after your mentoring relationship"),
    "training.trainingrecord": gettext_lazy("your training record"),
}
REASONS: dict[str, Promise] = {
    "account": gettext_lazy("to keep your account up to date"),
    "cadence": gettext_lazy("to agree how often you meet"),
    "consent_given": gettext_lazy("consent was given"),
    "consent_revoked": gettext_lazy("consent was revoked"),
    "intake": gettext_lazy("to know you before a match"),
    "intake_edit": gettext_lazy("to correct what we know about you"),
    "joined": gettext_lazy("you joined the program"),
    "matching": gettext_lazy("to find a match"),
    "profile": gettext_lazy("to keep your profile up to date"),
    "reactivated": gettext_lazy("your place was opened again"),
    "session_log": gettext_lazy("to look after your mentoring relationship"),
    "suspended": gettext_lazy("your place was closed for now"),
    "waiting": gettext_lazy("you wait for a mentor"),
    "what_was_done": gettext_lazy("to look after your mentoring relationship"),
}


def thing(object_type: str) -> str:
    """A noun that fits after "opened" or "changed"."""
    return str(THINGS.get(object_type, _("something about you")))


def sentence(action: str, *, who: str, object_type: str) -> str:
    sentences = {
        Action.OPENED: _("%(who)s opened %(thing)s."),
        Action.CHANGED: _("%(who)s changed %(thing)s."),
        Action.EXPORTED: _("%(who)s saved %(thing)s to a file."),
        Action.IMPORTED: _("%(who)s read %(thing)s in from a file."),
    }
    return sentences[Action(action)] % {"who": who, "thing": thing(object_type)}


def why(reason: str) -> str:
    """Empty where the code means nothing to the person. What follows a colon is the program's own detail."""
    return str(REASONS.get(reason.partition(":")[0], ""))
