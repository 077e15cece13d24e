"""What a reader with a screen reader would miss."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Location, Report
from smac_courses.model.blocks import Block, Figure, Prose
from smac_courses.model.course import Course

_HEADING = re.compile(r"<h([1-6])[ >]")
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.S)
_IMAGE_WITHOUT_ALT = re.compile(r"<img (?![^>]*\balt=\"[^\"]*[^\"\s][^\"]*\")[^>]*>")
_EMPTY_PHRASES = frozenset({"click here", "here", "link", "more", "read more", "this", "this link", "learn more"})


def _blocks(course: Course) -> Iterator[tuple[int, Block]]:
    """Every block with the level of the heading above it; a lesson's or module's title is level 2."""
    for module in course.modules:
        for group in (module.opening, *(lesson.blocks for lesson in module.lessons)):
            level = 2
            for block in group:
                yield level, block
                if isinstance(block, Prose):
                    level = int(([str(level), *_HEADING.findall(block.html)])[-1])


def _fragments(course: Course) -> Iterator[tuple[str, Location]]:
    """Every piece of authors' HTML, questions and exams too, with its place."""
    for _, block in _blocks(course):
        if isinstance(block, Prose):
            yield block.html, block.at
    for question in course.questions():
        yield question.title + question.prompt, question.at
        yield question.feedback + "".join(question.hints), question.at
        for option in question.options:
            yield option.html + option.feedback, option.at


def pictures_have_alternatives(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.1.1."""
    for _, block in _blocks(course):
        if isinstance(block, Figure) and not block.alt:
            report.add("SMAC401", block.at, f"the picture '{block.asset}' has no alternative text")
    for html_text, at in _fragments(course):
        if _IMAGE_WITHOUT_ALT.search(html_text):
            report.add("SMAC401", at, "a picture in this text has no alternative text")


def headings_step_down_one_by_one(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.3.1: a skipped level reads as a missing section."""
    for above, block in _blocks(course):
        level = above
        for found in _HEADING.findall(block.html) if isinstance(block, Prose) else ():
            if int(found) > level + 1:
                report.add("SMAC402", block.at, f"a heading of level {found} follows one of level {level}")
            level = int(found)


def links_say_where_they_go(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 2.4.4."""
    for html_text, at in _fragments(course):
        for inner in _LINK.findall(html_text):
            words = html.unescape(re.sub(r"<[^>]*>", "", inner)).strip().casefold().rstrip(".")
            if words in _EMPTY_PHRASES:
                report.add("SMAC403", at, f"a link in this text says only '{words}'")
