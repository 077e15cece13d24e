"""A source file as lines, whatever its encoding marks and line ends were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from smac_courses.diagnostics import Location, Report

MAX_BYTES = 1_000_000
_BOM = "\ufeff"
# Control characters but tab and line end, and characters that no XML file can hold.
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufffe\uffff]")

# Overrides and isolates: what is read is not what is there (Boucher and Anderson 2021, "Trojan Source").
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Source:
    """Text of one file. `path` is relative to the course source folder; `lines` have no line ends."""

    path: str
    file: Path
    lines: tuple[str, ...]

    def at(self, line: int, column: int = 1, end_column: int = 0) -> Location:
        """A place in this file; lines and columns count from 1."""
        return Location(self.path, line, column, end_column)

    def whole(self, line: int) -> Location:
        """A whole line, from its first character that is not white space."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        start = len(text) - len(text.lstrip()) + 1
        return Location(self.path, line, start, max(len(text.rstrip()) + 1, start))


def relative_path(file: Path, root: Path) -> str:
    """How a file is called in findings: relative to `root`, with forward slashes."""
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return file.as_posix()


def read_source(file: Path, root: Path, report: Report) -> Source | None:
    """Read a text file, or report why it cannot be read and return None."""
    path = relative_path(file, root)
    start = Location(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            report.add("SMAC101", start, f"the file has {file.stat().st_size:,} bytes; the limit is {MAX_BYTES:,}")
            return None
        data = file.read_bytes()
    except OSError as error:
        report.add("SMAC102", start, f"the file cannot be read: {error.strerror}")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = _place_of(data[: error.start].decode("utf-8"), path)
        report.add("SMAC103", at, f"byte 0x{data[error.start]:02x} is not UTF-8")
        return None
    return source_of(text, path, file, report)


def source_of(text: str, path: str, file: Path, report: Report) -> Source | None:
    """Text as lines, or None after a finding on what is no text."""
    text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_TEXT.search(text):
        name = f"U+{ord(found[0]):04X}"
        report.add(
            "SMAC103", _place_of(text[: found.start()], path), f"the character {name} is not text", hint="delete it"
        )
        return None
    if found := _TURNS_DIRECTION.search(text):
        at = _place_of(text[: found.start()], path)
        report.add("SMAC108", at, f"U+{ord(found[0]):04X} shows the text behind it in another order than it is stored")
    return Source(path=path, file=file, lines=tuple(text.split("\n")))


def _place_of(before: str, path: str) -> Location:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Location(path, len(lines), len(lines[-1]) + 1)
