"""What an issuer keeps: keys, the ledger, and every certificate with what it was made from. Nothing of it is published
as it is; `publish` makes the public files of it.

    issuer.json              the name of the issuer and its keys
    keys/                    private keys and the secret, for the owner's eyes only
    ledger.jsonl             what was done, in order
    issued/ab/abc….json      the award (who, with which address) in the first line, the certificate in the second
    status/                  the lists of what no longer holds
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from smac_courses.certificates.credential import Addresses, Award, credential_of, id_of, learner_mark
from smac_courses.certificates.dids import DidError, PublicKey, did_document, did_key, did_web
from smac_courses.certificates.encoding import from_key_multibase, key_multibase
from smac_courses.certificates.keys import KeyFolder
from smac_courses.certificates.ledger import Ledger, LedgerError, locked, write_safely
from smac_courses.certificates.moments import moment_of, written
from smac_courses.certificates.proofs import Signer, Signing
from smac_courses.certificates.quads import CONTEXT, V2, Quads
from smac_courses.certificates.status import place_of, status_list
from smac_courses.errors import EnvironmentProblem, SmacError, UsageError

LIST_DAYS = 90
_BATCH = 1_000
_REFLECTS = "ledger-line"
# What a certificate can be; the later ones take it out of the world.
VALID, SUSPENDED, REVOKED = "valid", "suspended", "revoked"


class NoCertificate(SmacError):
    """There is no certificate of this name."""


@dataclass(slots=True)
class Held:
    """A certificate by the ledger. `numbers` are all its places in the status lists, the last one its own."""

    name: str
    certification: str
    version: str
    learner: str
    period: int
    valid_from: str
    valid_until: str
    sha256: str
    numbers: list[int]
    address: str = ""  # the mark of the learner's e-mail address
    award: str = ""  # the SHA-256 of what is kept of the award
    state: str = VALID
    changed: str = ""  # when it was revoked, suspended or restored


@dataclass(slots=True)
class Standing:
    """What the ledger adds up to."""

    held: dict[str, Held] = field(default_factory=dict)
    numbers: int = 0  # places in the status lists that were given away

    def periods(self, certification: str, version: str) -> dict[str, Held]:
        """The last certificate of each learner in a certification, by the learner's mark."""
        last: dict[str, Held] = {}
        for one in self.held.values():
            if (one.certification, one.version) == (certification, version):
                before = last.get(one.learner)
                if before is None or before.period < one.period:
                    last[one.learner] = one
        return last


