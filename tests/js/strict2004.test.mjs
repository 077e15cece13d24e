/**
 * The strict stand-in for SCORM 2004 says no wherever a real run-time does. The rows were seen on ADL's reference,
 * scorm-again and Moodle; what the stand-in takes, scorm-again must take, too.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";

import { createStrictApi } from "../../smac_courses/lms/scorm2004.mjs";

globalThis.window = globalThis;
runInThisContext(readFileSync(new URL("../node_modules/scorm-again/dist/scorm2004.js", import.meta.url), "utf8"));
const { Scorm2004API } = globalThis;
for (const name of ["error", "warn", "info", "log"]) console[name] = () => {};

function running(options) {
  const api = createStrictApi(options);
  assert.equal(api.Initialize(""), "true");
  return api;
}

/** Both run-times, each told the same. */
function both() {
  const again = new Scorm2004API({});
  again.Initialize("");
  return [running(), again];
}

const ROWS = [
  ["cmi.suspend_data", "x".repeat(64000), "0"],
  ["cmi.suspend_data", "x".repeat(64001), "406"],
  ["cmi.location", "x".repeat(1000), "0"],
  ["cmi.location", "x".repeat(1001), "406"],
  ["cmi.score.scaled", "0.8333", "0"],
  ["cmi.score.scaled", "1.01", "407"],
  ["cmi.score.scaled", "1e-7", "406"],
  ["cmi.score.raw", "85.5", "0"],
  ["cmi.score.raw", "1234567", "406"],
  ["cmi.score.raw", "", "406"],
  ["cmi.progress_measure", "1", "0"],
  ["cmi.progress_measure", "1.1", "407"],
  ["cmi.session_time", "PT1H2M3.45S", "0"],
  ["cmi.session_time", "PT3723S", "0"],
  ["cmi.session_time", "PT1.234S", "406"],
  ["cmi.session_time", "PT0S", "0"],
  ["cmi.session_time", "P", "406"],
  ["cmi.session_time", "PT", "406"],
  ["cmi.session_time", "00:00:01", "406"],
  ["cmi.completion_status", "completed", "0"],
  ["cmi.completion_status", "not attempted", "0"],
  ["cmi.completion_status", "passed", "406"],
  ["cmi.success_status", "passed", "0"],
  ["cmi.success_status", "completed", "406"],
  ["cmi.exit", "suspend", "0"],
  ["cmi.exit", "normal", "0"],
  ["cmi.exit", "", "0"],
  ["cmi.exit", "Suspend", "406"],
  ["cmi.interactions.0.id", "q 1", "406"],
  ["cmi.interactions.0.id", "q1", "0"],
  ["cmi.interactions.0.id", "urn:course:q1", "0"],
  ["cmi.interactions.0.id", "", "406"],
  ["cmi.interactions.9.id", "gap", "351"],
  ["cmi.interactions.0.type", "choice", "408"],
  ["cmi.objectives.0.id", "obj-1", "0"],
  ["cmi.objectives.0.score.raw", "1", "408"],
  ["adl.nav.request", "exitAll", "0"],
  ["adl.nav.request", "_none_", "406"],
  ["adl.nav.request", "{target=ITEM-1}choice", "0"],
  ["adl.nav.request", "{target=}choice", "406"],
  ["cmi.learner_name", "x", "404"],
  ["cmi.mode", "normal", "404"],
  ["cmi.interactions._count", "1", "404"],
  ["cmi._version", "1.0", "404"],
  ["cmi.nothing", "x", "401"],
  ["cmi.core.exit", "suspend", "401"],
];

for (const [element, value, error] of ROWS) {
  test(`${element} = ${value.slice(0, 20)} → ${error}`, () => {
    const [strict, again] = both();
    assert.equal(strict.SetValue(element, value), String(error === "0"));
    assert.equal(strict.GetLastError(), error);
    if (error === "0") assert.equal(again.SetValue(element, value), "true");
  });
}

