"""`course.lock`: an ordinal for life for every lesson and question of a course.

Learner state is packed in the order of these numbers. A number is never given to another thing, so a
course that is updated half-way finds every answer again. The file is text, one line each, append-only:

    # smac course.lock 1
    lesson 0 ftc-disclosure.endorsement
    question 0 ftc-disclosure.employer-praise
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

HEADER = "# smac course.lock 1"
LockKind = Literal["lesson", "question"]
_LINE = re.compile(r"(lesson|question) (0|[1-9][0-9]{0,5}) ([a-z][a-z0-9-]*\.[a-z][a-z0-9-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinals:
    """Ordinals by key. They include what a course once had and has no more."""

    lessons: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)

    def extended(self, lessons: Iterable[str], questions: Iterable[str]) -> Ordinals:
        """The same, with the next free numbers for the keys that had none, in the order given."""
        return Ordinals(lessons=_extended(self.lessons, lessons), questions=_extended(self.questions, questions))


class LockError(ValueError):
    """A line of a lock that cannot be understood; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parse_lock(text: str) -> Ordinals:
    """Read a lock.

    Raises LockError with the line of the first thing that is wrong: a damaged lock must never be guessed at.
    """
    found: dict[str, dict[str, int]] = {"lesson": {}, "question": {}}
    lines = text.splitlines()
    if not lines or lines[0] != HEADER:
        raise LockError(1, f"the first line must be '{HEADER}'")
    for number, line in enumerate(lines[1:], start=2):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise LockError(number, f"'{line[:60]}' is not '<lesson|question> <number> <module>.<id>'")
        kind, ordinal, key = match[1], int(match[2]), match[3]
        if key in found[kind] or ordinal in found[kind].values():
            raise LockError(number, f"{kind} {ordinal} {key} repeats a number or a key that stands above")
        found[kind][key] = ordinal
    return Ordinals(lessons=found["lesson"], questions=found["question"])


def format_lock(ordinals: Ordinals) -> str:
    """A lock as text, in the order of the ordinals."""
    return "\n".join(
        [
            HEADER,
            *(f"lesson {number} {key}" for key, number in _sorted(ordinals.lessons)),
            *(f"question {number} {key}" for key, number in _sorted(ordinals.questions)),
            "",
        ]
    )


def _sorted(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: pair[1])


def _extended(known: Mapping[str, int], keys: Iterable[str]) -> dict[str, int]:
    result = dict(known)
    following = max(result.values(), default=-1) + 1
    for key in keys:
        if key not in result:
            result[key] = following
            following += 1
    return result
