"""An LMS for SCORM 2004 with the sequencing engine of scorm-again: it reads the manifest, and the learner chooses items."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from lms_server import SCORM_AGAIN, STAND_INS, TYPES
from lxml import etree

CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
SS = "{http://www.imsglobal.org/xsd/imsss}"

HOST_PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>LMS</title>
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:90%}</style>
<script src="/scorm-again.js"></script>
<script type="module">
import { createStrictApi } from "/strict/scorm2004.mjs";
const { tree, pages, objectives, kept, mode } = JSON.parse(document.getElementById("given").textContent);
// What a real LMS keeps: the state of the engine, and the data of each SCO.
const state = kept ?? { engine: null, scos: {} };
const credit = mode === "normal" ? "credit" : "no-credit";
window.problems = [];
window.refused = [];
let current = null;
let strict = null;
const frame = document.createElement("iframe");
const api = new Scorm2004API({
  autocommit: false, logLevel: 5,
  sequencing: { activityTree: tree, eventListeners: {
    onActivityDelivery: (activity) => setTimeout(() => deliver(activity.id)),
    onSequencingError: (error, context) => window.problems.push(`${error} ${context ?? ""}`),
  } },
});
const save = () => {
  if (current) state.scos[current] = { cmi: JSON.parse(JSON.stringify(api.cmi.toJSON())), strict: state.scos[current]?.strict };
  state.engine = api.serializeSequencingState();
};
function deliver(id) {
  if (id === current) return;
  current = id;
  api.reset();
  const before = state.scos[id];
  if (before) api.loadFromJSON(before.cmi, "cmi");
  api.loadFromJSON({ mode, credit, learner_id: "jo", learner_name: "Doe, Jo", ...(before && { entry: "resume" }) }, "cmi");
  strict = createStrictApi({ data: before?.strict ?? {}, mode, objectives: objectives[id], onCommit: (data) => {
    state.scos[id] = { ...state.scos[id], strict: data };
    return true;
  } });
  frame.src = `/pkg/${pages[id]}`;
}
const both = {};
for (const name of ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"]) {
  both[name] = (...values) => {
    strict[name](...values);
    const strictError = strict.GetLastError();
    const isUnwritten = name === "GetValue" && strictError === "403";
    if (!isUnwritten && strictError !== "0") window.refused.push(["strict", name, ...values, strictError]);
    const answer = String(api[name](...values));
    const error = String(api.GetLastError());
    if (error !== "0" && error !== "403" && !name.startsWith("Get")) window.refused.push(["scorm-again", name, ...values, error]);
    if (["Commit", "Terminate"].includes(name)) save();
    return answer;
  };
}
window.API_1484_11 = both;
document.body.append(frame);
/** Leave the SCO as an LMS does, then ask the engine. Says whether the engine allows it. */
window.choose = (id) => new Promise((resolve) => {
  const ask = () => {
    window.problems.length = 0;
    current = null;
    resolve(id ? api.processNavigationRequest("choice", id) : api.processNavigationRequest("continue"));
  };
  if (!current) return ask();
  frame.addEventListener("load", ask, { once: true });
  frame.src = "about:blank";
});
window.state = () => { save(); return state; };
window.root = () => api.getActivityTrackingData(tree.id);
if (state.engine) api.deserializeSequencingState(state.engine);
window.isReady = true;
</script>
<body><script type="application/json" id="given">GIVEN</script></body></html>"""


@dataclass
class SequencingLms:
    """What this LMS knows about one learner and one package."""

    package: dict[str, bytes]
    kept: dict[str, Any] | None = None
    mode: str = "normal"
    url: str = ""
    pages: dict[str, str] = field(init=False)
    tree: dict[str, Any] = field(init=False)
    objectives: dict[str, list[str]] = field(init=False)  # those of which the LMS makes entries, by item

    def __post_init__(self) -> None:
        root = etree.fromstring(self.package["imsmanifest.xml"])
        organization = root.find(f"{CP}organizations/{CP}organization")
        resources = {one.get("identifier"): one.get("href") for one in root.iter(f"{CP}resource")}
        self.tree = activity(organization)
        self.objectives = {
            item["id"]: [
                one["objectiveID"] for one in (item.get("primaryObjective"), *item.get("objectives", ())) if one
            ]
            for item in self.tree["children"]
        }
        self.pages = {one.get("identifier"): resources[one.get("identifierref")] for one in root.iter(f"{CP}item")}


