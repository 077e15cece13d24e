"""cmi5 and tincan.xml packages with one fault each, and legal ones that look odd: written from the standards.

Sources: cmi5 specification (Quartz, 1st edition), sections 3, 13 and 14, its CourseStructure.xsd, the working group's
list of requirements (the numbers in `requirement`), and for tincan.xml RusticiSoftware/launch, lms_lrs.md.

The good packages are those that we make of the disclosure course; a fault is one change of one of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from lxml import etree
from support import COURSE_SRC, TODAY
from validation.faults import Change, Package, both, moved, put, renamed, without

from smac_courses.pipeline import check_courses
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

CMI5, TINCAN = "cmi5.xml", "tincan.xml"
NAMES = {
    "c": "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd",
    "t": "http://projecttincan.com/tincan.xsd",
    "o": "urn:example:other",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
ONE, MODULES, ACTIVITY = "cmi5, one", "cmi5, modules", "xapi"
_MADE_BY = {ONE: ("cmi5", "one"), MODULES: ("cmi5", "modules"), ACTIVITY: ("xapi", "one")}


@cache
def _emitted(base: str) -> tuple[tuple[str, bytes], ...]:
    target, structure = _MADE_BY[base]
    course = check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0].with_all_ordinals()
    package = TARGETS[target].emit(replace(course, structure=structure), EmitContext(generator="test"))
    return tuple((name, package.read(name)) for name in package.paths())


def good(base: str) -> Package:
    """A good package, to change as you like."""
    return dict(_emitted(base))


@dataclass(frozen=True)
class Fault:
    """One change of a good package, and what must be found; `official` says whether the XML Schema refuses it, too."""

    name: str
    code: str
    change: Change
    requirement: str = ""
    base: str = ONE
    official: bool = False
    also: tuple[str, ...] = ()

    def package(self) -> Package:
        return self.change(good(self.base))


@dataclass(frozen=True)
class Legal:
    """One change after which the package is as legal as before."""

    name: str
    change: Change
    base: str = ONE

    def package(self) -> Package:
        return self.change(good(self.base))


# ---------------------------------------------------------------------------------------------------------------
# Changes
# ---------------------------------------------------------------------------------------------------------------


def name_of(files: Package) -> str:
    return CMI5 if CMI5 in files else TINCAN


def raw(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of the structure."""
    return lambda files: {**files, name_of(files): change(files[name_of(files)])}


def edit(step: Callable[[etree._Element], object]) -> Change:
    """Change the tree of the structure."""

    def change(data: bytes) -> bytes:
        root = etree.fromstring(data)
        step(root)
        return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)

    return raw(change)


def first(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path, namespaces=NAMES)
    assert found, path
    return found[0]


def clark(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMES[prefix]}}}{local}" if prefix else local


def made(root: etree._Element, xml: str) -> list[etree._Element]:
    own = etree.QName(root).namespace
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items() if prefix != "xml")
    return list(etree.fromstring(f'<x xmlns="{own}"{names}>{xml}</x>'))


def give(path: str, attribute: str, value: str) -> Change:
    return edit(lambda root: first(root, path).set(clark(attribute), value))


def unset(path: str, attribute: str) -> Change:
    return edit(lambda root: first(root, path).attrib.pop(clark(attribute)))


def say(path: str, words: str) -> Change:
    return edit(lambda root: setattr(first(root, path), "text", words))


def take(path: str) -> Change:
    def step(root: etree._Element) -> None:
        found = first(root, path)
        found.getparent().remove(found)

    return edit(step)


def empty(path: str) -> Change:
    """Take out everything in an element."""

    def step(root: etree._Element) -> None:
        found = first(root, path)
        found[:] = []
        found.text = None

    return edit(step)


def inside(path: str, xml: str) -> Change:
    """Put elements at the end of another one."""
    return edit(lambda root: first(root, path).extend(made(root, xml)))


def before(path: str, xml: str) -> Change:
    def step(root: etree._Element) -> None:
        for element in made(root, xml):
            first(root, path).addprevious(element)

    return edit(step)


def after(path: str, xml: str) -> Change:
    def step(root: etree._Element) -> None:
        for element in reversed(made(root, xml)):
            first(root, path).addnext(element)

    return edit(step)


def last(path: str) -> Change:
    """Move an element behind its sisters."""

    def step(root: etree._Element) -> None:
        found = first(root, path)
        found.getparent().append(found)

    return edit(step)


def same_id(one: str, other: str, around: str = "{}") -> Change:
    """Give an element the id of another one."""
    return edit(lambda root: first(root, one).set("id", around.format(first(root, other).get("id"))))


def called(name: str) -> Change:
    return edit(lambda root: setattr(root, "tag", name))


def encoded(codec: str, declared: str = "") -> Change:
    """The same structure in another encoding; without `declared` it has no XML declaration."""

    def change(data: bytes) -> bytes:
        words = etree.tostring(etree.fromstring(data), encoding="unicode")
        start = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
        return (start + words).encode(codec)

    return raw(change)


def prefixed(data: bytes) -> bytes:
    """Everything with a prefix instead of the default namespace."""
    root = etree.fromstring(data)
    copy = etree.Element(root.tag, dict(root.attrib), nsmap={"cs": etree.QName(root).namespace})
    copy.text = root.text
    copy.extend(list(root))
    etree.cleanup_namespaces(copy, top_nsmap={"cs": etree.QName(root).namespace})
    words = etree.tostring(copy, encoding="unicode")
    assert words.startswith("<cs:"), words[:80]
    return words.encode()


