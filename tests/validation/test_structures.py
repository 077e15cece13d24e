"""The second opinion on cmi5.xml and tincan.xml, against packages that were made from the standards alone."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from support import SHARED
from validation import structure_faults as made
from validation.faults import Package, write_zip
from validation.mutations import mutated

from smac_courses.diagnostics import Diagnostic
from smac_courses.validation.findings import MOST_OF_A_KIND
from smac_courses.validation.validate import Validated, validate_zip

CHANGES = 3_000 if os.environ.get("SMAC_DEEP") else 1_000
SECONDS = 10
FAULTS = [*made.CMI5_FAULTS, *made.TINCAN_FAULTS]
WARNINGS = [*made.CMI5_WARNINGS, *made.TINCAN_WARNINGS]
LEGAL = [*made.CMI5_LEGAL, *made.TINCAN_LEGAL]

# What we refuse and the XML Schema accepts: the words of the finding, and the requirement that it comes from.
BEYOND_THE_SCHEMA = {
    r"SMAC926 (id|idref|activityType)=.* must be an absolute IRI": "3.0.0.0-1",
    r"SMAC926 xml:lang=.* must be a language tag": "XML 1.0, 2.12: a language identifier, or nothing",
    r"SMAC926 masteryScore=.* at most four decimals": "13.1.4, masteryScore: up to 4 decimal places of precision",
    r"SMAC921 <(objective|langstring)> stands behind <(x|keywords)>": "13.2.0.0-1, the schema; libxml2 does not see it",
    r"SMAC930 .* is the id of another element": "13.1.2.0-1, 13.1.3.0-1, 13.1.4.0-1",
    r"SMAC931 idref=.* is the id of no <objective>": "13.1.4, objectives: objectives referenced by this AU",
    r"SMAC932 .* is not in the package": "14.1.0.0-3, 14.1.0.0-4",
    r"SMAC961 .* (may not stand in an address|is neither a file|names no file)": "13.1.4.0-2, 14.1.0.0-4",
    r"SMAC961 the address has .* in its query": "8.1, names that belong to the LMS",
    r"SMAC963 .* has no schema in the package": "13.1.5.0-1",
}


def judged(files: Package, folder: Path) -> Validated:
    write_zip(folder / "x.zip", files, zipfile.ZIP_STORED)
    return validate_zip(folder / "x.zip")


def errors(validated: Validated) -> list[Diagnostic]:
    return [found for found in validated.report if found.severity == "error"]


def codes(found: list[Diagnostic]) -> set[str]:
    return {one.code for one in found}


def titles(cases: list[made.Fault] | list[made.Legal]) -> list[str]:
    return [f"{case.base}: {case.name}" for case in cases]


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SHARED / "schemas/cmi5/CourseStructure.xsd"))


def schema_refuses(data: bytes) -> str:
    """What the official schema has against a course structure, or nothing."""
    try:
        root = etree.fromstring(data, etree.XMLParser(no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        return f"{error.lineno}: {error.msg}"
    return "" if schema().validate(root) else str(schema().error_log[0].message)


@pytest.mark.parametrize(("base", "standard", "scos"), [(made.ONE, "cmi5", 1), (made.MODULES, "cmi5", 2)])
def test_a_good_cmi5_package_gives_no_finding(base: str, standard: str, scos: int, tmp_path: Path) -> None:
    found = judged(made.good(base), tmp_path)

    assert list(found.report) == []
    assert (found.standard, found.scos) == (standard, scos)


def test_a_good_xapi_package_gives_no_finding(tmp_path: Path) -> None:
    found = judged(made.good(made.ACTIVITY), tmp_path)

    assert list(found.report) == []
    assert (found.standard, found.scos) == ("xAPI (tincan.xml)", 1)


def test_there_are_as_many_cases_as_were_asked_for() -> None:
    assert len(made.CMI5_FAULTS) >= 34
    assert len(made.TINCAN_FAULTS) >= 14
    assert len(LEGAL) >= 20
    for cases in (FAULTS, WARNINGS, LEGAL):
        assert [name for name, count in Counter(titles(cases)).items() if count > 1] == []


@pytest.mark.parametrize("fault", FAULTS, ids=titles(FAULTS))
def test_one_fault_is_an_error_with_its_code_and_nothing_else(fault: made.Fault, tmp_path: Path) -> None:
    found = errors(judged(fault.package(), tmp_path))

    assert fault.code in codes(found), [one.message for one in found]
    assert codes(found) <= {fault.code, *fault.also}, [f"{one.code} {one.message}" for one in found]
    assert all(one.at.path.startswith(f"{tmp_path}/x.zip") for one in found)
    assert all(one.hint and len(one.message) < 400 for one in found)


@pytest.mark.parametrize("fault", WARNINGS, ids=titles(WARNINGS))
def test_what_is_legal_and_unwise_is_a_warning(fault: made.Fault, tmp_path: Path) -> None:
    found = judged(fault.package(), tmp_path)

    assert errors(found) == []
    assert fault.code in {one.code for one in found.report if one.severity == "warning"}


@pytest.mark.parametrize("legal", LEGAL, ids=titles(LEGAL))
def test_what_is_legal_is_no_error(legal: made.Legal, tmp_path: Path) -> None:
    found = judged(legal.package(), tmp_path)

    assert [f"{one.code} {one.message}" for one in errors(found)] == []
    assert found.scos >= 1


@pytest.mark.parametrize("fault", made.CMI5_FAULTS, ids=titles(made.CMI5_FAULTS))
def test_the_official_schema_judges_the_fault_as_we_say(fault: made.Fault, shared: Path) -> None:
    data = fault.package().get("cmi5.xml")

    assert (data is not None and bool(schema_refuses(data))) == fault.official


@pytest.mark.parametrize("legal", made.CMI5_LEGAL, ids=titles(made.CMI5_LEGAL))
def test_the_official_schema_accepts_what_we_call_legal(legal: made.Legal, shared: Path) -> None:
    assert schema_refuses(legal.package()["cmi5.xml"]) == ""


@pytest.mark.parametrize("fault", made.CMI5_FAULTS, ids=titles(made.CMI5_FAULTS))
def test_a_requirement_that_a_fault_names_is_one_of_the_list(fault: made.Fault, shared: Path) -> None:
    if re.fullmatch(r"\d+(\.\d+){3}-\d+", fault.requirement):
        assert f'"{fault.requirement}"' in (shared / "schemas/cmi5/requirements.json").read_text("utf-8")


@pytest.mark.parametrize("name", ["simple-cmi5.xml", "complex-cmi5.xml", "extended-cmi5.xml"])
def test_the_examples_of_the_standard_pass(name: str, shared: Path, tmp_path: Path) -> None:
    folder = shared / "schemas/cmi5"
    files = {"cmi5.xml": (folder / name).read_bytes(), "a.xsd": (folder / "extended-cmi5.xsd").read_bytes()}

    assert errors(judged(files, tmp_path)) == []


def small(base: str) -> Package:
    """The same structure around a page of a line, and one with something of everything."""
    rich = base == "rich"
    files = made.good(made.MODULES if rich else base)
    if rich:
        for name in ("extensions in every place", "foreign attributes", "launch parameters and a key"):
            files = next(case for case in made.CMI5_LEGAL if case.name == name).change(files)
    keep = {name: data for name, data in files.items() if name.endswith((".xml", ".xsd"))}
    return {**keep, "index.html": b'<!DOCTYPE html><script>"http://adlnet.gov/expapi/verbs/"</script>'}


@pytest.mark.scales
@pytest.mark.parametrize("change", [mutated, made.aimed], ids=["anything", "aimed"])
@pytest.mark.parametrize("base", [made.ONE, "rich"])
def test_what_the_official_schema_refuses_is_an_error_and_what_else_is_has_a_reason(
    base: str, change: Callable[[bytes, int], bytes], shared: Path, tmp_path: Path
) -> None:
    files = small(base)
    assert errors(judged(files, tmp_path)) == []
    refused, missed = 0, []
    beyond: Counter[str] = Counter()
    for seed in range(CHANGES // 4):
        data = change(files["cmi5.xml"], seed)
        against, found = schema_refuses(data), errors(judged({**files, "cmi5.xml": data}, tmp_path))
        refused += bool(against)
        if against and not found:
            missed.append((seed, against))
        elif not against:
            beyond.update({_reason(one): 1 for one in found})

    assert missed == []
    assert refused > CHANGES / 20
    table = "\n".join(f"{count:5}  {reason}" for reason, count in beyond.most_common())
    print(table)
    assert set(beyond) <= set(BEYOND_THE_SCHEMA.values()), table


def _reason(found: Diagnostic) -> str:
    words = f"{found.code} {found.message}"
    return next((reason for rule, reason in BEYOND_THE_SCHEMA.items() if re.match(rule, words, re.S)), words)


# ---------------------------------------------------------------------------------------------------------------
# Harm
# ---------------------------------------------------------------------------------------------------------------

_ATTRIBUTES = " ".join(f"a{n}=''" for n in range(100))
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def _entities(root: str, declared: str, use: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        before, _, after = text.partition(f"<{root}")
        return f"{before}<!DOCTYPE {root} [{declared}]>\n<{root}{after}".replace(">en", ">" + use, 1)

    return change


def _inside(words: str) -> Callable[[str], str]:
    """Something before the last end tag."""
    return lambda text: text[: text.rindex("</")] + words + text[text.rindex("</") :]


def _tag(words: str) -> Callable[[str], str]:
    """Something in the first tag."""
    return lambda text: re.sub(r"<(\w+) xmlns", lambda found: f"<{found[1]} {words} xmlns", text, count=1)


def _address(words: str) -> Callable[[str], str]:
    return lambda text: text.replace(">index.html<", f">{words}<", 1)


def _id(words: str) -> Callable[[str], str]:
    return lambda text: re.sub(r'<(course|activity) id="[^"]*"', lambda found: f'<{found[1]} id="{words}"', text)


def _nested(part: str, depth: int) -> str:
    return f"<{part}>" * depth + f"</{part}>" * depth


def _hostile(root: str, part: str) -> dict[str, Callable[[str], str]]:
    return {
        "a billion laughs": _entities(root, f'<!ENTITY l0 "ha">{_LAUGHS}', "&l11;"),
        "a file of this machine": _entities(root, '<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"),
        "a parameter entity": _entities(root, '<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;', ""),
        "a document type elsewhere": lambda text: text.replace(
            f"<{root}", f'<!DOCTYPE {root} SYSTEM "http://127.0.0.1:9/x.dtd">\n<{root}', 1
        ),
        "two hundred levels": _inside(_nested(part, 200)),
        "thousands of levels": _inside(_nested(part, 50_000)),
        "levels of others": _inside(f'<o xmlns="urn:o">{_nested("p", 200)}</o>'),
        "10 MB of comments": _inside("<!-- nothing in particular -->" * 330_000),
        "10 MB of text": _inside("stones " * 1_450_000),
        "more than 10 MB": _inside("stones " * 1_600_000),
        "100,000 parts": _inside(f"<{part}/>" * 100_000),
        "20,000 parts with one id": _inside(f'<{part} id="urn:a"/>' * 20_000),
        "parts of 20,000 namespaces": _inside("".join(f'<p xmlns="urn:{n}"/>' for n in range(20_000))),
        "9,000 attributes": _tag(" ".join(f"a{n}=''" for n in range(9_000))),
        "200,000 attributes": _tag(" ".join(f"a{n}=''" for n in range(200_000))),
        "5,000 prefixes": _tag(" ".join(f"xmlns:p{n}='urn:{n}'" for n in range(5_000))),
        "5,000 elements with attributes": _inside(f"<{part} {_ATTRIBUTES}/>" * 5_000),
        "an id of 90,000 letters": _id("urn:" + "a" * 90_000 + "["),
        "an id of colons": _id("https://" + ":" * 90_000 + "["),
        "an id of signs": _id("https://" + "a:@" * 30_000 + "["),
        "an id of escapes": _id("https://" + "%41" * 30_000 + "%"),
        "an address of megabytes": _address("a/" * 2_000_000),
        "an address of fragments": _address("#" * 2_000_000),
        "an address that goes up": _address("../" * 1_000_000),
        "an address of questions": _address("index.html?" + "a=1&amp;" * 500_000),
        "an address of escapes": _address("%61" * 1_000_000),
        "an address of comments": _address("<!-- x -->a" * 200_000),
        "a number of a million digits": lambda text: text.replace(
            ' moveOn="Passed"', f' masteryScore="0.{"1" * 90_000}"'
        ),
        "letters that XML does not have": _inside("&#1;\x00"),
        "bytes that are no text": lambda text: text.replace("UTF-8", "UTF-32"),
        "an encoding that nobody knows": lambda text: text.replace("UTF-8", "X-STONES"),
    }


HOSTILE = [
    *((made.MODULES, name, change) for name, change in _hostile("courseStructure", "block").items()),
    *((made.ACTIVITY, name, change) for name, change in _hostile("tincan", "activity").items()),
]


@pytest.mark.parametrize(("base", "name", "change"), HOSTILE, ids=[f"{base}: {name}" for base, name, _ in HOSTILE])
def test_nothing_hangs_crashes_or_says_too_much(
    base: str, name: str, change: Callable[[str], str], tmp_path: Path
) -> None:
    files = made.good(base)
    structure = made.name_of(files)
    begun = time.process_time()
    report = judged({**files, structure: change(files[structure].decode()).encode()}, tmp_path).report

    assert time.process_time() - begun < SECONDS
    assert len(report) < 20 * MOST_OF_A_KIND
    assert all(len(found.message) < 1_000 and "root:" not in found.message for found in report)


@pytest.mark.parametrize("size", [0, 1, 100])
def test_bytes_of_no_sense_are_no_structure(size: int, tmp_path: Path) -> None:
    for structure in (made.CMI5, made.TINCAN):
        found = judged({structure: bytes(range(256))[:size]}, tmp_path)

        assert codes(errors(found)) == {"SMAC910"}


def test_what_is_no_zip_is_no_package(tmp_path: Path) -> None:
    """Requirement 14.0.0.0-1: a structure alone is for an LMS to import; this validator looks at zips."""
    (tmp_path / "x.zip").write_bytes(made.good(made.ONE)["cmi5.xml"])

    assert codes(errors(validate_zip(tmp_path / "x.zip"))) == {"SMAC901"}


def test_zip64_is_legal_and_not_for_everybody(tmp_path: Path) -> None:
    """Requirement 14.0.0.0-1: an LMS of cmi5 takes zip64."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in made.good(made.ONE).items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(content)
    (tmp_path / "x.zip").write_bytes(data.getvalue())

    found = validate_zip(tmp_path / "x.zip")
    assert errors(found) == []
    assert {one.code for one in found.report} == {"SMAC907"}
