"""What `smac check --fix` changes in an author's files: only what has one right answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from smac_courses.diagnostics import Fix, with_fixes
from smac_courses.pipeline import Checked, write_text


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
