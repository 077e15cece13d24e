"""Time limits and waiting times, in whole seconds.

`player/src/timing.mjs` is the twin; `tests/vectors/timing` binds the two.

A moment is a number of seconds since 1970-01-01T00:00Z. Clocks of learners are wrong, and are set right: no answer
here is negative, and a clock that was set back never makes anybody wait longer than the whole waiting time.
"""

from __future__ import annotations

from smac_courses.model.rules import NO_LIMIT, Rules

_HOUR = 3600
# A warning comes early enough to act on (WCAG 2.2.1 asks for 20 seconds), and not in the first half of the time.
_WARNINGS = (300, 60, 20)


def time_allowed(rules: Rules, allowance: int) -> int | None:
    """Seconds of one attempt, with an allowance of `model.rules`; None without a limit."""
    if rules.time_limit_minutes == 0 or allowance == NO_LIMIT:
        return None
    return rules.time_limit_minutes * 30 * (2 + allowance)


def time_left(rules: Rules, allowance: int, spent: int) -> int | None:
    """Seconds that are left after `spent`; None without a limit."""
    allowed = time_allowed(rules, allowance)
    return None if allowed is None else max(0, allowed - spent)


def spent_after_break(rules: Rules, spent: int, saved_at: int, now: int) -> int:
    """Seconds spent, when an attempt that was saved with `spent` at a moment is taken up again now."""
    return spent if rules.pause else spent + max(0, now - saved_at)


def warning_due(rules: Rules, allowance: int, before: int, spent: int) -> int:
    """The warning to give when the time spent went from `before` to `spent`: its seconds, or 0 for none."""
    allowed = time_allowed(rules, allowance)
    if allowed is None:
        return 0
    due = [seconds for seconds in _WARNINGS if seconds * 2 <= allowed and before < allowed - seconds <= spent]
    return min(due, default=0)


def more_time(rules: Rules, allowance: int, spent: int) -> int | None:
    """The next larger allowance that the rules offer and that leaves any time, or None."""
    larger = (step for step in rules.extra_time if step > allowance and time_left(rules, step, spent) != 0)
    return min(larger, default=None)


def wait_left(rules: Rules, finished_at: int, now: int) -> int:
    """Seconds until the next attempt may begin, after one that was submitted at a moment."""
    wait = rules.wait_hours * _HOUR
    return max(0, wait - max(0, now - finished_at))
