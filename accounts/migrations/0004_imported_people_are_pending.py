from typing import Any

from django.db import migrations


def mark(apps: Any, schema_editor: Any) -> None:
    """Whoever was imported by one program alone and never chose a password is pending there, and no account."""
    User, EmailAddress = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    Membership = apps.get_model("accounts", "Membership")
    for user in User.objects.filter(password__startswith="!"):
        held = Membership.objects.filter(user=user)
        programs = set(held.values_list("program_id", flat=True))
        if len(programs) == 1 and not held.exclude(role__in=["mentor", "mentee"]).exists():
            user.pending_in_id = programs.pop()
            user.save(update_fields=["pending_in"])
            EmailAddress.objects.filter(user_id=user.pk).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_pending_people"), ("account", "0009_emailaddress_unique_primary_email")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
