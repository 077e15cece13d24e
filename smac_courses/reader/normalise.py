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
    out: list[str] = []
    levels: list[int] = []  # for each open list level the column where its text begins
    fence = ""
    for raw in lines:
        line = raw.expandtabs(_STEP).rstrip()
        stripped = line.lstrip()
        if fence:
            out.append(line)
            if stripped.startswith(fence):
                fence = ""
            continue
        if not stripped:
            out.append("")
            continue
        indent = len(line) - len(stripped)
        item = _ITEM.match(line)
        if item and _opens_item(item, out, levels):
            while levels and indent < levels[-1]:
                levels.pop()
            if out and out[-1] and (not levels and not _is_item(out[-1])):
                out.append("")
            out.append(" " * _STEP * len(levels) + _marker(item[2]) + " " + line[item.end() :])
            levels.append(item.end())
            continue
        if levels and (not out or not out[-1]):
            while levels and indent < levels[-1]:
                levels.pop()
        if levels and out and out[-1] and not _BLOCK_START.match(stripped):
            out.append(" " * _STEP * len(levels) + stripped)
            continue
        if levels and indent < levels[-1]:
            levels.clear()
            if out and out[-1]:
                out.append("")
        out.append(" " * _STEP * len(levels) + line[levels[-1] if levels else 0 :])
        if stripped.startswith(("```", "~~~")):
            fence = stripped[:3]
    return "\n".join(out)


def _opens_item(item: re.Match[str], out: list[str], levels: list[int]) -> bool:
    """CommonMark: a number other than 1 does not interrupt a paragraph; four spaces make code, not a list."""
    if levels:
        return True
    if len(item[1]) > 3:
        return False
    interrupts = bool(out) and bool(out[-1]) and not _BLOCK_START.match(out[-1])
    return not (interrupts and item[2][0].isdigit() and item[2][:-1] != "1")


def _is_item(line: str) -> bool:
    return _ITEM.match(line) is not None


def _marker(marker: str) -> str:
    # Python-Markdown knows `1.` and not `1)`.
    return marker[:-1] + "." if marker.endswith(")") else marker
