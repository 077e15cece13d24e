"""What `smac certify` does: a program's rules and evidence in, certificates out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from smac_courses.certificates.awards import Rules, addresses_in, decide, people_in
from smac_courses.certificates.bake import BakeError, bake
from smac_courses.certificates.credential import Award, achievement_of
from smac_courses.certificates.evidence import CourseFacts, Seen
from smac_courses.certificates.learners import LearnerError, learner_key, printed_name
from smac_courses.certificates.moments import moment_of, written
from smac_courses.certificates.printing import Job, Look
from smac_courses.certificates.store import (
    REVOKED,
    VALID,
    Held,
    NoCertificate,
    Standing,
    Store,
    award_digest,
    expires,
)
from smac_courses.errors import UsageError
from smac_courses.model.codec import player_data
from smac_courses.model.course import Certification, Course, Program
from smac_courses.model.questions import Attestation


@dataclass(slots=True)
class Outcome:
    """What came of evidence: the certificates by name, and counts of learners for whom there was none to make."""

    made: list[tuple[str, Award]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    held: int = 0
    incomplete: int = 0
    lapsed: int = 0
    ignored: int = 0


def facts_of(courses: Sequence[Course]) -> dict[str, CourseFacts]:
    """What evidence is held against, by the id of the course."""
    return {course.id: _facts(course) for course in courses}


def _facts(course: Course) -> CourseFacts:
    parts = [course.iri("au", sco.id.removeprefix(f"{course.id}.")) for sco in course.parts()]
    return CourseFacts(
        id=course.id,
        title=course.title,
        version=course.version,
        needed=course.exam.rules.pass_percent if course.exam else 0,
        language=course.language,
        translates=course.translates,
        names=frozenset({course.iri(), course.iri("au"), *parts}),
        attestations=frozenset(
            course.iri("questions", question.key)
            for question in course.questions()
            if isinstance(question, Attestation)
        ),
        digest=sha256(json.dumps(player_data(course.with_all_ordinals()), sort_keys=True).encode()).hexdigest(),
    )


def profile_of(program: Program, store: Store) -> dict[str, Any]:
    """The issuer as it stands in certificates."""
    issuer = program.issuer
    profile: dict[str, Any] = {"id": store.did, "type": ["Profile"], "name": issuer.name}
    if store.addresses.base:
        profile["url"] = store.addresses.base
    if issuer.email:
        profile["email"] = issuer.email
    return profile


def rules_of(program: Program, courses: Mapping[str, CourseFacts], store: Store) -> list[Rules]:
    """Every certification whose courses are known. Its language is that of its first course."""
    return [
        Rules(
            certification=tier,
            courses=courses,
            achievement=_achievement(tier, courses, store),
            policy=program.policy,
        )
        for tier in program.certifications
        if all(course in courses for course in tier.courses)
    ]


def _achievement(tier: Certification, courses: Mapping[str, CourseFacts], store: Store) -> dict[str, Any]:
    image = store.addresses.image(tier.id, tier.version, Path(tier.image).suffix or ".svg")
    renewal = courses.get(tier.renewal_course)
    wanted = [courses[name] for name in tier.courses]
    return achievement_of(
        tier,
        [(one.id, one.title, one.needed) for one in wanted],
        [(one.id, one.title, one.needed) for one in [renewal] if one and one not in wanted],
        store.addresses,
        wanted[0].language,
        image,
    )


def issue(
    store: Store,
    program: Program,
    courses: Mapping[str, CourseFacts],
    seen: Sequence[Seen],
    now: datetime,
    *,
    problems: Sequence[str] = (),
    is_partial: bool = False,
    is_trial_run: bool = False,
) -> Outcome:
    """Certify everybody who has earned it and does not hold it. With problems nobody is, unless `is_partial`.

    With `is_trial_run` it is only said who would be; the certificates have no names then.
    """
    people, conflicts = people_in(seen)
    outcome = Outcome(problems=[*problems, *conflicts])
    if outcome.problems and not is_partial:
        return outcome
    with store.locked():
        store.clear()
        standing = store.standing()
        if others := list(_under_another_key(store, standing, people)):
            outcome.problems += [problem for _, problem in others]
            people = {key: seen for key, seen in people.items() if key not in {key for key, _ in others}}
            if not is_partial:
                return outcome
        for rules in rules_of(program, courses, store):
            tier = rules.certification
            decided = decide(rules, people, standing.periods(tier.id, tier.version), store.mark, now)
            if is_trial_run:
                outcome.made += [("–", award) for award in decided.awards]
            else:
                outcome.made += store.issue(decided.awards, profile_of(program, store), now)
            outcome.held += decided.held
            outcome.incomplete += decided.incomplete
            outcome.lapsed += decided.lapsed
    return outcome


def _under_another_key(store: Store, standing: Standing, people: Mapping[str, list[Seen]]) -> Iterator[tuple[str, str]]:
    """Who holds a certificate under another key with the same address: one person with two certificates."""
    by_address = {one.address: one.learner for one in standing.held.values() if one.address}
    for key, seen in people.items():
        for address in sorted(addresses_in(seen)):
            known = by_address.get(store.mark(address))
            if known and known != store.mark(key):
                hint = "give the key that they were certified under, or reissue theirs with another address"
                yield key, f"{seen[0].source}: {address} has a certificate under another key than {key}: {hint}"
                break


def reissue(
    store: Store, program: Program, names: Sequence[str], now: datetime, *, name: str = "", email: str | None = None
) -> list[str]:
    """The same certificates with another printed name, or signed anew with today's key. Raises NoCertificate."""
    try:
        printed = printed_name(name) if name else ""
        address = learner_key(email) if email else email
    except LearnerError as error:
        raise UsageError(str(error)) from None
    if address and "@" not in address:
        raise UsageError(f"'{address[:60]}' is no e-mail address")
    with store.locked():
        awards = []
        for one in names:
            award = kept(store, one)
            if award.valid_until and moment_of(award.valid_until) <= now:
                raise UsageError(f"{one} ended on {award.valid_until[:10]}: a new pass gives a new one")
            changed = replace(award, valid_from=_later(award.valid_from, now), name=printed or award.name)
            awards.append(changed if address is None else replace(changed, email=address))
        made = store.reissue(awards, profile_of(program, store), now)
        # The old files of these names no longer hold.
        store.refresh_lists(now)
    return made


