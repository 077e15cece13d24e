"""The page that checks certificates: what it accepts, what it refuses and why, and that it is there for everybody."""

from __future__ import annotations

import json
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from certifying import NOW, WEBSITE, Desk, course, passed, tier
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from playwright.sync_api import Browser, BrowserContext, Dialog, FilePayload, Page, expect

from smac_courses.certificates import issuing
from smac_courses.certificates.bake import bake
from smac_courses.certificates.encoding import from_multibase58, key_multibase, multibase58
from smac_courses.certificates.proofs import Signer, Signing
from smac_courses.certificates.publish import plain_badge
from smac_courses.certificates.quads import V2
from smac_courses.certificates.status import status_list
from smac_courses.certificates.store import Store
from smac_courses.diagnostics import Location
from smac_courses.model.course import Issuer, Program

HOLDS, NOT = "This certificate holds", "This certificate could not be verified"
EXPIRED, EARLY = "This certificate has expired", "This certificate does not hold yet"
REVOKED, SUSPENDED = "This certificate was revoked", "This certificate is suspended"
UNKNOWN, FOREIGN = "This could not be checked", "Not a certificate of this issuer"
ADA, EVE = "Ada Lovelace", "Eve <img src=x onerror=alert(1)><script>alert(2)</script>"
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
)
# A browser that has no Ed25519 of its own: Chromium before 137, Firefox before 129.
WITHOUT_ED25519 = """
    const own = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, algorithm, ...more) => {
      if ((algorithm.name ?? algorithm) === "Ed25519") throw new DOMException("", "NotSupportedError");
      return own(format, data, algorithm, ...more);
    };
"""
# RFC 8032, 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


class Handler(SimpleHTTPRequestHandler):
    """The published folder, as any host serves it. `server.slow` are seconds by path, `server.cut` paths whose body ends."""

    def do_GET(self) -> None:
        del self.headers["If-Modified-Since"]  # which cannot tell two files of one second apart
        time.sleep(self.server.slow.get(self.path, 0))  # type: ignore[attr-defined]
        if self.path in self.server.cut:  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Length", "9999")
            self.end_headers()
            self.wfile.write(b"{")
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Site:
    """What somebody has published."""

    desk: Desk
    ada: str
    eve: str
    url: str = ""
    slow: dict[str, float] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)

    def path(self, name: str) -> Path:
        return self.desk.site / name

    def edit(self, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change a published file."""
        found = json.loads(self.path(name).read_bytes())
        change(found)
        self.path(name).write_text(json.dumps(found))

    def ada_with(self, change: Callable[[dict[str, Any]], Any]) -> bytes:
        """Ada's certificate with something changed, by somebody who has no key."""
        found = json.loads(self.desk.data(self.ada))
        change(found)
        return json.dumps(found).encode()

    def signed(self, change: Callable[[dict[str, Any]], Any], signer: Signer | None = None) -> bytes:
        """The same, signed anew, by the issuer or somebody else."""
        found = json.loads(self.desk.data(self.ada))
        del found["proof"]
        change(found)
        return json.dumps(
            Signing(signer or self.desk.store.signer(), found["@context"], stamp(NOW)).signed(found)
        ).encode()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    Store.create(tmp_path / "certs", WEBSITE, NOW - timedelta(days=1000))
    issuer = Issuer(name="Example & Sons", website=WEBSITE, email="help@example.com")
    program = Program(
        variables={"company.name": "Example"}, certifications=(tier(),), at=Location("program.yml"), issuer=issuer
    )
    desk = Desk(tmp_path, program, {"basics": course("basics")})
    desk.issue(passed(ADA), passed(EVE))
    desk.publish()
    held = desk.store.standing().held
    by_name = {
        award.name: name for name in desk.made for award, _ in [desk.store.read(held[name]) or pytest.fail(name)]
    }
    made = Site(desk, by_name[ADA], by_name[EVE])
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(desk.site)))
    server.slow, server.cut = made.slow, made.cut  # type: ignore[attr-defined]
    made.url = f"http://127.0.0.1:{server.server_port}/verify.html"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


