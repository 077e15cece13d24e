"""Good SCORM packages, and one fault at a time: what `smac validate` has to find, and what it has to leave alone.

Written by somebody who has not read the checker: from the standards, the official schemas and, where these are
silent on SCORM 2004, the requirements that ADL's own test suite checks.

A fault has the one code of the catalogue that says it best; another that would be as fair stands in `also`.
`official` says whether the official schemas refuse it, too (official.py finds out).
"""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from lxml import etree

Package = dict[str, bytes]
Change = Callable[[Package], Package]

MANIFEST = "imsmanifest.xml"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

NS12 = {
    "cp": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    "imsmd": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
    "xsi": XSI,
}
NS2004 = {
    "cp": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
    "xsi": XSI,
}

CONTROL12 = ["imscp_rootv1p1p2.xsd", "imsmd_rootv1p2p1.xsd", "adlcp_rootv1p2.xsd", "ims_xml.xsd"]
CONTROL2004 = [
    *(f"{name}.xsd" for name in ("imscp_v1p1", "adlcp_v1p3", "adlseq_v1p3", "adlnav_v1p3", "imsss_v1p0", "xml")),
    *(
        f"imsss_v1p0{part}.xsd"
        for part in "auxresource control delivery limit objective random rollup seqrule util".split()
    ),
    "XMLSchema.dtd",
    "datatypes.dtd",
]
CONTROL_LOM = [
    "lom.xsd",
    *(
        f"common/{part}.xsd"
        for part in "anyElement dataTypes elementNames elementTypes rootElement vocabTypes vocabValues".split()
    ),
    *(f"{folder}/strict.xsd" for folder in ("unique", "vocab", "extend")),
]

# ---------------------------------------------------------------------------------------------------------------
# Good packages
# ---------------------------------------------------------------------------------------------------------------

_PLAYER12 = """\
// Finds the API of the LMS in the frames around this one, then in the window that opened it.
var api = null;

function search(from) {
  for (var hops = 0; from && hops < 20; hops += 1) {
    try {
      if (from.API) { return from.API; }
    } catch (refused) {
      return null;
    }
    if (from === from.parent) { break; }
    from = from.parent;
  }
  return null;
}

window.addEventListener("load", function () {
  api = search(window.parent) || (window.opener && search(window.opener));
  if (!api) { return; }
  api.LMSInitialize("");
  if (api.LMSGetValue("cmi.core.lesson_status") === "not attempted") {
    api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  }
  api.LMSSetValue("cmi.core.exit", "suspend");
  api.LMSCommit("");
});

window.addEventListener("pagehide", function () {
  if (api) { api.LMSFinish(""); }
});
"""

_PLAYER2004 = """\
(function () {
  "use strict";
  let lms = null;

  const around = (start) => {
    let here = start;
    for (let hops = 0; here && hops < 20; hops += 1) {
      try {
        if (here.API_1484_11) return here.API_1484_11;
      } catch {
        return null;
      }
      if (here.parent === here) return null;
      here = here.parent;
    }
    return null;
  };

  addEventListener("DOMContentLoaded", () => {
    lms = around(window.parent) ?? (window.opener ? around(window.opener) : null);
    if (lms?.Initialize("") !== "true") return;
    lms.SetValue("cmi.completion_status", "incomplete");
    lms.SetValue("cmi.exit", "suspend");
    lms.Commit("");
  });
  addEventListener("pagehide", () => lms?.Terminate(""));
})();
"""

_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>\n'
_STYLE = b"body { max-width: 40em; margin: auto; }\n"


def _page(title: str, script: str) -> bytes:
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<script src="{script}"></script>
</head>
<body><h1>{title}</h1></body>
</html>
""".encode()


def _control(names: list[str]) -> Package:
    """Stand-ins: what is in them does not matter here."""
    schema = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>\n'
    return {name: b"<!-- a stand-in -->\n" if name.endswith(".dtd") else schema for name in names}


_MANIFEST12 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by hand: one chapter of two lessons, pictures in a resource of their own -->
<manifest identifier="boats-and-knots" version="2.1"
          xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
          xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
          xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
          xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd
                              http://www.imsglobal.org/xsd/imsmd_rootv1p2p1 imsmd_rootv1p2p1.xsd
                              http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
    <imsmd:lom>
      <imsmd:general>
        <imsmd:title><imsmd:langstring xml:lang="en">Boats and knots</imsmd:langstring></imsmd:title>
        <imsmd:language>en</imsmd:language>
        <imsmd:description>
          <imsmd:langstring xml:lang="en">How to tie up, and how to get away again.</imsmd:langstring>
        </imsmd:description>
      </imsmd:general>
    </imsmd:lom>
  </metadata>
  <organizations default="course">
    <organization identifier="course" structure="hierarchical">
      <title>Boats and knots</title>
      <item identifier="chapter">
        <title>Before you leave</title>
        <!-- the lesson has data of its own -->
        <item identifier="lesson" identifierref="res-lesson" isvisible="true">
          <title>The harbour</title>
          <adlcp:maxtimeallowed>01:30:00</adlcp:maxtimeallowed>
          <adlcp:timelimitaction>continue,no message</adlcp:timelimitaction>
          <adlcp:datafromlms>colour=blue;start=2</adlcp:datafromlms>
        </item>
        <item identifier="check" identifierref="res-check">
          <title>What you know</title>
          <adlcp:masteryscore>80</adlcp:masteryscore>
        </item>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="res-lesson" type="webcontent" adlcp:scormtype="sco" href="index.html">
      <file href="index.html"/>
      <dependency identifierref="res-shared"/>
    </resource>
    <resource identifier="res-check" type="webcontent" adlcp:scormtype="sco" href="harbour/check.html">
      <file href="harbour/check.html"/>
      <dependency identifierref="res-shared"/>
    </resource>
    <resource identifier="res-shared" type="webcontent" adlcp:scormtype="asset">
      <file href="player.js"/>
      <file href="css/look.css"/>
      <dependency identifierref="res-pictures"/>
    </resource>
    <resource identifier="res-pictures" type="webcontent" adlcp:scormtype="asset">
      <file href="images/knot.svg"/>
    </resource>
  </resources>
</manifest>
"""

_ROOT2004 = """\
<?xml version="1.0" encoding="utf-8" standalone="no"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
    xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
    xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"
    xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd
                        http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd
                        http://www.adlnet.org/xsd/adlseq_v1p3 adlseq_v1p3.xsd
                        http://www.adlnet.org/xsd/adlnav_v1p3 adlnav_v1p3.xsd
                        http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd"
    identifier="{identifier}" version="1">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>2004 {edition} Edition</schemaversion>
  </metadata>
"""

_THRESHOLD = {
    "3rd": "<adlcp:completionThreshold>0.9</adlcp:completionThreshold>",
    "4th": '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.9"/>',
}

_SINGLE2004 = """\
  <organizations default="ORG">
    <organization identifier="ORG" adlseq:objectivesGlobalToSystem="false">
      <title>Tides</title>
      <item identifier="PART">
        <title>The only part</title>
        <item identifier="TALK" identifierref="RES-TALK" isvisible="true">
          <title>Why the sea comes back</title>
          <adlcp:timeLimitAction>continue,no message</adlcp:timeLimitAction>
          <adlcp:dataFromLMS>start=ebb</adlcp:dataFromLMS>
          {threshold}
          <imsss:sequencing>
            <imsss:objectives>
              <imsss:primaryObjective objectiveID="tides-understood" satisfiedByMeasure="true">
                <imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>
              </imsss:primaryObjective>
              <imsss:objective objectiveID="moon"/>
              <imsss:objective objectiveID="sun"/>
            </imsss:objectives>
            <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
          </imsss:sequencing>
          <adlnav:presentation>
            <adlnav:navigationInterface>
              <adlnav:hideLMSUI>continue</adlnav:hideLMSUI>
              <adlnav:hideLMSUI>previous</adlnav:hideLMSUI>
            </adlnav:navigationInterface>
          </adlnav:presentation>
        </item>
        <imsss:sequencing>
          <imsss:controlMode choice="true" flow="true"/>
        </imsss:sequencing>
      </item>
      <imsss:sequencing>
        <imsss:controlMode choice="true" flow="true"/>
      </imsss:sequencing>
    </organization>
  </organizations>
  <!-- pages first, what they share behind them -->
  <resources>
    <resource identifier="RES-TALK" type="webcontent" adlcp:scormType="sco" href="index.html">
      <file href="index.html"/>
      <dependency identifierref="RES-SHARED"/>
    </resource>
    <resource identifier="RES-SHARED" type="webcontent" adlcp:scormType="asset">
      <file href="player.js"/>
      <file href="css/look.css"/>
      <file href="images/moon.svg"/>
    </resource>
  </resources>
</manifest>
"""

_MODULE2004 = """\
      <item identifier="MOD-{number}" identifierref="RES-{number}">
        <title>Module {number}</title>
        <imsss:sequencing>
          <imsss:rollupRules rollupObjectiveSatisfied="false" objectiveMeasureWeight="0"/>
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="module-{number}">
              <imsss:mapInfo targetObjectiveID="urn:example:sails:m{number}" readSatisfiedStatus="true"
                             readNormalizedMeasure="false" writeSatisfiedStatus="true"/>
            </imsss:primaryObjective>
          </imsss:objectives>
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
      </item>
"""

_MODULES2004 = f"""\
  <organizations default="SAILS">
    <organization identifier="SAILS" structure="hierarchical" adlseq:objectivesGlobalToSystem="false">
      <title>Sails</title>
{_MODULE2004.format(number=1)}{_MODULE2004.format(number=2)}\
      <item identifier="EXAM" identifierref="RES-EXAM">
        <title>Exam</title>
        <imsss:sequencing>
          <imsss:sequencingRules>
            <imsss:preConditionRule>
              <imsss:ruleConditions conditionCombination="any">
                <imsss:ruleCondition referencedObjective="reads-1" operator="not" condition="satisfied"/>
                <imsss:ruleCondition referencedObjective="reads-1" operator="not" condition="objectiveStatusKnown"/>
                <imsss:ruleCondition referencedObjective="reads-2" operator="not" condition="satisfied"/>
                <imsss:ruleCondition referencedObjective="reads-2" operator="not" condition="objectiveStatusKnown"/>
              </imsss:ruleConditions>
              <imsss:ruleAction action="disabled"/>
            </imsss:preConditionRule>
          </imsss:sequencingRules>
          <imsss:limitConditions attemptLimit="3"/>
          <imsss:rollupRules objectiveMeasureWeight="1"/>
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="exam" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>0.75</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
            <imsss:objective objectiveID="reads-1">
              <imsss:mapInfo targetObjectiveID="urn:example:sails:m1" readNormalizedMeasure="false"/>
            </imsss:objective>
            <imsss:objective objectiveID="reads-2">
              <imsss:mapInfo targetObjectiveID="urn:example:sails:m2" readNormalizedMeasure="false"/>
            </imsss:objective>
          </imsss:objectives>
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
      </item>
      <imsss:sequencing>
        <imsss:controlMode choice="true" flow="true"/>
        <imsss:rollupRules>
          <imsss:rollupRule childActivitySet="all">
            <imsss:rollupConditions conditionCombination="all">
              <imsss:rollupCondition condition="completed"/>
            </imsss:rollupConditions>
            <imsss:rollupAction action="completed"/>
          </imsss:rollupRule>
        </imsss:rollupRules>
      </imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="RES-1" type="webcontent" adlcp:scormType="sco" href="index.html">
      <file href="index.html"/>
      <dependency identifierref="RES-SHARED"/>
    </resource>
    <resource identifier="RES-2" type="webcontent" adlcp:scormType="sco" href="modules/two.html">
      <file href="modules/two.html"/>
      <dependency identifierref="RES-SHARED"/>
    </resource>
    <resource identifier="RES-EXAM" type="webcontent" adlcp:scormType="sco" href="modules/exam.html">
      <file href="modules/exam.html"/>
      <dependency identifierref="RES-SHARED"/>
    </resource>
    <resource identifier="RES-SHARED" type="webcontent" adlcp:scormType="asset">
      <file href="player.js"/>
      <file href="css/look.css"/>
    </resource>
  </resources>
</manifest>
"""


