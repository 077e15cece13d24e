"""Writes docs/lms-profiles.md from smac_courses/model/profiles.py. `--check` only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from smac_courses.model.profiles import PROFILES

PAGE = Path(__file__).parent / "lms-profiles.md"
CHOICES = (
    ("fail", "the status when the last attempt at the exam was not passed", "`failed`, `incomplete`"),
    ("exit_on_pass", "`cmi.exit` after the end: `normal` closes the attempt", "`suspend`, `normal`"),
    ("mastery_score", "whether the manifest names the pass mark, where that is safe", "`auto`, `never`"),
    ("settle_seconds", "seconds after Save and exit until the page says that it can be closed", "0 to 10"),
    ("manifest_id", "how long the manifest's identifier may be; `short` is at most 15 characters", "`full`, `short`"),
    (
        "hide_buttons",
        "buttons of a SCORM 2004 LMS to hide; `moves`: on and back, where there is one SCO",
        "`moves`, `all`",
    ),
)


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# LMS profiles\n\nSCORM leaves choices, and LMSs draw different conclusions from them. `lms:` in"
        " course.yml names the LMS that\na course is made for; `report:` changes single choices:\n\n"
        "```yaml\nlms: cornerstone\nreport: {fail: failed}\n```\n\n"
        "| choice | what it decides | values |\n| --- | --- | --- |\n"
    ]
    parts += [f"| `{name}` | {what} | {values} |\n" for name, what, values in CHOICES]
    names = [name for name, _, _ in CHOICES]
    parts.append(f"\n| `lms:` | LMS | {' | '.join(names)} |\n| --- | --- |{' --- |' * len(names)}\n")
    for name, profile in PROFILES.items():
        values = " | ".join(str(getattr(profile.choices, choice)) for choice in names)
        parts.append(f"| `{name}` | {profile.title} | {values} |\n")
    parts.append(
        "\nWhat an LMS takes decides what is built where no `--target` is named, and what the check refuses or"
        "\nwarns of. A format that `--target` names is built all the same, with a warning:"
        "\n\n| `lms:` | formats | `structure: modules` | `sequencing: full` |\n| --- | --- | --- | --- |\n"
    )
    for name, profile in PROFILES.items():
        formats = ", ".join(f"`{one}`" for one in profile.formats) or "all"
        takes = ["yes" if one else "no" for one in (profile.takes_modules, profile.takes_sequencing)]
        parts.append(f"| `{name}` | {formats} | {' | '.join(takes)} |\n")
    parts.append("\n## Why\n\n| `lms:` | choice | reason | known from |\n| --- | --- | --- | --- |\n")
    for name, profile in PROFILES.items():
        for choice, why, source in profile.reasons:
            parts.append(f"| `{name}` | `{choice}` | {why}. | {source} |\n")
    parts.append(
        "\nA profile without a row of its own makes the choices of `generic`; nothing is known that speaks against"
        " them.\n"
        "What else an LMS wants, and where to click, stands in [upload/](upload/README.md).\n"
    )
    return "".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")
