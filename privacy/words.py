"""What an audit entry says to the person whose data it is about.

Types and reasons are the codes other apps write; this app knows their words, not their models.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.models import Action

THINGS: dict[str, Promise] = {
    "people.invitation": gettext_lazy("your invitation"),
    "accounts.membership": gettext_lazy("your place in the program"),
    "people.menteeprofile": gettext_lazy("your profile"),
    "people.mentorprofile": gettext_lazy("your profile"),
    "people.neverpair": gettext_lazy("who you must not be paired with"),
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


_CALL_OPENED = gettext_lazy("%(who)s told the people who look after you that you asked for support.")
_CALL_AGAIN = gettext_lazy("%(who)s told people again that you asked for support.")
_SAFETY_OPENED = gettext_lazy("%(who)s told the people who look after you that you may need help now.")
_SAFETY_AGAIN = gettext_lazy("%(who)s told people again that you may need help now.")
_WRITTEN_DOWN = gettext_lazy("%(who)s wrote down what was done for you.")
_NO_LONGER = gettext_lazy("%(who)s closed a reminder about you. It was no longer needed.")
SENTENCES: dict[tuple[str, str, str], Promise] = {
    ("opened", "checkins.checkin", ""): gettext_lazy("%(who)s opened a check-in that you shared."),
    ("opened", "checkins.supportrequest", ""): gettext_lazy("%(who)s opened your request for support."),
    ("changed", "checkins.supportrequest", "in_touch"): gettext_lazy(
        "%(who)s said that you two have been in touch since you asked for support."
    ),
    ("opened", "relationships.mentoringsession", "session_log"): gettext_lazy(
        "%(who)s opened the notes about a session of yours."
    ),
    ("changed", "relationships.mentoringsession", "logged"): gettext_lazy("%(who)s wrote down how a session of yours went."),
    ("changed", "relationships.mentoringsession", "confirmed"): gettext_lazy("%(who)s confirmed a session of yours."),
    ("changed", "relationships.mentoringsession", "taken_back"): gettext_lazy(
        "%(who)s took back a session that was logged by mistake."
    ),
    ("changed", "relationships.relationship", "proposed"): gettext_lazy("%(who)s proposed a match for you."),
    ("changed", "relationships.relationship", "declined"): gettext_lazy("%(who)s ended a proposed match: the answer was no."),
    ("changed", "relationships.relationship", "declined:withdrawn"): gettext_lazy(
        "%(who)s withdrew a proposed match before it began."
    ),
    ("changed", "relationships.relationship", "expired"): gettext_lazy(
        "%(who)s ended a proposed match: the time to answer was over."
    ),
    ("changed", "relationships.relationship", "accepted"): gettext_lazy("%(who)s said yes to your match, and it began."),
    ("changed", "relationships.relationship", "introduced"): gettext_lazy(
        "%(who)s wrote down that you two know each other now."
    ),
    ("changed", "relationships.relationship", "active"): gettext_lazy("%(who)s wrote down that the two of you meet now."),
    ("changed", "relationships.relationship", "paused"): gettext_lazy("%(who)s paused your mentoring relationship."),
    ("changed", "relationships.relationship", "closing"): gettext_lazy(
        "%(who)s wrote down that your mentoring relationship comes to its end."
    ),
    ("changed", "relationships.relationship", "closed"): gettext_lazy("%(who)s closed your mentoring relationship."),
    ("changed", "relationships.relationship", "cadence"): gettext_lazy("%(who)s changed how often the two of you meet."),
    ("opened", "supervision.flag", "call"): gettext_lazy("%(who)s looked up how to reach you, to answer a call for support."),
    ("opened", "supervision.flag", "what_was_done"): gettext_lazy("%(who)s opened the note about what was done for you."),
    ("changed", "supervision.flag", "support:opened"): _CALL_OPENED,
    ("changed", "supervision.flag", "support:raised"): _CALL_AGAIN,
    ("changed", "supervision.flag", "support:resolved"): _WRITTEN_DOWN,
    ("changed", "supervision.flag", "support:cleared"): _NO_LONGER,
    ("changed", "supervision.flag", "safety:opened"): _SAFETY_OPENED,
    ("changed", "supervision.flag", "safety:raised"): _SAFETY_AGAIN,
    ("changed", "supervision.flag", "safety:resolved"): _WRITTEN_DOWN,
    ("changed", "supervision.flag", "safety:cleared"): _NO_LONGER,
    ("changed", "supervision.flag", "session_gap:opened"): gettext_lazy(
        "%(who)s reminded people that you two have not met for a while."
    ),
    ("changed", "supervision.flag", "session_gap:raised"): gettext_lazy(
        "%(who)s reminded more people that you two have not met for a while."
    ),
    ("changed", "supervision.flag", "session_gap:resolved"): _WRITTEN_DOWN,
    ("changed", "supervision.flag", "session_gap:cleared"): _NO_LONGER,
    ("changed", "supervision.flag", "mentor_asks:opened"): gettext_lazy("%(who)s told your supervisor that you want to talk."),
    ("changed", "supervision.flag", "mentor_asks:raised"): gettext_lazy(
        "%(who)s told your supervisor again that you want to talk."
    ),
    ("changed", "supervision.flag", "mentor_asks:resolved"): _WRITTEN_DOWN,
    ("changed", "supervision.flag", "mentor_asks:cleared"): _NO_LONGER,
}
"""Whole sentences, by action, type and reason, where "changed" and a noun would say too little or the wrong thing."""


def thing(object_type: str) -> str:
    """A noun that fits after "opened" or "changed"."""
    return str(THINGS.get(object_type, _("something about you")))


def sentence(action: str, *, who: str, object_type: str, reason: str = "") -> str:
    """A program's own detail after a colon, such as why a pair was closed, is left out unless the sentence is about it."""
    for code in (reason, reason.partition(":")[0]):
        if whole := SENTENCES.get((action, object_type, code)):
            return str(whole) % {"who": who}
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