def entity(data: bytes) -> bytes:
    root = etree.QName(etree.fromstring(data)).localname.encode()
    return data.replace(b"<" + root, b'<!DOCTYPE x [<!ENTITY e "e">]>\n<' + root, 1)


# ---------------------------------------------------------------------------------------------------------------
# cmi5
# ---------------------------------------------------------------------------------------------------------------

COURSE, AU, BLOCK = "/*/c:course", "//c:au", "//c:block"
URL = "//c:au/c:url"
OBJECTIVE, SECOND_OBJECTIVE = "/*/c:objectives/c:objective", "/*/c:objectives/c:objective[2]"
REFERENCE = "//c:au/c:objectives/c:objective"
WORDS = "<title><langstring>A</langstring></title><description><langstring>B</langstring></description>"
KEYWORDS = "<o:keywords><o:keyword>stones</o:keyword></o:keywords>"
OTHER_XSD = put(
    "other.xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:other"/>'
)
STRANGE_XSD = put(
    "strange.xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:strange"/>'
)
SCHEMA = "13.2.0.0-1"


def xsd_refuses(name: str, code: str, change: Change, base: str = ONE, also: tuple[str, ...] = ()) -> Fault:
    return Fault(name, code, change, SCHEMA, base, official=True, also=also)


def wrong_iri(name: str, path: str, attribute: str, value: str, official: bool = False) -> Fault:
    also = ("SMAC931",) if path in {OBJECTIVE, REFERENCE} else ()
    base = MODULES if path == BLOCK else ONE
    return Fault(name, "SMAC926", give(path, attribute, value), "3.0.0.0-1", base, official, also)


def wrong_url(
    name: str, url: str, code: str = "SMAC961", requirement: str = "13.1.4.0-2", official: bool = False
) -> Fault:
    return Fault(name, code, say(URL, url), requirement, official=official)