class Store:
    """A store that is there. Open it with `Store.open`, make one with `Store.create`."""

    def __init__(self, folder: Path, data: Mapping[str, Any]) -> None:
        self.folder = folder
        self.data = dict(data)
        self.keys = KeyFolder(folder / "keys")
        self.ledger = Ledger(folder)

    @classmethod
    def create(cls, folder: Path, website: str, now: datetime) -> Store:
        """A new store with its first key, for `https://…`, or without an address for trials. Raises UsageError."""
        if (folder / "issuer.json").exists():
            raise UsageError(f"{folder} has keys already: `smac certify keys rotate` makes the next one")
        try:
            did = did_web(website) if website else ""
        except DidError as error:
            raise UsageError(str(error)) from None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentProblem(f"{folder} cannot be made: {error.strerror}") from None
        with locked(folder):
            store = cls(folder, {"did": did, "keys": []})
            if not (folder / "keys/secret.bin").exists():
                store.keys.new_secret()
            store._add_key(now)
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a folder. Raises UsageError, LedgerError."""
        path = folder / "issuer.json"
        try:
            data = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise UsageError(f"{folder} is no store of certificates: `smac certify keys new` makes one") from None
        except (OSError, ValueError) as error:
            raise EnvironmentProblem(f"{path} cannot be read: {error}") from None
        if not isinstance(data, dict) or not isinstance(data.get("keys"), list) or not data["keys"]:
            raise EnvironmentProblem(f"{path} is damaged: put it back from a copy")
        store = cls(folder, data)
        known = {entry["key"] for entry in store.ledger.entries if entry["action"] == "key"}
        if missing := [one["name"] for one in data["keys"] if one.get("name") not in known]:
            raise LedgerError(f"the ledger does not have the key {missing[0]}: put the whole folder back from a copy")
        return store

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes meanwhile; what others wrote before is known."""
        with locked(self.folder):
            fresh = Store.open(self.folder)
            self.data, self.ledger = fresh.data, fresh.ledger
            yield

    # -- the issuer -------------------------------------------------------------------------------------

    @property
    def did(self) -> str:
        """The name of the issuer."""
        return str(self.data["did"])

    @property
    def addresses(self) -> Addresses:
        """Where things are published."""
        return Addresses.of(self.did)

    def public_keys(self) -> list[PublicKey]:
        """Every key that signed and may go on doing so, in order."""
        return [
            PublicKey(name=one["name"], data=from_key_multibase(one["public"]))
            for one in self.data["keys"]
            if not one.get("withdrawn")
        ]

    def document(self) -> dict[str, Any]:
        """did.json."""
        return did_document(self.did, self.public_keys())

    def rotate(self, now: datetime, *, is_compromised: bool = False) -> str:
        """Make the next key; returns its name. What the old one signed holds, unless it is no longer to be trusted."""
        if not self.addresses.base:
            raise UsageError("an issuer for trials is its key (did:key) and has no other: make a new store")
        with self.locked():
            if is_compromised:
                self.data["keys"][-1]["withdrawn"] = written(now)
            return self._add_key(now)

    def _add_key(self, now: datetime) -> str:
        self.ledger.time_of(now)
        number = sum(one["name"].startswith(f"key-{now.year}-") for one in self.data["keys"]) + 1
        name = f"key-{now.year}-{number}"
        public = self.keys.new_key(name)
        self.data["keys"].append({"name": name, "public": key_multibase(public), "since": written(now)})
        self.data["did"] = self.data["did"] or did_key(public)
        # The ledger first: a key that it does not have cannot sign.
        self.ledger.append([{"action": "key", "key": name, "public": key_multibase(public)}], now)
        write_safely(self.folder / "issuer.json", json.dumps(self.data, indent=2).encode() + b"\n")
        return name

    def signer(self) -> Signer:
        """The key of today."""
        name = str(self.data["keys"][-1]["name"])
        method = self.did.removeprefix("did:key:") if self.did.startswith("did:key:") else name
        return Signer(self.keys.key(name), f"{self.did}#{method}")

    # -- certificates -----------------------------------------------------------------------------------

    def standing(self) -> Standing:
        """Every certificate, as the ledger has it."""
        found = Standing()
        for entry in self.ledger.entries:
            match entry["action"]:
                case "issue" | "reissue":
                    _count(entry, found)
                case "revoke" | "suspend" | "restore":
                    state = {"revoke": REVOKED, "suspend": SUSPENDED, "restore": VALID}[entry["action"]]
                    found.held[entry["id"]].state = state
                    found.held[entry["id"]].changed = entry["time"]
        return found

    def mark(self, learner: str) -> str:
        """What stands for a learner in the ledger."""
        return learner_mark(self.keys.secret(), learner)

    def issue(self, awards: Iterable[Award], issuer: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, Award]]:
        """Certify; yields the name of each certificate when it is safe on the disk.

        Files come first, then the ledger: what was begun and not finished is done again the next time. Call it within
        `locked`, with awards that the ledger does not have.
        """
        yield from self._put(awards, issuer, now, "issue")

    def reissue(self, awards: Sequence[Award], issuer: Mapping[str, Any], now: datetime) -> list[str]:
        """The same certificates with other words, or signed with today's key: the old ones no longer hold."""
        return [name for name, _ in self._put(awards, issuer, now, "reissue")]

    def signed(
        self, awards: Iterable[Award], issuer: Mapping[str, Any], now: datetime
    ) -> Iterator[tuple[str, Award, bytes]]:
        """The name, the award with its place in the status lists, and the certificate of each; nothing is kept."""
        secret, addresses = self.keys.secret(), self.addresses
        signing, quads = Signing(self.signer(), CONTEXT, self.ledger.time_of(now)), Quads()
        for number, award in enumerate(awards, self.standing().numbers):
            numbered = replace(award, number=number)
            name = id_of(secret, self.did, numbered)
            document = credential_of(numbered, issuer, addresses, secret, name)
            yield name, numbered, bytes_of(signing.signed(document, quads.of(document, award.achievement)))

    def _put(
        self, awards: Iterable[Award], issuer: Mapping[str, Any], now: datetime, action: str
    ) -> Iterator[tuple[str, Award]]:
        secret = self.keys.secret()
        batch: list[tuple[dict[str, Any], Award]] = []
        for name, award, data in self.signed(awards, issuer, now):
            self._keep(name, award, data)
            marks = learner_mark(secret, award.learner), learner_mark(secret, award.email) if award.email else ""
            batch.append((_entry(action, name, award, marks, data), award))
            if len(batch) == _BATCH:
                yield from self._enter(batch, now)
                batch = []
        yield from self._enter(batch, now)

    def _enter(self, batch: list[tuple[dict[str, Any], Award]], now: datetime) -> Iterator[tuple[str, Award]]:
        if batch:
            # Everything that the ledger will name is on the disk before it does.
            os.sync()
            self.ledger.append([entry for entry, _ in batch], now)
            yield from ((str(entry["id"]), award) for entry, award in batch)

    def _keep(self, name: str, award: Award, data: bytes) -> None:
        path = self.path_of(name, award.number)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_safely(path, _line_of(award) + b"\n" + data, sync=False)

    def path_of(self, name: str, number: int) -> Path:
        """Where a certificate is kept; one that is issued anew is another file, which the ledger names by number."""
        return self.folder / "issued" / name[:2] / f"{name}.{number}.json"

    def read(self, held: Held) -> tuple[Award, bytes] | None:
        """An award and its certificate as it is published; None where the file was erased."""
        path = self.path_of(held.name, held.numbers[-1])
        try:
            first, _, data = path.read_bytes().partition(b"\n")
            return Award.from_data(json.loads(first)), data
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise EnvironmentProblem(f"{path} cannot be read: {error}") from None

    def clear(self) -> None:
        """Take away what writes that did not end have left behind. Call it within `locked`."""
        for path in (self.folder / "issued").glob("*/.*"):
            path.unlink(missing_ok=True)

    def erase(self, name: str) -> None:
        """Delete every file of a certificate."""
        folder = self.folder / "issued" / name[:2]
        for path in [*folder.glob(f"{name}.*"), *folder.glob(f".{name}.*")]:
            path.unlink(missing_ok=True)

    def change(self, name: str, action: str, reason: str, now: datetime) -> None:
        """Revoke, suspend or restore a certificate. Raises NoCertificate, UsageError."""
        held = self.standing().held.get(name)
        if held is None:
            raise NoCertificate(f"there is no certificate {name}")
        if held.state == REVOKED:
            raise UsageError(f"{name} was revoked, and that is for ever: issue a new one")
        if (held.state, action) in {(SUSPENDED, "suspend"), (VALID, "restore")}:
            raise UsageError(f"{name} is {held.state}")
        self.ledger.append([{"action": action, "id": name, "reason": reason}], now)

    # -- status lists -----------------------------------------------------------------------------------

    def refresh_lists(self, now: datetime) -> list[Path]:
        """Write every status list anew, signed for the next ninety days; returns their files."""
        if not self.addresses.base:
            return []
        standing, secret = self.standing(), self.keys.secret()
        marked: dict[tuple[str, int], set[int]] = {}
        for which in range(1, place_of(max(standing.numbers - 1, 0), secret)[0] + 1):
            marked |= {("revocation", which): set(), ("suspension", which): set()}
        for held in standing.held.values():
            # Of a certificate that was issued anew only the last one holds.
            gone = held.numbers if held.state != VALID else held.numbers[:-1]
            for number in gone:
                which, index = place_of(number, secret)
                marked[("revocation", which)].add(index)
            if held.state == SUSPENDED:
                which, index = place_of(held.numbers[-1], secret)
                marked[("suspension", which)].add(index)
        signing = Signing(self.signer(), [V2], written(now))
        until = written(now + timedelta(days=LIST_DAYS))
        made = []
        (self.folder / "status").mkdir(exist_ok=True)
        for (purpose, which), indexes in marked.items():
            address = self.addresses.status(purpose, which)
            document = status_list(address, self.did, purpose, indexes, written(now), until)
            path = self.folder / "status" / f"{purpose}-{which}.json"
            write_safely(path, bytes_of(signing.signed(document)))
            made.append(path)
        write_safely(self.folder / "status" / _REFLECTS, str(self.ledger.head.count).encode())
        return made

    def lists_reflect(self) -> int:
        """The number of the line of the ledger that the status lists were made after; 0 without any."""
        try:
            return int((self.folder / "status" / _REFLECTS).read_bytes())
        except (OSError, ValueError):
            return 0


