"""An LMS for tests: scorm-again (which nobody here wrote) and the strict stand-in, one behind the other.

Every call goes to both. What either of them refuses is a finding. What was committed survives the page, in
this server's memory, as it does in a real LMS.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SCORM_AGAIN = ROOT / "tests/node_modules/scorm-again/dist/scorm-again.js"
STAND_INS = ROOT / "smac_courses/lms"
TYPES = {
    "html": "text/html",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
}

HOST_PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>LMS</title>
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%}</style>
<script src="/scorm-again.js"></script>
<script type="module">
import * as scorm12 from "/strict/scorm12.mjs";
import * as scorm2004 from "/strict/scorm2004.mjs";
const { kept, mode, where, id, page, standard, objectives, launch } = JSON.parse(document.getElementById("kept").textContent);
const is12 = standard === "scorm12";
const { createStrictApi, API_NAME } = is12 ? scorm12 : scorm2004;
// What a page says while it goes may come in any order: each message carries its number.
let count = page * 1_000_000;
const numbered = (url) => `${url}?${(count += 1)}`;
const { open } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url, ...rest) { return open.call(this, method, numbered(url), ...rest); };
const { fetch } = window;
window.fetch = (url, options) => fetch(options?.method === "POST" ? numbered(url) : url, options);
const beacon = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (url, data) => beacon(numbered(url), data);
const post = (url, body) => {
  const request = new XMLHttpRequest();
  request.open("POST", url, false);
  // While a page goes away Chromium refuses requests that wait; real LMSs send a beacon then.
  try { request.send(JSON.stringify(body)); return request.status === 200; }
  catch { return navigator.sendBeacon(url, JSON.stringify(body)); }
};
const again = new (is12 ? Scorm12API : Scorm2004API)({
  lmsCommitUrl: "/again", dataCommitFormat: "json", autocommit: false, logLevel: 5, alwaysSendTotalTime: true,
});
if (kept.again) again.loadFromJSON(kept.again.cmi, "cmi");
const credit = mode === "normal" ? "credit" : "no-credit";
const session = is12
  ? { lesson_mode: mode, credit, student_name: "Doe, Jo", student_id: id }
  : { mode, credit, learner_name: "Doe, Jo", learner_id: id };
if (kept.again) session.entry = "resume";
again.loadFromJSON(is12 ? { core: session } : session, "cmi");
const strict = createStrictApi({ data: kept.strict ?? {}, mode, objectives, learner: { id, name: "Doe, Jo" }, onCommit: (data) => post("/strict", data) });
window.calls = [];
window.refused = [];
const both = {};
const before = is12 ? "LMS" : "";
for (const name of Object.getOwnPropertyNames(strict)) {
  both[name] = (...values) => {
    const said = strict[name](...values);
    const strictError = strict[`${before}GetLastError`]();
    const real = String(again[name](...values));
    const realError = String(again[`${before}GetLastError`]());
    const work = name.replace(/^LMS/, "");
    if (!["GetLastError", "GetErrorString", "GetDiagnostic"].includes(work)) {
      window.calls.push([work, ...values, real]);
      // In SCORM 2004 it is an error to ask for what was never written, and the only way to know.
      const isUnwritten = !is12 && work === "GetValue" && strictError === "403";
      if (strictError !== "0" && !isUnwritten) window.refused.push(["strict", name, ...values, strictError, strict[`${before}GetDiagnostic`]()]);
      if (realError !== "0" && !isUnwritten) window.refused.push(["scorm-again", name, ...values, realError]);
      if (work === "GetValue" && said !== real && !values[0].includes("total_time") && !values[0].includes("entry"))
        window.refused.push(["differ", ...values, said, real]);
    }
    return real;
  };
}
window.strict = strict;
if (where === "parent") window[API_NAME] = both;
else window.hiddenApi = both;
const frame = document.createElement("iframe");
frame.id = "sco";
frame.title = "Course";
frame.src = `/pkg/${launch}`;
window.showApi = () => (window[API_NAME] = window.hiddenApi);
document.body.append(frame);
window.isReady = true;
</script>
<body><script type="application/json" id="kept">KEPT</script></body></html>"""


