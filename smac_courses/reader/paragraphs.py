"""How the lines of a lesson fall into runs that can be read one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smac_courses.reader.document import Line

_MAY_GO_ON = re.compile(r"[ \t:<]|[-*+]\s|\d{1,9}[.)]\s")


def paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Runs of lines: those without a blank one between them, a blank line or a code block each by itself."""
    run: list[Line] = []
    for line in lines:
        if run and (line.blank or run[-1].blank or line.fenced != run[-1].fenced):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def begins_afresh(line: Line, before: Sequence[Line]) -> bool:
    """Whether a line can only begin a block of its own, whatever stands before it.

    A line at the margin behind a blank one ends every list; it is no further item, and no HTML is open.
    """
    if line.fenced or line.blank or not before[-1].blank:
        return False
    return not _MAY_GO_ON.match(line.text) and not any(one.text.lstrip().startswith("<") for one in before)
