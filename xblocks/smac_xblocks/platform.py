"""The platform's grades and certificates, where they are: no service of the XBlock runtime has them.

The names are those of openedx-platform (Ulmo): `lms.djangoapps.grades.api`, `lms.djangoapps.certificates.api`. They are
read from its source; nothing here was run on a platform. Elsewhere, as in Studio and in the workbench, there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a learner stands in a course. `percent` is that of the gradebook, `url` that of a certificate.

    `status` is `none`, `issued`, `coming` (the platform makes it in the background) or `revoked`. `parts` are what is
    graded, each with its points.
    """

    percent: int
    is_passed: bool
    status: str = "none"
    url: str = ""
    parts: tuple[tuple[str, float, float], ...] = ()


class Platform(Protocol):
    """What a certificate block asks of the platform."""

    def standing(self, user_id: int, course_key: Any) -> Standing:
        """Where a learner stands."""

    def standing_of(self, username: str, course_key: Any) -> Standing | None:
        """Where somebody stands, for the course team; None where nobody has that name."""

    def issue(self, user_id: int, course_key: Any) -> None:
        """Let the platform make the certificate; its own rules decide whether it does."""

    def revoke(self, username: str, course_key: Any, by_user_id: int, reason: str) -> bool:
        """Take a certificate back; whether there was one."""


class NobodyHere(LookupError):
    """The platform cannot be asked for what learners did: this is Studio, or the workbench."""


def state_of(username: str, usage_key: Any) -> dict[str, Any] | None:
    """What the platform keeps of a learner for a block; None where they have not come to it.

    Raises NobodyHere where there is no platform.
    """
    try:
        from lms.djangoapps.courseware.models import StudentModule
    except (ImportError, RuntimeError):
        raise NobodyHere from None
    kept = StudentModule.objects.filter(
        student__username=username, course_id=usage_key.course_key, module_state_key=usage_key
    ).first()
    return json.loads(kept.state or "{}") if kept else None


def platform() -> Platform | None:
    """The platform that this process is, or None."""
    try:
        from lms.djangoapps.certificates import api as certificates
        from lms.djangoapps.grades.api import CourseGradeFactory
    except (ImportError, RuntimeError):
        return None
    return _OpenEdx(certificates, CourseGradeFactory)


_STATUS = {
    "downloadable": "issued",
    "generating": "coming",
    "queued": "coming",
    "unavailable": "revoked",
    "invalidated": "revoked",
}


class _OpenEdx:
    def __init__(self, certificates: Any, factory: Any) -> None:
        self.certificates, self.factory = certificates, factory

    def standing(self, user_id: int, course_key: Any) -> Standing:
        return self._standing(_user(id=user_id), course_key)

    def standing_of(self, username: str, course_key: Any) -> Standing | None:
        user = _user(username=username)
        return self._standing(user, course_key) if user else None

    def _standing(self, user: Any, course_key: Any) -> Standing:
        grade = self.factory().read(user, course_key=course_key)
        found = self.certificates.get_certificate_for_user(user.username, course_key) or {}
        parts = tuple(
            (part.display_name, part.graded_total.earned, part.graded_total.possible)
            for parts in grade.graded_subsections_by_format.values()
            for part in parts.values()
        )
        return Standing(
            percent=int(grade.percent * 100 + 1e-6),
            is_passed=bool(grade.passed),
            status=_STATUS.get(found.get("status", ""), "none"),
            url=found.get("download_url") or "",
            parts=parts,
        )

    def issue(self, user_id: int, course_key: Any) -> None:
        self.certificates.generate_certificate_task(_user(id=user_id), course_key, generation_mode="self")

    def revoke(self, username: str, course_key: Any, by_user_id: int, reason: str) -> bool:
        found = self.certificates.get_certificate_for_user(username, course_key, format_results=False)
        if found is None:
            return False
        self.certificates.create_certificate_invalidation_entry(found, _user(id=by_user_id), reason)
        found.invalidate(source="smac_certificate")
        return True


def _user(**which: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(**which).first()
