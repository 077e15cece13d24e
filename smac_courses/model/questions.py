"""The kinds of question. A new kind joins the union; the type checker then lists every place to visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smac_courses.diagnostics import Location

Kind = Literal["single", "multiple"]

# SCORM knows 36 choices (a to z, 0 to 9); more than that is not a question but a form.
MAX_OPTIONS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose. `html` and `feedback` are sanitised fragments; `feedback` may be empty."""

    id: str
    html: str
    correct: bool
    feedback: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChoiceQuestion:
    id: str
    key: str  # `module.question`: unique in a course, the same in every course that uses the module
    title: str  # sanitised inline HTML
    plain_title: str  # the same without markup, for lists and reports
    prompt: str  # sanitised HTML between the title and the answers, may be empty
    points: int
    options: tuple[Option, ...]
    feedback: str  # shown to everyone afterwards, may be empty
    hints: tuple[str, ...]
    objectives: tuple[str, ...]  # ids of objectives of the module
    clauses: tuple[str, ...]  # ids of clauses of the policy
    at: Location

    def option_ids(self) -> tuple[str, ...]:
        """Ids of the options, in the order of the source."""
        return tuple(option.id for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(_ChoiceQuestion):
    """Exactly one option is right."""

    kind: Kind = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(_ChoiceQuestion):
    """One or more options are right; the points are earned by ticking exactly those."""

    kind: Kind = "multiple"


Question = SingleChoice | MultipleChoice
