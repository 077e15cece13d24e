"""Whether what is launched can talk to the LMS at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from smac_courses.validation.archive import DamagedEntry
from smac_courses.validation.manifest import Manifest

_PAGES = (".htm", ".html", ".xhtml")
_CODE = (*_PAGES, ".js", ".mjs", ".svg")
_MOST_BYTES, _MOST_IN_ALL = 20 << 20, 100 << 20
_ELSEWHERE = re.compile(
    rb"""<(?:script|link|iframe|frame|img)\b[^>]*?\b(?:src|href)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)""", re.I
)
_WORD = re.compile(rb"[\w.%-]+")
_CALLS_12 = re.compile(rb"""LMSInitialize|["'`]LMS["'`]""")
_CALLS_2004 = re.compile(rb"API_1484_11")


def check_launching(manifest: Manifest) -> None:
    """Follow what a SCO launches to the script that finds the API; say what it loads from other computers."""
    first = next((launch for launch in manifest.launches if launch.is_sco), None)
    if first is None:
        return
    calls = _CALLS_2004 if manifest.is_2004 else _CALLS_12
    speaks = is_partly_elsewhere = False
    for name, data in _reached(manifest, [launch.path for launch in manifest.launches]):
        speaks = speaks or calls.search(data) is not None
        if name.lower().endswith(_PAGES) and (found := _ELSEWHERE.search(data)):
            is_partly_elsewhere = True
            line = data.count(b"\n", 0, found.start()) + 1
            shown = found[1][:100].decode("ascii", "replace")
            manifest.report.add("SMAC937", manifest.archive.place(name, line), f"the page loads '{shown}'")
    if not speaks and not is_partly_elsewhere and all(launch.path for launch in manifest.launches):
        wanted = "API_1484_11 and calls Initialize" if manifest.is_2004 else "API and calls LMSInitialize"
        manifest.add("SMAC955", first.item, f"nothing that the item loads looks for {wanted}")


def _reached(manifest: Manifest, launched: list[str]) -> Iterator[tuple[str, bytes]]:
    """Pages and scripts that are launched, or named in one that is: by file name, or by that without its ending."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in manifest.archive.names:
        if name.lower().endswith(_CODE):
            base = name.rpartition("/")[2].lower()
            by_word[base].append(name)
            by_word[base.rpartition(".")[0]].append(name)
    waiting, seen, left = list(dict.fromkeys(launched)), set(launched), _MOST_IN_ALL
    while waiting:
        name = waiting.pop(0)
        size = manifest.archive.size(name) if name in manifest.archive.entries else 0
        if not size or size > min(left, _MOST_BYTES):
            continue
        left -= size
        try:
            # As UTF-16 the letters have bytes of nothing between them.
            data = manifest.archive.read(name, _MOST_BYTES).replace(b"\0", b"")
        except DamagedEntry as error:
            manifest.report.add("SMAC901", manifest.archive.place(name), str(error))
            continue
        yield name, data
        for word in set(_WORD.findall(data.lower())):
            for other in by_word.get(word.decode("utf-8", "replace"), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
