"""What SCORM 2004 asks of an activity besides its grammar.

Source: SCORM 2004 Sequencing and Navigation 3.10 (objectives), CAM 5.1 (sequencing), 3rd and 4th Edition.
"""

from __future__ import annotations

from collections import Counter

from lxml import etree

from smac_courses.validation.grammar import attributes_of, elements_in
from smac_courses.validation.manifest import Manifest
from smac_courses.validation.scorm2004 import ACTIONS, ONLY_IN_4TH
from smac_courses.validation.values import BOOLEAN

_OF_LEAVES = ("adlcp:timeLimitAction", "adlcp:dataFromLMS", "adlnav:presentation")


def check_activities(manifest: Manifest, *, is_3rd: bool) -> None:
    """Apply every rule of sequencing."""
    in_collections = [
        one
        for collection in manifest.all("imsss:sequencingCollection")
        for one in manifest.children(collection, "imsss:sequencing")
    ]
    in_a_collection = {id(one) for one in in_collections}
    shared = {one.get("ID", "").strip(): one for one in in_collections}
    for sequencing in manifest.all("imsss:sequencing"):
        _activity(manifest, sequencing, shared)
        is_shared = id(sequencing) in in_a_collection
        if is_shared and sequencing.get("ID") is None:
            manifest.add("SMAC924", sequencing, "<imsss:sequencing> of a collection has no ID, so nothing can name it")
        elif not is_shared and sequencing.get("ID") is not None:
            manifest.add("SMAC925", sequencing, "<imsss:sequencing> has an ID in a collection only")
    for item in manifest.all("cp:item"):
        if manifest.children(item, "cp:item"):
            for one in elements_in(item):
                if manifest.grammar.name_of(one.tag) in _OF_LEAVES:
                    name = manifest.grammar.name_of(one.tag)
                    manifest.add("SMAC920", one, f"<{name}> belongs to items that launch something")
    _orphans(manifest)
    _lms_that_cannot(manifest)
    if is_3rd:
        _later_parts(manifest)


def _orphans(manifest: Manifest) -> None:
    """What an activity reads must be written by another one, where the objectives are those of this package alone."""
    for organization in manifest.all("cp:organization"):
        if _is_true(attributes_of(organization, manifest.grammar).get("adlseq:objectivesGlobalToSystem"), usual=True):
            return
    maps = list(manifest.all("imsss:mapInfo"))
    ways = ("SatisfiedStatus", "NormalizedMeasure")
    written = {
        (one.get("targetObjectiveID") or "").strip()
        for one in maps
        if any(_is_true(one.get(f"write{way}"), usual=False) for way in ways)
    }
    for one in maps:
        target = (one.get("targetObjectiveID") or "").strip()
        if target and target not in written and any(_is_true(one.get(f"read{way}"), usual=True) for way in ways):
            manifest.add("SMAC956", one, f"no activity writes '{target}', so it will never be known")


def _activity(manifest: Manifest, sequencing: etree._Element, shared: dict[str, etree._Element]) -> None:
    reference = sequencing.get("IDRef")
    other = shared.get(reference.strip()) if reference is not None else None
    if reference is not None and other is None:
        manifest.add("SMAC931", sequencing, f'IDRef="{reference}" is the ID of nothing in a <sequencingCollection>')
        return
    objectives = _objectives(manifest, sequencing)
    known = {one.get("objectiveID", "").strip() for one in objectives}
    if other is not None:
        known |= {one.get("objectiveID", "").strip() for one in _objectives(manifest, other)}
    _check_objectives(manifest, objectives)
    for element in sequencing.iter(tag=etree.Element):
        name = manifest.grammar.name_of(element.tag)
        wanted = element.get("referencedObjective")
        if wanted is not None and wanted.strip() not in known:
            manifest.add("SMAC931", element, f'referencedObjective="{wanted}" is no objective of this activity')
        if name == "adlseq:objective" and (element.get("objectiveID") or "").strip() not in known:
            manifest.add("SMAC931", element, f'objectiveID="{element.get("objectiveID")}" is none of this activity')
        if name in ACTIONS:
            _check_action(manifest, element, name)


