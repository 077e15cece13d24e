"""program.yml and policy.md against the courses that exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Location, Report
from smac_courses.model.colours import TEXT, contrast
from smac_courses.model.course import Course

MAX_POLICY_WORDS = 500  # a page


def certifications_name_courses_that_exist(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """A tier that asks for a course nobody can take is never earned."""
    for tier in context.program.certifications:
        for name in (*tier.courses, *filter(None, [tier.renewal_course])):
            if name not in context.known_courses:
                hint = "courses of this program: " + ", ".join(sorted(context.known_courses))
                report.add("SMAC601", tier.at, f"certification '{tier.id}' names the course '{name}'", hint=hint)


def cut_scores_are_those_of_the_exams(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """A certificate says how the pass mark was found; it must be the one that the exam has."""
    for tier in context.program.certifications:
        for course in courses:
            if tier.cut_score is None or course.exam is None or course.id not in tier.courses:
                continue
            asked = course.exam.rules.pass_percent
            if asked != tier.cut_score.percent:
                message = (
                    f"certification '{tier.id}' was set at {tier.cut_score.percent} %, and '{course.id}' asks {asked} %"
                )
                report.add("SMAC605", tier.at, message)


def policy_fits_a_page(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Long policies are not read; the courses are the place for examples."""
    policy = context.program.policy
    if policy and policy.words > MAX_POLICY_WORDS:
        report.add("SMAC602", policy.at, f"the policy has {policy.words} words; a page holds {MAX_POLICY_WORDS}")


def somebody_owns_the_program(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Rules change; somebody must be there to notice."""
    if context.program.is_complete and not context.program.owner:
        report.add("SMAC603", context.program.at, "nobody is named who answers for the program")


def learners_can_ask(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Whoever is unsure before posting must know where to turn."""
    if context.program.is_complete and not context.program.has_contacts:
        report.add("SMAC604", context.program.at, "learners are not told whom to ask")


def brand_can_be_read(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Nothing is refused: a company has the colour that it has."""
    primary = context.program.brand.primary
    if primary and (measured := contrast(primary, "#ffffff")) < TEXT:
        message = f"{primary} on white has a contrast of {measured:.1f} : 1; text needs {TEXT} : 1"
        report.add("SMAC410", context.program.brand_at, message)


def modules_are_used(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """A module that no course lists is never checked, and its author believes that it is taught."""
    for path in context.module_files:
        if path not in context.lines:
            report.add("SMAC334", Location(path), f"no course lists '{path}'")


def assets_are_used(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """A file that nothing uses is out of date before anyone notices."""
    used = {asset.source for course in courses for asset in course.assets}
    badges = {tier.image for tier in context.program.certifications}
    stems = {str(PurePosixPath(path.as_posix()).with_suffix("")) for path in used}
    for path, file in context.asset_files.items():
        is_transcript = file.suffix == ".txt" and any(
            str(file.with_suffix("")) == stem or str(file).startswith(stem + ".") for stem in stems
        )
        if file not in used and path not in badges and not is_transcript:
            report.add("SMAC329", Location(path), f"no module uses '{path}'")
