"""A zip from anywhere, opened without harm: nothing is unpacked, and nothing is believed that it says of itself."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from smac_courses.diagnostics import Location, Report
from smac_courses.errors import UsageError

MOST_ENTRIES = 20_000
MOST_DIRECTORY = MOST_ENTRIES * 500
MOST_BYTES = 4 << 30
# Deflate cannot do better than about 1,032 to 1; what is larger than SMALL and comes near is no course.
MOST_RATIO, SMALL = 60, 200 << 20
_PIECE = 1 << 20
_END = b"PK\x05\x06"
_LONGEST_END = 22 + 65_535
_MANY = 0xFFFF
_SHOWN = 3
_ZIP64_VERSION = 45
_IS_UTF8 = 0x800
_USUAL = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_READABLE = {*_USUAL, zipfile.ZIP_BZIP2}
_LONGEST_PART, _LONGEST_PATH = 255, 200
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_SAFE_NAME = re.compile(r"[A-Za-z0-9._/-]+")
# What some LMSs refuse because their own server would run it, and what some serve with a type that browsers refuse.
_REFUSED = frozenset(
    {".asp", ".aspx", ".bat", ".cgi", ".cmd", ".exe", ".htaccess", ".jsp", ".mjs", ".php", ".pl", ".py", ".rb", ".sh"}
)


class DamagedEntry(Exception):
    """An entry that cannot be read, or that is more than it said."""


@dataclass(slots=True)
class Archive:
    """The files of a package by path; `path` is the zip's own, for findings."""

    opened: zipfile.ZipFile
    path: str
    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every file, folders left out."""
        return list(self.entries)

    def place(self, name: str = "", line: int = 1) -> Location:
        """Where a finding is: in a file of the package, or in the zip itself."""
        return Location(f"{self.path}/{name}" if name else self.path, line)

    def size(self, name: str) -> int:
        """Bytes of a file, as the zip says."""
        return self.entries[name].file_size

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file.

        Raises DamagedEntry when it cannot be read, or has more than `most`.
        """
        with self._open(name) as content:
            data = content.read(most + 1)
        if len(data) > most:
            raise DamagedEntry(f"'{name}' has more than {most:,} bytes")
        return data

    def test(self, name: str) -> None:
        """Read a file to its end, which compares its checksum. Raises DamagedEntry."""
        total, most = 0, self.entries[name].file_size
        with self._open(name) as content:
            while piece := content.read(_PIECE):
                total += len(piece)
                if total > most:
                    break
        if total != most:
            raise DamagedEntry(f"'{name}' has not as many bytes as the zip says")

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self.opened.open(self.entries[name]) as content:
                yield content
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, IndexError) as error:
            raise DamagedEntry(f"'{name}' cannot be read: {error}") from error


@contextmanager
def open_archive(file: Path, report: Report) -> Iterator[Archive | None]:
    """The zip, or None when it must not be looked at any further; findings go to `report`.

    Raises UsageError when there is no such file.
    """
    if file.is_dir():
        raise UsageError(f"'{file}' is a folder; name the zip that you would upload")
    if not file.is_file():
        raise UsageError(f"there is no file '{file}'")
    at = Location(file.as_posix())
    entries, directory = _announced(file)
    if entries > MOST_ENTRIES or directory > MOST_DIRECTORY:
        report.add("SMAC903", at, f"the zip has more than {MOST_ENTRIES:,} entries")
        yield None
        return
    try:
        opened = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, IndexError, NotImplementedError) as error:
        report.add("SMAC901", at, f"this is no zip that can be read: {error}")
        yield None
        return
    with opened:
        archive = Archive(opened, file.as_posix())
        is_safe = _take_entries(archive, opened.infolist(), at, report) and _test_all(archive, report)
        yield archive if is_safe else None


def _announced(file: Path) -> tuple[int, int]:
    """Entries and bytes of the directory, as the end of the zip says; nothing of it is read. None: 0 and 0."""
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - _LONGEST_END))
        tail = opened.read()
    at = tail.rfind(_END)
    if at < 0:
        return 0, 0
    entries, directory = (
        int.from_bytes(tail[at + 10 : at + 12], "little"),
        int.from_bytes(tail[at + 12 : at + 16], "little"),
    )
    # With zip64 the true numbers stand elsewhere; then the directory is what lies between its beginning and the end.
    begin = int.from_bytes(tail[at + 16 : at + 20], "little")
    room = max(0, size - begin) if begin != 0xFFFFFFFF else size
    return entries, min(room, size) if directory == 0xFFFFFFFF else directory


