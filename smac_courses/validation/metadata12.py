"""The grammar of the metadata that SCORM 1.2 manifests may carry: IMS Learning Resource Meta-Data 1.2.1."""

from __future__ import annotations

from smac_courses.validation.grammar import MANY, Child, Rule
from smac_courses.validation.values import LANGUAGE, text

NAMESPACE = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
# Element: its children in order, with ? for at most one, * for any number, + for at least one; ~ takes others, too.
_STRUCTURE = """
lom: general? lifecycle? metametadata? technical? educational? rights? relation* annotation* classification*
general: ~ identifier? title? catalogentry* language* description* keyword* coverage* structure? aggregationlevel?
lifecycle: ~ version? status? contribute*
metametadata: ~ identifier? catalogentry* contribute* metadatascheme* language?
technical: ~ format* size? location* requirement* installationremarks? otherplatformrequirements? duration?
educational: ~ interactivitytype? learningresourcetype* interactivitylevel? semanticdensity? intendedenduserrole* \
context* typicalagerange* difficulty? typicallearningtime? description* language*
rights: ~ cost? copyrightandotherrestrictions? description?
relation: ~ kind? resource?
annotation: ~ person? date? description?
classification: ~ purpose? taxonpath* description? keyword*
catalogentry: ~ catalog entry
contribute: ~ role centity* date?
requirement: ~ type? name? minimumversion? maximumversion?
resource: ~ identifier? description? catalogentry*
taxonpath: source? taxon?
taxon: id? entry? taxon?
centity: vcard
person: vcard
date: datetime? description?
duration: datetime? description?
typicallearningtime: datetime? description?
"""
_IN_LANGUAGES = (
    *("title", "description", "keyword", "coverage", "version", "entry", "typicalagerange"),
    *("installationremarks", "otherplatformrequirements"),
)
_FROM_A_LIST = (
    *("aggregationlevel", "context", "copyrightandotherrestrictions", "cost", "difficulty", "intendedenduserrole"),
    *("interactivitylevel", "interactivitytype", "kind", "learningresourcetype", "name", "purpose", "role"),
    *("semanticdensity", "status", "structure", "type"),
)
_WORDS = (
    *("identifier", "language", "metadatascheme", "format", "size", "catalog", "vcard", "datetime", "id"),
    *("minimumversion", "maximumversion"),
)
_TIMES = {"?": (0, 1), "*": (0, MANY), "+": (1, MANY)}


def _child(word: str) -> Child:
    least, most = _TIMES.get(word[-1], (1, 1))
    return Child(f"md:{word.rstrip('?*+')}", least, most)


def _structures() -> dict[str, Rule]:
    rules = {}
    for line in _STRUCTURE.strip().replace("\\\n", "").splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        is_open = "~" in words
        children = tuple(_child(word) for word in words if word != "~")
        rules[f"md:{name}"] = Rule(children=children, foreign=is_open, text=text() if is_open else None)
    return rules


RULES: dict[str, Rule] = {
    **_structures(),
    **{f"md:{name}": Rule(children=(_child("langstring+"),)) for name in _IN_LANGUAGES},
    **{f"md:{name}": Rule(children=(_child("source"), _child("value"))) for name in _FROM_A_LIST},
    **{f"md:{name}": Rule(children=(_child("langstring"),)) for name in ("source", "value")},
    **{f"md:{name}": Rule(text=text()) for name in _WORDS},
    "md:location": Rule(text=text(), attributes={"type": text()}),
    "md:langstring": Rule(text=text(), attributes={"xml:lang": LANGUAGE}),
}
