"""Times as certificates write them: UTC, whole seconds, with a Z."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime

_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_LAST_YEAR = 9999


def written(moment: datetime) -> str:
    """A moment as text; one without a zone is an error of the program."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment_of(text: object) -> datetime:
    """The moment of a text with a zone. Raises ValueError for anything else."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        raise ValueError(f"'{str(text)[:40]}' is no time such as 2027-03-31T12:00:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"'{text[:40]}' is beyond the calendar") from None


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time some months later; the last day of a month that has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if year > _LAST_YEAR:
        raise ValueError(f"the year {year} is beyond the calendar")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
