"""Roles, and the words people choose from when they describe themselves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")
    COORDINATOR = "coordinator", _("Coordinator")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMIN = "admin", _("Program admin")


STAFF_ROLES = (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMIN)
