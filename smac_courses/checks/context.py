"""What a rule is given besides the course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from smac_courses.model.course import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """`known_courses` are the ids of all courses of the program; `today` decides what is overdue."""

    program: Program
    known_courses: frozenset[str]
    today: date
