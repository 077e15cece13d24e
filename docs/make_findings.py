"""Writes docs/findings.md and docs/findings/ from the catalogue and the explanations.

`--check` only says whether they are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from smac_courses.catalogue import FINDINGS
from smac_courses.explanations import as_page

HERE = Path(__file__).parent
GROUPS = {
    "1": "Reading a file",
    "2": "Questions and exams",
    "3": "Structure, links and files",
    "4": "Accessibility",
    "5": "Freshness",
    "6": "Program",
    "7": "Limits of the formats",
    "8": "Language",
    "9": "Packages (smac validate)",
}


def index() -> str:
    """The list of all findings as Markdown."""
    parts = [
        "# Findings\n\nAn error stops a build, a warning does not; with `--strict` warnings count as errors. What is\n"
        "marked *release* stops `--release`. `smac explain CODE` prints what each page says.\n"
    ]
    for digit, title in GROUPS.items():
        parts.append(f"\n## {title}\n\n| code | severity | what | remedy |\n| --- | --- | --- | --- |\n")
        for code, finding in FINDINGS.items():
            if code[4] == digit:
                severity = finding.severity + (", *release*" if finding.blocks_release else "")
                remedy = finding.remedy.replace("|", "\\|").replace("<", "&lt;")
                parts.append(f"| [{code}](findings/{code}.md) | {severity} | {finding.title} | {remedy} |\n")
    return "".join(parts)


def pages() -> dict[Path, str]:
    """Every page by its file."""
    made = {HERE / "findings.md": index()}
    for code in FINDINGS:
        made[HERE / f"findings/{code}.md"] = as_page(code) + "\n[All findings](../findings.md)\n"
    return made


if __name__ == "__main__":
    wanted = pages()
    files = [path for path in (HERE / "findings.md", *HERE.glob("findings/*.md")) if path.exists()]
    present = {path: path.read_text("utf-8") for path in files}
    if "--check" in sys.argv:
        sys.exit(present != wanted)
    for path in present.keys() - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
