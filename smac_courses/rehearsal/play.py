"""The scenes of a rehearsal: each is one line, and names everything that went wrong in it."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smac_courses.errors import UsageError
from smac_courses.lms.host import HERE, OPENER
from smac_courses.lms.local import LocalLms
from smac_courses.rehearsal.answers import is_surely_wrong, questions_of, right_answer, wrong_answer
from smac_courses.rehearsal.stages import Stage, stage_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Frame, Page

ABOUT = "smac.json"
_PATIENCE_MS = 5_000
_SAVED_SECONDS = 8
_ENDED_SECONDS = 4
_DATA = "#_course-data"
_STATE_OF_PAGE = """() => {
  const isReady = document.documentElement?.classList.contains("is-ready");
  return isReady ? document.getElementById("_save-state")?.dataset.state ?? "none" : "";
}"""
_FILES_OF_PAGE = """() => {
  const roots = [document, ...[...document.querySelectorAll("template")].map((one) => one.content)];
  const named = roots.flatMap((root) => [...root.querySelectorAll("[src], [href], [poster]")]);
  const addresses = named.flatMap((one) => ["src", "href", "poster"].map((name) => one.getAttribute(name)));
  const local = addresses.filter((one) => one && !/^([a-z][a-z0-9+.-]*:|#|\\/\\/)/i.test(one));
  return [...new Set(local.map((one) => decodeURIComponent(one.split(/[?#]/)[0])))].filter(Boolean);
}"""
_WIDTH, _HEIGHT = 900, 650
# axe's rules for WCAG 2.2 A and AA, and its own of what has proved good.
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(slots=True)
class Scene:
    """What came of one scene."""

    name: str
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return not self.problems


class SceneFailed(Exception):
    """The robot cannot go on with a scene."""


@dataclass(slots=True)
class _Sitting:
    """One launch of one part."""

    page: Page  # of the LMS
    frame: Frame | Page  # of the course
    problems: list[str]


def rehearse(package: Path, browser: Browser, axe: Path | None) -> Iterator[Scene]:
    """Play a package of ours. Raises UsageError for a file that is none."""
    files = _files_of(package)
    about = json.loads(files[ABOUT])
    with LocalLms(files) as lms:
        stage = stage_of(lms, about)
        for number, name in enumerate(about["pages"]):
            title = f" of {name.removesuffix('.html')}" if len(about["pages"]) > 1 else ""
            yield from _Play(stage, lms, browser, axe, number, title).scenes()
        missing = Scene("files")
        missing.problems = [f"the course asks for '{name}', which is not in the package" for name in set(lms.missing)]
        yield missing


def _files_of(package: Path) -> dict[str, bytes]:
    if not package.is_file():
        raise UsageError(f"there is no file '{package}'")
    try:
        with zipfile.ZipFile(package) as opened:
            files = {info.filename: opened.read(info) for info in opened.infolist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise UsageError(f"'{package}' is no zip that can be read: {error}") from error
    if ABOUT not in files:
        raise UsageError(f"'{package}' was not made by smac: a rehearsal needs to know the answers")
    if json.loads(files[ABOUT]).get("target") == "web":
        raise UsageError(f"'{package}' is for the web: there is no LMS to play it in")
    return files


class _Play:
    """All scenes of one part of a course."""

    def __init__(self, stage: Stage, lms: LocalLms, browser: Browser, axe: Path | None, part: int, title: str) -> None:
        self.stage, self.lms, self.browser, self.part, self.title = stage, lms, browser, part, title
        self.axe = axe.read_text("utf-8") if axe else ""
        self.robot = resources.files("smac_courses.lms").joinpath("robot.js").read_text("utf-8")
        self.data: dict[str, Any] = {}
        self.right: dict[str, list[str]] = {}
        self.wrong: dict[str, list[str]] = {}
        self.names: dict[str, str] = {}
        self.given: list[str] = []
        self.begun: list[str] = []
        self.current = Scene("")
        self.heard: list[str] = []  # what the pages of the sitting complained of
        self.shared: tuple[BrowserContext, Page] | None = None

    def scenes(self) -> Iterator[Scene]:
        """Every scene, in an order in which each builds on those before."""
        yield from self._all_scenes()
        # Not in a `finally`: whoever stops listening lets go of this at any moment, also inside of the browser's own
        # loop, which would wait for itself. The window then closes with the browser.
        if self.shared:
            self.shared[0].close()

    def _all_scenes(self) -> Iterator[Scene]:
        yield self._scene("fresh start", self._fresh_start)
        if not self.data:
            return
        if self.data["lessons"]:
            yield self._scene("lessons, while the line fails", self._lessons)
        if self.data["exam"]:
            yield from self._exam_scenes()
        else:
            yield self._scene("tab closed, resumed, completed", self._to_the_end)
        yield self._scene("review afterwards", self._review)
        for place in self.stage.places[1:]:
            where = "the window that opened it" if place == OPENER else "a frame far above"
            yield self._scene(f"LMS in {where}", lambda place=place: self._elsewhere(place))
        if self.axe:
            yield self._scene("accessibility of every screen", self._accessibility)

    def _exam_scenes(self) -> Iterator[Scene]:
        rules = self.data["exam"]["rules"]
        may_repeat = rules["attempts"] != 1 and not rules["waitHours"]
        if may_repeat and self._may_fail():
            yield self._scene("exam failed", self._fail)
        yield self._scene("tab closed in mid-exam", self._break_off)
        yield self._scene("resumed and passed", self._pass)

    def _may_fail(self) -> bool:
        """Whether the robot can fail for certain: some questions give points to whatever is said."""
        keys = {question["key"] for pool in self.data["exam"]["pools"] for question in pool["questions"]}
        asked = [question for question in questions_of(self.data) if question["key"] in keys and question["points"]]
        is_marked = self.data["exam"]["rules"]["passPercent"] > 0
        return is_marked and bool(asked) and all(is_surely_wrong(question) for question in asked)

    def _scene(self, name: str, play: Any) -> Scene:
        scene = self.current = Scene(name + self.title)
        begun = time.perf_counter()
        try:
            play()
        except SceneFailed as failure:
            scene.problems.append(str(failure))
        except Exception as error:
            # Whatever the browser says of a course that does not do as it should.
            if type(error).__module__.partition(".")[0] != "playwright":
                raise
            scene.problems.append(str(error).partition("\n")[0].removeprefix("Page.evaluate: "))
        scene.seconds = time.perf_counter() - begun
        return scene

    # -- scenes -------------------------------------------------------------------------------------------

    def _fresh_start(self) -> None:
        with self._sitting() as sitting:
            self._know(sitting)
            self._want_files(sitting)
            self._saved(sitting)
            self._leave(sitting)
            outcome = self.stage.outcome(self.part)
            is_done = not self.data["lessons"] and not self.data["exam"]
            wanted = {"completed", "passed"} if is_done else {"incomplete"}
            self._want(outcome.status in wanted, f"the LMS shows '{outcome.status}' after a first look")

    def _lessons(self) -> None:
        keys = [lesson["key"] for lesson in self.data["lessons"]]
        cut, rest = keys[: len(keys) // 2 or 1], keys[len(keys) // 2 or 1 :]
        with self._sitting() as sitting:
            self.stage.cut(sitting.page, is_cut=True)
            self.given += self._do(sitting, "lessons", lessons=cut)
            sitting.page.wait_for_timeout(100)
            state = self._do(sitting, "state")["state"]
            self._want(state != "saved", "the page says that everything is saved while the LMS takes nothing")
            self.stage.cut(sitting.page, is_cut=False)
            # As a browser says it when the line is there again.
            sitting.frame.evaluate("() => window.dispatchEvent(new Event('online'))")
            self._saved(sitting)
            self.stage.refused(sitting.page)
            sitting.problems.clear()
            if not self.data["exam"] and len(keys) > 1:
                rest = rest[:-1]
            self.given += self._do(sitting, "lessons", lessons=rest)
            self._saved(sitting)
            self._leave(sitting, with_calls=False)
        self._want_told()

    def _to_the_end(self) -> None:
        keys = [lesson["key"] for lesson in self.data["lessons"]]
        with self._sitting() as sitting:
            if keys:
                self.given += [key for key in self._do(sitting, "lessons", lessons=keys[-1:]) if key not in self.given]
            self._saved(sitting)
            self._leave(sitting)
        self._want_told()
        status = self.stage.outcome(self.part).status
        self._want(status in {"completed", "passed"}, f"the LMS shows '{status}' at the end of the course")

    def _fail(self) -> None:
        with self._sitting() as sitting:
            self._do(sitting, "start")
            self.given += self._do(sitting, "exam", answers=self.wrong)
            shown = self._do(sitting, "state")
            self._want(not shown["isPassed"], "wrong answers pass the exam")
            self._saved(sitting)
            self._leave(sitting)
        outcome = self.stage.outcome(self.part)
        self._want(outcome.status in {"incomplete", "failed"}, f"the LMS shows '{outcome.status}' after a fail")
        self._want(outcome.percent is not None, "the LMS has no score after a fail")
        self._want_told()

    def _break_off(self) -> None:
        half = max(1, self._asked() // 2)
        with self._sitting() as sitting:
            self._do(sitting, "start")
            self.begun = self._do(sitting, "exam", most=half, submit=False)
            self._saved(sitting)
            # No goodbye: the tab is gone.
            sitting.page.close(run_before_unload=False)
            self.stage.settle()

    def _pass(self) -> None:
        with self._sitting() as sitting:
            self._do(sitting, "start")
            shown = self._do(sitting, "state")
            self._want(bool(shown["asked"]), "the exam that was broken off does not go on")
            # In the order of the attempt: what was answered before stands in front, and is told once.
            rest = self._do(sitting, "exam", answers=self.right)
            self.given += [*self.begun, *(key for key in rest if key not in self.begun)]
            shown = self._do(sitting, "state")
            self._want(shown["isPassed"], f"right answers do not pass the exam: {shown['score']}")
            self._saved(sitting)
            self._leave(sitting)
        outcome = self.stage.outcome(self.part)
        self._want(outcome.status == "passed", f"the LMS shows '{outcome.status}' after a pass")
        mark = self.data["exam"]["rules"]["passPercent"]
        self._want((outcome.percent or 0) >= mark, f"the LMS has the score {outcome.percent}, and {mark} is the mark")
        self._want_told()

    def _review(self) -> None:
        before = self.stage.outcome(self.part)
        with self._sitting(mode="review", on_new_device=False) as sitting:
            written = self.stage.writes(sitting.page)
            self._leave(sitting)
        after = self.stage.outcome(self.part)
        self._want(after == before, f"a look back changed '{before.status}' to '{after.status}'")
        self._want(not written, f"a look back writes {', '.join(written[:3])}")

    def _elsewhere(self, place: str) -> None:
        with self._sitting(place=place, on_new_device=False) as sitting:
            self._saved(sitting)
            self._leave(sitting, is_counted=place != OPENER)

    def _accessibility(self) -> None:
        with self._sitting(on_new_device=False) as sitting:
            self._saved(sitting)
            screens = ["_home", *[lesson["key"] for lesson in self.data["lessons"]][:1], "_help"]
            screens += ["_exam"] if self.data["exam"] else []
            for screen in screens:
                self._do(sitting, "open", lessons=[screen])
                self._want_accessible(sitting, screen)
            self._leave(sitting)

    # -- what scenes are made of --------------------------------------------------------------------------

    @contextmanager
    def _sitting(self, mode: str = "normal", place: str = HERE, *, on_new_device: bool = True) -> Iterator[_Sitting]:
        """One launch, on a device that has nothing of the course unless it is said that it may."""
        context, page = self._device(on_new_device)
        problems = self.heard = list[str]()
        try:
            page.goto(self.stage.address(self.part, mode, place))
            frame = self._frame(context, page, place)
            self._begun(page, frame)
            yield _Sitting(page, frame, problems)
            self.current.problems += problems
        except BaseException:
            self.current.problems += problems
            raise
        finally:
            if on_new_device:
                context.close()

    def _device(self, is_new: bool) -> tuple[BrowserContext, Page]:
        """A browser without anything in it, or the one that all scenes share that write nothing of their own."""
        if self.shared and not is_new:
            context, page = self.shared
            for other in context.pages:
                if other != page:
                    other.close()
            return context, page
        context = self.browser.new_context(viewport={"width": _WIDTH, "height": _HEIGHT})
        context.set_default_timeout(_PATIENCE_MS)
        context.on("page", self._watch)
        page = context.new_page()
        if not is_new:
            self.shared = context, page
        return context, page

    def _begun(self, page: Page, frame: Frame | Page) -> None:
        """Wait until the course has begun, and the launch is through."""
        deadline = time.monotonic() + _PATIENCE_MS / 1000
        state = ""
        while time.monotonic() < deadline:
            state = self._state_of(frame)
            if state not in {"", "connecting"}:
                return
            page.wait_for_timeout(5)
        if not state:
            raise SceneFailed("the course does not begin: its script does not run to the end")
        raise SceneFailed("the course waits for the LMS and never finds it")

    def _state_of(self, frame: Frame | Page) -> str:
        """What the page says of saving; empty while it is not there, or on its way to another one."""
        from playwright.sync_api import Error

        try:
            return str(frame.evaluate(_STATE_OF_PAGE))
        except Error:
            return ""

    def _frame(self, context: BrowserContext, page: Page, place: str) -> Frame | Page:
        """The page of the course: this one, a frame in it, or a window that it opened."""
        deadline = time.monotonic() + _PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            pages = context.pages if place == OPENER else [page]
            for one in (frame for opened in pages for frame in opened.frames):
                if "/pkg/" in one.url:
                    return one
            page.wait_for_timeout(10)
        raise SceneFailed("the LMS opened no page of the course")

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.heard.append(f"an error in the script: {error}"))
        page.on("console", self._on_console)
        page.on("request", lambda one: self._on_request(one.url))
        page.on("dialog", self._on_dialog)

    def _on_dialog(self, dialog: Any) -> None:
        self.heard.append(f"a dialog stops the learner: {dialog.message}")
        dialog.dismiss()

    def _on_console(self, message: Any) -> None:
        # A record store says by 404 that it has nothing yet; files that are missing are listed at the end.
        if message.type == "error" and "status of 404" not in message.text:
            self.heard.append(f"the console says: {message.text[:200]}")

    def _on_request(self, address: str) -> None:
        if not address.startswith((self.lms.url, "data:", "blob:", "about:")):
            self.heard.append(f"the course asks another computer: {address[:120]}")

    def _want_files(self, sitting: _Sitting) -> None:
        """Everything that the page names, also what a browser loads only when somebody comes to it."""
        for name in sitting.frame.evaluate(_FILES_OF_PAGE):
            if name not in self.lms.files:
                self.current.problems.append(f"the page names '{name}', which is not in the package")

    def _know(self, sitting: _Sitting) -> None:
        text = sitting.frame.locator(_DATA).text_content() or ""
        self.data = json.loads(text)
        for question in questions_of(self.data):
            self.right[question["key"]] = right_answer(question)
            self.wrong[question["key"]] = wrong_answer(question)
            self.names[question["key"]] = question.get("iri", question["key"])

    def _asked(self) -> int:
        return sum(int(pool["draw"]) for pool in self.data["exam"]["pools"])

    def _do(self, sitting: _Sitting, task: str, **plan: Any) -> Any:
        given = {"task": task, "answers": self.right, **plan}
        return sitting.frame.evaluate(self.robot, given)

    def _saved(self, sitting: _Sitting) -> None:
        """Wait until the page says that everything is with the LMS."""
        deadline = time.monotonic() + _SAVED_SECONDS
        shown: dict[str, Any] = {}
        while time.monotonic() < deadline:
            shown = self._do(sitting, "state")
            if shown["state"] == "saved":
                return
            sitting.page.wait_for_timeout(25)
        raise SceneFailed(f"the course never says that it is saved; it says: {shown.get('saving') or 'nothing'}")

    def _leave(self, sitting: _Sitting, *, with_calls: bool = True, is_counted: bool = True) -> None:
        """Go, as a learner does who goes elsewhere, and look at what the LMS says of the session."""
        sitting.frame.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
        self.stage.settle()
        if is_counted:
            # The last words of a page travel by themselves; a busy machine takes its time.
            deadline = time.monotonic() + _ENDED_SECONDS
            while not self.stage.is_ended(sitting.page) and time.monotonic() < deadline:
                sitting.page.wait_for_timeout(25)
            self._want(self.stage.is_ended(sitting.page), "the session was not ended once")
        if with_calls:
            self.current.problems += self.stage.refused(sitting.page)
        self.current.problems += self.stage.misplaced(sitting.page)

    def _want(self, is_so: bool, problem: str) -> None:
        if not is_so:
            self.current.problems.append(problem)

    def _want_told(self) -> None:
        """Every answer that was given is with the LMS, in order."""
        wanted = [self.names[key] for key in self.given]
        told = [one for one in self.stage.told(self.part) if one in set(wanted)]
        lost = [key for key in wanted if key not in told]
        self._want(not lost, f"answers that the LMS was not told of: {', '.join(lost[:5])}")
        self._want(bool(lost) or told == wanted, "the LMS has the answers twice, or in another order")

    def _want_accessible(self, sitting: _Sitting, screen: str) -> None:
        has_axe = sitting.frame.evaluate("() => 'axe' in window")
        if not has_axe:
            sitting.frame.evaluate(self.axe)
        found = sitting.frame.evaluate(
            "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })"
            ".then(({ violations }) => violations.map(({ id, help, nodes }) => [id, help, nodes[0].target.join(' ')]))",
            _AXE_TAGS,
        )
        self.current.problems += [f"{screen}: {help_text} ({rule}) at {target}" for rule, help_text, target in found]
