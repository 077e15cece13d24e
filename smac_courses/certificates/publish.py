"""The public files of an issuer: static, for any web host. Only what changed is written."""

from __future__ import annotations

import json
import textwrap
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

from smac_courses.certificates.dids import address_of, document_path
from smac_courses.certificates.ledger import write_safely
from smac_courses.certificates.moments import moment_of, written
from smac_courses.certificates.proofs import Signing
from smac_courses.certificates.quads import CONTEXT, V2
from smac_courses.certificates.status import SIZE
from smac_courses.certificates.store import LIST_DAYS, Store, bytes_of
from smac_courses.certificates.verify import Fetch
from smac_courses.errors import EnvironmentProblem, UsageError
from smac_courses.model.course import Issuer, Program

_EVERYBODY = 0o644
# A list that is younger than this need not be signed anew.
_FRESH = timedelta(days=LIST_DAYS // 2)


@dataclass(slots=True)
class Published:
    """How many files there are, were written, and were removed: those of certificates that were erased."""

    files: int = 0
    written: int = 0
    removed: int = 0


def publish(
    store: Store, out: Path, issuer: Issuer, now: datetime, pictures: Mapping[str, bytes] | None = None
) -> Published:
    """Write the site of an issuer into `out`. `pictures` are badges by their path in it. Raises UsageError."""
    if not store.addresses.base:
        raise UsageError(
            "an issuer for trials (did:key) has no site: set issuer.website in program.yml, and make new keys"
        )
    own, there = store.folder.resolve(), out.resolve()
    if own == there or own in there.parents or there in own.parents:
        raise UsageError(f"{out} and {store.folder}, which is private, must not lie in each other")
    with store.locked():
        if contradictions := _against_checkpoint(store, out):
            raise UsageError(f"{contradictions[0]}; nothing was published")
        _refresh_if_old(store, now)
        count, known = Published(), set[str]()
        is_printed = any((out / "c").glob("*.pdf"))
        checker = ("verify.html", page(store, issuer, is_printed=is_printed))
        for path, data in chain(_files(store, now, pictures or {}), [checker]):
            count.files += 1
            count.written += _put(out / path, data)
            known.add(path)
        # Printed ones and badges of somebody who was erased go, too.
        for old in sorted((out / "c").glob("*.*")):
            if f"c/{old.stem}.json" not in known:
                old.unlink()
                count.removed += 1
    return count


def pictures_of(store: Store, program: Program, folder: Path) -> dict[str, bytes]:
    """The badges of a program's certifications, by their path in the site: the author's own, or a plain one."""
    found = {}
    for tier in program.certifications:
        suffix = Path(tier.image).suffix or ".svg"
        address = store.addresses.image(tier.id, tier.version, suffix)
        try:
            data = (folder / tier.image).read_bytes() if tier.image else plain_badge(tier.title, program.brand.primary)
        except OSError as error:
            raise UsageError(f"{tier.at}: the image '{tier.image}' cannot be read: {error.strerror}") from None
        found[address.removeprefix(f"{store.addresses.base}/")] = data
    return found


def plain_badge(title: str, colour: str) -> bytes:
    """A badge for a certification without one of its own."""
    site = resources.files("smac_courses.certificates").joinpath("site")
    lines = textwrap.wrap(title, 16)[:4] or [""]
    spans = "".join(
        f'<tspan x="200" y="{200 + 44 * (number - (len(lines) - 1) / 2):.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    template = site.joinpath("badge.svg").read_text("utf-8")
    return (
        template.replace("{COLOUR}", colour or "#0b57a4")
        .replace("{TITLE}", escape(title))
        .replace("{LINES}", spans)
        .encode()
    )


def audit_site(store: Store, site: Path) -> list[str]:
    """What a published site says otherwise than the ledger."""
    wrong = []
    held = store.standing().held
    for path in sorted((site / "c").glob("*.json")):
        one = held.get(path.stem)
        if one is None:
            wrong.append(f"{path}: the ledger knows nothing of it")
        elif sha256(path.read_bytes()).hexdigest() not in {one.sha256, *_older(store, one.name)}:
            wrong.append(f"{path}: this is not the certificate that was issued")
    return [*wrong, *_against_checkpoint(store, site)]


def _against_checkpoint(store: Store, site: Path) -> list[str]:
    """Whether the ledger is the one that was published before."""
    wrong = []
    try:
        checkpoint = json.loads((site / "checkpoint.json").read_bytes())
        _, _, rest = str(checkpoint["credentialSubject"]["id"]).partition("urn:smac:ledger:")
        count, _, known = rest.partition(":")
        if store.ledger.hash_at(int(count)) != known:
            wrong.append(f"{site / 'checkpoint.json'}: the ledger is not the one that was published")
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError) as error:
        wrong.append(f"{site / 'checkpoint.json'} cannot be read: {error}")
    return wrong


def _older(store: Store, name: str) -> set[str]:
    """Certificates of one name that were issued before the last one: not published anew yet."""
    return {entry["sha256"] for entry in store.ledger.entries if entry.get("id") == name and "sha256" in entry}


def _refresh_if_old(store: Store, now: datetime) -> None:
    """Lists are signed anew when one is missing, too old, or does not say what the ledger says."""
    standing = store.standing()
    if not standing.numbers:
        return
    folder = store.folder / "status"
    try:
        lists = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
        signed = min(moment_of(one["validFrom"]) for one in lists)
    except (OSError, ValueError, KeyError):
        signed = None
    changed = [int(entry["seq"]) for entry in store.ledger.entries if entry["action"] != "issue"]
    is_behind = store.lists_reflect() < max(changed, default=0)
    is_short = signed is None or not _has_room(store, len(lists))
    if signed is None or is_behind or is_short or now - signed > _FRESH:
        store.refresh_lists(now)


def _has_room(store: Store, lists: int) -> bool:
    return store.standing().numbers <= lists // 2 * SIZE


def _files(store: Store, now: datetime, pictures: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    addresses = store.addresses
    yield document_path(store.did), _readable(store.document())
    seen: set[str] = set()
    for held in store.standing().held.values():
        found = store.read(held)
        if found is None:
            continue
        award, data = found
        yield f"c/{held.name}.json", data
        key = f"{award.certification}/{award.version}"
        if key not in seen:
            seen.add(key)
            yield f"achievements/{key}.json", _readable({"@context": CONTEXT, **award.achievement})
            yield f"achievements/{key}.html", _criteria_page(award.achievement, addresses.did)
    for path in sorted((store.folder / "status").glob("*.json")):
        yield f"status/{path.name}", path.read_bytes()
    yield from sorted(pictures.items())
    yield "checkpoint.json", _checkpoint(store, now)
    # Else GitHub Pages leaves out the folder .well-known.
    yield ".nojekyll", b""


def page(store: Store, issuer: Issuer, *, is_printed: bool) -> bytes:
    """The page that checks a certificate in the browser: one file, which loads nothing but what it checks."""
    site = resources.files("smac_courses.certificates").joinpath("site")
    template, script, style = (
        site.joinpath(name).read_text("utf-8") for name in ("verify.html", "verify.js", "site.css")
    )
    policy = (
        f"default-src 'none'; script-src '{_source_of(script)}'; style-src '{_source_of(style)}'; "
        "connect-src 'self'; img-src blob:; base-uri 'none'; form-action 'none'"
    )
    words = {
        "POLICY": policy,
        "ISSUER_NAME": issuer.name,
        "CONTACT": issuer.email or issuer.name,
        "DID": store.did,
        "BASE": store.addresses.base,
        "DOCUMENT": document_path(store.did),
        "PRINTED": "yes" if is_printed else "no",
    }
    for name, value in words.items():
        template = template.replace(f"{{{name}}}", escape(value))
    return template.replace("/*STYLE*/", style).replace("/*SCRIPT*/", script).encode()


def _source_of(text: str) -> str:
    """What a Content-Security-Policy calls a script or style in the page."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _criteria_page(achievement: Mapping[str, Any], did: str) -> bytes:
    site = resources.files("smac_courses.certificates").joinpath("site")
    template = site.joinpath("criteria.html").read_text("utf-8")
    words = {
        "LANGUAGE": str(achievement.get("inLanguage", "en")),
        "NAME": str(achievement["name"]),
        "DESCRIPTION": str(achievement["description"]),
        "CRITERIA": str(achievement["criteria"]["narrative"]),
        "VERSION": str(achievement["version"]),
        "ISSUER": did,
    }
    for name, value in words.items():
        template = template.replace(f"{{{name}}}", escape(value))
    return template.replace("/*STYLE*/", site.joinpath("site.css").read_text("utf-8")).encode()


def _checkpoint(store: Store, now: datetime) -> bytes:
    """How far the ledger goes, signed: whoever cuts it or writes it anew afterwards contradicts this."""
    head = store.ledger.head
    last = store.ledger.last_time() or now
    document = {
        "@context": [V2],
        "id": f"{store.addresses.base}/checkpoint.json",
        "type": ["VerifiableCredential"],
        "issuer": store.did,
        "validFrom": written(last),
        "credentialSubject": {"id": f"urn:smac:ledger:{head.count}:{head.hash}"},
    }
    return bytes_of(Signing(store.signer(), [V2], written(last)).signed(document))


def _put(path: Path, data: bytes) -> bool:
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentProblem(f"{path.parent} cannot be made: {error.strerror}") from None
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be read: {error.strerror}") from None
    write_safely(path, data, mode=_EVERYBODY, sync=False)
    return True


def _readable(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was published into a folder: whose it is, and its files by their addresses."""

    did: str
    fetch: Fetch


def site_in(folder: Path) -> Site:
    """The site in a folder; one without a document of an issuer has no files."""
    root = folder.resolve()
    did = base = ""
    for name in (".well-known/did.json", "did.json"):
        try:
            did = str(json.loads((root / name).read_bytes())["id"])
            base = address_of(did)
            break
        except (OSError, ValueError, KeyError, TypeError):
            continue

    def fetch(address: str) -> bytes | None:
        if not base or not address.startswith(f"{base}/"):
            return None
        path = (root / address.removeprefix(f"{base}/")).resolve()
        if not path.is_relative_to(root):
            return None
        try:
            return path.read_bytes()
        except OSError:
            return None

    return Site(did if base else "", fetch)
