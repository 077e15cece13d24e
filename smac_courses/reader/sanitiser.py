"""What of an author's HTML may travel: an allow-list, applied last, and words for what it takes out.

An LMS shows a course on its own address, next to the learner's session: nothing that runs may pass.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nh3

from smac_courses.reader import formulas, highlight

TAGS = (
    set(
        """
    a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub
    summary sup table tbody td tfoot th thead time tr u ul var wbr
    """.split()
    )
    | formulas.TAGS
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    **{tag: set(formulas.ATTRIBUTES) for tag in formulas.TAGS},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
CALLOUTS = ("note", "tip", "important", "warning", "caution")
_ALIGN = {"align-left", "align-right", "align-center"}
# What this program itself writes, and what an author may therefore write, too.
VALUES = {
    "a": {"role": {"doc-noteref"}},
    "div": {"class": {f"callout {kind}" for kind in CALLOUTS}, "role": {"note"}},
    "li": {"class": {"task", "task done"}},
    "ol": {"class": {"checklist"}},
    "p": {"class": {"callout-title"}},
    "span": {"class": set(highlight.CLASSES)},
    "sup": {"class": {"note"}},
    "td": {"class": _ALIGN},
    "th": {"class": _ALIGN},
    "ul": {"class": {"checklist"}},
}
# Elements whose end must be written, because everything up to it would be swallowed.
_CONTAINERS = frozenset(
    "a abbr aside b blockquote caption cite code del details dfn div dl em figcaption figure i ins kbd mark ol pre q s "
    "samp small span strong sub summary sup table u ul var".split()
)
# Everything else in angle brackets is an author's word for something, <Enter> or <your name>.
_HTML_ELEMENTS = TAGS | frozenset(
    """
    acronym address applet area article audio base basefont bdi bgsound big blink body button canvas center content data
    datalist dialog dir embed fencedframe fieldset font footer form frame frameset h1 h2 head header hgroup html iframe
    image input isindex keygen label legend link main map marquee menu menuitem meta meter nav nobr noembed noframes
    noscript object optgroup option output param picture plaintext portal progress rb rp rt rtc ruby script search
    section select shadow slot source spacer strike style svg template textarea title track tt video xmp
    """.split()
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<inside>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")
_ATTRIBUTE = re.compile(r"([^\s=/\"'<>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")


def make_cleaner() -> nh3.Cleaner:
    """The sanitiser. One is kept for many texts: to make it takes longer than to use it."""
    return nh3.Cleaner(
        tags=TAGS,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        tag_attribute_values=VALUES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def taken_out(text: str) -> Iterator[tuple[str, str, bool]]:
    """What of a piece of HTML will not pass: what to look for in the source, a name for people, whether it is HTML."""
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name not in TAGS:
            if not tag["end"]:
                yield f"<{tag['name']}", f"<{tag['name']}>", name in _HTML_ELEMENTS
            continue
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(name, set())
        for found in _ATTRIBUTE.finditer(tag["inside"]):
            attribute = found[1].lower()
            value = next((part for part in found.groups()[1:] if part is not None), "")
            if attribute not in allowed and value not in VALUES.get(name, {}).get(attribute, ()):
                yield found[1], f"{attribute}= on <{name}>", True


def foreign_scheme(link: str) -> str:
    """The scheme of a link that may not travel (`javascript`, `sms`), or an empty text."""
    found = _SCHEME.match(html.unescape(link))
    return found[1] if found and found[1].lower() not in SCHEMES else ""


class OpenElements:
    """Counts what a run of HTML blocks opens and closes."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def read(self, lines: str) -> str:
        """Take in more HTML; the name of an element that is closed without having been opened, or nothing."""
        for tag in _TAG.finditer(lines):
            name = tag["name"].lower()
            if name not in _CONTAINERS or tag["inside"].endswith("/"):
                continue
            if not tag["end"]:
                self._open.append(name)
            elif name in self._open:
                while self._open.pop() != name:
                    pass
            else:
                return name
        return ""

    def left_open(self) -> str:
        """The first element that is still open, or nothing."""
        return self._open[0] if self._open else ""
