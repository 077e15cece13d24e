"""What the platform's own settings say: when a quiz closes, when results and answers may be seen.

The values are those of `InheritanceMixin` and of the problem block of xblocks-contrib.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

SHOW_ANSWER = (
    "always",
    "answered",
    "attempted",
    "closed",
    "finished",
    "correct_or_past_due",
    "past_due",
    "never",
    "after_some_number_of_attempts",
    "after_all_attempts",
    "after_all_attempts_or_correct",
    "attempted_no_past_due",
)


def course_end(block: Any) -> datetime | None:
    """When the course ends, as the platform's problem block finds it out; None elsewhere."""
    try:
        structure = block.runtime.course_entry.structure
        end = structure["blocks"][structure["root"]].fields["end"]
    except (AttributeError, KeyError, TypeError):
        return None
    return _with_zone(end)


def _with_zone(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def due_of(block: Any) -> datetime | None:
    """When a block is due, with its time zone; None where it never is.

    Only the platform's own field counts: the workbench writes an attribute of that name into every block.
    """
    return _with_zone(getattr(block, "due", None)) if "due" in block.fields else None


def closes_at(block: Any) -> datetime | None:
    """When a block takes no more answers: its due date, else the end of the course, and the days of grace. None where
    it never closes.

    In a course that learners take at their own pace the platform moves `due`, or takes it away.
    """
    due = due_of(block) or course_end(block)
    if due is None:
        return None
    grace = getattr(block, "graceperiod", None)
    return due + grace if isinstance(grace, timedelta) else due


def is_closed(block: Any, now: datetime) -> bool:
    """Whether the time of a block is over."""
    end = closes_at(block)
    return end is not None and now > end


def shows_results(block: Any, now: datetime, *, is_staff: bool) -> bool:
    """Whether a learner may see what was right: `show_correctness`, which the author sets for a subsection."""
    rule = getattr(block, "show_correctness", "") or "always"
    if rule in {"never", "never_but_include_grade"}:
        return False
    if is_staff or rule != "past_due":
        return True
    end = closes_at(block)
    return end is None or end < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What `showanswer` looks at."""

    attempts: int
    most: int  # attempts that are allowed; 0 for any number
    is_passed: bool
    is_closed: bool
    is_past_due: bool  # and the days of grace are over
    is_staff: bool

    @property
    def is_used_up(self) -> bool:
        """Whether no attempt is left."""
        return bool(self.most) and self.attempts >= self.most


_RULES: dict[str, Callable[[Progress, int], bool]] = {
    "always": lambda one, least: True,
    "answered": lambda one, least: one.is_passed,
    "attempted": lambda one, least: one.attempts > 0 or one.is_past_due,
    "attempted_no_past_due": lambda one, least: one.attempts > 0,
    "closed": lambda one, least: one.is_closed or one.is_used_up,
    "finished": lambda one, least: one.is_closed or one.is_used_up or one.is_passed,
    "correct_or_past_due": lambda one, least: one.is_passed or one.is_past_due,
    "past_due": lambda one, least: one.is_past_due,
    "after_some_number_of_attempts": lambda one, least: one.attempts >= (min(least, one.most) if one.most else least),
    "after_all_attempts": lambda one, least: one.is_used_up,
    "after_all_attempts_or_correct": lambda one, least: one.is_used_up or one.is_passed,
}


def shows_key(rule: str, progress: Progress, least: int = 0) -> bool:
    """Whether the key may be seen. Staff see it unless it is never to be seen; a rule that nobody knows shows nothing.

    `least` is the setting `attempts_before_showanswer_button`.
    """
    if rule == "never" or rule not in _RULES:
        return False
    return progress.is_staff or _RULES[rule](progress, least)
