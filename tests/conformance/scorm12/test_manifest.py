"""The manifest against the official schemas, against our own control documents, and against what XSD cannot say."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from support import ROOT
from validation.official import schema_of

from smac_courses.targets import TARGETS

IMSCP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
OWN = ROOT / "smac_courses/targets/control/scorm12"


def own_schema() -> etree.XMLSchema:
    """One schema that imports the three of the manifest, so that strict wildcards find every element."""
    imports = "".join(
        f'<xsd:import namespace="{uri}" schemaLocation="{(OWN / name).as_uri()}"/>'
        for uri, name in (
            ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
            ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
            ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
        )
    )
    text = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}</xsd:schema>'
    return etree.XMLSchema(etree.fromstring(text, base_url=str(OWN / "all.xsd")))


@pytest.fixture(scope="module")
def official(shared: Path) -> etree.XMLSchema:
    return schema_of("scorm12")


@pytest.fixture(scope="module")
def own() -> etree.XMLSchema:
    return own_schema()


@pytest.fixture(scope="module")
def manifest(foundation_zip: Path) -> bytes:
    with zipfile.ZipFile(foundation_zip) as archive:
        return archive.read("imsmanifest.xml")


def problems(schema: etree.XMLSchema, manifest: bytes) -> list[str]:
    schema.validate(etree.fromstring(manifest))
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def test_the_official_schemas_accept_the_manifest(official: etree.XMLSchema, manifest: bytes) -> None:
    assert problems(official, manifest) == []


def test_our_control_documents_accept_the_manifest(own: etree.XMLSchema, manifest: bytes) -> None:
    assert problems(own, manifest) == []


FAULTS = {
    "resources before organizations": lambda m: swap(
        m, b"<organizations", b"</organizations>", b"<resources", b"</resources>"
    ),
    "no identifier of the manifest": lambda m: m.replace(b' identifier="MANIFEST-smac-disclosure"', b""),
    "an identifier that begins with a digit": lambda m: m.replace(b'identifier="ITEM-', b'identifier="1TEM-'),
    "an unknown scormtype": lambda m: m.replace(b'scormtype="sco"', b'scormtype="page"'),
    "no type of the resource": lambda m: m.replace(b' type="webcontent"', b""),
    "a file without an address": lambda m: m.replace(b'<file href="player.css"/>', b"<file/>"),
    "a title of 201 characters": lambda m: m.replace(b"<title>FTC disclosure", b"<title>" + b"x" * 201),
    "the same identifier twice": lambda m: (
        m.replace(b'identifier="RES-', b'identifier="ITEM-', 1) if m.find(b'identifier="RES-') else m
    ),
    "an unknown element": lambda m: m.replace(b"<organizations", b"<chapter/><organizations"),
    "a schemaversion of 21 characters": lambda m: m.replace(
        b"<schemaversion>1.2<", b"<schemaversion>" + b"1" * 21 + b"<"
    ),
    "visible as a word": lambda m: m.replace(b'isvisible="true"', b'isvisible="yes"'),
}


def swap(manifest: bytes, first: bytes, first_end: bytes, second: bytes, second_end: bytes) -> bytes:
    one = manifest[manifest.index(first) : manifest.index(first_end) + len(first_end)]
    two = manifest[manifest.index(second) : manifest.index(second_end) + len(second_end)]
    return manifest.replace(one, b"\0").replace(two, one).replace(b"\0", two)


@pytest.mark.parametrize("fault", FAULTS)
def test_our_control_documents_refuse_what_the_official_ones_refuse(
    fault: str, official: etree.XMLSchema, own: etree.XMLSchema, manifest: bytes
) -> None:
    broken = FAULTS[fault](manifest)

    assert broken != manifest
    assert problems(official, broken) != [], "the official schemas accept it: the fault is none"
    assert problems(own, broken) != []


def test_every_file_of_the_package_is_listed_and_every_listed_file_is_there(
    foundation_zip: Path, manifest: bytes
) -> None:
    root = etree.fromstring(manifest)
    listed = [element.get("href") for element in root.iter(f"{IMSCP}file")]
    with zipfile.ZipFile(foundation_zip) as archive:
        names = archive.namelist()

    assert sorted([*listed, *TARGETS["scorm12"].documents, "imsmanifest.xml"]) == sorted(names)
    assert len(set(listed)) == len(listed)


def test_there_is_one_sco_and_every_reference_leads_somewhere(manifest: bytes) -> None:
    root = etree.fromstring(manifest)
    resources = {element.get("identifier"): element for element in root.iter(f"{IMSCP}resource")}
    items = list(root.iter(f"{IMSCP}item"))

    assert [element.get(f"{ADLCP}scormtype") for element in resources.values()] == ["sco"]
    assert [item.get("identifierref") for item in items] == list(resources)
    assert [resource.get("href") for resource in resources.values()] == ["index.html"]
    organizations = root.find(f"{IMSCP}organizations")
    assert [organizations.get("default")] == [one.get("identifier") for one in organizations]
    assert root.find(f"{IMSCP}metadata/{IMSCP}schema").text == "ADL SCORM"
    assert root.find(f"{IMSCP}metadata/{IMSCP}schemaversion").text == "1.2"


def test_names_are_what_every_lms_can_unpack(foundation_zip: Path) -> None:
    with zipfile.ZipFile(foundation_zip) as archive:
        names = archive.namelist()
        infos = archive.infolist()

    bases = [name.rpartition("/")[2].lower() for name in names]
    assert names[0] == "imsmanifest.xml"
    assert all(name.isascii() and " " not in name and not name.endswith((".mjs", "/")) for name in names)
    assert len(set(bases)) == len(bases)
    assert {info.flag_bits for info in infos} == {0}
