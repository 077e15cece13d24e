"""Colours as WCAG 2.2 measures them, and the shades that a company's colour gives the player.

A colour is `#rrggbb` in small letters. Source of the formulas: WCAG 2.2, relative luminance and contrast ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEXT = 4.5  # success criterion 1.4.3
_STEPS = 100
_SEEN = 1.3
_WHITE, _BLACK = "#ffffff", "#101418"
_SOFT = {"light": 0.1, "dark": 0.2}  # how much of the colour a soft ground holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What a company looks like. `primary` is its colour or empty, `logo` the name of an asset or empty."""

    primary: str = ""
    logo: str = ""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a share (0 to 1) of `other` in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round((one * (1 - share) + two * share) * 255):02x}" for one, two in pairs)


def readable(colour: str, grounds: tuple[str, ...], toward: str) -> str:
    """The colour, or its nearest shade toward black or white, that can be read on all of the grounds."""
    for step in range(_STEPS + 1):
        shade = mixed(colour, toward, step / _STEPS)
        if all(contrast(shade, ground) >= TEXT for ground in grounds):
            return shade
    return toward


def brand_tokens(primary: str, tokens: Mapping[str, str], scheme: str) -> dict[str, str]:
    """The tokens of the style sheet that a company's colour changes, for the scheme `light` or `dark`.

    `tokens` are the usual ones. Areas keep the colour as it is, unless that is the paper's; texts and lines have
    the nearest shade that can be read where they stand.
    """
    paper, ground = tokens["paper"], tokens["ground"]
    soft = mixed(paper, primary, _SOFT[scheme])
    # A strong colour makes a soft ground too strong for the other texts that stand on it.
    others = [tokens[name] for name in ("ink", "right")]
    while any(contrast(soft, other) < TEXT for other in others):
        soft = mixed(soft, paper, 0.1)
    accent = readable(primary, (paper, ground, soft), "#000000" if scheme == "light" else _WHITE)
    # An area in the colour of the paper would not be seen at all.
    area = primary if contrast(primary, paper) >= _SEEN else accent
    return {
        "accent": accent,
        "accent-soft": soft,
        "focus": accent,
        "brand": area,
        "brand-ink": max((_WHITE, _BLACK), key=lambda ink: contrast(ink, area)),
    }


def _parts(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
