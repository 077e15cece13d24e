"""The rules of a web site of ours: everything that a page names is there, and nothing is loaded from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive, DamagedEntry
from smac_courses.validation.grammar import place_of

ABOUT = "smac.json"
_MOST_BYTES = 20 << 20
# A link that somebody follows may lead anywhere; what a page loads by itself may not.
_LOADS = ("src", "poster")


def is_web(archive: Archive) -> bool:
    """Whether the package says of itself that it is a web site of ours."""
    if ABOUT not in archive.entries:
        return False
    try:
        about = json.loads(archive.read(ABOUT, _MOST_BYTES))
    except (DamagedEntry, ValueError):
        return False
    return isinstance(about, dict) and about.get("target") == "web"


def check_web(archive: Archive, report: Report) -> int:
    """Every finding on the pages; returns how many there are."""
    pages = [name for name in archive.names if name.endswith(".html")]
    for name in ("index.html", "sw.js"):
        if name not in archive.entries:
            report.add("SMAC932", archive.place(), f"'{name}' is not in the package")
    ids: dict[str, set[str]] = {}
    roots: dict[str, html.HtmlElement] = {}
    for name in pages:
        try:
            roots[name] = html.document_fromstring(archive.read(name, _MOST_BYTES), html.HTMLParser(encoding="utf-8"))
        except (DamagedEntry, etree.LxmlError) as error:
            report.add("SMAC901", archive.place(name), str(error))
            continue
        ids[name] = {str(one) for one in roots[name].xpath("//@id")}
    for name, root in roots.items():
        for element, attribute, address in _addresses(root):
            _check_address(element, attribute, address, name, ids, archive, report)
    return len(pages)


def _addresses(root: html.HtmlElement) -> Iterator[tuple[etree._Element, str, str]]:
    for element in root.iter(tag=etree.Element):
        for attribute in ("src", "href", "poster"):
            if address := element.get(attribute):
                yield element, attribute, address


def _check_address(
    element: etree._Element,
    attribute: str,
    address: str,
    page: str,
    ids: dict[str, set[str]],
    archive: Archive,
    report: Report,
) -> None:
    parts = urlsplit(address)
    at = place_of(element, archive.place(page).path)
    if parts.scheme or parts.netloc:
        is_loaded = attribute in _LOADS or element.tag == "link"
        if is_loaded and parts.scheme != "data":
            report.add("SMAC937", at, f"the page loads '{address[:100]}'")
        return
    name = unquote(parts.path).removeprefix("./") or page
    if name not in archive.entries:
        report.add("SMAC932", at, f"'{name}' is not in the package")
    elif parts.fragment and name in ids and unquote(parts.fragment) not in ids[name]:
        report.add("SMAC931", at, f"'#{parts.fragment}' is the id of nothing in {name}")
