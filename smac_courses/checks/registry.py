"""Every rule by the code that it reports."""

from __future__ import annotations

from collections.abc import Callable

from smac_courses.checks import accessibility, freshness, limits, program, quizzes, structure
from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course

Rule = Callable[[Course, CheckContext, Report], None]

RULES: dict[str, Rule] = {
    "SMAC208": limits.answers_have_characters,
    "SMAC220": quizzes.pools_hold_their_draw,
    "SMAC221": quizzes.pools_hold_questions,
    "SMAC222": structure.one_exam,
    "SMAC223": quizzes.answers_have_feedback,
    "SMAC224": quizzes.answers_differ,
    "SMAC225": quizzes.objectives_exist,
    "SMAC226": quizzes.no_all_of_the_above,
    "SMAC309": structure.lock_is_current,
    "SMAC330": structure.lessons_have_content,
    "SMAC331": structure.course_has_lessons,
    "SMAC401": accessibility.pictures_have_alternatives,
    "SMAC402": accessibility.headings_step_down_one_by_one,
    "SMAC403": accessibility.links_say_where_they_go,
    "SMAC501": freshness.reviews_are_not_overdue,
    "SMAC502": freshness.modules_have_a_review_date,
    "SMAC601": program.certifications_name_courses_that_exist,
    "SMAC701": limits.progress_fits,
    "SMAC702": limits.lessons_fit_a_phone,
}


def run_checks(course: Course, context: CheckContext, report: Report) -> None:
    """Apply every rule to one course."""
    for rule in RULES.values():
        rule(course, context, report)
