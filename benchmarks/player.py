"""How heavy each course is, and how soon a learner on a slow phone can use it.

The line has 400 kbit/s and 400 ms there and back, the processor a quarter of its speed; files are served with gzip, as
LMSs do. LCP is the largest contentful paint, usable the moment from which buttons work, feedback the time from a click
on "Check answer" until its words are painted. Median of five visits without a cache. An in-memory LMS answers at once.

Run it with `make bench`; it needs the test environment and a Chromium. It fails above the budget.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import shutil
import statistics
import sys
import tempfile
import threading
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from smac_courses.model.course import Course
from smac_courses.pipeline import build_course, check_courses
from smac_courses.scaffold import QUESTIONS, new_program, new_question
from smac_courses.targets import TARGETS

ROOT = Path(__file__).parents[1]
VISITS = 5
BYTES_A_SECOND = 400_000 / 8
LATENCY_MS = 400
SLOWER = 4
TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
SCRIPT_OF_EVERY_KIND = 25 * 1024 + 120
BUDGET = {"script": 20 * 1024, "style": 8_000, "requests": 6, "LCP": 2_000, "usable": 2_500, "feedback": 100}
WATCH = """
const kept = {};
window.API = {
  LMSInitialize: () => "true", LMSFinish: () => "true", LMSCommit: () => "true", LMSGetLastError: () => "0",
  LMSGetValue: (name) => kept[name] ?? "", LMSSetValue: (name, value) => { kept[name] = value; return "true"; },
};
window.API_1484_11 = Object.fromEntries(Object.entries(window.API).map(([name, call]) => [name.slice(3), call]));
window.API_1484_11.Terminate = window.API.LMSFinish;
window.seen = { LCP: 0, usable: 0, CLS: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.LCP = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.CLS += one.value; })
  .observe({ type: "layout-shift", buffered: true });
new MutationObserver(() => {
  if (document.documentElement?.classList.contains("is-ready")) seen.usable ||= performance.now();
}).observe(document, { attributes: true, subtree: true, childList: true });
"""
# The first question of the first lesson that has one; two frames later its feedback has been painted.
ANSWER = """async () => {
  const form = document.querySelector(".screen form.question");
  location.hash = form.closest(".screen").id;
  await new Promise((done) => setTimeout(done, 300));
  form.querySelector("input").click();
  const began = performance.now();
  form.querySelector("[data-check]").click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  if (!form.querySelector(".feedback").textContent) throw new Error("no feedback");
  return performance.now() - began;
}"""


def main() -> int:
    checked = check_courses([ROOT / "course_src"], datetime.now(UTC).date())
    worst = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        courses = [
            *((course, budget_of(course)) for course in checked.project.courses),
            *((course, budget_of(course)) for course in [every_kind(Path(folder) / "every-kind")]),
        ]
        for (course, budget), target in itertools.product(courses, ("scorm12", "scorm2004-3rd")):
            built = build_course(course, TARGETS[target], Path(folder))
            measured = measure(browser, built.path)
            print(f"{course.id}, {target}: " + ", ".join(shown(name, value) for name, value in measured.items()))
            worst += sum(value > budget.get(name, value) for name, value in measured.items())
        browser.close()
    print("within the budget" if not worst else f"{worst} values above the budget: {BUDGET}")
    return 1 if worst else 0


def budget_of(course: Course) -> dict[str, int]:
    """A script has what the course's kinds of question need: those with options to tick are the light ones."""
    is_light = {question.kind for question in course.questions()} <= {"single", "multiple"}
    return BUDGET if is_light else {**BUDGET, "script": SCRIPT_OF_EVERY_KIND}


def every_kind(folder: Path) -> Course:
    """A first program with a question of every kind: the heaviest script that there is."""
    today = datetime.now(UTC).date()
    list(new_program(folder, today))
    for kind in QUESTIONS:
        list(new_question(folder / "modules/first-module.md", f"A question of the kind {kind}?", kind))
    (course,) = check_courses([folder], today).project.courses
    return course


def shown(name: str, value: float) -> str:
    unit = {"requests": "", "CLS": ""}.get(name, " bytes" if name in {"page", "script", "style"} else " ms")
    return f"{name} {value:,.3f}" if name == "CLS" else f"{name} {value:,.0f}{unit}"


def measure(browser: Browser, package: Path) -> dict[str, float]:
    """Sizes after gzip in bytes, requests before anybody does anything, times in milliseconds."""
    with zipfile.ZipFile(package) as archive:
        files = {name: gzip.compress(archive.read(name)) for name in archive.namelist()}
    server = serve(files)
    visits = [visit(browser, f"http://127.0.0.1:{server.server_port}/index.html") for _ in range(VISITS)]
    server.shutdown()
    sizes = {"page": len(files["index.html"]), "script": len(files["player.js"]), "style": len(files["player.css"])}
    return {**sizes, **{name: statistics.median(one[name] for one in visits) for name in visits[0]}}


def visit(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    line = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND}
    session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": BYTES_A_SECOND})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, timeout=60_000)
    page.wait_for_function("window.seen.usable > 0")
    page.wait_for_timeout(500)
    seen: dict[str, float] = page.evaluate("window.seen")
    feedback: float = page.evaluate(ANSWER)
    context.close()
    return {"requests": len(requests), **seen, "feedback": feedback}


def serve(files: dict[str, bytes]) -> ThreadingHTTPServer:
    """The files of a package, compressed."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = files.get(self.path.lstrip("/"))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", TYPES.get(self.path.rpartition(".")[2], "application/octet-stream"))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body or b"")))
            with contextlib.suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    sys.exit(main())
