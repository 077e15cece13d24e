"""Modules that were read before: kept by what they were made from, so that only what changed is read again.

A key is the SHA-256 of everything that goes into reading: the text, its path, the variables, the inserts, the
language, and the code that reads. What lies outside of the text (pictures, other modules) is asked for anew on every
use; when an answer differs, the module is read again. So a result from here is what reading would have given.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from smac_courses.diagnostics import Report
from smac_courses.model.course import Module
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.context import ReadContext
from smac_courses.reader.module import read_module
from smac_courses.reader.requests import Request
from smac_courses.reader.source import Source

MAX_ENTRIES = 2_000
_LIBRARIES = ("Markdown", "Pygments", "latex2mathml", "nh3", "PyYAML", "imagesize")
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """What reading a module gave: the module, its own findings, and what it asked of the world around it."""

    module: Module | None
    report: Report
    requests: tuple[Request, ...]


class ModuleCache:
    """Results by key: in memory, and in a folder when one is given. A folder that cannot be used is no error."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._memory: dict[str, Stored] = {}

    def read(
        self, source: Source, shelf: AssetShelf, context: ReadContext, report: Report, *, schema: str = "module"
    ) -> Module | None:
        """The same as `read_module`, sooner."""
        key = _key_of(source, context, schema)
        stored = self._memory.get(key) or self._load(key)
        if stored is None or not _is_still_true(stored, source, shelf, context):
            own = Report()
            requests: list[Request] = []
            module = read_module(source, shelf, context, own, schema=schema, requests=requests)
            stored = Stored(module, own, tuple(requests))
            if not any(found.code == "SMAC107" for found in own):  # on an idle machine it might have gone well
                self._memory[key] = stored
                self._save(key, stored)
        report.extend(stored.report)
        return stored.module

    def _load(self, key: str) -> Stored | None:
        if self.folder is None:
            return None
        try:
            data = (self.folder / key).read_bytes()
        except OSError:
            return None
        payload = data[_DIGEST_BYTES:]
        if hashlib.sha256(payload).digest() != data[:_DIGEST_BYTES]:
            return None
        # Only files of our own folder, which nobody else can write to, come this far: see cache_folder().
        try:
            stored = pickle.loads(payload)  # noqa: S301
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError):
            return None
        return stored if isinstance(stored, Stored) else None

    def _save(self, key: str, stored: Stored) -> None:
        if self.folder is None:
            return
        payload = pickle.dumps(stored, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            handle, aside = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            with os.fdopen(handle, "wb") as opened:
                opened.write(hashlib.sha256(payload).digest() + payload)
            os.replace(aside, self.folder / key)
        except OSError:
            self.folder = None  # a disk that is full: go on without


def cache_folder() -> Path | None:
    """The user's folder for what can be made again, private to that user; None where there is no such place."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    try:
        folder = (Path(base) if base else Path.home() / ".cache") / "smac-courses"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):
        return None
    is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    is_private = os.name == "nt" or not status.st_mode & 0o022
    if not (is_ours and is_private):
        return None
    _prune(folder)
    return folder


def _prune(folder: Path) -> None:
    """Forget the oldest half when there are too many."""
    try:
        entries = sorted((entry for entry in os.scandir(folder)), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[: len(entries) // 2] if len(entries) > MAX_ENTRIES else ():
            os.unlink(entry.path)
    except OSError:
        return  # another build is at it


def _is_still_true(stored: Stored, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
    """Ask everything again; the shelf notes the assets and reports what is wrong with them, as in a first reading."""
    answers = [request.is_still_answered_so(source, shelf, context) for request in stored.requests]
    return all(answers)


def _key_of(source: Source, context: ReadContext, schema: str) -> str:
    parts = (
        _code_fingerprint(),
        schema,
        source.path,
        context.language,
        context.credit,
        repr(sorted(context.variables.values.items())),
        repr(sorted(context.inserts.items())),
        "\n".join(source.lines),
    )
    return hashlib.sha256("\0".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


@cache
def _code_fingerprint() -> str:
    """Changes with Python, with the libraries, and with every file of this package."""
    package = Path(__file__).parents[1]
    files = [
        *package.glob("*.py"),
        *package.glob("model/*.py"),
        *package.glob("grading/*.py"),
        *package.glob("reader/**/*.*"),
    ]
    stamps = sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    versions = [metadata.version(name) for name in _LIBRARIES]
    return hashlib.sha256(repr((sys.version, versions, stamps)).encode()).hexdigest()
