"""An award as an Open Badges 3.0 credential: one function of the award, so that the same award gives the same bytes."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Literal

from smac_courses.certificates.dids import address_of
from smac_courses.certificates.encoding import base64url
from smac_courses.certificates.quads import CONTEXT
from smac_courses.certificates.status import place_of
from smac_courses.model.course import Certification

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_ID_LETTERS = 20  # of base32: 100 bits, which nobody guesses
_SALT_BYTES = 16

# Who counted the points: a server, the learner's browser, or nobody can say.
Graded = Literal["server", "browser", "unknown"]
_GRADED = {
    "server": "The exam was graded on a server; its key did not leave it.",
    "browser": "The exam was graded in the learner's browser and recorded by a learning system.",
    "unknown": "The record does not say how the exam was graded.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """An exam that was passed. `percent` is a whole number as text, or empty where the record has none.

    `at` is an ISO time in UTC, `record` the SHA-256 (hex) of the record that says so.
    """

    course: str
    title: str
    version: str
    percent: str
    needed: str
    at: str
    graded: Graded
    record: str
    digest: str = ""  # of the course, where its version is the one that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """A policy that was confirmed; `at` is an ISO time or date, `record` as in a pass."""

    policy: str
    version: str
    at: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is certified of whom. `period` counts the renewals from 1; `number` is its place in the status lists.

    `achievement` is that of the day of the award: words that change later change no certificate.
    """

    certification: str
    version: str
    learner: str
    name: str
    email: str
    period: int
    valid_from: str
    valid_until: str
    awarded: str
    passes: tuple[Pass, ...]
    achievement: Mapping[str, Any]
    attested: Attested | None = None
    number: int = 0

    def as_data(self) -> dict[str, Any]:
        """For the store."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Award:
        """What `as_data` made."""
        attested = Attested(**data["attested"]) if data["attested"] else None
        passes = tuple(Pass(**one) for one in data["passes"])
        return cls(**{**data, "passes": passes, "attested": attested})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where things are published, for an issuer of did:web; names without an address (URNs) for a trial."""

    did: str
    base: str = field(default="")

    @classmethod
    def of(cls, did: str) -> Addresses:
        """Those of an issuer."""
        return cls(did=did, base=address_of(did) if did.startswith("did:web:") else "")

    def credential(self, name: str) -> str:
        """Of a certificate."""
        return f"{self.base}/c/{name}.json" if self.base else f"urn:smac:certificate:{name}"

    def page(self, name: str) -> str:
        """The page that checks a certificate, or an empty text. What stands behind # is not sent to any server."""
        return f"{self.base}/verify.html#{name}" if self.base else ""

    def achievement(self, certification: str, version: str) -> str:
        """Of what a certificate is about."""
        path = f"{certification}/{version}"
        return (
            f"{self.base}/achievements/{path}.json" if self.base else f"urn:smac:achievement:{path.replace('/', ':')}"
        )

    def criteria(self, certification: str, version: str) -> str:
        """The page that says what has to be done for it, or an empty text."""
        return f"{self.base}/achievements/{certification}/{version}.html" if self.base else ""

    def status(self, purpose: str, number: int) -> str:
        """A status list."""
        return f"{self.base}/status/{purpose}-{number}.json"

    def image(self, certification: str, version: str, suffix: str) -> str:
        """The picture of a badge."""
        return f"{self.base}/achievements/{certification}/{version}{suffix}" if self.base else ""


def id_of(secret: bytes, did: str, award: Award) -> str:
    """The name of a certificate: one for each learner, certification, version and period, which nobody can guess."""
    words = "\n".join([did, award.certification, award.version, str(award.period), award.learner])
    digest = hmac.digest(secret, b"certificate\n" + words.encode(), "sha256")
    return b32encode(digest).decode().lower()[:_ID_LETTERS]


def learner_mark(secret: bytes, learner: str) -> str:
    """What stands for a learner where no name may: the same for all their certificates."""
    return hmac.digest(secret, b"learner\n" + learner.encode(), "sha256").hex()[:32]


def salt_of(secret: bytes, name: str) -> str:
    """The salt of the address in a certificate."""
    return base64url(hmac.digest(secret, b"salt\n" + name.encode(), "sha256")[:_SALT_BYTES])


def hashed(identity: str, salt: str) -> str:
    """An address as a certificate has it: who knows it can see that it is this one; nobody can read it."""
    return f"sha256${sha256((identity + salt).encode()).hexdigest()}"


