"""A small server on this machine that plays an LMS for one learner: pages that launch, a record store, files.

It needs nothing but the standard library, and is used by the rehearsal and by the tests.
"""

from __future__ import annotations

import contextlib
import json
import mimetypes
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from smac_courses.lms.cmi5 import Cmi5Lms
from smac_courses.lms.host import FRAMES
from smac_courses.lms.records import Call, RecordStore, Reply

# A script under this path is one of the stand-ins.
_OWN = "/stand-in/"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".vtt": "text/vtt"}

Fault = Callable[[Call], Reply | None]


class LocalLms:
    """Serves a package at `/pkg/`, and what launches it.

    `records` is the store behind `/xapi/`; `fault` may answer in its place, or raise ConnectionError to say nothing.
    `kept` is what a SCORM package has committed, by SCO; `missing` lists files that were asked for and are not there.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.records: RecordStore | None = None
        self.fault: Fault | None = None
        self.kept: dict[str, Any] = {}
        self.posts = 0
        self.missing: list[str] = []
        self._latest: dict[str, int] = {}
        self.pages: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._lock = threading.Lock()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> LocalLms:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reply(self, call: Call) -> Reply:
        """What is said to a request; `path` is the whole path."""
        if call.path.startswith("/pkg/"):
            return self._file(call.path.removeprefix("/pkg/"))
        if call.path.startswith(_OWN):
            name = call.path.removeprefix(_OWN)
            return _content(name, resources.files("smac_courses.lms").joinpath(name).read_bytes())
        if call.path in self.pages:
            return _content("page.html", self.pages[call.path].encode())
        if call.path == "/frames":
            return _content("frames.html", FRAMES.encode())
        if call.path == "/favicon.ico":
            return Reply(status=204)
        if call.path == "/kept" and call.method == "POST":
            return self._keep(call)
        if self.records is not None and (call.path.startswith("/xapi/") or call.path == "/fetch"):
            return self._record(self.records, call)
        return Reply(status=404)

    def _file(self, name: str) -> Reply:
        if name == "" or name.endswith("/"):
            name += "index.html"
        if name not in self.files:
            self.missing.append(name)
            return Reply(status=404)
        return _content(name, self.files[name])

    def _keep(self, call: Call) -> Reply:
        faulty = self.fault(call) if self.fault else None
        if faulty is not None:
            return faulty
        sco, number = call.query.get("sco", ""), int(call.query.get("number", "0"))
        # What is sent when a page goes may overtake what was sent before.
        if number >= self._latest.get(sco, 0):
            self._latest[sco], self.kept[sco] = number, json.loads(call.body)
        self.posts += 1
        return Reply(status=204)

    def _record(self, records: RecordStore, call: Call) -> Reply:
        # One at a time: a store has one order.
        faulty = self.fault(call) if self.fault and call.method != "OPTIONS" else None
        if faulty is not None:
            return faulty
        with self._lock:
            if call.path == "/fetch":
                assert isinstance(records, Cmi5Lms)  # noqa: S101 - nobody else has such an address
                return records.fetch(call.query.get("session", ""), call.method)
            return records.reply(
                Call(
                    method=call.method,
                    path=call.path.removeprefix("/xapi/"),
                    query=call.query,
                    headers=call.headers,
                    body=call.body,
                )
            )


def _content(name: str, content: bytes) -> Reply:
    suffix = name[name.rfind(".") :].lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Reply(status=200, body=content, headers={"Content-Type": kind, "Cache-Control": "no-store"})


def _handler_of(lms: LocalLms) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            call = Call(
                method=self.command,
                path=unquote(parts.path),
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            try:
                reply = lms.reply(call)
            except ConnectionError:
                self.close_connection = True
                return
            # A page that was closed in the meantime hears nothing.
            with contextlib.suppress(ConnectionError):
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body if reply.status != 204 else b"")

        do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any

        def log_message(self, *_: object) -> None:
            pass

    return Handler