def good12() -> Package:
    """SCORM 1.2: two SCOs in a chapter, two asset resources, metadata inline."""
    return {
        MANIFEST: _MANIFEST12.encode(),
        "index.html": _page("The harbour", "player.js"),
        "harbour/check.html": _page("What you know", "../player.js"),
        "player.js": _PLAYER12.encode(),
        "css/look.css": _STYLE,
        "images/knot.svg": _PICTURE,
        **_control(CONTROL12),
    }


def good2004(edition: str = "3rd") -> Package:
    """SCORM 2004 with one SCO, in a nested item."""
    manifest = _ROOT2004.format(identifier="tides", edition=edition) + _SINGLE2004.format(threshold=_THRESHOLD[edition])
    return {
        MANIFEST: manifest.encode(),
        "index.html": _page("Why the sea comes back", "player.js"),
        "player.js": _PLAYER2004.encode(),
        "css/look.css": _STYLE,
        "images/moon.svg": _PICTURE,
        **_control(CONTROL2004),
    }


def good_modules2004(edition: str = "3rd") -> Package:
    """SCORM 2004 with two modules and an exam that opens when both are satisfied."""
    return {
        MANIFEST: (_ROOT2004.format(identifier="sails", edition=edition) + _MODULES2004).encode(),
        "index.html": _page("Module 1", "player.js"),
        "modules/two.html": _page("Module 2", "../player.js"),
        "modules/exam.html": _page("Exam", "../player.js"),
        "player.js": _PLAYER2004.encode(),
        "css/look.css": _STYLE,
        **_control(CONTROL2004),
    }


G12, G3, G4, M3, M4 = "good12", "good2004-3rd", "good2004-4th", "modules-3rd", "modules-4th"

BASES: dict[str, Callable[[], Package]] = {
    G12: good12,
    G3: lambda: good2004("3rd"),
    G4: lambda: good2004("4th"),
    M3: lambda: good_modules2004("3rd"),
    M4: lambda: good_modules2004("4th"),
}
STANDARD_OF = {
    G12: "scorm12",
    G3: "scorm2004-3rd",
    G4: "scorm2004-4th",
    M3: "scorm2004-3rd",
    M4: "scorm2004-4th",
}


@dataclass(frozen=True)
class Fault:
    """One fault: `change` makes it in the good package `base`."""

    name: str
    code: str
    change: Change
    base: str = G12
    official: bool = False
    also: tuple[str, ...] = ()

    @property
    def standard(self) -> str:
        """Folder of the official schemas."""
        return STANDARD_OF[self.base]

    def package(self) -> Package:
        return self.change(BASES[self.base]())


class Legal(NamedTuple):
    """A change after which the package is as legal as before."""

    name: str
    change: Change
    base: str

    @property
    def standard(self) -> str:
        return STANDARD_OF[self.base]

    def package(self) -> Package:
        return self.change(BASES[self.base]())


def write_zip(path: Path, files: Package, method: int = zipfile.ZIP_DEFLATED) -> None:
    """A zip as everybody makes it; the files in the order of the package."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)


# ---------------------------------------------------------------------------------------------------------------
# Changes
# ---------------------------------------------------------------------------------------------------------------


def _spaces(root: etree._Element) -> dict[str, str]:
    return NS12 if etree.QName(root).namespace == NS12["cp"] else NS2004


def _clark(root: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    spaces = {**_spaces(root), "xml": "http://www.w3.org/XML/1998/namespace"}
    return f"{{{spaces[prefix]}}}{local}" if prefix else local


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path, namespaces=_spaces(root))
    assert found, path
    return found


def _one(root: etree._Element, path: str) -> etree._Element:
    found = _all(root, path)
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


def _made(root: etree._Element, xml: str) -> list[etree._Element]:
    names = "".join(f' xmlns{"" if key == "cp" else ":" + key}="{uri}"' for key, uri in _spaces(root).items())
    return list(etree.fromstring(f"<x{names}>{xml}</x>"))


def edit(step: Callable[[etree._Element], object]) -> Change:
    """Change the tree of the manifest."""

    def change(files: Package) -> Package:
        root = etree.fromstring(files[MANIFEST])
        step(root)
        return {**files, MANIFEST: etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)}

    return change


def text(old: str, new: str, times: int = 1) -> Change:
    """Change the text of the manifest, for what is no tree any more."""

    def change(files: Package) -> Package:
        before = files[MANIFEST].decode()
        assert before.count(old) >= times, old
        return {**files, MANIFEST: before.replace(old, new, times).encode()}

    return change


def manifest(content: bytes | Callable[[bytes], bytes]) -> Change:
    """Write another manifest, or write it in another way."""
    return lambda files: {**files, MANIFEST: content(files[MANIFEST]) if callable(content) else content}


def put(name: str, data: bytes | str) -> Change:
    return lambda files: {**files, name: data.encode() if isinstance(data, str) else data}


def without(*names: str) -> Change:
    def change(files: Package) -> Package:
        assert set(names) <= set(files), names
        return {name: data for name, data in files.items() if name not in names}

    return change


def renamed(new_name: Callable[[str], str]) -> Change:
    return lambda files: {new_name(name): data for name, data in files.items()}


def moved(old: str, new: str) -> Change:
    """Another name for one file, in the package only."""
    return renamed(lambda name: new if name == old else name)


def in_folder(folder: str) -> Change:
    """Move everything into a folder, but the manifest and the control documents."""
    return renamed(lambda name: name if name == MANIFEST or name.endswith((".xsd", ".dtd")) else folder + name)


def both(*changes: Change) -> Change:
    def change(files: Package) -> Package:
        for one in changes:
            files = one(files)
        return files

    return change


def take(path: str) -> Change:
    """Take an element out, and the text behind it stays."""

    def step(root: etree._Element) -> None:
        found = _one(root, path)
        found.getparent().remove(found)

    return edit(step)


def give(path: str, attribute: str, value: str) -> Change:
    return edit(lambda root: _one(root, path).set(_clark(root, attribute), value))


def unset(path: str, attribute: str) -> Change:
    def step(root: etree._Element) -> None:
        del _one(root, path).attrib[_clark(root, attribute)]

    return edit(step)


def say(path: str, words: str) -> Change:
    return edit(lambda root: setattr(_one(root, path), "text", words))


def inside(path: str, xml: str, at: int | None = None) -> Change:
    """Put elements into another one, at its end or at a place among its children."""

    def step(root: etree._Element) -> None:
        parent = _one(root, path)
        for number, element in enumerate(_made(root, xml)):
            parent.insert(len(parent) if at is None else at + number, element)

    return edit(step)


def before(path: str, xml: str) -> Change:
    def step(root: etree._Element) -> None:
        anchor = _one(root, path)
        for element in _made(root, xml):
            anchor.addprevious(element)

    return edit(step)


def after(path: str, xml: str) -> Change:
    def step(root: etree._Element) -> None:
        anchor = _one(root, path)
        for element in reversed(_made(root, xml)):
            anchor.addnext(element)

    return edit(step)


def last(path: str) -> Change:
    """Move an element behind its sisters."""

    def step(root: etree._Element) -> None:
        found = _one(root, path)
        found.getparent().append(found)

    return edit(step)


def first(path: str) -> Change:
    def step(root: etree._Element) -> None:
        found = _one(root, path)
        found.getparent().insert(0, found)

    return edit(step)


def item(identifier: str) -> str:
    return f"//cp:item[@identifier='{identifier}']"


def resource(identifier: str) -> str:
    return f"//cp:resource[@identifier='{identifier}']"


def entity(value: str = "Boats") -> Change:
    """An entity of one's own in the first title."""
    return both(
        text("<manifest ", f'<!DOCTYPE manifest [<!ENTITY name "{value}">]>\n<manifest '),
        text("<title>", "<title>&name; "),
    )


ORGANIZATION = "/cp:manifest/cp:organizations/cp:organization"
NOT_IN = "\n  Once upon a time\n  "

# ---------------------------------------------------------------------------------------------------------------
# SCORM 1.2
# ---------------------------------------------------------------------------------------------------------------

LESSON, CHECK, CHAPTER = item("lesson"), item("check"), item("chapter")
R_LESSON, R_CHECK, R_SHARED = resource("res-lesson"), resource("res-check"), resource("res-shared")

_PREREQUISITES = "<adlcp:prerequisites type='aicc_script'>{}</adlcp:prerequisites>"
_LONG_CHAIN = _PREREQUISITES.format("&amp;".join(["lesson"] * 30))
_NAMELESS = """
<organization><title>More</title>
  <item identifier="more" identifierref="res-lesson"><title>The harbour</title></item>
</organization>
"""

