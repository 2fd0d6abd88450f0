"""The kinds of flags: a member of `FlagKind` and its `FlagSpec` each.

To add one: both of these here, with its reason and its finder; the function that the finder names; and the migration of the
choices. A system check (handrail.E007) refuses a kind without a spec.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkins.enums import Support
from supervision.escalation import UNANSWERED, Badge, Call, Finder, FlagSpec, Step
from supervision.recipients import (
    coordinators,
    everybody,
    in_charge,
    in_charge_and_coordinators,
    in_charge_and_coordinators_else_admins,
    others,
    own_supervisors,
    the_mentor,
)


class FlagKind(TextChoices):
    SAFETY = "safety", _("Safety")
    WORRY = "worry", _("A mentor is worried")
    SUPPORT = "support", _("Support asked for")
    SESSION_GAP = "session_gap", _("Session gap")
    MENTOR_ASKS = "mentor_asks", _("Mentor asks for you")


class FlagReason(TextChoices):
    """Why a flag opened, was raised, or closed by itself. A code in the history, words on the page."""

    GAP = "gap", _("Days without a session passed the agreed number.")
    ASKED_NOW = "asked_now", _("Asked for support right away.")
    ASKED_TODAY = "asked_today", _("Asked for support the same day.")
    MENTOR_WORRIED = "mentor_worried", _("The mentor is worried about someone's safety.")
    MENTOR_ASKED = "mentor_asked", _("The mentor asked to talk to you.")
    UNANSWERED = "unanswered", _("Still open, so more people were told.")
    HANDED_ON = "handed_on", _("Who hears of it has changed, so whoever hears of it now was told.")
    CONTACT_OPEN = "contact_open", _("Contact in the match is open again, so the mentor was told.")
    SESSION_LOGGED = "session_logged", _("Closed by itself: a session was logged.")
    NOT_RUNNING = "not_running", _("Closed by itself: the pair is paused, closing or closed.")
    CLOCK_MOVED = "clock_moved", _("Closed by itself: the time between sessions was changed.")


FOLLOW_UPS = (FlagReason.UNANSWERED, FlagReason.HANDED_ON, FlagReason.CONTACT_OPEN)
"""Why a flag is raised although nobody asked again."""

CONFIDED_REASONS = (FlagReason.MENTOR_WORRIED, FlagReason.MENTOR_ASKED)
"""What a mentor told the supervisor alone. Lines with such a reason may stand on a flag of a call too, from before worries had
flags of their own."""


URGENCIES = {
    Support.NOW.value: (FlagKind.SAFETY, FlagReason.ASKED_NOW),
    Support.TODAY.value: (FlagKind.SUPPORT, FlagReason.ASKED_TODAY),
}
"""What a mentee's call for support opens, by how soon it is asked for."""


class FlagChange(TextChoices):
    OPENED = "opened", _("Opened")
    RAISED = "raised", _("Raised")
    RESOLVED = "resolved", _("Resolved")
    CLEARED = "cleared", _("Closed by itself")


_REQUESTS = Finder("supervision.requests", "supervision.services.take_up_requests", every_seconds=10, order=30)
_CONFIDED = Finder("supervision.confided", "supervision.services.take_up_confided", every_seconds=10, order=30)
_GAPS = Finder("supervision.session_gaps", "supervision.services.follow_session_gaps", every_seconds=60, order=40)

