"""The LMS page of the preview, and the web application that serves it beside a package."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib import resources

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from smac_courses.package import Package

# Only names of this machine: a page on the internet that points its own name here gets no answer.
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".vtt": "text/vtt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the preview shows: a package, or what stands in its way."""

    course: str
    title: str
    package: Package
    launch: str = "index.html"
    findings: str = ""


def lms_application(load: Callable[[], Shown]) -> Starlette:
    """An application with the LMS page at `/` and the package's files under `/course/`.

    `load` is called whenever the page is opened, so that a reload shows what the author has saved meanwhile.
    """
    shown = load()

    async def host_page(_: Request) -> Response:
        nonlocal shown
        shown = await run_in_threadpool(load)
        if shown.findings:
            return HTMLResponse(findings_page(shown.findings))
        return HTMLResponse(lms_page(shown.course, shown.title, f"course/{shown.launch}"))

    async def own_file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in {"scorm12.mjs", "page.mjs", "page.css"}:
            return PlainTextResponse("not found", 404)
        return file_response(name, resources.files("smac_courses.lms").joinpath(name).read_bytes())

    async def course_file(request: Request) -> Response:
        path = request.path_params["path"]
        if path not in shown.package.files:
            return PlainTextResponse("not found", 404)
        return file_response(path, shown.package.read(path))

    return Starlette(
        routes=[
            Route("/", host_page),
            Route("/lms/{name}", own_file),
            Route("/course/{path:path}", course_file),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
    )


def file_response(path: str, content: bytes) -> Response:
    """A file with the type that a careful server gives it, never kept by the browser."""
    suffix = path[path.rfind(".") :].lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=kind, headers=headers)


def findings_page(findings: str) -> str:
    """What must be mended before the course can be shown."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Preview: something must be mended first</title>
<link rel="stylesheet" href="lms/page.css">
</head>
<body>
<header><h1>Mend this, then reload the page</h1></header>
<pre>{escape(findings)}</pre>
</body>
</html>
"""


def lms_page(course_id: str, title: str, launch: str) -> str:
    """The page: the course in a frame, and beside it what it tells the LMS."""
    name, words = escape(course_id, quote=True), escape(title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview: {words}</title>
<link rel="stylesheet" href="lms/page.css">
<script type="module" src="lms/page.mjs"></script>
</head>
<body data-course="{name}" data-launch="{escape(launch, quote=True)}">
<header>
<h1>Preview in a strict SCORM 1.2 LMS</h1>
<label>Mode <select id="mode"><option>normal</option><option>review</option><option>browse</option></select></label>
<button type="button" id="restart">Close and open again</button>
<button type="button" id="forget">Start afresh</button>
</header>
<div class="work">
<iframe id="course" title="{words}"></iframe>
<aside>
<h2>What the LMS has kept</h2>
<table><tbody id="model"></tbody></table>
<h2>Calls, newest first</h2>
<ol id="log"></ol>
</aside>
</div>
</body>
</html>
"""
