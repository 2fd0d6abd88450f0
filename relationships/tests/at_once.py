"""Several people in the same moment: real threads, real transactions."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep

from django.db import connection, transaction

from core.errors import DomainError

Act = Callable[[], object]
PATIENCE = 60
"""Seconds, for a machine that is busy."""


def all_at_once(calls: Sequence[Act]) -> Counter[str]:
    """Run each call in its own thread, all released together; count "done" and the codes of the refusals."""
    gate = Barrier(len(calls))

    def run(call: Act) -> str:
        gate.wait()
        try:
            call()
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def within_two_seconds(act: Act) -> Callable[[], None]:
    """`act`, giving up when it has to wait for somebody."""

    def acting() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            act()

    return acting


def until_they_wait(count: int = 1) -> None:
    """Until so many others wait for what somebody holds: they have come as far as they can. PostgreSQL knows."""
    began = monotonic()
    with connection.cursor() as cursor:
        while monotonic() < began + PATIENCE:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
            sleep(0.05)
    raise AssertionError("nobody waits")


def waits_without_holding(*, waits: Act, held: Act, asked: Act) -> bool:
    """Whether `waits`, while it waits for what is `held`, holds nothing of what is `asked` for, and is done afterwards.

    Else whoever holds the one and asks for the other would wait for it in turn, and the database would break one of them.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held()
            waiting = pool.submit(all_at_once, [waits])
            until_they_wait()
            outcome = all_at_once([within_two_seconds(asked)])
        return outcome == waiting.result() == {"done": 1}