# fmt: off
FAULTS12 = [
    # what comes before the elements
    Fault("manifest missing", "SMAC904", without(MANIFEST)),
    Fault("manifest in a folder", "SMAC904", renamed(lambda name: f"boats/{name}")),
    Fault("manifest in capitals", "SMAC904", moved(MANIFEST, "IMSManifest.xml")),
    Fault("tag never closed", "SMAC910", text("</organizations>", ""), official=True),
    Fault("manifest empty", "SMAC910", manifest(b""), official=True),
    Fault("bytes that are not UTF-8", "SMAC910",
          manifest(lambda data: data.replace(b"The harbour", b"The h\xe4rbour")), official=True),
    Fault("prefix never declared", "SMAC910",
          text("<adlcp:masteryscore>80</adlcp:masteryscore>", "<x:y/>"), official=True),
    Fault("ampersand alone", "SMAC910", text("Boats and knots</title>", "Boats & knots</title>"), official=True),
    Fault("entity of its own", "SMAC911", entity()),
    Fault("namespace of an older version", "SMAC912",
          text('="http://www.imsproject.org/xsd/imscp_rootv1p1p2"', '="http://www.imsproject.org/xsd/ims_cp_rootv1p1"'),
          official=True),
    Fault("manifest without a namespace", "SMAC912",
          text('xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"', ""), official=True),
    Fault("another root element", "SMAC912",
          both(text("<manifest ", "<course "), text("</manifest>", "</course>")), official=True),
    # metadata of the manifest
    Fault("schema of somebody else", "SMAC926", say("//cp:schema", "IMS Content"), also=("SMAC912",)),
    Fault("schemaversion padded", "SMAC913", say("//cp:schemaversion", "\n 1.2 "), also=("SMAC926",)),
    Fault("schemaversion unknown", "SMAC913", say("//cp:schemaversion", "1.3"), also=("SMAC926",)),
    Fault("schemaversion of 2004", "SMAC913",
          say("//cp:schemaversion", "2004 3rd Edition"), also=("SMAC912", "SMAC926")),
    Fault("schemaversion before schema", "SMAC921", first("//cp:schemaversion"), official=True),
    Fault("metadata in a file that is absent", "SMAC932",
          inside("/cp:manifest/cp:metadata", "<adlcp:location>course.xml</adlcp:location>")),
    # organizations
    Fault("no organizations", "SMAC922", take("//cp:organizations"), official=True),
    Fault("organizations empty", "SMAC922", both(unset("//cp:organizations", "default"), take("//cp:organization"))),
    Fault("default leads nowhere", "SMAC931", give("//cp:organizations", "default", "another")),
    Fault("default names an item", "SMAC931", give("//cp:organizations", "default", "chapter")),
    Fault("organization without a title", "SMAC922", take(f"{ORGANIZATION}/cp:title")),
    Fault("organization without an item", "SMAC922", take(CHAPTER)),
    Fault("organization without an identifier", "SMAC924",
          after(ORGANIZATION, _NAMELESS), official=True),
    # items
    Fault("item without an identifier", "SMAC924", unset(CHECK, "identifier"), official=True),
    Fault("item without a title", "SMAC922", take(f"{CHECK}/cp:title")),
    Fault("item with two titles", "SMAC923",
          after(f"{CHECK}/cp:title", "<title>Again</title>"), also=("SMAC920", "SMAC921"), official=True),
    Fault("item that names no resource there is", "SMAC931", give(CHECK, "identifierref", "res-chek")),
    Fault("item that names an item", "SMAC931", give(CHECK, "identifierref", "lesson")),
    Fault("last item without a resource", "SMAC934", unset(CHECK, "identifierref"), also=("SMAC924",)),
    Fault("identifier twice", "SMAC930", give(CHECK, "identifier", "lesson"), official=True),
    Fault("identifier of an item and a resource", "SMAC930", give(CHECK, "identifier", "res-pictures"), official=True),
    Fault("identifier that begins with a digit", "SMAC926", give(CHECK, "identifier", "2nd-lesson"), official=True),
    Fault("identifier with a space", "SMAC926", give(CHECK, "identifier", "the check"), official=True),
    Fault("isvisible as a word", "SMAC926", give(CHECK, "isvisible", "yes"), official=True),
    Fault("parameters too long", "SMAC926", give(CHECK, "parameters", "?a=" + "b" * 1000), official=True),
    Fault("unknown attribute of an item", "SMAC925", give(CHECK, "colour", "red"), official=True),
    Fault("unknown element of IMS in an item", "SMAC920",
          after(f"{CHECK}/cp:title", "<subtitle>Really</subtitle>"), official=True),
    Fault("unknown element of ADL in an item", "SMAC920",
          inside(CHECK, "<adlcp:attempts>3</adlcp:attempts>"), official=True),
    Fault("element of 2004 in an item", "SMAC920",
          inside(CHECK, "<adlcp:dataFromLMS>x</adlcp:dataFromLMS>"), official=True),
    Fault("element of an item in the organization", "SMAC920",
          inside(ORGANIZATION, "<adlcp:masteryscore>80</adlcp:masteryscore>")),
    Fault("title behind the items", "SMAC921", last(f"{CHAPTER}/cp:title"), official=True),
    Fault("title behind the data of ADL", "SMAC921", last(f"{CHECK}/cp:title"), official=True),
    Fault("text between items", "SMAC927", say(CHAPTER, NOT_IN), official=True),
    Fault("text between resources", "SMAC927", say("//cp:resources", NOT_IN), official=True),
    Fault("text in an element that is empty", "SMAC927",
          say("//cp:file[@href='player.js']", "player.js"), official=True),
    # data of ADL
    Fault("masteryscore over 100", "SMAC926", say("//adlcp:masteryscore", "101")),
    Fault("masteryscore below 0", "SMAC926", say("//adlcp:masteryscore", "-1")),
    Fault("masteryscore as a word", "SMAC926", say("//adlcp:masteryscore", "eighty")),
    Fault("masteryscore in per cent", "SMAC926", say("//adlcp:masteryscore", "80%")),
    Fault("masteryscore twice", "SMAC923", inside(CHECK, "<adlcp:masteryscore>70</adlcp:masteryscore>")),
    Fault("prerequisites too long", "SMAC926",
          before("//adlcp:masteryscore", _LONG_CHAIN), official=True),
    Fault("prerequisites without a type", "SMAC924",
          before("//adlcp:masteryscore", "<adlcp:prerequisites>lesson</adlcp:prerequisites>"), official=True),
    Fault("prerequisites of another type", "SMAC926",
          before("//adlcp:masteryscore", "<adlcp:prerequisites type='javascript'>lesson</adlcp:prerequisites>"),
          official=True),
    Fault("prerequisites that name no item there is", "SMAC931",
          before("//adlcp:masteryscore", _PREREQUISITES.format("lesson-0"))),
    Fault("maxtimeallowed too long", "SMAC926", say("//adlcp:maxtimeallowed", "0001:30:00.000"), official=True),
    Fault("maxtimeallowed malformed", "SMAC926", say("//adlcp:maxtimeallowed", "90 minutes")),
    Fault("maxtimeallowed as 2004 writes it", "SMAC926", say("//adlcp:maxtimeallowed", "PT1H30M")),
    Fault("timelimitaction unknown", "SMAC926", say("//adlcp:timelimitaction", "exit"), official=True),
    Fault("datafromlms too long", "SMAC926", say("//adlcp:datafromlms", "x" * 256), official=True),
    # resources
    Fault("no resources", "SMAC922", take("//cp:resources"), official=True),
    Fault("metadata behind the resources", "SMAC921", last("/cp:manifest/cp:metadata"), official=True),
    Fault("resources before organizations", "SMAC921", last("//cp:organizations"), official=True),
    Fault("dependency before the files", "SMAC921", first(f"{R_SHARED}/cp:dependency"), official=True),
    Fault("resource without an identifier", "SMAC924",
          inside("//cp:resources", "<resource type='webcontent' adlcp:scormtype='asset'/>"), official=True),
    Fault("resource without a type", "SMAC924", unset(R_SHARED, "type"), official=True),
    Fault("resource without an href", "SMAC934", unset(R_CHECK, "href"), also=("SMAC924",)),
    Fault("resource without its kind", "SMAC935", unset(R_CHECK, "adlcp:scormtype"), also=("SMAC924",)),
    Fault("resource of an unknown kind", "SMAC926",
          give(R_CHECK, "adlcp:scormtype", "sca"), also=("SMAC935",), official=True),
    Fault("kind as 2004 writes it", "SMAC935",
          text('res-check" type="webcontent" adlcp:scormtype', 'res-check" type="webcontent" adlcp:scormType'),
          also=("SMAC925",), official=True),
    Fault("kind without its prefix", "SMAC925",
          text('res-check" type="webcontent" adlcp:scormtype', 'res-check" type="webcontent" scormtype'),
          also=("SMAC935",), official=True),
    Fault("file without an href", "SMAC924", inside(R_CHECK, "<file/>", 1), official=True),
    Fault("listed file absent", "SMAC932", without("images/knot.svg")),
    Fault("launched page absent", "SMAC932", both(without("harbour/check.html"), take(f"{R_CHECK}/cp:file"))),
    Fault("listed file in another case", "SMAC932", moved("images/knot.svg", "images/Knot.svg")),
    Fault("listed file outside of the package", "SMAC932",
          inside(R_SHARED, "<file href='../common.js'/>", 0), also=("SMAC902", "SMAC926")),
    Fault("dependency on nothing", "SMAC931", inside(R_CHECK, "<dependency identifierref='res-sounds'/>")),
    Fault("dependency on an item", "SMAC931", inside(R_CHECK, "<dependency identifierref='chapter'/>")),
    Fault("dependency without a reference", "SMAC924", inside(R_CHECK, "<dependency/>"), official=True),
    # the run-time
    Fault("script that calls nothing", "SMAC955", put("player.js", "document.title += '.';\n")),
    Fault("pages that load no script", "SMAC955",
          both(put("index.html", "<!DOCTYPE html><title>A</title><p>A</p>"),
               put("harbour/check.html", "<!DOCTYPE html><title>B</title><p>B</p>"))),
    Fault("script that knows 2004 only", "SMAC955", put("player.js", _PLAYER2004)),
]
# fmt: on

# ---------------------------------------------------------------------------------------------------------------
# SCORM 2004
# ---------------------------------------------------------------------------------------------------------------

PART, TALK = item("PART"), item("TALK")
MOD1, EXAM = item("MOD-1"), item("EXAM")
R_TALK, R_SHARED04 = resource("RES-TALK"), resource("RES-SHARED")
SEQUENCING = f"{TALK}/imsss:sequencing"
OBJECTIVES = f"{SEQUENCING}/imsss:objectives"
PRIMARY = f"{OBJECTIVES}/imsss:primaryObjective"
EXAM_SEQUENCING = f"{EXAM}/imsss:sequencing"
RULE = f"{EXAM_SEQUENCING}/imsss:sequencingRules/imsss:preConditionRule"
CONDITION = f"({RULE}//imsss:ruleCondition)[1]"
ROLLUP = f"{ORGANIZATION}/imsss:sequencing/imsss:rollupRules/imsss:rollupRule"
READS1 = "//imsss:objective[@objectiveID='reads-1']"
READS2 = "//imsss:objective[@objectiveID='reads-2']"
PRIMARY1 = f"{MOD1}//imsss:primaryObjective"

