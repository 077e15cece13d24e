"""Findings about a course: where, what, and how to put it right.

Every part of the compiler adds to one `Report`. Nothing here prints; see `reporting`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from smac_courses.catalogue import FINDINGS

# The line ends of the reader, kept.
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_BOM = "\ufeff"

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file.

    `path` is relative to the folder that holds `program.yml`, with forward slashes. `line` and `column`
    count from 1; columns count Unicode code points. `end_column` is exclusive, 0 when only a point is known.
    """

    path: str
    line: int = 1
    column: int = 1
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that has one right answer: `text` takes the place of what stands at `at`, within its line."""

    at: Location
    text: str


def with_fixes(text: str, fixes: set[Fix]) -> str:
    """A file's text with the fixes made. Of two that touch each other the second waits for the next run."""
    mark = _BOM if text.startswith(_BOM) else ""
    pieces = _LINE_END.split(text.removeprefix(_BOM))
    begins: dict[int, int] = {}  # of the fix to the right, in each line
    for fix in sorted(fixes, key=lambda fix: (fix.at.line, fix.at.column), reverse=True):
        at = 2 * (fix.at.line - 1)
        if fix.at.end_column > begins.get(fix.at.line, len(pieces[at]) + 1):
            continue
        line = pieces[at]
        pieces[at] = line[: fix.at.column - 1] + fix.text + line[fix.at.end_column - 1 :]
        begins[fix.at.line] = fix.at.column
    return mark + "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. `hint` says what to do about it; `related` are other places that play a part."""

    code: str
    severity: Severity
    at: Location
    message: str
    hint: str
    related: tuple[tuple[Location, str], ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """An author's word that a kind of finding is meant: in one line, or in the whole file (`line` 0)."""

    code: str
    path: str
    line: int
    reason: str
    at: Location


@dataclass(slots=True)
class Report:
    """All findings of one run, in the order in which a reader would meet them."""

    ignored: int = 0
    _found: set[Diagnostic] = field(default_factory=set)

    def add(
        self,
        code: str,
        at: Location,
        message: str,
        *,
        hint: str = "",
        related: tuple[tuple[Location, str], ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a finding; its severity, and its hint unless a better one is given, come from the catalogue.

        Adding the same finding twice (a module that serves two courses) keeps it once.
        """
        finding = FINDINGS[code]
        self._found.add(
            Diagnostic(
                code=code,
                severity=finding.severity,
                at=at,
                message=message,
                hint=hint or finding.remedy,
                related=related,
                fix=fix,
            )
        )

    def extend(self, other: Report) -> None:
        """Take over every finding of another report."""
        self._found |= other._found

    def ignore(self, ignores: Iterable[Ignore]) -> None:
        """Take out what authors said is meant; a word that covers nothing becomes a finding itself.

        Errors stay: whoever could silence one would build a course that does not work.
        """
        for ignore in ignores:
            covered = {
                found
                for found in self._found
                if found.code == ignore.code
                and found.at.path == ignore.path
                and ignore.line in (0, found.at.line)
                and found.severity != "error"
            }
            self._found -= covered
            self.ignored += len(covered)
            if not covered:
                self.add("SMAC151", ignore.at, f"there is no {ignore.code} here (any more)")

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(
            sorted(self._found, key=lambda found: (found.at, found.code, found.message, found.hint, found.related))
        )

    def __len__(self) -> int:
        return len(self._found)

    def count(self, severity: Severity) -> int:
        """How many findings have that severity."""
        return sum(found.severity == severity for found in self._found)

    @property
    def has_errors(self) -> bool:
        """Whether anything stands in the way of a build."""
        return self.count("error") > 0
