"""An APScheduler trigger for a local time of day: once on every local day, on those that lack the hour or have it twice too.

APScheduler's own cron trigger leaves out the morning after the clocks went forward where the time is soon after midnight,
and comes twice where they go back (3.11: 00:30 and 02:30 in Europe/Paris).
"""

from datetime import UTC, datetime, time, timedelta, tzinfo

from apscheduler.triggers.base import BaseTrigger

_WEEK = 7


class LocalTime(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """At `at` by the clocks of `zone`; on one weekday only (0: Monday) where it is given.

    A time that the clocks leave out comes as much later as they jump; one that comes twice, the first time.
    """

    def __init__(self, at: time, zone: tzinfo, weekday: int | None = None) -> None:
        self._at = at
        self._zone = zone
        self._weekday = weekday

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The first time at or after `now`, after the run before."""
        today = now.astimezone(self._zone).date()
        for days in range(_WEEK + 2):  # one more, as today's may be over
            day = today + timedelta(days=days)
            moment = datetime.combine(day, self._at, self._zone).astimezone(UTC)
            if moment >= now and moment != previous_fire_time and self._weekday in (None, day.weekday()):
                return moment.astimezone(self._zone)
        raise AssertionError("every week has each of its days")
