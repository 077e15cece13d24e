"""Lessons, ids and the lock."""

from __future__ import annotations

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course
from smac_courses.model.questions import KIND_NAMES, are_kept_alike


def one_exam(course: Course, context: CheckContext, report: Report) -> None:
    """A course has at most one exam: its score is the course's score."""
    exams = [module for module in course.modules if module.exam]
    for module in exams[1:]:
        report.add("SMAC222", module.at, "the course has an exam already", related=((exams[0].at, "the first exam"),))


def lock_is_current(course: Course, context: CheckContext, report: Report) -> None:
    """Without an ordinal for life a later version of the course could not find a learner's answers."""
    wanted = course.with_all_ordinals().ordinals
    missing = [
        *(key for key in wanted.lessons if key not in course.ordinals.lessons),
        *(key for key, ids in wanted.options.items() if ids != course.ordinals.options.get(key)),
        *(key for key in course.ordinals.options if key in wanted.kinds and key not in course.ordinals.kinds),
    ]
    if missing:
        named = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        report.add(
            "SMAC309",
            course.lock_at,
            f"course.lock lacks {len(missing)} of the course's lessons and questions: {named}",
        )


def questions_keep_their_kind(course: Course, context: CheckContext, report: Report) -> None:
    """An answer is kept as numbers, and each family of kinds reads them in its own way."""
    for question in course.questions():
        before = course.ordinals.kinds.get(question.key)
        if before is not None and not are_kept_alike(before, question.kind):
            message = f"question '{question.plain_title}' was once {KIND_NAMES.get(before, before)}"
            what = f"{message}, and is now {KIND_NAMES[question.kind]}"
            report.add("SMAC340", question.at, what)


def lessons_have_content(course: Course, context: CheckContext, report: Report) -> None:
    """An empty lesson is a screen that a learner has to click away."""
    for lesson in course.lessons():
        if not lesson.blocks:
            report.add("SMAC330", lesson.at, f"lesson '{lesson.plain_title}' has no content")


def links_to_modules_lead_somewhere(course: Course, context: CheckContext, report: Report) -> None:
    """A module may be written for several courses; in this one its neighbour must be there."""
    modules = {module.id: module for module in course.modules}
    for module in course.modules:
        for link in module.cross_links:
            other = modules.get(link.module)
            if other is None:
                message = f"module '{link.module}' is not part of course '{course.id}'"
                policy = context.program.policy
                is_policy = policy is not None and policy.id == link.module
                hint = (
                    "list policy.md among the modules of course.yml, or cite a clause with policy=" if is_policy else ""
                )
                report.add("SMAC332", link.at, message, hint=hint)
            elif link.anchor and link.anchor not in other.anchors:
                known = ", ".join(sorted(other.anchors)) or "none"
                message = f"nothing in module '{link.module}' has the id '{link.anchor}'"
                report.add("SMAC332", link.at, message, hint=f"ids there: {known}"[:300])


def course_has_lessons(course: Course, context: CheckContext, report: Report) -> None:
    """Without a lesson there is nothing to complete."""
    if not any(True for _ in course.lessons()):
        report.add("SMAC331", course.at, "no module of this course has a lesson")
