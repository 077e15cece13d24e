"""A fair order from a 32-bit seed, the same in Python and in JavaScript.

Every name gets a rank: MurmurHash3 (x86, 32 bit) of the name with the seed. The rank of one name does not depend on
the others, so an update that adds a question or an answer moves nothing else. `player/src/draw.mjs` is the twin;
`tests/vectors/draw` binds the two and holds published MurmurHash3 values.
"""

from __future__ import annotations

from collections.abc import Iterable

_MASK = 0xFFFFFFFF


def murmur3(text: str, seed: int) -> int:
    """MurmurHash3_x86_32 of the UTF-8 bytes of a text; seed and result are unsigned 32-bit numbers.

    Source: Austin Appleby's public-domain description of MurmurHash3.
    """
    data = text.encode()
    state = seed & _MASK
    whole = len(data) - len(data) % 4
    for start in range(0, whole, 4):
        state ^= _mixed(int.from_bytes(data[start : start + 4], "little"))
        state = (_rotated(state, 13) * 5 + 0xE6546B64) & _MASK
    if tail := data[whole:]:
        state ^= _mixed(int.from_bytes(tail, "little"))
    state ^= len(data)
    state = ((state ^ state >> 16) * 0x85EBCA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2AE35) & _MASK
    return state ^ state >> 16


def in_drawn_order(keys: Iterable[str], seed: int) -> list[str]:
    """Keys by rank; equal ranks (one in four thousand million) by the key itself."""
    return sorted(keys, key=lambda key: (murmur3(key, seed), key))


def _mixed(block: int) -> int:
    return (_rotated((block * 0xCC9E2D51) & _MASK, 15) * 0x1B873593) & _MASK


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & _MASK
