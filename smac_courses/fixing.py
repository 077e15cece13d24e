"""What `smac check --fix` may change in an author's file: only what has one right answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from smac_courses.diagnostics import Diagnostic
from smac_courses.pipeline import Checked, write_text
from smac_courses.reader.attributes import TRAILING
from smac_courses.reader.document import HEADING

# The line ends of the reader, kept.
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_PROPOSED_ID = re.compile(r"write \{#([a-z][a-z0-9-]*)\} behind the heading")


def write_missing_ids(checked: Checked) -> Iterator[tuple[Path, int]]:
    """Write the proposed id behind every heading that has none; yields each changed file and its count."""
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for found in checked.report:
        if found.code == "SMAC304":
            by_file[found.at.path].append(found)
    for name, findings in by_file.items():
        path = checked.course_src / name
        pieces = _LINE_END.split(path.read_bytes().decode("utf-8"))
        count = 0
        for found in findings:
            at = 2 * (found.at.line - 1)
            proposal = _PROPOSED_ID.search(found.hint)
            changed = _with_id(pieces[at], proposal[1]) if proposal else ""
            if changed:
                pieces[at] = changed
                count += 1
        if count:
            write_text(path, "".join(pieces))
            yield path, count


def _with_id(line: str, own_id: str) -> str:
    """The heading with its id, or nothing where the reader would not find it again."""
    found = HEADING.match(line.removeprefix("\ufeff"))
    if found is None or "<!--" in line or "{#" in line:
        return ""
    title, inside = found[2] or "", ""
    if braces := TRAILING.search(title):
        title, inside = title[: braces.start()].rstrip(), " " + braces[1].strip()
    changed = f"{found[1]} {title} {{#{own_id}{inside}}}"
    again = HEADING.match(changed)
    return changed if again and f"{{#{own_id}" in (again[2] or "") else ""
