"""Durations and moments as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo

__all__ = ["clock_time", "duration", "stopwatch"]

DAY_S = 86_400


def stopwatch(seconds: float) -> str:
    """Return minutes and seconds, as a running clock shows them.

    Parameters
    ----------
    seconds : float
        Any duration; negative ones count as zero.

    Examples
    --------
    >>> stopwatch(8.4), stopwatch(754), stopwatch(3725), stopwatch(200_000)
    ('0:08', '12:34', '1:02:05', '2 d 7:33:20')
    """
    whole = max(0, round(seconds))
    days, rest = divmod(whole, DAY_S)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    if days:
        return f"{days} d {hours}:{minutes:02d}:{rest:02d}"
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """Return how long something took: a tenth of a second matters only for short things.

    Parameters
    ----------
    seconds : float
        Any duration.

    Examples
    --------
    >>> duration(0.82), duration(59.0), duration(3725)
    ('0.8 s', '59.0 s', '1:02:05')
    """
    return f"{max(0.0, seconds):.1f} s" if seconds < 59.95 else stopwatch(seconds)


def clock_time(moment: float, now: float, tz: tzinfo | None = None) -> str:
    """Return the time of day, with the weekday if that is not today.

    Parameters
    ----------
    moment, now : float
        Seconds since the epoch.
    tz : tzinfo, optional
        Zone; the machine's own without it.

    Examples
    --------
    >>> from datetime import UTC
    >>> clock_time(60, 0, UTC), clock_time(90_000, 0, UTC), clock_time(900_000, 0, UTC)
    ('00:01', 'Fri 01:00', '11 Jan 10:00')
    """
    then, today = datetime.fromtimestamp(moment, tz), datetime.fromtimestamp(now, tz)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if (then.date() - today.date()).days < 7 else f"{then.day} {then:%b %H:%M}"
