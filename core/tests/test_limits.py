"""How often something may be tried; and a cache that keeps what it was given."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from core.limits import Limit, drop_ended, network_of
from core.models import TryCount

LIMIT = Limit("test", times=3, within=timedelta(minutes=5))

pytestmark = pytest.mark.django_db


def test_tries_are_used_up_and_come_back_when_their_time_is_over() -> None:
    now = timezone.now()

    taken = [LIMIT.take("ben", now=now + timedelta(minutes=minute)) for minute in (0, 1, 2, 3, 4, 5, 6)]

    assert taken == [True, True, True, False, False, True, True]


def test_each_thing_has_its_own_tries() -> None:
    now = timezone.now()
    for _ in range(3):
        LIMIT.take("ben", "here", now=now)

    assert not LIMIT.take("ben", "here", now=now)
    assert LIMIT.take("ben", "there", now=now)
    assert Limit("other", times=1, within=timedelta(minutes=5)).take("ben", "here", now=now)


def test_a_try_that_is_given_back_does_not_count() -> None:
    now = timezone.now()
    for _ in range(10):
        assert LIMIT.take("ben", now=now)
        LIMIT.give_back("ben")

    assert TryCount.objects.get().count == 0


def test_table_does_not_say_who_tried() -> None:
    LIMIT.take("ben@example.org", now=timezone.now())

    assert "ben" not in str(TryCount.objects.values_list().get())


def test_counts_that_ended_are_dropped_and_no_others() -> None:
    now = timezone.now()
    LIMIT.take("old", now=now - timedelta(minutes=5))
    LIMIT.take("new", now=now)

    assert drop_ended(now) == 1
    assert [LIMIT.take("new", now=now) for _ in range(3)] == [True, True, False]


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_no_more_than_allowed_get_through() -> None:
    now, through = timezone.now(), []
    together = threading.Barrier(8)

    def one_try() -> None:
        together.wait()
        through.append(LIMIT.take("ben", now=now))
        connection.close()

    threads = [threading.Thread(target=one_try) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(through) == [False] * 5 + [True] * 3


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
    ],
)
def test_network_is_the_address_or_what_one_household_has(rf: RequestFactory, client: str, network: str) -> None:
    assert network_of(rf.get("/", REMOTE_ADDR=client)) == network


def test_cache_that_is_full_keeps_what_has_not_ended_and_drops_what_has() -> None:
    cache.set("ended", "y", timeout=-1)
    cache.add("used-code", "y", timeout=90)

    for number in range(1100):
        cache.set(f"other-{number}", "y", timeout=300)

    assert not cache.add("used-code", "y", timeout=90)
    assert cache.get("other-0") == "y"
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (1101,)
