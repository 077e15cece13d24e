"""program.yml against the courses that exist."""

from __future__ import annotations

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course


def certifications_name_courses_that_exist(course: Course, context: CheckContext, report: Report) -> None:
    """A tier that asks for a course nobody can take is never earned."""
    for tier in context.program.certifications:
        for name in tier.courses:
            if name not in context.known_courses:
                hint = "courses of this program: " + ", ".join(sorted(context.known_courses))
                report.add("SMAC601", tier.at, f"certification '{tier.id}' names the course '{name}'", hint=hint)
