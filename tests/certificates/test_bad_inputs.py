"""What must not get through: forged and worn-out certificates, odd evidence, a ledger that was meddled with, a crash."""

from __future__ import annotations

import csv
import errno
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from certifying import NOW, WEBSITE, Desk, passed, tier
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from support import COURSE_SRC, copy_one_course

from smac_courses import certify_cli
from smac_courses.certificates import issuing, publish, reminders
from smac_courses.certificates.bake import BakeError, bake, unbake
from smac_courses.certificates.dids import did_key
from smac_courses.certificates.encoding import base64url, key_multibase
from smac_courses.certificates.ledger import Ledger, LedgerError, locked
from smac_courses.certificates.moments import moment_of, months_later
from smac_courses.certificates.proofs import JCS, RDFC, Signer, Signing
from smac_courses.certificates.status import status_list
from smac_courses.certificates.store import Store
from smac_courses.certificates.verify import NotVerified
from smac_courses.cli import smac
from smac_courses.errors import EnvironmentProblem, SmacError, UsageError

Make = Callable[..., Desk]
Run = Callable[..., Result]
Document = dict[str, Any]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIST = f"{WEBSITE}/status/revocation-1.json"


@pytest.fixture
def one(desk: Make) -> Desk:
    """Ada's certificate, published."""
    made = desk()
    made.issue(passed("Ada Lovelace"))
    made.publish()
    return made


def opened(made: Desk) -> Document:
    found: Document = json.loads(made.data(made.made[0]))
    return found


def as_bytes(document: Document) -> bytes:
    return json.dumps(document).encode()


def signed(made: Desk, document: Document, signer: Signer | None = None) -> bytes:
    """Signed by the issuer, or by somebody else."""
    body = {name: value for name, value in document.items() if name != "proof"}
    return as_bytes(Signing(signer or made.store.signer(), body["@context"], "2026-11-22T12:00:00Z").signed(body))


def kind_of(made: Desk, data: bytes, **more: Any) -> str:
    """How a certificate fails, or `valid`."""
    try:
        made.verify(data, **more)
    except NotVerified as error:
        return error.kind
    return "valid"


def put_list(made: Desk, document: Document, signer: Signer | None = None) -> None:
    (made.site / "status/revocation-1.json").write_bytes(signed(made, document, signer))


def a_list(since: str = "2026-11-22T12:00:00Z", until: str = "2027-01-01T00:00:00Z", **more: Any) -> Document:
    words = {"address": LIST, "issuer": "did:web:certificates.example.com", "purpose": "revocation", **more}
    return status_list(words["address"], words["issuer"], words["purpose"], [], since, until)


# -- certificates that were changed ---------------------------------------------------------------------------


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in items:
        yield (*path, name)
        yield from paths_in(inside, (*path, name))


def test_no_member_can_be_changed_or_taken_out(one: Desk) -> None:
    whole = opened(one)
    paths = list(paths_in(whole))

    assert len(paths) > 70
    assert kind_of(one, as_bytes(whole)) == "valid"
    for path in paths:
        if path in {("proof", 1, "@context"), ("issuer",)}:  # the first stands for that of the certificate; see below
            continue
        for is_taken_out in (False, True):
            document = opened(one)
            inside = document
            for step in path[:-1]:
                inside = inside[step]
            before = inside[path[-1]]
            if is_taken_out:
                del inside[path[-1]]
            else:
                inside[path[-1]] = f"{before}x" if isinstance(before, str) else "x"
            if path == ("proof", 0) and is_taken_out:
                continue  # the other signature is on the whole JSON
            assert kind_of(one, as_bytes(document)) != "valid", path


def test_a_certificate_without_an_issuer_does_not_hold(one: Desk) -> None:
    document = opened(one)
    del document["issuer"]

    assert kind_of(one, as_bytes(document)) == "issuer"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("validUntil", None), ("credentialStatus", []), ("credentialStatus", None), ("expirationDate", "2099-01-01"),
        ("unknown", "x"), ("@context", [{"@vocab": "https://evil.example/"}]), ("type", "OpenBadgeCredential"),
    ],
)  # fmt: skip
def test_no_member_can_be_put_in_or_emptied(name: str, value: Any, one: Desk) -> None:
    assert kind_of(one, as_bytes({**opened(one), name: value})) in {"signature", "malformed"}


def test_an_expiry_or_a_status_under_its_full_name_does_not_hide(one: Desk) -> None:
    """The RDF signature holds then: the certificate says the same, only that no simple reader finds it."""
    for name in ("validUntil", "credentialStatus"):
        document = opened(one)
        document[f"https://www.w3.org/2018/credentials#{name}"] = document.pop(name)
        for proofs in (document["proof"], document["proof"][:1]):
            assert kind_of(one, as_bytes({**document, "proof": proofs})) == "malformed"


@pytest.mark.parametrize(
    "context",
    [
        [{"validUntil": None}], "https://www.w3.org/ns/credentials/v2", [],
        ["https://www.w3.org/ns/credentials/v2", {"x": "https://example.com"}],
    ],
)  # fmt: skip
def test_another_context_is_refused_even_if_the_issuer_signed_it(context: Any, one: Desk) -> None:
    assert kind_of(one, as_bytes({**opened(one), "@context": context})) == "malformed"
    with_more = {**opened(one), "@context": [*opened(one)["@context"], "https://example.com/more"]}
    assert kind_of(one, signed(one, with_more)) == "malformed"


def test_proofs_are_all_needed_whole_and_known(one: Desk) -> None:
    whole = opened(one)
    rdfc, jcs = whole["proof"]
    broken = {"proofValue": rdfc["proofValue"][:-4] + "1111"}
    kinds = {
        "none": None, "empty": [], "texts": ["x"], "only rdfc": [rdfc], "only rdfc as an object": rdfc,
        "doubled": [rdfc, jcs, jcs], "first broken": [rdfc | broken, jcs], "second broken": [rdfc, jcs | broken],
        "swapped": [rdfc | {"proofValue": jcs["proofValue"]}, jcs], "many": [rdfc, jcs, *[{}] * 8],
        "unknown": [jcs, rdfc | {"cryptosuite": "eddsa-2022"}], "other type": [jcs | {"type": "Ed25519Signature2020"}],
        "purpose": [jcs | {"proofPurpose": "authentication"}], "empty value": [jcs | {"proofValue": "z"}],
        "own context": [jcs | {"@context": []}],
    }  # fmt: skip
    for what, proof in kinds.items():
        assert kind_of(one, as_bytes({**whole, "proof": proof})) == "signature", what
    del whole["proof"]
    assert kind_of(one, as_bytes(whole)) == "signature"


