"""What a reader with a screen reader, without sound or without colours would miss."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from smac_courses.checks.context import CheckContext
from smac_courses.checks.texts import WORD, all_blocks
from smac_courses.diagnostics import Fix, Location, Report
from smac_courses.model.blocks import Block, JobAid, Media, Prose
from smac_courses.model.course import Course

_HEADING = re.compile(r"<h([1-6])[ >]")
_TABLE = re.compile(r"<table[ >].*?</table>", re.S)
_HEAD_CELL = re.compile(r"<th[^>]*>(.*?)</th>", re.S)
_EMPTY_PHRASES = frozenset({"", "click here", "here", "link", "more", "read more", "this", "this link", "learn more"})
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|avif|mp4|webm|mp3|m4a)", re.I)
_KIND_OF_PICTURE = re.compile(
    r"(?:an? |the )?(?:image|picture|photo|photograph|screenshot|graphic|icon|logo|diagram)(?: of)?\W*", re.I
)
_COLOURS = ("red", "green", "blue", "yellow", "orange", "purple", "pink", "gray", "grey", "amber")
_COLOUR = f"(?:{'|'.join(_COLOURS)})"
_BY_COLOUR = re.compile(
    rf"\b{_COLOUR} (?:button|box|boxes|text|items?|links?|icons?|area|lines?|dots?|marks?|words?|rows?|cells?)\b"
    rf"|\b(?:marked|shown|highlighted|printed|displayed|written|coloured|items|words|answers|text|rows) in {_COLOUR}\b",
    re.I,
)
_HASHTAG = re.compile(r"(?<![\w&#/])#([a-z]{8,40})\b")
_ANY_HASHTAG = re.compile(r"#\w+")
# Where a # is no hashtag: code, comments, the address of a link, a bare address, braces.
_NO_HASHTAG = re.compile(r"`[^`]*`|<!--.*?-->|\]\([^)]*\)|https?://\S+|<[^<>]*>|\{[^{}]*\}")
_SHORTEST_WORD = 3


def _levels(course: Course) -> Iterator[tuple[int, Block]]:
    """Every block with the level of the heading above it; a lesson's or module's title is level 2."""
    for module in course.modules:
        for group in module.groups():
            level = 2
            for block in all_blocks(group):
                yield level, block
                if isinstance(block, Prose):
                    level = int(([str(level), *_HEADING.findall(block.html)])[-1])
                elif isinstance(block, JobAid):
                    level = block.level


def pictures_have_alternatives(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.1.1."""
    for module in course.modules:
        for picture in module.pictures:
            if not picture.alt:
                report.add("SMAC401", picture.at, "nothing stands for this picture where it is not seen")