const OF_AN_INTERACTION = [
  ["choice", "timestamp", "2026-11-21T19:01:02", "0"],
  ["choice", "timestamp", "2026-11-21T19:01:02Z", "406"],
  ["choice", "timestamp", "2026-11-21T19:01:02.0Z", "0"],
  ["choice", "timestamp", "2026-11-21T19:01:02.123Z", "406"],
  ["choice", "timestamp", "2026-11-21", "406"],
  ["choice", "correct_responses.0.pattern", "a[,]b", "0"],
  ["choice", "correct_responses.1.pattern", "a", "351"],
  ["choice", "learner_response", "a[,]b", "0"],
  ["choice", "learner_response", "", "406"],
  ["choice", "learner_response", "a b", "406"],
  ["choice", "learner_response", "a-1", "406"],
  ["choice", "learner_response", "é", "406"],
  ["choice", "learner_response", "a[,]a", "406"],
  ["choice", "result", "incorrect", "0"],
  ["choice", "result", "wrong", "406"],
  ["choice", "result", "0.5", "0"],
  ["choice", "latency", "PT5.25S", "0"],
  ["choice", "weighting", "1", "0"],
  ["choice", "weighting", "one", "406"],
  ["choice", "description", "x".repeat(250), "0"],
  ["choice", "description", "x".repeat(251), "406"],
  ["choice", "description", "{lang=fr}Où ?", "0"],
  ["choice", "description", "a\nb", "406"],
  ["choice", "description", "{x} starts with a brace", "406"],
  ["choice", "objectives.0.id", "obj-1", "0"],
  ["choice", "id", "another", "0"],
  ["matching", "correct_responses.0.pattern", "a[.]1[,]b[.]2", "0"],
  ["matching", "learner_response", "a[.]1[,]b[.]2", "0"],
  ["matching", "learner_response", "a.1", "406"],
  ["numeric", "correct_responses.0.pattern", "3[:]5", "0"],
  ["numeric", "correct_responses.0.pattern", "3", "406"],
  ["numeric", "correct_responses.1.pattern", "7[:]7", "351"],
  ["numeric", "learner_response", "4", "0"],
  ["numeric", "learner_response", "4[:]4", "406"],
  ["fill-in", "correct_responses.0.pattern", "{case_matters=false}{order_matters=true}Paris", "0"],
  ["fill-in", "learner_response", "paris", "0"],
  ["fill-in", "learner_response", "{lang=fr}Été", "0"],
  ["fill-in", "learner_response", "x".repeat(251), "406"],
  ["fill-in", "learner_response", "1,2,3,4,5,6,7,8,9,10,11", "406"],
  ["sequencing", "correct_responses.0.pattern", "a[,]b", "0"],
  ["sequencing", "learner_response", "b[,]a", "0"],
  ["true-false", "learner_response", "t", "406"],
  ["true-false", "learner_response", "true", "0"],
  ["likert", "learner_response", "a", "0"],
  ["likert", "learner_response", "a[,]b", "406"],
  ["long-fill-in", "learner_response", "a\nb", "406"],
  ["long-fill-in", "learner_response", "x".repeat(4000), "0"],
  ["long-fill-in", "learner_response", "x".repeat(4001), "406"],
  ["other", "learner_response", '{"a":1}', "0"],
];

for (const [type, element, value, error] of OF_AN_INTERACTION) {
  test(`${type} ${element} = ${value.slice(0, 30)} → ${error}`, () => {
    const [strict, again] = both();
    for (const api of [strict, again]) {
      api.SetValue("cmi.interactions.0.id", "q");
      api.SetValue("cmi.interactions.0.type", type);
      if (element === "correct_responses.1.pattern" && type === "numeric") api.SetValue("cmi.interactions.0.correct_responses.0.pattern", "3[:]5");
    }
    const name = `cmi.interactions.0.${element}`;
    assert.equal(strict.SetValue(name, value), String(error === "0"), strict.GetDiagnostic());
    assert.equal(strict.GetLastError(), error);
    // scorm-again lets nobody change an id; the standard does.
    if (error === "0" && element !== "id") assert.equal(again.SetValue(name, value), "true");
  });
}

test("an answer needs its type, and an objective keeps its id", () => {
  const api = running();
  api.SetValue("cmi.interactions.0.id", "q");
  api.SetValue("cmi.interactions.0.learner_response", "a");
  assert.equal(api.GetLastError(), "408");
  api.SetValue("cmi.objectives.0.id", "one");
  api.SetValue("cmi.objectives.1.id", "one");
  assert.equal(api.GetLastError(), "351");
  api.SetValue("cmi.objectives.0.id", "other");
  assert.equal(api.GetLastError(), "351");
  api.SetValue("cmi.objectives.0.id", "one");
  assert.equal(api.GetLastError(), "0");
});