def kept(store: Store, name: str) -> Award:
    """The award of a certificate that holds. Raises NoCertificate, UsageError."""
    held = store.standing().held.get(name)
    if held is None:
        raise NoCertificate(f"there is no certificate {name}")
    if held.state != VALID:
        raise UsageError(f"{name} is {held.state}: a certificate that does not hold is not issued anew")
    found = store.read(held)
    if found is None:
        raise UsageError(f"the file of {name} was erased: issue it from its evidence again")
    return found[0]


def _later(before: str, now: datetime) -> str:
    """The newer of two certificates of one name counts: it must be later, if by a second."""
    return written(max(now, moment_of(before) + timedelta(seconds=1)))


def change(store: Store, names: Sequence[str], action: str, reason: str, now: datetime) -> None:
    """Revoke, suspend or restore; the status lists follow at once."""
    with store.locked():
        for name in names:
            store.change(name, action, reason, now)
        store.refresh_lists(now)


def erase(store: Store, names: Sequence[str], now: datetime) -> None:
    """Revoke certificates, and delete what is kept of whom they are. The ledger stays as it is."""
    with store.locked():
        for name in names:
            held = store.standing().held.get(name)
            if held is None:
                raise NoCertificate(f"there is no certificate {name}")
            if held.state != REVOKED:
                store.change(name, "revoke", "erased", now)
            store.erase(name)
        store.refresh_lists(now)


def find(store: Store, words: str) -> Iterator[tuple[Held, Award]]:
    """Certificates of learners whose name or key has some words in it."""
    wanted = words.casefold().strip()
    for held in store.standing().held.values():
        found = store.read(held)
        if found and any(wanted in one.casefold() for one in (found[0].name, found[0].learner, found[0].email)):
            yield held, found[0]


