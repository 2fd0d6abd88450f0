"""What a kind of flag is made of: how pressing it is, its steps and the people who hear at each, the roles that see it, and
what pages say.

`supervision.kinds` is the table of them. No database here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from relationships.models import Relationship
from supervision.recipients import Recipients

NOBODY_IN_CHARGE = "supervision.nobody_in_charge"
UNANSWERED = "supervision.unanswered"


@dataclass(frozen=True)
class Finder:
    """The scan that opens flags: `run` is the dotted name of a function of `now`.

    Not the function itself: it needs the models, and they need the table of kinds.
    """

    scan: str
    run: str
    every_seconds: int
    order: int


@dataclass(frozen=True)
class Badge:
    """`text` may name the `step` and the `day` on which the flag opened."""

    text: Promise
    is_alert: bool = False


_OPEN = Badge(_("Open"))
_COMES_TO_YOU = _("Comes to you on %(day)s.")
_GOES_TO = _("Goes to %(names)s on %(day)s.")


@dataclass(frozen=True)
class Call:
    """What staff do first, in sentences that may name the `mentee` and the `mentor`; `by_mail` where the mentee has not said
    how to be reached."""

    first: tuple[Promise, ...]
    first_without_mentor: tuple[Promise, ...] = ()
    by_mail: tuple[Promise, ...] = ()
    by_mail_without_mentor: tuple[Promise, ...] = ()


@dataclass(frozen=True)
class Step:
    """A flag that reaches this step is made known to `recipients`: a `message` of this kind, which says `text` on the site, or
    `named` with the first name of the person it is about, where the recipient may know it.

    `after` is how long the flag has been open by then; None where its finder says which step it has reached. An admin, who
    sees no flags, gets the message `for_admins`: what to do for the program. `badge` and `advice` stand for those of the kind
    from this step on; `comes_to_you` and `goes_to` say beforehand on which `day` the step is due, the latter to whom (`names`).
    """

    recipients: Recipients
    message: str
    text: Promise
    named: Promise | None = None
    after: timedelta | None = None
    for_admins: str = NOBODY_IN_CHARGE
    badge: Badge | None = None
    advice: Promise | None = None
    comes_to_you: Promise = _COMES_TO_YOU
    goes_to: Promise = _GOES_TO

    def message_to(self, member: Membership) -> str:
        return self.for_admins if member.role == Role.ADMIN else self.message


@dataclass(frozen=True)
class FlagSpec:
    """One kind of flag. `rank` 1 is the most pressing; steps are counted from 1.

    `opened` and `raised` are what the person it concerns reads in their record of who did what, with `%(who)s`.
    From the step `every_supervisor_from` on each supervisor of the program sees it, before that only the mentor's own; from
    `coordinators_from` on it stands on the coordinators' home page; None means never. A flag that `follows_gap` takes its step
    from the pair's session gap, and pages count days and steps. With a `call`, pages say how to reach the two people, and the
    mentor who was told hears when it is closed. `advice` may name the `mentor` and the `mentee`.

    What `is_confided` is between a mentor and those who supervise this mentor: it is about the mentor, pages say how to reach
    the mentor alone, no other role sees it, and nothing is written into the record that the mentee reads.
    """

    rank: int
    find: Finder
    steps: tuple[Step, ...]
    opened: Promise
    raised: Promise
    badge: Badge = _OPEN
    advice: Promise | None = None
    call: Call | None = None
    every_supervisor_from: int | None = None
    coordinators_from: int | None = None
    follows_gap: bool = False
    is_confided: bool = False

    def escalate(
        self, first: int, last: int, staff: Staff, program_id: UUID, pair: Relationship | None
    ) -> Mapping[Membership, str]:
        """The message for each person when a flag passes the steps `first` to `last`: the worst that concerns them."""
        heard: dict[Membership, str] = {}
        for step in self.steps[first - 1 : last]:
            heard |= {member: step.message_to(member) for member in step.recipients(staff, program_id, pair)}
        return heard

    def repeat(self, step: int, staff: Staff, program_id: UUID, pair: Relationship | None) -> Mapping[Membership, str]:
        """The message for each person when it happened again: all who have heard by `step` hear of it like the first time.

        An admin, who sees no flags, reads again why they were called.
        """
        heard: dict[Membership, str] = {}
        for reached in reversed(self.steps[:step]):
            for member in reached.recipients(staff, program_id, pair):
                heard[member] = (reached if member.role == Role.ADMIN else self.steps[0]).message_to(member)
        return heard

    def timed_steps(self) -> Iterator[tuple[int, timedelta]]:
        """The steps that come by time alone, and after how long."""
        return ((number, step.after) for number, step in enumerate(self.steps, start=1) if step.after is not None)

    def messages(self) -> set[str]:
        """Every kind of message that staff or the mentor can get of such a flag while it is open."""
        return {kind for step in self.steps for kind in (step.message, step.for_admins)}

    def badge_at(self, step: int) -> Badge:
        return next((one.badge for one in reversed(self.steps[:step]) if one.badge), self.badge)

    def advice_at(self, step: int) -> Promise | None:
        return next((one.advice for one in reversed(self.steps[:step]) if one.advice), self.advice)
