"""Inserts: parts of a module that a program switches on, `### In the UK {#in-the-uk when=uk}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.document import Section
from smac_courses.reader.schema import did_you_mean

KEY = "when"


def is_on(when: str, inserts: Mapping[str, bool], at: Location, report: Report) -> bool:
    """Whether any of the inserts that are named, with commas between them, is switched on."""
    names = [name.strip() for name in when.split(",") if name.strip()]
    for name in names:
        if name not in inserts:
            hint = did_you_mean(name, inserts) if inserts else "add to program.yml: inserts: {" + name + ": true}"
            report.add("SMAC160", at, f"program.yml does not list the insert '{name}'", hint=hint)
    return not names or any(inserts.get(name, True) for name in names)


def switched_on(
    sections: Sequence[Section], inserts: Mapping[str, bool], report: Report
) -> tuple[list[Section], list[Section]]:
    """The sections that stay, and those that are left out.

    A section that is left out takes everything with it up to the next heading of its own level or a higher one.
    """
    kept: list[Section] = []
    off: list[Section] = []
    off_level = 0
    for section in sections:
        if off_level and section.level > off_level:
            off.append(section)
            continue
        off_level = 0
        when = section.attributes.values.pop(KEY, "")
        at = section.attributes.places.get(KEY, section.at)
        if is_on(when, inserts, at, report):
            kept.append(section)
        else:
            off_level = section.level
            off.append(section)
    return kept, off