def test_one_proof_on_the_json_is_enough_in_a_list_or_not(one: Desk) -> None:
    jcs = opened(one)["proof"][1]

    assert jcs["cryptosuite"] == JCS
    assert opened(one)["proof"][0]["cryptosuite"] == RDFC
    for proof in (jcs, [jcs]):
        assert kind_of(one, as_bytes({**opened(one), "proof": proof})) == "valid"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe{}", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60, b'{"a": "' + b"x" * (1 << 20) + b'"}', b'{"a": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_certificate_is_malformed(data: bytes, one: Desk) -> None:
    assert kind_of(one, data) == "malformed"


def test_a_second_expiry_in_the_same_file_is_refused(one: Desk) -> None:
    data = one.data(one.made[0]).replace(b'"validUntil":', b'"validUntil":"2099-01-01T00:00:00Z","validUntil":', 1)

    assert kind_of(one, data) == "malformed"


@pytest.mark.parametrize("name", ["created", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue", "type"])
@pytest.mark.parametrize("value", [None, 7, "", "x", True, 1.5])
def test_a_proof_with_odd_values_does_not_hold(name: str, value: Any, one: Desk) -> None:
    document = opened(one)
    document["proof"][0][name] = value

    assert kind_of(one, as_bytes(document)) in {"signature", "issuer"}


@pytest.mark.parametrize("value", [[], ["x"], {}, {"a": []}])
def test_a_cryptosuite_that_is_no_text_does_not_hold(value: Any, one: Desk) -> None:
    document = opened(one)
    document["proof"][0]["cryptosuite"] = value

    assert kind_of(one, as_bytes(document)) == "signature"


@pytest.mark.parametrize("created", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_time_at_the_end_of_the_calendar_does_not_hold(created: str, one: Desk) -> None:
    document = opened(one)
    document["proof"][1]["created"] = created

    assert kind_of(one, as_bytes(document)) == "signature"


# -- times ----------------------------------------------------------------------------------------------------


def test_a_certificate_holds_to_the_second_of_its_end(one: Desk) -> None:
    data, until = one.data(one.made[0]), moment_of(opened(one)["validUntil"])
    one.now = until - DAY
    with locked(one.store.folder):
        one.store.refresh_lists(one.now)
    one.publish()

    assert kind_of(one, data, now=until) == "valid"
    assert kind_of(one, data, now=until + SECOND) == "expired"


@pytest.mark.parametrize(("seconds", "kind"), [(299, "valid"), (300, "valid"), (301, "early")])
def test_a_clock_may_be_five_minutes_behind(seconds: int, kind: str, desk: Make) -> None:
    made = desk()
    made.issue(passed("Ada Lovelace", NOW))
    made.publish()
    document = opened(made)
    document["validFrom"] = (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert kind_of(made, signed(made, document)) == kind


@pytest.mark.parametrize("name", ["validFrom", "validUntil"])
@pytest.mark.parametrize(
    "value",
    [
        "2026-11-01T12:00:00", "2026-11-01", "", "2026-02-29T12:00:00Z", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z",
        "2026-11-01T12:00:60Z", "2026-11-01T25:00:00Z", "2026-11-01T12:00:00+25:00", "٢٠٢٦-11-01T12:00:00Z",
        "2026-11-01T12:00:00z", " 2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z\n", "20261101T120000Z",
    ],
)  # fmt: skip
def test_a_date_without_a_zone_or_that_is_none_is_malformed(name: str, value: str, one: Desk) -> None:
    assert kind_of(one, signed(one, {**opened(one), name: value})) == "malformed"


def test_a_leap_day_and_the_last_year() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)

    assert months_later(leap, 12) == datetime(2029, 2, 28, 12, tzinfo=UTC)
    assert months_later(leap, 48) == datetime(2032, 2, 29, 12, tzinfo=UTC)
    assert months_later(datetime(9998, 12, 31, tzinfo=UTC), 12).year == 9999
    with pytest.raises(ValueError, match="calendar"):
        months_later(datetime(9999, 1, 31, tzinfo=UTC), 12)


def test_a_certificate_of_a_leap_day_ends_on_the_day_before(desk: Make) -> None:
    made = desk()
    made.now = datetime(2028, 3, 1, tzinfo=UTC)
    outcome = made.issue(passed("Ada Lovelace", datetime(2028, 2, 29, 12, tzinfo=UTC)))

    assert [award.valid_until for _, award in outcome.made] == ["2029-02-28T12:00:00Z"]


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59Z", "9999-12-31T00:00:00+14:00"])
def test_a_certificate_may_end_in_the_year_9999(until: str, one: Desk) -> None:
    assert kind_of(one, signed(one, {**opened(one), "validUntil": until})) == "valid"


# -- issuers and keys -----------------------------------------------------------------------------------------


def attacker() -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.generate()
    return key, key_multibase(key.public_key().public_bytes_raw())


def test_a_key_in_the_fragment_is_nobodys(one: Desk) -> None:
    key, name = attacker()
    did = one.store.did

    for method in (f"{did}#{name}", f"{did}#key-2026-1", f"did:key:{name}#{name}", did, f"{did}#"):
        assert kind_of(one, signed(one, opened(one), Signer(key, method))) in {"issuer", "signature"}


@pytest.mark.parametrize(
    "issuer",
    [
        "did:web:evil.example", "did:web:certificates.example.com:c", "did:web:certificates%2Eexample.com",
        "did:web:CERTIFICATES.example.com", "did:web:certificates.example.com:c:..", "did:web:", "https://x.example/",
        "did:web:certificates.example.com%2F..", 7, None, {}, {"id": ["did:web:certificates.example.com"]},
    ],
)  # fmt: skip
def test_another_issuer_is_not_ours(issuer: Any, one: Desk) -> None:
    key, name = attacker()
    document = {**opened(one), "issuer": issuer}

    assert kind_of(one, as_bytes(document)) in {"issuer", "unknown"}
    if isinstance(issuer, str) and issuer.startswith("did:"):
        assert kind_of(one, signed(one, document, Signer(key, f"{issuer}#{name}"))) in {"issuer", "unknown"}


def test_a_did_key_does_not_stand_for_the_issuer_of_a_site(one: Desk) -> None:
    key, name = attacker()
    document = opened(one)
    document["issuer"]["id"] = did_key(key.public_key().public_bytes_raw())
    del document["credentialStatus"]

    assert kind_of(one, signed(one, document, Signer(key, f"did:key:{name}#{name}"))) == "issuer"


def test_a_did_key_with_the_list_of_somebody_else_does_not_hold(one: Desk) -> None:
    key, name = attacker()
    document = opened(one)
    document["issuer"]["id"] = f"did:key:{name}"

    assert (
        kind_of(one, signed(one, document, Signer(key, f"did:key:{name}#{name}")), issuer=f"did:key:{name}") == "status"
    )


def test_a_key_that_was_withdrawn_signs_nothing_and_a_rotated_one_still_does(one: Desk) -> None:
    data = one.data(one.made[0])
    one.store.rotate(NOW + SECOND)
    one.now = NOW + 2 * SECOND
    one.publish()
    assert kind_of(one, data) == "valid"

    path = one.site / ".well-known/did.json"
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps({**document, "assertionMethod": document["assertionMethod"][1:]}))
    assert kind_of(one, data) == "issuer"
    path.write_text(json.dumps({**document, "verificationMethod": document["verificationMethod"][1:]}))
    assert kind_of(one, data) == "issuer"
    path.unlink()
    assert kind_of(one, data) == "unknown"


def test_after_a_key_was_withdrawn_new_certificates_hold_at_once(one: Desk) -> None:
    one.now += SECOND
    one.store.rotate(one.now, is_compromised=True)
    one.now += SECOND
    one.issue(passed("Bob Jones"))
    one.publish()

    assert kind_of(one, one.data(one.made[1])) == "valid"


def test_the_certificate_of_somebody_else_is_found_out(one: Desk) -> None:
    data = one.data(one.made[0])

    for email in ("ada@example.com", " ADA@Example.COM "):
        assert kind_of(one, data, email=email) == "valid"
    for email in ("bob@example.com", "ada@example.org", "ada+x@example.com", "x", " "):
        assert kind_of(one, data, email=email) == "person"


# -- revocation -----------------------------------------------------------------------------------------------


def test_what_was_suspended_or_revoked_does_not_hold(one: Desk) -> None:
    for action, kind in (("suspend", "suspended"), ("restore", "valid"), ("revoke", "revoked")):
        one.now += SECOND
        one.change(one.made[0], action)
        one.publish()
        assert kind_of(one, one.data(one.made[0])) == kind


def test_without_the_list_nothing_can_be_said(one: Desk) -> None:
    (one.site / "status/revocation-1.json").unlink()

    assert kind_of(one, one.data(one.made[0])) == "unknown"


def test_a_list_must_be_the_issuers_own_of_today(one: Desk) -> None:
    key, _ = attacker()
    short = a_list()
    short["credentialSubject"]["encodedList"] = "u" + base64url(gzip.compress(bytes(100)))
    wrong = [
        a_list(until="2026-11-22T11:59:59Z"), a_list(since="2026-11-22T13:00:00Z"), short,
        a_list(purpose="suspension"), a_list(address=f"{WEBSITE}/status/revocation-2.json"),
        a_list(issuer="did:web:evil.example"), {**a_list(), "type": ["VerifiableCredential"]},
        {**a_list(), "credentialSubject": {**a_list()["credentialSubject"], "encodedList": "uAAAA"}},
        {**a_list(), "credentialSubject": {**a_list()["credentialSubject"], "encodedList": "x"}},
    ]  # fmt: skip
    data = one.data(one.made[0])

    put_list(one, a_list())
    assert kind_of(one, data) == "valid"
    for document in wrong:
        put_list(one, document)
        assert kind_of(one, data) in {"status", "issuer"}
    put_list(one, a_list(), Signer(key, one.store.signer().method))
    assert kind_of(one, data) == "status"
    (one.site / "status/revocation-1.json").write_bytes(as_bytes(a_list()))
    assert kind_of(one, data) == "status"


def test_an_old_list_can_be_shown_again_for_its_ninety_days_only(one: Desk) -> None:
    old = (one.site / "status/revocation-1.json").read_bytes()
    one.now += DAY
    one.change(one.made[0], "revoke")
    one.publish()
    (one.site / "status/revocation-1.json").write_bytes(old)

    assert kind_of(one, one.data(one.made[0]), now=NOW + timedelta(days=91)) == "status"


def test_a_certificate_that_was_issued_anew_in_the_same_second_is_over(one: Desk) -> None:
    old = one.data(one.made[0])
    issuing.reissue(one.store, one.program, one.made, one.now, name="Ada King")
    one.publish()

    assert kind_of(one, old) == "revoked"


def test_signing_the_lists_anew_while_somebody_revokes_forgets_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "new")
    run("issue", "report.csv")
    run("publish", "public")
    (path,) = Path("public/c").glob("*.json")

    def open_and_meanwhile(folder: Path) -> Store:
        store = Store.open(folder)
        issuing.change(Store.open(folder), [path.stem], "revoke", "a reason", NOW + SECOND)
        return store

    monkeypatch.setattr(certify_cli, "_now", lambda: NOW + 2 * SECOND)
    with monkeypatch.context() as patch:
        patch.setattr(certify_cli, "_open", open_and_meanwhile)
        run("status", "refresh")
    run("publish", "public")

    assert "revoked" in run("verify", str(path), code=1).output


# -- pictures -------------------------------------------------------------------------------------------------


def test_a_certificate_in_a_picture_comes_out_as_it_went_in() -> None:
    svg, words = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', b'{"a": "]]>", "b": "</openbadges:credential>"}'

    assert unbake(bake(svg, words)) == words


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"<svg>", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt", b"\0" * 99]
)
def test_a_picture_without_a_certificate_says_so(data: bytes) -> None:
    with pytest.raises(BakeError):
        unbake(data)


