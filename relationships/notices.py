"""What people are told about a pair, on the site. Each of the two reads the other's first name; staff read both names."""

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import has_any
from notifications.kinds import Named, register_kind
from notifications.models import Message
from relationships.models import Relationship


def _pair(message: Message) -> str:
    return reverse("relationships:detail", args=[message.subject_id])


def _home(message: Message) -> str:
    return reverse("home")


def _people(_message: Message) -> str:
    return reverse("intake:people")


def no_longer_open(program_id: UUID) -> str:
    """What the two read of a proposal that ended, wherever they come upon it. It never says why, nor who ended it."""
    words = gettext("This match is no longer open. That happens, and says nothing about either of you.")
    return f"{words} {who_knows(program_id)}"


def who_knows(program_id: UUID) -> str:
    """Who has heard of it that a proposal ended, for the two."""
    if has_any(program_id, Role.COORDINATOR):
        return gettext("Your coordinator knows.")
    return gettext("Your program has no coordinator right now.")


def _with_pairs(messages: Sequence[Message]) -> Iterator[tuple[Message, Relationship]]:
    people = Relationship.objects.select_related("mentor__user", "mentee__user")
    pairs = people.in_bulk({message.subject_id for message in messages})
    return ((message, pairs[message.subject_id]) for message in messages if message.subject_id in pairs)


def _other(message: Message, pair: Relationship) -> str:
    other = pair.mentee if message.recipient_id == pair.mentor.user_id else pair.mentor
    return str(other.user.first_name)


