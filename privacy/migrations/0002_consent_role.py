"""What a person agreed to is of one role: with whom it says to share differs."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations, models


def give_roles(apps: Any, schema_editor: Any) -> None:
    """Each consent is of the role that the person had in the program on its day, and of both where there were two.

    With one role it is of that one. Where the roles began after the day, as with a consent on paper, it is of the first. Without
    a role as mentor or mentee it stays of none, and counts for none.
    """
    Consent, Membership = apps.get_model("privacy", "Consent"), apps.get_model("accounts", "Membership")
    for consent in Consent.objects.filter(role=""):
        held = Membership.objects.filter(
            user_id=consent.person_id, program_id=consent.program_id, role__in=["mentor", "mentee"]
        )
        began = [(one.role, _day(one)) for one in held.select_related("program").order_by("joined_at", "id")]
        roles = [role for role, day in began if day <= consent.given_on] or [role for role, _day in began[:1]]
        for number, role in enumerate(roles):
            consent.role = role
            if number:
                consent.pk, consent._state.adding = consent._meta.pk.get_default(), True
            consent.save()


def _day(member: Any) -> Any:
    return member.joined_at.astimezone(ZoneInfo(member.program.timezone)).date()


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("accounts", "0005_name_key")]
    operations = [
        migrations.AddField(
            "consent", "role", models.CharField(default="", max_length=12, verbose_name="role"), preserve_default=False
        ),
        migrations.RemoveConstraint("consent", "consent_unique"),
        migrations.AddConstraint(
            "consent",
            models.UniqueConstraint(fields=["program_id", "person_id", "role", "given_on"], name="consent_unique"),
        ),
        migrations.RunPython(give_roles, migrations.RunPython.noop),
    ]