# -- evidence: the command --------------------------------------------------------------------------------------

HEADER = "email,name,course,score,passed,date\n"


def line(email: str = "ada@example.com", name: str = "Ada Lovelace", score: str = "90", more: str = "") -> str:
    out = io.StringIO()
    csv.writer(out).writerow([email, name, "smac-disclosure", score, "passed", "2026-11-20"])
    return out.getvalue() + more


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    program = copy_one_course(tmp_path / "course_src")
    program.write_text(program.read_text("utf-8") + f"issuer:\n  website: {WEBSITE}\n", "utf-8")
    (tmp_path / "report.csv").write_text(HEADER + line(), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(certify_cli, "_now", lambda: NOW)

    def call(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(smac, ["certify", *arguments])
        if isinstance(result.exception, SmacError):
            result.exit_code = {UsageError: 2, EnvironmentProblem: 3}.get(type(result.exception), 1)
            result.stdout_bytes += str(result.exception).encode()
            result.output_bytes += str(result.exception).encode()
        elif result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert bool(result.exit_code) == bool(code), result.output
        return result

    return call


def issued(run: Run, report: str | bytes, *arguments: str, code: int = 0) -> str:
    if not Path("certs").exists():
        run("keys", "new")
    Path("report.csv").write_bytes(report.encode() if isinstance(report, str) else report)
    return run("issue", "report.csv", *arguments, code=code).output


def test_the_same_line_twice_is_one_certificate(run: Run) -> None:
    assert "1 issued" in issued(run, HEADER + line() * 3)
    assert "0 issued; 1 hold" in issued(run, HEADER + line() * 2)


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("Ada@Example.com", "ada@EXAMPLE.COM ", 1),
        (unicodedata.normalize("NFD", "zoë@example.com"), unicodedata.normalize("NFC", "zoë@example.com"), 1),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", 1),
        ("ada+work@example.com", "ada@example.com", 2),
        ("a.da@example.com", "ada@example.com", 2),
    ],
)
def test_addresses_that_are_one_and_that_are_two(first: str, second: str, count: int, run: Run) -> None:
    assert f"{count} issued" in issued(run, HEADER + line(first) + line(second))


