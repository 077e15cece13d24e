/**
 * Random learners on an LMS that fails at random: when it works again, it has everything, once and in order.
 *
 * The LMS is the strict stand-in; what it commits is all that survives a crash of the page, beside the copy that the
 * player keeps on the device. SMAC_DEEP=1 runs 3,000 learners, else 150. A failure names its seed.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import "./kinds.mjs";
import * as lms12 from "../../smac_courses/lms/scorm12.mjs";
import * as lms2004 from "../../smac_courses/lms/scorm2004.mjs";
import * as tracker12 from "../../smac_courses/player/src/trackers/scorm12.mjs";
import * as tracker2004 from "../../smac_courses/player/src/trackers/scorm2004.mjs";
import { Session } from "../../smac_courses/player/src/session.mjs";
import { unpackState } from "../../smac_courses/player/src/state.mjs";

const LEARNERS = process.env.SMAC_DEEP ? 3000 : 150;
const STEPS = 40;
// Where each standard keeps what is asked for below.
const STANDARDS = {
  "SCORM 1.2": {
    ...lms12,
    ...tracker12,
    answer: (stored, n) => stored[`cmi.interactions.${n}.student_response`].replaceAll(",", ""),
    outcome: (stored) => stored["cmi.core.lesson_status"],
  },
  "SCORM 2004": {
    ...lms2004,
    ...tracker2004,
    answer: (stored, n) => stored[`cmi.interactions.${n}.learner_response`].replaceAll("[,]", ""),
    outcome: (stored) => {
      const statuses = [stored["cmi.completion_status"], stored["cmi.success_status"] ?? "unknown"].join();
      return { "completed,passed": "passed", "incomplete,unknown": "incomplete" }[statuses] ?? statuses;
    },
  },
};
const FAULTS = ["none", "none", "none", "commit", "refuse", "throw", "empty", "offline", "forgets", "351"];
console.warn = () => {};

const question = (key, ordinal) => ({
  key,
  ordinal,
  kind: "multiple",
  points: 1,
  lessons: [],
  options: ["a", "b", "c", "d"].map((id, n) => ({ id, n })),
  credit: "all",
  about: [],
  solution: { right: ["a"] },
});
const COURSE = {
  course: { id: "c", title: "C", version: "1.0.0" },
  lms: { fail: "failed", exitOnPass: "suspend", language: "en", hasExam: true },
  lessons: [0, 1, 2].map((n) => ({ key: `m.l${n}`, ordinal: n, practice: [question(`m.p${n}`, n)] })),
  exam: {
    rules: { passPercent: 50, attempts: 0, counts: "best", shuffle: true, feedback: "after", opens: "any-time", waitHours: 0, timeLimitMinutes: 0, extraTime: [], pause: false },
    pools: [{ id: "pool", title: "", draw: 3, mustPass: 0, questions: [10, 11, 12, 13, 14].map((n) => question(`e.q${n}`, n)) }],
  },
};

/** Mulberry32: small numbers that are random enough, and the same for the same seed. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

class World {
  constructor(seed, standard) {
    this.standard = standard;
    this.random = random(seed);
    this.stored = {};
    this.device = new Map();
    this.fault = "none";
    this.told = [];
    this.now = 0;
    this.open();
  }

  /** A page is opened: the LMS gives it what it has stored. */
  open() {
    this.timers = new Map();
    const api = this.standard.createStrictApi({
      data: { ...this.stored },
      onCommit: (data) => {
        if (["commit", "offline"].includes(this.fault)) return false;
        if (this.fault !== "forgets") this.stored = data;
        return true;
      },
    });
    const moody = Object.fromEntries(Object.entries(api).map(([name, call]) => [name, (...values) => this.call(name, () => call(...values), values[0])]));
    const world = this;
    const window = {
      [this.standard.API_NAME]: moody,
      navigator: { get onLine() { return world.fault !== "offline"; } },
      addEventListener: () => {},
      setTimeout: (action) => this.timers.set(action, action) && action,
      clearTimeout: (action) => this.timers.delete(action),
    };
    window.parent = window;
    window.top = window;
    const storage = () => ({ getItem: (name) => this.device.get(name) ?? null, setItem: (name, text) => this.device.set(name, text), removeItem: (name) => this.device.delete(name) });
    this.session = new Session(COURSE, { randomSeed: () => this.random(2 ** 32), now: () => (this.now += 10), moment: () => 1_795_305_600, storage });
    this.tracker = this.standard.createTracker({
      window,
      session: this.session,
      clock: () => new Date(2026, 10, 22),
      describe: (key) => `Question ${key}`,
      onStatus: (status) => {
        this.status = status;
        if (status !== "saving") this.session.tried();
      },
    });
    const tell = this.tracker.answered.bind(this.tracker);
    this.tracker.answered = (record) => {
      if (!record.time) this.told.push(`${record.question.key}=${record.answer.join("")}`);
      tell(record);
    };
    const how = this.session.start(this.tracker);
    if (how === "waiting") return false;
    if (this.session.offer) this.session.acceptOffer();
    return true;
  }

  call(name, work, element) {
    if (name.endsWith("GetLastError")) {
      const { error } = this;
      this.error = null;
      return error ?? work();
    }
    this.error = null;
    if (this.fault === "none") return work();
    if (this.fault === "throw") throw new Error("the LMS is broken");
    if (this.fault === "empty" && !name.endsWith("GetValue")) return "";
    if (this.fault === "refuse" && /(SetValue|Commit)$/.test(name)) return "false";
    // SCORM 2004 has a code that says nothing but that it did not work this time.
    if (this.fault === "351" && name.endsWith("SetValue") && !element.startsWith("cmi.interactions") && this.random(3) === 0) {
      this.error = "351";
      return "false";
    }
    return work();
  }

  step() {
    const { session } = this;
    const { attempts } = session;
    const answer = ["a", "b", "c", "d"].filter(() => this.random(2));
    switch (this.random(9)) {
      case 0:
      case 1:
        if (answer.length) session.answerPractice(COURSE.lessons[this.random(3)].practice[0], answer, 1);
        break;
      case 2:
        session.completeLesson(COURSE.lessons[this.random(3)]);
        break;
      case 3:
      case 4:
      case 5:
        if (!attempts.current() && attempts.mayStart()) attempts.start(0);
        // Ticks that were all taken away may come back when two states are joined: better than an answer lost.
        else if (attempts.current() && answer.length) attempts.answer(attempts.asked()[this.random(3)], answer);
        break;
      case 6:
        if (attempts.current() && this.random(3) === 0) attempts.submit(() => 1);
        break;
      case 7:
        this.fault = FAULTS[this.random(FAULTS.length)];
        break;
      default:
        for (const action of [...this.timers.values()]) {
          this.timers.delete(action);
          action();
        }
    }
  }

  /** The page goes: closed with a goodbye, or killed without one. Opened again when the LMS can be reached. */
  reopen() {
    if (this.random(2)) this.tracker.close();
    const before = this.work();
    if (this.fault !== "forgets") this.fault = "none";
    assert.ok(this.open());
    assert.deepEqual(this.work(), before);
  }

  /** What the learner did, without the running numbers. */
  work() {
    const { lessonsDone, practice, exam } = structuredClone(this.session.state);
    return { lessonsDone: lessonsDone.sort(), practice, exam };
  }
}