def digest_name(hex_digest: str) -> str:
    """A SHA-256 as a name (RFC 6920)."""
    return f"ni:///sha-256;{base64url(bytes.fromhex(hex_digest))}"


def credential_of(
    award: Award, issuer: Mapping[str, Any], addresses: Addresses, secret: bytes, name: str
) -> dict[str, Any]:
    """The credential, not signed yet. `issuer` is its Profile, `name` the id of the certificate."""
    salt = salt_of(secret, name)
    identifiers = [_identity("name", award.name)]
    if award.email:
        identifiers.insert(0, {**_identity("emailAddress", hashed(award.email, salt), is_hashed=True), "salt": salt})
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": addresses.credential(name),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": dict(issuer),
        "validFrom": award.valid_from,
        "awardedDate": award.awarded,
        "name": award.achievement["name"],
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": identifiers,
            "achievement": award.achievement,
        },
        "evidence": _evidence(award),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if award.valid_until:
        document["validUntil"] = award.valid_until
    if results := _results(award):
        document["credentialSubject"]["result"] = results
    if addresses.base:
        number, index = place_of(award.number, secret)
        address = addresses.status("revocation", number)
        document["credentialStatus"] = {
            "id": f"{address}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": address,
        }
    return document


def achievement_of(
    certification: Certification,
    courses: Sequence[tuple[str, str, int]],
    renewal: Sequence[tuple[str, str, int]],
    addresses: Addresses,
    language: str,
    image: str,
) -> dict[str, Any]:
    """What is certified. `courses` are id, title and pass mark of each, `renewal` those that only renew it."""
    name = addresses.achievement(certification.id, certification.version)
    titles = ", ".join(title for _, title, _ in courses)
    criteria = {"narrative": _criteria(certification, courses)}
    if page := addresses.criteria(certification.id, certification.version):
        criteria = {"id": page, **criteria}
    achievement: dict[str, Any] = {
        "id": name,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": certification.title,
        "description": certification.description or f"Passed: {titles}.",
        "version": certification.version,
        "inLanguage": language,
        "criteria": criteria,
        "resultDescription": [
            {
                "id": f"{name}#{course}",
                "type": ["ResultDescription"],
                "name": title,
                "resultType": "Percent",
                **({"requiredValue": str(needed)} if needed else {}),
                "valueMin": "0",
                "valueMax": "100",
            }
            for course, title, needed in (*courses, *renewal)
        ],
    }
    if certification.alignment:
        achievement["alignment"] = [
            {"type": ["Alignment"], "targetName": one, "targetUrl": url}
            for one, url in dict.fromkeys(certification.alignment)
        ]
    if image:
        achievement["image"] = {"id": image, "type": "Image"}
    return achievement


def _criteria(certification: Certification, courses: Sequence[tuple[str, str, int]]) -> str:
    parts = [certification.criteria] if certification.criteria else []
    parts += [
        f'Pass the exam of "{title}"' + (f" with {needed} % or more." if needed else ".")
        for _, title, needed in courses
    ]
    if certification.attestation:
        parts.append("Confirm the policy.")
    if cut := certification.cut_score:
        parts.append(f"The pass mark of {cut.percent} % was set on {cut.date} by this method: {cut.method}.")
    if certification.valid_months:
        parts.append(f"Valid for {certification.valid_months} months.")
    return " ".join(parts)


def _identity(kind: str, value: str, *, is_hashed: bool = False) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": is_hashed, "identityHash": value, "identityType": kind}


def _results(award: Award) -> list[dict[str, Any]]:
    return [
        {
            "type": ["Result"],
            "resultDescription": f"{award.achievement['id']}#{one.course}",
            "value": one.percent,
            "status": "Completed",
        }
        for one in award.passes
        if one.percent
    ]


def _evidence(award: Award) -> list[dict[str, Any]]:
    found = [
        {
            "id": digest_name(one.record),
            "type": ["Evidence"],
            "name": f"{one.title} {one.version}".strip(),
            "narrative": f"Passed on {one.at[:10]}. {_GRADED[one.graded]}"
            + (f" Content of the course: sha256:{one.digest}." if one.digest else ""),
            "genre": "Exam record",
        }
        for one in award.passes
    ]
    if attested := award.attested:
        found.append(
            {
                "id": digest_name(attested.record),
                "type": ["Evidence"],
                "name": f"Confirmation of the policy {attested.policy} {attested.version}".strip(),
                "narrative": f"Confirmed on {attested.at[:10]}.",
                "genre": "Attestation",
            }
        )
    # A record that says both is named once.
    return list({one["id"]: one for one in reversed(found)}.values())[::-1]
