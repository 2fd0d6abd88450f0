"""How often something may be tried. The counts stand in a table of their own, which nothing empties but time.

    GUESSES = Limit("join.guess", times=30, within=timedelta(hours=1))

    if not GUESSES.take(network_of(request), now=request.now):
        ...  # say so, and do not even look

What is counted is named by whatever tells it apart: an account, a network, a device, or several of these together. The names
are kept as a keyed hash, so the table says nothing of who tried. Take outside a transaction that may be rolled back: the
count would go with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.models import TryCount

IPV6_NETWORK_BITS = 64
"""What one household or phone is given, and may change within as it likes."""


@dataclass(frozen=True)
class Limit:
    """At most `times` tries of the same thing `within` a time, which begins with the first one."""

    name: str
    times: int
    within: timedelta

    @transaction.atomic
    def take(self, *of: object, now: datetime) -> bool:
        """Count one try; False, and nothing counted, when they are used up. Of many at once, `times` get through."""
        key = self._key(of)
        TryCount.objects.filter(pk=key, ends_at__lte=now).update(count=0, ends_at=now + self.within)
        TryCount.objects.bulk_create([TryCount(key=key, count=0, ends_at=now + self.within)], ignore_conflicts=True)
        return bool(TryCount.objects.filter(pk=key, count__lt=self.times).update(count=F("count") + 1))

    def give_back(self, *of: object) -> None:
        """The try turned out not to be one that counts."""
        TryCount.objects.filter(pk=self._key(of), count__gt=0).update(count=F("count") - 1)

    def forget(self, *of: object) -> None:
        TryCount.objects.filter(pk=self._key(of)).delete()

    def _key(self, of: tuple[object, ...]) -> str:
        return salted_hmac("core.limits", "\n".join([self.name, *map(str, of)]), algorithm="sha256").hexdigest()


def network_of(request: HttpRequest) -> str:
    """Where the request comes from, behind the trusted proxies: an IPv4 address, or the network of an IPv6 address."""
    from allauth.account.adapter import get_adapter  # noqa: PLC0415  this app starts before allauth's

    client = str(get_adapter().get_client_ip(request))
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped:  # of a server that listens to both
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_NETWORK_BITS), strict=False))
    return client


def drop_ended(now: datetime) -> int:
    """Delete the counts that have ended; returns how many."""
    deleted, _by_model = TryCount.objects.filter(ends_at__lte=now).delete()
    return deleted