def bytes_of(document: Mapping[str, Any]) -> bytes:
    """A document as it is published."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _line_of(award: Award) -> bytes:
    """An award as it is kept."""
    return json.dumps(award.as_data(), ensure_ascii=False, separators=(",", ":")).encode()


def award_digest(award: Award) -> str:
    """What the ledger has of an award."""
    return sha256(_line_of(award)).hexdigest()


def _entry(action: str, name: str, award: Award, marks: tuple[str, str], data: bytes) -> dict[str, Any]:
    return {
        "action": action,
        "id": name,
        "number": award.number,
        "certification": award.certification,
        "version": award.version,
        "learner": marks[0],
        "address": marks[1],
        "period": award.period,
        "valid_from": award.valid_from,
        "valid_until": award.valid_until,
        "sha256": sha256(data).hexdigest(),
        "award": award_digest(award),
    }


def _count(entry: Mapping[str, Any], found: Standing) -> None:
    found.numbers = max(found.numbers, int(entry["number"]) + 1)
    held = found.held.get(entry["id"])
    if held is None:
        found.held[entry["id"]] = Held(
            name=entry["id"],
            certification=entry["certification"],
            version=entry["version"],
            learner=entry["learner"],
            period=entry["period"],
            valid_from=entry["valid_from"],
            valid_until=entry["valid_until"],
            sha256=entry["sha256"],
            numbers=[entry["number"]],
            address=entry["address"],
            award=entry["award"],
        )
    else:
        held.numbers.append(entry["number"])
        held.sha256, held.valid_from, held.state = entry["sha256"], entry["valid_from"], VALID
        held.address, held.award = entry["address"], entry["award"]


def expires(held: Held) -> datetime | None:
    """When a certificate ends; None for one that does not."""
    return moment_of(held.valid_until) if held.valid_until else None