def _the_other(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    """The first name that the other of the two goes by."""
    return {message.pk: {"name": _other(message, pair)} for message, pair in _with_pairs(messages)}


def _both(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    return {
        message.pk: {"mentor": pair.mentor.user.full_name, "mentee": pair.mentee.user.full_name}
        for message, pair in _with_pairs(messages)
    }


def _on_hold(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    """The other's first name, and what the reader needs to know while contact is on hold: nothing of what it is on hold for."""
    pairs = list(_with_pairs(messages))
    coordinators = Membership.objects.active().with_role(Role.COORDINATOR)
    there = set(coordinators.filter(program__in={pair.program_id for _, pair in pairs}).values_list("program_id", flat=True))
    said = {message.pk: _sentences(message, pair, has_coordinator=pair.program_id in there) for message, pair in pairs}
    return {message.pk: {"name": _other(message, pair), "meanwhile": " ".join(said[message.pk])} for message, pair in pairs}


def _sentences(message: Message, pair: Relationship, *, has_coordinator: bool) -> Iterator[str]:
    if has_coordinator:
        yield gettext("Your coordinator knows, and decides how it goes on.")
    yield gettext("It does not judge anything you did.")
    if message.recipient_id == pair.mentor.user_id:
        yield gettext("You can still write down a session that took place.")
    else:
        yield gettext("You can check in and get support as before.")


_of_the_other = partial(Named, names=_the_other)
_of_both = partial(Named, names=_both)

PROPOSED = register_kind(
    "relationships.proposed",
    text=_("There is a match for you to look at. Say yes or no, no reason needed."),
    named=_of_the_other(_("There is a match with %(name)s for you to look at. Say yes or no, no reason needed.")),
    url=_pair,
)
STARTED = register_kind(
    "relationships.started",
    text=_("You both said yes. You can now see how to reach each other."),
    named=_of_the_other(_("You and %(name)s both said yes. You can now see how to reach each other.")),
    url=_pair,
)
INTRODUCE = register_kind(
    "relationships.introduce",
    text=_("A mentor and a mentee both said yes. Introduce them within a week."),
    named=_of_both(_("%(mentor)s and %(mentee)s both said yes. Introduce them within a week.")),
    url=_pair,
)
NOT_GOING_AHEAD = register_kind(
    "relationships.not_going_ahead",
    text=_("A match you were asked about is no longer open."),
    named=_of_the_other(_("The match with %(name)s is no longer open. That happens, and says nothing about either of you.")),
    url=_home,
)
DECLINED = register_kind(
    "relationships.declined",
    text=_("A proposal was declined. The mentee is still waiting."),
    named=_of_both(_("The proposal of %(mentor)s for %(mentee)s was declined. The mentee is still waiting.")),
    url=_pair,
)
EXPIRED = register_kind(
    "relationships.expired",
    text=_("Nobody answered a proposal in time. The mentee is still waiting."),
    named=_of_both(_("The proposal of %(mentor)s for %(mentee)s was not answered in time. The mentee is still waiting.")),
    url=_pair,
)
NOT_ALLOWED = register_kind(
    "relationships.not_allowed",
    text=_("A proposal was withdrawn, for the rules no longer allow it. Its page says why."),
    named=_of_both(
        _("The proposal of %(mentor)s for %(mentee)s was withdrawn, for the rules no longer allow it. Its page says why.")
    ),
    url=_pair,
)
ON_HOLD = register_kind(
    "relationships.on_hold",
    text=_("Contact in a match is on hold. Please decide how it goes on."),
    named=_of_both(_("Contact between %(mentor)s and %(mentee)s is on hold. Please decide how it goes on.")),
    url=_pair,
)
CONTACT_HELD = register_kind(
    "relationships.contact_held",
    text=_("Contact in a match of yours is on hold for now. It does not judge anything you did."),
    named=Named(_("For now, you and %(name)s cannot see how to reach each other. %(meanwhile)s"), _on_hold),
    url=_pair,
    keeps_quiet_hours=True,
)
"""What each of the two hears, and staff do not."""
CONTACT_OPEN = register_kind(
    "relationships.contact_open",
    text=_("Contact in a match of yours is open again."),
    named=_of_the_other(_("Contact with %(name)s is open again. You two can see how to reach each other.")),
    url=_pair,
    keeps_quiet_hours=True,
)
NO_LONGER_FITS = register_kind(
    "relationships.no_longer_fits",
    text=_("Something changed, and two people in a match could not be paired any more. Please have a look."),
    named=_of_both(_("Something changed: %(mentor)s and %(mentee)s could not be paired any more. Please have a look.")),
    url=_pair,
)
COORDINATOR_NEEDED = register_kind(
    "relationships.coordinator_needed",
    text=_("Something in your program waits for a coordinator, and none is active. Invite one, or bring one back."),
    url=_people,
)
CADENCE = register_kind(
    "relationships.cadence",
    text=_("How often you two plan to meet was changed. See the page of your match."),
    named=_of_the_other(_("How often you and %(name)s plan to meet was changed. See the page of your match.")),
    url=_pair,
)
PAUSED = register_kind(
    "relationships.paused",
    text=_("Your match is paused. No sessions are expected until it goes on."),
    named=_of_the_other(_("Your match with %(name)s is paused. No sessions are expected until it goes on.")),
    url=_pair,
)
RESUMED = register_kind(
    "relationships.resumed",
    text=_("Your match goes on. Agree on your next session."),
    named=_of_the_other(_("Your match with %(name)s goes on. Agree on your next session.")),
    url=_pair,
)
CLOSING = register_kind(
    "relationships.closing",
    text=_("Your match is coming to its end. Plan a last session together."),
    named=_of_the_other(_("Your match with %(name)s is coming to its end. Plan a last session together.")),
    url=_pair,
)
CLOSED = register_kind(
    "relationships.closed",
    text=_("Your match has ended. Its page says whom you can ask."),
    named=_of_the_other(_("Your match with %(name)s has ended. Its page says whom you can ask.")),
    url=_pair,
)
CHANGED_BY_SUPERVISOR = register_kind(
    "relationships.changed_by_supervisor",
    text=_("A supervisor paused or ended a match. Please have a look."),
    named=_of_both(_("A supervisor paused or ended the match of %(mentor)s and %(mentee)s. Please have a look.")),
    url=_pair,
)
