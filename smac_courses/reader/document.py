"""A Markdown file cut into front matter, footnotes and sections, every line keeping its number.

Python-Markdown keeps no line numbers and swallows an unclosed fence without a word, so the cutting is done
here; only prose is handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.attributes import TRAILING, Attributes, split_attributes
from smac_courses.reader.patience import OutOfPatienceError
from smac_courses.reader.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(\S.*)?)?$")
_DASHES = re.compile(r" {0,3}-{2,}\s*$")
_UNDERLINE = re.compile(r" {0,3}={3,}\s*$")
# Two signs or more: one alone is a hashtag.
_SQUEEZED = re.compile(r" {0,3}(#{2,6})([^#\s].*)$")
_ROUND = re.compile(r"\(#[a-z][a-z0-9-]*(?: [^()]*)?\)$")
# Braces that are no attributes, or brackets that were meant as braces: an id is there, badly written.
_MEANT_AS_ID = re.compile(r"\{#|\(#|\{\s*[\w-]*\s*\}|\{[^{}]*$")
_FENCE = re.compile(r"(`{3,}|~{3,})(.*)$")
_AT_MARGIN = re.compile(r" {0,3}\S")
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:\s*(.*)$")
_DEFINITION = re.compile(
    r" {0,3}(?:\[(?!\^)[^\]]+\]:\s+(?:<[^<>]*>|(?=[^\s]*[/.#@:])\S+)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$"
    r"|\*\[[^\]]+\]:\s)"
)
# What ends a footnote that goes on without an indent.
_OTHER_BLOCK = re.compile(r" {0,3}(?:[-*+]\s|\d{1,9}[.)]\s|>|\||#{1,6}\s|```|~~~|\[[^\]]+\]:)")
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
MAX_COMMENTS = 500  # in one line
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
    is_misread: bool = False  # its braces have a finding of their own


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
    definitions: list[str]  # of links and abbreviations, which hold for the whole file


def heading_with_id(line: str, own_id: str) -> str:
    """A heading's line with its id, or an empty text where the reader would not find it again."""
    found = heading_of(line)
    if found is None or "<!--" in line or _MEANT_AS_ID.search(line):
        return ""
    (signs, title, _), inside = found, ""
    if braces := TRAILING.search(title):
        title, inside = title[: braces.start()].rstrip(), " " + braces[1].strip()
    changed = f"{signs} {title} {{#{own_id}{inside}}}"
    again = heading_of(changed)
    return changed if again and f"{{#{own_id}" in again[1] else ""


def heading_of(line: str) -> tuple[str, str, int] | None:
    """The # signs of a heading, its words, and how many characters stand before these; None for other lines."""
    found = _HEADING.match(line.rstrip())
    if found is None:
        return None
    return found[1], _without_closing(found[2] or ""), found.start(2) if found[2] else found.end(1)


def _without_closing(title: str) -> str:
    """A heading's words without # signs that close it, as in `## Words ##`."""
    bare = title.rstrip("#")
    return bare.rstrip() if bare != title and (not bare or bare[-1] in " \t") else title


def read_document(source: Source, report: Report) -> Document:
    """Cut a file. Finds what is never closed: the front matter, a code fence, a comment."""
    first, last, body = _front_matter(source, report)
    lines = _body_lines(source, body, report)
    lines, footnotes = _take_footnotes(source, lines, report)
    definitions = [line.text for line in lines if not line.fenced and _DEFINITION.match(line.text)]
    lines = [Line(line.number, "") if line.text in definitions and not line.fenced else line for line in lines]
    return Document(source, first, last, _sections(source, lines, report), footnotes, definitions)


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
    fence = ""
    fence_from = first
    comment_from = 0
    for number in range(first, len(source.lines) + 1):
        text = source.lines[number - 1]
        if comment_from:
            _, closed, text = text.partition("-->")
            if not closed:
                lines.append(Line(number, ""))
                continue
            comment_from = 0
        at_margin = _AT_MARGIN.match(text) is not None
        if fence:
            lines.append(Line(number, text, fenced=True))
            if at_margin and closes_fence(text, fence):
                fence = ""
            continue
        if at_margin and (fence := fence_opened_by(text)):
            fence_from = number
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


def fence_opened_by(text: str) -> str:
    """The signs of the code fence that a line opens, or an empty text: backticks may not stand behind backticks."""
    found = _FENCE.match(text.strip())
    return found[1] if found and not (found[1][0] == "`" and "`" in found[2]) else ""


