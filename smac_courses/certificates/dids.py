"""Who signs: did:web below the address that `publish` is put at, or did:key for trials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from smac_courses.certificates.encoding import EncodingError, from_key_multibase, key_multibase

_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?")
_STEP = re.compile(r"[A-Za-z0-9._~-]+")


class DidError(ValueError):
    """A name of an issuer, or its document, that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key by its name in the issuer's document (`key-2026-1`); `data` are the 32 bytes of Ed25519."""

    name: str
    data: bytes


def did_web(address: str) -> str:
    """The name of an issuer whose files are at `https://host/path`. Raises DidError."""
    parts = urlsplit(address.rstrip("/"))
    host = parts.netloc.lower()
    if parts.scheme != "https" or not _HOST.fullmatch(host) or parts.query or parts.fragment:
        raise DidError(f"'{address}' is no address with https:// that certificates can be published at")
    steps = [step for step in parts.path.split("/") if step]
    if not all(_STEP.fullmatch(step) for step in steps):
        raise DidError(f"'{address}' has a path with other signs than letters, digits and . _ ~ -")
    return ":".join(["did:web", quote(host, safe=""), *steps])


def address_of(did: str) -> str:
    """The address that the files of a did:web issuer are at, without a slash at its end. Raises DidError."""
    _, _, rest = did.partition("did:web:")
    host, *steps = (unquote(step) for step in rest.split(":"))
    if not rest or not _HOST.fullmatch(host) or not all(_STEP.fullmatch(step) for step in steps):
        raise DidError(f"'{did[:100]}' is no did:web")
    return "/".join([f"https://{host}", *steps])


def did_key(public_key: bytes) -> str:
    """The name of an issuer that is nothing but its key: for trials."""
    return f"did:key:{key_multibase(public_key)}"


def document_path(did: str) -> str:
    """Where the document of a did:web issuer stands below its address."""
    return "did.json" if address_of(did).count("/") > 2 else ".well-known/did.json"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """The document of an issuer: every key that may sign, and has signed, for it."""
    methods = [
        {
            "id": f"{did}#{key.name}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": key_multibase(key.data),
        }
        for key in keys
    ]
    return {
        "@context": _CONTEXT,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [str(one["id"]) for one in methods],
    }


def key_for(did: str, method: str, document: Mapping[str, Any] | None) -> bytes:
    """The key that `method` names, if the issuer `did` lets it sign. Raises DidError.

    The key comes from the issuer's document, never from what stands behind the # itself.
    """
    controller, _, name = method.partition("#")
    if controller != did or not name:
        raise DidError("the key that signed is not the issuer's")
    if did.startswith("did:key:"):
        if name != did.removeprefix("did:key:"):
            raise DidError("the key that signed is not the issuer's")
        return _key(name)
    if document is None:
        raise DidError("the issuer's document (did.json) is not here")
    if document.get("id") != did:
        raise DidError("the document is that of another issuer")
    allowed = document.get("assertionMethod")
    methods = document.get("verificationMethod")
    for one in methods if isinstance(methods, list) else []:
        if isinstance(one, Mapping) and one.get("id") == method:
            if not isinstance(allowed, list) or method not in allowed:
                raise DidError("the issuer does not let this key sign certificates")
            if one.get("type") != "Multikey" or one.get("controller") != did:
                raise DidError("the issuer's document does not say what kind of key this is")
            return _key(one.get("publicKeyMultibase"))
    raise DidError("the issuer's document does not have the key that signed: it was never theirs, or was withdrawn")


def _key(text: Any) -> bytes:
    try:
        return from_key_multibase(text)
    except EncodingError as error:
        raise DidError(str(error)) from None