def alternatives_say_something(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.1.1: "image" and "IMG_2041.jpg" are not what a reader must know."""
    for module in course.modules:
        for picture in module.pictures:
            if _FILE_NAME.fullmatch(picture.alt) or _KIND_OF_PICTURE.fullmatch(picture.alt):
                report.add("SMAC409", picture.at, f"'{picture.alt}' does not say what the picture shows")


def headings_step_down_one_by_one(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.3.1: a skipped level reads as a missing section."""
    for above, block in _levels(course):
        level = above
        found = _HEADING.findall(block.html) if isinstance(block, Prose) else ()
        for number in (*found, *([str(block.level)] if isinstance(block, JobAid) else ())):
            if int(number) > level + 1:
                report.add("SMAC402", block.at, f"a heading of level {number} follows one of level {level}")
            level = int(number)


def links_say_where_they_go(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 2.4.4."""
    for module in course.modules:
        for link in module.links:
            if link.words.casefold().strip(" .!»›→>") in _EMPTY_PHRASES:
                said = f"says only '{link.words}'" if link.words else "has no words"
                report.add("SMAC403", link.at, f"a link that {said}")


def tables_have_headings(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.3.1: a cell is read out with the heading of its column."""
    for _, block in _levels(course):
        for table in _TABLE.findall(block.html) if isinstance(block, Prose) else ():
            heads = [html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in _HEAD_CELL.findall(table)]
            assert isinstance(block, Prose)  # noqa: S101 - for the type checker
            if not heads:
                report.add("SMAC404", block.at, "a table in this text has no heading cells", hint="use <th> for them")
            elif "" in heads:
                number = heads.index("") + 1
                report.add("SMAC404", context.find("|", block.at), f"column {number} of this table has no heading")


def films_have_captions(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.2.2 and 1.2.1."""
    for _, block in _levels(course):
        if not isinstance(block, Media):
            continue
        stem = block.asset.rpartition("/")[2].rpartition(".")[0]
        if block.kind == "video" and not block.tracks:
            hint = f"put {stem}.{course.language}.vtt beside it"
            report.add("SMAC405", block.at, "whoever does not hear this film misses its words", hint=hint)
        if block.kind == "audio" and not block.transcript:
            hint = f"put {stem}.txt (or {stem}.{course.language}.vtt) beside it"
            report.add("SMAC406", block.at, "whoever does not hear this recording misses its words", hint=hint)


def nothing_means_by_colour_alone(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 1.4.1 and 1.3.3."""
    texts = context.texts(course)
    if not texts.any_of(_COLOURS):
        return
    for passage in texts.passages:
        for found in _BY_COLOUR.finditer(passage.words):
            report.add(
                "SMAC407", context.find(found[0], passage.at), f"'{found[0]}' can only be found by whoever sees it"
            )


def hashtags_have_capitals(course: Course, context: CheckContext, report: Report) -> None:
    """A screen reader reads #NorthwindEmployee as two words, #northwindemployee as noise.

    A tag is taken for several words when it falls into words that the course itself uses, and is none of them.
    """
    texts = context.texts(course)
    if not texts.any_of(["#"]):
        return
    tagged = [(passage, found) for passage in texts.passages for found in _HASHTAG.finditer(passage.words)]
    own = " ".join(context.program.variables.values())
    without_tags = " ".join(_ANY_HASHTAG.sub(" ", passage.words) for passage in texts.passages)
    known = frozenset(WORD.findall(f"{without_tags} {_ANY_HASHTAG.sub(' ', own)}".lower()))
    for passage, found in tagged:
        parts = _in_words(found[1], known) if found[1] not in known else []
        if len(parts) < 2:
            continue
        better = "#" + "".join(part.capitalize() for part in parts)
        for at in _hashtags_at(found[1], passage.at, context):
            report.add(
                "SMAC408", at, f"'{found[0]}' is read out as one word", hint=f"write {better}", fix=Fix(at, better)
            )


def _hashtags_at(tag: str, near: Location, context: CheckContext) -> Iterator[Location]:
    """Every place of a hashtag in the paragraph that begins at `near`: not in code, comments, links or addresses."""
    lines = context.lines.get(near.path, ())
    for number in range(near.line, len(lines) + 1):
        line = lines[number - 1]
        if not line.strip() and number > near.line:
            return
        shown = _NO_HASHTAG.sub(lambda hidden: " " * len(hidden[0]), line)
        for found in _HASHTAG.finditer(shown):
            if found[1] == tag:
                yield Location(near.path, number, found.start() + 1, found.end() + 1)


def _in_words(tag: str, known: frozenset[str]) -> list[str]:
    """The fewest known words that a tag is made of, or nothing."""
    best: list[list[str] | None] = [[]] + [None] * len(tag)
    for end in range(1, len(tag) + 1):
        for start in range(end - _SHORTEST_WORD + 1):
            before = best[start]
            if before is None or tag[start:end] not in known:
                continue
            shortest = best[end]
            if shortest is None or len(before) + 1 < len(shortest):
                best[end] = [*before, tag[start:end]]
    return best[len(tag)] or []
