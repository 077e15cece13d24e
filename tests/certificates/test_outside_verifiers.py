"""What verifiers that nobody here wrote say of our certificates; without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from certifying import NOW, WEBSITE, Desk, passed, tier
from openvc import VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_web import DidWebResolver
from openvc.errors import OpenvcError
from openvc.resolvers import default_status_list_resolver
from support import ROOT, SHARED, answer_of

from smac_courses.certificates import issuing
from smac_courses.certificates.proofs import JCS, RDFC
from smac_courses.certificates.publish import site_in
from smac_courses.certificates.verify import NotVerified, verify

SCHEMAS = SHARED / "schemas/openbadges"
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
FILES = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.jsonld",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
    "https://www.w3.org/ns/did/v1": "did-v1.jsonld",
    "https://w3id.org/security/multikey/v1": "multikey-v1.jsonld",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.jsonld",
    SCHEMA: "ob_v3p0_achievementcredential_schema.json",
}

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(shared: Path, node: str, npm_packages: Path) -> Ask:
    """What the verifiers say of certificates, with the files of a published site."""

    def asked(desk: Desk, *credentials: dict[str, Any], now: str = "") -> list[dict[str, Any]]:
        documents = {url: json.loads((SCHEMAS / name).read_bytes()) for url, name in FILES.items()}
        for path in desk.site.rglob("*.json"):
            documents[f"{WEBSITE}/{path.relative_to(desk.site).as_posix()}"] = json.loads(path.read_bytes())
        given = {"documents": documents, "credentials": credentials, "now": now or desk.now.isoformat()}
        said: list[dict[str, Any]] = answer_of([node, ROOT / "tests/certificates/verifiers.mjs"], given, timeout=120)
        return said

    return asked


def changed(document: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(document))
    change(made)
    return made


def holds(desk: Desk, document: dict[str, Any], **more: Any) -> bool:
    """What our own verifier says."""
    try:
        site = site_in(desk.site)
        verify(json.dumps(document).encode(), site.fetch, more.pop("now", desk.now), issuer=site.did, **more)
    except NotVerified:
        return False
    return True


def published(desk: Desk, *names: str) -> list[dict[str, Any]]:
    outcome = desk.issue(*(passed(name) for name in names))
    desk.publish()
    by_name = {award.name: name for name, award in outcome.made}
    return [json.loads(desk.data(by_name[name])) for name in names]


def test_what_holds_is_what_all_say(desk: Callable[..., Desk], ask: Ask) -> None:
    names = ["Ada Lovelace", 'Zoë "Z" \\ O’Neil', "李 小龙", "محمد", "Eve <b>&amp;</b>", "👩\u200d🚀 Sally"]
    one = desk(tier(valid_months=12, alignment=(("A target", "https://example.org/target"),)))
    documents = published(one, *names)

    for name, said in zip(names, ask(one, *documents), strict=True):
        assert (said["vc"], said["core"], said["errors"]) == (True, True, []), name
        assert said["suites"] == {RDFC: True, JCS: True}, name
        assert said["steps"]["valid_signature"], name
    assert all(holds(one, document) for document in documents)


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda one: one["credentialSubject"]["identifier"][-1].update(identityHash="Mallory"),
    "score": lambda one: one["credentialSubject"]["result"][0].update(value="100"),
    "from": lambda one: one.update(validFrom="2026-01-01T00:00:00Z"),
    "until": lambda one: one.update(validUntil="2099-01-01T00:00:00Z"),
    "no end": lambda one: one.pop("validUntil"),
    "no status": lambda one: one.pop("credentialStatus"),
    "other place": lambda one: one["credentialStatus"].update(statusListIndex="5"),
    "title": lambda one: one["credentialSubject"]["achievement"].update(name="Expert"),
    "issuer": lambda one: one["issuer"].update(name="Another"),
}


def test_what_was_changed_is_what_all_refuse(desk: Callable[..., Desk], ask: Ask) -> None:
    one = desk()
    (document,) = published(one, "Ada Lovelace")
    bad = [changed(document, change) for change in CHANGES.values()]

    for what, said in zip(CHANGES, ask(one, *bad), strict=True):
        assert (said["vc"], said["core"], said["suites"]) == (False, False, {RDFC: False, JCS: False}), what
    assert not any(holds(one, document) for document in bad)


def test_time_and_status(desk: Callable[..., Desk], ask: Ask) -> None:
    one = desk(tier(valid_months=2))
    (document,) = published(one, "Ada Lovelace")
    for moment, is_good in ((NOW, True), (NOW + timedelta(days=70), False), (NOW - timedelta(days=2), False)):
        (said,) = ask(one, document, now=moment.isoformat())
        assert (said["vc"], said["core"], holds(one, document, now=moment)) == (is_good,) * 3, moment

    name = one.made[0]
    for action, is_good in (("suspend", False), ("restore", True), ("revoke", False)):
        one.change(name, action)
        one.publish()
        (said,) = ask(one, document)
        assert (said["vc"], said["core"], holds(one, document)) == (is_good,) * 3, action


def test_a_key_that_goes_and_a_certificate_issued_anew(desk: Callable[..., Desk], ask: Ask) -> None:
    one = desk()
    (old,) = published(one, "Ada Lovelace")
    one.now += timedelta(minutes=1)
    one.store.rotate(one.now, is_compromised=True)
    issuing.reissue(one.store, one.program, one.made, one.now, name="Ada King")
    one.publish()
    new = json.loads(one.data(one.made[0]))

    said = ask(one, old, new)
    assert [(each["vc"], each["core"]) for each in said] == [(False, False), (True, True)], said


def test_where_ours_is_stricter(desk: Callable[..., Desk], ask: Ask) -> None:
    """A member under its long name keeps what eddsa-rdfc-2022 signs, and is no end and no status any more for them.

    When they mend it, this fails: then say so in the documents.
    """
    one = desk(tier(valid_months=2))
    (document,) = published(one, "Ada Lovelace")
    one.change(one.made[0], "revoke")
    one.publish()

    def rename(name: str) -> dict[str, Any]:
        return changed(document, lambda it: it.update({f"https://www.w3.org/2018/credentials#{name}": it.pop(name)}))

    endless, unlisted = rename("validUntil"), rename("credentialStatus")
    (said,) = ask(one, unlisted)
    assert (said["vc"], said["core"], said["suites"]) == (True, True, {RDFC: True, JCS: False})
    assert not holds(one, unlisted)
    assert not holds(one, endless)


def test_the_official_schema(desk: Callable[..., Desk], shared: Path) -> None:
    schema = json.loads((SCHEMAS / FILES[SCHEMA]).read_bytes())
    check = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    one = desk(tier(valid_months=12), tier("endless", valid_months=0))
    one.issue(passed("Ada Lovelace"), passed("Nobody", key="4711", email=""), passed("Bo", percent=""))
    one.publish()

    assert len(one.made) == 6
    for name in one.made:
        assert [error.message for error in check.iter_errors(json.loads(one.data(name)))] == []


@pytest.mark.parametrize("suite", [RDFC, JCS])
def test_a_verifier_in_python_that_takes_one_proof_says_the_same(
    desk: Callable[..., Desk], shared: Path, suite: str
) -> None:
    """openvc-core refuses a set of proofs, so it is given one of them, of the certificate and of the lists."""
    one = desk(tier(valid_months=2))
    (document,) = published(one, "Ada Lovelace")
    contexts = {url: json.loads((SCHEMAS / name).read_bytes()) for url, name in FILES.items()}

    def with_one_proof(signed: dict[str, Any]) -> dict[str, Any]:
        return {**signed, "proof": next(proof for proof in signed["proof"] if proof["cryptosuite"] == suite)}

    def read(url: str, *_: Any, **__: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((one.site / url.removeprefix(f"{WEBSITE}/")).read_bytes())
        return found

    def is_good(signed: dict[str, Any], now: datetime = NOW) -> bool:
        registry = DidResolverRegistry([DidWebResolver(read)])
        lists = default_status_list_resolver(
            resolver=registry, extra_contexts=contexts, fetch=lambda url, *_: json.dumps(with_one_proof(read(url)))
        )
        try:
            verify_credential(
                with_one_proof(signed),
                policy=VerificationPolicy(now=now),
                resolver=registry,
                resolve_status_list=lists,
                extra_contexts=contexts,
            )
        except OpenvcError:
            return False
        return True

    assert is_good(document)
    assert not is_good(document, NOW + timedelta(days=70))
    assert [what for what, change in CHANGES.items() if is_good(changed(document, change))] == []
    one.change(one.made[0], "revoke")
    one.publish()
    assert not is_good(document)