def _true(element: etree._Element, name: str, usual: bool) -> bool:
    return element.get(name, str(usual)).lower() == "true"


def _objective(element: etree._Element) -> dict[str, Any]:
    measure = element.findtext(f"{SS}minNormalizedMeasure")
    names = ("readSatisfiedStatus", "readNormalizedMeasure", "writeSatisfiedStatus", "writeNormalizedMeasure")
    return {
        "objectiveID": element.get("objectiveID"),
        "isPrimary": element.tag == f"{SS}primaryObjective",
        "satisfiedByMeasure": _true(element, "satisfiedByMeasure", False),
        "minNormalizedMeasure": float(measure) if measure else None,
        "mapInfo": [
            {
                "targetObjectiveID": one.get("targetObjectiveID"),
                **{name: _true(one, name, name.startswith("read")) for name in names},
            }
            for one in element.iter(f"{SS}mapInfo")
        ],
    }


def _rule(element: etree._Element) -> dict[str, Any]:
    conditions = element.find(f"{SS}ruleConditions")
    return {
        "action": element.find(f"{SS}ruleAction").get("action"),
        "conditionCombination": conditions.get("conditionCombination", "all"),
        "conditions": [
            {
                "condition": one.get("condition"),
                "operator": one.get("operator", "noOp"),
                "referencedObjective": one.get("referencedObjective"),
            }
            for one in conditions
        ],
    }


def activity(element: etree._Element) -> dict[str, Any]:
    """An organization or item as scorm-again wants it: everything that our manifests use."""
    made: dict[str, Any] = {
        "id": element.get("identifier"),
        "title": element.findtext(f"{CP}title"),
        "children": [activity(one) for one in element.findall(f"{CP}item")],
    }
    sequencing = element.find(f"{SS}sequencing")
    if sequencing is None:
        return made
    controls: dict[str, Any] = {}
    if (mode := sequencing.find(f"{SS}controlMode")) is not None:
        controls |= {"choice": _true(mode, "choice", True), "flow": _true(mode, "flow", False)}
    if (rollup := sequencing.find(f"{SS}rollupRules")) is not None:
        controls |= {
            "rollupObjectiveSatisfied": _true(rollup, "rollupObjectiveSatisfied", True),
            "rollupProgressCompletion": _true(rollup, "rollupProgressCompletion", True),
            "objectiveMeasureWeight": float(rollup.get("objectiveMeasureWeight", "1")),
        }
    if (delivery := sequencing.find(f"{SS}deliveryControls")) is not None:
        names = ("completionSetByContent", "objectiveSetByContent")
        made["deliveryControls"] = {name: _true(delivery, name, False) for name in names}
        controls |= made["deliveryControls"]
    made["sequencingControls"] = controls
    if (rules := sequencing.find(f"{SS}sequencingRules")) is not None:
        made["sequencingRules"] = {"preConditionRules": [_rule(one) for one in rules.iter(f"{SS}preConditionRule")]}
    if (objectives := sequencing.find(f"{SS}objectives")) is not None:
        made["primaryObjective"] = _objective(objectives.find(f"{SS}primaryObjective"))
        made["objectives"] = [_objective(one) for one in objectives.findall(f"{SS}objective")]
    return made


def serve_sequencing(lms: SequencingLms) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/":
                given = {name: getattr(lms, name) for name in ("tree", "pages", "objectives", "kept", "mode")}
                text = json.dumps(given).replace("<", "\\u003c")
                self.answer(HOST_PAGE.replace("GIVEN", text).encode(), "text/html")
            elif path == "/scorm-again.js":
                self.answer(SCORM_AGAIN.read_bytes(), "text/javascript")
            elif path.startswith("/strict/"):
                self.answer((STAND_INS / path.rpartition("/")[2]).read_bytes(), "text/javascript")
            elif path.startswith("/pkg/") and path[5:] in lms.package:
                self.answer(lms.package[path[5:]], TYPES.get(path.rpartition(".")[2], "application/octet-stream"))
            else:
                self.answer(b"", "image/x-icon")

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lms.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    return server