CMI5_FAULTS = [
    # 13.2: the schema
    xsd_refuses("a root without a namespace", "SMAC912", raw(lambda data: data.replace(NAMES["c"].encode(), b""))),
    xsd_refuses("a root of an older namespace", "SMAC912", called("{http://www.adlnet.gov/cmi5}courseStructure")),
    xsd_refuses("a root that is a course", "SMAC912", called(f"{{{NAMES['c']}}}course")),
    xsd_refuses("XML that is not closed", "SMAC910", raw(lambda data: data.replace(b"</courseStructure>", b""))),
    xsd_refuses(
        "a prefix that nobody declares", "SMAC910", raw(lambda data: data.replace(b"<url>", b"<url a:b='1'>", 1))
    ),
    xsd_refuses("an empty file", "SMAC910", raw(lambda _: b"")),
    xsd_refuses("no course", "SMAC922", take(COURSE)),
    xsd_refuses("two courses", "SMAC923", after(COURSE, f'<course id="urn:example:second">{WORDS}</course>')),
    xsd_refuses("the course behind everything", "SMAC921", last(COURSE), also=("SMAC922",)),
    xsd_refuses("the objectives behind the AU", "SMAC921", last("/*/c:objectives")),
    xsd_refuses(
        "objectives twice",
        "SMAC923",
        after("/*/c:objectives", f'<objectives><objective id="urn:example:o">{WORDS}</objective></objectives>'),
    ),
    xsd_refuses("no AU and no block", "SMAC922", take(AU)),
    xsd_refuses("a block without a part", "SMAC922", take("//c:block/c:au"), MODULES),
    xsd_refuses(
        "an empty block in a block", "SMAC922", inside(BLOCK, f'<block id="urn:example:b">{WORDS}</block>'), MODULES
    ),
    xsd_refuses("a course without a title", "SMAC922", take(f"{COURSE}/c:title")),
    xsd_refuses("a course without a description", "SMAC922", take(f"{COURSE}/c:description")),
    xsd_refuses("a block without a title", "SMAC922", take(f"{BLOCK}/c:title"), MODULES),
    xsd_refuses("a block without a description", "SMAC922", take(f"{BLOCK}/c:description"), MODULES),
    xsd_refuses("an AU without a title", "SMAC922", take(f"{AU}/c:title")),
    xsd_refuses("an AU without a description", "SMAC922", take(f"{AU}/c:description")),
    xsd_refuses("an objective without a title", "SMAC922", take(f"{OBJECTIVE}/c:title")),
    xsd_refuses("an objective without a description", "SMAC922", take(f"{OBJECTIVE}/c:description")),
    xsd_refuses(
        "an objective with two titles", "SMAC923", inside(OBJECTIVE, "<title><langstring>A</langstring></title>")
    ),
    xsd_refuses(
        "the title behind the description",
        "SMAC921",
        after(f"{AU}/c:description", "<title><langstring>A</langstring></title>"),
        also=("SMAC923",),
    ),
    xsd_refuses("a title without a langstring", "SMAC922", empty(f"{AU}/c:title")),
    xsd_refuses(
        "a title of plain text",
        "SMAC927",
        both(empty(f"{AU}/c:title"), say(f"{AU}/c:title", "Stones")),
        also=("SMAC922",),
    ),
    xsd_refuses("two titles", "SMAC923", before(f"{AU}/c:title", "<title><langstring>A</langstring></title>")),
    xsd_refuses("text between elements", "SMAC927", say(AU, "Once upon a time")),
    xsd_refuses("an AU without a url", "SMAC922", take(URL)),
    xsd_refuses("an AU with two urls", "SMAC923", after(URL, "<url>index.html</url>")),
    xsd_refuses("an empty url", "SMAC926", say(URL, ""), also=("SMAC961",)),
    xsd_refuses("a url with an element", "SMAC920", inside(URL, "<title/>")),
    xsd_refuses("a url with an attribute", "SMAC925", give(URL, "target", "_top")),
    xsd_refuses("the url before the objectives", "SMAC921", last("//c:au/c:objectives")),
    xsd_refuses("launch parameters before the url", "SMAC921", before(URL, "<launchParameters>a=1</launchParameters>")),
    xsd_refuses("launch parameters twice", "SMAC923", after(URL, "<launchParameters/><launchParameters/>")),
    xsd_refuses("the key before the parameters", "SMAC921", after(URL, "<entitlementKey/><launchParameters/>")),
    xsd_refuses("launch parameters of a block", "SMAC920", inside(BLOCK, "<launchParameters/>"), MODULES),
    xsd_refuses("an element that does not exist", "SMAC920", inside(AU, "<prerequisite/>")),
    xsd_refuses("an AU in an AU", "SMAC920", inside(AU, f'<au id="urn:example:au">{WORDS}<url>index.html</url></au>')),
    xsd_refuses("an element of no namespace", "SMAC920", edit(lambda root: etree.SubElement(root, "note"))),
    xsd_refuses("a course without an id", "SMAC924", unset(COURSE, "id")),
    xsd_refuses("a block without an id", "SMAC924", unset(BLOCK, "id"), MODULES),
    xsd_refuses("an AU without an id", "SMAC924", unset(AU, "id")),
    xsd_refuses("an objective without an id", "SMAC924", unset(OBJECTIVE, "id"), also=("SMAC931",)),
    xsd_refuses(
        "an id with a capital", "SMAC925", both(unset(AU, "id"), give(AU, "ID", "urn:example:au")), also=("SMAC924",)
    ),
    xsd_refuses("no objective in the objectives", "SMAC922", empty("/*/c:objectives"), also=("SMAC931",)),
    xsd_refuses("no reference in the objectives", "SMAC922", empty("//c:au/c:objectives")),
    xsd_refuses("a reference with an id", "SMAC925", give(REFERENCE, "id", "urn:example:o")),
    xsd_refuses(
        "a reference with a title",
        "SMAC920",
        inside(REFERENCE, "<title><langstring>A</langstring></title>"),
        also=("SMAC925", "SMAC927"),
    ),
    xsd_refuses("a reference with text", "SMAC927", say(REFERENCE, "Stones")),
    xsd_refuses("a reference with a space", "SMAC927", say(REFERENCE, " ")),
    xsd_refuses("an objective that refers", "SMAC925", give(OBJECTIVE, "idref", "urn:example:o")),
    xsd_refuses("a moveOn that does not exist", "SMAC926", give(AU, "moveOn", "Nope")),
    xsd_refuses("a moveOn in small letters", "SMAC926", give(AU, "moveOn", "passed")),
    xsd_refuses("a moveOn with spaces", "SMAC926", give(AU, "moveOn", " Passed ")),
    xsd_refuses("an empty moveOn", "SMAC926", give(AU, "moveOn", "")),
    xsd_refuses("a moveOn of a block", "SMAC925", give(BLOCK, "moveOn", "Passed"), MODULES),
    xsd_refuses("a launchMethod that does not exist", "SMAC926", give(AU, "launchMethod", "NewWindow")),
    xsd_refuses("a masteryScore above 1", "SMAC926", give(AU, "masteryScore", "7")),
    xsd_refuses("a masteryScore a hair above 1", "SMAC926", give(AU, "masteryScore", "1.0001")),
    xsd_refuses("a masteryScore below 0", "SMAC926", give(AU, "masteryScore", "-0.1")),
    xsd_refuses("a masteryScore in per cent", "SMAC926", give(AU, "masteryScore", "80%")),
    xsd_refuses("a masteryScore with a comma", "SMAC926", give(AU, "masteryScore", "0,8")),
    xsd_refuses("a masteryScore with an exponent", "SMAC926", give(AU, "masteryScore", "8e-1")),
    xsd_refuses("a masteryScore in Arabic digits", "SMAC926", give(AU, "masteryScore", "\u0660.\u0668")),
    xsd_refuses("a masteryScore behind a no-break space", "SMAC926", give(AU, "masteryScore", "\u00a00.8")),
    xsd_refuses("an empty masteryScore", "SMAC926", give(AU, "masteryScore", "")),
    Fault("a masteryScore with five decimals", "SMAC926", give(AU, "masteryScore", "0.66667"), "13.1.4"),
    xsd_refuses("a language that is a word with a line", "SMAC926", give("//c:langstring", "lang", "en_US")),
    xsd_refuses("an empty language", "SMAC926", give("//c:langstring", "lang", "")),
    xsd_refuses("an element in a langstring", "SMAC920", inside("//c:langstring", "<b/>")),
    xsd_refuses("nil", "SMAC925", give(URL, "xsi:nil", "false")),
    xsd_refuses("a key that is nil", "SMAC925", after(URL, '<entitlementKey xsi:nil="true"/>')),
    # 13.1.5: extensions
    Fault("an extension before the AU", "SMAC921", both(before(AU, KEYWORDS), OTHER_XSD), "13.1.5.0-2", official=True),
    Fault(
        "an extension before the title",
        "SMAC921",
        both(before(f"{AU}/c:title", KEYWORDS), OTHER_XSD),
        "13.1.5.0-2",
        official=True,
    ),
    Fault(
        "an extension between langstrings",
        "SMAC921",
        both(before("//c:langstring", KEYWORDS), OTHER_XSD),
        "13.1.5.0-2",
        official=True,
    ),
    Fault(
        "an extension in an objective",
        "SMAC920",
        both(inside(OBJECTIVE, KEYWORDS), OTHER_XSD),
        "13.1.5.0-2",
        official=True,
    ),
    Fault(
        "an extension in a langstring",
        "SMAC920",
        both(inside("//c:langstring", KEYWORDS), OTHER_XSD),
        "13.1.5.0-2",
        official=True,
    ),
    Fault("an extension in a url", "SMAC920", both(inside(URL, "<o:a/>"), OTHER_XSD), "13.1.5.0-2", official=True),
    Fault("a foreign attribute of a url", "SMAC925", give(URL, "o:kind", "x"), "13.1.5.0-2", official=True),
    Fault(
        "a foreign attribute of an objective", "SMAC925", give(OBJECTIVE, "o:kind", "x"), "13.1.5.0-2", official=True
    ),
    Fault("a language of a url", "SMAC925", give(URL, "xml:lang", "en"), "13.1.5.0-2", official=True),
    # The schema wants these last; libxml2 lets them stand between what may be repeated.
    Fault("an extension between objectives", "SMAC921", both(after(OBJECTIVE, KEYWORDS), OTHER_XSD), "13.1.5.0-2"),
    Fault("an extension without a schema", "SMAC963", inside(AU, KEYWORDS), "13.1.5.0-1"),
    Fault("an extension with the schema of another", "SMAC963", both(inside(AU, KEYWORDS), STRANGE_XSD), "13.1.5.0-1"),
    # 3: IRIs
    wrong_iri("a course id that is a path", COURSE, "id", "courses/stones"),
    wrong_iri("an AU id that is a word", AU, "id", "au1"),
    wrong_iri("an AU id without a scheme", AU, "id", "//example.com/au/1"),
    wrong_iri("an AU id that begins with www", AU, "id", "www.example.com/au/1"),
    wrong_iri("a block id that is a fragment", BLOCK, "id", "#block"),
    wrong_iri("an objective id that is a query", OBJECTIVE, "id", "?objective=1"),
    wrong_iri("an empty AU id", AU, "id", ""),
    wrong_iri("an AU id of spaces", AU, "id", "   "),
    wrong_iri("an AU id that is a scheme", AU, "id", "https:"),
    wrong_iri("an AU id with a space", AU, "id", "https://example.com/my course"),
    wrong_iri("an AU id in angle brackets", AU, "id", "<https://example.com/au>", official=True),
    wrong_iri("an AU id in braces", AU, "id", "urn:uuid:{b2c1}"),
    wrong_iri("an AU id with half an escape", AU, "id", "https://example.com/100%", official=True),
    wrong_iri("an AU id with two fragments", AU, "id", "https://example.com/a#b#c", official=True),
    wrong_iri("an AU id with a port that is a word", AU, "id", "https://example.com:http/a", official=True),
    wrong_iri("an AU id with a bracket", AU, "id", "https://[example/a", official=True),
    wrong_iri("an AU id with a control character", AU, "id", "urn:a\u0085b"),
    wrong_iri("an activityType that is a word", AU, "activityType", "course"),
    wrong_iri("a reference that is a word", REFERENCE, "idref", "objective1"),
    # 13.1.2 to 13.1.4: ids
    Fault("two AUs with one id", "SMAC930", same_id("(//c:au)[2]", "(//c:au)[1]"), "13.1.4.0-1", MODULES),
    Fault(
        "two AUs whose ids differ in spaces",
        "SMAC930",
        same_id("(//c:au)[2]", "(//c:au)[1]", "\n {} "),
        "13.1.4.0-1",
        MODULES,
    ),
    Fault("two blocks with one id", "SMAC930", same_id("(//c:block)[2]", "(//c:block)[1]"), "13.1.2.0-1", MODULES),
    Fault(
        "a block with the id of the block around it",
        "SMAC930",
        both(
            inside(
                BLOCK,
                f'<block id="urn:example:b">{WORDS}<au id="urn:example:a">{WORDS}<url>index.html</url></au></block>',
            ),
            same_id("//c:block/c:block", BLOCK),
        ),
        "13.1.2.0-1",
        MODULES,
    ),
    Fault(
        "two objectives with one id", "SMAC930", same_id(SECOND_OBJECTIVE, OBJECTIVE), "13.1.3.0-1", also=("SMAC931",)
    ),
    Fault("an AU with the id of a block", "SMAC930", same_id(AU, BLOCK), "13.1.4.0-1", MODULES),
    Fault("an AU with the id of the course", "SMAC930", same_id(AU, COURSE), "13.1.4.0-1"),
    Fault("an objective with the id of an AU", "SMAC930", same_id(OBJECTIVE, AU), "13.1.3.0-1", also=("SMAC931",)),
    Fault("a reference to no objective", "SMAC931", give(REFERENCE, "idref", "urn:example:nowhere"), "13.1.4"),
    Fault(
        "a reference to an AU",
        "SMAC931",
        edit(lambda root: first(root, REFERENCE).set("idref", first(root, AU).get("id"))),
        "13.1.4",
    ),
    Fault("a reference without objectives", "SMAC931", take("/*/c:objectives"), "13.1.4"),
    # 13.1.4 and 14.1: urls
    Fault("a url of white space", "SMAC926", say(URL, " \n "), "13.1.0.0-1", official=True, also=("SMAC961",)),
    wrong_url("a url with a space", "my page.html"),
    wrong_url("a url with a backslash", "pages\\index.html"),
    wrong_url("a url with a letter beyond ASCII", "übung.html"),
    wrong_url("a url with a bracket", "index.html?a[1]=2", official=True),
    wrong_url("a url with braces", "index.html?a={b}"),
    wrong_url("a url with half an escape", "index.html?share=100%", official=True),
    Fault(
        "a file with half an escape in its name",
        "SMAC961",
        both(say(URL, "100%.html"), moved("index.html", "100%.html")),
        "13.1.4.0-2",
        official=True,
    ),
    wrong_url("a url with two fragments", "index.html#a#b", official=True),
    wrong_url("a url with a port that is a word", "https://example.com:web/", official=True),
    wrong_url("a url with an open bracket", "https://[::1/", official=True),
    wrong_url("a script for a url", "javascript:alert(1)"),
    wrong_url("a script that looks like a program", "javascript://example.com/%0aalert(1)"),
    wrong_url("an address for letters", "mailto:help@example.com"),
    wrong_url("a web page without a host", "https:index.html"),
    wrong_url("a url without a scheme", "//example.com/index.html", requirement="14.1.0.0-4"),
    wrong_url("a query alone", "?au=1", requirement="14.1.0.0-4"),
    wrong_url("a file that is not there", "start.html", "SMAC932", "14.1.0.0-4"),
    wrong_url("a file with a capital", "Index.html", "SMAC932", "14.1.0.0-4"),
    wrong_url("a url from the root of the server", "/index.html", "SMAC932", "14.1.0.0-3"),
    wrong_url("a url that leaves the package", "../index.html", "SMAC932", "14.1.0.0-3"),
    wrong_url("a folder", "assets/", "SMAC932", "14.1.0.0-4"),
    *(
        wrong_url(f"a query with {name}", f"index.html?a=1&{name}=x", requirement="8.1")
        for name in ("endpoint", "fetch", "actor", "registration", "activityId")
    ),
    wrong_url("a query with an escaped name of the LMS", "index.html?%66etch=x", requirement="8.1"),
    wrong_url("a query with a name and no value", "index.html?actor", requirement="8.1"),
    wrong_url("an absolute url with a name of the LMS", "https://example.com/?registration=1", requirement="8.1"),
    # 14: the zip
    Fault("everything in a folder", "SMAC904", renamed(lambda name: f"course/{name}"), "14.1.0.0-2"),
    Fault("a structure with a capital", "SMAC904", moved(CMI5, "Cmi5.xml"), "13.2.0.0-1"),
    Fault("no structure", "SMAC904", without(CMI5), "14.1.0.0-2"),
    # no requirement: this validator does not read entities, and wants something that reports
    Fault("an entity", "SMAC911", raw(entity)),
    Fault(
        "a page that reports nothing",
        "SMAC955",
        both(without("player.js"), put("index.html", "<!DOCTYPE html><p>Stones")),
    ),
]