_ORGANIZATIONS = """
<organizations default="MORE">
  <organization identifier="MORE"><title>More</title>
    <item identifier="MORE-TALK" identifierref="RES-TALK"><title>Why the sea comes back</title></item>
  </organization>
</organizations>
"""
_POST_RULE = """
<imsss:postConditionRule>
  <imsss:ruleConditions><imsss:ruleCondition condition="attempted"/></imsss:ruleConditions>
  <imsss:ruleAction action="continue"/>
</imsss:postConditionRule>
"""
_SECOND_WRITER = """
<imsss:objective objectiveID="again">
  <imsss:mapInfo targetObjectiveID="urn:example:sails:m1" writeSatisfiedStatus="true"/>
</imsss:objective>
"""
_SECOND_READ = """
<imsss:mapInfo targetObjectiveID="urn:example:sails:m9" readSatisfiedStatus="true" readNormalizedMeasure="false"/>
"""
_COLLECTION = """
<imsss:sequencingCollection>
  <imsss:sequencing ID="common">
    <imsss:controlMode choice="true" choiceExit="false"/>
    <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
  </imsss:sequencing>
</imsss:sequencingCollection>
"""
_DATA4 = '<adlcp:data><adlcp:map targetID="urn:example:notes" writeSharedData="true"/></adlcp:data>'
_OBJECTIVES4 = """
<adlseq:objectives>
  <adlseq:objective objectiveID="tides-understood">
    <adlseq:mapInfo targetObjectiveID="urn:example:tides" readRawScore="false" writeRawScore="true"/>
  </adlseq:objective>
</adlseq:objectives>
"""

