"""Program, course, module, lesson, exam."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from smac_courses.diagnostics import Location
from smac_courses.model.blocks import Block, Practice
from smac_courses.model.lock import Ordinals
from smac_courses.model.questions import Question
from smac_courses.model.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A tier: who has passed all its courses holds it, for `valid_months` (0: without end)."""

    id: str
    title: str
    courses: tuple[str, ...]
    valid_months: int
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What all courses of one company share. `variables` are dotted names (`company.name`) and their values."""

    variables: dict[str, str]
    certifications: tuple[Certification, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that travels with the course. `name` is its path in a package, `source` where it is read from."""

    name: str
    source: Path
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a learner can do afterwards; questions name it by its id."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One screen of a module. `sources` is the list of its footnotes as HTML, or empty."""

    id: str
    key: str
    title: str
    plain_title: str
    blocks: tuple[Block, ...]
    sources: str
    at: Location

    def questions(self) -> Iterator[Question]:
        """Its practice questions, in order."""
        for block in self.blocks:
            if isinstance(block, Practice):
                yield block.question


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A topic of an exam: `draw` of its questions are asked; `must_pass` is a per cent, 0 for none."""

    id: str
    title: str
    questions: tuple[Question, ...]
    draw: int
    must_pass: int
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """The graded quiz of a course."""

    pools: tuple[Pool, ...]
    rules: Rules
    sources: str

    def questions(self) -> Iterator[Question]:
        """The whole bank, in order."""
        for pool in self.pools:
            yield from pool.questions

    @property
    def asked(self) -> int:
        """How many questions one attempt has."""
        return sum(pool.draw for pool in self.pools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Markdown file: either lessons or an exam. `minutes` is 0 when the author gave none."""

    id: str
    title: str
    minutes: int
    objectives: tuple[Objective, ...]
    opening: tuple[Block, ...]
    sources: str  # footnotes of the opening page as HTML, or empty
    lessons: tuple[Lesson, ...]
    exam: Exam | None
    review_by: str  # ISO date, or empty
    review_at: Location
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that one package is made from."""

    id: str
    title: str
    version: str
    language: str
    description: str
    modules: tuple[Module, ...]
    assets: tuple[Asset, ...]
    ordinals: Ordinals
    at: Location
    lock_at: Location = field(default_factory=lambda: Location("course.lock"))

    def lessons(self) -> Iterator[Lesson]:
        """Every lesson, in the order of the course."""
        for module in self.modules:
            yield from module.lessons

    def practice(self) -> Iterator[Question]:
        """Every practice question, in the order of the course."""
        for lesson in self.lessons():
            yield from lesson.questions()

    def questions(self) -> Iterator[Question]:
        """Every question: practice first, then the exam's bank."""
        yield from self.practice()
        if exam := self.exam:
            yield from exam.questions()

    def with_all_ordinals(self) -> Course:
        """The course with a number for everything: those of its lock, then the next free ones in order."""
        ordinals = self.ordinals.extended(
            [lesson.key for lesson in self.lessons()],
            {question.key: question.option_ids() for question in self.questions()},
        )
        return replace(self, ordinals=ordinals)

    @property
    def exam(self) -> Exam | None:
        """The graded quiz, or None for a course that completes with its last lesson."""
        return next((module.exam for module in self.modules if module.exam), None)

    @property
    def minutes(self) -> int:
        """The sum of what the modules say."""
        return sum(module.minutes for module in self.modules)