@dataclass(frozen=True, slots=True)
class Due:
    """A certificate that ends soon, and whose it is; `award` is None where its file was erased."""

    held: Held
    until: datetime
    award: Award | None


def due(store: Store, within: timedelta, now: datetime) -> Iterator[Due]:
    """Certificates that end within some days and were not renewed, in the order of their ends."""
    standing = store.standing()
    found = []
    for held in standing.held.values():
        until = expires(held)
        last = standing.periods(held.certification, held.version)[held.learner]
        if held.state == VALID and until and now <= until <= now + within and last.name == held.name:
            found.append((until, held))
    for until, held in sorted(found, key=lambda one: (one[0], one[1].name)):
        read = store.read(held)
        yield Due(held, until, read[0] if read else None)


def audit(store: Store) -> tuple[list[str], list[str]]:
    """What is wrong, and what is worth knowing. The ledger's own chain was checked when the store was opened."""
    wrong, notes = [], []
    if store.ledger.torn:
        notes.append(f"the ledger ends in {store.ledger.torn} bytes of a write that did not end; the next one mends it")
    standing = store.standing()
    if not store.ledger.has_head:
        wrong.append("the file ledger.head is not there: whether the ledger was cut cannot be said")
    known = set()
    for held in standing.held.values():
        path = store.path_of(held.name, held.numbers[-1])
        known |= {store.path_of(held.name, number) for number in held.numbers}
        found = store.read(held)
        if found is None:
            notes.append(f"{held.name}: its file is not there (erased?)")
            continue
        award, data = found
        if sha256(data).hexdigest() != held.sha256:
            wrong.append(f"{path}: this is not the certificate that was issued")
        elif award_digest(award) != held.award:
            wrong.append(f"{path}: the award is not the one that was issued")
    issued = store.folder / "issued"
    for path in sorted(issued.rglob("*")) if issued.is_dir() else ():
        if path.is_file() and path not in known:
            notes.append(f"{path}: it is not in the ledger, and will not be published: its issue did not end")
    return wrong, notes


def to_print(
    store: Store, program: Program, names: Sequence[str], out: Path, fonts: Sequence[str] = (), logo: str = ""
) -> Iterator[Job]:
    """Certificates that hold and are not in `out` yet, or are there in an older form; all, or those of some names.

    `logo` is an SVG. Raises NoCertificate.
    """
    standing = store.standing()
    if unknown := [name for name in names if name not in standing.held]:
        raise NoCertificate(f"there is no certificate {unknown[0]}")
    signatories = {tier.id: tier.signatories for tier in program.certifications}
    for held in standing.held.values():
        if held.state != VALID or (names and held.name not in names):
            continue
        path = out / f"{held.name}.pdf"
        found = store.read(held)
        # A file of before the last issue of the same name is of an older form.
        if found is None or (path.exists() and len(held.numbers) == 1 and not names):
            continue
        award, data = found
        look = Look(
            issuer=program.issuer.name,
            colour=program.brand.primary,
            signatories=signatories.get(held.certification, ()),
            fonts=tuple(fonts),
            logo=logo,
        )
        yield Job(held.name, award, data, store.addresses.page(held.name), look, path)


def badges(
    store: Store, program: Program, pictures: Mapping[str, bytes], names: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Pictures with the certificates that hold in them, and their file names; all, or those of some names.

    Raises NoCertificate, UsageError.
    """
    standing = store.standing()
    if unknown := [name for name in names if name not in standing.held]:
        raise NoCertificate(f"there is no certificate {unknown[0]}")
    suffixes = {tier.id: Path(tier.image).suffix or ".svg" for tier in program.certifications}
    for held in standing.held.values():
        found = store.read(held) if held.state == VALID and (not names or held.name in names) else None
        suffix = suffixes.get(held.certification, ".svg")
        picture = pictures.get(f"achievements/{held.certification}/{held.version}{suffix}")
        if found is None or picture is None:
            continue
        try:
            yield f"{held.name}{suffix}", bake(picture, found[1])
        except BakeError as error:
            raise UsageError(f"the image of the certification '{held.certification}': {error}") from None