Visit = Callable[..., Page]


@pytest.fixture
def problems() -> list[str]:
    """What a careful developer would see in the console, and requests to others."""
    return []


@pytest.fixture
def visit(browser: Browser, site: Site, problems: list[str]) -> Iterator[Visit]:
    """A function that opens the page; afterwards no rule was broken, no script has failed, and nobody else was asked."""
    contexts: list[BrowserContext] = []

    def refuse(dialog: Dialog) -> None:
        problems.append(dialog.message)
        dialog.dismiss()

    def opened(fragment: str = "", now: datetime = NOW, script: str = "", **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.clock.set_fixed_time(now)
        if script:
            page.add_init_script(script)
        page.on("console", lambda one: problems.append(one.text) if "Failed to load resource" not in one.text else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", refuse)
        page.on("request", lambda one: problems.append(one.url) if not is_ours(one.url, site) else None)
        page.goto(f"{site.url}#{fragment}" if fragment else site.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def is_ours(address: str, site: Site) -> bool:
    return urlsplit(address).netloc == urlsplit(site.url).netloc or address.startswith("blob:")


def says(page: Page, title: str, why: str = "") -> None:
    expect(page.locator("#result h2")).to_have_text(title)
    expect(page.locator("#result")).to_contain_text(why)
    # What nobody has signed is shown to nobody, and only what holds can be taken along.
    assert bool(page.locator("#result dl").count()) == (title in {HOLDS, EXPIRED, EARLY, REVOKED, SUSPENDED})
    assert page.get_by_role("link").count() == (2 if title == HOLDS else 0)


def give(page: Page, data: bytes, name: str = "certificate.json") -> None:
    page.locator("#file").set_input_files(FilePayload(name=name, mimeType="application/octet-stream", buffer=data))


def type_in(page: Page, text: str) -> None:
    page.get_by_label("Number or address").fill(text)
    page.get_by_role("button", name="Check").click()


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# -- what holds -----------------------------------------------------------------------------------------------


def test_a_certificate_by_its_address_says_what_is_signed(site: Site, visit: Visit) -> None:
    page = visit(site.ada)

    says(page, HOLDS)
    said = page.locator("#result").inner_text()
    for one in (ADA, "Foundation", "90 %", "November 21, 2026", "November 21, 2027", "Example & Sons", WEBSITE[8:]):
        assert one in said, one
    assert page.title() == HOLDS


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "  {} ",
        "{}.json",
        "{base}/c/{}.json",
        "{base}/verify.html#{}",
        "c/{}.json",
        "upper",
        "{base}/verify.html#{}/",
    ],
)
def test_a_certificate_by_what_somebody_types(text: str, site: Site, visit: Visit) -> None:
    page = visit()
    type_in(page, site.ada.upper() if text == "upper" else text.replace("{}", site.ada).replace("{base}", WEBSITE))

    says(page, HOLDS)


@pytest.mark.parametrize("kind", ["json", "json with spaces", "json with a mark", "png", "svg", "svg with more before"])
def test_a_certificate_by_a_file(kind: str, site: Site, visit: Visit) -> None:
    data = site.desk.data(site.ada)
    files = {
        "json": data,
        "json with spaces": json.dumps(json.loads(data), indent=4).encode(),
        "json with a mark": b"\xef\xbb\xbf" + data,
        "png": bake(PNG, data),
        "svg": bake(plain_badge("Foundation", ""), data),
        "svg with more before": b'<?xml version="1.0"?>\n' + bake(plain_badge("F", ""), data),
    }
    page = visit()
    give(page, files[kind])

    says(page, HOLDS)
    expect(page.locator("#result")).to_contain_text(ADA)


def test_what_ends_the_text_in_an_svg_comes_back_as_it_was(site: Site, visit: Visit) -> None:
    data = site.signed(lambda one: one["credentialSubject"]["identifier"][-1].update(identityHash="A ]]> B"))
    page = visit()
    give(page, bake(plain_badge("Foundation", ""), data), "badge.svg")

    says(page, HOLDS, "A ]]> B")


def test_a_certificate_by_drop(site: Site, visit: Visit) -> None:
    page = visit()
    words = site.desk.data(site.ada).decode()
    dropped = page.evaluate_handle(
        "(text) => { const one = new DataTransfer(); one.items.add(new File([text], 'a.json')); return one; }", words
    )
    page.dispatch_event("#by-file", "dragover", {"dataTransfer": dropped})
    expect(page.locator("#by-file")).to_have_class("drop over")
    page.dispatch_event("#by-file", "drop", {"dataTransfer": dropped})

    expect(page.locator("#by-file")).to_have_class("drop")
    says(page, HOLDS)


def test_words_in_a_name_are_words(site: Site, visit: Visit) -> None:
    page = visit(site.eve)

    says(page, HOLDS)
    expect(page.locator("#result")).to_contain_text(EVE)
    assert page.locator("#result :is(script, img)").count() == 0


def test_what_can_be_done_with_it(site: Site, visit: Visit) -> None:
    page = visit(site.ada)

    href = page.get_by_role("link", name="LinkedIn").get_attribute("href") or ""
    assert href.startswith("https://www.linkedin.com/profile/add?")
    assert {name: one for name, [one] in parse_qs(urlsplit(href).query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Foundation",
        "organizationName": "Example & Sons",
        "issueYear": "2026",
        "issueMonth": "11",
        "expirationYear": "2027",
        "expirationMonth": "11",
        "certUrl": f"{WEBSITE}/verify.html#{site.ada}",
        "certId": site.ada,
    }
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    assert download.value.suggested_filename == f"{site.ada}.json"
    assert Path(download.value.path()).read_bytes() == site.desk.data(site.ada)


def test_one_without_an_end(site: Site, visit: Visit) -> None:
    page = visit()
    give(page, site.signed(lambda one: one.pop("validUntil")))

    says(page, HOLDS, "without end")
    assert "expiration" not in (page.get_by_role("link", name="LinkedIn").get_attribute("href") or "")


# -- what was changed -----------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], Any]


def in_subject(change: Change) -> Change:
    return lambda one: change(one["credentialSubject"])


CHANGES: dict[str, Change] = {
    "name": in_subject(lambda one: one["identifier"][-1].update(identityHash="Mallory")),
    "score": in_subject(lambda one: one["result"][0].update(value="100")),
    "title": in_subject(lambda one: one["achievement"].update(name="Expert")),
    "from": lambda one: one.update(validFrom="2026-01-01T00:00:00Z"),
    "until": lambda one: one.update(validUntil="2099-01-01T00:00:00Z"),
    "no end": lambda one: one.pop("validUntil"),
    "awarded": lambda one: one.update(awardedDate="2020-01-01T00:00:00Z"),
    "status": lambda one: one["credentialStatus"].update(statusListIndex="7"),
    "no status": lambda one: one.pop("credentialStatus"),
    "id": lambda one: one.update(id=f"{WEBSITE}/c/{'a' * 20}.json"),
    "more": lambda one: one.update(narrative="more"),
    "created": lambda one: one["proof"][1].update(created="2026-11-22T11:00:00Z"),
    "purpose": lambda one: one["proof"][1].update(proofPurpose="authentication"),
    "context of the proof": lambda one: one["proof"][1].update({"@context": [V2]}),
    "short": lambda one: one["proof"][1].update(proofValue=one["proof"][1]["proofValue"][:-2]),
    "no base58": lambda one: one["proof"][1].update(proofValue="z0OIl"),
    "no proof": lambda one: one.pop("proof"),
    "no proofs": lambda one: one.update(proof=[]),
    "empty proof": lambda one: one.update(proof=[None]),
    "proofs of another": lambda one: one["proof"].__setitem__(1, {**one["proof"][0], "cryptosuite": "eddsa-jcs-2022"}),
    "only the other proof": lambda one: one.update(proof=one["proof"][:1]),
    "one proof twice": lambda one: one["proof"].append(one["proof"][1]),
    "unknown proof": lambda one: one["proof"].append({**one["proof"][1], "cryptosuite": "mine"}),
    "end with a long name": lambda one: one.update({"https://www.w3.org/2018/credentials#validUntil": one.pop("validUntil")}),
    "status with a long name": lambda one: one.update(
        {"https://www.w3.org/2018/credentials#credentialStatus": one.pop("credentialStatus")}
    ),
    "other context": lambda one: one["@context"].append({"validUntil": "https://e.example/x"}),
    "prototype": lambda one: one.update({"__proto__": {"validUntil": "2099-01-01T00:00:00Z"}}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_refused(what: str, site: Site, visit: Visit) -> None:
    data = site.ada_with(CHANGES[what])
    page = visit()
    give(page, data)
    says(page, NOT)

    site.path(f"c/{site.ada}.json").write_bytes(data)
    type_in(page, site.ada)
    expect(page.locator("#result h2")).to_have_text(NOT)


def test_a_changed_rdfc_proof_alone_is_not_seen_by_the_page_but_by_the_program(site: Site, visit: Visit) -> None:
    """The page checks the proof on the JSON; what it shows is under that one."""
    page = visit()
    give(page, site.ada_with(lambda one: one["proof"][0].update(proofValue=one["proof"][1]["proofValue"])))

    says(page, HOLDS)


def test_the_file_of_a_number_is_that_of_the_number(site: Site, visit: Visit) -> None:
    site.path(f"c/{site.ada}.json").write_bytes(site.desk.data(site.eve))

    says(visit(site.ada), NOT, "another certificate")


# -- time and status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "title"),
    [
        (NOW - timedelta(days=1, seconds=301), NOT),  # not even signed yet
        (NOW - timedelta(seconds=301), NOT),
        (NOW - timedelta(seconds=299), HOLDS),  # clocks differ
        (NOW, HOLDS),
        (NOW + timedelta(days=89), HOLDS),
        (NOW + timedelta(days=91), NOT),  # the list of revoked certificates is over
        (NOW + timedelta(days=366), EXPIRED),
    ],
)
def test_time_goes_by(now: datetime, title: str, site: Site, visit: Visit) -> None:
    page = visit(site.ada, now)

    says(page, title)
    if title == EXPIRED:
        expect(page.locator("#result")).to_contain_text("It held until November 21, 2027.")


def test_one_of_tomorrow(site: Site, visit: Visit) -> None:
    page = visit()
    give(page, site.signed(lambda one: one.update(validFrom=stamp(NOW + timedelta(days=1)))))

    says(page, EARLY, "It holds from November 23, 2026 on.")


def test_revoked_suspended_restored(site: Site, visit: Visit) -> None:
    page = visit()
    for action, name, title in [
        ("suspend", site.ada, SUSPENDED),
        ("restore", site.ada, HOLDS),
        ("revoke", site.ada, REVOKED),
        ("", site.eve, HOLDS),
    ]:
        if action:
            site.desk.change(name, action)
            site.desk.publish()
        type_in(page, name)
        says(page, title)


def test_the_old_one_of_a_reissued_certificate_is_revoked(site: Site, visit: Visit) -> None:
    old = site.desk.data(site.ada)
    site.desk.now += timedelta(minutes=1)
    issuing.reissue(site.desk.store, site.desk.program, [site.ada], site.desk.now, name="Ada King")
    site.desk.publish()
    page = visit(site.ada, site.desk.now)
    says(page, HOLDS, "Ada King")
    give(page, old)

    says(page, REVOKED)


def test_the_old_one_of_one_reissued_in_the_second_of_another_change_is_revoked(site: Site, visit: Visit) -> None:
    """revoke, reissue and publish in one script: all in one second."""
    old = site.desk.data(site.ada)
    site.desk.now += timedelta(minutes=1)
    site.desk.change(site.eve, "revoke")
    issuing.reissue(site.desk.store, site.desk.program, [site.ada], site.desk.now, name="Ada King")
    site.desk.publish()
    page = visit("", site.desk.now)
    give(page, old)

    says(page, REVOKED)


STATUS: dict[str, tuple[Callable[[Site], Any], str]] = {
    "missing": (lambda site: site.path("status/revocation-1.json").unlink(), UNKNOWN),
    "changed": (lambda site: site.edit("status/revocation-1.json", lambda one: one.update(validUntil="2099-01-01T00:00:00Z")), NOT),
    "the other": (lambda site: site.path("status/revocation-1.json").write_bytes(site.path("status/suspension-1.json").read_bytes()), NOT),
    "of somebody else": (lambda site: put_list(site, issuer="did:web:example.net"), NOT),
    "of another key": (lambda site: put_list(site, signer=stranger(site, "key-2023-1")), NOT),
    "over": (lambda site: put_list(site, until=NOW - timedelta(seconds=1)), NOT),
    "short": (lambda site: put_list(site, encodedList="uH4sIAAAAAAACA2NgAAIAhUUHLwgAAAA"), NOT),
    "no list": (lambda site: site.path("status/revocation-1.json").write_text("<html>"), NOT),
}  # fmt: skip


def put_list(
    site: Site, issuer: str = "", until: datetime = NOW + timedelta(days=9), signer: Signer | None = None, **more: Any
) -> None:
    document = status_list(
        f"{WEBSITE}/status/revocation-1.json", issuer or site.desk.store.did, "revocation", [], stamp(NOW - timedelta(days=9)), stamp(until)
    )  # fmt: skip
    document["credentialSubject"].update(more)
    signed = Signing(signer or site.desk.store.signer(), [V2], stamp(NOW)).signed(document)
    site.path("status/revocation-1.json").write_text(json.dumps(signed))


@pytest.mark.parametrize("what", STATUS)
def test_a_list_that_cannot_be_trusted(what: str, site: Site, visit: Visit) -> None:
    change, title = STATUS[what]
    change(site)

    says(visit(site.ada), title)


# -- who signed -----------------------------------------------------------------------------------------------


def stranger(site: Site, fragment: str = "", did: str = "") -> Signer:
    """Somebody with a key of their own, which they name as they like."""
    key = Ed25519PrivateKey.generate()
    return Signer(key, f"{did or site.desk.store.did}#{fragment or key_multibase(key.public_key().public_bytes_raw())}")


def test_somebody_else_signed(site: Site, visit: Visit) -> None:
    page = visit()
    own = site.desk.store.signer().method.partition("#")[2]
    cases: list[tuple[str, Change, Signer]] = [
        (NOT, lambda one: None, stranger(site, own)),
        (FOREIGN, lambda one: None, stranger(site)),  # the key itself behind the #
        (FOREIGN, lambda one: None, stranger(site, "key-1", "did:web:evil.example")),
        (FOREIGN, lambda one: one["issuer"].update(id="did:web:evil.example"), stranger(site, "key-1", "did:web:evil.example")),
        (FOREIGN, lambda one: one["issuer"].update(id=f"{site.desk.store.did}:x"), stranger(site)),
        (FOREIGN, lambda one: one["issuer"].pop("id"), stranger(site)),
    ]  # fmt: skip
    for title, change, signer in cases:
        give(page, site.signed(change, signer))
        says(page, title)
        page.reload()


def test_a_key_that_was_withdrawn(site: Site, visit: Visit) -> None:
    old = site.desk.data(site.ada)
    site.desk.now += timedelta(minutes=1)
    site.desk.store.rotate(site.desk.now, is_compromised=True)
    site.desk.publish()
    page = visit(site.ada, site.desk.now)
    says(page, FOREIGN, "withdrawn")
    issuing.reissue(site.desk.store, site.desk.program, [site.ada, site.eve], site.desk.now)
    site.desk.publish()
    type_in(page, site.ada)
    says(page, HOLDS)
    give(page, old)

    says(page, FOREIGN, "withdrawn")


def test_a_key_that_was_rotated_goes_on(site: Site, visit: Visit) -> None:
    site.desk.now += timedelta(minutes=1)
    site.desk.store.rotate(site.desk.now)
    site.desk.publish()

    says(visit(site.ada, site.desk.now), HOLDS)


ISSUERS: dict[str, tuple[Callable[[Site], Any], str]] = {
    "missing": (lambda site: site.path(".well-known/did.json").unlink(), UNKNOWN),
    "of another": (lambda site: site.edit(".well-known/did.json", lambda one: one.update(id="did:web:e.example")), FOREIGN),
    "not for certificates": (lambda site: site.edit(".well-known/did.json", lambda one: one.update(assertionMethod=[])), FOREIGN),
    "of another controller": (lambda site: site.edit(".well-known/did.json", lambda one: one["verificationMethod"][0].update(controller="x")), FOREIGN),
    "another kind of key": (lambda site: site.edit(".well-known/did.json", lambda one: one["verificationMethod"][0].update(publicKeyMultibase="zDnaeSUNUCjRkTBFqVDwRhkYY7uAMz3oMFHNRTaLPDVGANbJ4")), FOREIGN),
}  # fmt: skip


@pytest.mark.parametrize("what", ISSUERS)
def test_a_document_of_the_issuer_that_does_not_help(what: str, site: Site, visit: Visit) -> None:
    change, title = ISSUERS[what]
    change(site)

    says(visit(site.ada), title)


@pytest.mark.parametrize("what", ["a page instead of the keys", "cut off", "no way to unpack"])
def test_what_the_host_or_the_browser_lacks_is_not_said_of_the_certificate(what: str, site: Site, visit: Visit) -> None:
    script = ""
    if what == "a page instead of the keys":
        site.path(".well-known/did.json").write_text("<!doctype html><title>Not found</title>")
    elif what == "cut off":
        site.cut.add("/.well-known/did.json")
    else:
        script = "delete globalThis.DecompressionStream"

    says(visit(site.ada, script=script), UNKNOWN)


# -- rubbish --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("b" * 20, UNKNOWN),
        ("../verify", NOT),
        ("", NOT),
        ("b" * 21, NOT),
        ("%", NOT),
        ("<script>alert(1)</script>", NOT),
    ],
)
def test_a_number_that_is_none(text: str, title: str, site: Site, visit: Visit) -> None:
    page = visit()
    type_in(page, text)
    says(page, title)
    if text:
        page.goto("about:blank")
        page.goto(f"{site.url}#{text}")
        says(page, title)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"proof": 7}',
        b"[" * 100_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'"' + b"a" * (1 << 20) + b'"',
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg><openbadges:credential><![CDATA[{}]]></openbadges:credential></svg>",
        PNG,
        PNG[:40],
        b"\x89P",
        PNG[:33] + b"\xff\xff\xff\xffiTXtopenbadgecredential\0\0\0\0\0",
        PNG[:33] + b"\0\0\0\x19iTXtopenbadgecredential\0\0\0\0\0" + b"\0" * 8,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100_000,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_a_file_that_is_no_certificate(data: bytes, visit: Visit) -> None:
    page = visit()
    give(page, data)

    says(page, NOT)