for (const [name, standard] of Object.entries(STANDARDS)) {
  test(`${name}: ${LEARNERS} learners on a failing LMS lose nothing, and nothing is recorded twice`, () => {
    for (let seed = 0; seed < LEARNERS; seed += 1) {
      try {
        play(new World(seed, standard), standard);
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      }
    }
  });
}

function play(world, standard) {
  let forgot = false;
  for (let step = 0; step < STEPS; step += 1) {
    world.step();
    forgot ||= world.fault === "forgets";
    if (world.random(15) === 0) world.reopen();
  }
  world.fault = "none";
  world.session.save();
  for (let turn = 0; turn < 4 && !world.tracker.flush(); turn += 1);
  assert.equal(world.status, "saved");
  const kept = unpackState(world.stored["cmi.suspend_data"]);
  const before = world.work();
  assert.deepEqual({ lessonsDone: kept.lessonsDone.sort(), practice: kept.practice, exam: kept.exam }, before);
  const passed = world.session.attempts.isPassed();
  assert.equal(standard.outcome(world.stored), passed ? "passed" : "incomplete");
  if (!forgot) assert.deepEqual(interactions(world.stored, standard), world.told);
}

function interactions(stored, standard) {
  const found = [];
  for (let n = 0; `cmi.interactions.${n}.id` in stored; n += 1) {
    found.push(`${stored[`cmi.interactions.${n}.id`]}=${standard.answer(stored, n)}`);
  }
  return found;
}