def _take_entries(archive: Archive, infos: list[zipfile.ZipInfo], at: Location, report: Report) -> bool:
    """Fill `archive`, and say whether it is safe to read."""
    before = report.count("error")
    for info in infos:
        name = _name_of(info)
        if problem := _unsafe(info):
            report.add("SMAC902", at, f"'{_shown(name)}' {problem}")
        elif info.flag_bits & 1:
            report.add("SMAC901", at, f"'{_shown(name)}' is encrypted")
        elif info.compress_type not in _READABLE:
            report.add("SMAC901", at, f"'{_shown(name)}' is packed by a method that LMSs do not know")
        elif name in archive.entries:
            report.add("SMAC905", at, f"'{_shown(name)}' stands in the zip twice")
        elif not info.is_dir():
            archive.entries[name] = info
    if len(infos) > MOST_ENTRIES:
        report.add("SMAC903", at, f"the zip has {len(infos):,} entries; more than {MOST_ENTRIES:,} are too many")
    total, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if total > MOST_BYTES or (total > SMALL and total > MOST_RATIO * packed):
        report.add("SMAC903", at, f"unpacked, the files would have {total:,} bytes, from {packed:,} in the zip")
    _look_at_names(archive, at, report)
    _look_at_form(infos, at, report)
    return report.count("error") == before


def _name_of(info: zipfile.ZipInfo) -> str:
    """The path of an entry. Some programs write UTF-8 without saying so; some put ./ in front."""
    name = info.filename
    if not name.isascii() and not info.flag_bits & _IS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.removeprefix("./")


def _unsafe(info: zipfile.ZipInfo) -> str:
    """What is wrong with where an entry would go, or nothing."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    if ".." in name.split("/"):
        return "leads out of the folder that it is unpacked into"
    if "\0" in name or not name:
        return "is no name of a file"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to somewhere else"
    return ""


def _look_at_names(archive: Archive, at: Location, report: Report) -> None:
    odd = [name for name in archive.names if not _SAFE_NAME.fullmatch(name)]
    if odd:
        report.add("SMAC906", at, f"{_some(odd)}: characters that not every LMS can unpack or serve")
    paths = {path for name in archive.names for path in _with_folders(name)}
    counted = Counter(path.lower() for path in paths)
    alike = [path for path in paths if counted[path.lower()] > 1]
    if alike:
        report.add("SMAC906", at, f"{_some(alike)}: differ in capitals only, and some disks cannot tell them apart")
    folders = _folders(archive.names)
    both = [name for name in archive.names if name in folders]
    if both:
        report.add("SMAC905", at, f"{_some(both)}: a file and a folder of the same name")
    long = [
        name
        for name in archive.names
        if len(name) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_PART for part in name.split("/"))
    ]
    if long:
        report.add("SMAC906", at, f"{_some(long)}: too long for some disks")
    reserved = [
        name
        for name in archive.names
        if any(_RESERVED.fullmatch(part) or part.endswith(".") for part in name.split("/"))
    ]
    if reserved:
        report.add("SMAC906", at, f"{_some(reserved)}: Windows has no such file names")
    refused = [name for name in archive.names if _suffix(name) in _REFUSED]
    if refused:
        report.add("SMAC908", at, f"{_some(refused)}: some LMSs refuse such files, or serve them wrongly")


def _with_folders(name: str) -> Iterator[str]:
    """A path, and every folder above it."""
    parts = name.split("/")
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _folders(names: list[str]) -> set[str]:
    return {path for name in names for path in _with_folders(name) if path != name}


def _suffix(name: str) -> str:
    base = name.rpartition("/")[2].lower()
    return f".{base.rpartition('.')[2]}" if "." in base else ""


def _look_at_form(infos: list[zipfile.ZipInfo], at: Location, report: Report) -> None:
    methods = [info.filename for info in infos if info.compress_type not in _USUAL]
    if methods:
        report.add("SMAC907", at, f"{_some(methods)}: packed by another method than deflate")
    if any(info.extract_version >= _ZIP64_VERSION for info in infos):
        report.add("SMAC907", at, "the zip uses zip64, which some LMSs do not know")
    if any("\\" in info.orig_filename for info in infos):
        report.add("SMAC907", at, "paths in the zip are written with \\ instead of /")


def _test_all(archive: Archive, report: Report) -> bool:
    for name in archive.names:
        try:
            archive.test(name)
        except DamagedEntry as error:
            report.add("SMAC901", archive.place(name), str(error))
            return False
    return True


def _some(names: list[str]) -> str:
    """A few names, and how many more there are."""
    shown = ", ".join(f"'{_shown(name)}'" for name in sorted(names)[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _shown(name: str) -> str:
    return name if len(name) <= 120 else f"{name[:120]}…"
