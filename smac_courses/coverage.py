"""What a course teaches and what it asks: objectives and clauses without a question, questions without either."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from smac_courses.model.course import Course, Policy
from smac_courses.model.questions import UNSCORED, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An objective or a clause, and how many lessons, practice questions and exam questions name it."""

    id: str
    title: str
    lessons: int
    practice: int
    exam: int

    @property
    def is_asked(self) -> bool:
        """Whether any question is about it."""
        return self.practice + self.exam > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`without_either` are scored questions that name neither an objective nor a clause.

    `difficulties` counts the exam's questions by level; those without one stand under an empty name.
    """

    course: str
    objectives: tuple[Cited, ...]
    clauses: tuple[Cited, ...]
    without_either: tuple[Question, ...]
    difficulties: dict[str, int]


def coverage_of(course: Course, policy: Policy | None) -> Coverage:
    """Count what names what. Clauses of the policy count only where the course cites any of them."""
    exam = list(course.exam.questions()) if course.exam else []
    practice = list(course.practice())
    groups = (list(course.lessons()), practice, exam)
    by_objective = [Counter(name for thing in group for name in thing.objectives) for group in groups]
    by_clause = [Counter(name for thing in group for name in thing.clauses) for group in groups]
    known = [objective for module in course.modules for objective in module.objectives]
    clauses = policy.clauses if policy and any(by_clause) else ()
    return Coverage(
        course=course.id,
        objectives=tuple(_cited(one.id, one.text, by_objective) for one in known),
        clauses=tuple(_cited(one.id, one.title, by_clause) for one in clauses),
        without_either=tuple(
            question
            for question in (*practice, *exam)
            if not question.objectives and not question.clauses and not isinstance(question, UNSCORED)
        ),
        difficulties=dict(Counter(question.difficulty for question in exam)),
    )


def as_text(coverage: Coverage, *, shown_root: str = "") -> str:
    """A table for people, then what is missing."""
    lines = [f"{coverage.course}: what is taught and asked"]
    rows = [("objective", one) for one in coverage.objectives] + [("clause", one) for one in coverage.clauses]
    width = max((len(one.id) for _, one in rows), default=0)
    if rows:
        lines.append(f"  {'':9}  {'':{width}}  lessons  practice  exam")
    for what, one in rows:
        missing = "" if one.is_asked else "   no question"
        lines.append(f"  {what:9}  {one.id:{width}}  {one.lessons:7}  {one.practice:8}  {one.exam:4}{missing}")
    if any(coverage.difficulties):
        levels = (f"{name or 'not said'} {count}" for name, count in sorted(coverage.difficulties.items()))
        lines.append(f"  difficulty of the exam: {', '.join(levels)}")
    if coverage.without_either:
        lines.append("  questions that name neither an objective nor a clause:")
        lines += [f"    {shown_root}{one.at}: {one.key}" for one in coverage.without_either]
    elif rows:
        lines.append("  every question names an objective or a clause")
    else:
        lines.append("  the course has no objectives, and cites no policy")
    return "\n".join(lines)


def as_json(coverage: Coverage) -> dict[str, Any]:
    """The same as data."""

    def cited(one: Cited) -> dict[str, Any]:
        return {
            "id": one.id,
            "title": one.title,
            "lessons": one.lessons,
            "practice": one.practice,
            "exam": one.exam,
        }

    return {
        "course": coverage.course,
        "objectives": [cited(one) for one in coverage.objectives],
        "clauses": [cited(one) for one in coverage.clauses],
        "without_either": [question.key for question in coverage.without_either],
        "difficulties": coverage.difficulties,
    }


def _cited(own_id: str, title: str, counts: list[Counter[str]]) -> Cited:
    lessons, practice, exam = (count[own_id] for count in counts)
    return Cited(id=own_id, title=title, lessons=lessons, practice=practice, exam=exam)
