"""Who is to be certified: evidence held against the rules of a certification and against what was issued before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from smac_courses.certificates.credential import Attested, Award, Pass
from smac_courses.certificates.evidence import CourseFacts, Seen
from smac_courses.certificates.learners import Learner
from smac_courses.certificates.moments import moment_of, months_later, written
from smac_courses.certificates.store import REVOKED, SUSPENDED, Held
from smac_courses.model.course import Certification, Policy

_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Decisions:
    """What follows from evidence. `held` have a certificate for the time already, `lapsed` would be over today."""

    awards: list[Award] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    held: int = 0
    incomplete: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A certification with what is known of its courses, and the words that its certificates have today."""

    certification: Certification
    courses: Mapping[str, CourseFacts]
    achievement: Mapping[str, Any]
    policy: Policy | None = None

    def asked(self, course: str) -> str:
        """The course that a pass of `course` counts for: itself, or the one that it has in another language."""
        facts = self.courses.get(course)
        return (facts and facts.translates) or course


def people_in(seen: Iterable[Seen]) -> tuple[dict[str, list[Seen]], list[str]]:
    """Evidence by learner, and who cannot be told apart: one key with two names, or one address with two keys."""
    by_key: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_key[one.learner.key].append(one)
    problems, bad = [], set()
    by_email: dict[str, Seen] = {}
    for key, found in by_key.items():
        first = found[0]
        for one in found[1:]:
            if one.learner.name.casefold() != first.learner.name.casefold():
                problems.append(
                    f"{one.source}: {key} is '{one.learner.name}' here and '{first.learner.name}' in {first.source}: "
                    "correct the name in one of them, or give the two different keys"
                )
                bad.add(key)
                break
        for email in sorted(addresses_in(found)):
            other = by_email.setdefault(email, first)
            if other.learner.key != key:
                problems.append(
                    f"{first.source}: {key} and {other.learner.key} ({other.source}) have one address, {email}: "
                    "give each their own"
                )
                bad |= {key, other.learner.key}
                break
    return {key: found for key, found in by_key.items() if key not in bad}, problems


def addresses_in(seen: Iterable[Seen]) -> set[str]:
    """Every address by which a learner is known."""
    found = {one.learner.email for one in seen} | {one.learner.key for one in seen}
    return {one for one in found if "@" in one}


def decide(
    rules: Rules,
    people: Mapping[str, list[Seen]],
    before: Mapping[str, Held],
    mark: Callable[[str], str],
    now: datetime,
) -> Decisions:
    """The awards of one certification, in the order of their dates. `before` is the last certificate by mark."""
    found = Decisions()
    for key, seen in people.items():
        _decide_for(rules, seen, before.get(mark(key)), now, found)
    found.awards.sort(key=lambda award: (award.valid_from, award.learner))
    return found


@dataclass(slots=True)
class _Current:
    """The certificate that a learner has at a moment of the past."""

    period: int = 0
    until: datetime | None = None
    awarded: str = ""
    is_endless: bool = False
    opens: datetime | None = None  # from when on a pass counts for the next period


def _decide_for(rules: Rules, seen: Sequence[Seen], before: Held | None, now: datetime, found: Decisions) -> None:
    tier = rules.certification
    wanted = {*tier.courses, tier.renewal_course} - {""}
    events = [one for one in seen if rules.asked(one.course) in wanted or one.attested]
    events.sort(key=lambda one: (one.at, one.source))
    if not any(one.is_passed for one in events):
        return
    current = _current_of(before, tier)
    has_any = current.period > 0
    passes: dict[str, Seen] = {}
    attested: Seen | None = None
    made = False
    for event in events:
        if current.is_endless or (current.opens and event.at < current.opens):
            continue
        if event.is_passed:
            passes[rules.asked(event.course)] = event
        if event.attested:
            attested = event
        if (award := _award_at(rules, event.at, passes, attested, current)) is None:
            continue
        made = True
        if award.valid_until and moment_of(award.valid_until) <= now:
            found.lapsed += 1
        else:
            found.awards.append(award)
        # What has ended by now is not issued, but what came after it begins where it ended.
        is_issued = found.awards[-1:] == [award]
        current = _held(award.period if is_issued else current.period, award.valid_from, award.valid_until, tier)
        passes, attested = {}, None
    if not made:
        found.held += has_any
        found.incomplete += not has_any


def _current_of(before: Held | None, tier: Certification) -> _Current:
    if before is None:
        return _Current()
    if before.state == REVOKED:
        # Only what was done since counts, and nothing is prolonged.
        return _Current(period=before.period, opens=moment_of(before.changed) + _SECOND)
    found = _held(before.period, before.valid_from, before.valid_until, tier)
    found.is_endless |= before.state == SUSPENDED
    return found


def _held(period: int, since: str, until: str, tier: Certification) -> _Current:
    """Whoever holds a certificate can renew it in its last days, at most in the second half of its time."""
    if not until:
        return _Current(period=period, is_endless=True)
    begins, ends = moment_of(since), moment_of(until)
    window = min(timedelta(days=tier.renewal_days), (ends - begins) / 2)
    return _Current(period=period, until=ends, opens=ends - window)


def _award_at(
    rules: Rules, at: datetime, passes: Mapping[str, Seen], attested: Seen | None, current: _Current
) -> Award | None:
    """What a learner has earned at a moment, with the passes since the last award."""
    tier = rules.certification
    is_renewal = current.until is not None and at <= current.until
    if is_renewal and tier.renewal_course and tier.renewal_course in passes:
        used = [passes[tier.renewal_course]]
    elif all(course in passes for course in tier.courses):
        used = [passes[course] for course in tier.courses]
    else:
        return None
    if tier.attestation and attested is None:
        return None
    proofs = [*used, attested] if tier.attestation and attested else used
    if tier.valid_months and any(months_later(one.at, tier.valid_months) < at for one in proofs):
        return None
    begins = current.until if is_renewal and current.until else at
    until = written(months_later(begins, tier.valid_months)) if tier.valid_months else ""
    learner = _learner_of(used)
    return Award(
        certification=tier.id,
        version=tier.version,
        learner=learner.key,
        name=learner.name,
        email=learner.email,
        period=current.period + 1,
        valid_from=written(at),
        valid_until=until,
        awarded=written(at),
        passes=tuple(_pass_of(one, rules) for one in used),
        achievement=rules.achievement,
        attested=_attested_of(attested, rules.policy) if tier.attestation and attested else None,
    )


def _learner_of(used: Sequence[Seen]) -> Learner:
    """The latest spelling of the name, and an address wherever one was given."""
    latest = max(used, key=lambda one: one.at).learner
    email = next((one.learner.email for one in used if one.learner.email), "")
    return Learner(key=latest.key, name=latest.name, email=latest.email or email)


def _pass_of(one: Seen, rules: Rules) -> Pass:
    facts = rules.courses[one.course]
    return Pass(
        course=rules.asked(one.course),
        title=facts.title,
        version=one.version,
        percent=one.percent,
        needed=str(facts.needed) if facts.needed else "",
        at=written(one.at),
        graded=one.graded,
        record=one.record,
        digest=facts.digest if one.version == facts.version else "",
    )


def _attested_of(one: Seen, policy: Policy | None) -> Attested:
    return Attested(
        policy=policy.title if policy else "",
        # Of a policy that came into force later, another version was confirmed.
        version=policy.version if policy and policy.effective <= written(one.at)[:10] else "",
        at=written(one.at),
        record=one.record,
    )
