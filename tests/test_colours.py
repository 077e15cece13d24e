"""Every pair of colours that meets in the style sheet, against WCAG 2.2, in light and in dark."""

from __future__ import annotations

import re

import pytest
from support import ROOT

STYLE = (ROOT / "smac_courses/player/style/player.css").read_text("utf-8")
TEXT = 4.5  # 1.4.3
PART = 3.0  # 1.4.11: borders that show where a control is, the ring of the focus

PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "ground", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink", "right-soft", TEXT),
    ("ink", "wrong-soft", TEXT),
    ("ink-soft", "paper", TEXT),
    ("ink-soft", "ground", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "ground", TEXT),
    ("accent", "accent-soft", TEXT),
    ("accent-ink", "accent", TEXT),
    ("right", "paper", TEXT),
    ("right", "ground", TEXT),
    ("right", "right-soft", TEXT),
    ("right", "accent-soft", TEXT),
    ("wrong", "paper", TEXT),
    ("wrong", "wrong-soft", TEXT),
    ("notice", "notice-soft", TEXT),
    ("notice", "ground", TEXT),
    ("code-word", "ground", TEXT),
    ("ink", "notice-soft", TEXT),
    ("line", "paper", PART),
    ("focus", "paper", PART),
    ("focus", "ground", PART),
]


def tokens(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0]))
    return {**found, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[1]))} if dark else found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(front: str, back: str, least: float, dark: bool) -> None:
    one, other = (luminance(tokens(dark)[name]) for name in (front, back))

    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= least


def test_every_colour_is_a_token_and_every_token_is_measured() -> None:
    outside = STYLE.replace("".join(re.findall(r":root \{.*?\n\}", STYLE, re.DOTALL)), "")
    rules = re.sub(r":root \{.*?\}", "", outside, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", rules) == []
    measured = {name for pair in PAIRS for name in pair[:2]}
    # Only decoration: it separates, and nothing is lost where it cannot be seen.
    assert set(tokens(False)) - measured == {"line-soft", "plate"}
