"""A page that acts as an LMS would, for one course: used by the preview, the rehearsal and the tests.

What it needs of the course comes in as values; when they change, the page follows by itself.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import escape
from importlib import resources

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from smac_courses.lms.cmi5 import STRUCTURE, Cmi5Lms
from smac_courses.lms.records import Call, RecordStore, Reply, tincan_query
from smac_courses.package import Package

# Only names of this machine: a page on the internet that points its own name here gets no answer.
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".vtt": "text/vtt"}
_OWN_FILES = frozenset({"runtime.mjs", "scorm12.mjs", "scorm2004.mjs", "records.mjs", "page.mjs", "page.css"})
STANDARDS = {"scorm12": "SCORM 1.2", "scorm2004": "SCORM 2004", "cmi5": "cmi5", "xapi": "xAPI"}
_WITH_RECORDS = frozenset({"cmi5", "xapi"})
_SLOW_SECONDS = 3
# What the preview's choices of a fault mean for a record store; the line itself cannot be cut from here.
_FAULTS = {"offline": 503, "refuse": 403, "throw": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows: a package, and what there is to say about its source.

    `standard` is one of STANDARDS; `launches` are the pages that an LMS can open, each with its title.

    With errors there is no new package; the last good one stays, so that its author sees where it was.
    """

    course: str
    title: str
    package: Package
    standard: str = "scorm12"
    launches: tuple[tuple[str, str], ...] = (("index.html", ""),)
    findings: str = ""
    summary: str = ""
    has_errors: bool = False


class Live:
    """What is shown now. `show()` may be called from any thread; every open page hears of it.

    `records` is the store of a course that speaks cmi5 or xAPI; it outlives a new version of the course.
    """

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.version = 1
        self.records: RecordStore | None = None
        self.fault = "none"
        self._listeners: dict[asyncio.Queue[int], asyncio.AbstractEventLoop] = {}

    def show(self, shown: Shown) -> None:
        """Show something else from now on."""
        self.shown = shown
        self.version += 1
        for queue, loop in list(self._listeners.items()):
            loop.call_soon_threadsafe(queue.put_nowait, self.version)

    async def versions(self) -> AsyncIterator[int]:
        """The number of what is shown, and every later one."""
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._listeners[queue] = asyncio.get_running_loop()
        try:
            yield self.version
            while True:
                yield await queue.get()
        finally:
            del self._listeners[queue]


