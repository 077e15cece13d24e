"""Lists, quotes and callouts, cut out of Markdown by CommonMark's rules; and what is no Markdown, set aside.

Python-Markdown wants four spaces for each level of a list and blank lines around everything, knows code fences at the
margin only, and takes all between `<details>` and `</details>` for HTML. So the containers are read here, as GitHub
reads them; paragraphs, tables, definition lists and indented code are left to Python-Markdown.

Source: CommonMark 0.31, sections 4.5 to 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from smac_courses.reader.document import RULE, closes_fence, fence_opened_by

STEP = 4
LOOK_BACK = 200  # lines: enough to know whether a paragraph is open, and no more to read than that
_ITEM = re.compile(r"( {0,3})(?P<marker>[-*+]|(?P<number>\d{1,9})[.)])(?P<space> +(?=\S)|$)")
_QUOTE = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r" {0,3}#{1,6}(?: |$)")
TABLE_RULE = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
CALLOUT_MARK = re.compile(r"\[!(?P<kind>[A-Za-z]+)\][ \t]*(?P<rest>.*)$")
_ADMONITION = re.compile(r' {0,3}!!![ \t]*(?P<kind>[A-Za-z]+)(?:[ \t]+"(?P<title>[^"]*)")?[ \t]*$')
_TASK = re.compile(r"\[(?P<tick>[ xX])\] +(?=\S)")
# CommonMark 4.6: HTML that begins a block. Types 1, 6 and 7; a comment has left the text before.
_WHOLE_HTML = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.I)
_TAG = re.compile(r" {0,3}</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>]|$)")
_LONE_TAG = re.compile(r" {0,3}(?:<[A-Za-z][\w-]*(?:\s+[^<>]*)?/?>|</[A-Za-z][\w-]*\s*>)\s*$")
_BLOCK_TAGS = frozenset(
    """
    address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt
    fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li
    link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th
    thead title tr track ul
    """.split()
)


@dataclass(slots=True)
class Text:
    """Lines for Python-Markdown; blank ones part paragraphs."""

    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Raw:
    """A word that stands for what was set aside."""

    placeholder: str


@dataclass(slots=True)
class Quote:
    """A quote."""

    nodes: list[Node]


@dataclass(slots=True)
class Callout:
    """A callout; `title` is empty when the author gave none."""

    kind: str
    title: str
    nodes: list[Node]


@dataclass(slots=True)
class Item:
    """An item of a list. `task` is a blank or an x for a box that is open or ticked, empty for none."""

    task: str
    nodes: list[Node]


@dataclass(slots=True)
class List:
    """A list. In a loose one every item is paragraphs. `start` is the first number, -1 for bullets."""

    start: int
    is_loose: bool
    items: list[Item]


Node = Text | Raw | Quote | Callout | List


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

    def callout(self, kind: str, *, rest: str | None = None, is_empty: bool = False) -> str:
        """The name of a callout that an author calls `kind`; `rest` is what follows GitHub's mark, if it is one."""


def cut(lines: Iterable[str], stash: Stash) -> list[Node]:
    """Lines (tabs and all) as a tree of containers."""
    reader = _Reader([line.expandtabs(STEP) for line in lines], stash)
    reader.read()
    return reader.nodes


