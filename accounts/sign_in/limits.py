"""How often a password, a code by mail or a reset may be asked for: so that it slows whoever guesses, not the account's owner.

A try counts for the account and the network it comes from; so neither the owner elsewhere nor the others on a shared network
feel it. Two wider counts, for a network and for an account, stop whoever tries one password on many accounts, or one account
from many networks. That of a network holds its passwords only: the code by mail and the link for a new password count apart,
and the key not at all, so the others there have a way in. On a device where the owner has signed in before only that device's
own tries count. Whoever chooses a new password by a link to their mailbox is through all of this: see `Limits.forget` and
`accounts.sign_in.devices`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.devices import device_known_to, device_of
from core import canonical
from core.limits import Limit, network_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """The counts for one way in. `here` is for an account and a network, `device` for an account on a device it knows."""

    device: tuple[Limit, ...]
    here: tuple[Limit, ...]
    network: Limit
    account: Limit

    def take(self, request: HttpRequest, address: str, now: datetime) -> Limit | None:
        """Count one try for the account of this address, known or not. Returns the limit that refuses it, if one does: what is
        refused counts nowhere."""
        counted: list[tuple[Limit, tuple[str, ...]]] = []
        for limit, of in self._counts(request, address):
            if not limit.take(*of, now=now):
                for other, others in counted:
                    other.give_back(*others)
                return limit
            counted.append((limit, of))
        return None

    def give_back(self, request: HttpRequest, address: str) -> None:
        """The try was right: it does not count."""
        for limit, of in self._counts(request, address):
            limit.give_back(*of)

    def forget(self, request: HttpRequest, address: str) -> None:
        """Let whoever has proved to own the account begin anew, whoever else has tried."""
        account = canonical.address(address)
        for limit in self.device:
            limit.forget(account, device_of(request))
        for limit in self.here:
            limit.forget(account, network_of(request))
        self.account.forget(account)

    def _counts(self, request: HttpRequest, address: str) -> list[tuple[Limit, tuple[str, ...]]]:
        """The network first: once that is used up, no address that somebody makes up leaves a row."""
        account = canonical.address(address)
        device = device_known_to(request, User.objects.filter(email=account).first())
        if device:
            return [(limit, (account, device)) for limit in self.device]
        network = network_of(request)
        here = [(limit, (account, network)) for limit in self.here]
        return [(self.network, (network,)), *here, (self.account, (account,))]


PASSWORDS = Limits(
    device=(Limit("password.device", 10, timedelta(minutes=10)), Limit("password.device.day", 30, DAY)),
    here=(Limit("password.here", 5, timedelta(minutes=5)), Limit("password.here.day", 30, DAY)),
    network=Limit("password.network", 100, HOUR),
    account=Limit("password.account", 200, DAY),
)
RESETS = Limits(
    device=(Limit("reset.device", 5, HOUR),),
    here=(Limit("reset.here", 5, HOUR),),
    network=Limit("reset.network", 1000, HOUR),
    account=Limit("reset.account", 10, HOUR),
)
CODES = Limits(
    device=(Limit("code.device", 6, HOUR),),
    here=(Limit("code.here", 6, HOUR),),
    network=Limit("code.network", 1000, HOUR),
    account=Limit("code.account", 20, HOUR),
)
