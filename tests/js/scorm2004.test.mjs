/** The SCORM 2004 tracker against the strict stand-in; what it shares with SCORM 1.2 is tested there. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createStrictApi } from "../../smac_courses/lms/scorm2004.mjs";
import { duration, moment } from "../../smac_courses/player/src/formats/scorm2004.mjs";
import { createTracker } from "../../smac_courses/player/src/trackers/scorm2004.mjs";

const QUESTION = { key: "m.q", kind: "multiple", points: 2, about: ["placement", "policy.be-open"] };
const PASSED = { percent: 85, passed: true, completed: true, final: true, topics: [] };
const FAILED = { percent: 40, passed: false, completed: false, final: false, topics: [] };

let calls;
let kept;

beforeEach(() => {
  calls = [];
  kept = {};
  console.warn = () => {};
});

function lms(options = {}) {
  return createStrictApi({ data: kept, onCall: (call) => calls.push(call), onCommit: (data) => Boolean((kept = data)), ...options });
}

function trackerOn(api, choices = {}, hasExam = true) {
  const win = { API_1484_11: api, navigator: { onLine: true }, addEventListener: () => {}, setTimeout: () => 1, clearTimeout: () => {} };
  win.parent = win;
  let sequence = 0;
  let now = 1000;
  return createTracker({
    window: win,
    session: {
      now: () => (now += 1500),
      pack: () => `state${(sequence += 1)}`,
      place: () => "m.lesson",
      percentDone: () => 50,
      course: { lms: { fail: "failed", exitOnPass: "suspend", language: "en-GB", hasExam, ...choices } },
    },
    clock: () => new Date(Date.UTC(2026, 10, 21, 9, 5, 7, 123)),
    describe: () => "Which of these\nneeds a {disclosure}?",
    onStatus: () => {},
  });
}

function record(answer, { points, correct, type = "choice", pattern = ["a", "c"] }) {
  return { question: QUESTION, answer, points, correct, seconds: 61.239, interaction: { type, response: answer, pattern } };
}

// A value that was never written: the only error that a careful course meets, and no refusal.
const refusals = () => calls.filter(({ name, error }) => error !== "0" && !(name === "GetValue" && error === "403"));
const sets = () => calls.filter(({ name }) => name === "SetValue").map(({ values }) => values);
const values = () => Object.fromEntries(sets());

test("a session: every call is accepted, the exit is set before anything else, the end comes once", () => {
  const tracker = trackerOn(lms());
  assert.deepEqual(tracker.start(), { connected: true, mayComeLater: false, mode: "normal", resume: "", status: "unknown", place: "", learner: "learner-1", name: "Doe, Jo" });
  assert.deepEqual(sets(), [["cmi.exit", "suspend"], ["cmi.completion_status", "incomplete"]]);
  tracker.answered(record(["c", "a"], { points: 2, correct: true }));
  tracker.save();
  tracker.finish(PASSED);
  tracker.save();
  assert.equal(tracker.close(), "saved");
  assert.equal(tracker.close(), "saved");
  assert.deepEqual(refusals(), []);
  assert.equal(calls.filter(({ name }) => name === "Terminate").length, 1);
  const { "cmi.session_time": time, "cmi.total_time": total, ...rest } = kept;
  assert.match(time, /^PT0H\d+M\d+(\.\d+)?S$/);
  assert.match(total, /^PT\d/);
  assert.deepEqual(rest, {
    "cmi.exit": "suspend",
    "cmi.completion_status": "completed",
    "cmi.success_status": "passed",
    "cmi.score.scaled": "0.85",
    "cmi.score.raw": "85",
    "cmi.score.min": "0",
    "cmi.score.max": "100",
    "cmi.progress_measure": "0.5",
    "cmi.location": "m.lesson",
    "cmi.suspend_data": "state3",
    "cmi.interactions.0.id": "m.q",
    "cmi.interactions.0.type": "choice",
    "cmi.interactions.0.objectives.0.id": "placement",
    "cmi.interactions.0.objectives.1.id": "policy.be-open",
    "cmi.interactions.0.timestamp": "2026-11-21T09:05:07.0Z",
    "cmi.interactions.0.correct_responses.0.pattern": "a[,]c",
    "cmi.interactions.0.weighting": "2",
    "cmi.interactions.0.learner_response": "c[,]a",
    "cmi.interactions.0.result": "correct",
    "cmi.interactions.0.latency": "PT0H1M1.23S",
    "cmi.interactions.0.description": "{lang=en-GB}Which of these needs a (disclosure)?",
  });
});

test("score, then completion, then success: some LMSs take the grade when the status changes", () => {
  const tracker = trackerOn(lms());
  tracker.start();
  tracker.finish(PASSED);
  tracker.save();
  const order = sets().map(([element]) => element);
  const places = ["cmi.score.scaled", "cmi.score.raw", "cmi.completion_status", "cmi.success_status"].map((one) => order.lastIndexOf(one));
  assert.deepEqual(places, places.toSorted((one, other) => one - other));
});

for (const [result, fail, completion, success] of [
  [FAILED, "failed", "incomplete", "unknown"],
  [{ ...FAILED, final: true }, "failed", "incomplete", "failed"],
  [{ ...FAILED, final: true }, "incomplete", "incomplete", "unknown"],
  [PASSED, "failed", "completed", "passed"],
  [{ ...PASSED, percent: null, passed: null }, "failed", "completed", undefined],
]) {
  test(`${JSON.stringify(result)}, ${fail}: ${completion}, ${success}`, () => {
    const tracker = trackerOn(lms(), { fail });
    tracker.start();
    tracker.finish(result);
    tracker.close();
    assert.deepEqual([kept["cmi.completion_status"], kept["cmi.success_status"]], [completion, success]);
    assert.deepEqual(refusals(), []);
  });
}

test("a module that opens an exam is passed when it is done", () => {
  const tracker = trackerOn(lms(), { satisfies: true }, false);
  tracker.start();
  tracker.finish({ ...PASSED, percent: null, passed: null });
  tracker.close();
  assert.deepEqual([kept["cmi.completion_status"], kept["cmi.success_status"]], ["completed", "passed"]);
});

test("what an LMS lost of two statuses is told again", () => {
  const kept = (completion, success) => ({ "cmi.exit": "suspend", ...(completion && { "cmi.completion_status": completion }), ...(success && { "cmi.success_status": success }) });
  const status = (data, ...more) => trackerOn(lms({ data }), ...more).start().status;
  assert.equal(status(kept("completed", "passed")), "passed");
  assert.equal(status(kept("completed"), { satisfies: true }, false), "incomplete", "the exam would stay closed");
  assert.equal(status(kept("completed"), {}, false), "completed");
  assert.equal(status(kept("incomplete", "passed"), { satisfies: true }, false), "incomplete");
  const half = trackerOn(lms({ data: kept("incomplete", "passed") }));
  assert.equal(half.start().status, "passed");
  half.close();
  assert.ok(sets().some(([element, value]) => element === "cmi.completion_status" && value === "completed"));
});

test("a fail that an update took back is no fail any more", () => {
  const tracker = trackerOn(lms({ data: { "cmi.exit": "suspend", "cmi.completion_status": "incomplete", "cmi.success_status": "failed" } }));
  tracker.start();
  tracker.finish(FAILED);
  tracker.close();
  assert.equal(kept["cmi.success_status"], "unknown");
});

test("a topic that the LMS refuses holds nothing up", () => {
  const api = lms();
  const { SetValue } = api;
  api.SetValue = (element, value) => (element.startsWith("cmi.objectives") ? "false" : SetValue(element, value));
  const tracker = trackerOn(api);
  tracker.start();
  tracker.finish({ ...PASSED, topics: [{ id: "rules", title: "The rules", percent: 50, passed: null }] });
  tracker.save();
  assert.equal(tracker.close(), "saved");
});

test("351 says nothing of a value: score and status are tried again", () => {
  const api = lms();
  const { SetValue, GetLastError } = api;
  let refusals = 0;
  api.SetValue = (element, value) => {
    if (element !== "cmi.completion_status" || value !== "completed" || refusals > 0) return SetValue(element, value);
    refusals += 1;
    return "false";
  };
  api.GetLastError = () => (refusals === 1 ? "351" : GetLastError());
  const tracker = trackerOn(api);
  tracker.start();
  tracker.finish(PASSED);
  tracker.save();
  assert.equal(tracker.flush(), true);
  assert.deepEqual([kept["cmi.completion_status"], kept["cmi.success_status"]], ["completed", "passed"]);
});

test("wrong is incorrect, right in part is its points, and no answer is no response", () => {
  const tracker = trackerOn(lms());
  tracker.start();
  tracker.answered(record(["b"], { points: 0, correct: false }));
  tracker.answered(record(["a"], { points: 1, correct: false }));
  tracker.answered(record([], { points: 0, correct: false, type: "long-fill-in", pattern: null }));
  tracker.close();
  const told = [0, 1, 2].map((n) => [kept[`cmi.interactions.${n}.result`], kept[`cmi.interactions.${n}.learner_response`]]);
  assert.deepEqual(told, [["incorrect", "b"], ["1", "a"], ["incorrect", undefined]]);
  assert.deepEqual(refusals(), []);
});

test("topics are objectives, found by their ids among those that the LMS made itself", () => {
  const topics = [
    { id: "rules", title: "The rules", percent: 50, passed: null },
    { id: "disclosure", title: "Disclosure", percent: 100, passed: true },
  ];
  const tracker = trackerOn(lms({ objectives: ["PRIMARY", "disclosure"] }));
  tracker.start();
  tracker.finish({ ...FAILED, topics });
  tracker.save();
  tracker.finish({ ...PASSED, topics: [{ ...topics[0], percent: 90 }] });
  tracker.close();
  assert.deepEqual(refusals(), []);
  const told = (n) => ["id", "score.scaled", "success_status", "description"].map((name) => kept[`cmi.objectives.${n}.${name}`]);
  assert.deepEqual(told(0), ["PRIMARY", undefined, undefined, undefined]);
  assert.deepEqual(told(1), ["disclosure", "1", "passed", "{lang=en-GB}Disclosure"]);
  assert.deepEqual(told(2), ["rules", "0.9", undefined, "{lang=en-GB}The rules"]);
});

test("a pass is never lowered, neither its status nor its score", () => {
  const first = trackerOn(lms());
  first.start();
  first.finish(PASSED);
  first.close();
  const again = trackerOn(lms());
  assert.equal(again.start().status, "passed");
  again.finish({ ...FAILED, final: true });
  again.save();
  again.finish({ ...PASSED, percent: 70 });
  again.close();
  assert.deepEqual([kept["cmi.score.raw"], kept["cmi.success_status"], kept["cmi.completion_status"]], ["85", "passed", "completed"]);
});

test("interactions go on behind those of an earlier session, and the state is found again", () => {
  const first = trackerOn(lms());
  first.start();
  first.answered(record(["a"], { points: 1, correct: false }));
  first.close();
  const again = trackerOn(lms());
  assert.deepEqual([again.start().resume, kept["cmi.completion_status"]], ["state1", "incomplete"]);
  again.answered(record(["a"], { points: 1, correct: false }));
  again.close();
  assert.equal(kept["cmi.interactions.1.id"], "m.q");
  assert.deepEqual(refusals(), []);
});

for (const mode of ["review", "browse"]) {
  test(`${mode} mode writes nothing and still says goodbye`, () => {
    const tracker = trackerOn(lms({ mode }));
    assert.equal(tracker.start().mode, mode);
    tracker.answered(record(["a"], { points: 1, correct: false }));
    tracker.save();
    tracker.finish(PASSED);
    assert.equal(tracker.close(), "read-only");
    assert.deepEqual(sets(), []);
    assert.deepEqual(calls.at(-1).name, "Terminate");
  });
}

test("an attempt is closed with a pass where the profile says so", () => {
  const tracker = trackerOn(lms(), { exitOnPass: "normal" });
  tracker.start();
  tracker.finish(PASSED);
  tracker.close();
  assert.equal(values()["cmi.exit"], "normal");
});

test("an answer that no standard takes is dropped, and the rest is saved", () => {
  const api = lms();
  const { SetValue } = api;
  api.SetValue = (element, value) => SetValue(element, element.endsWith("timestamp") ? "yesterday" : value);
  const tracker = trackerOn(api);
  tracker.start();
  tracker.answered(record(["a"], { points: 1, correct: false }));
  tracker.save();
  assert.deepEqual(tracker.waiting(), []);
  assert.equal(kept["cmi.interactions.0.learner_response"], "a");
  assert.equal(kept["cmi.interactions.0.timestamp"], undefined);
});

test("durations and moments have the forms that every run-time takes", () => {
  assert.deepEqual([0, -5, Number.NaN, 10, 999, 61_234, 3_600_000].map(duration), ["PT0H0M0S", "PT0H0M0S", "PT0H0M0S", "PT0H0M0.01S", "PT0H0M0.99S", "PT0H1M1.23S", "PT1H0M0S"]);
  const api = lms();
  api.Initialize("");
  for (let hundredths = 0; hundredths < 6000; hundredths += 7) assert.equal(api.SetValue("cmi.session_time", duration(hundredths * 10)), "true");
  assert.equal(moment(new Date(0)), "1970-01-01T00:00:00.0Z");
});
