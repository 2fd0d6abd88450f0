"""`manage.py programs`: what there is, or how to begin."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Q

from accounts.models import Program

HOW_TO_BEGIN = """There is no program yet, so nobody can sign in. Create one and invite its first admin:
  .venv/bin/python manage.py create_program --name "River City" --slug river-city --admin-email you@example.org"""


class Command(BaseCommand):
    help = "Lists the programs with their short names; says how to begin when there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        people = Count("memberships", filter=Q(memberships__is_active=True))
        for program in Program.objects.annotate(people=people).order_by("slug"):
            self.stdout.write(f"{program.slug}: {program.name}, {program.people} active memberships")
        if not Program.objects.exists():
            self.stdout.write(HOW_TO_BEGIN)
