"""The sign-ins that the demo program prints."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEMO_PASSWORD = "one-step-at-a-time"  # noqa: S105  printed on purpose: the demo program holds invented people only


@dataclass(frozen=True)
class SignIn:
    email: str
    what: str | Promise


COORDINATOR = SignIn("coordinator@example.org", _("Coordinator"))
SUPERVISOR = SignIn("supervisor@example.org", _("Supervisor"))
MENTOR = SignIn("mentor@example.org", _("Mentor"))
MENTEE = SignIn("mentee@example.org", _("Mentee"))
ADMIN = SignIn("admin@example.org", _("Program admin"))
BOTH = SignIn("both@example.org", _("Coordinator and supervisor, with a role switcher"))
SIGN_INS = (COORDINATOR, SUPERVISOR, MENTOR, MENTEE, ADMIN, BOTH)