FLAG_KINDS: Mapping[FlagKind, FlagSpec] = {
    FlagKind.SAFETY: FlagSpec(
        rank=1,
        find=_REQUESTS,
        steps=(
            Step(in_charge_and_coordinators, "supervision.safety", _("Someone may not be safe. Please act now.")),
            Step(
                everybody,
                "supervision.safety_waits",
                _("Someone may not be safe, and nobody has said what was done. Please act now."),
                after=timedelta(minutes=60),
                for_admins=UNANSWERED,
            ),
        ),
        opened=_("%(who)s told the people who look after you that you may need help now."),
        raised=_("%(who)s told people again that you may need help now."),
        badge=Badge(_("Act now"), is_alert=True),
        call=Call(
            first=(
                _("Call %(mentee)s now; if nobody answers, call %(mentor)s."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
            first_without_mentor=(
                _("Call %(mentee)s now; if nobody answers, try again soon."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
            by_mail=(
                _("Write to %(mentee)s now, and ask %(mentor)s, who may know how to reach %(mentee)s."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
            by_mail_without_mentor=(
                _("Write to %(mentee)s now; if no answer comes, write again soon."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
        ),
        every_supervisor_from=2,
        coordinators_from=1,
    ),
    FlagKind.WORRY: FlagSpec(
        rank=2,
        find=_CONFIDED,
        steps=(
            Step(own_supervisors, "supervision.worry", _("A mentor is worried about someone. Please talk with the mentor.")),
            Step(
                own_supervisors,
                "supervision.worry_waits",
                _("A mentor who is worried about someone still waits for you. Please talk with the mentor as soon as you can."),
                after=timedelta(hours=24),
            ),
        ),
        opened=_("%(who)s told your supervisor that you are worried."),
        raised=_("%(who)s told your supervisor again that you are worried."),
        badge=Badge(_("Since %(day)s"), is_alert=True),
        call=Call(
            first=(
                _("Talk with %(mentor)s first: ask what %(mentor)s saw or heard, and agree on what comes next."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
            first_without_mentor=(
                _("Think about how to find out that %(mentee)s is safe, without a word about where this came from."),
                _("If you think a life is in danger, call the emergency number first."),
            ),
        ),
        advice=_(
            "Only %(mentor)s knows that you were told. Do not say to %(mentee)s or to other staff that it came from %(mentor)s."
        ),
        is_confided=True,
    ),
    FlagKind.SUPPORT: FlagSpec(
        rank=3,
        find=_REQUESTS,
        steps=(
            Step(in_charge, "supervision.support", _("Someone asked for support.")),
            Step(
                others,
                "supervision.support_waits",
                _("Someone asked for support, and nobody has said what was done. Please look."),
                after=timedelta(hours=24),
                for_admins=UNANSWERED,
            ),
        ),
        opened=_("%(who)s told the people who look after you that you asked for support."),
        raised=_("%(who)s told people again that you asked for support."),
        badge=Badge(_("Since %(day)s"), is_alert=True),
        call=Call(
            first=(
                _("Ask %(mentor)s whether the two have been in touch."),
                _("If nobody has been in touch with %(mentee)s, call or text %(mentee)s yourself today."),
            ),
            first_without_mentor=(_("If nobody has been in touch with %(mentee)s, call or text %(mentee)s yourself today."),),
            by_mail=(
                _("Ask %(mentor)s whether the two have been in touch."),
                _("If nobody has been in touch with %(mentee)s, write to %(mentee)s yourself today."),
            ),
            by_mail_without_mentor=(_("If nobody has been in touch with %(mentee)s, write to %(mentee)s yourself today."),),
        ),
        every_supervisor_from=2,
        coordinators_from=2,
    ),
    FlagKind.MENTOR_ASKS: FlagSpec(
        rank=4,
        find=_CONFIDED,
        steps=(Step(own_supervisors, "supervision.mentor_asks", _("A mentor wants to talk with you.")),),
        opened=_("%(who)s told your supervisor that you want to talk."),
        raised=_("%(who)s told your supervisor again that you want to talk."),
        is_confided=True,
    ),
    FlagKind.SESSION_GAP: FlagSpec(
        rank=5,
        find=_GAPS,
        steps=(
            Step(
                the_mentor,
                "supervision.gap_mentor",
                _("It has been a while since a session was logged. Log one, or plan the next."),
                named=_("It has been a while since a session with %(name)s was logged. Log one, or plan the next."),
            ),
            Step(in_charge, "supervision.gap_supervisor", _("A pair you look after has a session gap.")),
            Step(coordinators, "supervision.gap_coordinator", _("A pair has a long session gap.")),
            Step(
                in_charge_and_coordinators_else_admins,
                "supervision.gap_care",
                _("A pair has a very long session gap. It is time for a care talk."),
                badge=Badge(_("Care talk due"), is_alert=True),
                advice=_("Talk with both, together or one by one, about what they need. No blame: ask what got in the way."),
                comes_to_you=_("Comes to you on %(day)s for a care talk."),
                goes_to=_("Goes to %(names)s on %(day)s for a care talk."),
            ),
        ),
        opened=_("%(who)s reminded people that you two have not met for a while."),
        raised=_("%(who)s reminded more people that you two have not met for a while."),
        badge=Badge(_("Step %(step)s of 4")),
        advice=_("It also closes by itself when a session is logged."),
        coordinators_from=3,
        follows_gap=True,
    ),
}

CONFIDED_KINDS = [kind for kind, spec in FLAG_KINDS.items() if spec.is_confided]
"""What is between a mentor and those who supervise this mentor."""
