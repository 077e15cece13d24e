"""What `smac check --fix` may change in an author's file: only what has one right answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from smac_courses.diagnostics import Diagnostic
from smac_courses.pipeline import Checked, write_text

_PROPOSED_ID = re.compile(r"write \{#([a-z][a-z0-9-]*)\} behind the heading")
_TRAILING_BRACES = re.compile(r"(?<!\{)\{(?!\{)([^{}]*)\}\s*$")


def write_missing_ids(checked: Checked) -> Iterator[tuple[Path, int]]:
    """Write the proposed id behind every heading that has none; yields each changed file and its count."""
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for found in checked.report:
        if found.code == "SMAC304":
            by_file[found.at.path].append(found)
    for name, findings in by_file.items():
        path = checked.course_src / name
        lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
        for found in findings:
            proposal = _PROPOSED_ID.search(found.hint)
            if proposal:
                lines[found.at.line - 1] = _with_id(lines[found.at.line - 1], proposal[1])
        write_text(path, "".join(lines))
        yield path, len(findings)


def _with_id(line: str, own_id: str) -> str:
    text = line.rstrip("\r\n")
    end = line[len(text) :]
    braces = _TRAILING_BRACES.search(text)
    if braces:
        return f"{text[: braces.start()]}{{#{own_id} {braces[1].strip()}}}{end}"
    return f"{text.rstrip()} {{#{own_id}}}{end}"
