"""`course.lock`: an ordinal for life for every lesson and question of a course.

Learner state is packed in the order of these numbers. A number is never given to another thing, so a
course that is updated half-way finds every answer again. The file is text, one line each, append-only:

    # smac course.lock 1
    lesson 0 ftc-disclosure.endorsement
    question 0 ftc-disclosure.employer-praise:single a b statement

Behind a question stand its kind, by which its answers are read, and the ids of these, each at its own number for life:
answers that are moved or added keep their meaning in what was recorded before. Older locks name no kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_Value = TypeVar("_Value")

HEADER = "# smac course.lock 1"
_LINE = re.compile(
    r"(?P<kind>lesson|question) (?P<ordinal>0|[1-9][0-9]{0,5}) (?P<key>[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*)"
    r"(?::(?P<of>[a-z-]+))?(?P<options>(?: [a-z0-9_]+)*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinals:
    """Ordinals by key. They include what a course once had and has no more.

    `options` gives the ids of each question's answers in the order of their ordinals, `kinds` the kind that a question
    had when it got its number.
    """

    lessons: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def extended(
        self, lessons: Iterable[str], questions: Mapping[str, Iterable[str]], kinds: Mapping[str, str] | None = None
    ) -> Ordinals:
        """The same, with the next free numbers for what had none, in the order given.

        `questions` gives the ids of the answers by key, `kinds` the kinds of the questions; a kind that is known stays.
        """
        known = {key: self.options.get(key, ()) for key in questions}
        options = {key: tuple(dict.fromkeys((*known[key], *ids))) for key, ids in questions.items()}
        return Ordinals(
            lessons=_extended(self.lessons, lessons),
            questions=_extended(self.questions, questions),
            options={**self.options, **options},
            kinds={**(kinds or {}), **self.kinds},
        )

    def of_module(self, module: str) -> Ordinals:
        """Those of one module, also of what it has no more."""

        def own(numbers: Mapping[str, _Value]) -> dict[str, _Value]:
            return {key: value for key, value in numbers.items() if key.partition(".")[0] == module}

        return Ordinals(
            lessons=own(self.lessons),
            questions=own(self.questions),
            options=own(self.options),
            kinds=own(self.kinds),
        )


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
    options: dict[str, tuple[str, ...]] = {}
    kinds: dict[str, str] = {}
    lines = text.splitlines()
    if not lines or lines[0] != HEADER:
        raise LockError(1, f"the first line must be '{HEADER}'")
    for number, line in enumerate(lines[1:], start=2):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or (match["kind"] == "lesson" and (match["options"] or match["of"])):
            raise LockError(number, f"'{line[:60]}' is not '<lesson|question> <number> <module>.<id>'")
        kind, ordinal, key = match["kind"], int(match["ordinal"]), match["key"]
        if key in found[kind] or ordinal in found[kind].values():
            raise LockError(number, f"{kind} {ordinal} {key} repeats a number or a key that stands above")
        found[kind][key] = ordinal
        if match["of"]:
            kinds[key] = match["of"]
        if kind == "question":
            options[key] = tuple(match["options"].split())
            if len(set(options[key])) < len(options[key]):
                raise LockError(number, f"{key} names an answer twice")
    return Ordinals(lessons=found["lesson"], questions=found["question"], options=options, kinds=kinds)


def format_lock(ordinals: Ordinals) -> str:
    """A lock as text, in the order of the ordinals."""
    return "\n".join(
        [
            HEADER,
            *(f"lesson {number} {key}" for key, number in _sorted(ordinals.lessons)),
            *(
                " ".join([f"question {number} {_with_kind(key, ordinals)}", *ordinals.options.get(key, ())])
                for key, number in _sorted(ordinals.questions)
            ),
            "",
        ]
    )


def _with_kind(key: str, ordinals: Ordinals) -> str:
    kind = ordinals.kinds.get(key)
    return f"{key}:{kind}" if kind else key


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
