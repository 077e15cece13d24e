"""Writes docs/findings.md from the catalogue; `--check` only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from smac_courses.catalogue import FINDINGS

PAGE = Path(__file__).with_name("findings.md")
GROUPS = {
    "1": "Reading a file",
    "2": "Questions and exams",
    "3": "Structure, links and files",
    "4": "Accessibility",
    "5": "Freshness",
    "6": "Program",
    "7": "Limits of the formats",
}


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# Findings\n\nMade from `smac_courses/catalogue.py` by `docs/make_findings.py`. An error stops a build, a\n"
        "warning does not; with `--strict` warnings count as errors. What is marked *release* stops `--release`.\n"
    ]
    for digit, title in GROUPS.items():
        parts.append(f"\n## {title}\n\n| code | severity | what | remedy |\n| --- | --- | --- | --- |\n")
        for code, finding in FINDINGS.items():
            if code[4] == digit:
                severity = finding.severity + (", *release*" if finding.blocks_release else "")
                remedy = finding.remedy.replace("|", "\\|")
                parts.append(f"| {code} | {severity} | {finding.title} | {remedy} |\n")
    return "".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")
