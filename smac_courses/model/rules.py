"""How an exam is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of an exam.

    `pass_percent` is 1 to 100. `attempts` is 0 for any number. `counts` says which attempt the score is
    taken from; a pass once earned is never lost. `opens` says when an exam may be started.
    """

    pass_percent: int
    attempts: int = 0
    counts: Literal["best", "last"] = "best"
    shuffle: bool = True
    feedback: Literal["each", "after", "never"] = "after"
    opens: Literal["after-lessons", "any-time"] = "after-lessons"
