"""Markdown as GitHub reads it, rewritten so that Python-Markdown reads it the same way.

Python-Markdown wants a blank line before a list, a table or a quote inside a list, four spaces for each level of
a list, and knows code fences at the margin only. Without that a list vanishes in the paragraph above, or goes
flat. It takes everything between `<details>` and `</details>` for HTML, where GitHub reads Markdown between the
tags. That is put right here. Callouts in GitHub's form become those of Python-Markdown, items of a checklist are
marked, and what is no Markdown (code, formulas, HTML) is set aside whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from smac_courses.reader.document import closes_fence, fence_opened_by

_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +)(?=\S)")
_BLOCK_START = re.compile(r" {0,3}(?:#{1,6}\s|>|\|)")
_QUOTE = re.compile(r" {0,3}> ?")
TABLE_RULE = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
_STEP = 4
_CALLOUT = re.compile(r"\[!(?P<kind>[A-Za-z]+)\][ \t]*(?P<rest>.*)$")
_ADMONITION = re.compile(r' {0,3}!!![ \t]*(?P<kind>[A-Za-z]+)(?:[ \t]+"(?P<title>[^"]*)")?[ \t]*$')
_TASK = re.compile(r"\[(?P<tick>[ xX])\] +(?=\S)")
# CommonMark 4.6: HTML that begins a block. Types 1, 6 and 7; a comment has left the text before.
_WHOLE_HTML = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.I)
_BLOCK_TAGS = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li "
    "link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th "
    "thead title tr track ul"
)
_HTML = re.compile(rf" {{0,3}}</?(?:{_BLOCK_TAGS.replace(' ', '|')})(?=[\s/>]|$)", re.I)
_LONE_TAG = re.compile(r" {0,3}(?:<[A-Za-z][\w-]*(?:\s+[^<>]*)?/?>|</[A-Za-z][\w-]*\s*>)\s*$")
# In front of an item of a checklist, open or ticked: characters that no source can hold.
OPEN_TASK, DONE_TASK = "\x11", "\x12"


class Stash(Protocol):
    """Takes what is no Markdown, and returns what shall stand in its place: a word that is left alone."""

    def code(self, code: str, language: str) -> str:
        """A block of code; `language` is the first word behind the fence, or empty."""

    def never_closed(self, opening: str) -> None:
        """A line that opens a block of code which nothing closes."""

    def formula(self, tex: str) -> str:
        """A formula on lines of its own."""

    def html(self, lines: str) -> str:
        """Lines of HTML, up to a blank one."""

    def callout(self, kind: str, *, rest: str | None = None) -> str:
        """The name of a callout that an author calls `kind`; `rest` is what follows GitHub's mark, if it is one."""


def normalise(lines: Iterable[str], stash: Stash) -> str:
    """Lines (tabs and all) as a text that Python-Markdown reads as GitHub does."""
    reader = _Normaliser(stash)
    rest = [line.expandtabs(_STEP) for line in lines]
    while rest:
        rest = reader.take(rest)
    return "\n".join(reader.out)