def _objectives(manifest: Manifest, sequencing: etree._Element) -> list[etree._Element]:
    return [
        one
        for group in manifest.children(sequencing, "imsss:objectives")
        for one in elements_in(group)
        if manifest.grammar.name_of(one.tag) in {"imsss:primaryObjective", "imsss:objective"}
    ]


def _check_objectives(manifest: Manifest, objectives: list[etree._Element]) -> None:
    writers: Counter[tuple[str, str]] = Counter()
    seen: set[str] = set()
    for objective in objectives:
        own = (objective.get("objectiveID") or "").strip()
        if own and own in seen:
            manifest.add("SMAC930", objective, f'objectiveID="{own}" stands in this activity twice')
        seen.add(own)
        maps = manifest.children(objective, "imsss:mapInfo")
        if maps and not own:
            manifest.add("SMAC941", maps[0], "an objective that is shared needs an objectiveID")
        for what in ("SatisfiedStatus", "NormalizedMeasure"):
            readers = [one for one in maps if _is_true(one.get(f"read{what}"), usual=True)]
            if len(readers) > 1:
                manifest.add("SMAC941", readers[1], f"the objective reads its {what} from two others")
            for one in maps:
                if not _is_true(one.get(f"write{what}"), usual=False):
                    continue
                target = ((one.get("targetObjectiveID") or "").strip(), what)
                writers[target] += 1
                if writers[target] == 2:
                    manifest.add("SMAC941", one, f"two objectives of this activity write '{target[0]}'")


def _is_true(value: str | None, *, usual: bool) -> bool:
    if value is None or not BOOLEAN.allows(value):
        return usual
    return value.strip() in {"true", "1"}


def _check_action(manifest: Manifest, rule: etree._Element, name: str) -> None:
    for action in manifest.children(rule, "imsss:ruleAction"):
        value = action.get("action")
        if value is not None and not ACTIONS[name].allows(value):
            what = f'action="{value}" in <{name}> must be {ACTIONS[name].wanted}'
            manifest.add("SMAC926", action, f"{what} ({manifest.grammar.book})")


def _lms_that_cannot(manifest: Manifest) -> None:
    """Legal, and the reason why a course does not work in one LMS or another."""
    if (first := next(manifest.all("imsss:mapInfo"), None)) is not None:
        manifest.add("SMAC950", first, "Moodle ends the import of a package with mapInfo in an error")
    scos = [launch.item for launch in manifest.launches if launch.is_sco]
    if len(scos) > 1:
        manifest.add("SMAC952", scos[1], f"Moodle opens only the first of {len(scos)} SCOs in a session")
    careless = [item for item in scos if not _content_decides(manifest, item)]
    if careless:
        of_many = f", and {len(careless) - 1} more," if len(careless) > 1 else ""
        what = f"the item '{careless[0].get('identifier')}'{of_many} lets the LMS mark it complete on leaving"
        manifest.add("SMAC951", careless[0], what)


def _content_decides(manifest: Manifest, item: etree._Element) -> bool:
    for sequencing in manifest.children(item, "imsss:sequencing"):
        if sequencing.get("IDRef") is not None:
            return True
        for controls in manifest.children(sequencing, "imsss:deliveryControls"):
            wanted = ("completionSetByContent", "objectiveSetByContent")
            return all(_is_true(controls.get(name), usual=False) for name in wanted)
    return False


def _later_parts(manifest: Manifest) -> None:
    """What only the 4th Edition has."""
    for element in manifest.root.iter(tag=etree.Element):
        name = manifest.grammar.name_of(element.tag)
        is_inner = name == "adlcp:map"
        if name in ONLY_IN_4TH and not is_inner:
            manifest.add("SMAC940", element, f"<{name}> came with SCORM 2004 4th Edition")
        for attribute in attributes_of(element, manifest.grammar).keys() & ONLY_IN_4TH:
            manifest.add("SMAC940", element, f"{attribute} came with the 4th Edition")
        if name == "adlcp:completionThreshold" and element.attrib:
            manifest.add("SMAC940", element, "attributes of <adlcp:completionThreshold> came with the 4th Edition")
