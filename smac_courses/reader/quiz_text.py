"""The Markdown of one quiz by itself, as Studio keeps it: no front matter, no files beside it.

It is read by the reader of modules, so that the same words mean the same in a course and in Studio. Pictures and
files are named as Open edX names them, `/static/name`, and places in the course `/jump_to_id/name`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from smac_courses.diagnostics import Diagnostic, Fix, Location, Report
from smac_courses.model.course import Asset, Module
from smac_courses.model.questions import Credit
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.context import ReadContext
from smac_courses.reader.module import read_module
from smac_courses.reader.source import MAX_BYTES, source_of
from smac_courses.reader.variables import Variables

NAME = "quiz.md"
STATIC = "/static/"
JUMP = "/jump_to_id/"
_ELSEWHERE = (STATIC, JUMP)
_POOL = re.compile(r"^ {0,3}##[ \t]", re.MULTILINE)
_WHEN = re.compile(r"\bwhen=\"?([a-z][a-z0-9,-]*)")


def read_quiz_text(
    text: str,
    *,
    quiz_id: str,
    is_exam: bool,
    language: str = "en",
    credit: Credit = "all",
    variables: Mapping[str, str] | None = None,
) -> tuple[Module | None, list[Diagnostic]]:
    """The quiz as a module with an exam or with one lesson, and what is to say about the text, line by line.

    None where nothing can be read. An exam without a heading of two # is one pool; the rules of the exam are not in
    the text, and are the usual ones.
    """
    head = _head(quiz_id, text, is_exam=is_exam)
    own = Report()
    source = source_of("\n".join([*head, text]), NAME, Path(NAME), own)
    module = None
    if source and len(text.encode()) <= MAX_BYTES:
        context = ReadContext(
            variables=Variables(dict(variables or {})),
            inserts={name: True for names in _WHEN.findall(text) for name in names.split(",")},
            language=language,
            credit=credit,
        )
        module = read_module(source, _PlatformShelf(Path(), own), context, own)
    else:
        own.add("SMAC101", Location(NAME), f"the text has more than {MAX_BYTES:,} bytes")
    return module, [_shifted(one, len(head)) for one in own]


def _head(quiz_id: str, text: str, *, is_exam: bool) -> list[str]:
    exam = ["exam:", "  pass_percent: 100"] if is_exam else []
    # The last word of a heading in the text may not be this one's: ids in braces win over those from words.
    first = [] if _POOL.search(text) else ["## Quiz {#quiz0}"]
    return ["---", f"id: {json.dumps(quiz_id)}", 'title: "Quiz"', *exam, "---", *first]


class _PlatformShelf(AssetShelf):
    """Files are those that were uploaded: nobody here can look at them."""

    def take(self, link: str, beside: Path, at: Location) -> Asset | None:
        """The link itself, or None after a finding."""
        if link.startswith(_ELSEWHERE):
            return Asset(name=link, source=Path(), at=at)
        hint = "upload the file in Studio (Content, Files), and write /static/ and its name"
        self._report.add("SMAC320", at, f"'{link[:60]}' is no file that the course has", hint=hint)
        return None


def _shifted(found: Diagnostic, by: int) -> Diagnostic:
    """A finding in the lines of the text alone."""

    def moved(at: Location) -> Location:
        return replace(at, line=max(1, at.line - by))

    return replace(
        found,
        at=moved(found.at),
        related=tuple((moved(at), words) for at, words in found.related),
        fix=Fix(moved(found.fix.at), found.fix.text) if found.fix else None,
    )