CMI5_WARNINGS = [
    Fault("an AU on the web", "SMAC937", say(URL, "https://example.com/course/index.html"), "14.1.0.0-4"),
    Fault("an AU that a program opens", "SMAC937", say(URL, "stones://example.com/course/1"), "13.1.4"),
    Fault("a url with a fragment", "SMAC962", say(URL, "index.html#lesson-2")),
    Fault("a url with an escape", "SMAC962", both(say(URL, "my%20page.html"), moved("index.html", "my page.html"))),
    Fault("a url with a dot in front", "SMAC962", say(URL, "./index.html")),
    Fault("a url that goes up and down", "SMAC962", say(URL, "assets/../index.html")),
]

_NESTED = f"""
<block id="urn:example:b1">{WORDS}<block id="urn:example:b2">{WORDS}<block id="urn:example:b3">{WORDS}
<au id="urn:example:a1">{WORDS}<url>index.html?au=1</url></au></block></block></block>"""
_INTERLEAVED = f"""
<au id="urn:example:a1">{WORDS}<url>index.html?au=1</url></au>
<block id="urn:example:b1">{WORDS}<au id="urn:example:a2">{WORDS}<url>index.html?au=2</url></au></block>
<au id="urn:example:a3">{WORDS}<url>index.html?au=3</url></au>
<block id="urn:example:b2">{WORDS}<au id="urn:example:a4">{WORDS}<url>index.html?au=4</url></au></block>"""
_MANY = "".join(f'<au id="urn:example:a{n}">{WORDS}<url>index.html?au={n}</url></au>' for n in range(1_200))
_ALSO_ELSEWHERE = f'<au id="urn:example:a1">{WORDS}<url>https://example.com/stones/?unit=1</url></au>'
_EVERYTHING = (
    "<launchParameters>Start=1,Quiz=&lt;on&gt;</launchParameters><entitlementKey>xyz-123-9999</entitlementKey>"
)
_ABOUT_STONES = """
<langstring lang="de-CH">Steine</langstring><langstring lang="zh-Hant-TW">石頭</langstring><langstring>Stones</langstring>"""
_WITH_OBJECTIVES = f"""
<block id="urn:example:b">{WORDS}<objectives><objective/></objectives>
<au id="urn:example:a">{WORDS}<url>index.html</url></au></block>"""


