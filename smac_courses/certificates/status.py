"""Which certificates no longer hold: a Bitstring Status List, signed as certificates are.

Source: Bitstring Status List 1.0 (W3C Recommendation, 15 May 2025). A list has room for 131,072 certificates, the least
that the standard allows: whoever asks for one asks for a crowd.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from smac_courses.certificates.encoding import EncodingError, base64url, from_base64url
from smac_courses.certificates.quads import V2

SIZE = 131_072
_MOST_BYTES = 16 << 20
_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
# Odd, so that every index of a list is met once.
_ODD = 1


class StatusError(ValueError):
    """A status list that cannot be read; the text says why."""


def place_of(number: int, secret: bytes) -> tuple[int, int]:
    """List (from 1) and index of the certificate with a number (from 0).

    The index tells nobody how many certificates there are, or which came before which: numbers are mixed with a secret.
    """
    which, within = divmod(number, SIZE)
    key = sha256(secret + b"status" + which.to_bytes(4)).digest()
    # Two rounds of multiplying by an odd number and turning the bits: a bijection on 17 bits.
    bits, half = 17, 9
    mask = SIZE - 1
    value = within
    for start in (0, 8):
        factor = int.from_bytes(key[start : start + 4]) | _ODD
        value = (value * factor + int.from_bytes(key[start + 4 : start + 8])) & mask
        value = (value >> half) | ((value << (bits - half)) & mask)
    return which + 1, value


def encoded(set_bits: Iterable[int]) -> str:
    """The list as the standard writes it: gzip and base64url, with the first index in the highest bit."""
    data = bytearray(SIZE // 8)
    for index in set_bits:
        data[index // 8] |= 0x80 >> (index % 8)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(data) + deflate.flush()
    # Without a time and a system in its head, so that the same list is the same text.
    return "u" + base64url(_HEAD + packed + struct.pack("<II", zlib.crc32(data), len(data)))


def is_set(text: Any, index: int) -> bool:
    """Whether a certificate is marked in a list. Raises StatusError."""
    if not isinstance(text, str) or not text.startswith("u"):
        raise StatusError("the status list is not written as base64url")
    try:
        reader = zlib.decompressobj(wbits=31)
        data = reader.decompress(from_base64url(text[1:]), _MOST_BYTES)
    except (EncodingError, zlib.error):
        raise StatusError("the status list cannot be unpacked") from None
    if not reader.eof or reader.unconsumed_tail:
        raise StatusError("the status list is cut off, or larger than any list")
    if len(data) * 8 < SIZE:
        raise StatusError(f"the status list has {len(data) * 8:,} entries; the standard asks for {SIZE:,} at least")
    if not 0 <= index < len(data) * 8:
        raise StatusError(f"the status list has no entry {index:,}")
    return bool(data[index // 8] & 0x80 >> (index % 8))


def status_list(
    address: str, issuer: str, purpose: str, set_bits: Iterable[int], since: str, until: str
) -> dict[str, Any]:
    """A list as a credential that is not signed yet. `since` and `until` are ISO times."""
    return {
        "@context": [V2],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": since,
        "validUntil": until,
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(set_bits),
        },
    }
