"""Two signatures on each document: `eddsa-rdfc-2022`, which Open Badges asks for, and `eddsa-jcs-2022`, which signs the
JSON itself and can be checked in a page without a library.

Source: Data Integrity EdDSA Cryptosuites 1.0 (W3C Recommendation, 15 May 2025); its published vectors are tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smac_courses.certificates.encoding import (
    EncodingError,
    canonical_json,
    canonical_json_of_own,
    from_multibase58,
    multibase58,
)
from smac_courses.certificates.quads import QuadsError, canonical_quads

RDFC, JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022"
_SIGNATURE_BYTES = 64

Document = dict[str, Any]


class ProofError(ValueError):
    """A signature that does not hold, or cannot be checked; the text says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, and the name under which everybody finds its public one (`did:web:…#key-2026-1`)."""

    key: Ed25519PrivateKey
    method: str

    def settings(self, suite: str, created: str) -> Document:
        """The settings of a proof. `created` is an ISO time in UTC."""
        return {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": created,
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        }


class Signing:
    """Signs many documents with one context at one time: what is the same for all is done once."""

    def __init__(self, signer: Signer, context: list[str], created: str) -> None:
        self._sign = signer.key.sign
        self._rdfc = signer.settings(RDFC, created)
        self._jcs = {"@context": context, **signer.settings(JCS, created)}
        self._rdfc_hash = sha256(canonical_quads(self._rdfc).encode()).digest()
        self._jcs_hash = sha256(canonical_json(self._jcs)).digest()

    def signed(self, document: Document, quads: str | None = None) -> Document:
        """The document, which was made here, with both proofs. `quads` are its canonical N-Quads, if they are known."""
        said = canonical_quads(document) if quads is None else quads
        by_quads = self._sign(self._rdfc_hash + sha256(said.encode()).digest())
        by_json = self._sign(self._jcs_hash + sha256(canonical_json_of_own(document)).digest())
        return {
            **document,
            "proof": [
                {**self._rdfc, "proofValue": multibase58(by_quads)},
                {**self._jcs, "proofValue": multibase58(by_json)},
            ],
        }


def check_proof(document: Mapping[str, Any], proof: Mapping[str, Any], public_key: bytes) -> None:
    """Raises ProofError unless the proof is a signature of this key on this document."""
    suite = proof.get("cryptosuite")
    if proof.get("type") != "DataIntegrityProof" or suite not in _CANONICAL:
        raise ProofError(f"a proof of a kind that is not known here: {str(suite or proof.get('type'))[:60]}")
    canonical = _CANONICAL[str(suite)]
    settings = {name: value for name, value in proof.items() if name != "proofValue"}
    if suite == RDFC:
        settings.pop("@context", None)
    elif settings.get("@context", document.get("@context")) != document.get("@context"):
        raise ProofError("the proof was made for another context")
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        signature = from_multibase58(proof.get("proofValue"))
        data = sha256(canonical(settings)).digest() + sha256(canonical(unsigned)).digest()
    except (EncodingError, QuadsError) as error:
        raise ProofError(str(error)) from None
    if len(signature) != _SIGNATURE_BYTES:
        raise ProofError("a signature that is too short or too long")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        raise ProofError("the signature does not fit: something was changed, or somebody else signed") from None


def _quads(document: Mapping[str, Any]) -> bytes:
    return canonical_quads(document).encode()


_CANONICAL: dict[str, Callable[[Mapping[str, Any]], bytes]] = {RDFC: _quads, JCS: canonical_json}