def _spaced(root: etree._Element) -> None:
    for element in root.iter():
        for name in ("id", "idref"):
            if name in element.attrib:
                element.set(name, f"  {element.get(name)}\n")
    for url in root.iter(clark("c:url")):
        url.text = f"\n      {url.text}\t"


def _swapped(root: etree._Element) -> None:
    objective = first(root, OBJECTIVE)
    objective.append(objective[0])


def _commented(root: etree._Element) -> None:
    for element in list(root.iter()):
        element.append(etree.Comment(" as agreed "))
        element.append(etree.ProcessingInstruction("tool", "note"))


def _id_everywhere(value: str) -> Change:
    return both(give(COURSE, "id", f"{value}c"), give(AU, "id", f"{value}a"))


CMI5_LEGAL = [
    Legal(
        "foreign attributes",
        both(
            *(
                give(path, "o:kind", "x")
                for path in ("/*", COURSE, AU, f"{AU}/c:title", "/*/c:objectives", "//c:langstring")
            )
        ),
    ),
    Legal("the language of the whole", give("/*", "xml:lang", "en")),
    Legal("no language of the whole", give("/*", "xml:lang", "")),
    Legal("where the schema is", give("/*", "xsi:schemaLocation", f"{NAMES['c']} CourseStructure.xsd")),
    Legal("where the schema is, on a url", give(URL, "xsi:schemaLocation", f"{NAMES['c']} CourseStructure.xsd")),
    Legal("several langstrings", inside(f"{AU}/c:title", _ABOUT_STONES)),
    Legal("two langstrings of one language", inside(f"{AU}/c:title", '<langstring lang="en">Rocks</langstring>')),
    Legal("a langstring without a language", unset("//c:langstring", "lang")),
    Legal("an empty langstring", say("//c:langstring", "")),
    Legal("blocks in blocks", inside("/*", _NESTED)),
    Legal("AUs and blocks in turn", inside("/*", _INTERLEAVED)),
    Legal("AUs and blocks in a block", inside(BLOCK, _INTERLEAVED), MODULES),
    Legal("more than a thousand AUs", inside("/*", _MANY)),
    Legal("an AU on the web beside one in the package", inside("/*", _ALSO_ELSEWHERE)),
    Legal("an AU on the web alone", say(URL, "https://example.com:8443/a/b.html?x=1#y")),
    Legal("an AU without encryption", say(URL, "http://example.com/")),
    Legal("a program of one's own", say(URL, "stones-app://example.com/course/1?unit=2")),
    Legal("launch parameters and a key", after(URL, _EVERYTHING)),
    Legal("empty launch parameters and key", after(URL, "<launchParameters/><entitlementKey/>")),
    Legal("a key alone", after(URL, "<entitlementKey>k</entitlementKey>")),
    Legal("an AU in the launch parameters", after(URL, '<launchParameters><au id="1"/></launchParameters>')),
    Legal("white space around ids and urls", edit(_spaced), MODULES),
    Legal("white space around a score", give(AU, "masteryScore", " 0.8 ")),
    *(
        Legal(f"a masteryScore of {score}", give(AU, "masteryScore", score))
        for score in ("0", "1", "1.0", ".5", "0.6667", "+0.5", "00.5", "1.", "-0")
    ),
    *(
        Legal(f"moveOn {word}", give(AU, "moveOn", word))
        for word in ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")
    ),
    Legal("a window of its own", give(AU, "launchMethod", "OwnWindow")),
    Legal("nothing but what must be", both(*(unset(AU, name) for name in ("moveOn", "launchMethod", "activityType")))),
    Legal("an extension with its schema", both(inside(AU, KEYWORDS), OTHER_XSD)),
    Legal("an extension behind everything", both(inside("/*", KEYWORDS), OTHER_XSD)),
    Legal(
        "extensions in every place",
        both(
            *(
                inside(path, KEYWORDS)
                for path in (COURSE, BLOCK, f"{AU}/c:title", "/*/c:objectives", "//c:au/c:objectives")
            ),
            OTHER_XSD,
        ),
        MODULES,
    ),
    Legal(
        "an extension whose schema is on the web",
        both(inside(AU, KEYWORDS), give("/*", "xsi:schemaLocation", "urn:example:other https://example.com/other.xsd")),
    ),
    Legal("an extension with words of cmi5", both(inside("/*", f"<o:note>{WORDS}<au/><block/></o:note>"), OTHER_XSD)),
    Legal("an objective with the description first", edit(_swapped)),
    Legal("a reference without an idref", unset(REFERENCE, "idref")),
    Legal(
        "one objective referred to twice",
        edit(lambda root: first(root, f"{REFERENCE}[2]").set("idref", first(root, REFERENCE).get("idref"))),
    ),
    Legal(
        "objectives of a block",
        inside(
            "/*",
            _WITH_OBJECTIVES,
        ),
    ),
    Legal("no objectives at all", both(take("/*/c:objectives"), take("//c:au/c:objectives"))),
    Legal("comments everywhere", edit(_commented), MODULES),
    Legal(
        "a comment in the middle of a url",
        raw(lambda data: data.replace(b"<url>index.html", b"<url>index<!-- page -->.html")),
    ),
    Legal(
        "a url in CDATA", raw(lambda data: data.replace(b"<url>index.html</url>", b"<url><![CDATA[index.html]]></url>"))
    ),
    Legal(
        "a character reference in a url", raw(lambda data: data.replace(b"<url>index.html", b"<url>&#105;ndex.html"))
    ),
    Legal(
        "a document type without entities",
        raw(lambda data: data.replace(b"<courseStructure", b"<!DOCTYPE courseStructure>\n<courseStructure", 1)),
    ),
    Legal("UTF-16", encoded("utf-16", "UTF-16")),
    Legal(
        "UTF-16, the other way round",
        both(
            encoded("utf-16", "UTF-16"),
            raw(lambda data: data[2:].decode("utf-16-le").encode("utf-16-be")),
            raw(lambda data: b"\xfe\xff" + data),
        ),
    ),
    Legal("a byte order mark", encoded("utf-8-sig", "UTF-8")),
    Legal("no declaration", encoded("utf-8")),
    Legal("Latin letters", both(say("//c:langstring", "Übung"), encoded("iso-8859-1", "ISO-8859-1"))),
    Legal("a prefix instead of the default namespace", raw(prefixed), MODULES),
    Legal("lines that end as on Windows", raw(lambda data: data.replace(b"\n", b"\r\n"))),
    *(
        Legal(f"ids that begin with {value}", _id_everywhere(value))
        for value in (
            "urn:example:",
            "tag:example.com,2026:",
            "https://example.com/stones?id=1&x=#",
            "https://example.com/%C3%BC/",
            "https://beispiel.example/übung/",
            "http://[2001:db8::1]:8080/",
            "HTTPS://EXAMPLE.COM/",
            "https://user:word@example.com/~me/(a);b=c,d!$&'*+/",
            "oid:1.2.3/",
        )
    ),
    Legal("a query of one's own", say(URL, "index.html?au=1&Endpoint=a&lang=en&x=%26fetch%3D1")),
    Legal("a tilde in a url", both(say(URL, "~me.html"), moved("index.html", "~me.html"))),
    Legal(
        "a page in a folder",
        both(say(URL, "assets/start.html"), put("assets/start.html", "<script src='../player.js'></script>")),
    ),
]

