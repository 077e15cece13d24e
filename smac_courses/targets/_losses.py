"""What a format does not carry of a course: by question and line, for whoever has to decide which format to take."""

from __future__ import annotations

from collections.abc import Iterator

from smac_courses.model.course import Course
from smac_courses.model.questions import Blanks, Essay, PostDraft, Question, TextAnswer
from smac_courses.targets.base import Loss


def long_answers(course: Course, longest: int) -> Iterator[Loss]:
    """Typed answers of which the LMS's report has the beginning only; the course itself keeps them whole."""
    for question in course.questions():
        if (room := _room(question)) > longest:
            what = f"an answer can have {room:,} letters; the LMS is told the first {longest:,}"
            yield Loss(question.at, f"{question.key}: {what}")


def long_questions(course: Course, longest: int) -> Iterator[Loss]:
    """Questions whose words are cut in reports."""
    for question in course.questions():
        if len(question.plain_title) > longest:
            what = f"the question has {len(question.plain_title):,} letters; reports show the first {longest:,}"
            yield Loss(question.at, f"{question.key}: {what}")


def words_of_questions(course: Course) -> Iterator[Loss]:
    """A format without words: reports show ids and letters."""
    if any(course.questions()):
        yield Loss(course.at, "reports name questions by their ids and chosen answers by letters, without any words")


def topics(course: Course) -> Iterator[Loss]:
    """A format that knows one score: those of topics stay in the course."""
    pools = course.exam.pools if course.exam else ()
    if len(pools) > 1:
        names = ", ".join(pool.title or pool.id for pool in pools)
        yield Loss(pools[0].at, f"the results of topics are shown to the learner, not told to the LMS: {names}")


def cross_links(course: Course) -> Iterator[Loss]:
    """Links that lead into something that is launched by itself."""
    if course.structure == "one":
        return
    for module in course.modules:
        for link in module.cross_links:
            yield Loss(
                link.at, f"the link to the module '{link.module}' becomes words: each module is launched by itself"
            )


def gate(course: Course, reason: str) -> Iterator[Loss]:
    """An exam that stays closed until the lessons are done, where modules do not know of each other."""
    exam = course.exam
    if exam is None or course.structure == "one" or exam.rules.opens == "any-time":
        return
    module = next(module for module in course.modules if module.exam)
    yield Loss(module.at, f"the exam opens without the lessons: {reason}")


def prerequisites(course: Course) -> Iterator[Loss]:
    """An exam that opens after the lessons, where that is a setting of the platform."""
    if course.exam and course.exam.rules.opens == "after-lessons":
        module = next(module for module in course.modules if module.exam)
        yield Loss(module.at, "the exam opens without the lessons: set a prerequisite on its subsection in Studio")


def standing_time(course: Course) -> Iterator[Loss]:
    """A time limit that stands still while nobody looks: a server cannot know that."""
    if course.exam and course.exam.rules.time_limit_minutes and course.exam.rules.pause:
        module = next(module for module in course.modules if module.exam)
        yield Loss(module.at, "the time of the exam never stands still: the server counts it")


def modules(course: Course) -> Iterator[Loss]:
    """A format that launches one thing."""
    if course.structure == "modules":
        yield Loss(course.structure_at, "the modules are one package with one result: the format launches one thing")


def _room(question: Question) -> int:
    match question:
        case TextAnswer() | Essay() | PostDraft():
            return question.room
        case Blanks():
            return sum(blank.room for blank in question.blanks)
        case _:
            return 0
