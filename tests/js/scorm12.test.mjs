/** The SCORM 1.2 tracker against the strict stand-in, and against LMSs that misbehave. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createStrictApi } from "../../smac_courses/lms/scorm12.mjs";
import { clockTime, timespan, written } from "../../smac_courses/player/src/formats/scorm12.mjs";
import { findApi } from "../../smac_courses/player/src/scorm.mjs";
import { createTracker } from "../../smac_courses/player/src/trackers/scorm12.mjs";

const QUESTION = {
  key: "m.q",
  ordinal: 0,
  kind: "multiple",
  points: 2,
  options: [{ id: "plain", n: 0 }, { id: "b", n: 1 }, { id: "link", n: 2 }],
  about: ["policy.be-open"],
  solution: { right: ["plain", "link"] },
};

const BEGUN = { connected: true, mayComeLater: false, mode: "normal", resume: "", status: "", place: "", learner: "learner-1", name: "Doe, Jo" };

/** What the session hands over for one answer. */
function record(answer, { points, correct, seconds }) {
  const interaction = { type: "choice", response: answer, pattern: QUESTION.solution.right };
  return { question: QUESTION, answer, points, correct, seconds, interaction };
}

let calls;
let kept;
let statuses;
let reasons;
let timers;

beforeEach(() => {
  calls = [];
  kept = {};
  statuses = [];
  reasons = [];
  timers = [];
  console.warn = () => {};
});

function lms(options = {}) {
  return createStrictApi({
    onCall: (call) => calls.push(call),
    onCommit: (data) => {
      kept = data;
      return true;
    },
    ...options,
  });
}

function environment(api, more = {}) {
  const win = {
    API: api,
    navigator: { onLine: true },
    addEventListener: (name, action) => name === "online" && timers.push(["online", action]),
    setTimeout: (action, ms) => timers.push([ms, action]),
    clearTimeout: () => {},
    ...more,
  };
  win.parent ??= win;
  win.top ??= win;
  let sequence = 0;
  let now = 1000;
  return {
    window: win,
    session: {
      now: () => (now += 1500),
      pack: () => `state${(sequence += 1)}`,
      place: () => "m.lesson",
      course: { lms: { fail: "failed", exitOnPass: "suspend" } },
    },
    clock: () => new Date(2026, 10, 21, 9, 5, 7),
    onStatus: (status, why) => {
      statuses.push(status);
      reasons.push(why);
    },
  };
}

const refusals = () => calls.filter((call) => call.error !== "0");
const sets = () => calls.filter((call) => call.name === "LMSSetValue").map((call) => call.values);

test("a session: every call is accepted, the exit is set before anything else, the finish comes once", () => {
  const tracker = createTracker(environment(lms()));
  assert.deepEqual(tracker.start(), { ...BEGUN, status: "not attempted" });
  assert.deepEqual(sets().slice(0, 2), [["cmi.core.exit", "suspend"], ["cmi.core.lesson_status", "incomplete"]]);
  tracker.answered(record(["link", "plain"], { points: 2, correct: true, seconds: 61.239 }));
  tracker.save();
  tracker.finish({ percent: 85, passed: true, completed: true, final: true });
  tracker.save();
  assert.equal(tracker.close(), "saved");
  assert.equal(tracker.close(), "saved");
  assert.deepEqual(refusals(), []);
  assert.equal(calls.filter((call) => call.name === "LMSFinish").length, 1);
  assert.equal(kept["cmi.interactions.0.student_response"], "a,c");
  assert.equal(kept["cmi.interactions.0.correct_responses.0.pattern"], "a,c");
  assert.equal(kept["cmi.interactions.0.latency"], "0000:01:01.23");
  assert.equal(kept["cmi.interactions.0.time"], "09:05:07");
  assert.equal(kept["cmi.core.lesson_status"], "passed");
  assert.equal(kept["cmi.core.score.raw"], "85");
  assert.equal(kept["cmi.core.score.max"], "100");
});

test("the score is written before the status", () => {
  const tracker = createTracker(environment(lms()));
  tracker.start();
  tracker.finish({ percent: 85, passed: true, completed: true, final: true });
  tracker.save();
  const names = sets().map(([element]) => element);
  assert.ok(names.lastIndexOf("cmi.core.score.max") < names.lastIndexOf("cmi.core.lesson_status"));
});

