"""Everything that the dialect knows, on one page, in a browser: accessibility, small screens, print, HTML."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support import COURSE, PROGRAM, TODAY, need

from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODULE = r"""---
id: m
title: Everything
review_by: 2099-01-01
---

Opening with a [way to the other module](n.md) and a ~~mistake~~.

## A lesson {#lesson policy=be-open}

> [!NOTE]
> With *stress* and a list:
> - one
>   > [!CAUTION]
>   > inside

> [!TIP]
> Tip.

> [!IMPORTANT]
> Important.

!!! warning "With a title"
    ```python
    def is_open(post):  # a comment
        return "we" in post or len(post) > 280
    ```

| Network | Label | A very long heading that needs room on a small screen |
| --- | :-: | --: |
| Photos | in the picture | 1,000,000 |

<details>
<summary>More</summary>

- [ ] a task

</details>

Inline $a^2 + \frac{1}{2}$ and:

$$
\sum_{i=1}^{n} i = \frac{n (n + 1)}{2} + \sqrt[3]{x + y + z + a + b + c + d + e + f + g + h + i + j + k + l + m + n + o}
$$

![A talk](../assets/talk.mp4 "With *Dana*")

![Said](../assets/said.mp3)

![A square](../assets/square.svg "A caption")

Term
: Meaning of the FTC.[^note]

### Before you post {#aid .job-aid}

- [ ] first
- [ ] second

#### In detail

Text.

### Done {#done .checklist}

- [x] ticked
- [ ] open

### In the UK {#uk when=uk}

https://example.com/a/very/long/address/that/does/not/fit/on/a/phone/without/a/break/somewhere

### Which? {#which policy=be-open}

Look at this:

```yaml
company: {name: Example}
```

- ( ) `code`
  > No.
- (x) $x^2$
  > > [!TIP]
  > > Yes.

> Everybody.

*[FTC]: Federal Trade Commission

[^note]: A source, https://example.com.
"""
OTHER = "---\nid: n\ntitle: Other\nreview_by: 2099-01-01\n---\n\n## Next {#next}\n\nBack to [the lesson](m.md#done), [our rule](../policy.md#be-open).\n"
POLICY = "---\nid: policy\ntitle: Principles\nversion: 1.0.0\n---\n\n## Be open {#be-open}\n\nSay who you are.\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Dana>Hello.\n"
ASSETS = {
    "talk.mp4": "not a film",
    "talk.en.vtt": VTT,
    "said.mp3": "not a recording",
    "said.txt": "The words.",
    "square.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>',
}


@pytest.fixture
def unpacked(project: WriteProject, tmp_path: Path) -> Path:
    """The course in a folder, without an LMS around it."""
    (tmp_path / "src/assets").mkdir(parents=True)
    for name, text in ASSETS.items():
        (tmp_path / "src/assets" / name).write_text(text)
    modules = "[../policy.md, ../modules/m.md, ../modules/n.md]"
    folder = project(
        {
            "program.yml": PROGRAM + "policy: policy.md\ninserts: {uk: true}\n",
            "policy.md": POLICY,
            "modules/m.md": MODULE,
            "modules/n.md": OTHER,
            "c/course.yml": COURSE.replace("[../modules/m.md]", modules),
        }
    )
    checked = check_courses([folder], TODAY)
    assert {found.code for found in checked.report} == {"SMAC309"}, list(checked.report)
    shutil.unpack_archive(
        build_course(checked.project.courses[0], TARGETS["scorm12"], tmp_path / "out").path, tmp_path / "x"
    )
    return tmp_path / "x"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@contextmanager
def page_of(folder: Path) -> Iterator[str]:
    """A web server for a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def page(unpacked: Path, browser: Browser) -> Iterator[Page]:
    with page_of(unpacked) as address:
        opened = browser.new_page()
        said: list[str] = []
        opened.on("console", lambda message: said.append(message.text))
        opened.goto(address + "index.html#m.lesson")
        expect(opened.get_by_role("heading", name="A lesson")).to_be_visible()
        yield opened
        opened.close()
        assert [text for text in said if "Security Policy" in text or "Uncaught" in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing(page: Page, npm_packages: Path, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    page.evaluate(f"{(npm_packages / 'axe-core/axe.min.js').read_text('utf-8')}; undefined")

    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)

    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_nu_html_checker_finds_nothing(unpacked: Path, npm_packages: Path) -> None:
    need("java", shutil.which("java") is not None, "make test installs it")
    command = ["java", "-jar", str(npm_packages / "vnu-jar/build/dist/vnu.jar"), "--format", "json", "--stdout"]

    run = subprocess.run(
        [*command, "--filterpattern", ".*violates Content Security.*", str(unpacked / "index.html")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [message["message"] for message in json.loads(run.stdout)["messages"]] == []


def test_a_job_aid_is_printed_alone(page: Page) -> None:
    page.evaluate("window.print = () => { window.wasPrinted = true; }")
    page.get_by_role("button", name="Print: Before you post").click()
    page.emulate_media(media="print")

    assert page.evaluate("window.wasPrinted")
    expect(page.get_by_role("heading", name="Before you post")).to_be_visible()
    expect(page.get_by_text("second")).to_be_visible()
    expect(page.get_by_role("heading", name="A lesson")).to_be_hidden()
    expect(page.get_by_role("heading", name="Principles")).to_be_hidden()

    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_role("heading", name="A lesson")).to_be_visible()


def test_what_plays_stops_when_the_learner_goes_on(page: Page) -> None:
    page.evaluate(
        "() => { window.paused = []; HTMLMediaElement.prototype.pause = function () { window.paused.push(this.tagName); }; }"
    )

    page.get_by_role("link", name="Next").click()

    assert page.evaluate("window.paused") == ["VIDEO", "AUDIO"]


def test_links_lead_to_the_other_module_and_back(page: Page) -> None:
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="the lesson").click()
    expect(page.get_by_role("heading", name="Done")).to_be_in_viewport()
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="our rule").click()

    expect(page.get_by_role("heading", name="Be open")).to_be_visible()
