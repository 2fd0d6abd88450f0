"""What a mentor tells their supervisor alone: who hears it, and who has looked at it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from core.joining import joined
from relationships.models import Relationship, SupervisorRequest

TOLD_SHOWN = 10


@dataclass(frozen=True)
class Looked:
    """By first name, the supervisor who looked at what a mentor had told them, and when they were done with it."""

    name: str
    at: datetime


FindLooks = Callable[[Sequence[SupervisorRequest]], Mapping[UUID, Looked]]
_looks: list[FindLooks] = []


def register_looks(find: FindLooks) -> None:
    """`find(requests)` gives who looked at each, by request, in a fixed number of queries. `supervision` knows."""
    if find not in _looks:
        _looks.append(find)


def told_in_confidence(pair: Relationship) -> list[tuple[SupervisorRequest, Looked | None]]:
    """What the mentor of this pair told the supervisor last, the newest first, each with who looked at it; for the mentor."""
    told = list(pair.supervisor_requests.all()[:TOLD_SHOWN])
    looks = {pk: look for find in _looks for pk, look in find(told).items()}
    return [(one, looks.get(one.pk)) for one in told]


@dataclass(frozen=True)
class Confidants:
    """Who hears what a mentor tells their supervisor alone, in the sentences that stand beside the button and afterwards.

    `names` are first names, with the other role of somebody who has one. Without any, it waits for the program's first
    supervisor. The sentences speak of people: one who is also a coordinator hears.
    """

    names: tuple[str, ...]

    @classmethod
    def of(cls, pair: Relationship) -> "Confidants":
        """Those of the pair's mentor."""
        supervisors = Staff.of([pair.program_id]).own_supervisors(pair.mentor)
        roles = Membership.objects.active().with_role(Role.COORDINATOR, Role.ADMIN).filter(program_id=pair.program_id)
        other_roles = {one.user_id: one.get_role_display() for one in roles}
        names = (_who(member.user.first_name, other_roles.get(member.user_id, "")) for member in supervisors)
        return cls(tuple(names))

    @property
    def before(self) -> str:
        """What will become of it."""
        if not self.names:
            return _(
                "Your program has no supervisor now, so nobody hears this yet. It is kept for the first one. The program's"
                " admins are asked to invite one; they are not told why."
            )
        told = ngettext(
            "We tell %(names)s at once, and nobody else here. Nothing that others can open shows it. Whoever takes over for"
            " %(names)s later can read it.",
            "You have no supervisor of your own, so we tell those of your program at once: %(names)s. We tell nobody else here,"
            " and nothing that others can open shows it. Whoever takes over for them later can read it.",
            len(self.names),
        )
        return told % self._said

    @property
    def after(self) -> str:
        """What has become of it."""
        if not self.names:
            return _("It is kept for your program's first supervisor. Nobody has heard it yet.")
        told = ngettext(
            "%(names)s is being told now, and nobody else.", "%(names)s are being told now, and nobody else.", len(self.names)
        )
        return told % self._said

    @property
    def see_alone(self) -> str:
        """Beside what a supervisor may look at and is not told of."""
        if not self.names:
            return _("Only you see this, and a supervisor once your program has one.")
        return _("Who can read this now: you and %(names)s. Whoever takes over later can read it too.") % self._said

    @property
    def _said(self) -> dict[str, str]:
        return {"names": joined(self.names)}


def _who(name: str, other_role: str) -> str:
    return _("%(name)s (also %(role)s)") % {"name": name, "role": other_role.lower()} if other_role else name