class _Normaliser:
    """The lines so far, and the lists that are open."""

    def __init__(self, stash: Stash) -> None:
        self.out: list[str] = []
        self.levels: list[tuple[int, bool]] = []  # of each open list: where its text begins, whether it is numbered
        self.stash = stash

    def take(self, rest: list[str]) -> list[str]:
        """Read what begins with the first line; returns the lines that are left."""
        line, end = _without_break(rest[0])
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        if not stripped:
            self.out.append("")
        elif (fence := fence_opened_by(stripped)) and self._is_reached(indent):
            return self._code(rest, fence, indent)
        elif _QUOTE.match(line[self._base(indent) :]):
            return self._quote(rest, indent)
        elif (admonition := _ADMONITION.match(line[self._base(indent) :])) and self._is_reached(indent):
            return self._admonition(admonition, rest, indent)
        elif stripped.startswith("$$") and self._is_reached(indent):
            return self._formula(rest, indent)
        elif stripped.startswith("<") and self._is_reached(indent) and self._is_html(line, indent):
            return self._html(rest, indent)
        elif not self._item(line, end):
            is_table = len(rest) > 1 and "|" in line and "|" in rest[1] and TABLE_RULE.match(rest[1])
            self._text(line, stripped, end, starts_block=bool(is_table))
        return rest[1:]

    def _after_text(self) -> bool:
        return bool(self.out) and bool(self.out[-1])

    def _base(self, indent: int) -> int:
        """Where the text of the innermost list that reaches this far begins."""
        return max((begin for begin, _ in self.levels if begin <= indent), default=0)

    def _is_reached(self, indent: int) -> bool:
        """Four spaces more than the text around it make code, whatever stands there."""
        return indent - self._base(indent) < _STEP

    def _separate(self) -> None:
        if self._after_text():
            self.out.append("")

    def _item(self, line: str, end: str) -> bool:
        item = _ITEM.match(line)
        if item is None or not self._opens_item(item):
            return False
        numbered = item[2][0].isdigit()
        closed = [level for level in self.levels if level[0] > len(item[1])]
        after_quote = self._after_text() and self.out[-1].lstrip().startswith(">")
        if not self.levels or after_quote or (closed and closed[0][1] != numbered):
            self._separate()
        self._leave(len(item[1]))
        words = line[item.end() :]
        if task := _TASK.match(words):
            words = (OPEN_TASK if task["tick"] == " " else DONE_TASK) + words[task.end() :]
        self.out.append(self._indent() + _marker(item[2]) + " " + words + end)
        self.levels.append((item.end(), numbered))
        return True

    def _text(self, line: str, stripped: str, end: str, *, starts_block: bool) -> None:
        indent = len(line) - len(stripped)
        in_table = self._after_text() and "|" in self.out[-1] and "|" in line
        if starts_block and not in_table:
            self._separate()
        elif self.levels and self._after_text():
            self.out.append(self._indent() + stripped + end)  # a paragraph goes on, however it is indented
            return
        was_open = bool(self.levels)
        self._leave(indent)
        if was_open and not self.levels:
            self._separate()
        self.out.append(self._indent() + line[self._base(indent) :] + end)

    def _code(self, rest: list[str], fence: str, indent: int) -> list[str]:
        """A code block, set aside whole: Python-Markdown knows fences at the margin only."""
        code: list[str] = []
        language = rest[0].strip().lstrip(fence[0]).strip().partition(" ")[0].strip("{}.")
        opening, *rest = rest
        while rest:
            line, rest = rest[0], rest[1:]
            if closes_fence(line, fence):
                break
            code.append(line[min(indent, len(line) - len(line.lstrip())) :])
        else:
            self.stash.never_closed(opening)
        self._set_aside(self.stash.code("\n".join([*code, ""]), language), indent)
        return rest

    def _formula(self, rest: list[str], indent: int) -> list[str]:
        """From `$$` to `$$`, on one line or on several; without the second it is text."""
        first = rest[0].strip()[2:]
        lines = [first, *rest[1:]]
        end = next((n for n, line in enumerate(lines) if line.rstrip().endswith("$$") or not line.strip()), len(lines))
        if end == len(lines) or not lines[end].strip():
            self._text(rest[0], rest[0].lstrip(), "", starts_block=False)
            return rest[1:]
        tex = "\n".join([*lines[:end], lines[end].rstrip()[:-2]])
        self._set_aside(self.stash.formula(tex.strip()), indent)
        return rest[end + 1 :]

    def _is_html(self, line: str, indent: int) -> bool:
        own = line[self._base(indent) :]
        if _WHOLE_HTML.match(own) or _HTML.match(own):
            return True
        return _LONE_TAG.match(own) is not None and not self._after_text()

    def _html(self, rest: list[str], indent: int) -> list[str]:
        """HTML up to a blank line; what follows is Markdown again, as on GitHub."""
        base = self._base(indent)
        whole = _WHOLE_HTML.match(rest[0][base:])
        closing = f"</{whole[1].lower()}>" if whole else ""
        taken: list[str] = []
        while rest and (closing or rest[0].strip()):
            taken.append(rest[0][min(base, _leading(rest[0])) :])
            rest = rest[1:]
            if closing and closing in taken[-1].lower():
                break
        self._set_aside(self.stash.html("\n".join(taken)), indent)
        return rest

    def _set_aside(self, placeholder: str, indent: int) -> None:
        self._leave(indent)
        self._separate()
        self.out += [self._indent() + placeholder, ""]

    def _admonition(self, found: re.Match[str], rest: list[str], indent: int) -> list[str]:
        """Python-Markdown's own callout: its text is indented by four spaces."""
        base = self._base(indent)
        inner: list[str] = []
        rest = rest[1:]
        while rest and (not rest[0].strip() or _leading(rest[0]) >= base + _STEP):
            inner.append(rest[0][base + _STEP :])
            rest = rest[1:]
        self._callout(self.stash.callout(found["kind"]), found["title"] or "", inner, indent)
        return rest

    def _callout(self, kind: str, title: str, inner: list[str], indent: int) -> None:
        self._leave(indent)
        self._separate()
        text = normalise(inner, self.stash).strip("\n")
        lines = [f'!!! {kind} "{title}"', *(" " * _STEP + line for line in text.split("\n")), ""]
        self.out += [(self._indent() + line).rstrip() + _break(line) for line in lines]

    def _quote(self, rest: list[str], indent: int) -> list[str]:
        """A quote is a text of its own: its lines are read by the same rules."""
        base = self._base(indent)
        inner: list[str] = []
        while rest and (found := _QUOTE.match(rest[0][min(base, _leading(rest[0])) :])):
            inner.append(rest[0][min(base, _leading(rest[0])) :][found.end() :])
            rest = rest[1:]
        if callout := _CALLOUT.match(inner[0].strip()):
            kind = self.stash.callout(callout["kind"], rest=callout["rest"])
            self._callout(kind, "", [callout["rest"], *inner[1:]], indent)
            return rest
        if not self.out or not self.out[-1].lstrip().startswith(">"):
            self._leave(indent)
            self._separate()
        text = normalise(inner, self.stash).strip("\n")
        self.out += [self._indent() + f"> {line}".rstrip(" ") + _break(line) for line in text.split("\n")]
        return rest

    def _leave(self, indent: int) -> None:
        while self.levels and indent < self.levels[-1][0]:
            self.levels.pop()

    def _indent(self) -> str:
        return " " * _STEP * len(self.levels)

    def _opens_item(self, item: re.Match[str]) -> bool:
        """CommonMark: a number other than 1 does not interrupt a paragraph; four spaces make code, not a list."""
        if self.levels:
            return True
        if len(item[1]) > 3:
            return False
        interrupts = self._after_text() and not _BLOCK_START.match(self.out[-1])
        return not (interrupts and item[2][0].isdigit() and item[2][:-1] != "1")


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_break(raw: str) -> tuple[str, str]:
    """A line, and the two spaces that Python-Markdown takes for a line break after it."""
    text = raw.rstrip()
    if text.endswith("\\") and not text.endswith("\\\\") and text != "\\":
        return text[:-1], "  "
    return text, _break(raw) if text else ""


def _break(raw: str) -> str:
    return "  " if raw.endswith("  ") and raw.strip() else ""


def _marker(marker: str) -> str:
    # Python-Markdown knows `1.` and not `1)`.
    return marker[:-1] + "." if marker.endswith(")") else marker