# fmt: off
FAULTS2004 = [
    # what comes before the elements
    Fault("manifest missing", "SMAC904", without(MANIFEST), G3),
    Fault("manifest in a folder", "SMAC904", renamed(lambda name: f"course/{name}"), G4),
    Fault("manifest in capitals", "SMAC904", moved(MANIFEST, "IMSManifest.xml"), G3),
    Fault("tag never closed", "SMAC910", text("</imsss:objectives>", ""), G4, official=True),
    Fault("two root elements", "SMAC910", manifest(lambda data: data + b"<manifest/>"), M3, official=True),
    Fault("attribute twice", "SMAC910",
          text('identifier="TALK"', 'identifier="TALK" identifier="TALK"'), G3, official=True),
    Fault("entity of its own", "SMAC911", entity(), G4),
    Fault("namespace that is none", "SMAC912",
          text('xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"', 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p2"'),
          G3, official=True),
    Fault("another root element", "SMAC912",
          both(text("<manifest ", "<package "), text("</manifest>", "</package>")), G4, official=True),
    # metadata of the manifest
    Fault("metadata missing", "SMAC922", take("/cp:manifest/cp:metadata"), G3, also=("SMAC913",)),
    Fault("schema missing", "SMAC922", take("//cp:schema"), G4),
    Fault("schema of somebody else", "SMAC926", say("//cp:schema", "ADL CAM"), G3, also=("SMAC912",)),
    Fault("schemaversion missing", "SMAC922", take("//cp:schemaversion"), G3, also=("SMAC913",)),
    Fault("schemaversion padded", "SMAC913", say("//cp:schemaversion", " 2004 3rd Edition "), G3, also=("SMAC926",)),
    Fault("schemaversion on a line of its own", "SMAC913",
          say("//cp:schemaversion", "\n      2004 4th Edition\n    "), G4, also=("SMAC926",)),
    Fault("schemaversion unknown", "SMAC913", say("//cp:schemaversion", "2004 5th Edition"), G4, also=("SMAC926",)),
    Fault("schemaversion without its year", "SMAC913", say("//cp:schemaversion", "3rd Edition"), M3, also=("SMAC926",)),
    Fault("schemaversion of 1.2", "SMAC913", say("//cp:schemaversion", "1.2"), G3, also=("SMAC912", "SMAC926")),
    Fault("metadata in a file that is absent", "SMAC932",
          inside("/cp:manifest/cp:metadata", "<adlcp:location>course.xml</adlcp:location>"), G4),
    # organizations
    Fault("no organizations", "SMAC922", take("//cp:organizations"), G3, official=True),
    Fault("organizations twice", "SMAC923",
          after("//cp:organizations", _ORGANIZATIONS), G4, also=("SMAC920", "SMAC921"), official=True),
    Fault("organizations empty", "SMAC922",
          both(unset("//cp:organizations", "default"), take("//cp:organization")), G4, also=("SMAC924",)),
    Fault("no default organization", "SMAC924", unset("//cp:organizations", "default"), G3),
    Fault("default leads nowhere", "SMAC931", give("//cp:organizations", "default", "ORG-1"), G4),
    Fault("default names an item", "SMAC931", give("//cp:organizations", "default", "TALK"), G3),
    Fault("organization without a title", "SMAC922", take(f"{ORGANIZATION}/cp:title"), M4),
    Fault("organization without an item (3rd)", "SMAC922", take(PART), G3),
    Fault("organization without an item (4th)", "SMAC922", take(PART), G4, official=True),
    Fault("globals to the system as a word", "SMAC926",
          give(ORGANIZATION, "adlseq:objectivesGlobalToSystem", "never"), M3, official=True),
    # items
    Fault("item without an identifier", "SMAC924", unset(TALK, "identifier"), G3, official=True),
    Fault("item without a title", "SMAC922", take(f"{TALK}/cp:title"), G4),
    Fault("item with two titles", "SMAC923",
          after(f"{TALK}/cp:title", "<title>Again</title>"), G3, also=("SMAC920", "SMAC921"), official=True),
    Fault("item that names no resource there is", "SMAC931", give(EXAM, "identifierref", "RES-3"), M3),
    Fault("last item without a resource", "SMAC934", unset(EXAM, "identifierref"), M4, also=("SMAC924",)),
    Fault("resource on an item with items", "SMAC925",
          give(PART, "identifierref", "RES-TALK"), G3, also=("SMAC920", "SMAC934")),
    Fault("identifier twice", "SMAC930", give(EXAM, "identifier", "MOD-1"), M3, official=True),
    Fault("identifier of an item and a resource", "SMAC930", give(TALK, "identifier", "RES-SHARED"), G4, official=True),
    Fault("identifier that begins with a digit", "SMAC926", give(TALK, "identifier", "1-TALK"), G4, official=True),
    Fault("identifier with a space", "SMAC926", give(TALK, "identifier", "THE TALK"), G3, official=True),
    Fault("isvisible as a word", "SMAC926", give(TALK, "isvisible", "yes"), G4, official=True),
    Fault("unknown attribute of an item", "SMAC925", give(TALK, "IsVisible", "true"), G3, official=True),
    Fault("kind of a resource on an item", "SMAC925", give(TALK, "adlcp:scormType", "sco"), G4, also=("SMAC920",)),
    Fault("unknown element of ADL (3rd)", "SMAC920",
          inside(TALK, "<adlcp:persistState>true</adlcp:persistState>"), G3, official=True),
    Fault("unknown element of ADL (4th)", "SMAC920", inside(TALK, "<adlcp:persistState>true</adlcp:persistState>"), G4),
    Fault("element of 1.2 (3rd)", "SMAC920",
          inside(TALK, "<adlcp:masteryscore>80</adlcp:masteryscore>"), G3, official=True),
    Fault("element of 1.2 (4th)", "SMAC920", inside(TALK, "<adlcp:prerequisites>PART</adlcp:prerequisites>"), G4),
    Fault("unknown element of IMS in an item", "SMAC920",
          after(f"{TALK}/cp:title", "<subtitle>Really</subtitle>"), G4, official=True),
    Fault("data on an item with items", "SMAC920",
          before(f"{PART}/imsss:sequencing", "<adlcp:dataFromLMS>x</adlcp:dataFromLMS>"), G3),
    Fault("presentation on an item with items", "SMAC920", inside(PART, "<adlnav:presentation/>"), G4),
    Fault("data twice", "SMAC923", after("//adlcp:dataFromLMS", "<adlcp:dataFromLMS>x</adlcp:dataFromLMS>"), G4),
    Fault("title behind the items", "SMAC921", last(f"{PART}/cp:title"), G3, official=True),
    Fault("items behind the sequencing", "SMAC921", last(TALK), G4, official=True),
    Fault("text between items", "SMAC927", say(PART, NOT_IN), G3, official=True),
    Fault("text in the sequencing", "SMAC927", say(SEQUENCING, NOT_IN), G4, official=True),
    Fault("timeLimitAction unknown", "SMAC926", say("//adlcp:timeLimitAction", "exit, message"), G3, official=True),
    Fault("hideLMSUI unknown", "SMAC926", say("(//adlnav:hideLMSUI)[1]", "next"), G3, official=True),
    Fault("hideLMSUI in the wrong place", "SMAC920",
          both(take("//adlnav:navigationInterface"),
               inside("//adlnav:presentation", "<adlnav:hideLMSUI>exit</adlnav:hideLMSUI>")), G4, official=True),
    # editions
    Fault("completionThreshold over 1", "SMAC926", say("//adlcp:completionThreshold", "90"), G3, official=True),
    Fault("completionThreshold as a word", "SMAC926", say("//adlcp:completionThreshold", "most"), G3, official=True),
    Fault("completionThreshold twice", "SMAC923",
          after("//adlcp:completionThreshold", "<adlcp:completionThreshold>0.5</adlcp:completionThreshold>"), G3),
    Fault("minProgressMeasure over 1", "SMAC926",
          give("//adlcp:completionThreshold", "minProgressMeasure", "90"), G4, official=True),
    Fault("completedByMeasure as a word", "SMAC926",
          give("//adlcp:completionThreshold", "completedByMeasure", "yes"), G4, official=True),
    Fault("completionThreshold of the 4th in the 3rd", "SMAC940",
          both(say("//adlcp:completionThreshold", "0.9"),
               give("//adlcp:completionThreshold", "minProgressMeasure", "0.9")), G3, also=("SMAC925",), official=True),
    Fault("shared data in the 3rd", "SMAC940", inside(TALK, _DATA4), G3, also=("SMAC920",), official=True),
    Fault("shared data to the system in the 3rd", "SMAC940",
          give(ORGANIZATION, "adlcp:sharedDataGlobalToSystem", "false"), G3, also=("SMAC925",), official=True),
    Fault("objectives of ADL in the 3rd", "SMAC940",
          inside(SEQUENCING, _OBJECTIVES4), G3, also=("SMAC920",), official=True),
    Fault("map of data without a target", "SMAC924",
          inside(TALK, "<adlcp:data><adlcp:map/></adlcp:data>"), G4, official=True),
    Fault("shared data without a map", "SMAC922", inside(TALK, "<adlcp:data/>"), G4, official=True),
    Fault("objective of ADL that IMS has not", "SMAC931",
          inside(SEQUENCING, _OBJECTIVES4.replace("tides-understood", "tides")), G4, also=("SMAC941",)),
    # sequencing
    Fault("delivery before objectives", "SMAC921", first(f"{SEQUENCING}/imsss:deliveryControls"), G3, official=True),
    Fault("rollup before limits", "SMAC921", first(f"{EXAM_SEQUENCING}/imsss:rollupRules"), M4, official=True),
    Fault("part of ADL before the parts of IMS", "SMAC921",
          inside(SEQUENCING, "<adlseq:constrainedChoiceConsiderations/>", 0), G3, official=True),
    Fault("sequencing twice", "SMAC923",
          after(SEQUENCING, "<imsss:sequencing><imsss:controlMode/></imsss:sequencing>"), G3),
    Fault("controlMode twice", "SMAC923", inside(f"{PART}/imsss:sequencing", "<imsss:controlMode choice='false'/>"), G4,
          also=("SMAC920", "SMAC921"), official=True),
    Fault("controlMode as a word", "SMAC926",
          give(f"{PART}/imsss:sequencing/imsss:controlMode", "choice", "maybe"), G3, official=True),
    Fault("controlMode with an unknown attribute", "SMAC925",
          give(f"{PART}/imsss:sequencing/imsss:controlMode", "backwardOnly", "true"), G4, official=True),
    Fault("unknown element of sequencing", "SMAC920", inside(SEQUENCING, "<imsss:delay/>"), G4, official=True),
    Fault("condition unknown", "SMAC926", give(CONDITION, "condition", "passed"), M3, official=True),
    Fault("condition without its name", "SMAC924", unset(CONDITION, "condition"), M4, official=True),
    Fault("condition with an unknown operator", "SMAC926", give(CONDITION, "operator", "NOT"), M3, official=True),
    Fault("conditions combined in an unknown way", "SMAC926",
          give(f"{RULE}/imsss:ruleConditions", "conditionCombination", "none"), M4, official=True),
    Fault("threshold of a condition over 1", "SMAC926", give(CONDITION, "measureThreshold", "80"), M4, official=True),
    Fault("action unknown", "SMAC926", give(f"{RULE}/imsss:ruleAction", "action", "hide"), M4, official=True),
    Fault("action of another kind of rule", "SMAC926",
          give(f"{RULE}/imsss:ruleAction", "action", "retry"), M3, official=True),
    Fault("rule without an action", "SMAC922", take(f"{RULE}/imsss:ruleAction"), M3, official=True),
    Fault("rule without conditions", "SMAC922", take(f"{RULE}/imsss:ruleConditions"), M4),
    Fault("rules in the wrong order", "SMAC921",
          before(RULE, _POST_RULE), M4, official=True),
    Fault("rollup action unknown", "SMAC926",
          give(f"{ROLLUP}/imsss:rollupAction", "action", "passed"), M3, official=True),
    Fault("rollup condition of another kind of rule", "SMAC926",
          give(f"{ROLLUP}//imsss:rollupCondition", "condition", "objectiveMeasureGreaterThan"), M4, official=True),
    Fault("rollup rule without conditions", "SMAC922", take(f"{ROLLUP}/imsss:rollupConditions"), M3, official=True),
    Fault("childActivitySet unknown", "SMAC926", give(ROLLUP, "childActivitySet", "most"), M3, official=True),
    Fault("per cent of children over 1", "SMAC926",
          both(give(ROLLUP, "childActivitySet", "atLeastPercent"), give(ROLLUP, "minimumPercent", "50")), M4,
          official=True),
    Fault("weight over 1", "SMAC926",
          give(f"{EXAM_SEQUENCING}/imsss:rollupRules", "objectiveMeasureWeight", "2"), M3, official=True),
    Fault("attemptLimit below 0", "SMAC926", give("//imsss:limitConditions", "attemptLimit", "-1"), M3, official=True),
    Fault("attemptLimit as a word", "SMAC926",
          give("//imsss:limitConditions", "attemptLimit", "three"), M4, official=True),
    Fault("limit of time malformed", "SMAC926",
          give("//imsss:limitConditions", "attemptAbsoluteDurationLimit", "00:30:00"), M3, official=True),
    Fault("deliveryControls as a word", "SMAC926",
          give(f"{SEQUENCING}/imsss:deliveryControls", "completionSetByContent", "yes"), G3, official=True),
    Fault("deliveryControls with an unknown attribute", "SMAC925",
          give(f"{SEQUENCING}/imsss:deliveryControls", "scoreSetByContent", "true"), G4, official=True),
    Fault("selectCount below 0", "SMAC926",
          after(f"{PART}/imsss:sequencing/imsss:controlMode", "<imsss:randomizationControls selectCount='-2'/>"), G4,
          official=True),
    Fault("rollupConsiderations unknown", "SMAC926",
          inside(SEQUENCING, "<adlseq:rollupConsiderations requiredForCompleted='sometimes'/>"), G3, official=True),
    # objectives
    Fault("minNormalizedMeasure over 1", "SMAC926", say("//imsss:minNormalizedMeasure", "1.5"), G3, official=True),
    Fault("minNormalizedMeasure in per cent", "SMAC926", say("//imsss:minNormalizedMeasure", "80"), G4, official=True),
    Fault("minNormalizedMeasure as a word", "SMAC926",
          say("//imsss:minNormalizedMeasure", "eighty"), G4, official=True),
    Fault("minNormalizedMeasure twice", "SMAC923",
          inside(PRIMARY, "<imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure>"), G3,
          also=("SMAC920", "SMAC921"), official=True),
    Fault("satisfiedByMeasure as a word", "SMAC926", give(PRIMARY, "satisfiedByMeasure", "on"), G4, official=True),
    Fault("objective without an ID", "SMAC924",
          inside(OBJECTIVES, "<imsss:objective/>"), G3, also=("SMAC941",), official=True),
    Fault("primary objective that writes without an ID", "SMAC941",
          unset(PRIMARY1, "objectiveID"), M3, also=("SMAC924",)),
    Fault("objective that reads without an ID", "SMAC924",
          after(READS2, "<imsss:objective><imsss:mapInfo targetObjectiveID='urn:example:x'/></imsss:objective>"), M4,
          also=("SMAC941",), official=True),
    Fault("two primary objectives", "SMAC923", after(PRIMARY, "<imsss:primaryObjective objectiveID='second'/>"), G3,
          also=("SMAC920", "SMAC921", "SMAC941"), official=True),
    Fault("no primary objective", "SMAC922", take(PRIMARY), G4, official=True),
    Fault("primary objective behind the others", "SMAC921", last(PRIMARY), G3, official=True),
    Fault("objective ID twice", "SMAC930",
          give(f"{OBJECTIVES}/imsss:objective[2]", "objectiveID", "moon"), G3, also=("SMAC941",)),
    Fault("objective ID of the primary objective", "SMAC930",
          both(give(READS1, "objectiveID", "exam"), give(CONDITION, "referencedObjective", "exam"),
               give(f"({RULE}//imsss:ruleCondition)[2]", "referencedObjective", "exam")), M4, also=("SMAC941",)),
    Fault("objective ID empty", "SMAC926",
          give(f"{OBJECTIVES}/imsss:objective[2]", "objectiveID", ""), G4, also=("SMAC924", "SMAC941")),
    Fault("mapInfo without a target", "SMAC924",
          unset(f"{READS1}/imsss:mapInfo", "targetObjectiveID"), M3, official=True),
    Fault("mapInfo with a wrong value", "SMAC926",
          give(f"{READS1}/imsss:mapInfo", "readSatisfiedStatus", "always"), M4, official=True),
    Fault("two objectives that write one global", "SMAC941", after(PRIMARY1, _SECOND_WRITER), M3),
    Fault("two objectives that write one measure", "SMAC941",
          both(*(give(f"{which}/imsss:mapInfo", attribute, value)
                 for which in (READS1, READS2)
                 for attribute, value in (("targetObjectiveID", "urn:example:sails:score"),
                                          ("writeNormalizedMeasure", "true")))), M4),
    Fault("objective that reads two globals", "SMAC941",
          both(give(f"{READS1}/imsss:mapInfo", "readSatisfiedStatus", "true"), inside(READS1, _SECOND_READ)), M3),
    Fault("condition on an objective that is not there", "SMAC931",
          give(CONDITION, "referencedObjective", "module-1"), M4, also=("SMAC941",)),
    Fault("condition on the global instead of the objective", "SMAC931",
          give(CONDITION, "referencedObjective", "urn:example:sails:m1"), M3, also=("SMAC941",)),
    # sequencing for several items
    Fault("sequencing that is not in the collection", "SMAC931",
          both(give(SEQUENCING, "IDRef", "comon"), inside("/cp:manifest", _COLLECTION)), G3),
    Fault("sequencing without a collection", "SMAC931", give(SEQUENCING, "IDRef", "common"), G4),
    Fault("sequencing of the collection without an ID", "SMAC924",
          both(inside("/cp:manifest", _COLLECTION), unset("//imsss:sequencingCollection/imsss:sequencing", "ID")), G4),
    Fault("collection twice", "SMAC923",
          inside("/cp:manifest", _COLLECTION + _COLLECTION.replace("common", "other")), G3),
    Fault("collection empty", "SMAC922", inside("/cp:manifest", "<imsss:sequencingCollection/>"), G4, official=True),
    Fault("ID on the sequencing of an item", "SMAC925", give(SEQUENCING, "ID", "mine"), G3),
    # resources
    Fault("no resources", "SMAC922", take("//cp:resources"), G4, official=True),
    Fault("metadata behind the resources", "SMAC921", last("/cp:manifest/cp:metadata"), G4, official=True),
    Fault("resource without an identifier", "SMAC924",
          inside("//cp:resources", "<resource type='webcontent' adlcp:scormType='asset'/>"), G3, official=True),
    Fault("resource without a type", "SMAC924", unset(R_TALK, "type"), G4, official=True),
    Fault("resource without an href", "SMAC934", unset(R_TALK, "href"), G3, also=("SMAC924",)),
    Fault("resource without its kind", "SMAC935", unset(R_TALK, "adlcp:scormType"), G4, also=("SMAC924",)),
    Fault("resource of an unknown kind", "SMAC926",
          give(R_TALK, "adlcp:scormType", "SCO"), G3, also=("SMAC935",), official=True),
    Fault("kind in lower case (3rd)", "SMAC935",
          text('adlcp:scormType="sco"', 'adlcp:scormtype="sco"'), G3, also=("SMAC925",), official=True),
    Fault("kind in lower case (4th)", "SMAC935",
          text('adlcp:scormType="sco"', 'adlcp:scormtype="sco"'), G4, also=("SMAC925",)),
    Fault("listed file absent", "SMAC932", without("images/moon.svg"), G3),
    Fault("launched page absent", "SMAC932",
          both(without("modules/exam.html"), take("//cp:file[@href='modules/exam.html']")), M4),
    Fault("listed file in another case", "SMAC932", moved("css/look.css", "CSS/look.css"), G4),
    Fault("listed file with a backslash", "SMAC926",
          give("//cp:file[@href='css/look.css']", "href", "css\\look.css"), G3, also=("SMAC932",)),
    Fault("listed file with a slash in front", "SMAC926",
          give("//cp:file[@href='css/look.css']", "href", "/css/look.css"), G4, also=("SMAC932", "SMAC902")),
    Fault("listed file on the author's disk", "SMAC926",
          inside(R_SHARED04, "<file href='file:///C:/course/notes.txt'/>", 0), G4, also=("SMAC932", "SMAC902")),
    Fault("base with a slash in front", "SMAC926",
          both(in_folder("pages/"), give("//cp:resources", "xml:base", "/pages/")), G3, also=("SMAC932", "SMAC902")),
    Fault("base that leads elsewhere", "SMAC932", give("//cp:resources", "xml:base", "pages/"), G4),
    Fault("dependency on nothing", "SMAC931", inside(R_TALK, "<dependency identifierref='RES-SOUNDS'/>"), G4),
    Fault("dependency without a reference", "SMAC924", inside(R_TALK, "<dependency/>"), G3, official=True),
    # the run-time
    Fault("script that calls nothing", "SMAC955", put("player.js", "document.title += '.';\n"), G3),
    Fault("page that loads no script", "SMAC955", put("index.html", "<!DOCTYPE html><title>A</title><p>A</p>"), G4),
    Fault("script that knows 1.2 only", "SMAC955", put("player.js", _PLAYER12), G4),
]
# fmt: on

# ---------------------------------------------------------------------------------------------------------------
# What is only worth a word: the package passes
# ---------------------------------------------------------------------------------------------------------------


def same(files: Package) -> Package:
    """Nothing to change: the good package has it."""
    return dict(files)


def listed(name: str, data: bytes | str, where: str) -> Change:
    """A file more, in the package and in the manifest."""
    return both(put(name, data), inside(where, f'<file href="{name.replace(" ", "%20")}"/>', 0))


def _assets(kind: str) -> Change:
    """Assets instead of SCOs, and without the data that only SCOs may have."""

    def step(root: etree._Element) -> None:
        for found in _all(root, "//cp:resource"):
            found.set(_clark(root, kind), "asset")
        for found in _all(root, "//cp:item/adlcp:*"):
            found.getparent().remove(found)

    return edit(step)


def _prefix(old: str, new: str) -> Change:
    return manifest(
        lambda data: (
            data.replace(f"xmlns:{old}=".encode(), f"xmlns:{new}=".encode())
            .replace(f"<{old}:".encode(), f"<{new}:".encode())
            .replace(f"</{old}:".encode(), f"</{new}:".encode())
            .replace(f" {old}:".encode(), f" {new}:".encode())
        )
    )


_SUB_MANIFEST = """
<manifest identifier="SUB">
  <metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
  <organizations default="SUB-ORG">
    <organization identifier="SUB-ORG">
      <title>Another course</title>
      <item identifier="SUB-ITEM" identifierref="SUB-RES"><title>Its only page</title></item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="SUB-RES" type="webcontent" adlcp:{kind}="asset" href="sub.html"><file href="sub.html"/></resource>
  </resources>
</manifest>
"""
_SUB_PAGE = put("sub.html", "<!DOCTYPE html><title>Sub</title><p>Sub</p>")

_ELSEWHERE12 = both(
    inside(CHAPTER, "<item identifier='away' identifierref='res-away'><title>Elsewhere</title></item>"),
    inside(
        "//cp:resources",
        "<resource identifier='res-away' type='webcontent' adlcp:scormtype='asset' href='https://example.org/tides.html'/>",
    ),
)
_AWAY = """
<resource identifier="RES-AWAY" type="webcontent" adlcp:scormType="asset" href="https://example.org/moon.png"/>
"""
_AUXILIARY = """
<imsss:auxiliaryResources>
  <imsss:auxiliaryResource auxiliaryResourceID="urn:example:map" purpose="glossary"/>
</imsss:auxiliaryResources>
"""
_LONG = "A very long title. " * 16

# fmt: off
WARNINGS = [
    Fault("metadata missing", "SMAC914", take("/cp:manifest/cp:metadata")),
    Fault("schemaversion missing", "SMAC914", take("//cp:schemaversion")),
    Fault("global objectives (3rd)", "SMAC950", same, M3),
    Fault("global objectives (4th)", "SMAC950", same, M4),
    Fault("several SCOs (3rd)", "SMAC952", same, M3),
    Fault("several SCOs (4th)", "SMAC952", same, M4),
    Fault("no deliveryControls", "SMAC951", take(f"{SEQUENCING}/imsss:deliveryControls"), G3),
    Fault("no sequencing at all", "SMAC951", take(SEQUENCING), G4),
    Fault("file not listed (1.2)", "SMAC933", put("notes.txt", "Not in the manifest\n"), G12),
    Fault("file not listed (2004)", "SMAC933", take("//cp:file[@href='images/moon.svg']"), G4),
    Fault("name with a space", "SMAC906", listed("images/a knot.svg", _PICTURE, R_SHARED), G12),
    Fault("name with a letter outside of ASCII", "SMAC906", listed("marée.html", "<p>x</p>", R_SHARED04), G3),
    Fault("name with a percent sign", "SMAC906",
          both(put("100%.txt", "x"), inside(R_SHARED04, "<file href='100%25.txt'/>", 0)), G4),
    Fault("file that servers run", "SMAC908", listed("notes.php", "<?php echo 1;", R_SHARED), G12),
    Fault("file that a shell runs", "SMAC908", listed("start.sh", "echo 1\n", R_SHARED04), G3),
    Fault("long title of an item", "SMAC938", say(f"{TALK}/cp:title", _LONG), G3),
    Fault("long title of the organization", "SMAC938", say(f"{ORGANIZATION}/cp:title", _LONG), G4),
    Fault("odd prefix of ADL (1.2)", "SMAC953", _prefix("adlcp", "cp"), G12),
    Fault("odd prefix of ADL (2004)", "SMAC953", _prefix("adlcp", "cp"), G3),
    Fault("odd prefix of sequencing", "SMAC953", _prefix("imsss", "ss"), M4),
    Fault("odd prefix of navigation", "SMAC953", _prefix("adlnav", "nav"), G4),
    Fault("control documents missing (1.2)", "SMAC954", without(*CONTROL12), G12),
    Fault("control documents missing (2004)", "SMAC954", without(*CONTROL2004), G4),
    Fault("control document named but absent", "SMAC954", without("adlnav_v1p3.xsd"), G3),
    Fault("no schemaLocation", "SMAC954", unset("/cp:manifest", "xsi:schemaLocation"), G3),
    Fault("nothing but assets (1.2)", "SMAC936", _assets("adlcp:scormtype"), G12),
    Fault("nothing but assets (2004)", "SMAC936", _assets("adlcp:scormType"), G4),
    Fault("page on another computer", "SMAC937", _ELSEWHERE12, G12),
    Fault("picture on another computer", "SMAC937",
          both(inside(R_TALK, "<dependency identifierref='RES-AWAY'/>"), inside("//cp:resources", _AWAY)), G4),
    Fault("prerequisites", "SMAC960", before("//adlcp:masteryscore", _PREREQUISITES.format("lesson")), G12),
    Fault("auxiliaryResources", "SMAC960", inside(SEQUENCING, _AUXILIARY, 0), G4),
    Fault("manifest in the manifest (1.2)", "SMAC960",
          both(_SUB_PAGE, inside("/cp:manifest", _SUB_MANIFEST.format(version="1.2", kind="scormtype"))), G12),
    Fault("manifest in the manifest (2004)", "SMAC960",
          both(_SUB_PAGE, inside("/cp:manifest", _SUB_MANIFEST.format(version="2004 3rd Edition", kind="scormType"))),
          G3),
]
# fmt: on

# ---------------------------------------------------------------------------------------------------------------
# What stays legal: no error may be said
# ---------------------------------------------------------------------------------------------------------------


def _own_prefix(data: bytes) -> bytes:
    """The default namespace with a prefix of its own."""
    root = etree.fromstring(data)
    spaces = {("ims" if prefix is None else prefix): uri for prefix, uri in root.nsmap.items()}
    copy = etree.Element(root.tag, dict(root.attrib), nsmap=spaces)
    copy.text = root.text
    copy.extend(list(root))
    etree.cleanup_namespaces(copy, top_nsmap=spaces)
    found = etree.tostring(copy)
    assert b"<ims:manifest" in found
    assert b"<ims:resource " in found
    return found


def _other_encoding(name: str, codec: str) -> Change:
    def change(data: bytes) -> bytes:
        declared, _, rest = data.decode().partition("?>")
        assert declared.startswith("<?xml")
        return f'<?xml version="1.0" encoding="{name}"?>{rest}'.encode(codec)

    return manifest(change)


def _commented(data: bytes) -> bytes:
    declared, _, rest = data.partition(b"?>")
    return (
        declared + b"?>" + rest.replace(b">\n", b"><!-- so it - is -->\n").replace(b"</title>", b"<!-- ! --></title>")
    )


def _no_declaration(data: bytes) -> bytes:
    return data.partition(b"?>")[2].lstrip()


_QUERY = text('href="index.html">', 'href="index.html?unit=1&amp;mode=a#start">')
_PERCENT = both(
    moved("index.html", "my page (1).html"),
    manifest(lambda data: data.replace(b'"index.html"', b'"my%20page%20%281%29.html"')),
)
_LOM = both(
    lambda files: {**files, **_control(CONTROL_LOM)},
    text("imsss_v1p0.xsd", "imsss_v1p0.xsd http://ltsc.ieee.org/xsd/LOM lom.xsd"),
    text(
        "</schemaversion>",
        """</schemaversion>
    <lom xmlns="http://ltsc.ieee.org/xsd/LOM">
      <general>
        <identifier><catalog>URI</catalog><entry>urn:example:tides</entry></identifier>
        <title><string language="en">Tides</string><string language="fr">Marées</string></title>
        <language>en</language>
      </general>
      <educational><typicalLearningTime><duration>PT20M</duration></typicalLearningTime></educational>
    </lom>""",
    ),
)
_FOREIGN = """
    <lib:card xmlns:lib="urn:example:library" shelf="7" lib:lent="no">words <lib:note>and an element</lib:note></lib:card>
  </metadata>
"""
_COLLECTED = both(
    inside("/cp:manifest", _COLLECTION),
    give(SEQUENCING, "IDRef", "common"),
    take(f"{SEQUENCING}/imsss:deliveryControls"),
)
_COLLECTED_OBJECTIVES = both(
    inside(
        "/cp:manifest",
        """
<imsss:sequencingCollection>
  <imsss:sequencing ID="talks">
    <imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID="moon"/></imsss:objectives>
    <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
  </imsss:sequencing>
</imsss:sequencingCollection>""",
    ),
    take(OBJECTIVES),
    take(f"{SEQUENCING}/imsss:deliveryControls"),
    give(SEQUENCING, "IDRef", "talks"),
    inside(
        SEQUENCING,
        """
<imsss:sequencingRules>
  <imsss:postConditionRule>
    <imsss:ruleConditions><imsss:ruleCondition referencedObjective="moon" condition="satisfied"/></imsss:ruleConditions>
    <imsss:ruleAction action="exitAll"/>
  </imsss:postConditionRule>
</imsss:sequencingRules>""",
    ),
)
_EVERYTHING = """
<imsss:sequencing>
  <imsss:controlMode choice="false" choiceExit="false" flow="true" forwardOnly="true"
                     useCurrentAttemptObjectiveInfo="false" useCurrentAttemptProgressInfo="false"/>
  <imsss:sequencingRules>
    <imsss:preConditionRule>
      <imsss:ruleConditions><imsss:ruleCondition condition="attemptLimitExceeded"/></imsss:ruleConditions>
      <imsss:ruleAction action="hiddenFromChoice"/>
    </imsss:preConditionRule>
    <imsss:exitConditionRule>
      <imsss:ruleConditions><imsss:ruleCondition condition="completed"/></imsss:ruleConditions>
      <imsss:ruleAction action="exit"/>
    </imsss:exitConditionRule>
    <imsss:postConditionRule>
      <imsss:ruleConditions conditionCombination="any">
        <imsss:ruleCondition condition="objectiveMeasureLessThan" measureThreshold="-0.5"/>
        <imsss:ruleCondition condition="always" operator="noOp"/>
      </imsss:ruleConditions>
      <imsss:ruleAction action="retry"/>
    </imsss:postConditionRule>
  </imsss:sequencingRules>
  <imsss:limitConditions attemptLimit="0" attemptAbsoluteDurationLimit="PT1H30M"/>
  <imsss:rollupRules rollupProgressCompletion="false" objectiveMeasureWeight="0.25">
    <imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.5">
      <imsss:rollupConditions><imsss:rollupCondition operator="not" condition="attempted"/></imsss:rollupConditions>
      <imsss:rollupAction action="incomplete"/>
    </imsss:rollupRule>
  </imsss:rollupRules>
  <imsss:objectives>
    <imsss:primaryObjective><imsss:minNormalizedMeasure>-1</imsss:minNormalizedMeasure></imsss:primaryObjective>
  </imsss:objectives>
  <imsss:randomizationControls randomizationTiming="onEachNewAttempt" reorderChildren="true" selectCount="1"
                               selectionTiming="once"/>
  <imsss:deliveryControls tracked="true"/>
  <adlseq:constrainedChoiceConsiderations preventActivation="true"/>
  <adlseq:rollupConsiderations requiredForSatisfied="ifAttempted" measureSatisfactionIfActive="false"/>
</imsss:sequencing>
"""
_SAME_GLOBAL = give(
    "//imsss:mapInfo[@targetObjectiveID='urn:example:sails:m2'][@writeSatisfiedStatus]",
    "targetObjectiveID",
    "urn:example:sails:m1",
)
_OTHER_COURSE = """
<organization identifier="short"><title>The short way</title>
  <item identifier="short-check" identifierref="res-check"><title>What you know</title></item>
</organization>
"""
_ADLNAV = 'xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"'
_LATE = both(text(_ADLNAV, ""), text("<adlnav:presentation>", f"<adlnav:presentation {_ADLNAV}>"))
_DEEPER = """
<item identifier="a"><title>A</title>
  <item identifier="b"><title>B</title>
    <item identifier="c" identifierref="res-check"><title>C</title></item>
  </item>
</item>
"""
_UNUSED = """
<resource identifier="res-more" type="webcontent" adlcp:scormtype="asset" href="more.html">
  <file href="more.html"/>
</resource>
"""
_FRAME = both(
    put("index.html", '<!DOCTYPE html><title>The harbour</title><iframe src="harbour/inner.html" title="x"></iframe>'),
    listed("harbour/inner.html", _page("The harbour", "../player.js"), R_SHARED),
)
_FRAMESET = both(
    put(
        "index.html", '<html><frameset rows="40,*"><frame src="top.html"><frame src="main.html?a=1"></frameset></html>'
    ),
    listed("top.html", "<html><p>Top</p></html>", R_SHARED04),
    listed("main.html", _page("Main", "player.js"), R_SHARED04),
)
_LOADER = both(
    put("index.html", _page("Why the sea comes back", "start.js")),
    listed(
        "start.js",
        'var s = document.createElement("script"); s.src = "player.js"; document.head.append(s);',
        R_SHARED04,
    ),
)
_INLINE = both(
    lambda files: {
        **files,
        "index.html": files["index.html"].replace(
            b'<script src="player.js"></script>', b"<script>\n" + files["player.js"] + b"</script>"
        ),
    },
    without("player.js"),
    take("//cp:file[@href='player.js']"),
)
_OLD_PAGE = put(
    "index.html",
    b"<HTML><HEAD><TITLE>Mar\xe9es</TITLE><SCRIPT LANGUAGE=JavaScript SRC=player.js></SCRIPT></HEAD><BODY></BODY></HTML>",
)
_BRACKETS = put("player.js", _PLAYER12.replace("api.LMSInitialize(", 'api["LMSInitialize"]('))
_SPARSE = both(
    both(
        unset("/cp:manifest", "version"),
        take("//imsmd:lom"),
        unset(ORGANIZATION, "structure"),
        unset(LESSON, "isvisible"),
    ),
    both(take("//adlcp:maxtimeallowed"), take("//adlcp:timelimitaction"), take("//adlcp:datafromlms")),
    take("//adlcp:masteryscore"),
)

# fmt: off
LEGAL = [
    # how XML may be written
    Legal("comments everywhere", manifest(_commented), G12),
    Legal("processing instructions",
          both(text("<manifest ", '<?xml-stylesheet href="a.css"?>\n<manifest '),
               text("<title>", "<?mark here?><title>")), G3),
    Legal("prefix for the default namespace (1.2)", manifest(_own_prefix), G12),
    Legal("prefix for the default namespace (2004)", manifest(_own_prefix), M4),
    Legal("byte order mark", manifest(lambda data: b"\xef\xbb\xbf" + data), G3),
    Legal("UTF-16 (1.2)", _other_encoding("UTF-16", "utf-16"), G12),
    Legal("UTF-16 (2004)", _other_encoding("UTF-16", "utf-16"), M3),
    Legal("no declaration", manifest(_no_declaration), G12),
    Legal("lines of Windows", manifest(lambda data: data.replace(b"\n", b"\r\n")), G4),
    Legal("all on one line",
          manifest(lambda data: etree.tostring(etree.fromstring(data, etree.XMLParser(remove_blank_text=True)))), M4),
    Legal("DOCTYPE without entities", text("<manifest ", "<!DOCTYPE manifest>\n<manifest "), G12),
    Legal("DOCTYPE with an empty subset", text("<manifest ", "<!DOCTYPE manifest [<!-- nothing -->]>\n<manifest "), G4),
    Legal("CDATA and references to characters",
          text("<title>Tides", "<title><![CDATA[Tides & <so> on]]> &amp; &#233;&#x301;"), G3),
    Legal("white space behind the end", manifest(lambda data: data + b"\n<!-- the end -->\n\n"), G3),
    Legal("namespaces declared where they are used", _LATE, G4),
    # what a manifest may say
    Legal("nothing but what must be", _SPARSE, G12),
    Legal("metadata of another library", text("</metadata>", _FOREIGN), G4),
    Legal("attribute of another library",
          text('identifier="TALK"', 'identifier="TALK" lib:shelf="7" xmlns:lib="urn:example:library"'), G4),
    Legal("metadata of IEEE (3rd)", _LOM, G3),
    Legal("metadata of IEEE (4th)", _LOM, G4),
    Legal("metadata in a file",
          both(put("course.xml", "<lom/>"),
               inside("/cp:manifest/cp:metadata", "<adlcp:location>course.xml</adlcp:location>")), G3),
    Legal("metadata of an item and a file",
          both(inside(CHECK, "<metadata><imsmd:lom><imsmd:general/></imsmd:lom></metadata>", 1),
               inside("//cp:file[@href='player.js']", "<metadata/>")), G12),
    Legal("invisible item", give(CHECK, "isvisible", "false"), G12),
    Legal("items in items in items", inside(CHAPTER, _DEEPER), G12),
    Legal("resource on an item with items in 1.2", give(CHAPTER, "identifierref", "res-lesson"), G12),
    Legal("two organizations", inside("//cp:organizations", _OTHER_COURSE), G12),
    Legal("default is the second organization",
          both(inside("//cp:organizations", _OTHER_COURSE), give("//cp:organizations", "default", "short")), G12),
    Legal("parameters", give(CHECK, "parameters", "?a=b&c=d%20e#f"), G12),
    Legal("parameters in 2004", give(TALK, "parameters", "?a=b"), G3),
    Legal("two items with one resource",
          inside(CHAPTER,
          "<item identifier='again' identifierref='res-check' parameters='?again=1'><title>Again</title></item>"), G12),
    Legal("masteryscore with a fraction", say("//adlcp:masteryscore", "72.5"), G12),
    Legal("masteryscore of 0 and of 100",
          both(say("//adlcp:masteryscore", "100"), inside(LESSON, "<adlcp:masteryscore>0</adlcp:masteryscore>")), G12),
    Legal("maxtimeallowed to the hundredth", say("//adlcp:maxtimeallowed", "0001:30:00.25"), G12),
    Legal("prerequisites with operators",
          before("//adlcp:masteryscore", _PREREQUISITES.format("lesson&amp;(chapter|~chapter)")), G12),
    Legal("prerequisites with a status",
          before("//adlcp:masteryscore", _PREREQUISITES.format('lesson="passed"|lesson&lt;&gt;"failed"')), G12),
    Legal("prerequisites of a set", before("//adlcp:masteryscore", _PREREQUISITES.format("1*{lesson,chapter}")), G12),
    # resources
    Legal("base on the resources",
          both(in_folder("content/"), give("//cp:resources", "xml:base", "content/")), G12),
    Legal("bases on everything",
          both(in_folder("a/b/c/"), give("/cp:manifest", "xml:base", "a/"), give("//cp:resources", "xml:base", "b/"),
               *(give(f"//cp:resource[{number}]", "xml:base", "c/") for number in (1, 2))), G3),
    Legal("base with a space",
          both(in_folder("my course/"), give("//cp:resources", "xml:base", "my%20course/")), G4),
    Legal("href with percent signs", _PERCENT, G12),
    Legal("href with a query and a fragment", _QUERY, G3),
    Legal("href with a dot in front", text('<file href="css/look.css"/>', '<file href="./css/look.css"/>'), G12),
    Legal("asset with an href", give(R_SHARED04, "href", "player.js"), G4),
    Legal("resource that nobody uses",
          both(put("more.html", "<p>More</p>"), inside("//cp:resources", _UNUSED)), G12),
    Legal("file in two resources", inside(R_LESSON, "<file href='player.js'/>", 1), G12),
    Legal("resources that need each other",
          inside(resource("res-pictures"), "<dependency identifierref='res-shared'/>"), G12),
    Legal("shared resource first", first(R_SHARED04), G3),
    # sequencing
    Legal("completionThreshold of the 3rd in the 4th",
          both(take("//adlcp:completionThreshold"),
               before(SEQUENCING, "<adlcp:completionThreshold>0.9</adlcp:completionThreshold>")), G4),
    Legal("completionThreshold with its weight", give("//adlcp:completionThreshold", "progressWeight", "0.5"), G4),
    Legal("completionThreshold of the organization",
          inside(ORGANIZATION, "<adlcp:completionThreshold completedByMeasure='true'/>"), G4),
    Legal("sequencing from the collection (3rd)", _COLLECTED, G3),
    Legal("sequencing from the collection (4th)", _COLLECTED, G4),
    Legal("objective from the collection", _COLLECTED_OBJECTIVES, G3),
    Legal("shared data of the 4th",
          both(inside(TALK, _DATA4), give(ORGANIZATION, "adlcp:sharedDataGlobalToSystem", "false")), G4),
    Legal("objectives of ADL in the 4th", inside(SEQUENCING, _OBJECTIVES4), G4),
    Legal("every part of sequencing", both(take(f"{PART}/imsss:sequencing"), inside(PART, _EVERYTHING)), G3),
    Legal("sequencing with nothing in it", take(f"{PART}/imsss:sequencing/imsss:controlMode"), G4),
    Legal("two items that write one global", _SAME_GLOBAL, M3),
    Legal("condition on the primary objective", give(CONDITION, "referencedObjective", "exam"), M3),
    Legal("condition on no objective", unset(CONDITION, "referencedObjective"), M4),
    Legal("no words of the LMS", take("//adlnav:navigationInterface"), G3),
    # the run-time
    Legal("page in a frame", _FRAME, G12),
    Legal("pages in a frameset", _FRAMESET, G3),
    Legal("script that loads the script", _LOADER, G4),
    Legal("script in the page", _INLINE, G3),
    Legal("page as of 1999", _OLD_PAGE, G12),
    Legal("call in brackets", _BRACKETS, G12),
    Legal("script that knows both (1.2)", put("player.js", _PLAYER12 + _PLAYER2004), G12),
    Legal("script that knows both (2004)", put("player.js", _PLAYER12 + _PLAYER2004), G4),
]
# fmt: on

# ---------------------------------------------------------------------------------------------------------------
# Zips
# ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One entry of a zip, with whatever its headers shall say."""

    name: str
    stored: bytes
    size: int
    check: int
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    version: int = 20
    attributes: int = 0
    system: int = 0

    @property
    def header(self) -> bytes:
        """What the local and the central header have in common."""
        sizes = struct.pack("<IIIH", self.check, len(self.stored), self.size, len(self.name.encode()))
        return struct.pack("<HHHHH", self.version, self.flags, self.method, 0, 0x21) + sizes

    def local(self) -> bytes:
        return b"PK\x03\x04" + self.header + b"\0\0" + self.name.encode() + self.stored

    def central(self, offset: int) -> bytes:
        made = struct.pack("<H", self.version | self.system << 8)
        rest = struct.pack("<HHHHII", 0, 0, 0, 0, self.attributes, offset)
        return b"PK\x01\x02" + made + self.header + rest + self.name.encode()


def _deflated(data: bytes) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(data) + press.flush()


def entry(name: str, data: bytes) -> Entry:
    return Entry(name, _deflated(data), len(data), zlib.crc32(data))


def assembled(entries: list[Entry]) -> bytes:
    """A zip made by hand, for headers that no tool would write."""
    out, central = io.BytesIO(), b""
    for one in entries:
        central += one.central(out.tell())
        out.write(one.local())
    start, count = out.tell(), len(entries)
    return (
        out.getvalue() + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), start, 0)
    )