# ---------------------------------------------------------------------------------------------------------------
# tincan.xml
# ---------------------------------------------------------------------------------------------------------------

LAUNCH, FIRST, SECOND = "//t:launch", "(//t:activity)[1]", "(//t:activity)[2]"


def fault(name: str, code: str, change: Change, also: tuple[str, ...] = ()) -> Fault:
    return Fault(name, code, change, "lms_lrs.md", ACTIVITY, also=also)


TINCAN_FAULTS = [
    fault("a root without a namespace", "SMAC912", raw(lambda data: data.replace(NAMES["t"].encode(), b""))),
    fault("a root with another name", "SMAC912", called(f"{{{NAMES['t']}}}package")),
    fault("XML that is not closed", "SMAC910", raw(lambda data: data.replace(b"</tincan>", b""))),
    fault("an entity", "SMAC911", raw(entity)),
    fault("no activities", "SMAC922", take("//t:activities"), ("SMAC964",)),
    fault("no activity", "SMAC922", empty("//t:activities"), ("SMAC964",)),
    fault("an activity without an id", "SMAC924", unset(FIRST, "id")),
    fault("an id that is a word", "SMAC926", give(FIRST, "id", "course1")),
    fault("an id with a space", "SMAC926", give(FIRST, "id", "https://example.com/my course")),
    fault("an id with half an escape", "SMAC926", give(FIRST, "id", "https://example.com/100%")),
    fault("a type that is a word", "SMAC926", give(FIRST, "type", "course")),
    fault("two activities with one id", "SMAC930", same_id(SECOND, FIRST)),
    fault("two activities whose ids differ in spaces", "SMAC930", same_id(SECOND, FIRST, " {} ")),
    fault("nothing to launch", "SMAC964", take(LAUNCH)),
    fault("two activities to launch", "SMAC964", inside(SECOND, '<launch lang="en">index.html</launch>')),
    fault("a launch, and a resource of another activity", "SMAC964", inside(SECOND, "<resource>index.html</resource>")),
    fault(
        "an activity in an activity",
        "SMAC920",
        inside(FIRST, '<activity id="urn:example:a" type="urn:example:t"><name>A</name></activity>'),
    ),
    fault("an element that does not exist", "SMAC920", inside(FIRST, "<title>A</title>")),
    fault("an activity outside the activities", "SMAC920", edit(lambda root: root.append(first(root, SECOND)))),
    fault("an attribute that does not exist", "SMAC925", give(FIRST, "href", "index.html")),
    fault("a language that is none", "SMAC926", give("//t:name", "lang", "English (US)")),
    fault("text between elements", "SMAC927", say(FIRST, "Once upon a time")),
    fault("an empty launch", "SMAC926", say(LAUNCH, ""), ("SMAC961",)),
    fault("a file that is not there", "SMAC932", say(LAUNCH, "start.html")),
    fault("a file with a capital", "SMAC932", say(LAUNCH, "INDEX.html")),
    fault("a launch that leaves the package", "SMAC932", say(LAUNCH, "../index.html")),
    fault("a resource that is not there", "SMAC932", inside(FIRST, "<resource>film.mp4</resource>")),
    fault("a launch with a space", "SMAC961", say(LAUNCH, "my page.html")),
    fault("a script to launch", "SMAC961", say(LAUNCH, "javascript:alert(1)")),
    fault("a program that no browser opens", "SMAC961", say(LAUNCH, "stones://example.com/")),
    *(
        fault(f"a query with {name}", "SMAC961", say(LAUNCH, f"index.html?{name}=x"))
        for name in (
            "endpoint",
            "auth",
            "actor",
            "registration",
            "activity_id",
            "activity_platform",
            "Accept-Language",
            "grouping",
        )
    ),
    fault("a second tincan.xml", "SMAC904", lambda files: {**files, "old/tincan.xml": files[TINCAN]}),
    fault("a folder with tincan.xml beside others", "SMAC904", moved(TINCAN, "meta/tincan.xml")),
    fault("a name with capitals", "SMAC904", moved(TINCAN, "TinCan.xml")),
    fault(
        "a page that reports nothing",
        "SMAC955",
        both(without("player.js"), put("index.html", "<!DOCTYPE html><p>Stones")),
    ),
]

