"""What `smac check --fix` changes in an author's files: only what has one right answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from smac_courses.diagnostics import Fix
from smac_courses.pipeline import Checked, write_text

# The line ends of the reader, kept.
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_BOM = "\ufeff"


def apply_fixes(checked: Checked) -> Iterator[tuple[Path, int]]:
    """Make every change that a finding offers; yields each changed file and the number of its changes.

    Everything else in the file stays as it is to the byte: line ends, a byte-order mark, white space.
    """
    by_file: dict[str, set[Fix]] = defaultdict(set)
    for found in checked.report:
        if found.fix:
            by_file[found.fix.at.path].add(found.fix)
    for name, fixes in sorted(by_file.items()):
        path = checked.course_src / name
        before = path.read_bytes().decode("utf-8")
        after = with_fixes(before, fixes)
        if after != before:
            write_text(path, after)
            yield path, len(fixes)


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