Write = Callable[[Path], object]


def with_entry(name: str, alter: Callable[[Entry], Entry]) -> Write:
    """The good package, with other headers for one of its entries."""

    def write(path: Path) -> None:
        entries = [entry(key, data) for key, data in good12().items()]
        assert any(one.name == name for one in entries)
        path.write_bytes(assembled([alter(one) if one.name == name else one for one in entries]))

    return write


def with_more(*more: Entry) -> Write:
    return lambda path: path.write_bytes(assembled([*(entry(key, data) for key, data in good12().items()), *more]))


def with_manifest(change: Change) -> Write:
    return lambda path: write_zip(path, change(good12()))


def _cut(path: Path) -> None:
    write_zip(path, good12())
    path.write_bytes(path.read_bytes()[:-700])


def _twice(name: str) -> Write:
    def write(path: Path) -> None:
        write_zip(path, good12())
        with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
            warnings.simplefilter("ignore")
            archive.writestr(name, good12()[name] + b"\n")

    return write


def _bomb(one: Entry) -> Entry:
    """3 GiB of zeros in some 3 MB, and the headers say so: the same deflated block again and again."""
    block, times = bytes(1 << 20), 3 << 10
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    pressed = press.compress(block) + press.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(times):
        check = zlib.crc32(block, check)
    return replace(one, stored=pressed * times + press.flush(), size=len(block) * times, check=check)


