"""Whose certificates end soon: a table for a mail merge, and dates for a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from smac_courses.certificates.issuing import Due

# What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FOLD_BYTES = 74


def as_table(found: Iterable[Due], titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    """CSV. `titles` are those of certifications, `pages` the addresses of certificates."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["name", "email", "learner", "certification", "ends", "certificate", "page"])
    for one in found:
        award, held = one.award, one.held
        row = [
            award.name if award else "",
            award.email if award else "",
            award.learner if award else "",
            titles.get(held.certification, held.certification),
            one.until.date().isoformat(),
            held.name,
            pages.get(held.name, ""),
        ]
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def as_calendar(found: Iterable[Due], titles: Mapping[str, str], host: str, now: datetime) -> str:
    """An iCalendar (RFC 5545) with a whole-day event at the end of each certificate."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//smac-courses//certificates//EN"]
    for one in found:
        name = one.award.name if one.award else one.held.name
        title = titles.get(one.held.certification, one.held.certification)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.held.name}@{host}",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.until:%Y%m%d}",
            f"SUMMARY:{_escaped(f'{title} ends: {name}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 bytes, none of which cuts a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _FOLD_BYTES:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece]) + "\r\n"