def test_two_domains_are_two_even_with_a_sharp_s(run: Run) -> None:
    """Programs do not agree on what the one is in ASCII: it has to be written so."""
    assert "write it as xn--" in issued(run, HEADER + line("ada@straße.example"), code=1)
    assert "2 issued" in issued(run, HEADER + line("ada@xn--strae-oqa.example") + line("ada@strasse.example"))


@pytest.mark.parametrize(
    "email", ["ada", "@", "ada@", "@example.com", "a@b@example.com", "ada @example.com", "a\u200bda@x.de", "ada@x"]
)
def test_what_is_no_address_is_refused(email: str, run: Run) -> None:
    if "@" in email:
        assert "no e-mail" in (said := issued(run, HEADER + line(email), code=1)) or "nobody sees" in said
    else:
        assert "no e-mail address" in issued(run, HEADER + line(email), code=1)


def test_two_learners_with_one_address_stop_everything(run: Run) -> None:
    assert "Nothing was issued" in issued(run, HEADER + line() + line(name="Bob Jones"), code=1)
    keyed = "employee id," + HEADER + f"1,{line()}2,{line()}"
    assert "have one address" in issued(run, keyed, code=1)


@pytest.mark.parametrize("is_apart", [True, False], ids=["two reports", "a line without address first"])
def test_one_person_under_a_number_and_an_address_gets_one_certificate(is_apart: bool, desk: Make) -> None:
    made = desk()
    by_number = passed("Ada Lovelace", key="4711", email="ada@example.com")
    by_address = passed("Ada Lovelace", key="ada@example.com")
    if is_apart:
        made.issue(by_number)
        made.issue(by_address)
    else:
        made.issue(passed("Ada Lovelace", key="4711", email=""), by_number, by_address)

    assert len(made.made) <= 1


@pytest.mark.parametrize(
    "name",
    [
        "李", "A", "山田 太郎", "محمد علي", "דוד כהן", "n\u0303a", "Ada 👩\u200d🚀 L", "<script>alert(1)</script>", "O'Neil \"Q\" & Co",
        "=cmd()|'/c calc'!A1", "#panic() *b*", "A]]>", "a\\b%s{0}", "می\u200cخواهم", "x" * 120,
    ],
)  # fmt: skip
def test_names_that_are_allowed_verify_as_they_are(name: str, run: Run) -> None:
    issued(run, HEADER + line(name=name))
    run("publish", "public")
    (path,) = Path("public/c").glob("*.json")

    assert unicodedata.normalize("NFC", name) in run("verify", str(path)).output
    page = Path("public/verify.html").read_text("utf-8")
    assert name not in page or len(name) == 1


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "12345", "👩\u200d🚀", "x" * 121, "x" * 500, "\u202egnp.exe", "Ada\u2066L", "A\u200bda", "\ufeffAda", "Ada\x08", "Ada\x7f",
        "Ad\x85a", "Ada\u2028L", "Ada\ue000", "Ada\U000e0041", "Ada\xad",
    ],
)  # fmt: skip
def test_names_that_nobody_could_read_are_refused(name: str, run: Run) -> None:
    assert "Nothing was issued" in issued(run, HEADER + line(name=name), code=1)
    assert not Path("certs/issued").exists()


@pytest.mark.parametrize("name", ["\u3164", "Ada\u115f", "Ada\u034f", "Ada\u200d"])
def test_signs_that_nobody_sees_are_refused_even_if_they_are_letters(name: str, run: Run) -> None:
    assert "nobody sees" in issued(run, HEADER + line(name=name), code=1)


