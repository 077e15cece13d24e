"""A certificate inside of a picture: PNG and SVG, as Open Badges 3.0 has it (section 5.3)."""

from __future__ import annotations

import re
import struct
import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_MOST_BYTES = 20 << 20
_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_OPENING, _CLOSING = "<openbadges:credential", "</openbadges:credential>"
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


class BakeError(ValueError):
    """A picture that cannot hold a certificate, or holds none; the text says why."""


def bake(picture: bytes, credential: bytes) -> bytes:
    """The picture with the certificate in it; one that is in it already is replaced. Raises BakeError."""
    if picture.startswith(_PNG):
        return _into_png(picture, credential)
    return _into_svg(picture, credential)


def unbake(picture: bytes) -> bytes:
    """The certificate in a picture. Raises BakeError."""
    if len(picture) > _MOST_BYTES:
        raise BakeError("the picture is larger than any badge")
    if picture.startswith(_PNG):
        for kind, data, _ in _chunks(picture):
            if kind == b"iTXt" and data.startswith(_KEYWORD + b"\0"):
                return _text_in(data[len(_KEYWORD) + 1 :])
        raise BakeError("there is no certificate in this picture")
    text = picture.decode("utf-8", "replace")
    return _words_in_svg(text)[0].strip().encode()


def _words_in_svg(text: str) -> tuple[str, int, int]:
    """The certificate in an SVG, and where its element begins and ends. Raises BakeError."""
    start = text.find(_OPENING)
    at = text.find(_CDATA, start) if start >= 0 else -1
    parts = []
    while at >= 0:
        end = text.find(_CDATA_END, at)
        if end < 0:
            break
        parts.append(text[at + len(_CDATA) : end])
        behind = end + len(_CDATA_END)
        if not text.startswith(_CDATA, behind):
            # Where a text has the sign of its end in it, it goes on in the next piece.
            closing = text.find(_CLOSING, behind)
            if closing >= 0 and not text[behind:closing].strip():
                return "".join(parts), start, closing + len(_CLOSING)
            break
        at = behind
    raise BakeError("there is no certificate in this picture")


def _chunks(picture: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Kind, data and the whole of each chunk."""
    found, at = [], len(_PNG)
    while at + 8 <= len(picture):
        (size,) = struct.unpack_from(">I", picture, at)
        kind, end = picture[at + 4 : at + 8], at + 12 + size
        if end > len(picture):
            raise BakeError("the picture is cut off")
        found.append((kind, picture[at + 8 : at + 8 + size], picture[at:end]))
        at = end
        if kind == b"IEND":
            return found
    raise BakeError("the picture is cut off")


def _text_in(rest: bytes) -> bytes:
    if len(rest) < 2:
        raise BakeError("the picture is damaged")
    is_packed, method = rest[0], rest[1]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3:
        raise BakeError("the picture is damaged")
    if not is_packed:
        return parts[2]
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(parts[2], _MOST_BYTES) if method == 0 else b""
    except zlib.error:
        raise BakeError("the picture is damaged") from None
    if not unpacker.eof:
        raise BakeError("the picture is damaged")
    return data


def _into_png(picture: bytes, credential: bytes) -> bytes:
    data = _KEYWORD + b"\0\0\0\0\0" + credential.strip()
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    kept = [
        whole
        for kind, inside, whole in _chunks(picture)
        if not (kind == b"iTXt" and inside.startswith(_KEYWORD + b"\0"))
    ]
    return _PNG + kept[0] + chunk + b"".join(kept[1:])


def _into_svg(picture: bytes, credential: bytes) -> bytes:
    try:
        text = picture.decode("utf-8")
    except UnicodeDecodeError:
        raise BakeError("the picture is neither PNG nor SVG") from None
    if _OPENING in text:
        _, start, end = _words_in_svg(text)
        text = text[:start] + text[end:]
    tag = _SVG_TAG.search(text)
    if not tag:
        raise BakeError("the picture is neither PNG nor SVG")
    opening = tag[0]
    if "xmlns:openbadges" not in opening:
        opening = f'{opening[:-1]} xmlns:openbadges="{_NAMESPACE}">'
    words = credential.decode().strip().replace("]]>", "]]]]><![CDATA[>")
    inside = f"<openbadges:credential><![CDATA[{words}]]></openbadges:credential>"
    return (text[: tag.start()] + opening + inside + text[tag.end() :]).encode()
