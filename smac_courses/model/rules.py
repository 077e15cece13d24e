"""How an exam is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# How much of the time limit a learner has, in the order in which one may ask for more.
STANDARD = 0
HALF_MORE = 1
TWICE = 2
NO_LIMIT = 3
EXTRA_TIME: dict[float | str, int] = {1.5: HALF_MORE, 2: TWICE, "none": NO_LIMIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of an exam.

    `pass_percent` is 1 to 100. `attempts` is 0 for any number. `counts` says which attempt the score is
    taken from; a pass once earned is never lost. `opens` says when an exam may be started. `wait_hours` must pass
    between two attempts. `time_limit_minutes` is 0 for none; `extra_time` are the allowances that a learner may
    take, ascending; with `pause` the time stands still while the exam is not on the screen.
    """

    pass_percent: int
    attempts: int = 0
    counts: Literal["best", "last"] = "best"
    shuffle: bool = True
    feedback: Literal["each", "after", "never"] = "after"
    opens: Literal["after-lessons", "any-time"] = "after-lessons"
    wait_hours: int = 0
    time_limit_minutes: int = 0
    extra_time: tuple[int, ...] = (HALF_MORE, TWICE, NO_LIMIT)
    pause: bool = False