test("what was never written has no value, and what does not exist cannot be read", () => {
  const api = running();
  for (const [element, value, error] of [
    ["cmi.suspend_data", "", "403"],
    ["cmi.location", "", "403"],
    ["cmi.completion_threshold", "", "403"],
    ["cmi.completion_status", "unknown", "0"],
    ["cmi.success_status", "unknown", "0"],
    ["cmi.interactions._count", "0", "0"],
    ["cmi.interactions.0.id", "", "301"],
    ["cmi.interactions.0.objectives._count", "", "301"],
    ["cmi.exit", "", "405"],
    ["cmi.core.exit", "", "401"],
    ["cmi.score._children", "scaled,raw,min,max", "0"],
    ["cmi.mode._children", "", "301"],
    ["cmi.learner_id", "learner-1", "0"],
    ["adl.nav.request", "_none_", "0"],
    ["adl.nav.request_valid.continue", "unknown", "0"],
    ["adl.nav.request_valid.choice.{target=ITEM-1}", "unknown", "0"],
    ["", "", "301"],
  ]) {
    assert.equal(api.GetValue(element), value, element);
    assert.equal(api.GetLastError(), error, element);
  }
});

test("a session begins once and ends once, and every call outside has its own error", () => {
  const api = createStrictApi();
  const errors = (...calls) => calls.map(([name, ...values]) => [api[name](...values), api.GetLastError()].join(" "));
  const outside = [["GetValue", "cmi.mode"], ["SetValue", "cmi.exit", ""], ["Commit", ""], ["Terminate", ""]];
  assert.deepEqual(errors(...outside), [" 122", "false 132", "false 142", "false 112"]);
  assert.deepEqual(errors(["Initialize", "x"], ["Initialize", ""], ["Initialize", ""]), ["false 201", "true 0", "false 103"]);
  assert.deepEqual(errors(["Terminate", ""]), ["true 0"]);
  assert.deepEqual(errors(...outside, ["Initialize", ""]), [" 123", "false 133", "false 143", "false 113", "false 104"]);
  assert.equal(api.GetErrorString("406"), "Data Model Element Type Mismatch");
});

test("what was not suspended is over, and the next launch is a new attempt", () => {
  let kept = {};
  const onCommit = (data) => Boolean((kept = data));
  const sit = (exit) => {
    const api = running({ data: kept, onCommit });
    const seen = [api.GetValue("cmi.entry"), api.GetValue("cmi.suspend_data")];
    api.SetValue("cmi.suspend_data", "state");
    api.SetValue("cmi.session_time", "PT1M0.5S");
    if (exit) api.SetValue("cmi.exit", exit);
    api.Terminate("");
    return seen;
  };
  assert.deepEqual(sit("suspend"), ["ab-initio", ""]);
  assert.deepEqual(sit("suspend"), ["resume", "state"]);
  assert.equal(kept["cmi.total_time"], "PT121S");
  assert.deepEqual(sit(""), ["resume", "state"]);
  assert.deepEqual(sit("normal"), ["", ""]);
  assert.deepEqual(sit("suspend"), ["", ""]);
});

test("an LMS that knows the passing score and the threshold judges itself", () => {
  let kept = {};
  const api = running({ passingScore: "0.8", threshold: "1", onCommit: (data) => Boolean((kept = data)) });
  assert.equal(api.GetValue("cmi.scaled_passing_score"), "0.8");
  api.SetValue("cmi.score.scaled", "0.79");
  api.SetValue("cmi.success_status", "passed");
  api.SetValue("cmi.progress_measure", "0.5");
  api.SetValue("cmi.completion_status", "completed");
  api.Terminate("");
  assert.deepEqual([kept["cmi.success_status"], kept["cmi.completion_status"]], ["failed", "incomplete"]);
});

test("objectives of the manifest are there before the course says a word", () => {
  const api = running({ objectives: ["PRIMARY"] });
  assert.equal(api.GetValue("cmi.objectives._count"), "1");
  assert.equal(api.GetValue("cmi.objectives.0.id"), "PRIMARY");
});
