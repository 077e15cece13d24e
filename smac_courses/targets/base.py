"""What every output format has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from smac_courses.diagnostics import Location
from smac_courses.model.course import Course
from smac_courses.package import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitContext:
    """What a target is told besides the course.

    `generator` names this program and its version; `control_documents` are the schemas that take the place of our own,
    by the name of the target and of the file.
    """

    generator: str
    control_documents: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of a course that a format does not carry, and where it stands."""

    at: Location
    what: str


class Target(Protocol):
    """An output format: a course in, a package out; no clock, no network, no disk but the course's assets."""

    @property
    def name(self) -> str:
        """The name that `--target` takes."""

    @property
    def summary(self) -> str:
        """One line for people."""

    @property
    def standard(self) -> str:
        """What the LMS speaks with its courses: the name of a run-time in `lms`."""

    @property
    def grades_on_server(self) -> bool:
        """Whether the key stays on a server, so that a course with `grading: server` can be built."""

    @property
    def suffix(self) -> str:
        """The end of the package's name: `.zip`, or `.tar.gz`, of which the unpacked folder is written, too."""

    @property
    def state_limit(self) -> int:
        """Characters of a learner's state that the format keeps for each SCO."""

    @property
    def documents(self) -> tuple[str, ...]:
        """The control documents that its packages carry."""

    @property
    def carries(self) -> tuple[str, ...]:
        """What the format can and cannot carry, one line each."""

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What of a course the format does not carry."""

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package of a course that has no errors."""
