"""How keys, signatures and documents are written: base58 and multibase, JSON in its one canonical form (RFC 8785)."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
# Multicodec prefix of an Ed25519 public key.
_ED25519 = b"\xed\x01"
_KEY_BYTES = 32
_MOST_LETTERS = 200
# Beyond it JSON's numbers are not the same in every language.
_LARGEST = 2**53 - 1


class EncodingError(ValueError):
    """Something that is not written as it should be; the text says what."""


def base58(data: bytes) -> str:
    """Base58 in Bitcoin's alphabet."""
    number = int.from_bytes(data)
    pairs = []
    while number:
        number, rest = divmod(number, 3364)
        pairs.append(_PAIRS[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def from_base58(text: str) -> bytes:
    """The bytes; raises EncodingError for other letters and for a text that is longer than any key or signature."""
    if len(text) > _MOST_LETTERS:
        raise EncodingError("a text in base58 that is too long")
    number = 0
    for letter in text:
        if letter not in _VALUES:
            raise EncodingError(f"'{letter}' is no letter of base58")
        number = number * 58 + _VALUES[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def multibase58(data: bytes) -> str:
    """Multibase: `z` and base58."""
    return "z" + base58(data)


def from_multibase58(text: Any) -> bytes:
    """The bytes of a multibase text that begins with z."""
    if not isinstance(text, str) or not text.startswith("z"):
        raise EncodingError("a value that does not begin with z, the mark of base58")
    return from_base58(text[1:])


def key_multibase(public_key: bytes) -> str:
    """An Ed25519 public key as a Multikey: `z6Mk…`."""
    return multibase58(_ED25519 + public_key)


def from_key_multibase(text: Any) -> bytes:
    """The 32 bytes of an Ed25519 public key; raises EncodingError for any other kind of key."""
    data = from_multibase58(text)
    if not data.startswith(_ED25519) or len(data) != len(_ED25519) + _KEY_BYTES:
        raise EncodingError("a key that is no Ed25519 public key")
    return data[len(_ED25519) :]


def base64url(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes; raises EncodingError for other letters."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise EncodingError("a text that is no base64") from None


def canonical_json(value: Any) -> bytes:
    """RFC 8785 for documents without fractions: certificates have none.

    Raises EncodingError for fractions, numbers beyond 2⁵³ and half letters.
    """
    in_order = value if _is_in_ascii(value) else _sorted(value)
    try:
        return _in_order(in_order).encode() if in_order is not value else _sorting(value).encode()
    except UnicodeEncodeError:
        raise EncodingError("a text with half a letter (a lone surrogate)") from None


def canonical_json_of_own(document: Any) -> bytes:
    """The same, faster, for a document that was made here: all names in it are ASCII, and it holds no number."""
    return _sorting(document).encode()


_sorting = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_in_order = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _is_in_ascii(value: Any) -> bool:
    """Whether all names of members are ASCII, whose order everybody agrees on. Raises EncodingError for numbers."""
    kind = type(value)
    if kind is str:
        return True
    if kind is dict:
        return all(name.isascii() and _is_in_ascii(one) for name, one in value.items())
    if kind is list:
        return all(_is_in_ascii(one) for one in value)
    if kind is float or (kind is int and abs(value) > _LARGEST):
        raise EncodingError(f"the number {value}: certificates write such numbers as texts")
    return True


def _sorted(value: Any) -> Any:
    """Members in the order of their names as UTF-16, which is not that of their code points."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=_as_utf16)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _as_utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")
