"""Whether what is launched can talk to the LMS at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from smac_courses.validation.archive import DamagedEntry
from smac_courses.validation.manifest import Manifest

_PAGES = (".htm", ".html", ".xhtml")
_CODE = (*_PAGES, ".js", ".mjs", ".cjs", ".svg", ".json", ".xml")
_MOST_BYTES, _MOST_IN_ALL = 20 << 20, 100 << 20
# No tag of a page is longer; what is, is not looked at.
_TAG = re.compile(rb"<(?:script|link|iframe|frame|img|object|embed)\b[^<>]{0,4000}>", re.I)
_ADDRESS = re.compile(rb"""\b(?:src|href|data)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]{1,200})""", re.I)
# In a script: an address that is loaded, or gone to.
_LOADED = re.compile(rb"""(?:\.src|location(?:\.href)?|import\s*\(|importScripts\s*\()\s*=?\s*["'`](?:https?:)?//""")
_WORD = re.compile(rb"[\w.%@+()-]+")
_CALLS_12 = re.compile(rb"""LMSInitialize|["'`]LMS["'`]""")
_CALLS_2004 = re.compile(rb"API_1484_11")


@dataclass(slots=True)
class _Seen:
    """What was found on the way: the call, other computers, and files that were too large to look into."""

    speaks: bool = False
    is_partly_elsewhere: bool = False
    is_partly_unread: bool = False


def check_launching(manifest: Manifest) -> None:
    """Follow what a SCO launches to the script that finds the API; say what it loads from other computers.

    Programs can load others in ways that nobody can read off them, so only a package in which no file at all knows the
    API is refused.
    """
    first = next((launch for launch in manifest.launches if launch.is_sco), None)
    if first is None:
        return
    calls = _CALLS_2004 if manifest.is_2004 else _CALLS_12
    seen = _Seen(is_partly_elsewhere=not all(launch.path for launch in manifest.launches))
    reached = set()
    for name, data in _reached(manifest, [launch.path for launch in manifest.launches], seen):
        reached.add(name)
        seen.speaks = seen.speaks or calls.search(data) is not None
        if name.lower().endswith(_PAGES):
            _look_for_addresses(manifest, name, data, seen)
        seen.is_partly_elsewhere = seen.is_partly_elsewhere or _LOADED.search(data) is not None
    if seen.speaks or seen.is_partly_elsewhere or seen.is_partly_unread:
        return
    wanted = "API_1484_11 and calls Initialize" if manifest.is_2004 else "API and calls LMSInitialize"
    is_orphan = any(calls.search(data) for name, data in _all_code(manifest, seen) if name not in reached)
    if is_orphan and _has_script(manifest, first.path):
        return
    if not seen.is_partly_unread:
        manifest.add("SMAC955", first.item, f"nothing that the item loads looks for {wanted}")


def _look_for_addresses(manifest: Manifest, name: str, data: bytes, seen: _Seen) -> None:
    for tag in _TAG.finditer(data):
        if found := _ADDRESS.search(tag[0]):
            seen.is_partly_elsewhere = True
            line = data.count(b"\n", 0, tag.start()) + 1
            shown = found[1][:100].decode("ascii", "replace")
            manifest.report.add("SMAC937", manifest.archive.place(name, line), f"the page loads '{shown}'")
            return


def _has_script(manifest: Manifest, page: str) -> bool:
    """Whether a page runs anything at all: what it runs may load the rest in a way that cannot be seen."""
    data = _read(manifest, page, _Seen())
    return data is not None and b"<script" in data.lower()


def _all_code(manifest: Manifest, seen: _Seen) -> Iterator[tuple[str, bytes]]:
    left = _MOST_IN_ALL
    for name in manifest.archive.names:
        if name.lower().endswith(_CODE) and (data := _read(manifest, name, seen)) is not None:
            left -= len(data)
            if left < 0:
                seen.is_partly_unread = True
                return
            yield name, data


def _reached(manifest: Manifest, launched: list[str], seen: _Seen) -> Iterator[tuple[str, bytes]]:
    """Pages and scripts that are launched, or named in one that is: by file name, or by that without its ending."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in manifest.archive.names:
        if name.lower().endswith(_CODE):
            base = name.rpartition("/")[2].lower()
            by_word[base].append(name)
            by_word[base.rpartition(".")[0]].append(name)
    waiting, known, left = list(dict.fromkeys(launched)), set(launched), _MOST_IN_ALL
    while waiting:
        name = waiting.pop()
        data = _read(manifest, name, seen)
        if data is None:
            continue
        left -= len(data)
        if left < 0:
            seen.is_partly_unread = True
            return
        yield name, data
        for word in set(_WORD.findall(data.lower())):
            # Each word leads on once: what it names is waiting then, or was seen.
            for other in by_word.pop(unquote(word.decode("utf-8", "replace")), ()):
                if other not in known:
                    known.add(other)
                    waiting.append(other)


def _read(manifest: Manifest, name: str, seen: _Seen) -> bytes | None:
    """A file of the package, as bytes in which words can be found; None where it is not there or cannot be read."""
    archive = manifest.archive
    if name not in archive.entries:
        return None
    if archive.size(name) > _MOST_BYTES:
        seen.is_partly_unread = True
        return None
    try:
        # As UTF-16 the letters have bytes of nothing between them.
        return archive.read(name, _MOST_BYTES).replace(b"\0", b"")
    except DamagedEntry as error:
        manifest.report.add("SMAC901", archive.place(name), str(error))
        return None
