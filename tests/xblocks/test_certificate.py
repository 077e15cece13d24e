"""`smac_certificate`: through an adapter to the platform, and with a plain word where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from smac_courses.player import bundle

Sit = Callable[..., Any]


class Certificates:
    """As much of the platform's interface as the adapter uses, by the same names and parameters."""

    def __init__(self) -> None:
        self.issued: list[tuple[str, Any, str]] = []
        self.revoked: list[str] = []
        self.found: dict[str, Any] | None = None

    def get_certificate_for_user(self, username: str, course_key: Any, format_results: bool = True) -> Any:
        del username, course_key
        if format_results or self.found is None:
            return self.found
        return SimpleNamespace(invalidate=lambda source: self.revoked.append(source))

    def generate_certificate_task(self, user: Any, course_key: Any, generation_mode: str | None = None) -> None:
        self.issued.append((user.username, course_key, str(generation_mode)))
        self.found = {"status": "downloadable", "download_url": "/certificates/abc"}

    def create_certificate_invalidation_entry(self, certificate: Any, user: Any, notes: str) -> None:
        del certificate, user
        self.revoked.append(notes)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A platform with one learner, whose grade is `percent`."""
    fake = Certificates()
    state = SimpleNamespace(certificates=fake, percent=0.5, staff=False)
    exam = SimpleNamespace(display_name="Exam", graded_total=SimpleNamespace(earned=5, possible=10))

    def read(user: Any, course_key: Any) -> Any:
        del user, course_key
        formats = {"Exam": {"a": exam}}
        return SimpleNamespace(percent=state.percent, passed=state.percent >= 0.8, graded_subsections_by_format=formats)

    modules: dict[str, Any] = {name: ModuleType(name) for name in ("lms", "lms.djangoapps", "lms.djangoapps.grades")}
    modules["lms.djangoapps.certificates"] = SimpleNamespace(api=fake)
    modules["lms.djangoapps.grades.api"] = SimpleNamespace(CourseGradeFactory=lambda: SimpleNamespace(read=read))
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    from smac_xblocks import certificate
    from smac_xblocks import platform as adapter

    def of_user(_: Any, name: str) -> Any:
        return {"edx-platform.user_id": 7, "edx-platform.user_is_staff": state.staff}.get(name)

    monkeypatch.setattr(certificate.SmacCertificateBlock, "_of_user", of_user)
    with mock.patch.object(adapter, "_user", return_value=SimpleNamespace(username="jo")):
        yield state


def test_without_a_platform_it_says_so(seat: Sit) -> None:
    one = seat("", tag="smac_certificate")

    view = one.view()

    assert view["standing"] is None
    assert "course team" in bundle.locale("en").certificate["certificate_no_platform"]
    assert one.post("issue") == (503, {"error": "no platform"})


def test_who_has_not_passed_learns_what_is_missing(seat: Sit, platform: Any) -> None:
    one = seat("", tag="smac_certificate")

    assert one.view()["standing"]["parts"] == [{"title": "Exam", "earned": 5, "possible": 10}]
    assert one.post("issue") == (403, {"error": "not passed"})
    assert platform.certificates.issued == []


def test_a_pass_is_issued_once(seat: Sit, platform: Any) -> None:
    platform.percent = 0.8
    one = seat("", tag="smac_certificate")

    status, said = one.post("issue")
    one.post("issue")

    assert (status, said["view"]["standing"]["status"]) == (200, "issued")
    assert [issued[0] for issued in platform.certificates.issued] == ["jo"]


def test_only_the_course_team_revokes(seat: Sit, platform: Any) -> None:
    platform.certificates.found = {"status": "downloadable"}
    one = seat("", tag="smac_certificate")
    body = {"username": "jo", "reason": "not the same person"}

    assert one.post("revoke", body)[0] == one.post("look", {"username": "jo"})[0] == 403
    platform.staff = True
    assert one.post("revoke", {"username": "jo", "reason": " "})[0] == 400
    assert one.post("look", {"username": "jo"}) == (200, {"percent": 50, "isPassed": False, "status": "issued"})
    assert one.post("revoke", body) == (200, {"revoked": True})
    assert platform.certificates.revoked == ["not the same person", "smac_certificate"]
