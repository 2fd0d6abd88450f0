"""What a service raises when a person asks for something that cannot be done; and errors that no row is to blame for."""

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DATABASE_AWAY = (OperationalError, InterfaceError)
"""The database is away, full or busy: no row is to blame, and the next pass tries again."""


class DomainError(Exception):
    """A refusal with a sentence written for the person who met it.

    `code` is a stable identifier for tests and callers, such as `no_place_left`.
    """

    def __init__(self, message: str | Promise, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return str(self.message)


class UsedForm(DomainError):
    """A form came again under one key with something else in it, so it is not the same one sent twice."""

    def __init__(self) -> None:
        said = _("You sent this form before. Send it once more to add what is here now.")
        super().__init__(said, code="used_form")
