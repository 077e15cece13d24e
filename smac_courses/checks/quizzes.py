"""Questions and exams."""

from __future__ import annotations

import html
import re

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course

_ALL_OF_THE_ABOVE = re.compile(r"\b(all|none|both) of (the|these) (above|answers|options)\b|\ball of these\b", re.I)


def _words(fragment: str) -> str:
    pictures = re.sub(r'<img [^>]*?(?:alt="([^"]*)")[^>]*>', r" \1 ", fragment)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", pictures)).split()).casefold()


def pools_hold_their_draw(course: Course, context: CheckContext, report: Report) -> None:
    """An exam cannot ask more questions than a pool has."""
    for pool in course.exam.pools if course.exam else ():
        if pool.questions and pool.draw > len(pool.questions):
            report.add(
                "SMAC220",
                pool.at,
                f"pool '{pool.title}' draws {pool.draw} of {len(pool.questions)} questions",
            )


def pools_hold_questions(course: Course, context: CheckContext, report: Report) -> None:
    """An exam needs a pool, a pool needs a question."""
    for module in course.modules:
        if module.exam and not module.exam.pools:
            report.add("SMAC221", module.at, "the exam has no pools", hint="begin a pool with a ## heading")
        for pool in module.exam.pools if module.exam else ():
            if not pool.questions:
                report.add("SMAC221", pool.at, f"pool '{pool.title}' has no questions")


def answers_have_feedback(course: Course, context: CheckContext, report: Report) -> None:
    """Without feedback, wrong answers are learned as true (Roediger & Marsh 2005)."""
    for question in course.questions():
        if question.feedback:
            continue
        for option in question.options:
            if not option.feedback:
                report.add(
                    "SMAC223",
                    option.at,
                    f"nobody learns why answer '{option.id}' is {'right' if option.correct else 'wrong'}",
                )


def answers_differ(course: Course, context: CheckContext, report: Report) -> None:
    """Two answers with the same words cannot be told apart."""
    for question in course.questions():
        seen: dict[str, str] = {}
        for option in question.options:
            words = _words(option.html)
            if words in seen:
                report.add("SMAC224", option.at, f"answers '{seen[words]}' and '{option.id}' have the same words")
            seen[words] = option.id


def objectives_exist(course: Course, context: CheckContext, report: Report) -> None:
    """A question's objective is one of its course's modules."""
    known = {objective.id for module in course.modules for objective in module.objectives}
    for question in course.questions():
        if question.objective and question.objective not in known:
            hint = "objectives of this course: " + (", ".join(sorted(known)) or "none")
            report.add("SMAC225", question.at, f"no module has the objective '{question.objective}'", hint=hint)


def no_all_of_the_above(course: Course, context: CheckContext, report: Report) -> None:
    """Such an answer rewards test-taking, and makes no sense once answers are shuffled."""
    for question in course.questions():
        for option in question.options:
            if _ALL_OF_THE_ABOVE.search(_words(option.html)):
                report.add("SMAC226", option.at, "an answer that points to the other answers")