class _Reader:
    """Reads the lines of one container; what is inside of another one is read by a reader of its own."""

    def __init__(self, lines: list[str], stash: Stash) -> None:
        self.lines = lines
        self.stash = stash
        self.nodes: list[Node] = []
        self.is_spread = False  # whether a blank line parts two of the nodes or paragraphs
        self._at = 0
        self._after_blank = False
        self._went_on = 0  # how many lines the container will have with the one that goes on

    def read(self) -> None:
        while self._at < len(self.lines):
            self._take()

    def _take(self) -> None:
        line = self.lines[self._at]
        indent = _leading(line)
        if not line.strip():
            self._blank()
        elif indent >= STEP:
            self._indented(line)
        elif fence := fence_opened_by(line):
            self._code(fence, indent)
        elif _QUOTE.match(line):
            self._quote()
        elif RULE.match(line):
            self._text(line)
        elif item := self._opens_item(line):
            self._list(item)
        elif admonition := _ADMONITION.match(line):
            self._admonition(admonition, indent)
        elif line.lstrip().startswith("$$") and self._formula():
            return
        elif self._is_html(line):
            self._html(indent)
        else:
            self._text(line)

    # -- text -----------------------------------------------------------------------------------------

    def _blank(self) -> None:
        self._after_blank = True
        self._at += 1
        last = self._last_text()
        if last and last.lines[-1]:
            last.lines.append("")

    def _last_text(self) -> Text | None:
        last = self.nodes[-1] if self.nodes else None
        return last if isinstance(last, Text) else None

    def _in_paragraph(self) -> bool:
        last = self._last_text()
        if last is None or not last.lines[-1] or self._after_blank:
            return False
        return not self._in_code() and not _ends_in_table(last.lines)

    def _add(self, node: Node) -> None:
        self.is_spread |= self._after_blank and bool(self.nodes)
        self._after_blank = False
        self.nodes.append(node)

    def _text(self, line: str) -> None:
        last = self._last_text()
        following = self.lines[self._at + 1 : self._at + 2]
        if last is None:
            last = Text()
            self._add(last)
        elif self._after_blank:
            self.is_spread = True
            self._after_blank = False
        elif following and "|" in line and "|" in following[0] and TABLE_RULE.match(following[0]):
            last.lines.append("")  # a table begins under a paragraph
        last.lines.append(_with_break(line))
        self._at += 1

    def _indented(self, line: str) -> None:
        """Code, or a paragraph that goes on, or what belongs to a definition."""
        last = self._last_text()
        is_definition = last is not None and any(text.startswith(": ") for text in last.lines)
        self._text(line if is_definition or not self._in_paragraph() or self._in_code() else line.lstrip())

    def _in_code(self) -> bool:
        last = self._last_text()
        return last is not None and last.lines[-1].startswith(" " * STEP)

    # -- what is set aside ----------------------------------------------------------------------------

    def _code(self, fence: str, indent: int) -> None:
        opening = self.lines[self._at]
        language = opening.strip().lstrip(fence[0]).strip().partition(" ")[0].strip("{}.")
        code: list[str] = []
        self._at += 1
        while self._at < len(self.lines):
            line = self.lines[self._at]
            self._at += 1
            if closes_fence(line, fence):
                break
            code.append(line[min(indent, _leading(line)) :])
        else:
            self.stash.never_closed(opening)
        text = "\n".join([*code, ""])
        is_formula = language == "math"
        self._add(Raw(self.stash.formula(text.strip()) if is_formula else self.stash.code(text, language)))

    def _formula(self) -> bool:
        """From `$$` to `$$`, on one line or on several; without the second it is text."""
        first = self.lines[self._at].strip()[2:]
        lines = [first, *self.lines[self._at + 1 :]]
        for number, line in enumerate(lines):
            if line.rstrip().endswith("$$") and (number or len(first) > 2):
                tex = "\n".join([*lines[:number], line.rstrip()[:-2]]).strip()
                self._at += number + 1
                self._add(Raw(self.stash.formula(tex)))
                return True
            if number and not line.strip():
                break
        return False

    def _is_html(self, line: str) -> bool:
        if _WHOLE_HTML.match(line):
            return True
        tag = _TAG.match(line)
        if tag and tag[1].lower() in _BLOCK_TAGS:
            return True
        return _LONE_TAG.match(line) is not None and not self._in_paragraph()

    def _html(self, indent: int) -> None:
        """HTML up to a blank line; what follows is Markdown again, as on GitHub."""
        whole = _WHOLE_HTML.match(self.lines[self._at])
        closing = f"</{whole[1].lower()}>" if whole else ""
        taken: list[str] = []
        while self._at < len(self.lines) and (closing or self.lines[self._at].strip()):
            line = self.lines[self._at]
            taken.append(line[min(indent, _leading(line)) :])
            self._at += 1
            if closing and closing in line.lower():
                break
        self._add(Raw(self.stash.html("\n".join(taken))))

    # -- containers -----------------------------------------------------------------------------------

    def _inside(self, lines: list[str]) -> _Reader:
        inner = _Reader(lines, self.stash)
        inner.read()
        return inner

    def _quote(self) -> None:
        inner: list[str] = []
        self._went_on = 0
        while self._at < len(self.lines):
            line = self.lines[self._at]
            if found := _QUOTE.match(line):
                inner.append(line[found.end() :])
            elif self._goes_on(line, inner):
                inner.append(line.lstrip())
            else:
                break
            self._at += 1
        callout = CALLOUT_MARK.match(inner[0].strip())
        if callout is None:
            self._add(Quote(self._inside(inner).nodes))
            return
        rest = [callout["rest"], *inner[1:]]
        kind = self.stash.callout(callout["kind"], rest=callout["rest"], is_empty=not any(map(str.strip, rest)))
        self._add(Callout(kind, "", self._inside(rest).nodes))

    def _admonition(self, found: re.Match[str], indent: int) -> None:
        """Python-Markdown's own callout: its text is indented by four spaces."""
        inner: list[str] = []
        self._at += 1
        while self._at < len(self.lines):
            line = self.lines[self._at]
            if line.strip() and _leading(line) < indent + STEP:
                break
            inner.append(line[indent + STEP :])
            self._at += 1
        kind = self.stash.callout(found["kind"], is_empty=not any(map(str.strip, inner)))
        self._add(Callout(kind, found["title"] or "", self._inside(inner).nodes))

    def _opens_item(self, line: str) -> re.Match[str] | None:
        """An item, unless it would interrupt a paragraph with a number other than 1, or with nothing."""
        item = _ITEM.match(line)
        if item and self._in_paragraph() and (item["number"] not in (None, "1") or not item["space"]):
            return None
        return item

    def _list(self, first: re.Match[str]) -> None:
        kind = _kind_of(first)
        items: list[Item] = []
        is_loose = False
        item: re.Match[str] | None = first
        while item:
            lines = self._item_lines(item)
            trailing = len(lines)
            while lines and not lines[-1].strip():
                lines.pop()
            inner = self._inside_item(lines)
            items.append(inner[0])
            line = self.lines[self._at] if self._at < len(self.lines) else ""
            item = None if RULE.match(line) else _ITEM.match(line)
            item = item if item and _kind_of(item) == kind else None
            is_blank_between = trailing > len(lines)
            is_loose |= inner[1] or (is_blank_between and item is not None)
        self._add(List(int(first["number"]) if first["number"] else -1, is_loose, items))
        self._after_blank = is_blank_between

    def _inside_item(self, lines: list[str]) -> tuple[Item, bool]:
        task = _TASK.match(lines[0]) if lines else None
        if task:
            lines = [lines[0][task.end() :], *lines[1:]]
        inner = self._inside(lines)
        return Item(task["tick"].lower() if task else "", inner.nodes), inner.is_spread

    def _item_lines(self, item: re.Match[str]) -> list[str]:
        """The lines of one item without its indent; `_at` stands behind them afterwards."""
        line = self.lines[self._at]
        spaces = len(item["space"])
        begin = item.end("marker") + (spaces if 1 <= spaces <= STEP else 1)
        lines = [line[begin:]]
        self._at += 1
        self._went_on = 0
        if not lines[0].strip() and self._at < len(self.lines) and not self.lines[self._at].strip():
            return lines  # an item may begin with one blank line at most
        while self._at < len(self.lines):
            line = self.lines[self._at]
            if not line.strip():
                lines.append("")
            elif _leading(line) >= begin:
                lines.append(line[begin:])
            elif self._goes_on(line, lines):
                lines.append(line.lstrip())
            else:
                break
            self._at += 1
        return lines

    def _goes_on(self, line: str, inner: Sequence[str]) -> bool:
        """Whether a line that does not belong to a container by its marks goes on with a paragraph in it."""
        if not line.strip() or not inner or not inner[-1].strip():
            return False
        if _leading(line) < STEP and self._starts_block(line):
            return False
        went_on = self._went_on == len(inner)  # the line before did, and it was appended since
        self._went_on = len(inner) + 1 if went_on or self._inside_silently(list(inner[-LOOK_BACK:])) else 0
        return self._went_on > 0

    def _inside_silently(self, lines: list[str]) -> bool:
        """Whether the lines end in an open paragraph."""
        inner = _Reader(lines, _Silent())
        inner.read()
        nodes = inner.nodes
        while nodes:
            match nodes[-1]:
                case Text(lines=text):
                    return bool(text[-1]) and not text[-1].startswith(" " * STEP) and not _ends_in_table(text)
                case List(items=items):
                    nodes = items[-1].nodes
                case Quote(nodes=inside) | Callout(nodes=inside):
                    nodes = inside
                case Raw():
                    return False
        return False

    def _starts_block(self, line: str) -> bool:
        tag = _TAG.match(line)
        return bool(
            fence_opened_by(line)
            or _QUOTE.match(line)
            or RULE.match(line)
            or _ITEM.match(line)
            or _HEADING.match(line)
            or _ADMONITION.match(line)
            or (tag and tag[1].lower() in _BLOCK_TAGS)
        )


class _Silent:
    """A stash that keeps nothing and says nothing."""

    def code(self, code: str, language: str) -> str:
        return ""

    def never_closed(self, opening: str) -> None:
        return

    def formula(self, tex: str) -> str:
        return ""

    def html(self, lines: str) -> str:
        return ""

    def callout(self, kind: str, *, rest: str | None = None, is_empty: bool = False) -> str:
        return kind


def _ends_in_table(lines: Sequence[str]) -> bool:
    run = list(reversed(lines))
    run = run[: run.index("")] if "" in run else run
    return any("|" in line and TABLE_RULE.match(line) for line in run[:-1])


def _kind_of(item: re.Match[str]) -> str:
    """Lists of different signs are different lists."""
    return item["marker"][-1]


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_break(raw: str) -> str:
    """A line of a paragraph; a backslash at its end, or two blanks, break it."""
    text = raw.rstrip()
    if text.endswith("\\") and not text.endswith("\\\\") and text != "\\":
        return text[:-1] + "  "
    return text + "  " if raw.endswith("  ") and text else text
