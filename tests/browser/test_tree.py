"""What a screen reader is told in each state: the accessibility tree of a small course, as text.

`pytest --accept` rewrites the files in `trees/`; read the diff before you commit it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from learner import Sit
from playwright.sync_api import Frame
from support import MODULE
from test_rules import COURSE, exam
from tour import tour, words_of

Load = Callable[..., None]
TREES = Path(__file__).parent / "trees"
LESSONS = """
### Who must agree to a photo? {#photo}

- ( ) Whoever took it.
  > They own the picture, not the faces.
- (x) Everybody shown in it.
  > Yes.

> Ask before you post.

## A second lesson {#second}

> [!TIP]
> Ask twice.
"""


@pytest.fixture
def standard() -> str:
    """What is seen does not depend on the standard."""
    return "scorm12"


def tree(frame: Frame) -> str:
    """The tree without what differs from visit to visit."""
    text = frame.locator("body").aria_snapshot()
    text = re.sub(r"(region \"[^\"]+\": ).*smac-courses.*", r"\1(the report)", text)
    text = re.sub(r"A course 1\.0\.0.*", "(all answers)", text)
    text = re.sub(r"(term: (?:Passed on|Bestanden am)\n\s+- definition:) .*", r"\1 (now)", text)
    return re.sub(r"(Time left:|Noch) \d+ \w+", r"\1 …", text) + "\n"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_tree_of_each_state_is_the_one_that_was_read(load: Load, sit: Sit, accept: bool, language: str) -> None:
    course = COURSE + f"language: {language}\n"
    # Without shuffling the answers stand where the author put them.
    rules = exam(time_limit_minutes=20, opens="any-time", shuffle="false", attempts=2)
    load(course=course, module=MODULE + LESSONS, exam=rules)
    seat = sit()
    seat.page.clock.install()
    seen = []
    for number, state in enumerate(tour(seat, words_of(language))):
        file = TREES / language / f"{number:02d}-{re.sub('[^a-z]+', '-', state)}.yml"
        found = tree(seat.sco)
        if accept:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(found, "utf-8")
        assert found == file.read_text("utf-8"), state
        seen.append(file.name)
    assert seen == sorted(file.name for file in (TREES / language).iterdir())
    seat.problems.clear()
    seat.page.evaluate("window.refused = []")