def _hidden_bomb(one: Entry) -> Entry:
    """64 MiB of zeros, and the headers say that it is a small file."""
    data = bytes(64 << 20)
    return replace(one, stored=_deflated(data), size=1000, check=zlib.crc32(data))


def _link(name: str, target: str) -> Entry:
    return replace(entry(name, target.encode()), system=3, attributes=(stat.S_IFLNK | 0o777) << 16)


def write_many(path: Path, count: int) -> None:
    """A good package of exactly so many entries, all listed in the manifest."""
    files = good12()
    more = {f"facts/fact{number:05}.txt": b"A fact\n" for number in range(count - len(files))}
    listing = "".join(f'<file href="{name}"/>' for name in more)
    with_facts = text('<file href="player.js"/>', f'<file href="player.js"/>{listing}')(files)
    write_zip(path, {**with_facts, **more}, zipfile.ZIP_STORED)


_LAUGHS = "\n".join(
    ['<!ENTITY l0 "ha">', *(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 12))]
)
_BILLION_LAUGHS = both(
    text("<manifest ", f"<!DOCTYPE manifest [\n{_LAUGHS}\n]>\n<manifest "), text("<title>", "<title>&l11;")
)
_EXTERNAL = both(
    text("<manifest ", '<!DOCTYPE manifest [<!ENTITY secret SYSTEM "file:///etc/passwd">]>\n<manifest '),
    text("<title>", "<title>&secret;"),
)
_PARAMETER = text("<manifest ", '<!DOCTYPE manifest [<!ENTITY % more SYSTEM "file:///etc/passwd"> %more;]>\n<manifest ')
_HUGE = manifest(lambda data: data + b"<!-- nothing in particular, again and again -->\n" * 640_000)
_LEVELS = "".join(f'<item identifier="level{number}"><title>Level</title>' for number in range(5000))
_DEEP = both(
    text('<item identifier="chapter">', f'{_LEVELS}<item identifier="chapter">'),
    text("</organization>", "</item>" * 5000 + "</organization>"),
)

