"""The periods of quotas: https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html."""

from datetime import datetime, timedelta, timezone


def start_of(period: str, now: float) -> float:
    """When the period began, in UTC: the day, the week (from Sunday on), or else the month.

    Args:
        period: `DAY`, `WEEK` or `MONTH`.
        now: Seconds since 1970.

    Returns:
        Seconds since 1970.
    """
    return _start(period, now).timestamp()


def end_of(period: str, now: float) -> float:
    """When the next period begins; see `start_of`."""
    start = _start(period, now)
    if period == "DAY":
        return (start + timedelta(days=1)).timestamp()
    if period == "WEEK":
        return (start + timedelta(days=7)).timestamp()
    return (start + timedelta(days=31)).replace(day=1).timestamp()


def _start(period: str, now: float) -> datetime:
    moment = datetime.fromtimestamp(now, timezone.utc)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "DAY":
        return day
    if period == "WEEK":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    return day.replace(day=1)
