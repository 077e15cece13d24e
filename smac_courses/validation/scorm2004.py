"""The grammar of SCORM 2004 manifests: IMS Content Packaging and Simple Sequencing with ADL's additions.

Source: SCORM 2004 Content Aggregation Model, chapters 3.4 (manifest) and 5 (sequencing and navigation), 3rd and 4th
Edition; IMS Simple Sequencing 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from smac_courses.validation.grammar import Child, Grammar, Rule
from smac_courses.validation.values import (
    ADDRESS,
    BOOLEAN,
    COUNT,
    DATE_TIME,
    DURATION,
    IDENTIFIER,
    NAME,
    Value,
    exactly,
    number,
    one_of,
    text,
)

NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
ADLCP = "http://www.adlnet.org/xsd/adlcp_v1p3"
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"
IMSSS = "http://www.imsglobal.org/xsd/imsss"
PREFIXES = {
    "cp": NAMESPACE,
    "adlcp": ADLCP,
    "adlseq": ADLSEQ,
    "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "imsss": IMSSS,
    "xml": "http://www.w3.org/XML/1998/namespace",
}
# Parts that only the 4th Edition has: elements, and attributes of an element that both have.
ONLY_IN_4TH = frozenset({"adlcp:data", "adlcp:map", "adlseq:objectives", "adlcp:sharedDataGlobalToSystem"})

_IDENTIFIED = frozenset({"identifier"})
_METADATA = Child("cp:metadata", most=1)
_SEQUENCING = Child("imsss:sequencing", most=1)
_MEASURE, _SHARE = number("-1", "1"), number("0", "1")
_CONDITIONS = (
    "satisfied",
    "objectiveStatusKnown",
    "objectiveMeasureKnown",
    "completed",
    "activityProgressKnown",
    "attempted",
    "attemptLimitExceeded",
    "timeLimitExceeded",
    "outsideAvailableTimeRange",
)
_MOMENTS = one_of("never", "once", "onEachNewAttempt")
_OCCASIONS = one_of("always", "ifNotSuspended", "ifAttempted", "ifNotSkipped")


def _booleans(*names: str) -> Mapping[str, Value]:
    return dict.fromkeys(names, BOOLEAN)


# A rule of an activity: when, then what.
_WHEN_THEN = Rule(children=(Child("imsss:ruleConditions", least=1, most=1), Child("imsss:ruleAction", least=1, most=1)))


_PACKAGING: dict[str, Rule] = {
    "cp:manifest": Rule(
        children=(
            Child("cp:metadata", least=1, most=1),
            Child("cp:organizations", least=1, most=1),
            Child("cp:resources", least=1, most=1),
            Child("cp:manifest"),
        ),
        behind=(Child("imsss:sequencingCollection", most=1),),
        attributes={"identifier": IDENTIFIER, "version": text(), "xml:base": ADDRESS},
        required=_IDENTIFIED,
        foreign=True,
    ),
    "cp:metadata": Rule(
        children=(Child("cp:schema", most=1), Child("cp:schemaversion", most=1)),
        behind=(Child("adlcp:location"),),
        foreign=True,
    ),
    "cp:schema": Rule(text=text()),
    "cp:schemaversion": Rule(text=text()),
    "cp:organizations": Rule(
        children=(Child("cp:organization", least=1),),
        attributes={"default": IDENTIFIER},
        required=frozenset({"default"}),
        foreign=True,
    ),
    "cp:organization": Rule(
        children=(Child("cp:title", least=1, most=1), Child("cp:item", least=1), _METADATA),
        behind=(Child("adlcp:completionThreshold", most=1), _SEQUENCING),
        attributes={
            "identifier": IDENTIFIER,
            "structure": text(),
            "adlseq:objectivesGlobalToSystem": BOOLEAN,
            "adlcp:sharedDataGlobalToSystem": BOOLEAN,
        },
        required=_IDENTIFIED,
        foreign=True,
    ),
    "cp:item": Rule(
        children=(Child("cp:title", least=1, most=1), Child("cp:item"), _METADATA),
        behind=(
            Child("adlcp:timeLimitAction", most=1),
            Child("adlcp:dataFromLMS", most=1),
            Child("adlcp:completionThreshold", most=1),
            _SEQUENCING,
            Child("adlnav:presentation", most=1),
            Child("adlcp:data", most=1),
        ),
        attributes={
            "identifier": IDENTIFIER,
            "identifierref": text(),
            "isvisible": BOOLEAN,
            "parameters": text(),
        },
        required=_IDENTIFIED,
        foreign=True,
    ),
    "cp:title": Rule(text=text()),
    "cp:resources": Rule(children=(Child("cp:resource"),), attributes={"xml:base": ADDRESS}, foreign=True),
    "cp:resource": Rule(
        children=(_METADATA, Child("cp:file"), Child("cp:dependency")),
        attributes={"identifier": IDENTIFIER, "type": text(), "href": ADDRESS, "xml:base": ADDRESS},
        required=frozenset({"identifier", "type"}),
        foreign=True,
    ),
    "cp:file": Rule(children=(_METADATA,), attributes={"href": ADDRESS}, required=frozenset({"href"}), foreign=True),
    "cp:dependency": Rule(attributes={"identifierref": text()}, required=frozenset({"identifierref"}), foreign=True),
    "adlcp:location": Rule(text=ADDRESS),
    "adlcp:timeLimitAction": Rule(
        text=exactly("exit,message", "exit,no message", "continue,message", "continue,no message"),
        note="it is for the course to obey",
    ),
    "adlcp:dataFromLMS": Rule(text=text()),
    "adlcp:completionThreshold": Rule(
        text=text(),
        attributes={"completedByMeasure": BOOLEAN, "minProgressMeasure": _SHARE, "progressWeight": _SHARE},
        note="an LMS then decides by itself what is complete, and not all do",
    ),
    "adlcp:data": Rule(children=(Child("adlcp:map", least=1),), note="few LMSs keep data that SCOs share"),
    "adlcp:map": Rule(
        attributes={"targetID": NAME, **_booleans("readSharedData", "writeSharedData")},
        required=frozenset({"targetID"}),
    ),
    "adlnav:presentation": Rule(children=(Child("adlnav:navigationInterface", most=1),)),
    "adlnav:navigationInterface": Rule(children=(Child("adlnav:hideLMSUI"),)),
    "adlnav:hideLMSUI": Rule(
        text=one_of("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
    ),
}

_ACTIVITY: dict[str, Rule] = {
    "imsss:sequencingCollection": Rule(children=(Child("imsss:sequencing", least=1),)),
    "imsss:sequencing": Rule(
        children=(
            Child("imsss:controlMode", most=1),
            Child("imsss:sequencingRules", most=1),
            Child("imsss:limitConditions", most=1),
            Child("imsss:auxiliaryResources", most=1),
            Child("imsss:rollupRules", most=1),
            Child("imsss:objectives", most=1),
            Child("imsss:randomizationControls", most=1),
            Child("imsss:deliveryControls", most=1),
        ),
        behind=(
            Child("adlseq:constrainedChoiceConsiderations", most=1),
            Child("adlseq:rollupConsiderations", most=1),
            Child("adlseq:objectives", most=1),
        ),
        attributes={"ID": IDENTIFIER, "IDRef": IDENTIFIER},
    ),
    "imsss:controlMode": Rule(
        attributes=_booleans(
            "choice",
            "choiceExit",
            "flow",
            "forwardOnly",
            "useCurrentAttemptObjectiveInfo",
            "useCurrentAttemptProgressInfo",
        )
    ),
    "imsss:sequencingRules": Rule(
        children=(
            Child("imsss:preConditionRule"),
            Child("imsss:exitConditionRule"),
            Child("imsss:postConditionRule"),
        )
    ),
    "imsss:preConditionRule": _WHEN_THEN,
    "imsss:exitConditionRule": _WHEN_THEN,
    "imsss:postConditionRule": _WHEN_THEN,
    "imsss:ruleConditions": Rule(
        children=(Child("imsss:ruleCondition", least=1),), attributes={"conditionCombination": one_of("all", "any")}
    ),
    "imsss:ruleCondition": Rule(
        attributes={
            "condition": one_of(*_CONDITIONS, "objectiveMeasureGreaterThan", "objectiveMeasureLessThan", "always"),
            "operator": one_of("noOp", "not"),
            "referencedObjective": NAME,
            "measureThreshold": _MEASURE,
        },
        required=frozenset({"condition"}),
    ),
    "imsss:ruleAction": Rule(attributes={"action": text()}, required=frozenset({"action"})),
    "imsss:limitConditions": Rule(
        attributes={
            "attemptLimit": COUNT,
            **dict.fromkeys(
                (
                    "attemptAbsoluteDurationLimit",
                    "attemptExperiencedDurationLimit",
                    "activityAbsoluteDurationLimit",
                    "activityExperiencedDurationLimit",
                ),
                DURATION,
            ),
            "beginTimeLimit": DATE_TIME,
            "endTimeLimit": DATE_TIME,
        },
        note="an LMS must obey the number of attempts only; durations and dates seldom do anything",
    ),
    "imsss:auxiliaryResources": Rule(
        children=(Child("imsss:auxiliaryResource"),), note="SCORM does not say what an LMS does with them"
    ),
    "imsss:auxiliaryResource": Rule(
        attributes={"auxiliaryResourceID": ADDRESS, "purpose": text()},
        required=frozenset({"auxiliaryResourceID", "purpose"}),
    ),
    "imsss:rollupRules": Rule(
        children=(Child("imsss:rollupRule"),),
        attributes={
            **_booleans("rollupObjectiveSatisfied", "rollupProgressCompletion"),
            "objectiveMeasureWeight": _SHARE,
        },
    ),
    "imsss:rollupRule": Rule(
        children=(Child("imsss:rollupConditions", least=1, most=1), Child("imsss:rollupAction", least=1, most=1)),
        attributes={
            "childActivitySet": one_of("all", "any", "none", "atLeastCount", "atLeastPercent"),
            "minimumCount": COUNT,
            "minimumPercent": _SHARE,
        },
    ),
    "imsss:rollupConditions": Rule(
        children=(Child("imsss:rollupCondition", least=1),), attributes={"conditionCombination": one_of("all", "any")}
    ),
    "imsss:rollupCondition": Rule(
        attributes={"condition": one_of(*_CONDITIONS), "operator": one_of("noOp", "not")},
        required=frozenset({"condition"}),
    ),
    "imsss:rollupAction": Rule(
        attributes={"action": one_of("satisfied", "notSatisfied", "completed", "incomplete")},
        required=frozenset({"action"}),
    ),
    "imsss:objectives": Rule(children=(Child("imsss:primaryObjective", least=1, most=1), Child("imsss:objective"))),
    "imsss:primaryObjective": Rule(
        children=(Child("imsss:minNormalizedMeasure", most=1), Child("imsss:mapInfo")),
        attributes={"satisfiedByMeasure": BOOLEAN, "objectiveID": NAME},
    ),
    "imsss:objective": Rule(
        children=(Child("imsss:minNormalizedMeasure", most=1), Child("imsss:mapInfo")),
        attributes={"satisfiedByMeasure": BOOLEAN, "objectiveID": NAME},
        required=frozenset({"objectiveID"}),
    ),
    "imsss:minNormalizedMeasure": Rule(text=_MEASURE),
    "imsss:mapInfo": Rule(
        attributes={
            "targetObjectiveID": NAME,
            **_booleans(
                "readSatisfiedStatus", "readNormalizedMeasure", "writeSatisfiedStatus", "writeNormalizedMeasure"
            ),
        },
        required=frozenset({"targetObjectiveID"}),
    ),
    "imsss:randomizationControls": Rule(
        attributes={
            "randomizationTiming": _MOMENTS,
            "selectCount": COUNT,
            "reorderChildren": BOOLEAN,
            "selectionTiming": _MOMENTS,
        },
        note="only few LMSs shuffle or choose among activities",
    ),
    "imsss:deliveryControls": Rule(attributes=_booleans("tracked", "completionSetByContent", "objectiveSetByContent")),
    "adlseq:constrainedChoiceConsiderations": Rule(attributes=_booleans("preventActivation", "constrainChoice")),
    "adlseq:rollupConsiderations": Rule(
        attributes={
            **dict.fromkeys(
                ("requiredForSatisfied", "requiredForNotSatisfied", "requiredForCompleted", "requiredForIncomplete"),
                _OCCASIONS,
            ),
            "measureSatisfactionIfActive": BOOLEAN,
        }
    ),
    "adlseq:objectives": Rule(children=(Child("adlseq:objective", least=1),)),
    "adlseq:objective": Rule(
        children=(Child("adlseq:mapInfo", least=1),),
        attributes={"objectiveID": NAME},
        required=frozenset({"objectiveID"}),
    ),
    "adlseq:mapInfo": Rule(
        attributes={
            "targetObjectiveID": NAME,
            **_booleans(
                *(f"{way}{what}" for way in ("read", "write") for what in ("RawScore", "MinScore", "MaxScore")),
                *(f"{way}{what}" for way in ("read", "write") for what in ("CompletionStatus", "ProgressMeasure")),
            ),
        },
        required=frozenset({"targetObjectiveID"}),
    ),
}

# Which actions a rule may have depends on when it is asked.
ACTIONS = {
    "imsss:preConditionRule": one_of("skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"),
    "imsss:exitConditionRule": one_of("exit"),
    "imsss:postConditionRule": one_of("exitParent", "exitAll", "retry", "retryAll", "continue", "previous"),
}

_RULES = _PACKAGING | _ACTIVITY
GRAMMAR_4TH = Grammar(book="SCORM 2004 4th Edition CAM 3.4, 5", prefixes=PREFIXES, rules=_RULES)
# In the 3rd Edition the threshold is the text of its element.
GRAMMAR_3RD = replace(
    GRAMMAR_4TH,
    book="SCORM 2004 3rd Edition CAM 3.4, 5",
    rules=_RULES | {"adlcp:completionThreshold": replace(_PACKAGING["adlcp:completionThreshold"], text=_SHARE)},
)