def test_a_newline_in_a_name_is_a_space(run: Run) -> None:
    assert "Ada Lovelace, SMaC" in issued(run, HEADER + line(name="Ada\r\n\tLovelace"))


@pytest.mark.parametrize("name", ["=cmd()", "+cmd()L", "-cmd()", "@cmd()"])
def test_a_formula_is_no_formula_in_the_table_of_reminders(name: str, run: Run) -> None:
    issued(run, HEADER + line(name=name))
    (row,) = list(csv.DictReader(io.StringIO(run("due", "--within", "400d").output)))

    assert row["name"] == f"'{name}"


def test_a_name_begins_no_cell_of_a_table_that_is_read_with_semicolons(run: Run) -> None:
    issued(run, HEADER + line(name="Ada;=cmd()"))
    rows = csv.reader(io.StringIO(run("due", "--within", "400d").output), delimiter=";")

    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_a_name_cannot_add_a_line_to_the_calendar(run: Run) -> None:
    issued(run, HEADER + line(name="Ada\r\nEND:VEVENT;,\\n" + "ü" * 80))
    store = Store.open(Path("certs"))
    text = reminders.as_calendar(issuing.due(store, timedelta(days=400), NOW), {"foundation": "A\nB"}, "x", NOW)

    assert text.count("\r\nEND:VEVENT\r\n") == 1
    assert "\\;\\,\\\\n" in text.replace("\r\n ", "")
    assert all(len(one.encode()) <= 75 for one in text.split("\r\n"))


@pytest.mark.parametrize(
    "score", ["NaN", "-0", "-5", "1e400", "1e2", "Infinity", "101", "٩٠", "90/0", "0x50", "80,5,1", "9" * 400]
)
def test_what_is_no_score_is_refused(score: str, run: Run) -> None:
    assert "score" in issued(run, HEADER + line(score=score), code=1)


@pytest.mark.parametrize(
    ("score", "shown"), [("80,5", "80"), ("80.999", "80"), ("9/10", "90"), ("90 %", "90"), ("100,0", "100")]
)
def test_scores_are_whole_and_never_rounded_up(score: str, shown: str, run: Run) -> None:
    issued(run, HEADER + line(score=score))
    run("publish", "public")
    (path,) = Path("public/c").glob("*.json")

    assert f": {shown} %" in run("verify", str(path)).output


def test_too_few_points_are_no_pass_whatever_else_it_says(run: Run) -> None:
    assert "which of the two holds" in issued(run, HEADER + line(score="79.99"), code=1)


