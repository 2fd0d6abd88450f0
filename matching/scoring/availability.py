"""When two people are both free: weekly windows, each in its own time zone, on one reference week.

The reference week is the Monday to Sunday, by UTC, that holds `now`. Each window is laid on its local date in that week
and moved to UTC minutes since that Monday, 0 ≤ t < 10,080; what runs over either end of the week wraps round, because
the windows repeat. So an offset is the one in force this week: New York and London are four hours apart in the weeks
of March between their changes, and five in the others. On the day a clock jumps, a window is as long as it really is that day.

All the starts and ends of all people cut the week into segments; a person is free in a segment or not, so the minutes that
n people share with m others are one product of an (n × segments) with a (segments × m) matrix. Minutes are whole
numbers below 2^24: float32 adds them exactly, in any order.

    >>> clock = WeekClock(datetime(2026, 3, 2, 17, tzinfo=UTC))
    >>> ben = MenteeFacts(id="b", person="1", name="Ben", time_zone="America/New_York", windows=(Window(0, 1080, 1200),))
    >>> clock.spans(ben)  # Monday 18:00–20:00 in New York is 23:00–01:00 UTC
    [(1380, 1500)]
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from matching.scoring.people import PersonFacts
from matching.scoring.product import product

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES

Whole = NDArray[np.int64]
Span = tuple[int, int]
"""Start and end in minutes since the reference Monday, UTC, with 0 ≤ start < end ≤ 10,080."""


class WeekClock:
    """Moves local times of the week of `now` to UTC and back. Raises `ZoneInfoNotFoundError` for a zone that is none."""

    def __init__(self, now: datetime) -> None:
        today = now.astimezone(UTC).date()
        self._monday = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=today.weekday())

    def minute(self, time_zone: str, minute: int) -> int:
        """UTC minutes from the reference Monday to this local minute of the week; negative or past its end near its edges."""
        local = self._monday.replace(tzinfo=ZoneInfo(time_zone)) + timedelta(minutes=minute)
        return minute - (local.utcoffset() or timedelta()) // timedelta(minutes=1)

    def pieces(self, people: Sequence[PersonFacts]) -> tuple[Whole, Whole, Whole]:
        """Everybody's windows: who (row of `people`), start, end. A window over the week's end is two pieces."""
        owner = np.repeat(np.arange(len(people)), [len(who.windows) for who in people])
        windows = chain.from_iterable(chain.from_iterable(who.windows for who in people))
        day, start, end = np.fromiter(windows, dtype=np.int64).reshape(-1, 3).T
        local = np.stack([start, end]) + day * DAY_MINUTES
        zones = sorted({who.time_zone for who in people if who.windows})
        zone = np.array([zones.index(who.time_zone) if who.windows else 0 for who in people], dtype=np.int64)
        start, end = self._minutes(zones, zone[owner], local)
        end = end + (start % WEEK_MINUTES - start)
        start = start % WEEK_MINUTES
        over = end > WEEK_MINUTES
        owner = np.concatenate([owner, owner[over]])
        start, end = (
            np.concatenate([start, np.zeros(int(over.sum()), dtype=np.int64)]),
            np.concatenate([np.minimum(end, WEEK_MINUTES), end[over] - WEEK_MINUTES]),
        )
        real = start < end
        return owner[real], start[real], end[real]

    def _minutes(self, zones: Sequence[str], zone: Whole, local: Whole) -> Whole:
        """What `minute` says of each of many; `zone` is the place in `zones`. Each different time is worked out once."""
        different, at = np.unique(zone * 2 * WEEK_MINUTES + local, return_inverse=True)
        found = [self.minute(zones[code // (2 * WEEK_MINUTES)], code % (2 * WEEK_MINUTES)) for code in different.tolist()]
        return np.array(found, dtype=np.int64)[at]

    def spans(self, who: PersonFacts) -> list[Span]:
        """One person's free time in order, with windows that touch or overlap made one."""
        _, starts, ends = self.pieces([who])
        merged: list[Span] = []
        for start, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return merged

    def local(self, time_zone: str, minute: int) -> datetime:
        """A minute of the reference week as local time."""
        return (self._monday + timedelta(minutes=minute)).astimezone(ZoneInfo(time_zone))


def common_spans(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """The times in both of two lists that `WeekClock.spans` returned; a span over the week's end stays in two pieces."""
    both = []
    for start, end in first:
        for other_start, other_end in second:
            if max(start, other_start) < min(end, other_end):
                both.append((max(start, other_start), min(end, other_end)))
    return both


@dataclass(frozen=True, slots=True)
class Times:
    """When each is free. `minutes` (segments,) float32; the others (people, segments) uint8 of 0 and 1, and (people,) bool."""

    minutes: NDArray[np.float32]
    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]


def encode_times(mentees: Sequence[PersonFacts], mentors: Sequence[PersonFacts], now: datetime) -> Times:
    """The week cut into the segments in which a mentee and a mentor are free."""
    people = [*mentees, *mentors]
    owner, start, end = WeekClock(now).pieces(people)
    cuts = np.unique(np.concatenate([start, end]))
    change = np.zeros((len(people), len(cuts)), dtype=np.int16)
    np.add.at(change, (owner, np.searchsorted(cuts, start)), 1)
    np.add.at(change, (owner, np.searchsorted(cuts, end)), -1)
    free = (np.cumsum(change, axis=1, dtype=np.int16)[:, :-1] > 0).view(np.uint8)
    shared = free[: len(mentees)].any(axis=0) & free[len(mentees) :].any(axis=0)
    return Times(
        minutes=np.diff(cuts)[shared].astype(np.float32),
        mentees=np.ascontiguousarray(free[: len(mentees)][:, shared]),
        mentors=np.ascontiguousarray(free[len(mentees) :][:, shared]),
        mentees_known=np.array([bool(who.windows) for who in mentees], dtype=np.bool_),
        mentors_known=np.array([bool(who.windows) for who in mentors], dtype=np.bool_),
    )


def minutes_in_common(times: Times) -> Callable[[slice], NDArray[np.float32]]:
    """A function from rows of mentees to the minutes a week both are free, (rows, mentors) float32, 0 where not known."""
    weighted = times.mentors.T * times.minutes[:, None]

    def minutes(rows: slice) -> NDArray[np.float32]:
        found: NDArray[np.float32] = product(times.mentees[rows].astype(np.float32), weighted)
        return found

    return minutes