for (const [result, status] of [
  [{ percent: 40, passed: false, completed: false, final: false }, "incomplete"],
  [{ percent: 40, passed: false, completed: false, final: true }, "failed"],
  [{ percent: 90, passed: true, completed: true, final: true }, "passed"],
  [{ percent: null, passed: null, completed: true, final: true }, "completed"],
]) {
  test(`${JSON.stringify(result)} is reported as ${status}`, () => {
    const tracker = createTracker(environment(lms()));
    tracker.start();
    tracker.finish(result);
    tracker.save();
    assert.equal(kept["cmi.core.lesson_status"], status);
    assert.equal("cmi.core.score.raw" in kept, result.percent !== null);
  });
}

for (const mode of ["review", "browse"]) {
  test(`${mode} mode writes nothing and still says goodbye`, () => {
    const data = { "cmi.suspend_data": "kept", "cmi.core.lesson_status": "passed" };
    const tracker = createTracker(environment(lms({ mode, data })));
    assert.deepEqual(tracker.start(), { ...BEGUN, mode, resume: "kept", status: "passed" });
    tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
    tracker.save();
    tracker.finish({ percent: 0, passed: false, completed: false, final: true });
    tracker.save();
    assert.equal(tracker.close(), "read-only");
    assert.deepEqual(sets(), []);
    assert.deepEqual(calls.map((call) => call.name).filter((name) => !name.startsWith("LMSGet")), ["LMSInitialize", "LMSFinish"]);
  });
}

test("an earlier status is not lowered on the next launch", () => {
  for (const status of ["passed", "completed", "failed", "incomplete"]) {
    createTracker(environment(lms({ data: { "cmi.core.lesson_status": status } }))).start();
    assert.ok(!sets().some(([element]) => element === "cmi.core.lesson_status"), status);
  }
});

test("a pass is never lowered, neither its status nor its score", () => {
  const tracker = createTracker(environment(lms({ data: { "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90" } })));
  tracker.start();
  tracker.finish({ percent: 10, passed: false, completed: false, final: true });
  tracker.save();
  assert.equal(kept["cmi.core.lesson_status"], "passed");
  assert.equal(kept["cmi.core.score.raw"], "90");
  assert.equal(statuses.at(-1), "saved");
});

test("a completed course to which an update added an exam stays completed until it is judged", () => {
  const tracker = createTracker(environment(lms({ data: { "cmi.core.lesson_status": "completed" } })));
  tracker.start();
  tracker.finish({ percent: 10, passed: false, completed: false, final: false });
  tracker.save();
  assert.equal(kept["cmi.core.lesson_status"], "completed");
});

test("a browsed course begins as incomplete", () => {
  createTracker(environment(lms({ data: { "cmi.core.lesson_status": "browsed" } }))).start();
  assert.equal(kept["cmi.core.lesson_status"], "incomplete");
});

test("no credit means preview: nothing is written", () => {
  const api = lms();
  const tracker = createTracker(environment({ ...api, LMSGetValue: (name) => (name === "cmi.core.credit" ? "no-credit" : api.LMSGetValue(name)) }));
  assert.equal(tracker.start().mode, "browse");
  tracker.save();
  assert.deepEqual(sets(), []);
});

test("when every write fails for a moment, nothing of it is lost", () => {
  const api = lms();
  let fails = false;
  const moody = { ...api, LMSSetValue: (...values) => (fails ? "false" : api.LMSSetValue(...values)), LMSCommit: () => (fails ? "false" : api.LMSCommit("")), LMSGetLastError: () => (fails ? "101" : api.LMSGetLastError()) };
  const tracker = createTracker(environment(moody));
  tracker.start();
  fails = true;
  tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
  tracker.finish({ percent: 85, passed: true, completed: true, final: true });
  tracker.save();
  assert.equal(tracker.flush(), false);
  fails = false;
  timers.at(-1)[1]();
  assert.equal(kept["cmi.interactions.0.id"], "m.q");
  assert.equal(kept["cmi.core.lesson_status"], "passed");
  assert.equal(statuses.at(-1), "saved");
});

