"""Every pair of colours that meets in the style sheet, against WCAG 2.2, in light and in dark."""

from __future__ import annotations

import re

import pytest
from support import ROOT

from smac_courses.model.colours import contrast
from smac_courses.player.bundle import style, tokens

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
    ("brand-ink", "brand", TEXT),
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


# A dark blue, a yellow, a red, white, black, a mid grey, a light green: every kind of trouble.
BRANDS = ["", "#0b57a4", "#ffcc00", "#e2001a", "#ffffff", "#000000", "#808080", "#9be15d", "#00ff00", "#ff00ff"]


def colours(brand: str, scheme: str) -> dict[str, str]:
    """What the style sheet declares for a scheme, as a browser reads it."""
    declared = re.findall(r":root[^{]*\{([^}]*)\}", style(brand))
    found = {"light": declared[0], "dark": declared[-2 if "--radius" in declared[-1] else -1]}[scheme]
    return dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", found))


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(front: str, back: str, least: float, scheme: str, brand: str) -> None:
    tokens = colours(brand, scheme)

    assert contrast(tokens[front], tokens[back]) >= least


def test_the_contrast_is_that_of_wcag() -> None:
    """Published pairs: black on white, and the greys of the W3C's technique G18."""
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast("#ff0000", "#ffffff"), 2) == 4.0


def test_the_device_chooses_until_the_learner_does() -> None:
    text = style()

    assert '@media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){' in text
    assert text.count(f"--paper:{tokens()['dark']['paper']}") == 2
    assert text.count(f"--paper:{tokens()['light']['paper']}") == 1


@pytest.mark.parametrize(("brand", "scheme"), [("#ffffff", "light"), ("#000000", "dark"), ("#171b21", "dark")])
def test_a_button_in_the_colour_of_the_paper_is_seen_all_the_same(brand: str, scheme: str) -> None:
    tokens = colours(brand, scheme)

    assert contrast(tokens["brand"], tokens["paper"]) >= 3


def test_a_company_keeps_its_colour_on_areas_and_reads_its_shade_in_texts() -> None:
    yellow = colours("#ffcc00", "light")

    assert yellow["brand"] == "#ffcc00"
    assert yellow["brand-ink"] == "#101418"
    assert yellow["accent"] != "#ffcc00"
    assert colours("#0b57a4", "light")["accent"] == "#0b57a4"


def test_every_colour_is_a_token_and_every_token_is_measured() -> None:
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", re.sub(r"#_[a-z-]+", "", STYLE)) == []
    measured = {name for pair in PAIRS for name in pair[:2]}
    # Only decoration: it separates, and nothing is lost where it cannot be seen.
    assert set(tokens()["light"]) - measured == {"line-soft", "plate"}
    assert set(tokens()["light"]) == set(tokens()["dark"])
    assert set(re.findall(r"var\(--([a-z-]+)\)", STYLE)) - {"radius", "measure", "font"} == set(tokens()["light"])
