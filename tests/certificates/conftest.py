"""An issuer for each test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from certifying import NOW, WEBSITE, Desk, course, tier

from smac_courses.certificates.store import Store
from smac_courses.diagnostics import Location
from smac_courses.model.course import Certification, Issuer, Program


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    def make(*tiers: Certification, courses: tuple[str, ...] = ("basics",), website: str = WEBSITE) -> Desk:
        Store.create(tmp_path / "certs", website, NOW - timedelta(days=1000))
        program = Program(
            variables={"company.name": "Example"},
            certifications=tiers or (tier(),),
            at=Location("program.yml"),
            issuer=Issuer(name="Example", website=website, email="help@example.com"),
        )
        return Desk(tmp_path, program, {name: course(name) for name in courses})

    return make