ZIP_FAULTS: list[tuple[str, str, Write]] = [
    ("not a zip", "SMAC901", lambda path: path.write_bytes(b"<!DOCTYPE html><title>Sign in</title>\n" * 40)),
    ("empty file", "SMAC901", lambda path: path.write_bytes(b"")),
    ("zip cut off", "SMAC901", _cut),
    ("page with a password", "SMAC901", with_entry("index.html", lambda one: replace(one, flags=1))),
    ("manifest with a password", "SMAC901", with_entry(MANIFEST, lambda one: replace(one, flags=1))),
    ("method that nobody knows", "SMAC901", with_entry("index.html", lambda one: replace(one, method=77))),
    ("size too small", "SMAC901", with_entry("player.js", lambda one: replace(one, size=one.size - 40))),
    ("size too large", "SMAC901", with_entry("player.js", lambda one: replace(one, size=one.size + 40))),
    ("checksum of something else", "SMAC901", with_entry("player.js", lambda one: replace(one, check=one.check ^ 1))),
    ("data that is not deflated", "SMAC901", with_entry("css/look.css", lambda one: replace(one, stored=b"\xff" * 30))),
    ("path out of the package", "SMAC902", with_more(entry("../evil.html", b"<p>evil</p>"))),
    ("path out of the package, in the middle", "SMAC902", with_more(entry("css/../../evil.html", b"<p>evil</p>"))),
    ("path out of the package, for Windows", "SMAC902", with_more(entry("..\\evil.html", b"<p>evil</p>"))),
    ("path from the root", "SMAC902", with_more(entry("/tmp/evil.html", b"<p>evil</p>"))),
    ("path with a drive", "SMAC902", with_more(entry("C:/evil.html", b"<p>evil</p>"))),
    ("symbolic link", "SMAC902", with_more(_link("css/link", "../../../etc/passwd"))),
    ("page twice", "SMAC905", _twice("index.html")),
    ("manifest twice", "SMAC905", _twice(MANIFEST)),
    ("bomb", "SMAC903", with_entry("images/knot.svg", _bomb)),
    ("bomb that says it is small", "SMAC901", with_entry("images/knot.svg", _hidden_bomb)),
    ("too many entries", "SMAC903", lambda path: write_many(path, 20_500)),
    ("manifest of 30 MB", "SMAC903", with_manifest(_HUGE)),
    ("billion laughs", "SMAC911", with_manifest(_BILLION_LAUGHS)),
    ("entity of the file system", "SMAC911", with_manifest(_EXTERNAL)),
    ("parameter entity of the file system", "SMAC911", with_manifest(_PARAMETER)),
    ("5,000 items in each other", "SMAC903", with_manifest(_DEEP)),
]

# Codes that would be as fair.
ZIP_ALSO: dict[str, tuple[str, ...]] = {
    "bomb that says it is small": ("SMAC903",),
    "manifest of 30 MB": ("SMAC910",),
    "5,000 items in each other": ("SMAC910",),
}


def _with_folders(path: Path) -> None:
    folders = {f"{name}/": b"" for name in ("css", "harbour", "images")}
    write_zip(path, {**folders, **good12()})


def _streamed(path: Path) -> None:
    """As a tool writes it that cannot go back: sizes behind the data."""

    class Pipe(io.RawIOBase):
        def __init__(self, out: io.BufferedWriter) -> None:
            self.out = out

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            return self.out.write(data)

    with path.open("wb") as out, zipfile.ZipFile(Pipe(out), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in good12().items():
            archive.writestr(name, data)


def _by_a_mac(path: Path) -> None:
    write_zip(path, {**good12(), "__MACOSX/._index.html": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1"})


def _with_a_comment(path: Path) -> None:
    write_zip(path, good12())
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"Made by hand"


def _zip64(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in good12().items():
            with archive.open(name, "w", force_zip64=True) as out:
                out.write(data)


ZIP_WARNINGS: list[tuple[str, str, Write]] = [
    ("bzip2", "SMAC907", lambda path: write_zip(path, good12(), zipfile.ZIP_BZIP2)),
    ("zip64", "SMAC907", _zip64),
]

# No error may be said here; what is unusual may be worth a word.
ZIP_LEGAL: list[tuple[str, Write]] = [
    ("deflated", lambda path: write_zip(path, good12())),
    ("stored", lambda path: write_zip(path, good12(), zipfile.ZIP_STORED)),
    ("by hand", with_more()),
    ("manifest last", lambda path: write_zip(path, dict(reversed(good2004("4th").items())))),
    ("with folders", _with_folders),
    ("sizes behind the data", _streamed),
    ("by a Mac", _by_a_mac),
    ("with a comment", _with_a_comment),
    ("10,000 entries", lambda path: write_many(path, 10_000)),
]
