"""Whether what is launched can talk to the LMS at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive, DamagedEntry
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


@dataclass(frozen=True, slots=True)
class _Files:
    """Where files are read, and what is found on the way."""

    archive: Archive
    report: Report
    seen: _Seen


def check_launching(manifest: Manifest) -> None:
    """Follow what a SCO launches to the script that finds the API; say what it loads from other computers.

    Programs can load others in ways that nobody can read off them, so only a package in which no file at all knows the
    API is refused.
    """
    first = next((launch for launch in manifest.launches if launch.is_sco), None)
    if first is None:
        return
    paths = [first.path, *(launch.path for launch in manifest.launches if launch is not first)]
    calls = _CALLS_2004 if manifest.is_2004 else _CALLS_12
    if not may_report(manifest.archive, manifest.report, paths, calls):
        wanted = "API_1484_11 and calls Initialize" if manifest.is_2004 else "API and calls LMSInitialize"
        manifest.add("SMAC955", first.item, f"nothing that the item loads looks for {wanted}")


def may_report(archive: Archive, report: Report, launched: list[str], calls: re.Pattern[bytes]) -> bool:
    """Whether what is launched (paths in the package, "" for what lies elsewhere) may come to a script that `calls`."""
    seen = _Seen(is_partly_elsewhere=not all(launched))
    files = _Files(archive, report, seen)
    reached = set()
    for name, data in _reached(files, launched):
        reached.add(name)
        seen.speaks = seen.speaks or calls.search(data) is not None
        if name.lower().endswith(_PAGES):
            _look_for_addresses(files, name, data)
        seen.is_partly_elsewhere = seen.is_partly_elsewhere or _LOADED.search(data) is not None
    if seen.speaks or seen.is_partly_elsewhere or seen.is_partly_unread:
        return True
    is_orphan = any(calls.search(data) for name, data in _all_code(files) if name not in reached)
    return seen.is_partly_unread or (is_orphan and _has_script(files, launched[0]))


def _look_for_addresses(files: _Files, name: str, data: bytes) -> None:
    for tag in _TAG.finditer(data):
        if found := _ADDRESS.search(tag[0]):
            files.seen.is_partly_elsewhere = True
            line = data.count(b"\n", 0, tag.start()) + 1
            shown = found[1][:100].decode("ascii", "replace")
            files.report.add("SMAC937", files.archive.place(name, line), f"the page loads '{shown}'")
            return


def _has_script(files: _Files, page: str) -> bool:
    """Whether a page runs anything at all: what it runs may load the rest in a way that cannot be seen."""
    data = _read(files, page)
    return data is not None and b"<script" in data.lower()


def _all_code(files: _Files) -> Iterator[tuple[str, bytes]]:
    left = _MOST_IN_ALL
    for name in files.archive.names:
        if name.lower().endswith(_CODE) and (data := _read(files, name)) is not None:
            left -= len(data)
            if left < 0:
                files.seen.is_partly_unread = True
                return
            yield name, data


def _reached(files: _Files, launched: list[str]) -> Iterator[tuple[str, bytes]]:
    """Pages and scripts that are launched, or named in one that is: by file name, or by that without its ending."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in files.archive.names:
        if name.lower().endswith(_CODE):
            base = name.rpartition("/")[2].lower()
            by_word[base].append(name)
            by_word[base.rpartition(".")[0]].append(name)
    waiting, known, left = list(dict.fromkeys(launched)), set(launched), _MOST_IN_ALL
    while waiting:
        name = waiting.pop()
        data = _read(files, name)
        if data is None:
            continue
        left -= len(data)
        if left < 0:
            files.seen.is_partly_unread = True
            return
        yield name, data
        for word in set(_WORD.findall(data.lower())):
            # Each word leads on once: what it names is waiting then, or was seen.
            for other in by_word.pop(unquote(word.decode("utf-8", "replace")), ()):
                if other not in known:
                    known.add(other)
                    waiting.append(other)


def _read(files: _Files, name: str) -> bytes | None:
    """A file of the package, as bytes in which words can be found; None where it is not there or cannot be read."""
    archive = files.archive
    if name not in archive.entries:
        return None
    if archive.size(name) > _MOST_BYTES:
        files.seen.is_partly_unread = True
        return None
    try:
        # As UTF-16 the letters have bytes of nothing between them.
        return archive.read(name, _MOST_BYTES).replace(b"\0", b"")
    except DamagedEntry as error:
        files.report.add("SMAC901", archive.place(name), str(error))
        return None