TINCAN_WARNINGS = [
    fault("a launch on the web", "SMAC937", say(LAUNCH, "https://example.com/course/")),
    fault("a launch with a fragment", "SMAC962", say(LAUNCH, "index.html#start")),
    fault("everything in a folder", "SMAC962", renamed(lambda name: f"course/v1/{name}")),
]

_INTERACTION = """
<activity id="urn:example:q" type="http://adlnet.gov/expapi/activities/cmi.interaction"><name>Q</name>
<description lang="en-US">Which?</description><interactionType>choice</interactionType>
<correctResponsePatterns><correctResponsePattern>a</correctResponsePattern></correctResponsePatterns>
<choices><component><id>a</id><description lang="en-US">A</description></component></choices></activity>"""

TINCAN_LEGAL = [
    Legal(
        "languages left blank",
        both(*(give(path, "lang", "") for path in ("//t:name", "//t:description", LAUNCH))),
        ACTIVITY,
    ),
    Legal(
        "languages as XML has them",
        both(give("//t:name", "xml:lang", "en"), give("//t:description", "xml:lang", "")),
        ACTIVITY,
    ),
    Legal("no languages", both(*(unset(path, "lang") for path in ("//t:name", "//t:description", LAUNCH))), ACTIVITY),
    Legal("a name in two languages", after("//t:name", '<name lang="de">Steine</name>'), ACTIVITY),
    Legal("a page in two languages", after(LAUNCH, '<launch lang="de">index.html?lang=de</launch>'), ACTIVITY),
    Legal("a description of nothing", say("//t:description", ""), ACTIVITY),
    Legal("one activity only", edit(lambda root: first(root, "//t:activities").__delitem__(slice(1, None))), ACTIVITY),
    Legal("a question with its answers", inside("//t:activities", _INTERACTION), ACTIVITY),
    Legal(
        "a launch and a resource of one activity",
        inside(FIRST, '<resource lang="en">assets/two-posts.svg</resource>'),
        ACTIVITY,
    ),
    Legal("foreign attributes and elements", both(give(FIRST, "o:kind", "x"), inside(FIRST, KEYWORDS)), ACTIVITY),
    Legal(
        "white space around addresses",
        both(edit(lambda root: first(root, FIRST).set("id", " urn:example:x ")), say(LAUNCH, "\n index.html \n")),
        ACTIVITY,
    ),
    Legal("UTF-16", encoded("utf-16", "UTF-16"), ACTIVITY),
    Legal("a byte order mark", encoded("utf-8-sig", "UTF-8"), ACTIVITY),
    Legal("a prefix instead of the default namespace", raw(prefixed), ACTIVITY),
    Legal("a page on the web", say(LAUNCH, "https://example.com/course/"), ACTIVITY),
    Legal("a query of one's own", say(LAUNCH, "index.html?activityId=1&fetch=2"), ACTIVITY),
    Legal("everything in a folder", renamed(lambda name: f"course/{name}"), ACTIVITY),
]

