"""What Python-Markdown is taught beyond its own extensions, and what it is told to leave out."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as etree
from typing import Protocol

import markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor

from smac_courses.reader import formulas

# Inline patterns that cannot match without one of these characters. Each pattern is tried on every text, so those that
# a module has no use for are left out.
_NEEDED = {
    "`": ("backtick",),
    "\\": ("escape",),
    "[": ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"),
    "<": ("autolink", "automail", "html"),
    "&": ("entity",),
    "*_": ("em_strong", "em_strong2"),
}


class Hooks(Protocol):
    """What the patterns ask of the renderer."""

    def cite(self, label: str) -> etree.Element:
        """The mark of a footnote."""

    def formula_html(self, tex: str, source: str, *, on_its_own: bool) -> str:
        """A formula as HTML; `source` is how it stands in the file."""


def make_markdown(text: str, hooks: Hooks) -> markdown.Markdown:
    """A renderer for one module, whose whole text is given: what it has no use for is not tried."""
    extensions = ["tables"]
    if "*[" in text:
        extensions.append("abbr")
    if re.search(r"^ *:[ \t]", text, re.MULTILINE):
        extensions.append("def_list")
    made = markdown.Markdown(extensions=extensions)
    # The reader has done what they do.
    for name in ("normalize_whitespace", "html_block"):
        made.preprocessors.deregister(name)
    made.treeprocessors.deregister("prettify")
    for name in ("indent", "olist", "ulist", "quote"):  # containers.py reads them
        made.parser.blockprocessors.deregister(name)
    # Headings at the margin are cut out before; a paragraph may begin with a hashtag, which is no heading.
    made.parser.blockprocessors.deregister("setextheader")
    if "#" in text:
        made.parser.blockprocessors.register(_Heading(made.parser), "hashheader", 70)
    else:
        made.parser.blockprocessors.deregister("hashheader")
    # CommonMark: a backslash before any punctuation takes its meaning away.
    made.ESCAPED_CHARS = list(string.punctuation)
    patterns = made.inlinePatterns
    for signs, names in _NEEDED.items():
        if not any(sign in text for sign in signs):
            for name in names:
                patterns.deregister(name, strict=False)
    if "[^" in text:
        patterns.register(_FootnoteMark(hooks), "footnote", 175)
    if "$" in text:
        # Behind links and HTML, in whose attributes a formula has no place, and before stress.
        patterns.register(_Formula(formulas.IN_CODE, hooks, made, on_its_own=False), "code_formula", 195)
        patterns.register(_Formula(formulas.ON_ITS_OWN, hooks, made, on_its_own=True), "formula", 86)
        patterns.register(_Formula(formulas.INLINE, hooks, made, on_its_own=False), "inline_formula", 85)
    if "~~" in text:
        patterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "strikethrough", 55)
    if "://" in text:
        patterns.register(_Address(_ADDRESS), "address", 115)
    made.treeprocessors.register(_Shapes(made), "shapes", 5)
    return made


class _Heading(HashHeaderProcessor):
    """A heading inside a quote, a callout or a list: `#` signs and a space, never above the parts of a lesson."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ]+(?P<header>(?:\\.|[^\\])*?)[ ]*#*(?:\n|$)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        count = len(parent)
        super().run(parent, blocks)
        for element in parent[count:]:
            if element.tag in {"h1", "h2"}:
                element.tag = "h3"


class _FootnoteMark(InlineProcessor):
    def __init__(self, hooks: Hooks) -> None:
        super().__init__(r"\[\^([^\]\s]+)\]")
        self._hooks = hooks

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        return self._hooks.cite(m[1]), m.start(0), m.end(0)


class _Formula(InlineProcessor):
    def __init__(self, pattern: str, hooks: Hooks, made: markdown.Markdown, *, on_its_own: bool) -> None:
        super().__init__(pattern, made)
        self._hooks = hooks
        self._made = made
        self._on_its_own = on_its_own

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        # A backslash before punctuation has been taken for an escape by now; in a formula it is none.
        tex = _ESCAPED.sub(lambda found: "\\" + chr(int(found[1])), m[1])
        if "\x02" in tex:  # a link, code or another formula stands in it: these are dollars
            return None, None, None
        source = _ESCAPED.sub(lambda found: "\\" + chr(int(found[1])), m[0])
        html = self._hooks.formula_html(tex, source, on_its_own=self._on_its_own)
        return self._made.htmlStash.store(html), m.start(0), m.end(0)


_ESCAPED = re.compile("\x02(\\d+)\x03")


# As on GitHub, an address is a link without any brackets. Not inside another link or a tag.
_ADDRESS = r"(?<![\w/\"'=\x03])https?://[^\s<>\"'\x02\x03]*[^\s<>\"'.,;:!?\]*_~\x02\x03]"


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        # A bracket at the end belongs to the address only when it closes one in it.
        address = m[0]
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(".,;:!?")
        link = etree.Element("a", {"href": address})
        link.text = markdown.util.AtomicString(address)
        return link, m.start(0), m.start(0) + len(address)


class _Shapes(Treeprocessor):
    """Gives elements the classes that the style sheet knows, and pictures with a caption their figure."""

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            match element.tag:
                case "td" | "th" if style := element.attrib.pop("style", ""):
                    # A style attribute would break the page's security policy.
                    element.set("class", "align-" + style.removeprefix("text-align:").strip(" ;"))
                case "p" if len(element) == 1 and element[0].tag == "img" and element[0].get("title"):
                    _figure(element)


def _figure(element: etree.Element) -> None:
    if (element.text or "").strip() or (element[0].tail or "").strip():
        return
    element.tag = "figure"
    caption = etree.SubElement(element, "figcaption")
    caption.text = element[0].attrib.pop("title")
