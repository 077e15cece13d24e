"""Limits of the formats and of small devices."""

from __future__ import annotations

from smac_courses.checks.context import CheckContext
from smac_courses.checks.texts import all_blocks
from smac_courses.diagnostics import Report
from smac_courses.model.blocks import Prose
from smac_courses.model.codec import largest_answer, longest_saved_state
from smac_courses.model.course import Course
from smac_courses.model.profiles import PROFILES
from smac_courses.model.questions import MAX_OPTIONS

# SCORM 1.2 keeps 4,096 characters, SCORM 2004 64,000; each time room is left for what LMSs do with them.
SMALL_STATE, MAX_STATE = 4_000, 30_000
LARGE_ANSWER = 200
MAX_LESSON_HTML = 300_000
MAX_TITLE = 100


def progress_fits(course: Course, context: CheckContext, report: Report) -> None:
    """The longest state that any learner can reach, known before anyone has reached it."""
    for part in course.with_all_ordinals().parts():
        needed = longest_saved_state(part)
        if needed <= SMALL_STATE:
            continue
        question, size = largest_answer(part)
        hint = ""
        if question and size > LARGE_ANSWER:
            hint = f"the answer to '{question.plain_title}' alone can need {size:,}: give it a smaller max=, or split"
        format_, limit = ("SCORM 2004", MAX_STATE) if needed > MAX_STATE else ("SCORM 1.2", SMALL_STATE)
        message = f"a learner's progress can need {needed:,} characters; {format_} keeps {limit:,}"
        is_only_12 = PROFILES[course.lms_profile].formats == ("scorm12",)
        report.add("SMAC701" if needed > MAX_STATE or is_only_12 else "SMAC705", course.at, message, hint=hint)


def structure_does_what_it_says(course: Course, context: CheckContext, report: Report) -> None:
    """Cut into modules, a course loses what ties them together, unless the LMS does it."""
    exam = course.exam
    if course.sequencing == "full":
        has_gate = exam is not None and exam.rules.opens == "after-lessons"
        needed = "" if has_gate else "an exam that opens after the lessons"
        if course.structure == "one":
            needed = "structure: modules"
        if needed:
            report.add("SMAC232", course.structure_at, "'sequencing' does nothing here", hint=f"it needs {needed}")
    if course.structure == "modules" and course.sequencing == "none" and exam and exam.rules.opens == "after-lessons":
        message = "each module is launched by itself, so the exam cannot know whether the lessons are done"
        can_gate = PROFILES[course.lms_profile].takes_sequencing
        hint = "" if can_gate else "remove structure: modules, or write opens: any-time in the exam"
        report.add("SMAC706", course.structure_at, message, hint=hint)


def lms_takes_the_structure(course: Course, context: CheckContext, report: Report) -> None:
    """What the LMS that the course is made for cannot do is better known before the upload."""
    profile = PROFILES[course.lms_profile]
    if course.has_full_sequencing and not profile.takes_sequencing:
        report.add("SMAC707", course.structure_at, f"{profile.title} knows no sequencing")
    elif course.structure == "modules" and not profile.takes_modules:
        report.add("SMAC708", course.structure_at, f"{profile.title} does not keep several SCOs together")


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