# ---------------------------------------------------------------------------------------------------------------
# Random changes that know cmi5
# ---------------------------------------------------------------------------------------------------------------

_VALUES = [
    "",
    " ",
    "urn:a",
    "urn:b",
    " urn:a ",
    "a",
    "https://example.com/a b",
    "https://example.com/%zz",
    "https://a:b/",
    "urn:[",
    "urn:a#b#c",
    "#x",
    "//x/y",
    "index.html",
    "index.html?au=9",
    "index.html?fetch=1",
    "Index.html",
    "index.html#x#y",
    "a%",
    "1:2",
    "https://example.com/",
    "app://x",
    "mailto:x",
    "Passed",
    "passed",
    " Completed",
    "CompletedOrPassed",
    "AnyWindow",
    "OwnWindow ",
    "0",
    "1",
    "1.0",
    "0.12345",
    "1e0",
    "-0",
    "+.5",
    "\u0661",
    "\u00a01",
    "en",
    "en-US",
    "e_n",
    "\u00a0en",
]
_NAMES = [
    "id",
    "idref",
    "moveOn",
    "masteryScore",
    "launchMethod",
    "activityType",
    "lang",
    "xml:lang",
    "o:x",
    "xsi:nil",
    "xsi:schemaLocation",
]
_ELEMENTS = [
    "c:title",
    "c:description",
    "c:langstring",
    "c:objectives",
    "c:objective",
    "c:au",
    "c:block",
    "c:url",
    "c:launchParameters",
    "c:entitlementKey",
    "c:course",
    "o:x",
    "x",
]


def aimed(data: bytes, seed: int) -> bytes:
    """The structure with a change that is near to what cmi5 has rules for; it depends on the seed only."""
    chance = random.Random(seed)
    root = etree.fromstring(data)
    element = chance.choice([one for one in root.iter() if isinstance(one.tag, str)])
    what = chance.randrange(5)
    if what == 0 and element.attrib:
        element.set(chance.choice(sorted(element.attrib)), chance.choice(_VALUES))
    elif what == 1:
        element.set(clark(chance.choice(_NAMES)), chance.choice(_VALUES))
    elif what == 2:
        chance.choice([element, *element]).text = chance.choice(_VALUES)
    else:
        new = etree.Element(clark(chance.choice(_ELEMENTS)))
        new.text = chance.choice([None, None, *_VALUES])
        element.insert(chance.randrange(len(element) + 1), new)
    return etree.tostring(root)
