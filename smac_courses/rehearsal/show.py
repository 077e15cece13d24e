"""`smac rehearse`: one line for each scene, and what went wrong below it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from smac_courses.errors import EnvironmentProblem
from smac_courses.rehearsal.play import Scene, rehearse

# The first one has no windows: the same engine, and a page opens in a third of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where npm puts it: beside a program, or in this project's tests.
_AXE = ("node_modules/axe-core/axe.min.js", "tests/node_modules/axe-core/axe.min.js")
# As root, in a container, Chromium's own walls cannot be put up.
_FLAGS = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
_SHOWN = 8


def rehearse_all(packages: Iterable[Path], axe: Path | None, browser: str, say: Callable[[str], None]) -> bool:
    """Play packages one after the other, and say what came of it; returns whether all went well.

    Raises EnvironmentProblem where Playwright or a browser is missing, UsageError for a file that cannot be played.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as error:
        raise EnvironmentProblem("a rehearsal needs more packages: pip install 'smac-courses[rehearse]'") from error
    axe = axe or next((path for path in map(Path, _AXE) if path.is_file()), None)
    flags = [*_FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    is_good = True
    with sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=_browser(browser), args=flags)
        except Error as error:
            raise EnvironmentProblem(f"the browser does not start: {str(error).partition(chr(10))[0]}") from error
        with opened:
            for package in packages:
                begun = time.perf_counter()
                say(str(package))
                scenes = []
                for scene in rehearse(package, opened, axe):
                    scenes.append(scene)
                    say(_line(scene))
                is_good = is_good and all(scene.is_good for scene in scenes)
                say(_sum(scenes, time.perf_counter() - begun))
    if axe is None:
        say("accessibility was not looked at: npm install axe-core here, or name its axe.min.js with --axe")
    return is_good


def _browser(name: str) -> str:
    found = next(filter(None, map(shutil.which, [name] if name else BROWSERS)), None)
    if found is None:
        what = f"there is no browser '{name}'" if name else "no Chromium was found"
        raise EnvironmentProblem(f"{what}: install it (on Debian: apt-get install chromium), or name it with --browser")
    return found


def _line(scene: Scene) -> str:
    first = f"  {'ok  ' if scene.is_good else 'FAIL'}  {scene.name:<44} {scene.seconds:5.1f} s"
    more = len(scene.problems) - _SHOWN
    listed = [f"        {problem}" for problem in dict.fromkeys(scene.problems[:_SHOWN])]
    return "\n".join([first, *listed, *([f"        and {more} more"] if more > 0 else [])])


def _sum(scenes: list[Scene], seconds: float) -> str:
    bad = sum(not scene.is_good for scene in scenes)
    said = f"{bad} of {len(scenes)} scenes went wrong" if bad else f"all {len(scenes)} scenes went well"
    return f"  {said}, {seconds:.1f} s"
