"""Whether a certificate holds: signature, issuer, dates, revocation. Nothing is fetched: what is needed is given.

The signature on the JSON itself (`eddsa-jcs-2022`) is asked for. The other one signs what the JSON means: with a member
written under another name it would hold though an expiry is gone, so it is checked as well and never alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from smac_courses.certificates.credential import hashed
from smac_courses.certificates.dids import DidError, address_of, document_path, key_for
from smac_courses.certificates.learners import LearnerError, learner_key
from smac_courses.certificates.moments import moment_of
from smac_courses.certificates.proofs import JCS, RDFC, ProofError, check_proof
from smac_courses.certificates.quads import CONTEXT, V2
from smac_courses.certificates.status import StatusError, is_set

_AHEAD = timedelta(seconds=300)
_MOST_BYTES = 1 << 20
_MOST_DEPTH = 40
_MOST_PROOFS = 8

_INDEX = re.compile(r"[0-9]{1,9}")

# The bytes of a public file by its address, or None where it is not here.
Fetch = Callable[[str], bytes | None]


class NotVerified(ValueError):
    """A certificate that does not hold, or cannot be checked; `kind` says which way, the text says why."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A certificate that holds, with the words that are signed. `notes` say what could not be checked."""

    name: str
    title: str
    issuer: str
    issuer_name: str
    valid_from: str
    valid_until: str
    results: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = field(default=())


def read_json(data: bytes) -> dict[str, Any]:
    """A document, read with suspicion: no member twice, no member that could be another one in disguise.

    Raises NotVerified.
    """
    if len(data) > _MOST_BYTES:
        raise NotVerified("malformed", "the file is larger than any certificate")
    try:
        found = json.loads(data, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, NotVerified) else "the file is no JSON"
        raise NotVerified("malformed", why) from None
    if not isinstance(found, dict):
        raise NotVerified("malformed", "the file is no certificate")
    _check_names(found, 0)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotVerified("malformed", "a member stands twice in it")
    return found


def _refuse(word: str) -> Any:
    raise NotVerified("malformed", f"{word} is no JSON")


def _check_names(value: Any, depth: int) -> None:
    if depth > _MOST_DEPTH:
        raise NotVerified("malformed", "it is nested deeper than any certificate")
    if isinstance(value, dict):
        for name, one in value.items():
            if (":" in name or "@" in name) and not (name == "@context" and depth <= _MOST_DEPTH):
                raise NotVerified("malformed", f"the member {name[:60]!a} is written as no certificate writes it")
            _check_names(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _check_names(one, depth + 1)


def verify(data: bytes, fetch: Fetch, now: datetime, *, issuer: str, email: str = "") -> Verified:
    """Raises NotVerified unless the certificate holds and `issuer` (a DID) gave it; with `email` to that person."""
    document = read_json(data)
    try:
        return _verified(document, fetch, now, issuer, email)
    except NotVerified:
        raise
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        # Whatever shape it has, nobody vouches for it.
        raise NotVerified("malformed", f"it is not written as a certificate is ({type(error).__name__})") from None


def _verified(document: dict[str, Any], fetch: Fetch, now: datetime, wanted: str, email: str) -> Verified:
    _check_form(document)
    issuer = _issuer_of(document.get("issuer"))
    if issuer != wanted:
        raise NotVerified("issuer", f"it names another issuer, {issuer[:200]!a}")
    _check_signatures(document, issuer, fetch, now)
    _check_dates(document, now)
    notes = _check_status(document, issuer, fetch, now)
    if email:
        _check_person(document, email)
    subject = document["credentialSubject"]
    return Verified(
        name=_name_in(subject),
        title=str(subject["achievement"].get("name", "")),
        issuer=issuer,
        issuer_name=str(document["issuer"].get("name", "")) if isinstance(document["issuer"], dict) else "",
        valid_from=str(document["validFrom"]),
        valid_until=str(document.get("validUntil", "")),
        results=tuple(_results(subject)),
        notes=notes,
    )


def _check_form(document: Mapping[str, Any]) -> None:
    kinds = document.get("type")
    if not isinstance(kinds, list) or not {"VerifiableCredential", "OpenBadgeCredential"} <= set(map(str, kinds)):
        raise NotVerified("malformed", "it is no Open Badges credential")
    if document.get("@context") != CONTEXT:
        raise NotVerified("malformed", "its @context is not that of our certificates: words in it could mean anything")
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("achievement"), dict):
        raise NotVerified("malformed", "it does not say who is certified for what")
    if not subject.get("id") and not subject.get("identifier"):
        raise NotVerified("malformed", "it does not say who is certified")


def _issuer_of(issuer: Any) -> str:
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str) or not found.startswith(("did:web:", "did:key:")):
        raise NotVerified("issuer", "it does not say who issued it in a way that can be checked")
    return found


