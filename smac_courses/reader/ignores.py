"""Comments by which an author says that a finding is meant.

In Markdown `<!-- smac: ignore=SMAC223 the reason -->`, in YAML `# smac: ignore=SMAC502 the reason`. It holds for its
own line, or, where it stands alone, for the next line that is not empty. `ignore-file=` holds for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smac_courses.catalogue import FINDINGS
from smac_courses.diagnostics import Ignore, Report
from smac_courses.reader.document import closes_fence, fence_opened_by
from smac_courses.reader.schema import did_you_mean
from smac_courses.reader.source import Source

_COMMENT = re.compile(
    r"(?:<!--|#)\s*smac:\s*(?P<word>[\w-]+)\s*[=:]?\s*(?P<codes>[^\s>]*)\s*(?P<reason>.*?)\s*(?:-->|$)"
)


def read_ignores(source: Source, report: Report) -> Iterator[Ignore]:
    """Every such comment of a file; what is wrong with one is reported."""
    fence = ""
    for number, line in enumerate(source.lines, start=1):
        if fence:
            fence = "" if closes_fence(line, fence) else fence
            continue
        fence = fence_opened_by(line)
        if "smac:" not in line or not (found := _COMMENT.search(line)):
            continue
        at = source.at(number, found.start() + 1, found.end() + 1)
        if found["word"] not in {"ignore", "ignore-file"}:
            report.add("SMAC152", at, f"'{found['word']}' is not understood", hint="write ignore= or ignore-file=")
            continue
        line_meant = 0 if found["word"] == "ignore-file" else _line_meant(source, number, found)
        for code in found["codes"].split(","):
            if code not in FINDINGS:
                report.add("SMAC152", at, f"there is no finding '{code}'", hint=did_you_mean(code, FINDINGS)[:200])
            elif FINDINGS[code].severity == "error":
                report.add("SMAC152", at, f"{code} is an error: the course would not work", hint="mend it instead")
            else:
                if not found["reason"]:
                    report.add("SMAC150", at, f"no reason is given why {code} is meant")
                yield Ignore(code=code, path=source.path, line=line_meant, reason=found["reason"], at=at)


def _line_meant(source: Source, number: int, found: re.Match[str]) -> int:
    line = source.lines[number - 1]
    if (line[: found.start()] + line[found.end() :]).strip():
        return number
    following = (n for n in range(number + 1, len(source.lines) + 1) if source.lines[n - 1].strip())
    return next(following, number)
