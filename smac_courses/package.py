"""A package as a value, and the one place that writes it: byte for byte the same on every machine.

A zip depends only on the paths and bytes inside it. Its *content digest* does not even depend on the
compression library, so two builds can be compared when their zips cannot.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import shutil
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from smac_courses.errors import EnvironmentProblem, PackageError

# A ZIP cannot hold a date before 1980; one fixed date keeps builds byte-identical.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LOCK_NAME = ".smac-build.lock"
# Pictures, sound and films are compressed already: deflating them costs time and gains under 3 %.
STORED_SUFFIXES = frozenset(
    {".avif", ".gif", ".jpeg", ".jpg", ".m4a", ".mp3", ".mp4", ".ogg", ".png", ".webm", ".webp", ".zip"}
)


@dataclass(slots=True)
class Package:
    """Files by path: `bytes`, or the `Path` of a file that is read only when the package is written.

    Paths are relative, ASCII, with forward slashes. The first file added comes first in the zip (an LMS
    looks for its manifest there); the rest follow sorted.
    """

    files: dict[str, bytes | Path] = field(default_factory=dict)

    def add(self, path: str, content: bytes | Path) -> None:
        """Add a file.

        Raises PackageError when the path is not portable, or is taken by a file that differs in no more
        than case: some LMSs unpack on disks that cannot tell the two apart.
        """
        parts = path.split("/")
        if not path.isascii() or "\\" in path or any(part in {"", ".", ".."} for part in parts):
            raise PackageError(f"'{path}' cannot be a path in a package")
        for taken in self.files:
            if taken.lower() == path.lower():
                raise PackageError(f"two files want the path '{path}' in the package (the other is '{taken}')")
        self.files[path] = content

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        content = self.files[path]
        return content if isinstance(content, bytes) else content.read_bytes()

    def paths(self) -> list[str]:
        """Every path, in the order of the zip."""
        first, *rest = self.files
        return [first, *sorted(rest)]

    def size(self) -> int:
        """Bytes of all files together, before compression."""
        return sum(len(one) if isinstance(one, bytes) else one.stat().st_size for one in self.files.values())

    def digest(self, *, leave_out: frozenset[str] = frozenset()) -> str:
        """The content digest: `sha256:` and 64 hex digits.

        It is the SHA-256 of one line per file, `<sha256 of the bytes>  <path>` and a newline, sorted by
        path. That is what `sha256sum` prints, so anyone can check it without this program.
        """
        lines = (f"{_sha256(self.files[path])}  {path}\n" for path in sorted(self.files) if path not in leave_out)
        return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


def _sha256(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_zip(package: Package, target: Path, inspect: Callable[[Path], None] = lambda _: None) -> None:
    """Write a package as a zip: aside first, then renamed, so that `target` is never half a file.

    `inspect` is given the finished file before it takes its place; what it raises leaves nothing behind.
    Raises EnvironmentProblem when the disk refuses.
    """

    def write(aside: Path) -> None:
        with zipfile.ZipFile(aside, "w") as archive:
            for path in package.paths():
                _write_entry(archive, path, package.files[path])

    _write_archive(package, target, write, inspect)


def write_tar(package: Package, target: Path, folder: str, inspect: Callable[[Path], None] = lambda _: None) -> None:
    """Write a package as a tar.gz, everything in one folder: aside first, then renamed. See `write_zip`.

    No file has an owner, a time or rights of its own, and the compression writes neither name nor time.
    """

    def write(aside: Path) -> None:
        with (
            aside.open("wb") as opened,
            gzip.GzipFile("", "wb", 9, opened, 0) as pressed,
            tarfile.open(fileobj=pressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for path in package.paths():
                data = package.read(path)
                entry = tarfile.TarInfo(f"{folder}/{path}")
                entry.size, entry.mode = len(data), 0o644
                archive.addfile(entry, io.BytesIO(data))

    _write_archive(package, target, write, inspect)


def _write_archive(
    package: Package, target: Path, write: Callable[[Path], None], inspect: Callable[[Path], None]
) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _file_aside(target) as aside:
            write(aside)
            inspect(aside)
    except OSError as error:
        reason = error.strerror or str(error)
        needed = f"It needs up to {package.size():,} bytes. " if error.errno in _NO_ROOM else ""
        raise EnvironmentProblem(f"cannot write {target}: {reason}. {needed}What stood there is untouched.") from error


def write_folder(package: Package, target: Path) -> None:
    """Write a package as a folder: aside first, then in the place of what stood there.

    Raises EnvironmentProblem when the disk refuses.
    """
    aside, old = target.with_name(f".{target.name}.tmp"), target.with_name(f".{target.name}.old")
    try:
        for folder in (aside, old):
            shutil.rmtree(folder, ignore_errors=True)
        for path in package.paths():
            file = aside / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(package.read(path))
        if target.is_dir():
            target.replace(old)
        aside.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise EnvironmentProblem(f"cannot write {target}: {error.strerror or error}") from error


def _write_entry(archive: zipfile.ZipFile, path: str, content: bytes | Path) -> None:
    """One file; from the disk it passes in pieces, so that a film needs no memory."""
    entry = _entry(path)
    if isinstance(content, bytes):
        archive.writestr(entry, content)
        return
    entry.file_size = content.stat().st_size
    with content.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, ZIP_DATE)
    entry.create_system = 3  # otherwise a zip made on Windows differs in this byte
    entry.external_attr = 0o644 << 16
    stored = Path(path).suffix.lower() in STORED_SUFFIXES
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return entry


@contextmanager
def _file_aside(target: Path) -> Iterator[Path]:
    """A file beside `target` that takes its place when the block ends well, and vanishes when it does not."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        with aside.open("rb+") as written:
            os.fsync(written.fileno())
        # mkstemp makes files private; whoever uploads the package must be able to read it.
        aside.chmod(0o644)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def lock_folder(folder: Path, who: str) -> Iterator[None]:
    """Hold a folder for one build. The system lets go of it when the process ends, however it ends.

    `who` is shown to whoever comes second: a process and a time.
    Raises EnvironmentProblem when another process holds it, or when the disk refuses.
    """
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise EnvironmentProblem(f"cannot write to {folder}: {error.strerror or error}") from error
    with opened:
        if not _try_lock(opened):
            opened.seek(0)
            other = opened.read(100).strip() or "another process"
            raise EnvironmentProblem(f"a build into {folder} is running ({other}); wait for it, or name another --out")
        opened.truncate(0)
        opened.write(who)
        opened.flush()
        yield


def _try_lock(opened: TextIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(opened.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks (some network shares) must not stop a build.
        return error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
    return True


def sweep_leftovers(folder: Path, *, older_than: float) -> None:
    """Remove files aside that a killed build left in `folder`, last changed before `older_than` (Unix time)."""
    for leftover in (*folder.glob(".*.zip.*.tmp"), *folder.glob(".*.tar.gz.*.tmp")):
        if leftover.stat().st_mtime < older_than:
            leftover.unlink(missing_ok=True)