@pytest.mark.parametrize(
    "report",
    [
        b"\xef\xbb\xbf" + (HEADER + line()).encode(), (HEADER + line()).replace("\r\n", "\n").replace("\n", "\r\n").encode(),
        (HEADER + line()).replace(",", ";").encode(), (HEADER + line()).replace(",", "\t").encode(),
        (HEADER + line()).replace("\r\n", "\r").replace("\n", "\r").encode(), (HEADER + "\n\n" + line() + ",,,,,\n").encode(),
        (HEADER + line(name="Ada\nLovelace")).encode(),
    ],
    ids=["BOM", "CRLF", "semicolons", "tabs", "CR", "empty lines", "quoted newline"],
)  # fmt: skip
def test_a_table_may_come_from_anywhere(report: bytes, run: Run) -> None:
    assert "1 issued" in issued(run, report)


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (b"", "empty"), (b"\xff\xfe\x00", "not utf-8"), (HEADER.replace("name,", "nom,") + line(), "no column 'name'"),
        (HEADER + "ada@example.com,Ada,smac-disclosure,90,passed\n", "no date"),
        (HEADER + line().replace("2026-11-20", "20.11.26"), "no date"),
        (HEADER + line().replace("2026-11-20", "2026-11-22T12:05:01Z"), "lies ahead"),
        (HEADER + line().replace("2026-11-20", "9999-12-31T23:59:59-14:00"), "date"),
        ((HEADER + line("Ada\ud800")).encode("utf-8", "surrogatepass"), "not utf-8"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_why(report: str | bytes, says: str, run: Run) -> None:
    assert says in issued(run, report, code=1)


@pytest.mark.parametrize(
    "report",
    [
        HEADER + line().replace("Ada Lovelace", '"Ada Lovelace') + line("bob@example.com", "Bob Jones"),
        HEADER + line().replace("2026-11-20", "2026-11-20,more,still more"),
        HEADER.replace("date", "date,score") + line(score="10").replace("2026-11-20", "2026-11-20,90"),
    ],
    ids=["a quote without end", "more cells than columns", "a column twice"],
)
def test_a_table_that_was_shifted_is_not_read(report: str, run: Run) -> None:
    issued(run, report, code=1)


@pytest.mark.parametrize("word", ["pending", "not yet", "n", "nein", "n/a"])
def test_a_policy_is_confirmed_by_yes_or_a_date_only(word: str, run: Run) -> None:
    program = Path("course_src/program.yml")
    words = program.read_text("utf-8")
    program.write_text(
        words.replace("    valid_months: 12\n", "    valid_months: 12\n    attestation: true\n"), "utf-8"
    )
    report = HEADER.replace("date", "date,attested") + line().replace("2026-11-20", f"2026-11-20,{word}")
    run("keys", "new")
    Path("report.csv").write_text(report)

    assert "1 issued" not in CliRunner().invoke(smac, ["certify", "issue", "report.csv"]).output


# -- statements -------------------------------------------------------------------------------------------------


def statement(**more: Any) -> Document:
    return {
        "actor": {"name": "Ada Lovelace", "mbox": "mailto:ada@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": _course_iri()},
        "timestamp": "2026-11-20T10:00:00Z",
        **more,
    }


def _course_iri() -> str:
    from smac_courses.pipeline import check_courses

    (course,) = check_courses([COURSE_SRC / "smac-disclosure"], NOW.date()).project.courses
    return str(course.iri())


def stated(run: Run, *statements: Document) -> str:
    """What comes of statements; of two people where the second is fine."""
    run("keys", "new")
    Path("s.json").write_text(json.dumps(statements))
    result = CliRunner().invoke(smac, ["certify", "issue", "s.json", "--partial"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_a_statement_is_a_pass(run: Run) -> None:
    assert "1 issued" in stated(run, statement())


@pytest.mark.parametrize(
    "wrong",
    [
        {"timestamp": "2026-11-20T10:00:00"}, {"timestamp": "2026-11-22T12:05:01Z"}, {"timestamp": 7}, {"timestamp": ""},
        {"actor": {}}, {"actor": []}, {"actor": {"mbox": "mailto:x"}}, {"actor": {"mbox": "mailto:a@b.de", "name": "\ud800A"}},
        {"result": {"score": {"scaled": float("nan")}}}, {"result": {"score": {"scaled": -0.1}}}, {"result": {"success": False}},
        {"result": {"score": {"scaled": 1.5}}}, {"result": {"score": {"scaled": True}}}, {"result": {"score": {"scaled": "1"}}},
        {"object": {"id": "https://example.com/x"}}, {"object": []}, {"result": []},
    ],
    ids=str,
)  # fmt: skip
def test_statements_that_are_odd_issue_nothing(wrong: Document, run: Run) -> None:
    assert "0 issued" in stated(run, statement(**wrong))


def test_a_statement_with_too_few_points_is_no_pass(run: Run) -> None:
    assert "0 issued" in stated(run, statement(result={"score": {"scaled": 0.1}, "success": True}))


@pytest.mark.parametrize(
    "wrong", [{"verb": "passed"}, {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "object": []}]
)
def test_a_statement_that_is_no_object_does_not_stop_the_others(wrong: Document, run: Run) -> None:
    assert "1 issued" in stated(run, statement(**wrong), statement())


def test_a_version_that_cannot_be_written_does_not_stop_the_others(run: Run) -> None:
    other = statement(actor={"name": "Bob", "mbox": "mailto:bob@example.com"})

    assert "1 issued" in stated(run, statement(context={"revision": "\ud800"}), other)


def test_a_line_of_statements_ends_at_a_newline_only(run: Run) -> None:
    text = json.dumps(statement(result={"response": "a\u2028b"}), ensure_ascii=False)
    run("keys", "new")
    Path("s.jsonl").write_text(f"{text}\n{text}\n", "utf-8")

    assert "1 issued" in run("issue", "s.jsonl").output


# -- awards -----------------------------------------------------------------------------------------------------


def ended(made: Desk, action: str) -> None:
    if action == "erase":
        issuing.erase(made.store, [made.made[0]], made.now)
    else:
        made.change(made.made[0], action)


@pytest.mark.parametrize("action", ["revoke", "erase"])
def test_who_passes_again_after_it_was_taken_back_is_certified_anew(action: str, desk: Make) -> None:
    made = desk()
    made.issue(passed("Ada Lovelace", NOW - 10 * DAY))
    ended(made, action)
    made.now += 30 * DAY
    outcome = made.issue(passed("Ada Lovelace", NOW - 10 * DAY), passed("Ada Lovelace", NOW + 29 * DAY))

    assert [award.valid_from[:10] for _, award in outcome.made] == ["2026-12-21"]


@pytest.mark.parametrize("action", ["revoke", "erase", "suspend"])
def test_the_evidence_of_what_was_taken_back_does_not_bring_it_back(action: str, desk: Make) -> None:
    made = desk()
    made.issue(passed("Ada Lovelace"))
    ended(made, action)

    assert made.issue(passed("Ada Lovelace")).made == []


@pytest.mark.parametrize("action", ["revoke", "suspend"])
def test_what_does_not_hold_is_not_prolonged(action: str, desk: Make) -> None:
    made = desk()
    made.issue(passed("Ada Lovelace", NOW - 10 * DAY))
    ended(made, action)
    made.now += timedelta(days=330)
    outcome = made.issue(passed("Ada Lovelace", NOW + timedelta(days=320)))

    assert all(award.valid_until == "2028-10-08T12:00:00Z" for _, award in outcome.made)


@pytest.mark.parametrize(("months", "days"), [(1, 60), (2, 62), (12, 366)])
def test_one_pass_is_one_certificate_however_long_the_window(months: int, days: int, desk: Make) -> None:
    made = desk(tier(valid_months=months, renewal_days=days))
    for _ in range(4):
        made.issue(passed("Ada Lovelace"))

    assert len(made.made) == 1


@pytest.mark.parametrize("days", [301, 330, 365])
def test_a_renewal_never_shortens(days: int, desk: Make) -> None:
    made = desk()
    made.issue(passed("Ada Lovelace", NOW - DAY))
    made.now = NOW + timedelta(days=days)
    (found,) = made.issue(passed("Ada Lovelace", NOW - DAY), passed("Ada Lovelace", made.now - 2 * DAY)).made or [
        ("", None)
    ]

    if found[1]:
        assert found[1].valid_until == "2028-11-21T12:00:00Z"
    assert made.issue(passed("Ada Lovelace", made.now - 2 * DAY)).made == []


def test_the_same_evidence_gives_the_same_end_whenever_it_is_read(desk: Make) -> None:
    made = desk()
    outcome = made.issue(
        passed("Ada Lovelace", NOW - timedelta(days=400)), passed("Ada Lovelace", NOW - timedelta(days=40))
    )

    assert [award.valid_until for _, award in outcome.made] == ["2027-10-18T12:00:00Z"]


def test_a_pass_of_the_year_202_issues_nothing_that_does_not_verify(desk: Make) -> None:
    made = desk(tier(valid_months=0))
    made.issue(passed("Ada Lovelace", datetime(202, 5, 1, tzinfo=UTC)))
    made.publish()

    assert all(kind_of(made, made.data(name)) == "valid" for name in made.made)


def test_an_address_that_is_given_anew_is_in_its_one_form(one: Desk) -> None:
    one.now += SECOND
    issuing.reissue(one.store, one.program, one.made, one.now, email="Countess@Example.COM")
    one.publish()

    assert kind_of(one, one.data(one.made[0]), email="countess@example.com") == "valid"


@pytest.mark.parametrize("option", [("--name", "\u202eAda"), ("--email", "nobody")])
def test_reissue_refuses_what_issue_refuses(option: tuple[str, str], run: Run) -> None:
    name = issued(run, HEADER + line()).split()[0]

    assert run("reissue", name, *option, code=2).exit_code


def test_reissue_of_one_that_is_not_there_changes_nothing(one: Desk) -> None:
    with pytest.raises(SmacError):
        issuing.reissue(one.store, one.program, [one.made[0], "nothing"], NOW + SECOND)

    assert [entry["action"] for entry in one.store.ledger.entries] == ["key", "issue"]


@pytest.mark.parametrize("name", ["../issuer", "..", "/etc/passwd", "a/../../b", "", "x" * 300])
def test_an_id_is_no_path(name: str, one: Desk) -> None:
    for command in (issuing.erase, issuing.kept):
        with pytest.raises(SmacError):
            command(one.store, [name], NOW) if command is issuing.erase else command(one.store, name)
    assert (one.folder / "certs/issuer.json").exists()


def test_an_address_leads_nowhere_outside_of_the_site(one: Desk) -> None:
    fetch = publish.site_in(one.site).fetch

    assert fetch(f"{WEBSITE}/c/{one.made[0]}.json")
    for path in (
        "../certs/issuer.json",
        "c/../../certs/keys/secret.bin",
        "%2e%2e/certs/issuer.json",
        "/etc/passwd",
        "",
    ):
        assert fetch(f"{WEBSITE}/{path}") is None


@pytest.mark.parametrize("where", ["certs", "."])
def test_private_keys_are_never_in_what_is_published(where: str, one: Desk) -> None:
    with pytest.raises(UsageError):
        publish.publish(one.store, one.folder / where, one.program.issuer, NOW)


def test_nobody_else_may_read_keys_awards_or_the_ledger(one: Desk) -> None:
    private = [path for path in (one.folder / "certs").rglob("*") if path.is_file() and path.parent.name != "status"]

    assert len(private) > 5
    assert [path for path in private if path.stat().st_mode & 0o077] == []
    assert (one.folder / "certs/keys").stat().st_mode & 0o077 == 0
    key = next((one.folder / "certs/keys").glob("*.pem"))
    key.chmod(0o640)
    with pytest.raises(EnvironmentProblem, match="others can read"):
        one.store.signer()


def test_no_person_is_in_the_ledger_or_in_public_files_but_their_certificate(one: Desk) -> None:
    files = [path for path in one.site.rglob("*") if path.is_file() and path.parent.name != "c"]
    for path in (*files, one.folder / "certs/ledger.jsonl"):
        assert b"Lovelace" not in path.read_bytes()
        assert b"ada@" not in path.read_bytes()
    assert b"ada@" not in one.data(one.made[0])


# -- the ledger -------------------------------------------------------------------------------------------------


def ledger_of(made: Desk) -> Path:
    return made.folder / "certs/ledger.jsonl"


def test_a_clock_that_was_set_back_stops_everything(one: Desk) -> None:
    one.now -= timedelta(seconds=1)

    with pytest.raises(EnvironmentProblem, match="clock"):
        one.issue(passed("Bob Jones", NOW - 2 * DAY))
    with pytest.raises(EnvironmentProblem, match="clock"):
        one.change(one.made[0], "suspend")
    assert len(one.store.ledger.entries) == 2


def test_a_clock_that_was_set_back_makes_no_key(one: Desk) -> None:
    with pytest.raises(EnvironmentProblem, match="clock"):
        one.store.rotate(NOW - DAY)

    assert len(one.store.data["keys"]) == 1


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_was_changed_or_taken_out_is_found(at: int, one: Desk) -> None:
    one.issue(passed("Bob Jones"))
    lines = ledger_of(one).read_bytes().splitlines(keepends=True)
    for wrong in (
        [*lines[:at], lines[at].replace(b'"time":"202', b'"time":"201'), *lines[at + 1 :]],
        [*lines[:at], *lines[at + 1 :]],
        [*lines[:at], lines[at], *lines[at:]],
        [*lines[:at], b"{}\n", *lines[at + 1 :]],
    ):
        ledger_of(one).write_bytes(b"".join(wrong))
        with pytest.raises(LedgerError):
            Ledger(one.folder / "certs")


def test_a_ledger_that_was_cut_or_removed_is_found(one: Desk) -> None:
    lines = ledger_of(one).read_bytes().splitlines(keepends=True)
    ledger_of(one).write_bytes(lines[0])
    with pytest.raises(LedgerError, match="cut"):
        _ = one.store
    ledger_of(one).unlink()
    with pytest.raises(LedgerError, match="cut"):
        _ = one.store


def test_a_ledger_that_was_removed_with_its_head_is_found(one: Desk) -> None:
    ledger_of(one).unlink()
    (one.folder / "certs/ledger.head").unlink()

    with pytest.raises(SmacError):
        _ = one.store


def test_without_its_head_the_ledger_goes_on(one: Desk) -> None:
    (one.folder / "certs/ledger.head").unlink()
    one.issue(passed("Bob Jones"))

    assert (one.folder / "certs/ledger.head").exists()
    assert issuing.audit(one.store) == ([], [])


def cut_with_its_head(made: Desk) -> None:
    """A revocation undone by somebody who can write in the store."""
    made.now += SECOND
    made.change(made.made[0], "revoke")
    made.publish()
    ledger_of(made).write_bytes(b"".join(ledger_of(made).read_bytes().splitlines(keepends=True)[:-1]))
    (made.folder / "certs/ledger.head").unlink()


def test_the_checkpoint_finds_a_cut_without_the_head(one: Desk) -> None:
    cut_with_its_head(one)

    assert any("not the one that was published" in wrong for wrong in publish.audit_site(one.store, one.site))


def test_publish_does_not_hide_a_cut(one: Desk) -> None:
    cut_with_its_head(one)
    one.now += SECOND

    with pytest.raises(SmacError):
        one.publish()


def test_a_write_that_did_not_end_is_mended(one: Desk) -> None:
    with ledger_of(one).open("ab") as file:
        file.write(b'{"action":"issue","id":"half')
    assert "write that did not end" in issuing.audit(one.store)[1][0]
    one.issue(passed("Bob Jones"))

    assert issuing.audit(one.store) == ([], [])
    assert len(one.store.standing().held) == 2


def test_an_award_that_was_changed_is_found(one: Desk) -> None:
    path = one.store.path_of(one.made[0], 0)
    path.write_bytes(path.read_bytes().replace(b'"valid_until":"2027', b'"valid_until":"2099', 1))

    assert issuing.audit(one.store)[0]


def test_a_certificate_that_was_changed_in_the_store_or_the_site_is_found(one: Desk) -> None:
    for path in (one.store.path_of(one.made[0], 0), one.site / "c" / f"{one.made[0]}.json"):
        path.write_bytes(path.read_bytes().replace(b'"validUntil":"2027', b'"validUntil":"2099', 1))

    assert issuing.audit(one.store)[0]
    assert publish.audit_site(one.store, one.site)


# -- full disks, crashes and two at once ------------------------------------------------------------------------

PEOPLE = 100
CHILD = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from certifying import NOW, WEBSITE, Desk, course, passed, tier
from smac_courses.diagnostics import Location
from smac_courses.model.course import Issuer, Program

folder, at = Path(sys.argv[1]), int(sys.argv[2])
calls = 0

def counted(before):
    def call(*given, **more):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return before(*given, **more)
    return call

program = Program(variables={}, certifications=(tier(),), at=Location("program.yml"), issuer=Issuer(name="Example", website=WEBSITE))
desk = Desk(folder, program, {"basics": course("basics")})
people = [passed(f"P{number} Example") for number in range(PEOPLE)]
os.open, os.replace, os.fsync, os.sync, os.chmod = map(counted, (os.open, os.replace, os.fsync, os.sync, os.chmod))
print(len(desk.issue(*people).made), calls)
""".replace("PEOPLE", str(PEOPLE))


def child(folder: Path, at: int = 0) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(at)], env=env, stdout=subprocess.PIPE, text=True
    )


def people() -> list[Any]:
    return [passed(f"P{number} Example") for number in range(PEOPLE)]


def assert_all_are_certified_once(made: Desk) -> None:
    store = made.store
    held = store.standing().held
    assert len(held) == len({one.learner for one in held.values()}) == PEOPLE
    assert len({tuple(one.numbers) for one in held.values()}) == PEOPLE
    assert issuing.audit(store) == ([], [])
    made.publish()
    assert publish.audit_site(store, made.site) == []
    assert all(kind_of(made, made.data(name)) == "valid" for name in held)


def assert_crashes_do_no_harm(made: Desk, tries: int, at_the_end: int) -> None:
    """Kill an issue at some of its calls to the system, the last ones among them, and issue again."""
    shutil.copytree(made.folder / "certs", made.folder / "whole/certs")
    process = child(made.folder / "whole")
    count, calls = map(int, process.communicate()[0].split())
    assert count == PEOPLE
    last = range(calls + 1 - at_the_end, calls + 1)
    for at in sorted({*random.Random(7).sample(range(1, calls), tries), *last}):
        folder = made.folder / f"at{at}"
        shutil.copytree(made.folder / "certs", folder / "certs")
        process = child(folder, at)
        process.communicate()
        assert process.returncode == -9, at
        again = Desk(folder, made.program, made.courses)
        again.issue(*people())
        assert_all_are_certified_once(again)
        shutil.rmtree(folder)


def test_a_crash_in_the_middle_loses_nothing_and_doubles_nothing(desk: Make) -> None:
    assert_crashes_do_no_harm(desk(), 2, 4)


@pytest.mark.deep
def test_two_hundred_crashes_lose_nothing_and_double_nothing(desk: Make) -> None:
    assert_crashes_do_no_harm(desk(), 193, 7)


def test_two_who_write_at_once_issue_everything_once(desk: Make) -> None:
    made = desk()
    both = [child(made.folder), child(made.folder)]
    counts = [int(process.communicate()[0].split()[0]) for process in both]

    assert sorted(counts) == [0, PEOPLE]
    assert_all_are_certified_once(made)


def full_at(monkeypatch: pytest.MonkeyPatch, name: str, at: int) -> None:
    """The disk is full at a call of a function."""
    calls, before = [0], getattr(os, name)

    def call(*given: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return before(*given, **more)

    monkeypatch.setattr(os, name, call)


@pytest.mark.parametrize(("name", "at"), [("replace", 1), ("replace", 60), ("open", 40), ("fsync", 1), ("fsync", 2)])
def test_a_full_disk_is_said_and_the_next_run_goes_on(
    name: str, at: int, desk: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk()
    with monkeypatch.context() as patch:
        full_at(patch, name, at)
        with pytest.raises(EnvironmentProblem, match="No space"):
            made.issue(*people())
    made.issue(*people())

    assert_all_are_certified_once(made)


@pytest.mark.parametrize("size", [1, 400, 40_000])
def test_half_a_ledger_line_on_a_full_disk_is_mended(size: int, desk: Make) -> None:
    made = desk()
    before = ledger_of(made).read_bytes()
    head = (made.folder / "certs/ledger.head").read_bytes()
    made.issue(*people())
    ledger_of(made).write_bytes(ledger_of(made).read_bytes()[: len(before) + size])
    (made.folder / "certs/ledger.head").write_bytes(head)
    made.issue(*people())

    assert_all_are_certified_once(made)


def test_a_crash_while_one_is_issued_anew_leaves_the_old_one(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    one.now += SECOND
    with monkeypatch.context() as patch:
        full_at(patch, "sync", 1)
        with pytest.raises(OSError, match="No space"):
            issuing.reissue(one.store, one.program, one.made, one.now, name="Ada King")
    one.issue(passed("Bob Jones"))
    one.publish()
    indexes = [json.loads(one.data(name))["credentialStatus"]["statusListIndex"] for name in one.made]

    assert issuing.audit(one.store)[0] == []
    assert len(set(indexes)) == 2