def closes_fence(text: str, fence: str) -> bool:
    """Whether a line closes a fence: the same sign, at least as often, and nothing else."""
    stripped = text.strip()
    return stripped.startswith(fence) and not stripped.strip(fence[0])


def _without_comments(text: str) -> tuple[str, bool]:
    """A line without its comments, and whether one goes on; code is left alone."""
    if "<!--" not in text or text.startswith(("    ", "\t")):
        return text, False
    if text.count("<!--") > MAX_COMMENTS:
        raise OutOfPatienceError
    kept = ""
    while text:
        code = CODE_SPAN.search(text)
        start = text.find("<!--")
        if start < 0:
            break
        if code and code.start() < start:
            kept, text = kept + text[: code.end()], text[code.end() :]
            continue
        kept = kept + text[:start]
        _, closed, text = text[start:].partition("-->")
        if not closed:
            return kept, True
    return kept + text, False


def _take_footnotes(source: Source, lines: list[Line], report: Report) -> tuple[list[Line], dict[str, Footnote]]:
    """Definitions leave the text; a definition goes on over directly following or indented lines."""
    footnotes: dict[str, Footnote] = {}
    rest: list[Line] = []
    open_label = ""
    for number, line in enumerate(lines):
        found = None if line.fenced else _FOOTNOTE.match(line.text)
        if found:
            open_label = found[1]
            at = source.whole(line.number)
            if open_label in footnotes:
                first = footnotes[open_label].at
                related = ((first, "the first one"),)
                report.add("SMAC312", at, f"footnote '{open_label}' is defined twice", related=related)
            footnotes[open_label] = Footnote(open_label, found[2], at)
        elif open_label and _continues(line, lines[number - 1], lines[number + 1 : number + 2]):
            note = footnotes[open_label]
            text = f"{note.text} {line.text.strip()}".rstrip()
            footnotes[open_label] = Footnote(note.label, text, note.at)
        else:
            open_label = ""
            rest.append(line)
            continue
        rest.append(Line(line.number, ""))
    return rest, footnotes


def _continues(line: Line, before: Line, after: list[Line]) -> bool:
    """Whether a line belongs to the footnote above it."""
    if line.fenced:
        return False
    if line.blank:
        return any(_is_indented(one) for one in after)
    return _is_indented(line) or (not before.blank and not _OTHER_BLOCK.match(line.text) and not RULE.match(line.text))


def _is_indented(line: Line) -> bool:
    return not line.blank and not line.fenced and line.text.startswith(("    ", "\t"))


def _is_plain_text(line: Line) -> bool:
    return not (line.blank or line.fenced or line.text.startswith(("    ", "\t")) or _OTHER_BLOCK.match(line.text))


def _sections(source: Source, lines: list[Line], report: Report) -> list[Section]:
    sections = [Section(at=source.at(1))]
    for line in lines:
        found = None if line.fenced else heading_of(line.text)
        if found is None and not line.fenced and (squeezed := _SQUEEZED.match(line.text)):
            report.add("SMAC316", source.whole(line.number), "a heading without a space behind its # signs")
            found = heading_of(f"{squeezed[1]} {squeezed[2]}")
        if found is None:
            above = sections[-1].lines[-1:]
            if not line.fenced and _UNDERLINE.match(line.text) and above and not above[0].blank:
                report.add("SMAC314", source.whole(line.number), "a heading that is underlined")
            if not line.fenced and _DASHES.match(line.text) and above and _is_plain_text(above[0]):
                report.add("SMAC335", source.whole(line.number), "a line right under a text: GitHub shows a heading")
            sections[-1].lines.append(line)
            continue
        signs, title, offset = found
        problems = len(report)
        title, attributes = split_attributes(title, source, line.number, offset, report)
        title = _without_closing(title)
        at = source.whole(line.number)
        if not title:
            report.add("SMAC301", at, "a heading without words")
        if round_brackets := _ROUND.search(title):
            column = offset + round_brackets.start() + 1
            report.add(
                "SMAC130", source.at(line.number, column), "an id in round brackets", hint="write it in braces: {#id}"
            )
        if (stray := title.find("{#")) >= 0:
            column = offset + stray + 1
            report.add(
                "SMAC130",
                source.at(line.number, column),
                "an id that is read as words: a brace is not closed, or no space stands before it",
                hint="write {#id} at the end of the line, behind a space",
            )
        is_misread = len(report) > problems
        sections.append(Section(len(signs), title, attributes, at, is_misread=is_misread))
    return sections