@pytest.mark.parametrize("opening", [b"<openbadges:credential", b"<openbadges:credential><![CDATA["])
def test_a_picture_that_is_made_to_take_long(opening: bytes, visit: Visit) -> None:
    page = visit()
    started = time.monotonic()
    give(page, (b"<svg " + opening * (2_000_000 // len(opening)))[:2_000_000], "badge.svg")

    says(page, NOT)
    assert time.monotonic() - started < 5


# -- the page itself ------------------------------------------------------------------------------------------


def test_of_two_checks_the_last_one_counts(site: Site, visit: Visit) -> None:
    site.slow[f"/c/{site.eve}.json"] = 1.5
    page = visit()
    type_in(page, site.eve)
    expect(page.locator("#result")).to_have_text("Checking …")
    type_in(page, site.ada)
    says(page, HOLDS, ADA)
    page.wait_for_timeout(2000)

    says(page, HOLDS, ADA)


def test_another_address_is_another_check(site: Site, visit: Visit) -> None:
    page = visit(site.ada)
    says(page, HOLDS, ADA)
    page.evaluate("(name) => { location.hash = name; }", site.eve)
    says(page, HOLDS, "Eve")
    page.go_back()

    says(page, HOLDS, ADA)


def test_the_address_is_that_of_what_is_shown(site: Site, visit: Visit) -> None:
    page = visit(site.ada)
    type_in(page, site.eve)
    says(page, HOLDS, "Eve")
    page.reload()

    says(page, HOLDS, "Eve")


def test_the_same_file_can_be_tried_again(site: Site, visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "again.json"
    file.write_bytes(site.desk.data(site.ada))
    keys = site.path(".well-known/did.json")
    kept = keys.read_bytes()
    keys.unlink()
    page = visit()
    page.locator("#file").set_input_files(file)
    says(page, UNKNOWN)
    keys.write_bytes(kept)
    page.locator("#file").set_input_files(file)

    says(page, HOLDS)


def test_by_the_keyboard_alone(site: Site, visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Tab")
    page.keyboard.type(site.ada)
    page.keyboard.press("Enter")
    says(page, HOLDS)
    assert page.evaluate("document.activeElement.id") == "result"
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))

    assert reached == ["Evidence", "Add to my LinkedIn profile", "Save as a file (JSON)", "name", "Check", "file"]


def test_without_a_script_it_says_what_to_do(site: Site, visit: Visit) -> None:
    page = visit(site.ada, java_script_enabled=False)

    expect(page.locator("noscript p")).to_be_visible()
    said = page.locator("body").inner_text()
    assert "Your browser runs no scripts here" in said
    assert "help@example.com" in said
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator("#by-file")).to_be_hidden()


def test_no_script_runs_that_is_not_the_pages_own(visit: Visit, problems: list[str]) -> None:
    """The policy is in force: a script that somebody puts into the page does not run."""
    page = visit()
    page.evaluate(
        """() => {
          window.broken = [];
          document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
          const one = document.createElement("script");
          one.textContent = "window.ran = true";
          document.body.append(one);
          fetch("https://example.com/").catch(() => {});
        }"""
    )
    page.wait_for_function("broken.length === 2")
    assert page.evaluate("window.ran") is None
    assert sorted(page.evaluate("broken")) == ["connect-src", "script-src-elem"]
    problems.clear()


def revoke(site: Site, page: Page) -> None:
    site.desk.change(site.ada, "revoke")
    site.desk.publish()
    type_in(page, site.ada)


STATES: dict[str, Callable[[Site, Page], Any]] = {
    "start": lambda site, page: None,
    "good": lambda site, page: type_in(page, site.ada),
    "words": lambda site, page: type_in(page, site.eve),
    "expired": lambda site, page: give(page, site.signed(lambda one: one.update(validUntil="2026-11-22T00:00:00Z"))),
    "revoked": lambda site, page: revoke(site, page),
    "changed": lambda site, page: give(page, site.ada_with(CHANGES["score"])),
    "unknown": lambda site, page: type_in(page, "b" * 20),
    "foreign": lambda site, page: give(page, site.signed(lambda one: one["issuer"].update(id="did:web:e.example"))),
}


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1200, "light"),
        pytest.param(390, "light", marks=pytest.mark.deep),
        pytest.param(390, "dark", marks=pytest.mark.deep),
        (320, "dark"),
    ],
)
def test_it_is_there_for_everybody(width: int, scheme: str, site: Site, visit: Visit, npm_packages: Path) -> None:
    axe = (npm_packages / "axe-core/axe.min.js").read_text("utf-8")
    shots = os.environ.get("SMAC_SHOTS")
    for state, do in STATES.items():
        page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
        do(site, page)
        if state != "start":
            expect(page.locator("#result h2")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), state
        if shots:
            page.screenshot(path=f"{shots}/{state}-{width}-{scheme}.png", full_page=True)
        page.evaluate(f"{axe}; undefined")
        found = page.evaluate(
            "() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
        )
        assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == [], state


