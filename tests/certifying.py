"""An issuer with a store of its own, and people who passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from smac_courses.certificates import issuing, publish
from smac_courses.certificates.evidence import CourseFacts, Seen
from smac_courses.certificates.learners import Learner
from smac_courses.certificates.store import Store
from smac_courses.certificates.verify import Verified, verify
from smac_courses.diagnostics import Location
from smac_courses.model.course import Certification, Program

WEBSITE = "https://certificates.example.com"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def course(name: str, needed: int = 80) -> CourseFacts:
    return CourseFacts(id=name, title=name.title(), version="1.0.0", needed=needed, digest="ab" * 32)


def tier(name: str = "foundation", *courses: str, **more: Any) -> Certification:
    return Certification(
        id=name,
        title=name.title(),
        courses=courses or ("basics",),
        valid_months=more.pop("valid_months", 12),
        at=Location("program.yml"),
        **more,
    )


def passed(
    name: str, at: datetime = NOW - timedelta(days=1), *, course: str = "basics", percent: str = "90", **more: Any
) -> Seen:
    key = more.pop("key", f"{name.split()[0].lower()}@example.com")
    return Seen(
        learner=Learner(key=key, name=name, email=more.pop("email", key if "@" in key else "")),
        course=course,
        percent=percent,
        is_passed=more.pop("is_passed", True),
        at=at,
        graded=more.pop("graded", "browser"),
        version="1.0.0",
        record=more.pop("record", sha256(f"{name} {at} {course}".encode()).hexdigest()),
        source=more.pop("source", f"report.csv:{name}"),
        **more,
    )


@dataclass
class Desk:
    """Somebody who issues certificates. `now` is the time on their clock."""

    folder: Path
    program: Program
    courses: dict[str, CourseFacts]
    now: datetime = NOW
    made: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store.open(self.folder / "certs")

    @property
    def site(self) -> Path:
        return self.folder / "public"

    def issue(self, *seen: Seen, **more: Any) -> issuing.Outcome:
        outcome = issuing.issue(self.store, self.program, self.courses, list(seen), self.now, **more)
        self.made += [name for name, _ in outcome.made]
        return outcome

    def publish(self) -> publish.Published:
        return publish.publish(self.store, self.site, self.program.issuer, self.now)

    def change(self, name: str, action: str) -> None:
        issuing.change(self.store, [name], action, "a reason", self.now)

    def data(self, name: str) -> bytes:
        return (self.site / "c" / f"{name}.json").read_bytes()

    def verify(self, data: bytes, **more: Any) -> Verified:
        site = publish.site_in(self.site)
        issuer = more.pop("issuer", self.store.did)
        return verify(data, site.fetch, more.pop("now", self.now), issuer=issuer, **more)
