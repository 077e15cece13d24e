"""How long a rehearsal of the flagship takes in each format, with axe-core on every screen. Median of three.

Run it with `make bench`; it needs the test environment and a Chromium. It fails above the budget.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from smac_courses.pipeline import build_course, check_courses
from smac_courses.rehearsal.play import rehearse
from smac_courses.rehearsal.show import BROWSERS
from smac_courses.targets import TARGETS

ROOT = Path(__file__).parents[1]
AXE = ROOT / "tests/node_modules/axe-core/axe.min.js"
TIMES = 3
BUDGET_SECONDS = 10.0


def main() -> int:
    """Print a line for each format; 1 when one is above the budget."""
    course = check_courses([ROOT / "course_src/smac-disclosure"], datetime.now(UTC).date()).project.courses[0]
    path = next(filter(None, map(shutil.which, BROWSERS)))
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=path, args=flags)
        for name, target in TARGETS.items():
            if not target.standard:
                continue
            package = build_course(course, target, Path(folder)).path
            seconds = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                scenes = list(rehearse(package, browser, AXE))
                seconds.append(time.perf_counter() - begun)
                assert all(scene.is_good for scene in scenes), [scene.problems for scene in scenes]
            median = statistics.median(seconds)
            slowest = max(slowest, median)
            sys.stdout.write(f"rehearsal of the flagship, {name}: {median:.1f} s, {len(scenes)} scenes\n")
        browser.close()
    return int(slowest > BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
