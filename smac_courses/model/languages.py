"""Languages of courses, and of the player that shows them."""

from __future__ import annotations

# Those of player/locale; a test compares the two.
PLAYER_LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "pt-BR", "zh-Hans")
# Languages written from right to left.
_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
# Languages in which a half is written 0,5 (CLDR 46, decimal separators), as a rule; in some regions it is not.
_DECIMAL_COMMA = frozenset(
    "af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lt lv mk mn nb nl nn no pl pt ro ru"
    " sk sl sq sr sv tr uk uz vi".split()
)
_DECIMAL_POINT_REGIONS = frozenset({"de-CH", "de-LI", "it-CH", "es-MX", "es-US", "es-PR", "es-DO", "es-GT", "es-HN"})
# Languages whose letters stand far behind the Latin ones in Unicode, and those whose signs stand further still.
_OTHER_ALPHABETS = frozenset(
    "ar be bg bn el fa gu he hi hy kk kn ky lo mk ml mn mr ne pa ps ru si sr ta te th uk ur yi".split()
)
_WIDE = frozenset({"am", "ja", "ka", "km", "ko", "my", "yue", "zh"})
_TRADITIONAL = frozenset({"Hant", "TW", "HK", "MO"})


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0] in _RTL else "ltr"


def has_decimal_comma(language: str) -> bool:
    """Whether a half is written 0,5 in a language."""
    return language.partition("-")[0] in _DECIMAL_COMMA and language not in _DECIMAL_POINT_REGIONS


def letter_room(language: str) -> int:
    """Tenths of a place that a letter of a language's texts needs in saved progress: see `player/src/letters.mjs`."""
    base = language.partition("-")[0]
    if base == "en":
        return 10
    if base in _WIDE:
        return 27
    return 21 if base in _OTHER_ALPHABETS else 12


def spoken(language: str) -> str | None:
    """The language of the player for a course in `language`, or None where it does not speak it.

    A region or a script that it does not have is left away: `de-AT` is `de`, `pt` and `pt-PT` are `pt-BR`. Chinese
    in traditional characters is not served by simplified ones.
    """
    base, *rest = language.split("-")
    if base == "zh" and _TRADITIONAL & set(rest):
        return None
    return next((known for known in PLAYER_LANGUAGES if known.partition("-")[0] == base), None)