def lms_application(live: Live) -> Starlette:
    """An application with the LMS page at `/`, its state as JSON, and the package's files under `/course/`."""

    async def host_page(_: Request) -> Response:
        return HTMLResponse(lms_page(live.shown))

    async def state(_: Request) -> Response:
        shown = live.shown
        return JSONResponse(
            {
                "version": live.version,
                "course": shown.course,
                "launches": [
                    {"address": _address(live, number, page), "title": title}
                    for number, (page, title) in enumerate(shown.launches)
                ]
                if shown.package.files
                else [],
                "ok": not shown.has_errors,
                "summary": shown.summary,
                "findings": shown.findings,
            },
            headers={"Cache-Control": "no-store"},
        )

    async def events(_: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            async for version in live.versions():
                yield f"data: {json.dumps(version)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def own_file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _OWN_FILES:
            return PlainTextResponse("not found", 404)
        return file_response(name, resources.files("smac_courses.lms").joinpath(name).read_bytes())

    async def course_file(request: Request) -> Response:
        path = request.path_params["path"]
        if path not in live.shown.package.files:
            return PlainTextResponse("not found", 404)
        try:
            content = await run_in_threadpool(live.shown.package.read, path)
        except OSError:  # an asset that was deleted since
            return PlainTextResponse("not found", 404)
        return file_response(path, content, request.headers.get("range", ""))

    return Starlette(
        routes=[
            *_record_routes(live),
            Route("/", host_page),
            Route("/state", state),
            Route("/events", events),
            Route("/lms/{name}", own_file),
            Route("/course/{version:int}/{path:path}", course_file),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
    )


def _address(live: Live, number: int, page: str) -> str:
    is_launched = live.shown.standard in _WITH_RECORDS
    return f"launch/{live.version}/{number}" if is_launched else f"course/{live.version}/{page}"


def _record_routes(live: Live) -> list[Route]:
    """The record store behind a course that speaks cmi5 or xAPI, and what launches it."""

    async def launch(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        address = _launch(live, request.path_params["number"], request.query_params.get("mode", "normal"), base)
        return RedirectResponse(address, headers={"Cache-Control": "no-store"})

    async def xapi(request: Request) -> Response:
        if live.fault == "slow":
            await asyncio.sleep(_SLOW_SECONDS)
        if live.records is None or live.fault in _FAULTS:
            return PlainTextResponse("the preview plays a fault", _FAULTS.get(live.fault, 404))
        call = Call(
            method=request.method,
            path=request.path_params["path"],
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=await request.body(),
        )
        return _response(live.records.reply(call))

    async def fetch(request: Request) -> Response:
        if not isinstance(live.records, Cmi5Lms):
            return PlainTextResponse("not found", 404)
        return _response(live.records.fetch(request.query_params.get("session", ""), request.method))

    async def records(_: Request) -> Response:
        store = live.records
        told = {} if store is None else {"statements": store.statements, "refused": store.refused, "calls": store.calls}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    async def choose(request: Request) -> Response:
        live.fault = request.query_params.get("fault", live.fault)
        if "forget" in request.query_params:
            live.records = None
        return PlainTextResponse("")

    methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS"]
    return [
        Route("/launch/{version:int}/{number:int}", launch),
        Route("/xapi/{path:path}", xapi, methods=methods),
        Route("/fetch", fetch, methods=["GET", "POST"]),
        Route("/records", records),
        Route("/choose", choose, methods=["POST"]),
    ]


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, headers=dict(reply.headers))


def _launch(live: Live, number: int, mode: str, host: str) -> str:
    """The address that begins a session, for one part of the course."""
    shown, base = live.shown, f"{host}/course/{live.version}/"
    if shown.standard == "cmi5":
        structure = shown.package.read(STRUCTURE)
        if isinstance(live.records, Cmi5Lms):
            live.records.renew(structure, base)
        else:
            live.records = Cmi5Lms(structure, base, host)
        return live.records.launch(number, {"review": "Review", "browse": "Browse"}.get(mode, "Normal"))
    live.records = live.records or RecordStore()
    return base + shown.launches[number][0] + tincan_query(f"{host}/xapi/")


def file_response(path: str, content: bytes, wanted: str = "") -> Response:
    """A file with the type that a careful server gives it, never kept by the browser.

    `wanted` is the Range header: a browser seeks in a film by asking for a part of it.
    """
    suffix = path[path.rfind(".") :].lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes"}
    first, dash, last = wanted.removeprefix("bytes=").partition("-")
    if dash and first.isdigit() and (last.isdigit() or not last):
        begin, end = int(first), min(int(last) if last else len(content) - 1, len(content) - 1)
        if begin <= end:
            headers["Content-Range"] = f"bytes {begin}-{end}/{len(content)}"
            return Response(content[begin : end + 1], 206, media_type=kind, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def lms_page(shown: Shown) -> str:
    """The page: the course in a frame, what it tells the LMS beside it, findings below."""
    name, words = escape(shown.course, quote=True), escape(shown.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview: {words}</title>
<link rel="stylesheet" href="lms/page.css">
<script type="module" src="lms/page.mjs"></script>
</head>
<body data-course="{name}" data-standard="{shown.standard}">
<header>
<h1>Preview in a strict {STANDARDS[shown.standard]} LMS</h1>
<label id="scos" hidden>SCO <select id="sco"></select></label>
<label>Mode <select id="mode"><option>normal</option><option>review</option><option>browse</option></select></label>
<label>The LMS <select id="fault">
<option value="none">works</option>
<option value="offline">cannot be reached</option>
<option value="refuse">refuses to store</option>
<option value="throw">throws errors</option>
<option value="slow">is slow</option>
</select></label>
<button type="button" id="restart">Close and open again</button>
<button type="button" id="forget">Start afresh</button>
</header>
<div class="work">
<div class="stage">
<iframe id="course" title="{words}"></iframe>
<section id="findings" aria-label="Findings" hidden>
<p id="summary" role="status"></p>
<button type="button" id="toggle" aria-expanded="false" aria-controls="list">Show</button>
<pre id="list" tabindex="0" hidden></pre>
</section>
</div>
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