test("an interaction that is refused for good is dropped, and the rest is saved", () => {
  const api = lms();
  const tracker = createTracker(environment({ ...api, LMSSetValue: (name, value) => (name.includes("interactions") ? "false" : api.LMSSetValue(name, value)), LMSGetLastError: () => "401" }));
  tracker.start();
  tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
  tracker.save();
  assert.equal(statuses.at(-1), "saved");
});

test("a first commit that fails is tried again", () => {
  let accepts = false;
  const tracker = createTracker(environment(lms({ onCommit: (data) => accepts && Boolean((kept = data)) })));
  tracker.start();
  assert.equal(statuses.at(-1), "unsaved");
  accepts = true;
  timers.filter(([ms]) => ms !== "online").at(-1)[1]();
  assert.equal(kept["cmi.core.exit"], "suspend");
});

test("a page that goes while offline is still told to the LMS", () => {
  const surroundings = environment(lms());
  const tracker = createTracker(surroundings);
  tracker.start();
  surroundings.window.navigator.onLine = false;
  tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
  tracker.save();
  tracker.close();
  assert.equal(kept["cmi.interactions.0.id"], "m.q");
});

test("interactions go on behind those of an earlier session", () => {
  const tracker = createTracker(environment(lms({ data: { "cmi.interactions.0.id": "m.q", "cmi.interactions.1.id": "m.q" } })));
  tracker.start();
  tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
  tracker.save();
  assert.equal(kept["cmi.interactions.2.result"], "wrong");
  assert.deepEqual(refusals(), []);
});

test("while the machine is offline nothing is handed to the LMS, and afterwards everything is", () => {
  const surroundings = environment(lms());
  const tracker = createTracker(surroundings);
  tracker.start();
  surroundings.window.navigator.onLine = false;
  const before = calls.length;
  tracker.answered(record(["b"], { points: 0, correct: false, seconds: 1 }));
  tracker.save();
  assert.equal(calls.length, before);
  assert.equal(statuses.at(-1), "unsaved");
  surroundings.window.navigator.onLine = true;
  timers.find(([name]) => name === "online")[1]();
  assert.equal(kept["cmi.interactions.0.id"], "m.q");
  assert.equal(statuses.at(-1), "saved");
});

test("a refused commit is tried again, ever more slowly, under a new number", () => {
  let accepts = true;
  const tracker = createTracker(environment(lms({ onCommit: (data) => accepts && Boolean((kept = data)) })));
  tracker.start();
  accepts = false;
  tracker.save();
  assert.equal(statuses.at(-1), "unsaved");
  const waits = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const [ms, action] = timers.at(-1);
    waits.push(ms);
    action();
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
  accepts = true;
  timers.at(-1)[1]();
  assert.equal(statuses.at(-1), "saved");
  assert.equal(kept["cmi.suspend_data"], "state10");
});

test("an LMS that throws on every call leaves the course readable", () => {
  const broken = new Proxy({}, { get: () => () => { throw new SyntaxError("no"); } });
  const tracker = createTracker(environment(broken));
  assert.deepEqual(tracker.start(), { connected: false, mayComeLater: true });
  tracker.save();
  assert.equal(tracker.close(), "not-recorded");
  assert.ok(tracker.report().includes("API: window"));
});

test("an LMS that answers with booleans, null and undefined is understood", () => {
  const answers = { LMSInitialize: true, LMSGetValue: null, LMSSetValue: true, LMSCommit: true, LMSFinish: true, LMSGetLastError: 0 };
  const api = Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, () => answer]));
  const tracker = createTracker(environment(api));
  assert.deepEqual(tracker.start(), { ...BEGUN, learner: "", name: "" });
  tracker.save();
  assert.equal(statuses.at(-1), "saved");
  assert.equal(tracker.close(), "saved");
});

test("a window that is initialised already is used", () => {
  const api = lms({ data: { "cmi.core.lesson_status": "incomplete" } });
  api.LMSInitialize("");
  assert.equal(createTracker(environment(api)).start().connected, true);
});

