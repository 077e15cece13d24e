"""Law and platforms change; a course must say when it was last right."""

from __future__ import annotations

import re
from datetime import date

from smac_courses.checks.context import CheckContext
from smac_courses.checks.texts import module_prose, passages
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course

# A share, a sum of money, a count in millions; a law by its number or its name.
_FIGURE = re.compile(
    r"\d\s?(?:%|per cent\b|percent\b)|[$€£]\s?\d(?:[\d.,]*\d)?(?:\s(?:million|billion))?|\d\s(?:million|billion)\b"
    r"|\d[\d.,]*\s?(?:€|£|euros?\b|dollars?\b|pounds?\b)"
    r"|\b\d{1,3}(?:,\d{3})+ (?:people|employees|users|posts|companies)\b",
    re.I,
)
# What a course says of itself is no fact about the world.
_OF_ITSELF = re.compile(r"\b(?:exam|course|module|lesson|policy|quiz|points|score|pass)\b", re.I)
_LAW = re.compile(
    r"\b\d+ (?:CFR|C\.F\.R\.|U\.?S\.?C\.?)\b|§|\b(?:[A-Z][\w-]+ ){1,5}Act (?:of )?\d{4}\b"
    r"|\b(?:Section|Article|Directive|Regulation) (?:\(\w+\) )?\d"
)


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


def facts_have_sources(course: Course, context: CheckContext, report: Report) -> None:
    """A figure or a law without a source cannot be checked by whoever reviews the module."""
    for module in course.modules:
        for block in module_prose(module) if not module.is_policy else ():
            found = list(passages(block.html, block.at))
            if any(passage.is_cited for passage in found):
                continue
            for passage in found:
                fact = _FIGURE.search(passage.words) or _LAW.search(passage.words)
                if fact and not _OF_ITSELF.search(passage.words):
                    at = context.find_sentence(passage.words, passage.at)
                    report.add("SMAC503", at, f"'{_around(passage.words, fact)}' has no source")
                    break


def _around(words: str, fact: re.Match[str]) -> str:
    """A few words before the fact, so that an author sees what is meant."""
    start = words.rfind(" ", 0, max(fact.start() - 12, 0)) + 1
    return words[start : fact.end()]