# -- Ed25519 by hand ------------------------------------------------------------------------------------------


def test_a_browser_without_ed25519_comes_to_the_same(site: Site, visit: Visit) -> None:
    page = visit(site.ada, script=WITHOUT_ED25519)
    says(page, HOLDS)
    for name in ("name", "score", "until", "created", "proofs of another"):
        give(page, site.ada_with(CHANGES[name]))
        says(page, NOT)
        # A file is no address: the number leads back.
        page.evaluate("(name) => { location.hash = name; }", site.ada)
        says(page, HOLDS)
    own = site.desk.store.signer().method.partition("#")[2]
    give(page, site.signed(lambda one: None, stranger(site, own)))
    says(page, NOT)
    give(page, site.ada_with(with_larger_s))

    says(page, NOT)


def with_larger_s(one: dict[str, Any]) -> None:
    """The same signature in another form, which RFC 8032 refuses."""
    value = from_multibase58(one["proof"][1]["proofValue"])
    one["proof"][1]["proofValue"] = multibase58(
        value[:32] + (int.from_bytes(value[32:], "little") + ORDER).to_bytes(32, "little")
    )


@pytest.fixture
def by_hand(visit: Visit) -> Callable[[bytes, bytes, bytes], bool]:
    """The page's own arithmetic, taken out of its script."""
    script = resources.files("smac_courses.certificates").joinpath("site/verify.js").read_text("utf-8")
    part = script[script.index("  async function isSigned(") : script.index("  // -- the checks")]
    page = visit()
    page.evaluate(f"() => {{ {part} window.byHand = isSignedByHand; }}")

    def check(key: bytes, signature: bytes, data: bytes) -> bool:
        given = [list(one) for one in (key, signature, data)]
        return bool(page.evaluate("(given) => byHand(...given.map((one) => Uint8Array.from(one)))", given))

    return check