test("the API is found above, behind the opener and at its top, past frames of other origins", () => {
  const found = (win) => findApi(win, "API", "LMSInitialize");
  const api = { LMSInitialize: () => "true" };
  const unrelated = { send: () => {} };
  const top = () => {
    const win = {};
    win.parent = win;
    win.top = win;
    return win;
  };
  const above = top();
  above.API = api;
  let deep = above;
  for (let hop = 0; hop < 20; hop += 1) deep = { parent: deep, top: above };
  assert.equal(found(deep)?.api, api);

  const popup = top();
  popup.opener = deep;
  assert.equal(found(popup)?.api, api);

  const framedPopup = { parent: popup, top: popup };
  assert.equal(found(framedPopup)?.api, api);

  const foreign = { get API() { throw new DOMException("other origin", "SecurityError"); }, parent: above, top: above };
  assert.equal(found({ parent: foreign, top: above })?.api, api);

  assert.equal(found(top()), null);
  assert.equal(found({ API: unrelated, parent: above, top: above })?.api, api);
  const circle = { opener: null };
  circle.parent = { parent: circle, top: circle };
  circle.top = circle;
  circle.opener = circle;
  assert.equal(found(circle), null);
});

test("durations are CMITimespan, whatever the clock says", () => {
  for (const [ms, text] of [
    [0, "0000:00:00.00"],
    [59999, "0000:00:59.99"],
    [3723450, "0001:02:03.45"],
    [-5000, "0000:00:00.00"],
    [Number.NaN, "0000:00:00.00"],
    [Number.POSITIVE_INFINITY, "9999:59:59.00"],
    [1e15, "9999:59:59.00"],
  ]) assert.equal(timespan(ms), text);
});

test("a time of day has two digits each", () => assert.equal(clockTime(new Date(2026, 0, 1, 0, 7, 9)), "00:07:09"));

test("answers are single characters by position, also the last of thirty-six", () => {
  assert.equal(written(QUESTION, "choice", ["plain", "link"]), "a,c");
  const options = Array.from({ length: 36 }, (_, index) => ({ id: `option_${index}`, n: index }));
  assert.equal(written({ ...QUESTION, options }, "choice", ["option_35", "option_26"]), "0,9");
});

test("every type of answer is written as SCORM 1.2 wants it", () => {
  for (const [type, value, text] of [
    ["true-false", "true", "t"],
    ["true-false", "false", "f"],
    ["numeric", "-4.5", "-4.5"],
    ["numeric", { value: "80", low: "78", high: "82" }, "80"],
    ["numeric", { value: "", low: "78", high: "82" }, ""],
    ["matching", [["plain", "link"], ["b", "gone"]], "a.c"],
    ["sequencing", ["link", "gone", "plain"], "c,a"],
    ["likert", ["b"], "b"],
    ["choice", ["gone"], ""],
    ["fill-in", ["at the start", "#ad"], "at the start, #ad"],
    ["fill-in", "one\ntwo\r\n\tthree ", "one two three"],
    ["long-fill-in", `${"x".repeat(254)}🎉`, "x".repeat(254)],
    ["fill-in", "سلام", "سلام"],
  ]) assert.equal(written(QUESTION, type, value), text);
});

// -- what LMSs do -----------------------------------------------------------------------------------

const answered = (tracker, letter = "b") => {
  tracker.answered(record([letter], { points: 0, correct: false, seconds: 1 }));
  tracker.save();
};

/** The strict LMS with some of its functions replaced. */
const with_ = (replaced, options) => {
  const api = lms(options);
  return { api, moody: { ...api, ...replaced(api) } };
};

for (const [name, changed] of Object.entries({
  "cuts the state off": (text) => text.slice(0, 3),
  "writes it in small letters": (text) => text.toUpperCase(),
  "keeps another text": () => "something else",
})) {
  test(`an LMS that ${name} is found out by reading back`, () => {
    const { moody } = with_((api) => ({ LMSGetValue: (element) => (element === "cmi.suspend_data" && api.LMSGetValue(element) ? changed(api.LMSGetValue(element)) : api.LMSGetValue(element)) }));
    const tracker = createTracker(environment(moody));
    tracker.start();
    answered(tracker);
    assert.equal(statuses.at(-1), "unsaved");
    assert.equal(reasons.at(-1), "changed");
  });
}

