"""The words of a course as a reader meets them: paragraphs without markup, each with its place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smac_courses.diagnostics import Location
from smac_courses.model.blocks import Block, JobAid, Prose
from smac_courses.model.course import Course, Module
from smac_courses.model.questions import parts_of

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_CODE = re.compile(r"<pre[ >].*?</pre>|<code>.*?</code>|<math[ >].*?</math>", re.S)
_NOTE = re.compile(r'<sup class="note">.*?</sup>', re.S)
_TAG = re.compile(r"<[^>]*>")
_CUT = re.compile(
    r"</?(?:p|li|ul|ol|dd|dt|dl|h[1-6]|blockquote|div|table|tr|td|th|figcaption|summary|details|br|hr)\b[^>]*>"
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[^\Wa-z_])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, an item or a cell. `is_cited` says whether a footnote stands in it."""

    words: str
    is_cited: bool
    at: Location


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks and those inside job aids."""
    for block in blocks:
        yield block
        if isinstance(block, JobAid):
            yield from all_blocks(block.blocks)


def passages(fragment: str, at: Location) -> Iterator[Passage]:
    """The passages of a piece of HTML, without code and formulas."""
    if "<" not in fragment:
        words = " ".join(html.unescape(fragment).split())
        if words:
            yield Passage(words, is_cited=False, at=at)
        return
    if "<code" in fragment or "<pre" in fragment or "<math" in fragment:
        fragment = _CODE.sub(" … ", fragment)
    for piece in _CUT.split(fragment):
        is_cited = '<sup class="note">' in piece
        if is_cited:
            piece = _NOTE.sub("", piece)
        words = " ".join(html.unescape(_TAG.sub("", piece) if "<" in piece else piece).split())
        if words:
            yield Passage(words, is_cited=is_cited, at=at)


def module_prose(module: Module) -> Iterator[Prose]:
    """Running text of a module: the opening page and the lessons, job aids included."""
    for group in module.groups():
        for block in all_blocks(group):
            if isinstance(block, Prose):
                yield block


class Texts:
    """The passages of one course, read once for all rules."""

    def __init__(self, course: Course) -> None:
        self.passages = tuple(_everything(course))
        self._joined = "\n".join(passage.words for passage in self.passages)
        self._lower = self._joined.lower()

    def any_of(self, words: Iterable[str]) -> bool:
        """Whether any of some words (small letters) stands anywhere: far cheaper than to look into each passage."""
        return any(word in self._lower for word in words)


def _everything(course: Course) -> Iterator[Passage]:
    """Every passage of a course: lessons, questions, answers, feedback."""
    for module in course.modules:
        for block in module_prose(module):
            yield from passages(block.html, block.at)
    for question in course.questions():
        yield from passages(question.title, question.at)
        yield from passages(question.prompt, question.at)
        yield from passages("<br>".join([question.feedback, *question.hints]), question.at)
        for part in parts_of(question):
            yield from passages(f"{part.html}<br>{part.feedback}", part.at)


def sentences(words: str) -> list[str]:
    """A passage in sentences: an end mark, then white space, then no small letter."""
    return [sentence for sentence in _SENTENCE_END.split(words) if sentence]
