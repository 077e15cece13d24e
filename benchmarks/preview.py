"""How long it takes from a save until the preview shows it: one changed module of the disclosure course.

The time is taken from before the file is written until the changed words are in the page of the course frame.
Run it with `make bench`; it needs the test environment and a Chromium.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).parents[1]
SAVES = 15
SEEN = "document.querySelector('#course').contentDocument?.documentElement?.textContent?.includes({words!r})"


def main() -> None:
    folder = Path(shutil.copytree(ROOT / "course_src", Path(tempfile.mkdtemp()) / "src"))
    module = folder / "modules/ftc-disclosure.md"
    command = [sys.executable, "-u", "-m", "smac_courses", "preview", str(folder / "smac-disclosure"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as preview, sync_playwright() as playwright:
        try:
            times = saves(preview, playwright, module)
        finally:
            preview.terminate()
    print(f"save to screen: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms of {SAVES}")


def saves(preview: subprocess.Popen[str], playwright: Playwright, module: Path) -> list[float]:
    text = module.read_text("utf-8")
    assert preview.stdout
    found = re.search(r"http://\S+/", preview.stdout.readline())
    assert found
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(found[0])
    page.frame_locator("#course").get_by_role("button", name="Start").wait_for()
    times = []
    for number in range(SAVES):
        words = f"Changed for the {number}th time."
        began = time.perf_counter()
        module.write_text(text.replace("You like what", f"{words} You like what", 1), "utf-8")
        page.wait_for_function(SEEN.format(words=words), polling=5)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.5)
    browser.close()
    return times


if __name__ == "__main__":
    main()
