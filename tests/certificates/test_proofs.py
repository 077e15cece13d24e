"""Signatures and what they are made of, against published vectors and two JSON-LD processors with the official contexts."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph
import pytest
from certifying import Desk, passed, tier
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld
from support import SHARED

from smac_courses.certificates import quads
from smac_courses.certificates.encoding import (
    EncodingError,
    base58,
    canonical_json,
    from_base58,
    from_key_multibase,
    from_multibase58,
    key_multibase,
)
from smac_courses.certificates.proofs import JCS, RDFC, ProofError, Signer, Signing, check_proof
from smac_courses.certificates.quads import CONTEXT, Quads, QuadsError, canonical_quads
from smac_courses.certificates.status import SIZE, place_of

SCHEMAS = SHARED / "schemas/openbadges"
FILES = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.jsonld",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
}


@cache
def context(url: str) -> Any:
    return json.loads((SCHEMAS / FILES[url]).read_text("utf-8"))


def by_pyld(document: Any) -> str:
    def load(url: str, _: Any = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": context(url)}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return str(jsonld.normalize(document, options))


def by_oxigraph(document: Any) -> str:
    whole = {**document, "@context": [context(url)["@context"] for url in document["@context"]]}
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(json.dumps(whole), format=pyoxigraph.RdfFormat.JSON_LD))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def unsigned(data: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(data)
    del document["proof"]
    return document


@pytest.fixture
def full(desk: Callable[..., Desk]) -> Desk:
    """A certificate with everything that one can have."""
    made = desk(
        tier(
            "professional",
            "basics",
            "rules",
            attestation=True,
            description='What "it" is: <b> & more\nin two lines \\ 🎉',
            criteria="Do it.",
            alignment=(("A framework", "https://example.org/a?b=1&c=2#d"), ("Other", "https://example.org/")),
            renewal_course="again",
        ),
        courses=("basics", "rules", "again"),
    )
    made.issue(
        passed("Zoë O'Neil-Łukasz", attested=True), passed("Zoë O'Neil-Łukasz", course="rules", percent="100"),
        passed("山田 太郎", key="4711", attested=True), passed("山田 太郎", key="4711", course="rules", percent=""),
    )  # fmt: skip
    made.publish()
    return made


def everything(made: Desk) -> list[bytes]:
    return [path.read_bytes() for name in ("c", "status") for path in sorted((made.site / name).glob("*.json"))]


def test_what_is_signed_is_what_json_ld_processors_make_of_it(full: Desk, shared: Path) -> None:
    documents = [unsigned(data) for data in everything(full)]

    assert len(documents) == 4
    for document in documents:
        ours = canonical_quads(document)
        assert ours == by_pyld(document)
        assert ours == by_oxigraph(document)


def test_the_settings_of_a_proof_are_too(full: Desk, shared: Path) -> None:
    for data in everything(full):
        document = json.loads(data)
        (settings,) = [one for one in document["proof"] if one["cryptosuite"] == RDFC]
        config = {"@context": document["@context"], **{k: v for k, v in settings.items() if k != "proofValue"}}
        assert canonical_quads(config) == by_pyld(config) == by_oxigraph(config)


def test_certificates_fit_the_official_schema(full: Desk, shared: Path) -> None:
    schema = json.loads((SCHEMAS / "ob_v3p0_achievementcredential_schema.json").read_text("utf-8"))
    for path in (full.site / "c").glob("*.json"):
        jsonschema.validate(json.loads(path.read_text("utf-8")), schema, jsonschema.Draft201909Validator)


def test_many_documents_at_once_say_what_each_says_alone() -> None:
    """Names of nodes depend on what is said of them, so the texts decide their order."""
    chance = random.Random(1)
    constant = {"id": "https://e.example/a", "type": ["Achievement"], "name": "100 % {sure} \\ %(n0)s"}
    many = Quads()
    for number in range(300):
        words = ["".join(chance.choices('ab"\\\n%{}()s ü🎉', k=6)) for _ in range(3)]
        identities = [
            {"type": "IdentityObject", "hashed": False, "identityHash": words[0], "identityType": "name"},
            {
                "type": "IdentityObject",
                "hashed": bool(number % 2),
                "identityHash": str(chance.random()),
                "salt": words[1],
            },
        ]
        document = {
            "@context": CONTEXT,
            "id": f"https://e.example/{number}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": words[2],
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "achievement": constant,
                "identifier": identities[: 1 + number % 3 // 2 + number % 2],
            },
            **({"validUntil": "2027-01-01T00:00:00Z"} if number % 5 else {}),
        }
        assert many.of(document, constant) == canonical_quads(document)
    other = {**constant, "name": "Other"}
    document["credentialSubject"]["achievement"] = other
    assert many.of(document, other) == canonical_quads(document)


@pytest.mark.parametrize(
    "wrong",
    [
        {"validUntil2": "x"},
        {"https://www.w3.org/2018/credentials#validUntil": "x"},
        {"id": "no address"},
        {"id": "https://example.com/a b"},
        {"type": ["VerifiableCredential", "Unknown"]},
        {"type": ["VerifiableCredential", 7]},
        {"name": 7},
        {"issuer": 7},
    ],
)
def test_what_the_table_does_not_know_is_an_error(wrong: dict[str, Any]) -> None:
    document = {"@context": CONTEXT, "id": "https://example.com/a", "type": ["OpenBadgeCredential"], **wrong}

    with pytest.raises(QuadsError):
        canonical_quads(document)


def test_two_parts_that_say_the_same_are_an_error() -> None:
    twin = {"type": "IdentityObject", "identityHash": "a"}
    subject = {"type": ["AchievementSubject"], "identifier": [twin, dict(twin)]}

    with pytest.raises(QuadsError, match="cannot be told apart"):
        canonical_quads({"type": ["OpenBadgeCredential"], "id": "https://example.com/a", "credentialSubject": subject})


# -- published vectors ----------------------------------------------------------------------------------------


def vector(name: str) -> Any:
    return json.loads((SCHEMAS / "testvectors" / name).read_text("utf-8"))


def signed_again(document: dict[str, Any], seed: bytes) -> dict[str, Any]:
    """The same document, signed by us at the same time with the same key."""
    proof = document["proof"]
    signer = Signer(Ed25519PrivateKey.from_private_bytes(seed), proof["verificationMethod"])
    body = {name: value for name, value in document.items() if name != "proof"}
    made = Signing(signer, document["@context"], proof["created"]).signed(body)["proof"]
    return next(one for one in made if one["cryptosuite"] == proof["cryptosuite"])


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of W3C's example context, which no certificate of ours uses."""
    base = "https://www.w3.org/ns/credentials/examples#"
    terms = {**quads._CREDENTIAL, "alumniOf": (f"{base}alumniOf", "")}
    monkeypatch.setitem(quads._TERMS, "AlumniCredential", (f"{base}AlumniCredential", terms))
    monkeypatch.setitem(quads._UNTYPED, "credentialSubject", {"alumniOf": (f"{base}alumniOf", "")})