for (const [name, stale] of [["nothing", ""], ["what it had at the launch", "launch"]]) {
  test(`an LMS that reads back ${name} proves nothing, and nobody is alarmed`, () => {
    const { moody } = with_((api) => ({ LMSGetValue: (element) => (element === "cmi.suspend_data" ? stale : api.LMSGetValue(element)) }));
    const tracker = createTracker(environment(moody));
    tracker.start();
    answered(tracker);
    assert.equal(statuses.at(-1), "saved");
  });
}

test("refusals on a line that works look like a session that has ended, and being offline does not", () => {
  let accepts = true;
  const surroundings = environment(lms({ onCommit: () => accepts }));
  const tracker = createTracker(surroundings);
  tracker.start();
  accepts = false;
  answered(tracker);
  assert.equal(reasons.at(-1), "");
  tracker.flush();
  assert.equal(reasons.at(-1), "ended");
  surroundings.window.navigator.onLine = false;
  tracker.flush();
  assert.equal(reasons.at(-1), "offline");
  surroundings.window.navigator.onLine = true;
  accepts = true;
  tracker.flush();
  assert.equal(statuses.at(-1), "saved");
});

const ELEMENTS = [
  ...["exit", "lesson_status", "lesson_location", "score.raw", "score.min", "score.max", "session_time"].map((name) => `cmi.core.${name}`),
  ...["id", "type", "time", "correct_responses.0.pattern", "weighting", "student_response", "result", "latency"].map((name) => `cmi.interactions.0.${name}`),
];

for (const element of ELEMENTS) {
  for (const code of ["401", "402", "403", "404", "405"]) {
    test(`an LMS that refuses ${element} with ${code} keeps everything else`, () => {
      let last = "0";
      const { moody } = with_((api) => ({
        LMSSetValue: (name, value) => {
          last = name === element ? code : "0";
          return name === element ? "false" : api.LMSSetValue(name, value);
        },
        LMSGetLastError: () => (last === "0" ? api.LMSGetLastError() : last),
      }));
      const tracker = createTracker(environment(moody));
      tracker.start();
      answered(tracker);
      tracker.finish({ percent: 85, passed: true, completed: true, final: true });
      tracker.save();
      assert.equal(statuses.at(-1), "saved");
      assert.ok(kept["cmi.suspend_data"].startsWith("state"));
      if (!element.includes("interactions")) assert.equal(kept["cmi.interactions.0.result"], "wrong");
      if (!element.includes("status")) assert.equal(kept["cmi.core.lesson_status"], "passed");
    });
  }
}

test("an answer that is refused without a reason does not hold up the others for ever", () => {
  const { moody } = with_((api) => ({ LMSSetValue: (name, value) => (name.includes("interactions") ? "" : api.LMSSetValue(name, value)), LMSGetLastError: () => "" }));
  const tracker = createTracker(environment(moody));
  tracker.start();
  answered(tracker);
  assert.equal(statuses.at(-1), "unsaved");
  tracker.flush();
  tracker.flush();
  assert.equal(statuses.at(-1), "saved");
  assert.deepEqual(tracker.waiting(), []);
});

test("an LMS that never takes the state is never said to have it", () => {
  const { moody } = with_((api) => ({ LMSSetValue: (name, value) => (name === "cmi.suspend_data" ? "false" : api.LMSSetValue(name, value)), LMSGetLastError: () => "405" }));
  const tracker = createTracker(environment(moody));
  tracker.start();
  for (let turn = 0; turn < 5; turn += 1) answered(tracker);
  assert.equal(statuses.at(-1), "unsaved");
  assert.equal(tracker.close(), "unsaved");
});

test("an LMS that comes late is told what was answered meanwhile", () => {
  const surroundings = environment(undefined);
  const tracker = createTracker(surroundings);
  assert.equal(tracker.start().mayComeLater, true);
  answered(tracker);
  assert.equal(tracker.waiting().length, 1);
  surroundings.window.API = lms();
  assert.equal(tracker.start().connected, true);
  tracker.save();
  assert.equal(kept["cmi.interactions.0.id"], "m.q");
});

