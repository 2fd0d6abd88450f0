from typing import Any
from uuid import uuid4

from django.db import migrations


def mark(apps: Any, schema_editor: Any) -> None:
    """Whoever was imported and never chose a password is pending, once in each program that brought them in, and no account.

    A staff role was accepted by somebody who has the mailbox: they stay an account, which a reset by mail opens.
    """
    User, EmailAddress = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    Membership = apps.get_model("accounts", "Membership")
    for user in User.objects.filter(password__startswith="!"):
        held = Membership.objects.filter(user=user)
        programs = list(held.order_by("program_id").values_list("program_id", flat=True).distinct())
        if not programs or held.exclude(role__in=["mentor", "mentee"]).exists():
            continue
        EmailAddress.objects.filter(user_id=user.pk).delete()
        user.pending_in_id = programs.pop(0)
        user.save(update_fields=["pending_in"])
        for program_id in programs:
            _set_apart(apps, user, program_id)


def _set_apart(apps: Any, user: Any, program_id: Any) -> None:
    """What this program keeps of the person goes to a pending person of its own. Audit entries keep the id of before."""
    old = user.pk
    person = apps.get_model("accounts", "User").objects.get(pk=old)
    person.pk, person.pending_in_id, person._state.adding = uuid4(), program_id, True
    person.save(force_insert=True)
    apps.get_model("accounts", "Membership").objects.filter(user_id=old, program_id=program_id).update(user_id=person.pk)
    for kept in ("Message", "Notice"):
        theirs = apps.get_model("notifications", kept).objects.filter(recipient_id=old, program_id=program_id)
        theirs.update(recipient_id=person.pk)
    consents = apps.get_model("privacy", "Consent").objects.filter(person_id=old, program_id=program_id)
    consents.update(person_id=person.pk)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_pending_people"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("notifications", "0001_initial"),
        ("privacy", "0001_initial"),
    ]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
