"""A course in another language: which text of the original each piece of it was made from.

A piece is what stands below a heading with an id, up to the next one. The front matter with the opening page is one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HEADER = "# smac translation.lock 1"
_HEADING = re.compile(r" {0,3}#{2,6}\s.*(?<!\{)\{(?!\{)[^{}]*#(?P<id>[a-z][a-z0-9-]*)(?![\w-])[^{}]*\}\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# Of the front matter, what is no text and does not say what is asked.
_BESIDE = re.compile(r"(minutes|review_by|when):")


@dataclass(frozen=True, slots=True)
class Piece:
    """`digest` is twelve hex digits over its words, `line` where it begins."""

    digest: str
    line: int


def pieces_of(module_id: str, lines: Sequence[str]) -> dict[str, Piece]:
    """The pieces of a module by `module.id`, the front matter by the module's id alone, in their order."""
    found: dict[str, tuple[int, list[str]]] = {module_id: (1, [])}
    words = found[module_id][1]
    fence = ""
    is_front = bool(lines) and lines[0].rstrip() == "---"
    for number, line in enumerate(lines, 1):
        if is_front and number > 1 and line.rstrip() == "---":
            is_front = False
            continue
        if is_front and _BESIDE.match(line):
            continue
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif line.strip().startswith(fence):
                fence = ""
        elif not fence and not is_front and (heading := _HEADING.match(line)):
            words = found.setdefault(f"{module_id}.{heading['id']}", (number, []))[1]
        words += line.split()
    return {
        key: Piece(hashlib.sha256(" ".join(one).encode()).hexdigest()[:12], line) for key, (line, one) in found.items()
    }


def parse_translation(lines: Iterable[str]) -> dict[str, str]:
    """What a translation.lock says: digests by pieces. Of a line that is damaged nothing is known."""
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def format_translation(digests: Mapping[str, str]) -> str:
    """A translation.lock as text."""
    return "\n".join([HEADER, *(f"{key} {digest}" for key, digest in digests.items()), ""])
