"""Whom staff call about a flag, what they do first, and whom they leave out of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import Membership
from checkins.models import SupportRequest
from core.joining import joined
from relationships.enums import ONGOING
from relationships.grounds import in_contact
from relationships.models import Relationship
from relationships.selectors import contact_of
from supervision.models import Flag
from supervision.selectors import FlagLine


@dataclass(frozen=True)
class Reach:
    """Of one flag, as one reader has it, at one moment.

    Staff look up a mentor's number for a mentee's call only where that mentor was told of it and the two are in contact still:
    looking it up is written into the mentor's record, which else would tell of the call.
    """

    line: FlagLine
    now: datetime

    @property
    def _flag(self) -> Flag:
        return self.line.flag

    @property
    def people(self) -> list[Membership]:
        """Those whom staff may call: about an open call for support the mentee, then the mentor; about what a mentor said in
        confidence the mentor."""
        if not self.is_needed:
            return []
        if self._flag.spec.is_confided:
            return [] if self.mentor_left_out else [self._flag.about]
        pair = self._flag.relationship
        return [self._flag.about, pair.mentor] if pair and not self.mentor_left_out else [self._flag.about]

    @property
    def is_needed(self) -> bool:
        """Whether it waits for somebody to be in touch."""
        return self._flag.closed_at is None and bool(self._flag.spec.call or self._flag.spec.is_confided)

    @property
    def seen_by(self) -> str:
        """The first names of those who can read in their record that staff looked up how to reach them."""
        return joined([person.user.first_name for person in self.people if person.takes_part])

    @property
    def first(self) -> str:
        """What staff do first about a call for support or a worry; empty for any other flag."""
        call = self._flag.spec.call
        if call is None:
            return ""
        with_mentor = self._flag.relationship is not None and not self.mentor_left_out
        if self._flag.spec.is_confided or contact_of(self._flag.about):
            sentences = call.first if with_mentor else call.first_without_mentor
        else:
            sentences = call.by_mail if with_mentor else call.by_mail_without_mentor
        return " ".join(str(sentence) % self.line.names for sentence in sentences)

    @cached_property
    def mentor_left_out(self) -> str:
        """Why the pair's mentor is not to be called about an open call for support, or about what they said in confidence;
        empty where the mentor may be, or where there is none."""
        pair = self._flag.relationship
        if pair is None or not self.is_needed:
            return ""
        if not pair.mentor.takes_part:
            words = _("%(mentor)s does not take part now: do not call %(mentor)s about it.")
        elif self._flag.spec.is_confided:
            return ""
        elif pair.state not in ONGOING:
            words = _("This match has ended: do not call %(mentor)s about it.")
        elif not in_contact(pair, self.now):
            words = _("Contact is on hold: do not call %(mentor)s about it.")
        elif not self._was_told(pair):
            words = _("%(mentor)s was not told of this call: do not call %(mentor)s about it.")
        else:
            return ""
        return words % self.line.names

    def _was_told(self, pair: Relationship) -> bool:
        """Whether `checkins` told this pair's mentor of one of the calls."""
        calls = [line.asked for line in self.line.history if isinstance(line.asked, SupportRequest)]
        return any(call.shared_with_id == pair.pk for call in calls)
