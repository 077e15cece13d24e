"""The official XML Schemas of SCORM, as a judge of manifests. They are data beside the project, not part of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree
from support import SHARED

SCHEMAS = SHARED / "schemas"
STANDARDS = ("scorm12", "scorm2004-3rd", "scorm2004-4th")

_2004 = (
    ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
    ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
    ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
    ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
    ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    ("http://ltsc.ieee.org/xsd/LOM", "lom.xsd"),
)
_IMPORTS = {
    "scorm12": (
        ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
        ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
    ),
    "scorm2004-3rd": _2004,
    "scorm2004-4th": _2004,
}

# libxml2 takes the sets of 2004 as they are, and refuses two files of 1.2 (SOURCES.md): these are swapped in memory.
_XML_NAMESPACE = b"""\
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xsd:attribute name="lang" type="xsd:language"/>
  <xsd:attribute name="base" type="xsd:string"/>
  <xsd:attribute name="link" type="xsd:string"/>
</xsd:schema>
"""


class _Swapped(etree.Resolver):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolve(self, url: str, _: str, context: object) -> object:
        name = url.rpartition("/")[2]
        data = (self.folder / name).read_bytes()
        if name == "ims_xml.xsd":
            data = _XML_NAMESPACE
        elif name == "imsmd_rootv1p2p1.xsd":
            data = data.replace(b'namespace="##any"', b'namespace="##other"')
        return self.resolve_string(data, context, base_url=str(self.folder / name))


@cache
def schema_of(standard: str) -> etree.XMLSchema:
    """All schemas of one standard as one, so that strict wildcards find every element that the standard has."""
    folder = SCHEMAS / standard
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    if standard == "scorm12":
        parser.resolvers.add(_Swapped(folder))
    imports = "".join(f'<xsd:import namespace="{uri}" schemaLocation="{name}"/>' for uri, name in _IMPORTS[standard])
    text = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}</xsd:schema>'
    return etree.XMLSchema(etree.fromstring(text, parser, base_url=str(folder / "all.xsd")))


def official_errors(manifest: bytes, standard: str) -> list[str]:
    """What the official schemas have against this manifest; `standard` is one of STANDARDS."""
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities="internal")
    try:
        root = etree.fromstring(manifest, parser)
    except etree.XMLSyntaxError as error:
        return [f"{error.lineno}: {error.msg}"]
    schema = schema_of(standard)
    schema.validate(root)
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def officially_refused(files: dict[str, bytes], standard: str) -> bool:
    """Whether the schemas refuse the manifest of this package; a package without a manifest shows them nothing."""
    manifest = files.get("imsmanifest.xml")
    return manifest is not None and official_errors(manifest, standard) != []
