"""What a rule may know besides the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from smac_courses.checks.texts import Texts
from smac_courses.diagnostics import Location
from smac_courses.model.course import Course, Program

_FAR = 400  # lines: no part of a lesson is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """`known_courses` are the ids of all courses of the program, `today` decides what is overdue.

    `lines` are the lines of every source file that was read, by its path in findings; `asset_files` is what lies in
    the asset folders, by the same kind of path, and `module_files` are all Markdown files. Both are empty when only
    some of the courses were read.
    """

    program: Program
    known_courses: frozenset[str]
    today: date
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asset_files: Mapping[str, Path] = field(default_factory=dict)
    module_files: tuple[str, ...] = ()
    _texts: dict[str, Texts] = field(default_factory=dict, init=False)

    def texts(self, course: Course) -> Texts:
        """The passages of a course."""
        if course.id not in self._texts:
            self._texts[course.id] = Texts(course)
        return self._texts[course.id]

    def find(self, words: str, near: Location) -> Location:
        """The place of some words in the text that begins at `near`; `near` itself when markup stands between."""
        lines = self.lines.get(near.path, ())
        for number in range(near.line, min(near.line + _FAR, len(lines) + 1)):
            column = lines[number - 1].find(words)
            if column >= 0:
                return Location(near.path, number, column + 1, column + 1 + len(words))
        return near

    def find_sentence(self, sentence: str, near: Location) -> Location:
        """The place where a sentence stands, found by its first words that no markup interrupts."""
        words = sentence.split()
        for start in range(min(len(words), 12)):
            for count in (5, 3):
                at = self.find(" ".join(words[start : start + count]), near)
                if at != near and len(words) >= start + min(count, len(words)):
                    return at
        return near
