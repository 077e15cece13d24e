"""How a course is cut into SCOs: one for all of it, or one for each module."""

from __future__ import annotations

from dataclasses import dataclass

from smac_courses.model.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Sco:
    """One thing that an LMS launches.

    `id` is stable: on a re-upload Moodle keeps the tracks of items whose identifier it knows, and deletes the others.
    `course` is the part of the course that its page shows.
    """

    id: str
    title: str
    page: str
    course: Course
    is_exam: bool


def scos_of(course: Course) -> tuple[Sco, ...]:
    """The SCOs of a course, in its order."""
    if course.structure == "one":
        return (Sco(id=course.id, title=course.title, page="index.html", course=course, is_exam=False),)
    return tuple(
        Sco(id=module.id, title=module.title, page=f"{module.id}.html", course=part, is_exam=module.exam is not None)
        for module, part in zip(course.modules, course.parts(), strict=True)
    )


def gate_of(scos: tuple[Sco, ...]) -> tuple[Sco, ...]:
    """The SCOs that must be done before the exam opens: all others with lessons, unless the exam opens at any time."""
    exam = next((sco.course.exam for sco in scos if sco.is_exam), None)
    if exam is None or exam.rules.opens == "any-time":
        return ()
    return tuple(sco for sco in scos if not sco.is_exam and any(sco.course.lessons()))
