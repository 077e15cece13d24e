"""Law and platforms change; a course must say when it was last right."""

from __future__ import annotations

from datetime import date

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course


def reviews_are_not_overdue(course: Course, context: CheckContext, report: Report) -> None:
    """`review_by` is a promise to the learner."""
    for module in course.modules:
        if not module.review_by:
            continue
        try:
            due = date.fromisoformat(module.review_by)
        except ValueError:
            report.add(
                "SMAC501",
                module.review_at,
                f"'{module.review_by}' is not a day of the calendar",
                hint="correct the date",
            )
            continue
        if due < context.today:
            report.add("SMAC501", module.review_at, f"module '{module.title}' was to be reviewed by {module.review_by}")


def modules_have_a_review_date(course: Course, context: CheckContext, report: Report) -> None:
    """A module of facts without a date never looks old."""
    for module in course.modules:
        if module.lessons and not module.review_by:
            report.add("SMAC502", module.at, f"module '{module.title}' does not say when it must be reviewed")