def test_the_arithmetic_agrees_with_the_published_vectors(by_hand: Callable[[bytes, bytes, bytes], bool]) -> None:
    for vector in RFC_8032:
        key, data, signature = map(bytes.fromhex, vector)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
        assert by_hand(key, signature, data)
        assert not by_hand(key, signature, data + b"\0")
        for at in range(0, 64, 3):
            wrong = bytearray(signature)
            wrong[at] ^= 1
            assert not by_hand(key, bytes(wrong), data)
        larger = int.from_bytes(signature[32:], "little") + ORDER
        assert not by_hand(key, signature[:32] + larger.to_bytes(32, "little"), data)


def test_the_arithmetic_agrees_with_a_library(by_hand: Callable[[bytes, bytes, bytes], bool]) -> None:
    """Also where points are written in a way that is not the one, or are of a small order."""
    odd = [number.to_bytes(32, "little") for number in (0, 1, P - 1, P, P + 1, 2**255 - 1)]
    odd += [bytes([*one[:31], one[31] | 0x80]) for one in odd]
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    own = key.public_key().public_bytes_raw()
    cases = [(own, point + bytes(32), b"x") for point in odd]
    cases += [(public, point + bytes(32), b"x") for public in odd for point in odd]
    cases += [(own, key.sign(bytes([at])), bytes([at])) for at in range(20)]
    cases += [(own, bytes(64), b""), (own, b"\xff" * 64, b"")]
    # The library takes keys that RFC 8032, 5.1.3 refuses: y beyond the prime, and -0 for x.
    beyond = {one for one in odd if int.from_bytes(one, "little") % 2**255 >= P or one[31] & 0x80}
    different = [case for case in cases if by_hand(*case) != (by_library(*case) and case[0] not in beyond)]

    assert different == []


def by_library(key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
