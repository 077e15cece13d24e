"""Writes docs/lms-profiles.md from smac_courses/model/profiles.py. `--check` only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from smac_courses.model.profiles import PROFILES

PAGE = Path(__file__).parent / "lms-profiles.md"
CHOICES = (
    ("fail", "the status when the last attempt at the exam was not passed", "`failed`, `incomplete`"),
    ("exit_on_pass", "`cmi.core.exit` after the end: `normal` closes the attempt", "`suspend`, `normal`"),
    ("mastery_score", "whether the manifest names the pass mark, where that is safe", "`auto`, `never`"),
    ("settle_seconds", "seconds after Save and exit until the page says that it can be closed", "0 to 10"),
)


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# LMS profiles\n\nSCORM 1.2 leaves choices, and LMSs draw different conclusions from them. `lms:` in"
        " course.yml names the LMS that\na course is made for; `report:` changes single choices:\n\n"
        "```yaml\nlms: cornerstone\nreport: {fail: failed}\n```\n\n"
        "| choice | what it decides | values |\n| --- | --- | --- |\n"
    ]
    parts += [f"| `{name}` | {what} | {values} |\n" for name, what, values in CHOICES]
    parts.append(
        "\n| `lms:` | LMS | fail | exit_on_pass | mastery_score | settle_seconds |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
    )
    for name, profile in PROFILES.items():
        chosen = profile.choices
        values = " | ".join((chosen.fail, chosen.exit_on_pass, chosen.mastery_score, str(chosen.settle_seconds)))
        parts.append(f"| `{name}` | {profile.title} | {values} |\n")
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