test("a learner who acts keeps the session of the LMS alive", () => {
  const surroundings = environment(lms());
  let now = 0;
  surroundings.session.now = () => now;
  const tracker = createTracker(surroundings);
  tracker.start();
  const commits = () => calls.filter(({ name }) => name === "LMSCommit").length;
  tracker.touch();
  assert.equal(commits(), 1, "the one of the beginning");
  now = 8 * 60_000 + 1;
  tracker.touch();
  tracker.touch();
  assert.equal(commits(), 2);
});

test("a profile decides how a fail and the end are reported", () => {
  const surroundings = environment(lms());
  surroundings.session.course.lms = { fail: "incomplete", exitOnPass: "normal" };
  const tracker = createTracker(surroundings);
  tracker.start();
  tracker.finish({ percent: 40, passed: false, completed: false, final: true });
  tracker.save();
  assert.equal(kept["cmi.core.lesson_status"], "incomplete");
  assert.equal(kept["cmi.core.exit"], "suspend");
  tracker.finish({ percent: 90, passed: true, completed: true, final: true });
  tracker.save();
  assert.equal(kept["cmi.core.exit"], "");
});

test("the report names every call with its code, and no learner", () => {
  const { moody } = with_((api) => ({ LMSCommit: () => "false", LMSGetLastError: () => "101" }), { learner: { id: "secret-id", name: "Doe, Jo" } });
  const tracker = createTracker(environment({ ...moody }));
  tracker.start();
  const report = tracker.report().join("\n");
  assert.match(report, /LMSSetValue\("cmi.core.exit", "suspend"\) → "true"/);
  assert.match(report, /LMSCommit\(""\) → "false" error 101/);
  assert.match(report, /API: window/);
  assert.doesNotMatch(report, /secret-id|Doe/);
});

test("the log of calls does not grow for ever", () => {
  const tracker = createTracker(environment(lms()));
  tracker.start();
  for (let turn = 0; turn < 500; turn += 1) tracker.save();
  assert.ok(tracker.report().length < 310);
});

test("half an answer is not an answer: it is tried again in the same place", () => {
  let fails = 1;
  let last = "0";
  const { moody } = with_((api) => ({
    LMSSetValue: (name, value) => {
      const isHit = name.endsWith("student_response") && fails-- > 0;
      last = isHit ? "101" : "0";
      return isHit ? "false" : api.LMSSetValue(name, value);
    },
    LMSGetLastError: () => last,
  }));
  const tracker = createTracker(environment(moody));
  tracker.start();
  answered(tracker);
  assert.equal(statuses.at(-1), "unsaved");
  tracker.flush();
  assert.equal(statuses.at(-1), "saved");
  assert.equal(kept["cmi.interactions.0.student_response"], "b");
  assert.ok(!("cmi.interactions.1.id" in kept));
});

test("an LMS that says yes in another word, or has no word for nothing, is understood", () => {
  const { moody } = with_((api) => ({ LMSCommit: () => Number(api.LMSCommit("") === "true"), LMSGetValue: (name) => api.LMSGetValue(name) || "undefined" }));
  const tracker = createTracker(environment(moody));
  assert.equal(tracker.start().resume, "");
  answered(tracker);
  answered(tracker, "link");
  assert.equal(statuses.at(-1), "saved");
  assert.equal(kept["cmi.interactions.1.student_response"], "c");
});

test("a state that is refused for good is said to be, not taken for an ended session", () => {
  const { moody } = with_((api) => ({ LMSSetValue: (name, value) => (name === "cmi.suspend_data" ? "false" : api.LMSSetValue(name, value)), LMSGetLastError: () => "405" }));
  const tracker = createTracker(environment(moody));
  tracker.start();
  answered(tracker);
  tracker.flush();
  assert.equal(reasons.at(-1), "refused");
});

test("the score of a pass is not lowered by a worse pass", () => {
  const tracker = createTracker(environment(lms({ data: { "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90" } })));
  tracker.start();
  tracker.finish({ percent: 80, passed: true, completed: true, final: true });
  tracker.save();
  assert.equal(kept["cmi.core.score.raw"], "90");
  tracker.finish({ percent: 95, passed: true, completed: true, final: true });
  tracker.save();
  assert.equal(kept["cmi.core.score.raw"], "95");
});
