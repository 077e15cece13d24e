"""A `Report` as text for people: the finding, the line it is about, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from smac_courses.diagnostics import Diagnostic, Location, Report

MAX_EXCERPT = 160


def format_text(report: Iterable[Diagnostic], root: Path, *, shown_root: str = "") -> str:
    """Every finding with its source line and a caret under the place.

    `root` is the folder that locations are relative to; `shown_root` is put before their paths so that a
    terminal can open them.
    """
    lines_of: dict[str, list[str]] = {}
    return "\n".join(_one(found, root, shown_root, lines_of) for found in report)


def summary(report: Report) -> str:
    """`2 errors, 1 warning`, or `no findings`."""
    parts = [
        f"{count} {severity}{'' if count == 1 else 's'}"
        for severity in ("error", "warning", "note")
        if (count := report.count(severity))
    ]
    return ", ".join(parts) or "no findings"


def _one(found: Diagnostic, root: Path, shown_root: str, lines_of: dict[str, list[str]]) -> str:
    out = [f"{shown_root}{found.at}: {found.severity} {found.code}: {_printable(found.message)}"]
    source = _source_line(found.at, root, lines_of)
    if source.strip():
        width = max((found.at.end_column or found.at.column + 1) - found.at.column, 1)
        number = str(found.at.line)
        # Of a very long line only the part around the place is shown.
        start = max(found.at.column - 1 - MAX_EXCERPT // 2, 0) if len(source) > MAX_EXCERPT else 0
        excerpt = source[start : start + MAX_EXCERPT].rstrip()
        before = "".join("\t" if letter == "\t" else " " for letter in source[start : found.at.column - 1])
        out.append(f"  {number} | {excerpt}")
        out.append(f"  {' ' * len(number)} | {before}{'^' * min(width, max(len(excerpt) - len(before), 1))}")
    out.append(f"    help: {found.hint}")
    out += [f"    {shown_root}{at}: {words}" for at, words in found.related]
    return "\n".join(out)


def _source_line(at: Location, root: Path, lines_of: dict[str, list[str]]) -> str:
    if at.path not in lines_of:
        try:
            lines_of[at.path] = (
                (root / at.path).read_text("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            )
        except (OSError, UnicodeDecodeError):
            lines_of[at.path] = []
    lines = lines_of[at.path]
    text = lines[at.line - 1] if at.line <= len(lines) else ""
    return _printable(text)


def _printable(text: str) -> str:
    """A control character must not reach the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\ufffd" for letter in text)
