"""A Markdown file cut into front matter, footnotes and sections, every line keeping its number.

Python-Markdown keeps no line numbers and swallows an unclosed fence without a word, so the cutting is done
here; only prose is handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.attributes import Attributes, split_attributes
from smac_courses.reader.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:\s*(.*)$")
RULE = re.compile(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body with its number; `fenced` inside a code fence, its two fences included."""

    number: int
    text: str
    fenced: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text.strip()


@dataclass(slots=True)
class Section:
    """A heading and what follows it, up to the next heading. The first section of a file has no heading."""

    level: int = 0
    title: str = ""
    attributes: Attributes = field(default_factory=Attributes)
    at: Location = field(default_factory=lambda: Location(""))
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A source or a remark: its text is inline Markdown."""

    label: str
    text: str
    at: Location


@dataclass(slots=True)
class Document:
    """A file in parts. Front matter is lines `yaml_first` to `yaml_last`; 1 and 0 when it cannot be found."""

    source: Source
    yaml_first: int
    yaml_last: int
    sections: list[Section]
    footnotes: dict[str, Footnote]


def read_document(source: Source, report: Report) -> Document:
    """Cut a file. Finds what is never closed: the front matter, a code fence, a comment."""
    first, last, body = _front_matter(source, report)
    lines = _body_lines(source, body, report)
    lines, footnotes = _take_footnotes(source, lines, report)
    return Document(source, first, last, _sections(source, lines, report), footnotes)


def _front_matter(source: Source, report: Report) -> tuple[int, int, int]:
    if source.lines[0].rstrip() != "---":
        report.add("SMAC104", source.at(1), "the file has no front matter")
        return 1, 0, 1
    for number, text in enumerate(source.lines[1:], start=2):
        if text.rstrip() == "---":
            return 2, number - 1, number + 1
    report.add("SMAC105", source.whole(1), "the front matter that begins here is never closed")
    return 1, 0, len(source.lines) + 1


def _body_lines(source: Source, first: int, report: Report) -> list[Line]:
    lines: list[Line] = []
    fence = comment_from = 0
    fence_from = first
    marker = ""
    for number in range(first, len(source.lines) + 1):
        text = source.lines[number - 1]
        if comment_from:
            _head, closed, text = text.partition("-->")
            if closed:
                comment_from = 0
            lines.append(Line(number, text if closed else ""))
            continue
        found = _FENCE.match(text)
        if fence:
            lines.append(Line(number, text, fenced=True))
            if found and found[1][0] == marker and len(found[1]) >= fence and not found[2].strip():
                fence = 0
            continue
        if found and not (found[1][0] == "`" and "`" in found[2]):
            fence, marker, fence_from = len(found[1]), found[1][0], number
            lines.append(Line(number, text, fenced=True))
            continue
        text, comment_open = _without_comments(text)
        if comment_open:
            comment_from = number
        lines.append(Line(number, text))
    if fence:
        report.add("SMAC106", source.whole(fence_from), "the code block that begins here is never closed")
    if comment_from:
        report.add(
            "SMAC106",
            source.whole(comment_from),
            "the comment that begins here is never closed",
            hint="close it with -->",
        )
    return lines


def _without_comments(text: str) -> tuple[str, bool]:
    if "`" not in text:
        text = re.sub(r"<!--.*?-->", "", text)
        if "<!--" in text:
            return text.partition("<!--")[0], True
    return text, False


def _take_footnotes(source: Source, lines: list[Line], report: Report) -> tuple[list[Line], dict[str, Footnote]]:
    """Definitions leave the text; a definition goes on over indented or directly following lines."""
    footnotes: dict[str, Footnote] = {}
    rest: list[Line] = []
    open_label = ""
    for line in lines:
        found = None if line.fenced else _FOOTNOTE.match(line.text)
        if found:
            open_label = found[1]
            at = source.whole(line.number)
            if open_label in footnotes:
                first = footnotes[open_label].at
                report.add(
                    "SMAC312",
                    at,
                    f"footnote '{open_label}' is defined twice",
                    related=((first, "the first one"),),
                )
            footnotes[open_label] = Footnote(open_label, found[2], at)
            rest.append(Line(line.number, ""))
        elif open_label and not line.blank and not line.fenced and not _HEADING.match(line.text):
            note = footnotes[open_label]
            footnotes[open_label] = Footnote(note.label, f"{note.text} {line.text.strip()}", note.at)
            rest.append(Line(line.number, ""))
        else:
            open_label = ""
            rest.append(line)
    return rest, footnotes


def _sections(source: Source, lines: list[Line], report: Report) -> list[Section]:
    sections = [Section(at=source.at(1))]
    for line in lines:
        found = None if line.fenced else _HEADING.match(line.text)
        if found is None:
            sections[-1].lines.append(line)
            continue
        offset = found.start(2) if found[2] else found.end(1)
        title, attributes = split_attributes(found[2] or "", source, line.number, offset, report)
        at = source.whole(line.number)
        if not title:
            report.add("SMAC301", at, "a heading without words")
        sections.append(Section(len(found[1]), title, attributes, at))
    return sections
