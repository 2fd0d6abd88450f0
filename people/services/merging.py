"""A person who was pending turns out to have an account: the two become one."""

from accounts.models import EarlierId, User
from notifications.models import Message, Notice
from privacy.consents import move_consents


def merge_pending(pending: User, *, into: User) -> None:
    """In the caller's transaction, everything that the program keeps of `pending` is the account's from here on.

    The name, zone and language of the account stand. Audit entries keep the id they were written with. Where the account
    belongs to the program already, as after a change of address, the two may be two people to each other, such as a mentor
    and a mentee: they stay apart, and staff see both.
    """
    if into.memberships.filter(program__pending_people=pending).exists():
        return
    pending.memberships.update(user=into)
    Notice.objects.filter(recipient=pending).update(recipient=into)
    Message.objects.filter(recipient=pending).update(recipient=into)
    move_consents(person_id=pending.pk, to=into.pk)
    EarlierId.objects.create(id=pending.pk, user=into)
    pending.delete()
