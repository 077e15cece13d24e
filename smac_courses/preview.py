"""`smac preview`: a course in a strict LMS on this machine, following every save."""

from __future__ import annotations

import json
import socket
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from smac_courses.errors import EnvironmentProblem, SmacError, UsageError
from smac_courses.package import Package
from smac_courses.pipeline import GENERATOR, check_courses
from smac_courses.reader.cache import ModuleCache
from smac_courses.reader.project import find_courses
from smac_courses.reporting import format_text, summary
from smac_courses.targets.base import EmitContext, Target

if TYPE_CHECKING:
    from smac_courses.lms.page import Live, Shown

# Editors write a file in several steps; what follows within this time belongs together.
SETTLE_MS = 50
ABOUT = "smac.json"


def serve_preview(paths: list[Path], port: int, say: Callable[[str], None], target: Target) -> None:
    """Serve the one course that the paths mean on 127.0.0.1 until interrupted, and follow what is saved.

    Raises UsageError when there are several courses, EnvironmentProblem when the extra is not installed or
    the port is in use.
    """
    try:
        import uvicorn
        import watchfiles

        from smac_courses.lms.page import Live, lms_application
    except ModuleNotFoundError as error:
        raise EnvironmentProblem("preview needs more packages: pip install 'smac-courses[preview]'") from error
    root, _ = find_courses(paths)
    cache = ModuleCache()
    live = Live(load_course(paths, cache, target))
    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    say(f"Open {address} in your browser. It follows every file that you save. Ctrl-C stops.")
    done = threading.Event()
    changes = watchfiles.watch(root, debounce=SETTLE_MS * 4, step=SETTLE_MS, stop_event=done, rust_timeout=500)
    watcher = threading.Thread(target=_follow, args=(changes, live, paths, cache, target), daemon=True)
    watcher.start()
    config = uvicorn.Config(lms_application(live), log_level="warning", timeout_graceful_shutdown=1)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        done.set()


def load_course(paths: list[Path], cache: ModuleCache, target: Target, before: Shown | None = None) -> Shown:
    """The course as it is on disk now, with its findings; with errors, the package from before."""
    from smac_courses.lms.page import Shown

    checked = check_courses(paths, date.today(), cache=cache)
    courses = checked.project.courses
    findings = format_text(checked.report, checked.course_src)
    words = summary(checked.report)
    if checked.report.has_errors:
        last = before or Shown(course="", title="", package=Package())
        return replace(last, findings=findings, summary=words, has_errors=True)
    if len(courses) != 1:
        names = ", ".join(course.id for course in courses)
        raise UsageError(f"preview shows one course at a time; name the folder of one of: {names}")
    course = courses[0].with_all_ordinals()
    package = target.emit(course, EmitContext(generator=GENERATOR))
    pages = json.loads(package.read(ABOUT))["pages"]
    # A format that launches one thing has the whole course in it, however it is cut elsewhere.
    titles = [part.title for part in course.parts()] if len(pages) > 1 else [course.title]
    return Shown(
        course=course.id,
        title=course.title,
        package=package,
        standard=target.standard,
        launches=tuple(zip(pages, titles, strict=True)),
        findings=findings,
        summary=words,
    )


def _follow(changes: Iterable[object], live: Live, paths: list[Path], cache: ModuleCache, target: Target) -> None:
    for _ in changes:
        try:
            live.show(load_course(paths, cache, target, live.shown))
        except (SmacError, OSError) as error:  # a folder that is being moved: say so, and go on watching
            live.show(replace(live.shown, findings=str(error), summary="The course cannot be read", has_errors=True))
        except Exception:  # a bug of ours must not end the watching without a word
            words = f"This is a bug in smac, not in your course:\n{traceback.format_exc()}"
            live.show(replace(live.shown, findings=words, summary="smac failed", has_errors=True))


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise EnvironmentProblem(f"port {port} cannot be used, perhaps by another preview; try --port 0") from error
