"""`smac preview`: a course in a strict LMS on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from smac_courses.errors import EnvironmentProblem, UsageError
from smac_courses.package import Package
from smac_courses.pipeline import GENERATOR, check_courses
from smac_courses.reporting import format_text
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

if TYPE_CHECKING:
    from smac_courses.lms.page import Shown


def serve_preview(paths: list[Path], port: int, say: Callable[[str], None]) -> None:
    """Serve the one course that the paths mean on 127.0.0.1 until interrupted; each reload reads it anew.

    Raises UsageError when there are several courses, EnvironmentProblem when the extra is not installed or
    the port is in use.
    """
    try:
        import uvicorn

        from smac_courses.lms.page import lms_application
    except ModuleNotFoundError as error:
        raise EnvironmentProblem("preview needs more packages: pip install 'smac-courses[preview]'") from error
    application = lms_application(lambda: load_course(paths))
    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    say(f"Open {address} in your browser. Reload it to see what you have saved. Ctrl-C stops.")
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])


def load_course(paths: list[Path]) -> Shown:
    """The course as it is on disk now, or its findings when it has errors."""
    from smac_courses.lms.page import Shown

    checked = check_courses(paths, date.today())
    courses = checked.project.courses
    if checked.report.has_errors:
        findings = format_text(checked.report, checked.course_src)
        return Shown(course="", title="", package=Package(), findings=findings)
    if len(courses) != 1:
        names = ", ".join(course.id for course in courses)
        raise UsageError(f"preview shows one course at a time; name the folder of one of: {names}")
    course = courses[0].with_all_ordinals()
    package = TARGETS["scorm12"].emit(course, EmitContext(generator=GENERATOR))
    return Shown(course=course.id, title=course.title, package=package)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise EnvironmentProblem(f"port {port} cannot be used, perhaps by another preview; try --port 0") from error
