"""`smac preview`: a course in a strict LMS on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from smac_courses.errors import EnvironmentProblem, UsageError
from smac_courses.model.course import Course
from smac_courses.pipeline import GENERATOR
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext


def serve_preview(courses: Sequence[Course], port: int, say: Callable[[str], None]) -> None:
    """Serve the one course on 127.0.0.1 until interrupted.

    Raises UsageError when there are several courses, EnvironmentProblem when the extra is not installed or
    the port is in use.
    """
    if len(courses) != 1:
        names = ", ".join(course.id for course in courses)
        raise UsageError(f"preview shows one course at a time; name the folder of one of: {names}")
    try:
        import uvicorn

        from smac_courses.lms.page import lms_application
    except ModuleNotFoundError as error:
        raise EnvironmentProblem("preview needs more packages: pip install 'smac-courses[preview]'") from error
    course = courses[0].with_all_ordinals()
    package = TARGETS["scorm12"].emit(course, EmitContext(generator=GENERATOR))
    application = lms_application(package, course.id, course.title, "index.html")
    listener = _listen(port)
    say(f"{course.title}: http://127.0.0.1:{listener.getsockname()[1]}/   (Ctrl-C stops)")
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise EnvironmentProblem(f"port {port} cannot be used ({error.strerror}); try --port 0") from error
