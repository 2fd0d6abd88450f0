from accounts.models import Membership, NeverPair


def test_reason_in_the_database_is_sealed_and_opens_on_access(ben: Membership, mona: Membership) -> None:
    NeverPair.objects.create(program=ben.program, person=ben, other=mona, reason="cousins")

    pair = NeverPair.objects.get()

    assert pair.__dict__["reason"] != "cousins"
    assert pair.reason == "cousins"
