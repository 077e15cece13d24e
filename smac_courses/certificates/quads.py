"""What a certificate says, as canonical N-Quads: the form that `eddsa-rdfc-2022` signs.

Source: RDF Dataset Canonicalization 1.0. JSON-LD contexts of others are not shipped and never fetched. The table below
says what each member of a certificate means in them; a member that is not in it is an error. Tests hold it against two
JSON-LD processors and the official contexts. Two nodes without a name that cannot be told apart by what is said of them
are an error, too: certificates have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

V2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CONTEXT = [V2, OB3, EXTENSIONS]

_CRED = "https://www.w3.org/2018/credentials#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA = "https://schema.org/"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_SEC = "https://w3id.org/security#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DATE = "http://www.w3.org/2001/XMLSchema#dateTime"
_URI = "https://www.w3.org/2001/XMLSchema#anyURI"
_BOOLEAN = "https://www.w3.org/2001/XMLSchema#boolean"
# The context names this datatype by a prefix that it does not define; everybody signs it so.
_ODD_DATE = "xsd:dateTime"
_NODE, _TEXT = "node", ""

_NAMED = {"name": (f"{_SCHEMA}name", _TEXT), "description": (f"{_SCHEMA}description", _TEXT)}
_IMAGE = {"image": (f"{_OB}image", _NODE)}
_CREDENTIAL = {
    **_NAMED,
    **_IMAGE,
    "issuer": (f"{_CRED}issuer", _NODE),
    "validFrom": (f"{_CRED}validFrom", _DATE),
    "validUntil": (f"{_CRED}validUntil", _DATE),
    "awardedDate": (f"{_OB}awardedDate", _ODD_DATE),
    "credentialSubject": (f"{_CRED}credentialSubject", _NODE),
    "evidence": (f"{_CRED}evidence", _NODE),
    "credentialStatus": (f"{_CRED}credentialStatus", _NODE),
    "credentialSchema": (f"{_CRED}credentialSchema", _NODE),
}
# By type: what the type is, and what each member means.
_TERMS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "VerifiableCredential": (
        f"{_CRED}VerifiableCredential",
        {name: _CREDENTIAL[name] for name in ("issuer", "validFrom", "validUntil", "credentialSubject")},
    ),
    "OpenBadgeCredential": (f"{_OB}OpenBadgeCredential", _CREDENTIAL),
    "BitstringStatusListCredential": (f"{_STATUS}BitstringStatusListCredential", {}),
    "Profile": (
        f"{_OB}Profile",
        {**_NAMED, **_IMAGE, "url": (f"{_SCHEMA}url", _URI), "email": (f"{_SCHEMA}email", _TEXT)},
    ),
    "Image": (f"{_OB}Image", {"caption": (f"{_SCHEMA}caption", _TEXT)}),
    "AchievementSubject": (
        f"{_OB}AchievementSubject",
        {
            "achievement": (f"{_OB}achievement", _NODE),
            "identifier": (f"{_OB}identifier", _NODE),
            "result": (f"{_OB}result", _NODE),
        },
    ),
    "IdentityObject": (
        f"{_OB}IdentityObject",
        {
            "hashed": (f"{_OB}hashed", _BOOLEAN),
            "identityHash": (f"{_OB}identityHash", _TEXT),
            "identityType": (f"{_OB}identityType", _TEXT),
            "salt": (f"{_OB}salt", _TEXT),
        },
    ),
    "Achievement": (
        f"{_OB}Achievement",
        {
            **_NAMED,
            **_IMAGE,
            "achievementType": (f"{_OB}achievementType", _TEXT),
            "version": (f"{_OB}version", _TEXT),
            "inLanguage": (f"{_SCHEMA}inLanguage", _TEXT),
            "criteria": (f"{_OB}Criteria", _NODE),
            "alignment": (f"{_OB}alignment", _NODE),
            "resultDescription": (f"{_OB}resultDescription", _NODE),
        },
    ),
    "Alignment": (
        f"{_SCHEMA}AlignmentObject",
        {"targetName": (f"{_SCHEMA}targetName", _TEXT), "targetUrl": (f"{_SCHEMA}targetUrl", _URI)},
    ),
    "ResultDescription": (
        f"{_OB}ResultDescription",
        {
            **_NAMED,
            "resultType": (f"{_OB}resultType", _TEXT),
            "requiredValue": (f"{_OB}requiredValue", _TEXT),
            "valueMin": (f"{_OB}valueMin", _TEXT),
            "valueMax": (f"{_OB}valueMax", _TEXT),
        },
    ),
    "Result": (
        f"{_OB}Result",
        {
            "resultDescription": (f"{_OB}resultDescription", _URI),
            "value": (f"{_SCHEMA}value", _TEXT),
            "status": (f"{_OB}status", _TEXT),
        },
    ),
    "Evidence": (
        f"{_OB}Evidence",
        {**_NAMED, "narrative": (f"{_OB}narrative", _TEXT), "genre": (f"{_SCHEMA}genre", _TEXT)},
    ),
    "BitstringStatusListEntry": (
        f"{_STATUS}BitstringStatusListEntry",
        {
            "statusPurpose": (f"{_STATUS}statusPurpose", _TEXT),
            "statusListIndex": (f"{_STATUS}statusListIndex", _TEXT),
            "statusListCredential": (f"{_STATUS}statusListCredential", _NODE),
        },
    ),
    "BitstringStatusList": (
        f"{_STATUS}BitstringStatusList",
        {
            "statusPurpose": (f"{_STATUS}statusPurpose", _TEXT),
            "encodedList": (f"{_STATUS}encodedList", f"{_SEC}multibase"),
        },
    ),
    "1EdTechJsonSchemaValidator2019": (
        "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019",
        {},
    ),
    "DataIntegrityProof": (
        f"{_SEC}DataIntegrityProof",
        {
            "created": ("http://purl.org/dc/terms/created", _DATE),
            "cryptosuite": (f"{_SEC}cryptosuite", f"{_SEC}cryptosuiteString"),
            "proofPurpose": (f"{_SEC}proofPurpose", "purpose"),
            "verificationMethod": (f"{_SEC}verificationMethod", _NODE),
        },
    ),
}
# Criteria have no type of their own: what stands in them means the same wherever they are.
_UNTYPED = {"criteria": {"narrative": (f"{_OB}narrative", _TEXT)}}
_MOST_NODES = 200
_PURPOSES = {"assertionMethod": f"{_SEC}assertionMethod"}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`\ud800-\udfff]*")
_ESCAPES = str.maketrans(
    {
        **{chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
        "\b": "\\b",
        "\t": "\\t",
        "\n": "\\n",
        "\f": "\\f",
        "\r": "\\r",
        '"': '\\"',
        "\\": "\\\\",
    }
)
# What stands for a value in a template: letters of the private-use area that no text may hold.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{_OPEN}([a-z0-9]+){_CLOSE}")
# Members whose texts are no data.
_OF_SHAPE = frozenset({"@context", "type"})

Quad = tuple[str, str, str]


class QuadsError(ValueError):
    """A document that says something which the table does not know; the text says what."""


def canonical_quads(document: Mapping[str, Any]) -> str:
    """A certificate, a status list or the settings of a proof, without `proof` and `proofValue`, as canonical N-Quads.

    Raises QuadsError.
    """
    return _canonical(_quads_of(document))


def escaped(words: str) -> str:
    """A text as it stands in a literal."""
    return words if words.isprintable() and '"' not in words and "\\" not in words else words.translate(_ESCAPES)


class Quads:
    """The canonical N-Quads of many documents that differ in their texts, fast: each shape is worked out once."""

    def __init__(self) -> None:
        self._templates: dict[tuple[object, ...], _Template] = {}
        self._constant: Mapping[str, Any] = {}

    def of(self, document: Mapping[str, Any], constant: Mapping[str, Any]) -> str:
        """What `canonical_quads` says of the document. `constant` is a part of it that stays what it is for long."""
        if constant is not self._constant:
            self._templates, self._constant = {}, constant
        shape: list[object] = []
        texts: list[str] = []
        _take_apart(document, constant, shape, texts)
        key = tuple(shape)
        if key not in self._templates:
            names = iter(range(len(texts)))
            self._templates[key] = _Template(_with_slots(document, constant, names))
        return self._templates[key].fill(texts)


def _take_apart(value: Any, constant: Mapping[str, Any], shape: list[object], texts: list[str]) -> None:
    """The shape of a document, and its texts in order. Types and what is constant belong to the shape."""
    if type(value) is str:
        texts.append(value)
    elif value is constant:
        shape.append(constant.get("id"))
    elif type(value) is dict:
        shape.append(len(value))
        for name, one in value.items():
            shape.append(name)
            if type(one) is str and name not in _OF_SHAPE:
                texts.append(one)
            elif name in _OF_SHAPE:
                shape.append(str(one))
            else:
                _take_apart(one, constant, shape, texts)
    elif type(value) is list:
        shape.append(len(value))
        for one in value:
            _take_apart(one, constant, shape, texts)
    else:
        shape.append(value)


def _with_slots(value: Any, constant: Mapping[str, Any], names: Iterator[int]) -> Any:
    """The document with a slot for each text, in the order of `_take_apart`."""
    if value is constant:
        return value
    if isinstance(value, dict):
        return {name: one if name in _OF_SHAPE else _with_slots(one, constant, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_slots(one, constant, names) for one in value]
    return f"{_OPEN}t{next(names)}{_CLOSE}" if isinstance(value, str) else value


class _Template:
    def __init__(self, document: Mapping[str, Any]) -> None:
        quads = _quads_of(document)
        nodes = _blank_nodes(quads)
        self._seen_from = [
            (node, [_pattern(_line(_as_seen_from(node, quad))) for quad in quads if node in quad]) for node in nodes
        ]
        lines = [_line(quad) for quad in _named(quads, nodes)]
        self._patterns = [_pattern(line) for line in lines if _OPEN in line]
        self._constant = [line for line in lines if _OPEN not in line]
        self._labels = {node: f"n{number}" for number, node in enumerate(nodes)}

    def fill(self, texts: Sequence[str]) -> str:
        known = {f"t{number}": escaped(text) for number, text in enumerate(texts)}
        hashes = {node: _hash([pattern % known for pattern in patterns]) for node, patterns in self._seen_from}
        known |= {self._labels[node]: label for node, label in _labels(hashes).items()}
        return "".join(sorted({*self._constant, *(pattern % known for pattern in self._patterns)}))


def _named(quads: Sequence[Quad], nodes: Sequence[str]) -> list[Quad]:
    """Quads with a slot for the name of each blank node."""
    names = {node: f"{_OPEN}n{number}{_CLOSE}" for number, node in enumerate(nodes)}
    return [(names.get(s, s), p, names.get(o, o)) for s, p, o in quads]


def _pattern(line: str) -> str:
    return _SLOT.sub(r"%(\1)s", line.replace("%", "%%"))


def _canonical(quads: Sequence[Quad]) -> str:
    nodes = _blank_nodes(quads)
    if len(nodes) > _MOST_NODES:
        raise QuadsError(f"it has {len(nodes)} parts without a name; certificates have a handful")
    seen = {node: [_line(_as_seen_from(node, quad)) for quad in quads if node in quad] for node in nodes}
    labels = _labels({node: _hash(lines) for node, lines in seen.items()})
    return "".join(sorted({_line((labels.get(s, s), p, labels.get(o, o))) for s, p, o in quads}))


def _hash(lines: Iterable[str]) -> str:
    return sha256("".join(sorted(lines)).encode()).hexdigest()


def _blank_nodes(quads: Iterable[Quad]) -> list[str]:
    return list(dict.fromkeys(part for s, _, o in quads for part in (s, o) if part.startswith("_:")))


def _as_seen_from(node: str, quad: Quad) -> Quad:
    s, p, o = quad

    def seen(part: str) -> str:
        return part if not part.startswith("_:") else "_:a" if part == node else "_:z"

    return seen(s), p, seen(o)


def _labels(hashes: Mapping[str, str]) -> dict[str, str]:
    if len(set(hashes.values())) < len(hashes):
        raise QuadsError("two parts without a name say the same: they cannot be told apart")
    ordered = sorted(hashes, key=hashes.__getitem__)
    return {node: f"_:c14n{number}" for number, node in enumerate(ordered)}


def _line(quad: Quad) -> str:
    return f"{quad[0]} {quad[1]} {quad[2]} .\n"


def _quads_of(document: Mapping[str, Any]) -> list[Quad]:
    quads: list[Quad] = []
    _add(document, quads, _Counter(), "")
    return list(dict.fromkeys(quads))


class _Counter:
    def __init__(self) -> None:
        self.count = -1

    def node(self) -> str:
        self.count += 1
        return f"_:b{self.count}"


def _add(value: Any, quads: list[Quad], counter: _Counter, member: str) -> str:
    """Say what a node says; returns its name."""
    if isinstance(value, str):
        return _iri(value)
    if not isinstance(value, Mapping):
        raise QuadsError(f"{member} is neither an object nor an address")
    given = value.get("id")
    subject = counter.node() if given is None else _iri(given)
    kinds = value.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    terms = dict(_UNTYPED.get(member, {}))
    for kind in kinds:
        if not isinstance(kind, str) or kind not in _TERMS:
            raise QuadsError(f"the type '{kind}' is not known here")
        iri, known = _TERMS[kind]
        terms |= known
        quads.append((subject, f"<{_TYPE}>", f"<{iri}>"))
    for name, given in value.items():
        if name in {"id", "type", "@context", "proof"}:
            continue
        if name not in terms:
            raise QuadsError(f"'{name}' is not known in {' '.join(map(str, kinds)) or member}")
        predicate, kind = terms[name]
        for one in given if isinstance(given, list) else [given]:
            quads.append((subject, f"<{predicate}>", _object(one, kind, quads, counter, name)))
    return subject


def _object(value: Any, kind: str, quads: list[Quad], counter: _Counter, member: str) -> str:
    if kind == _NODE:
        return _add(value, quads, counter, member)
    if kind == "purpose":
        if value not in _PURPOSES:
            raise QuadsError(f"the purpose '{value}' is not known here")
        return f"<{_PURPOSES[value]}>"
    if kind == _BOOLEAN:
        if not isinstance(value, bool):
            raise QuadsError(f"{member} is neither true nor false")
        return f'"{str(value).lower()}"^^<{_BOOLEAN}>'
    if not isinstance(value, str):
        raise QuadsError(f"{member} is no text")
    return f'"{escaped(value)}"' + (f"^^<{kind}>" if kind else "")


def _iri(value: Any) -> str:
    if not isinstance(value, str) or not (_IRI.fullmatch(value) or _SLOT.fullmatch(value)):
        raise QuadsError(f"'{str(value)[:100]}' is no address")
    return f"<{value}>"
