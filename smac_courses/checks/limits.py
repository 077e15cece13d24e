"""Limits of the formats and of small devices."""

from __future__ import annotations

from smac_courses.checks.context import CheckContext
from smac_courses.checks.texts import all_blocks
from smac_courses.diagnostics import Report
from smac_courses.model.blocks import Prose
from smac_courses.model.codec import largest_answer, longest_saved_state
from smac_courses.model.course import Course
from smac_courses.model.questions import MAX_OPTIONS

# SCORM 1.2 keeps 4,096 characters; a little room is left for an LMS that escapes.
MAX_STATE = 4_000
LARGE_ANSWER = 200
MAX_LESSON_HTML = 300_000
MAX_TITLE = 100


def progress_fits(course: Course, context: CheckContext, report: Report) -> None:
    """The longest state that any learner can reach, known before anyone has reached it."""
    numbered = course.with_all_ordinals()
    needed = longest_saved_state(numbered)
    if needed > MAX_STATE:
        question, size = largest_answer(numbered)
        hint = ""
        if question and size > LARGE_ANSWER:
            hint = f"the answer to '{question.plain_title}' alone can need {size:,}: give it a smaller max=, or split"
        message = f"a learner's progress can need {needed:,} characters; SCORM 1.2 keeps {MAX_STATE:,}"
        report.add("SMAC701", course.at, message, hint=hint)


def lessons_fit_a_phone(course: Course, context: CheckContext, report: Report) -> None:
    """300 KB of text in one lesson is a book."""
    for lesson in course.lessons():
        size = sum(len(block.html) for block in all_blocks(lesson.blocks) if isinstance(block, Prose))
        if size > MAX_LESSON_HTML:
            report.add("SMAC702", lesson.at, f"lesson '{lesson.plain_title}' has {size:,} characters of HTML")


def titles_fit_a_list(course: Course, context: CheckContext, report: Report) -> None:
    """LMSs cut titles in their lists, some at 100 characters."""
    if len(course.title) > MAX_TITLE:
        message = f"the title has {len(course.title)} characters; more than {MAX_TITLE} are cut in lists"
        report.add("SMAC703", course.title_at, message)


def answers_have_characters(course: Course, context: CheckContext, report: Report) -> None:
    """SCORM 1.2 has 36 characters for the answers of a question, and none is ever given away twice."""
    ordinals = course.with_all_ordinals().ordinals
    for question in course.questions():
        ever = len(ordinals.options[question.key])
        if ever > MAX_OPTIONS:
            report.add(
                "SMAC208",
                question.at,
                f"question '{question.plain_title}' has had {ever} answers; the limit is {MAX_OPTIONS}",
            )
