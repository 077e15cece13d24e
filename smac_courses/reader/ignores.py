"""Comments by which an author says that a finding is meant.

In Markdown `<!-- smac: ignore=SMAC223 the reason -->`, in YAML `# smac: ignore=SMAC502 the reason`. It holds for its
own line, or, where it stands alone, for the next line that is not empty. `ignore-file=` holds for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smac_courses.catalogue import FINDINGS
from smac_courses.diagnostics import Ignore, Location, Report
from smac_courses.reader.document import CODE_SPAN, closes_fence, fence_opened_by
from smac_courses.reader.schema import nearest
from smac_courses.reader.source import Source

_WORDS = (
    r"\s*smac[\s:-]+\s*(?P<word>[\w-]+)\s*[=:\s]\s*"
    r"(?P<codes>SMAC\w*(?:\s*,\s*SMAC\w*)*|[^\s>-]*):?\s*(?P<reason>.*?)"
)
_IN_MARKDOWN = re.compile(rf"<!--{_WORDS}\s*-->", re.I)
_IN_YAML = re.compile(rf"(?:^|\s)#{_WORDS}\s*$", re.I)


def read_ignores(source: Source, report: Report) -> Iterator[Ignore]:
    """Every such comment of a file; what is wrong with one is reported."""
    fence = ""
    front_matter = _front_matter(source)
    for number, line in enumerate(source.lines, start=1):
        if fence:
            fence = "" if closes_fence(line, fence) else fence
            continue
        if number > front_matter:
            fence = fence_opened_by(line)
        if "smac" not in line.lower():
            continue
        in_yaml = number <= front_matter
        if not in_yaml and line.startswith(("    ", "\t")):
            continue
        shown = line if in_yaml else CODE_SPAN.sub(lambda code: " " * len(code[0]), line)
        for found in (_IN_YAML if in_yaml else _IN_MARKDOWN).finditer(shown):
            at = source.at(number, found.start() + 1, found.end() + 1)
            rest = shown[: found.start()] + shown[found.end() :]
            line_meant = _line_meant(source, number, rest, front_matter)
            yield from _ignores(found, at, line_meant, source, report)


def _ignores(found: re.Match[str], at: Location, line: int, source: Source, report: Report) -> Iterator[Ignore]:
    word = found["word"].lower()
    if word not in {"ignore", "ignore-file"}:
        report.add("SMAC152", at, f"'{found['word']}' is not understood", hint="write ignore= or ignore-file=")
        return
    for code in (part.strip().upper() for part in found["codes"].split(",")):
        if code not in FINDINGS:
            close = nearest(code, FINDINGS)
            hint = f"did you mean {close}?" if close else "write a code as it stands in the finding: SMAC223"
            report.add("SMAC152", at, f"there is no finding '{code}'", hint=hint)
        elif FINDINGS[code].severity == "error":
            report.add("SMAC152", at, f"{code} is an error: the course would not work", hint="mend it instead")
        else:
            if not found["reason"]:
                report.add("SMAC150", at, f"no reason is given why {code} is meant")
            meant = 0 if word == "ignore-file" else line
            yield Ignore(code=code, path=source.path, line=meant, reason=found["reason"], at=at)


def _front_matter(source: Source) -> int:
    """The number of the line that ends the YAML of a file: all of it, or its front matter."""
    if not source.path.endswith(".md"):
        return len(source.lines)
    ends = (n for n, line in enumerate(source.lines[1:], start=2) if line.rstrip() == "---")
    return next(ends, 0) if source.lines[0].rstrip() == "---" else 0


def _line_meant(source: Source, number: int, rest: str, front_matter: int) -> int:
    """The line itself; where the comment stands alone, the next one that is neither empty nor such a comment."""
    if rest.strip():
        return number
    if number < front_matter and source.path.endswith(".md"):
        # Findings about the module as a whole stand at its first line, above all of its front matter.
        following = source.lines[number : front_matter - 1]
        if not any(line.strip() and not line.lstrip().startswith("#") for line in following):
            return 1
    for following_number in range(number + 1, len(source.lines) + 1):
        line = source.lines[following_number - 1]
        if line.strip() and not _IN_MARKDOWN.fullmatch(line.strip()) and not _IN_YAML.fullmatch(line):
            return following_number
    return number
