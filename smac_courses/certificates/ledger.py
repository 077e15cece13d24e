"""What was certified and taken back, in order: a file that only grows, each line with the hash of the one before it.

It names learners by a mark, not by name. Whoever changes, removes or inserts a line breaks the chain; whoever cuts the
end off is found out by the head beside it, and by the checkpoint that `publish` makes known.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from smac_courses.certificates.encoding import canonical_json
from smac_courses.certificates.moments import moment_of, written
from smac_courses.errors import EnvironmentProblem, SmacError

FILE, _HEAD, _LOCK = "ledger.jsonl", "ledger.head", "ledger.lock"
_BEGINNING = "0" * 64
_WAIT_SECONDS = 30.0
_OWNER_ONLY = 0o600
ACTIONS = ("key", "issue", "reissue", "revoke", "suspend", "restore")


class LedgerError(SmacError):
    """The ledger is not what it was: changed, cut, or written by something else."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a ledger goes: the number of its lines and the hash of the last one."""

    count: int
    hash: str


class Ledger:
    """The lines of a ledger, checked. Change it only within `locked`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._head_path = folder / _HEAD
        self.entries: list[dict[str, Any]] = []
        self.head = Head(0, _BEGINNING)
        self._hashes = [_BEGINNING]
        self.torn = 0  # bytes behind the last whole line: a write that did not end
        self._read()

    def _read(self) -> None:
        data = _bytes_of(self.path)
        whole = data[: data.rfind(b"\n") + 1]
        self.torn = len(data) - len(whole)
        before, moment = _BEGINNING, ""
        known = _head_of(self._head_path)
        self.has_head = known is not None or not whole
        for number, line in enumerate(whole.splitlines(), 1):
            entry = _entry(line, number)
            if entry.get("prev") != before or entry.get("seq") != number:
                raise LedgerError(f"{self.path}:{number}: the chain is broken: a line was changed, taken out or put in")
            if str(entry.get("time", "")) < moment:
                raise LedgerError(f"{self.path}:{number}: it is dated before the line above it")
            moment, before = str(entry["time"]), sha256(line).hexdigest()
            if known and number == known.count and before != known.hash:
                raise LedgerError(f"{self.path}:{number}: this is not the line that was written here")
            self.entries.append(entry)
            self._hashes.append(before)
        self.head = Head(len(self.entries), before)
        if known and known.count > self.head.count:
            what = f"{known.count:,} lines were written, {self.head.count:,} are here"
            raise LedgerError(f"{self.path} was cut: {what}; put the whole file back from a copy")

    def append(self, entries: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Add entries, each with an `action`, and make sure that they are on the disk. Refuses to be back-dated."""
        moment = self.time_of(now)
        before, lines, hashes = self.head.hash, [], []
        for number, entry in enumerate(entries, self.head.count + 1):
            line = canonical_json({**entry, "seq": number, "time": moment, "prev": before})
            lines.append(line)
            before = sha256(line).hexdigest()
            hashes.append(before)
        try:
            with self.path.open("ab") as file:
                if self.torn:
                    file.truncate(file.tell() - self.torn)
                os.chmod(self.path, _OWNER_ONLY)
                file.write(b"".join(line + b"\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EnvironmentProblem(f"{self.path} cannot be written: {error.strerror}; run the same again") from None
        self.torn, self.has_head = 0, True
        self.entries += [json.loads(line) for line in lines]
        self._hashes += hashes
        self.head = Head(len(self.entries), before)
        write_safely(self._head_path, canonical_json({"count": self.head.count, "hash": self.head.hash}))

    def time_of(self, now: datetime) -> str:
        """The time of the next entries. Raises EnvironmentProblem where the clock was set back."""
        moment = written(now)
        if self.entries and moment < str(self.entries[-1]["time"]):
            last = self.entries[-1]["time"]
            raise EnvironmentProblem(
                f"it is {moment} on this machine, before the last entry ({last}): set the clock right"
            )
        return moment

    def hash_at(self, count: int) -> str:
        """The hash of a line, by its number; an empty text where there is none."""
        return self._hashes[count] if 0 <= count < len(self._hashes) else ""

    def last_time(self) -> datetime | None:
        """When something was last written."""
        return moment_of(self.entries[-1]["time"]) if self.entries else None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else writes meanwhile. Raises EnvironmentProblem where somebody does for half a minute."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    except OSError as error:
        raise EnvironmentProblem(f"{folder / _LOCK} cannot be opened: {error.strerror}") from None
    try:
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise EnvironmentProblem(f"somebody else is writing in {folder}: try again later") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(file)


def write_safely(path: Path, data: bytes, *, mode: int = _OWNER_ONLY, sync: bool = True) -> None:
    """Write a file aside and put it in place in one step. Raises EnvironmentProblem."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise EnvironmentProblem(f"{path} cannot be written: {error.strerror}") from None


def _entry(line: bytes, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        raise LedgerError(f"line {number} of the ledger is no JSON: it was changed") from None
    if not isinstance(entry, dict) or entry.get("action") not in ACTIONS:
        raise LedgerError(f"line {number} of the ledger says nothing that is known here")
    return entry


def _head_of(path: Path) -> Head | None:
    data = _bytes_of(path)
    if not data:
        return None
    try:
        found = json.loads(data)
        return Head(int(found["count"]), str(found["hash"]))
    except (ValueError, KeyError, TypeError):
        raise LedgerError(f"{path} is damaged: put it back from a copy") from None


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be read: {error.strerror}") from None