def _check_signatures(document: Mapping[str, Any], issuer: str, fetch: Fetch, now: datetime) -> None:
    """Every proof holds, and one is on the JSON itself."""
    proofs = document.get("proof")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if not proofs or len(proofs) > _MOST_PROOFS or not all(isinstance(one, dict) for one in proofs):
        raise NotVerified("signature", "it is not signed")
    suites = [one.get("cryptosuite") for one in proofs]
    if not all(isinstance(one, str) for one in suites):
        raise NotVerified("signature", "it is signed in a way that is not known here")
    if len(set(suites)) < len(suites) or not set(suites) <= {JCS, RDFC}:
        raise NotVerified("signature", "it has a signature twice, or one of a kind that is not known here")
    if JCS not in suites:
        raise NotVerified("signature", f"the JSON itself is not signed ({JCS}): what it says could have been changed")
    issuer_document = _issuer_document(issuer, fetch)
    for proof in proofs:
        if proof.get("proofPurpose") != "assertionMethod":
            raise NotVerified("signature", "it was signed for another purpose")
        try:
            if moment_of(proof.get("created")) > now + _AHEAD:
                raise NotVerified("signature", "it was signed at a time that lies ahead")
            check_proof(document, proof, key_for(issuer, str(proof.get("verificationMethod")), issuer_document))
        except DidError as error:
            raise NotVerified("issuer", str(error)) from None
        except ProofError as error:
            raise NotVerified("signature", str(error)) from None
        except NotVerified:
            raise
        except ValueError as error:
            raise NotVerified("signature", str(error)) from None


def _issuer_document(issuer: str, fetch: Fetch) -> dict[str, Any] | None:
    if issuer.startswith("did:key:"):
        return None
    try:
        address = f"{address_of(issuer)}/{document_path(issuer)}"
    except DidError as error:
        raise NotVerified("issuer", str(error)) from None
    data = fetch(address)
    if data is None:
        raise NotVerified("unknown", f"the issuer's keys are not here: {address}")
    return _read_plain(data)


def _read_plain(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        raise NotVerified("issuer", "the issuer's document is no JSON") from None
    return found if isinstance(found, dict) else {}


def _check_dates(document: Mapping[str, Any], now: datetime) -> None:
    try:
        begins = moment_of(document.get("validFrom"))
        ends = moment_of(document["validUntil"]) if "validUntil" in document else None
    except ValueError as error:
        raise NotVerified("malformed", str(error)) from None
    if begins > now + _AHEAD:
        raise NotVerified("early", f"it holds from {document['validFrom']} on")
    if ends and now > ends:
        raise NotVerified("expired", f"it held until {document['validUntil']}")


def _check_status(document: Mapping[str, Any], issuer: str, fetch: Fetch, now: datetime) -> tuple[str, ...]:
    if "credentialStatus" not in document:
        if issuer.startswith("did:web:"):
            raise NotVerified("status", "it does not say where to look whether it was revoked")
        return ("it cannot be revoked: it names no status list",)
    status = document["credentialStatus"]
    if not isinstance(status, dict) or status.get("type") != "BitstringStatusListEntry":
        raise NotVerified("malformed", "its status is of a kind that is not known here")
    address, index, purpose = (
        status.get("statusListCredential"),
        status.get("statusListIndex"),
        status.get("statusPurpose"),
    )
    if (
        not isinstance(address, str)
        or not isinstance(index, str)
        or not _INDEX.fullmatch(index)
        or purpose != "revocation"
    ):
        raise NotVerified("malformed", "its status names no place in a list")
    if _bit(address, index, "revocation", issuer, fetch, now):
        other = address.replace("/status/revocation-", "/status/suspension-")
        try:
            is_suspended = other != address and _bit(other, index, "suspension", issuer, fetch, now)
        except NotVerified:
            is_suspended = False
        raise NotVerified("suspended", "it is suspended") if is_suspended else NotVerified("revoked", "it was revoked")
    return ()


def _bit(address: str, index: str, purpose: str, issuer: str, fetch: Fetch, now: datetime) -> bool:
    data = fetch(address)
    if data is None:
        raise NotVerified("unknown", f"whether it was revoked cannot be said: {address} is not here")
    found = read_json(data)
    subject = found.get("credentialSubject")
    kinds = found.get("type")
    if not isinstance(subject, dict) or not isinstance(kinds, list) or "BitstringStatusListCredential" not in kinds:
        raise NotVerified("status", "the status list is none")
    if found.get("id") != address or found.get("@context") != [V2] or _issuer_of(found.get("issuer")) != issuer:
        raise NotVerified("status", "the status list is that of somebody else")
    if subject.get("statusPurpose") != purpose:
        raise NotVerified("status", "the status list is for another purpose")
    try:
        _check_signatures(found, issuer, fetch, now)
        _check_dates(found, now)
        return is_set(subject.get("encodedList"), int(index))
    except StatusError as error:
        raise NotVerified("status", str(error)) from None
    except NotVerified as error:
        raise NotVerified("status", f"the status list cannot be trusted: {error}") from None


def _check_person(document: Mapping[str, Any], email: str) -> None:
    try:
        wanted = learner_key(email)
    except LearnerError as error:
        raise NotVerified("person", str(error)) from None
    for one in _identifiers(document["credentialSubject"]):
        is_address = one.get("identityType") == "emailAddress" and one.get("hashed") is True
        if is_address and one.get("identityHash") == hashed(wanted, str(one.get("salt", ""))):
            return
    raise NotVerified("person", f"it is not that of {wanted}")


def _identifiers(subject: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = subject.get("identifier", [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _name_in(subject: Mapping[str, Any]) -> str:
    for one in _identifiers(subject):
        if one.get("identityType") == "name" and one.get("hashed") is False:
            return str(one.get("identityHash", ""))
    return ""


def _results(subject: Mapping[str, Any]) -> list[tuple[str, str]]:
    described = subject["achievement"].get("resultDescription", [])
    names = {one.get("id"): str(one.get("name", "")) for one in described if isinstance(one, dict)}
    results = subject.get("result", [])
    return [
        (names.get(one.get("resultDescription"), ""), str(one.get("value", "")))
        for one in (results if isinstance(results, list) else [])
        if isinstance(one, dict)
    ]