@pytest.mark.parametrize("suite", [JCS, RDFC])
def test_the_vectors_of_the_w3c_come_out_byte_for_byte(suite: str, shared: Path, examples: None) -> None:
    document, keys = vector(f"w3c-{suite}-signed.json"), vector("keyPair.json")
    seed = from_multibase58(keys["privateKeyMultibase"])[2:]

    check_proof(document, document["proof"], from_key_multibase(keys["publicKeyMultibase"]))
    assert signed_again(document, seed) == document["proof"]


def test_the_vector_of_1edtech_comes_out_byte_for_byte(shared: Path) -> None:
    found = vector("1edtech-ob30-eddsa-rdfc-2022.json")

    check_proof(found["signed"], found["signed"]["proof"], from_key_multibase(found["publicKeyMultibase"]))
    assert signed_again(found["signed"], bytes.fromhex(found["secretKeyHexSeed"])) == found["signed"]["proof"]


def test_a_changed_vector_does_not_hold(shared: Path) -> None:
    found = vector("1edtech-ob30-eddsa-rdfc-2022.json")
    document = {**found["signed"], "name": "Another badge"}

    with pytest.raises(ProofError, match="changed"):
        check_proof(document, document["proof"], from_key_multibase(found["publicKeyMultibase"]))


# -- encodings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), (b"\0", "1"), (b"\0\0\1", "112"), (b"Hello World!", "2NEpo7TZRRrLZSi2U"), (b"\xff" * 2, "LUv")],
)
def test_base58(data: bytes, text: str) -> None:
    """The values of draft-msporny-base58, and short ones."""
    assert base58(data) == text
    assert from_base58(text) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " ", "ü", "1" * 201])
def test_what_is_no_base58_is_refused(text: str) -> None:
    with pytest.raises(EncodingError):
        from_base58(text)


@pytest.mark.parametrize("text", [None, "", "f00", "z", "z1111", key_multibase(b"\1" * 32) + "1"])
def test_what_is_no_key_is_refused(text: Any) -> None:
    with pytest.raises(EncodingError):
        from_key_multibase(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        ({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7},
         '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'),
        ({"a": "\x08\x0b\x1f\"\\/\u2028"}, '{"a":"\\b\\u000b\\u001f\\"\\\\/\u2028"}'),
    ],
)  # fmt: skip
def test_canonical_json(value: Any, text: str) -> None:
    """RFC 8785, 3.2.3: names are sorted as UTF-16."""
    assert canonical_json(value).decode() == text


@pytest.mark.parametrize("value", [{"a": 1.5}, [2**53], float("nan"), {"a": "\ud800"}])
def test_what_certificates_do_not_hold_is_refused(value: Any) -> None:
    with pytest.raises(EncodingError):
        canonical_json(value)


def test_each_place_in_a_status_list_is_given_once() -> None:
    for secret in (b"a" * 32, b"b" * 32):
        places = {place_of(number, secret) for number in range(SIZE)}
        assert places == {(1, index) for index in range(SIZE)}
    assert place_of(SIZE, b"a" * 32)[0] == 2
    assert [place_of(number, b"a" * 32)[1] for number in range(5)] != list(range(5))