@dataclass
class Lms:
    """What the LMS knows about one learner and one package."""

    package: dict[str, bytes]
    standard: str = "scorm12"
    launch: str = "index.html"
    objectives: list[str] = field(default_factory=list)  # that the manifest names, and the LMS makes entries of
    kept: dict[str, Any] = field(default_factory=dict)
    mode: str = "normal"
    where: str = "parent"
    commits: int = 0
    posts: int = 0
    pages: int = 0
    latest: dict[str, int] = field(default_factory=dict)  # the number of the last message that counts, by run-time
    fault: str = ""  # "refuse": an error for every commit; "forget": it says yes and keeps nothing
    url: str = ""
    learner: str = "jo"

    def settle(self) -> None:
        """Wait until a page that has gone has said its last word: beacons come when it is over."""
        before = -1
        while before != self.posts:
            before = self.posts
            time.sleep(0.3)

    @property
    def cmi(self) -> dict[str, Any]:
        """The data model as scorm-again committed it last."""
        return self.kept["again"]["cmi"]

    @property
    def session(self) -> dict[str, Any]:
        """The part of it that is about the session."""
        return self.cmi["core"] if self.standard == "scorm12" else self.cmi

    @property
    def status(self) -> str:
        """Completion and success in one word, as SCORM 1.2 has it."""
        if self.standard == "scorm12":
            return self.cmi["core"]["lesson_status"]
        completion, success = self.cmi["completion_status"], self.cmi["success_status"]
        if success == "passed":
            assert completion == "completed"
        return success if success in {"passed", "failed"} else completion

    @property
    def score(self) -> str:
        """In per cent, or empty."""
        return self.session["score"]["raw"]

    @property
    def place(self) -> str:
        """Where the learner was."""
        return self.session["lesson_location" if self.standard == "scorm12" else "location"]

    @property
    def told(self) -> list[dict[str, Any]]:
        """Every interaction, its answer as `response`, its patterns as a list, in words of SCORM 1.2."""
        kept = self.cmi.get("interactions") or {}
        found = [kept[str(n)] for n in range(len(kept))] if isinstance(kept, dict) else kept
        return [
            {
                **one,
                "response": one.get("student_response", one.get("learner_response")),
                "result": {"incorrect": "wrong"}.get(one["result"], one["result"]),
                "patterns": [one["correct_responses"][str(n)]["pattern"] for n in range(len(one["correct_responses"]))]
                if isinstance(one["correct_responses"], dict)
                else [right["pattern"] for right in one["correct_responses"]],
            }
            for one in found
        ]

    def last(self, element: str) -> str:
        """An element of the session as the strict stand-in has it; names are those of SCORM 1.2."""
        return self.kept["strict"][self.name(element)]

    def name(self, element: str) -> str:
        """What the standard calls an element of the session in SCORM 1.2."""
        if self.standard == "scorm12":
            return f"cmi.core.{element}"
        return "cmi." + {"lesson_status": "completion_status", "lesson_location": "location"}.get(element, element)


def read_package(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def serve(lms: Lms) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/":
                if lms.pages:
                    lms.settle()
                lms.pages += 1
                names = ("kept", "mode", "where", "standard", "objectives", "launch")
                told = {name: getattr(lms, name) for name in names}
                kept = json.dumps({**told, "id": lms.learner, "page": lms.pages}).replace("<", "\\u003c")
                self.answer(HOST_PAGE.replace("KEPT", kept).encode(), "text/html")
            elif path == "/scorm-again.js":
                self.answer(SCORM_AGAIN.read_bytes(), "text/javascript")
            elif path.startswith("/strict/") and path.endswith(".mjs"):
                self.answer((STAND_INS / path.rpartition("/")[2]).read_bytes(), "text/javascript")
            elif path.startswith("/pkg/") and path[5:] in lms.package:
                self.answer(lms.package[path[5:]], TYPES.get(path.rpartition(".")[2], "application/octet-stream"))
            elif path == "/favicon.ico":
                self.answer(b"", "image/x-icon")
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            lms.posts += 1
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if lms.fault == "refuse":
                self.send_error(500)
                return
            if lms.fault == "forget":
                self.answer(b'{"result":true,"errorCode":0}', "application/json")
                return
            path, _, number = self.path.partition("?")
            name, sent = path.removeprefix("/"), int(number)
            lms.commits += name == "again"
            if sent > lms.latest.get(name, 0):
                lms.latest[name] = sent
                lms.kept[name] = body
            self.answer(b'{"result":true,"errorCode":0}', "application/json")

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            with contextlib.suppress(ConnectionError):  # a page that was closed in the meantime
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lms.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
