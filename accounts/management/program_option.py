"""The program that a command works on."""

from django.core.management.base import CommandError

from accounts.models import Program


def program_called(slug: str) -> Program:
    """The program with this short name; refuses another one with those there are."""
    program = Program.objects.filter(slug=slug).first()
    if program is None:
        known = ", ".join(Program.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no program {slug!r}. There are: {known}.")
    return program
