"""Quiet hours: when no reminder reaches a person. Pure functions over a zone and two local hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """Quiet from `from_hour` until `until_hour`, local time; around midnight when the first is later; never when equal."""

    from_hour: int
    until_hour: int

    def cover(self, hour: int) -> bool:
        """Whether the local `hour` is quiet."""
        if self.from_hour <= self.until_hour:
            return self.from_hour <= hour < self.until_hour
        return hour >= self.from_hour or hour < self.until_hour


def at_local_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """UTC of `hour` o'clock on the local `day`.

    An hour that comes twice means the first. An hour that the clocks skip becomes the same time counted from before the
    change, one hour later on the clock as a rule; when that is another day already, counted from after the change.
    A day that a zone skipped whole (Apia had no December 30, 2011) becomes that hour of the next day.
    """
    wall = datetime.combine(day, time(hour), tzinfo=zone)
    moments = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return next((moment for moment in moments if moment.astimezone(zone).date() == day), moments[0])


def wake_time(moment: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """`moment` itself, or the end of the quiet hours that cover it, in UTC."""
    local = moment.astimezone(zone)
    if not quiet.cover(local.hour):
        return moment.astimezone(UTC)
    day = local.date()
    if local.hour >= quiet.until_hour:
        day += timedelta(days=1)
    awake = at_local_hour(day, quiet.until_hour, zone)
    if awake < moment:  # the clocks went back over that hour, and it is still to come a second time
        awake = datetime.combine(day, time(quiet.until_hour), tzinfo=zone).replace(fold=1).astimezone(UTC)
    return awake
