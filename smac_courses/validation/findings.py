"""Findings on something that somebody may have made to do harm: not too many of a kind, and none too long."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from smac_courses.diagnostics import Fix, Location, Report

MOST_OF_A_KIND = 100
_LONGEST = 400


@dataclass(slots=True)
class Findings(Report):
    """A report that keeps the first of each kind, and says when there are more."""

    _counted: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        code: str,
        at: Location,
        message: str,
        *,
        hint: str = "",
        related: tuple[tuple[Location, str], ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a finding, unless there are enough of its kind."""
        self._counted[code] += 1
        if self._counted[code] > MOST_OF_A_KIND:
            return
        if self._counted[code] == MOST_OF_A_KIND:
            message = f"{message[:_LONGEST]}; and more of this kind, which are not listed"
        shown = message if len(message) <= _LONGEST * 2 else f"{message[:_LONGEST]}…"
        Report.add(self, code, at, shown, hint=hint, related=related, fix=fix)
