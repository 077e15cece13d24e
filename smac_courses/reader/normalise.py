"""Markdown as GitHub reads it, rewritten so that Python-Markdown reads it the same way.

Python-Markdown wants a blank line before a list and four spaces for each level of one; without them a list
vanishes in the paragraph above, or goes flat. Both are put right here; nothing else is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +)(?=\S)")
_BLOCK_START = re.compile(r" {0,3}(?:#{1,6}\s|>|```|~~~|\|)")
_STEP = 4


def normalise(lines: Iterable[str]) -> str:
    """Lines (tabs and all) as a text that Python-Markdown reads as GitHub does."""
    reader = _Normaliser()
    for line in lines:
        reader.take(line)
    return "\n".join(reader.out)


class _Normaliser:
    """The lines so far, and the lists that are open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.levels: list[int] = []  # for each open list the column where the text of its item begins
        self.fence = ""
        self.fence_indent = 0

    def take(self, raw: str) -> None:
        """Read one more line."""
        line = raw.expandtabs(_STEP).rstrip()
        stripped = line.lstrip()
        if self.fence:
            self._code(line, stripped)
        elif not stripped:
            self.out.append("")
        elif not self._item(line, stripped, _break(raw)):
            self._text(line, stripped, _break(raw))

    def _after_text(self) -> bool:
        return bool(self.out) and bool(self.out[-1])

    def _item(self, line: str, stripped: str, end: str) -> bool:
        item = _ITEM.match(line)
        if item is None or not self._opens_item(item):
            return False
        if self._after_text() and not self.levels:
            self.out.append("")
        self._leave(len(item[1]))
        self.out.append(self._indent() + _marker(item[2]) + " " + line[item.end() :] + end)
        self.levels.append(item.end())
        return True

    def _text(self, line: str, stripped: str, end: str) -> None:
        indent = len(line) - len(stripped)
        starts_block = _BLOCK_START.match(stripped) is not None
        if self.levels and self._after_text() and not starts_block:
            self.out.append(self._indent() + stripped + end)  # a paragraph goes on, however it is indented
            return
        was_open = bool(self.levels)
        self._leave(indent)
        if was_open and not self.levels and self._after_text():
            self.out.append("")
        if stripped.startswith(("```", "~~~")):
            self._open_fence(stripped, indent)
            if self.levels:
                return
        self.out.append(self._indent() + line[self.levels[-1] if self.levels else 0 :] + end)

    def _open_fence(self, stripped: str, indent: int) -> None:
        self.fence = stripped[: len(stripped) - len(stripped.lstrip(stripped[0]))]
        self.fence_indent = indent
        if self.levels and self._after_text():
            self.out.append("")

    def _code(self, line: str, stripped: str) -> None:
        """Python-Markdown knows no fences inside lists; there, code is written with an indent."""
        is_end = stripped.startswith(self.fence) and not stripped.strip(self.fence[0])
        if is_end:
            self.fence = ""
        if not self.levels:
            self.out.append(line)
        elif not is_end:
            self.out.append(self._indent() + " " * _STEP + line[min(self.fence_indent, len(line) - len(stripped)) :])

    def _leave(self, indent: int) -> None:
        while self.levels and indent < self.levels[-1]:
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


def _break(raw: str) -> str:
    """Two spaces at the end of a line break it."""
    return "  " if raw.endswith("  ") else ""


def _marker(marker: str) -> str:
    # Python-Markdown knows `1.` and not `1)`.
    return marker[:-1] + "." if marker.endswith(")") else marker
