/** The strict stand-in says no wherever a real run-time does. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createStrictApi } from "../../smac_courses/lms/scorm12.mjs";

function running(options) {
  const api = createStrictApi(options);
  api.LMSInitialize("");
  return api;
}

const ROWS = [
  ["cmi.suspend_data", "x".repeat(4096), "0"],
  ["cmi.suspend_data", "x".repeat(4097), "405"],
  ["cmi.core.lesson_location", "x".repeat(255), "0"],
  ["cmi.core.lesson_location", "x".repeat(256), "405"],
  ["cmi.core.score.raw", "85.5", "0"],
  ["cmi.core.score.raw", "101", "405"],
  ["cmi.core.score.raw", "-1", "405"],
  ["cmi.core.score.raw", "1e2", "405"],
  ["cmi.core.score.raw", "", "0"],
  ["cmi.core.session_time", "0000:00:01.50", "0"],
  ["cmi.core.session_time", "00:00:01.123", "405"],
  ["cmi.core.session_time", "0:00:01", "405"],
  ["cmi.core.session_time", "PT1S", "405"],
  ["cmi.core.lesson_status", "completed", "0"],
  ["cmi.core.lesson_status", "not attempted", "405"],
  ["cmi.core.lesson_status", "Completed", "405"],
  ["cmi.core.exit", "suspend", "0"],
  ["cmi.core.exit", "", "0"],
  ["cmi.core.exit", "normal", "405"],
  ["cmi.interactions.0.id", "q 1", "405"],
  ["cmi.interactions.0.id", "q-1_a.b", "0"],
  ["cmi.interactions.0.id", "é", "405"],
  ["cmi.interactions.9.id", "gap", "201"],
  ["cmi.objectives.0.id", "obj-1", "0"],
  ["cmi.objectives.0.score.raw", "1", "201"],
  ["cmi.comments", "hi", "0"],
  ["cmi.student_preference.language", "fr", "0"],
  ["cmi.core.student_name", "x", "403"],
  ["cmi.core._children", "x", "402"],
  ["cmi._version", "3.4", "402"],
  ["cmi.nothing", "x", "201"],
  ["cmi.core.score", "1", "201"],
];

for (const [element, value, error] of ROWS) {
  test(`${element} = ${value.slice(0, 20)} → ${error}`, () => {
    const api = running();
    assert.equal(api.LMSSetValue(element, value), String(error === "0"));
    assert.equal(api.LMSGetLastError(), error);
  });
}

const ANSWERS = [
  ["choice", "a,b", "0"],
  ["choice", "{a,b}", "0"],
  ["choice", "first", "405"],
  ["choice", "a-1", "405"],
  ["choice", "x".repeat(256), "405"],
  ["matching", "1.a,2.b", "0"],
  ["true-false", "t", "0"],
  ["true-false", "wrong", "405"],
  ["numeric", "4.5", "0"],
  ["numeric", "four", "405"],
  ["fill-in", "Été à Paris", "0"],
  ["sequencing", "c,b,a", "0"],
];

for (const [type, response, error] of ANSWERS) {
  test(`${type}: ${response.slice(0, 20)} → ${error}`, () => {
    const api = running();
    api.LMSSetValue("cmi.interactions.0.id", "q");
    api.LMSSetValue("cmi.interactions.0.type", type);
    api.LMSSetValue("cmi.interactions.0.student_response", response);
    assert.equal(api.LMSGetLastError(), error);
  });
}

test("an entry begins with its id, a response comes after its type, and lists have no gaps", () => {
  const api = running();
  const refused = (element, value) => assert.equal(api.LMSSetValue(element, value), "false", element);
  refused("cmi.interactions.0.type", "choice");
  api.LMSSetValue("cmi.interactions.0.id", "q");
  refused("cmi.interactions.0.student_response", "a");
  api.LMSSetValue("cmi.interactions.0.type", "choice");
  refused("cmi.interactions.0.correct_responses.1.pattern", "a");
  refused("cmi.interactions.0.objectives.2.id", "o");
  for (const wrong of ["incorrect", "maybe"]) refused("cmi.interactions.0.result", wrong);
  refused("cmi.interactions.0.time", "2026-11-21T10:11:12");
  refused("cmi.interactions.0.type", "long-fill-in");
});

test("what was written cannot always be read, and what is not there cannot be counted", () => {
  const api = running();
  const error = (element) => {
    api.LMSGetValue(element);
    return api.LMSGetLastError();
  };
  assert.equal(error("cmi.interactions.0.id"), "404");
  assert.equal(error("cmi.core.exit"), "404");
  assert.equal(error("cmi.objectives.5.id"), "201");
  assert.equal(error("cmi.interactions.9.objectives._count"), "201");
  assert.equal(error("cmi.core._count"), "203");
  assert.equal(error("cmi.core.exit._children"), "202");
  assert.equal(api.LMSGetValue("cmi._version"), "3.4");
  assert.equal(api.LMSGetValue("cmi.core.lesson_status"), "not attempted");
});

test("nothing works before the beginning, twice, or after the end", () => {
  const api = createStrictApi();
  assert.equal(api.LMSSetValue("cmi.core.exit", "suspend"), "false");
  assert.equal(api.LMSGetLastError(), "301");
  assert.equal(api.LMSInitialize(), "false");
  assert.equal(api.LMSInitialize(""), "true");
  assert.equal(api.LMSInitialize(""), "false");
  assert.equal(api.LMSFinish(""), "true");
  for (const name of ["LMSFinish", "LMSCommit"]) assert.equal(api[name](""), "false");
  assert.equal(api.LMSGetValue("cmi.core.entry"), "");
});

test("what was never committed is lost, and a server that cannot be reached is said", () => {
  let server = {};
  const api = running({ onCommit: (data) => Boolean((server = data)) });
  api.LMSSetValue("cmi.suspend_data", "x");
  assert.deepEqual(server, {});
  for (const onCommit of [() => false, () => { throw new Error("down"); }]) {
    const down = running({ onCommit });
    assert.equal(down.LMSCommit(""), "false");
    assert.equal(down.LMSFinish(""), "false");
  }
});

test("the next session resumes only when this one said so, and times add up", () => {
  let kept = {};
  const session = (exit) => {
    const api = running({ data: kept, onCommit: (data) => Boolean((kept = data)) });
    const entry = api.LMSGetValue("cmi.core.entry");
    if (exit !== undefined) api.LMSSetValue("cmi.core.exit", exit);
    api.LMSSetValue("cmi.core.session_time", "0000:59:30.50");
    api.LMSFinish("");
    return entry;
  };
  assert.deepEqual([session("suspend"), session(undefined), session("suspend"), session("")], ["ab-initio", "resume", "", "resume"]);
  assert.equal(kept["cmi.core.total_time"], "0003:58:02.00");
});

test("at the end the LMS judges by the mastery score, and completes what said nothing", () => {
  const ended = (masteryScore, values) => {
    let kept;
    const api = running({ masteryScore, onCommit: (data) => Boolean((kept = data)) });
    for (const [element, value] of Object.entries(values)) api.LMSSetValue(element, value);
    api.LMSFinish("");
    return kept["cmi.core.lesson_status"];
  };
  assert.equal(ended("80", { "cmi.core.score.raw": "79", "cmi.core.lesson_status": "incomplete" }), "failed");
  assert.equal(ended("80", { "cmi.core.score.raw": "80", "cmi.core.lesson_status": "completed" }), "passed");
  assert.equal(ended("", { "cmi.core.score.raw": "10", "cmi.core.lesson_status": "incomplete" }), "incomplete");
  assert.equal(ended("", {}), "completed");
});
