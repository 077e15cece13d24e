"""A `Report` in every form that people and programs read.

`text` and `concise` are for people and may change; `json` and `sarif` are stable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from smac_courses import __version__
from smac_courses.catalogue import FINDINGS
from smac_courses.diagnostics import Diagnostic, Location, Report

FORMATS = ("text", "concise", "json", "sarif", "github")
MAX_EXCERPT = 160
_TEXTS = frozenset({".lock", ".md", ".txt", ".vtt", ".yml"})
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def formatted(report: Report, root: Path, form: str, *, shown_root: str = "") -> str:
    """The report in one of `FORMATS`, without a line end behind it.

    `root` is the folder that locations are relative to; `shown_root` is put before their paths so that a
    terminal, an editor or a code host can open them.
    """
    match form:
        case "concise":
            return format_concise(report, shown_root=shown_root)
        case "json":
            return json.dumps(as_json(report, shown_root=shown_root), indent=2, ensure_ascii=False)
        case "sarif":
            return json.dumps(as_sarif(report, root, shown_root=shown_root), indent=2, ensure_ascii=False)
        case "github":
            return format_github(report, shown_root=shown_root)
        case _:
            return format_text(report, root, shown_root=shown_root)


def format_text(report: Iterable[Diagnostic], root: Path, *, shown_root: str = "") -> str:
    """Every finding with its source line, a caret under the place, and what to do."""
    lines_of: dict[str, list[str]] = {}
    return "\n".join(_one(found, root, shown_root, lines_of) for found in report)


def format_concise(report: Iterable[Diagnostic], *, shown_root: str = "") -> str:
    """One line for each finding: `path:line:column: error SMAC203: words (what to do)`."""
    return "\n".join(
        f"{shown_root}{found.at}: {found.severity} {found.code}: {_printable(found.message)} ({_printable(found.hint)})"
        for found in report
    )


def as_json(report: Report, *, shown_root: str = "") -> dict[str, Any]:
    """The report as data. Lines and columns count from 1, columns in code points; `end_column` is exclusive."""
    return {
        "version": 1,
        "ok": not report.has_errors,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "notes": report.count("note"),
        "ignored": report.ignored,
        "diagnostics": [
            {
                "code": found.code,
                "severity": found.severity,
                "title": FINDINGS[found.code].title,
                "message": found.message,
                "help": found.hint,
                **_place(found.at, shown_root),
                "related": [{"message": words, **_place(at, shown_root)} for at, words in found.related],
                "fix": {"text": found.fix.text, **_place(found.fix.at, shown_root)} if found.fix else None,
            }
            for found in report
        ],
    }


def as_sarif(report: Report, root: Path, *, shown_root: str = "") -> dict[str, Any]:
    """The report as SARIF 2.1.0, which code hosts show beside the lines."""
    lines_of: dict[str, list[str]] = {}
    codes = sorted({found.code for found in report})
    seen: dict[str, int] = {}
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "smac",
                        "version": __version__,
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": FINDINGS[code].title},
                                "help": {"text": FINDINGS[code].remedy},
                                "defaultConfiguration": {"level": FINDINGS[code].severity},
                            }
                            for code in codes
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": found.code,
                        "ruleIndex": codes.index(found.code),
                        "level": found.severity,
                        "message": {"text": f"{found.message}. To mend it: {found.hint}"},
                        "locations": [_sarif_place(found.at, shown_root)],
                        "partialFingerprints": {"smac/v1": _fingerprint(found, root, lines_of, seen)},
                        **_sarif_related(found, shown_root),
                    }
                    for found in report
                ],
            }
        ],
    }


def format_github(report: Iterable[Diagnostic], *, shown_root: str = "") -> str:
    """Workflow commands: GitHub shows each beside its line."""
    out = []
    for found in report:
        at = found.at
        end = f",endColumn={at.end_column - 1}" if at.end_column > at.column else ""
        place = f"file={_property(shown_root + at.path)},line={at.line},col={at.column}{end}"
        words = _data("\n".join(map(_printable, f"{found.message}\n{found.hint}".split("\n"))))
        out.append(f"::{_GITHUB[found.severity]} {place},title={found.code}::{words}")
    return "\n".join(out)


def summary(report: Report) -> str:
    """`2 errors, 1 warning`, or `no findings`; with what authors said is meant."""
    parts = [
        f"{count} {severity}{'' if count == 1 else 's'}"
        for severity in ("error", "warning", "note")
        if (count := report.count(severity))
    ]
    ignored = f" ({report.ignored} ignored)" if report.ignored else ""
    return (", ".join(parts) or "no findings") + ignored


def _one(found: Diagnostic, root: Path, shown_root: str, lines_of: dict[str, list[str]]) -> str:
    out = [f"{shown_root}{found.at}: {found.severity} {found.code}: {_printable(found.message)}"]
    source = _printable(_source_line(found.at, root, lines_of))
    if source.strip():
        width = max((found.at.end_column or found.at.column + 1) - found.at.column, 1)
        number = str(found.at.line)
        # Of a very long line only the part around the place is shown.
        start = max(found.at.column - 1 - MAX_EXCERPT // 2, 0) if len(source) > MAX_EXCERPT else 0
        excerpt = source[start : start + MAX_EXCERPT].rstrip()
        before = "".join("\t" if letter == "\t" else " " for letter in source[start : found.at.column - 1])
        out.append(f"  {number} | {excerpt}")
        out.append(f"  {' ' * len(number)} | {before}{'^' * min(width, max(len(excerpt) - len(before), 1))}")
    out.append(f"    help: {found.hint}")
    out += [f"    {shown_root}{at}: {words}" for at, words in found.related]
    return "\n".join(out)


def _source_line(at: Location, root: Path, lines_of: dict[str, list[str]]) -> str:
    if at.path not in lines_of and Path(at.path).suffix not in _TEXTS:
        lines_of[at.path] = []  # a picture or a film: nothing to quote from
    if at.path not in lines_of:
        try:
            lines_of[at.path] = (
                (root / at.path).read_text("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            )
        except (OSError, UnicodeDecodeError):
            lines_of[at.path] = []
    lines = lines_of[at.path]
    return lines[at.line - 1] if at.line <= len(lines) else ""


def _printable(text: str) -> str:
    """A control character must not reach the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\ufffd" for letter in text)


def _place(at: Location, shown_root: str) -> dict[str, Any]:
    end = max(at.end_column, at.column)
    return {
        "path": shown_root + at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.line,
        "end_column": end,
    }


def _sarif_place(at: Location, shown_root: str) -> dict[str, Any]:
    region = {"startLine": at.line, "startColumn": at.column, "endColumn": max(at.end_column, at.column + 1)}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(shown_root + at.path)}, "region": region}}


def _sarif_related(found: Diagnostic, shown_root: str) -> dict[str, Any]:
    if not found.related:
        return {}
    return {
        "relatedLocations": [{**_sarif_place(at, shown_root), "message": {"text": text}} for at, text in found.related]
    }


def _fingerprint(found: Diagnostic, root: Path, lines_of: dict[str, list[str]], seen: dict[str, int]) -> str:
    """The same for a finding that only moved to another line."""
    text = f"{found.code}\n{found.at.path}\n{_source_line(found.at, root, lines_of).strip()}"
    seen[text] = seen.get(text, 0) + 1
    return sha256(f"{text}\n{seen[text]}".encode()).hexdigest()[:32]


def _data(text: str) -> str:
    """Text of a workflow command: what would end it is escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
