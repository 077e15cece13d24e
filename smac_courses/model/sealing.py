"""Keys and remarks that nobody reads by chance: the scrambling of `grading: deter`.

What a browser grades it must be able to read, so this is no secret: whoever reads the script can undo it. It keeps the
key out of the sight of a learner who looks into the page, its source, or the tools of the browser.
`player/src/sealed.mjs` is the twin. The stream is xorshift32 (G. Marsaglia, 2003), begun with the MurmurHash3 of the
name.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from smac_courses.model.ranks import murmur3

_MASK = 0xFFFFFFFF


def sealed(value: Any, name: str) -> str:
    """A JSON value as Base64 that shows nothing of it; `name` is that of what it belongs to."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(_scrambled(data, name)).decode()


def unsealed(text: str, name: str) -> Any:
    """The value again. Raises ValueError for what was not sealed under that name."""
    return json.loads(_scrambled(base64.b64decode(text, validate=True), name))


def _scrambled(data: bytes, name: str) -> bytes:
    state = murmur3(name, 0) or 1
    out = bytearray()
    for byte in data:
        state ^= state << 13 & _MASK
        state ^= state >> 17
        state ^= state << 5 & _MASK
        out.append(byte ^ state & 0xFF)
    return bytes(out)
