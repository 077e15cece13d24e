/**
 * The trackers of cmi5 and of older xAPI packages on a strict record store that fails when it is told to: what a
 * learner hears, and what the store has in the end. Nothing is lost, nothing told twice, the order kept.
 *
 * The last tests are random learners, as in faults.test.mjs: SMAC_DEEP=1 runs 2,000, else 150. A failure names its seed.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import "./kinds.mjs";
import { ACTIVITY, ACTOR, Clockwork, Cmi5Lms, Line, MASTERY, PROGRESS, RecordStore, Refusal, REGISTRATION, sessionOf, verbOf } from "./records.mjs";
import { Session } from "../../smac_courses/player/src/session.mjs";
import { packState, unpackState } from "../../smac_courses/player/src/state.mjs";
import * as cmi5 from "../../smac_courses/player/src/trackers/cmi5.mjs";
import * as tincan from "../../smac_courses/player/src/trackers/xapi.mjs";

const LEARNERS = process.env.SMAC_DEEP ? 2000 : 150;
const STEPS = 40;
const BEGIN = Date.UTC(2026, 10, 22, 8);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
console.warn = () => {};

const WORDS = { textContent: " Words " };
const FORM = { ...WORDS, querySelector: () => WORDS };
globalThis.document = { getElementById: () => FORM, querySelector: () => ({ content: { querySelector: () => FORM } }) };

const question = (key, ordinal, kind = "multiple") => ({
  key,
  ordinal,
  kind,
  iri: `https://publisher.example/q/${key}`,
  points: kind === "likert" ? 0 : 1,
  lessons: [],
  options: ["a", "b", "c", "d"].map((id, n) => ({ id, n })),
  credit: "all",
  about: [],
  solution: { right: ["a"] },
});

function course({ rules = {}, exam = true } = {}) {
  return {
    course: { id: "c", title: "C", version: "1.0.0" },
    lms: { language: "en", hasExam: exam, activity: "https://publisher.example/course" },
    lessons: [0, 1, 2].map((n) => ({ key: `m.l${n}`, ordinal: n, practice: [question(`m.p${n}`, n, n === 2 ? "likert" : "multiple")] })),
    exam: exam
      ? {
          rules: { passPercent: 50, attempts: 0, counts: "best", shuffle: true, feedback: "after", opens: "any-time", waitHours: 0, timeLimitMinutes: 0, extraTime: [], pause: false, ...rules },
          pools: [{ id: "pool", title: "", draw: 3, mustPass: 0, questions: [10, 11, 12, 13, 14].map((n) => question(`e.q${n}`, n)) }],
        }
      : null,
  };
}

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
  /** `course` and `lms` say what is unusual in them; another `standard` comes with its own store. */
  constructor({ seed = 1, course: options = {}, lms = {}, standard = cmi5, store = null } = {}) {
    this.options = options;
    this.standard = standard;
    this.random = random(seed);
    this.clock = new Clockwork();
    this.lms = store ?? new Cmi5Lms(lms);
    this.line = new Line(this.clock, (call) => this.lms.answer(call), this.random);
    this.device = new Map();
    this.skew = 0;
    this.given = [];
  }

  /** A new launch on a device. */
  launch({ mode, changed, device = this.device, address = this.lms.launch?.(mode, changed) } = {}) {
    return new Page(this, address, device);
  }

  /** A launch that has come to its end. */
  async open(settings = {}) {
    const page = this.launch(settings);
    await this.pass(5 * SECOND);
    return page;
  }

  pass(milliseconds) {
    return this.clock.pass(milliseconds);
  }

  /** No call of any device is on its way, and nothing waits. */
  async rest(page) {
    for (let turn = 0; turn < 60 && (page.tracker.pumping || page.tracker.hasWaiting()); turn += 1) await this.pass(10 * SECOND);
  }

  fail(fault, only) {
    this.line.fail(fault, only);
  }

  goOffline(isOffline = true) {
    this.line.isOffline = isOffline;
    if (!isOffline) for (const listener of this.page.listeners) listener();
  }

  /** Answers that the store was told of, in its order. */
  answers() {
    return this.lms.of("answered").map(({ id, object, result }) => `${id} ${object.id.split("/").at(-1)}=${result.response.replaceAll("[,]", "")}`);
  }

  /** Everything that was given is there, once. */
  assertAllTold() {
    assert.deepEqual(this.answers().sort(), this.given.map(({ text }) => text).sort());
  }
}

/** What main.mjs does with a session and a tracker, without a page. */
class Page {
  constructor(world, address, device) {
    Object.assign(this, { world, isAlive: true, statuses: [], listeners: [], how: "", media: [{ muted: false }] });
    world.page = this;
    const { clock, line } = world;
    const own = this;
    this.passMark = { textContent: "50 %" };
    this.window = {
      location: { search: new URL(address).search },
      navigator: { get onLine() { return !line.isOffline; } },
      addEventListener: (name, listener) => name === "online" && own.listeners.push(listener),
      setTimeout: (action, wait) => clock.after(wait, () => own.isAlive && action()),
      clearTimeout: (number) => clock.clear(number),
      fetch: line.fetchOf(this),
      crypto: { getRandomValues: (numbers) => numbers.map(() => world.random(2 ** 32)) },
      document: { querySelector: () => own.passMark, querySelectorAll: () => own.media },
      AbortController,
      Blob,
    };
    const storage = () => ({ getItem: (name) => device.get(name) ?? null, setItem: (name, text) => device.set(name, text), removeItem: (name) => device.delete(name) });
    this.session = new Session(course(world.options), {
      randomSeed: () => world.random(2 ** 32),
      now: () => clock.time,
      moment: () => Math.floor((BEGIN + clock.time) / SECOND),
      storage,
    });
    this.tracker = world.standard.createTracker({
      window: this.window,
      session: this.session,
      clock: () => new Date(BEGIN + clock.time + world.skew),
      describe: (key) => `Question ${key}`,
      onReady: () => this.lookAgain(),
      onStatus: (status, why = "") => {
        this.statuses.push(why ? `${status} ${why}` : status);
        if (status !== "saving") this.session.tried();
      },
    });
    this.noteAnswers();
    this.how = this.session.start(this.tracker);
    if (this.how !== "waiting") this.arrive();
    else if (!this.tracker.isLaunching) this.lookAgain();
  }

  noteAnswers() {
    const { tracker, world } = this;
    const tell = tracker.answered.bind(tracker);
    tracker.answered = (record) => {
      tell(record);
      if (record.id || tracker.isReadOnly) return;
      const { id } = tracker.queue.at(-1).record;
      world.given.push({ id, page: this, text: `${id} ${record.question.key}=${record.answer.join("")}` });
    };
  }

  lookAgain() {
    this.how = this.session.start(this.tracker);
    if (this.how === "waiting") this.how = this.session.goOnAlone();
    this.arrive();
  }

  arrive() {
    if (this.session.offer) this.session.acceptOffer();
    if (!this.session.connected) this.session.save();
  }

  connectAgain() {
    this.session.isWaiting = true;
    this.how = this.session.start(this.tracker);
  }

  /** What the learner was told last. */
  get status() {
    return this.statuses.at(-1) ?? "";
  }

  get isConnected() {
    return this.session.connected;
  }

  answer(number, letters = "a") {
    this.session.answerPractice(this.session.course.lessons[number].practice[0], [...letters], 1);
  }

  complete(...numbers) {
    for (const number of numbers) this.session.completeLesson(this.session.course.lessons[number]);
  }

  attempt(...letters) {
    const { attempts } = this.session;
    attempts.start(0);
    letters.forEach((letter, n) => attempts.answer(attempts.asked()[n], [letter]));
    attempts.submit(() => 1);
  }

  /** The page is gone without a word. */
  crash() {
    this.isAlive = false;
  }

  /** The page goes: what it asked for in that moment still arrives. */
  hide() {
    this.session.isWaiting && this.goAlone();
    this.tracker.close();
    this.isAlive = false;
  }

  goAlone() {
    this.session.goOnAlone();
    this.session.save();
  }

  /** Leave as by the button, and hear what is said. */
  async leave() {
    let outcome = null;
    Promise.resolve(this.tracker.close()).then((said) => {
      outcome = said;
    });
    await this.world.pass(2 * MINUTE);
    this.isAlive = false;
    return outcome;
  }

  /** What the learner did, without the running numbers. */
  work() {
    return workOf(this.session.state);
  }
}

function workOf({ lessonsDone, practice, exam }) {
  return structuredClone({ lessonsDone: lessonsDone.toSorted(), practice, exam });
}

/** The state of the store is the work of the page. */
function assertKept(world, page, registration = REGISTRATION) {
  assert.deepEqual(workOf(unpackState(world.lms.kept(registration).state)), page.work());
}

function assertNoRefusals(world, ...expected) {
  assert.deepEqual(world.lms.refused.filter((line) => !expected.some((one) => one.test(line))), []);
}

// -- a session on a good day ----------------------------------------------------------------------

test("a session begins, tells what was done in its order, and ends", async () => {
  const world = new World();
  const page = await world.open();
  assert.equal(page.status, "saved");
  page.answer(0);
  page.complete(0);
  await world.pass(SECOND);
  page.answer(1, "bc");
  page.complete(1, 2);
  page.attempt("a", "b", "a");
  await world.pass(SECOND);
  assert.equal(page.status, "saved");
  assert.equal(await page.leave(), "saved");
  const answers = Array(3).fill("answered");
  assert.deepEqual(world.lms.said(), ["initialized", "answered", "progressed", "answered", "progressed", "progressed", ...answers, "completed", "passed", "terminated"]);
  assert.deepEqual(world.lms.of("progressed").map(({ result }) => result.extensions[PROGRESS]), [25, 50, 75]);
  assert.deepEqual(world.lms.of("passed")[0].result.score, { scaled: 0.66, raw: 66, min: 0, max: 100 });
  assert.equal(page.tracker.returnUrl, "https://lms.example/back");
  world.assertAllTold();
  assertKept(world, page);
  assertNoRefusals(world);
});

test("answers that are only answers: nothing is judged where nothing is asked for", async () => {
  const world = new World();
  const page = await world.open();
  page.answer(2, "c");
  await world.pass(SECOND);
  const [{ object, result, context }] = world.lms.of("answered");
  assert.equal(object.definition.interactionType, "likert");
  assert.equal("correctResponsesPattern" in object.definition, false);
  assert.deepEqual(object.definition.scale.map(({ id }) => id), ["a", "b", "c", "d"]);
  assert.equal("success" in result || "score" in result, false);
  assert.deepEqual(context.contextActivities.parent, [{ id: ACTIVITY }]);
});

test("a course without an exam passes where the LMS asks for that, without a score", async () => {
  for (const [moveOn, verbs] of [["CompletedAndPassed", ["completed", "passed"]], ["Completed", ["completed"]]]) {
    const world = new World({ course: { exam: false }, lms: { moveOn, masteryScore: undefined } });
    const page = await world.open();
    page.complete(0, 1, 2);
    await world.pass(SECOND);
    assert.deepEqual(world.lms.said(), ["initialized", "progressed", "progressed", ...verbs]);
    assertNoRefusals(world);
  }
});

test("a result is told once in a registration, whatever sessions follow", async () => {
  const world = new World();
  const first = await world.open();
  first.attempt("a", "a", "a");
  await world.pass(SECOND);
  await first.leave();
  const second = await world.open();
  second.complete(0, 1, 2);
  await world.pass(SECOND);
  await second.leave();
  assert.deepEqual(world.lms.said(), ["initialized", "terminated"]);
  assert.equal(world.lms.of("passed").length, 1);
  assertNoRefusals(world);
});

test("a result that the store took and the state lost is not told twice", async () => {
  const world = new World();
  const first = await world.open();
  first.attempt("a", "a", "a");
  first.hide();
  await world.pass(MINUTE);
  world.lms.documents.delete(world.lms.stateKey());
  const second = await world.open();
  await world.rest(second);
  assert.equal(world.lms.of("passed").length, 1);
  assert.equal(world.lms.of("completed").length, 1);
  assert.equal(second.status, "saved");
  assertKept(world, second);
  world.assertAllTold();
});

// -- failing attempts -----------------------------------------------------------------------------

test("a fail is told at the end of the session, once, however often it was tried", async () => {
  const world = new World();
  const page = await world.open();
  page.attempt("b", "b", "a");
  page.attempt("b", "b", "b");
  await world.pass(SECOND);
  assert.equal(world.lms.of("failed").length, 0);
  assert.equal(await page.leave(), "saved");
  const [{ result, context }] = world.lms.of("failed");
  assert.equal(result.score.scaled, 0.33);
  assert.equal(context.extensions[MASTERY], 0.5);
  await (await world.open()).leave();
  assert.equal(world.lms.of("failed").length, 1);
  assertNoRefusals(world);
});

test("a pass after a fail is all that a session tells", async () => {
  const world = new World();
  const page = await world.open();
  page.attempt("b", "b", "b");
  page.attempt("a", "a", "a");
  await page.leave();
  assert.equal(world.lms.of("failed").length, 0);
  assert.equal(world.lms.of("passed").length, 1);
  assertNoRefusals(world);
});

test("the last fail that the rules allow is told at once", async () => {
  const world = new World({ course: { rules: { attempts: 1 } } });
  const page = await world.open();
  page.attempt("b", "b", "b");
  await world.pass(SECOND);
  assert.equal(world.lms.of("failed").length, 1);
});

test("a fail of a session that broke off is told by the next one", async () => {
  const world = new World();
  const page = await world.open();
  page.attempt("b", "b", "b");
  await world.pass(SECOND);
  page.crash();
  await (await world.open()).leave();
  assert.deepEqual(world.lms.said(), ["initialized", "failed", "terminated"]);
  await (await world.open()).leave();
  assert.deepEqual(world.lms.said(), ["initialized", "terminated"]);
  assertNoRefusals(world);
});

test("a pass whose score lies below the mark of the LMS is told without the score", async () => {
  // Passed; then another device handed in a worse attempt that it had begun before, and the rules count the last one.
  const world = new World({ course: { rules: { counts: "last" } } });
  const page = await world.open();
  page.session.state.exam = { used: 2, best: { percent: 100, passed: true }, last: { percent: 20, passed: false }, finishedAt: 1, attempt: null };
  page.session.attempts.report();
  page.session.save();
  await world.rest(page);
  assert.deepEqual(world.lms.of("passed").map(({ result }) => "score" in result), [false]);
  assertNoRefusals(world);
});

// -- a line that breaks ---------------------------------------------------------------------------

for (const fault of ["lost", "unheard", "silent", "swallowed", "500", "503", "429", "404"]) {
  test(`${fault}: the learner hears that it is not saved, and when it is again; the store has all once`, async () => {
    const world = new World();
    const page = await world.open();
    world.fail(fault);
    page.answer(0);
    await world.pass(40 * SECOND);
    page.answer(1, "b");
    page.complete(0);
    await world.pass(40 * SECOND);
    assert.ok(page.statuses.includes("unsaved"));
    assert.ok(!page.statuses.slice(2).includes("saved"));
    world.fail("none");
    await world.pass(3 * MINUTE);
    assert.equal(page.status, "saved");
    world.assertAllTold();
    assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
    assertKept(world, page);
    assertNoRefusals(world, /^412 PUT/);
  });
}

test("slow: it takes long, and is saved", async () => {
  const world = new World();
  const page = await world.open();
  world.fail("slow");
  page.answer(0);
  page.complete(0);
  await world.pass(10 * MINUTE);
  assert.equal(page.status, "saved");
  world.assertAllTold();
  assertKept(world, page);
  assertNoRefusals(world, /^412 PUT/);
});

test("a store that says when to come again is not asked before", async () => {
  for (const fault of ["503", "429"]) {
    const world = new World();
    const page = await world.open();
    world.line.retryAfter = "90";
    world.fail(fault);
    page.answer(0);
    await world.pass(SECOND);
    const asked = world.line.requests.length;
    await world.pass(85 * SECOND);
    assert.equal(world.line.requests.length, asked);
    world.fail("none");
    await world.pass(10 * SECOND);
    assert.equal(page.status, "saved");
    world.assertAllTold();
  }
});

test("offline is said as such, and ends when the browser says so", async () => {
  const world = new World();
  const page = await world.open();
  world.goOffline();
  page.answer(0);
  await world.pass(MINUTE);
  page.answer(1);
  assert.equal(await page.tracker.flush(), false);
  assert.equal(page.status, "unsaved offline");
  world.goOffline(false);
  await world.pass(2 * SECOND);
  assert.equal(page.status, "saved");
  world.assertAllTold();
  assertKept(world, page);
});

test("offline without a word of the browser: it is tried again by itself", async () => {
  const world = new World();
  const page = await world.open();
  world.goOffline();
  page.answer(0);
  await world.pass(MINUTE);
  world.line.isOffline = false;
  await world.pass(2 * MINUTE);
  assert.equal(page.status, "saved");
  world.assertAllTold();
});

for (const fault of ["401", "403"]) {
  test(`${fault} to everything: the session has ended; the next launch tells what it could not`, async () => {
    const world = new World();
    const page = await world.open();
    page.answer(0, "b");
    await world.pass(SECOND);
    world.fail(fault);
    page.answer(0, "c");
    page.answer(1, "d");
    page.complete(0);
    await world.pass(5 * MINUTE);
    assert.equal(page.status, "unsaved ended");
    assert.equal(world.answers().length, 1);
    page.hide();
    world.fail("none");
    const next = await world.open();
    assert.equal(next.how, "restored");
    await world.rest(next);
    assert.equal(next.status, "saved");
    assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
    assertKept(world, next);
    assertNoRefusals(world, /^401/);
  });
}

test("403 for a while: what was refused then is told later, in its order", async () => {
  const world = new World();
  const page = await world.open();
  world.fail("403");
  page.answer(0);
  page.answer(1, "b");
  await world.pass(10 * SECOND);
  world.fail("none");
  page.answer(0, "c");
  await world.pass(MINUTE);
  assert.equal(page.status, "saved");
  assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
  assertNoRefusals(world);
});

test("a statement that is refused for what it says keeps nothing else from being told", async () => {
  const world = new World();
  const page = await world.open();
  world.lms.dislikes = "m.p1";
  page.answer(0);
  page.answer(1);
  page.answer(2);
  page.complete(0);
  await world.pass(MINUTE);
  assert.equal(page.status, "saved");
  assert.deepEqual(world.answers(), [world.given[0].text, world.given[2].text]);
  assert.deepEqual(page.tracker.waiting(), []);
  assert.ok(page.tracker.report().some((line) => /refused for good: answered/.test(line)));
  assertKept(world, page);
  await page.leave();
  assert.equal(world.lms.said().at(-1), "terminated");
});

test("a statement that was refused for a moment goes again, behind what was told meanwhile", async () => {
  const world = new World();
  const page = await world.open();
  world.lms.dislikes = "m.p0";
  world.fail("500", /PUT/);
  page.answer(0);
  page.answer(1);
  await world.pass(10 * SECOND);
  assert.equal(page.status, "unsaved");
  world.lms.dislikes = "";
  world.fail("none");
  await world.pass(MINUTE);
  assert.equal(page.status, "saved");
  world.assertAllTold();
  assertNoRefusals(world, /disliked/);
});

test("the end while refused statements are being sorted out", async () => {
  for (let wait = 0; wait < 2000; wait += 100) {
    const world = new World({ seed: wait + 1 });
    const page = await world.open();
    world.lms.dislikes = "m.p1";
    page.answer(0);
    page.answer(1);
    page.answer(2);
    await world.pass(wait);
    await page.leave();
    assert.deepEqual(world.lms.said(), ["initialized", "answered", "answered", "terminated"]);
    assertNoRefusals(world, /disliked/, /^403.*nothing follows terminated/, /^412 PUT/);
  }
});

test("at the end, too: a refused statement takes neither the others nor the last one with it", async () => {
  const world = new World();
  const page = await world.open();
  world.lms.dislikes = "m.p1";
  world.goOffline();
  page.answer(0);
  page.answer(1);
  page.answer(2);
  await world.pass(SECOND);
  world.line.isOffline = false;
  assert.equal(await page.leave(), "unsaved");
  assert.deepEqual(world.lms.said(), ["initialized", "answered", "answered", "terminated"]);
});

test("an answer whose body never comes is given up, and asked for again", async () => {
  const world = new World();
  const page = await world.open();
  const fetch = page.window.fetch;
  let isBroken = true;
  page.window.fetch = async (address, options) => {
    const answer = await fetch(address, options);
    const never = () => new Promise((_, reject) => options.signal.addEventListener("abort", () => reject(options.signal.reason)));
    return isBroken ? { ...answer, ok: false, status: 500, text: never, json: never } : answer;
  };
  page.answer(0);
  await world.pass(45 * SECOND);
  assert.ok(page.statuses.includes("unsaved"));
  isBroken = false;
  await world.pass(3 * MINUTE);
  assert.equal(page.status, "saved");
  world.assertAllTold();
});

// -- the state document ---------------------------------------------------------------------------

test("marks of documents that the page may not see: all is saved all the same", async () => {
  const world = new World();
  world.line.showsEtags = false;
  const page = await world.open();
  page.answer(0);
  await world.pass(SECOND);
  page.complete(0);
  await world.pass(5 * SECOND);
  assert.equal(page.status, "saved");
  assertKept(world, page);
  const next = await world.open();
  next.answer(1, "b");
  await world.pass(5 * SECOND);
  assert.equal(next.status, "saved");
  assertKept(world, next);
  world.assertAllTold();
  assertNoRefusals(world, /^409 PUT/);
});

test("marks that come with reading only", async () => {
  const world = new World();
  world.lms.marksPuts = false;
  const page = await world.open();
  page.answer(0);
  await world.pass(SECOND);
  page.complete(0);
  await world.pass(5 * SECOND);
  assert.equal(page.status, "saved");
  assertKept(world, page);
  assertNoRefusals(world);
});

/** Another device saves in the meantime what it did. */
function otherDevice(world, change) {
  const kept = world.lms.kept();
  const state = unpackState(kept.state);
  change(state);
  state.sequence += 1;
  world.lms.documents.set(world.lms.stateKey(), JSON.stringify({ ...kept, state: packState(state) }));
}

for (const showsEtags of [true, false]) {
  test(`what another device saved meanwhile is joined${showsEtags ? "" : ", also where no marks are seen"}`, async () => {
    const world = new World();
    world.line.showsEtags = showsEtags;
    const page = await world.open();
    page.answer(0);
    await world.pass(5 * SECOND);
    page.complete(0);
    await world.pass(5 * SECOND);
    otherDevice(world, (state) => {
      state.lessonsDone.push(2);
      state.practice[2] = [3];
    });
    page.answer(1, "b");
    await world.pass(5 * SECOND);
    assert.equal(page.status, "saved");
    assert.deepEqual(page.work(), { lessonsDone: [0, 2], practice: { 0: [0], 1: [1], 2: [3] }, exam: null });
    assertKept(world, page);
    assertNoRefusals(world, /^412 PUT/, ...(showsEtags ? [] : [/^409 PUT/]));
  });
}

test("what another device has told already is not told again", async () => {
  const world = new World();
  const page = await world.open();
  page.attempt("b", "b", "b");
  await world.pass(SECOND);
  const kept = world.lms.kept();
  world.lms.documents.set(world.lms.stateKey(), JSON.stringify({ ...kept, told: { progress: 50, failed: 1 } }));
  page.complete(0);
  await world.pass(5 * SECOND);
  page.complete(1);
  await world.pass(5 * SECOND);
  assert.deepEqual(world.lms.kept().told, { progress: 50, failed: 1 });
  await page.leave();
  assert.equal(world.lms.of("failed").length, 0);
});

test("a state that is gone is written anew; one that makes no sense is written over", async () => {
  for (const rubbish of [null, "null", "[]", "5", '{"state":7,"told":3}', '{"state":"garbage"}']) {
    const world = new World();
    const page = await world.open();
    page.answer(0);
    await world.pass(5 * SECOND);
    if (rubbish === null) world.lms.documents.delete(world.lms.stateKey());
    else world.lms.documents.set(world.lms.stateKey(), rubbish);
    page.answer(1, "b");
    await world.pass(5 * SECOND);
    assert.equal(page.status, "saved", rubbish);
    assertKept(world, page);
    world.assertAllTold();
    assertNoRefusals(world, /^412 PUT/);
  }
});

test("a state that makes no sense at the launch: the copy of this device counts", async () => {
  for (const rubbish of ["null", "[]", "5", '{"state":7,"told":3}', '{"state":"garbage"}']) {
    const world = new World();
    const page = await world.open();
    page.answer(0);
    await world.pass(SECOND);
    page.hide();
    await world.pass(SECOND);
    world.lms.documents.set(world.lms.stateKey(), rubbish);
    const next = await world.open();
    await world.rest(next);
    assert.equal(next.status, "saved", rubbish);
    assert.deepEqual(next.work(), page.work());
    assertKept(world, next);
  }
});

// -- the launch -----------------------------------------------------------------------------------

test("a token that is down for a while: the launch goes on when it comes", async () => {
  for (const fault of ["lost", "500", "503", "silent"]) {
    const world = new World();
    world.fail(fault, /POST fetch/);
    const page = world.launch();
    assert.equal(page.how, "waiting");
    page.answer(0);
    await world.pass(6 * SECOND);
    world.fail("none");
    await world.pass(MINUTE);
    assert.equal(page.status, "saved", fault);
    assert.deepEqual(world.lms.said(), ["initialized", "answered"]);
    world.assertAllTold();
    assertKept(world, page);
    assertNoRefusals(world);
  }
});

test("error-code 3 is tried again; 1, 2 and what is no JSON are not", async () => {
  for (const token of ["1", "2", "3", "<html>", "null", '{"auth-token": 5}']) {
    const world = new World();
    world.lms.token = token;
    const page = world.launch();
    await world.pass(10 * SECOND);
    world.lms.token = "";
    await world.pass(MINUTE);
    assert.equal(page.isConnected, token === "3", token);
    assert.equal(page.tracker.mayTryAgain, token === "3", token);
    assert.deepEqual(world.lms.statements.map(verbOf), token === "3" ? ["initialized"] : []);
  }
});

test("a token that was lost on its way: the course is not recorded, and the next launch tells what was done", async () => {
  const world = new World();
  const first = await world.open();
  first.answer(0);
  await world.pass(SECOND);
  first.hide();
  await world.pass(SECOND);
  world.fail("unheard", /POST fetch/);
  const page = world.launch();
  await world.pass(500);
  world.fail("none");
  await world.pass(5 * SECOND);
  assert.equal(page.isConnected, false);
  assert.equal(page.session.hasCopy, true);
  page.answer(1, "b");
  page.complete(1);
  page.attempt("a", "a", "a");
  await world.pass(MINUTE);
  assert.equal(await page.leave(), "not-recorded");
  const next = await world.open();
  await world.rest(next);
  assert.deepEqual(next.work(), page.work());
  assertKept(world, next);
  assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
  assert.equal(world.lms.of("passed").length, 1);
  assertNoRefusals(world, /token was fetched before/);
});

test("what was done without an LMS on another device is offered there, not lost", async () => {
  const world = new World();
  const first = await world.open();
  first.answer(0);
  await world.pass(SECOND);
  first.hide();
  const device = new Map();
  world.lms.token = "2";
  const alone = await world.open({ device });
  alone.answer(1, "b");
  alone.hide();
  world.lms.token = "";
  const next = await world.open({ device });
  await world.rest(next);
  assert.deepEqual(next.work().practice, { 0: [0], 1: [1] });
  world.assertAllTold();
});

test("a launch that fails for a minute says so; connecting again tells everything once", async () => {
  const world = new World();
  world.fail("500", /state/);
  const page = world.launch();
  await world.pass(MINUTE);
  await world.pass(MINUTE);
  assert.equal(page.isConnected, false);
  assert.equal(page.tracker.mayTryAgain, true);
  page.answer(0);
  page.answer(1, "b");
  page.attempt("a", "a", "a");
  world.fail("none");
  page.connectAgain();
  await world.pass(10 * SECOND);
  assert.equal(page.isConnected, true);
  assert.equal(page.status, "saved");
  assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
  assert.equal(world.lms.of("passed").length, 1);
  assertKept(world, page);
  assertNoRefusals(world);
});

test("connecting again when the store has a state already tells everything once, too", async () => {
  const world = new World();
  const first = await world.open();
  first.answer(0);
  await world.pass(SECOND);
  first.hide();
  await world.pass(SECOND);
  world.fail("500", /state/);
  const page = world.launch();
  await world.pass(2 * MINUTE);
  page.answer(1, "b");
  page.answer(0, "c");
  world.fail("none");
  page.connectAgain();
  await world.pass(10 * SECOND);
  assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
  assertKept(world, page);
  assertNoRefusals(world);
});

test("a store that asks to come again in an hour keeps nobody waiting for the launch", async () => {
  const world = new World();
  world.line.retryAfter = "3600";
  world.fail("503", /state/);
  const page = world.launch();
  await world.pass(2 * MINUTE);
  assert.equal(page.tracker.isLaunching, false);
  assert.equal(page.isConnected, false);
});

test("an endpoint that is not there, or lets nobody in: not recorded, and not asked for ever", async () => {
  for (const fault of ["404", "401", "403"]) {
    const world = new World();
    world.fail(fault, /state|statements|profile/);
    const page = await world.open();
    await world.pass(5 * MINUTE);
    assert.equal(page.isConnected, false, fault);
    assert.ok(world.line.requests.length < 10);
    assert.equal(await page.leave(), "not-recorded");
  }
});

test("preferences that are not there, or not for the course, keep nobody out", async () => {
  for (const fault of ["403", "404"]) {
    const world = new World();
    const wasRead = world.lms.wasRead.bind(world.lms);
    // The LMS knows that it was asked.
    world.fail(fault, /profile/);
    world.lms.wasRead = wasRead;
    const page = world.launch();
    await world.pass(SECOND);
    world.lms.sessions[0].hasPreferences = true;
    await world.pass(10 * SECOND);
    assert.equal(page.isConnected, true, fault);
    page.answer(0);
    await world.pass(10 * SECOND);
    assert.equal(page.status, "saved", fault);
    world.assertAllTold();
  }
});

test("preferences that fail for a while are asked for again", async () => {
  const world = new World();
  world.fail("500", /profile/);
  const page = world.launch();
  await world.pass(6 * SECOND);
  world.fail("none");
  await world.pass(10 * SECOND);
  assert.equal(page.status, "saved");
  assertNoRefusals(world);
});

test("who wants no sound gets none", async () => {
  const world = new World();
  const key = JSON.stringify(["profile", JSON.parse(world.lms.stateKey())[2], "cmi5LearnerPreferences"]);
  world.lms.documents.set(key, JSON.stringify({ languagePreference: "en-US", audioPreference: "off" }));
  const page = await world.open();
  assert.equal(page.media[0].muted, true);
});

test("without launch data there is no session", async () => {
  const world = new World();
  const address = world.lms.launch();
  world.lms.documents.delete(world.lms.stateKey("LMS.LaunchData"));
  const page = await world.open({ address });
  assert.equal(page.isConnected, false);
  assert.deepEqual(world.lms.statements, []);
});

test("opened by hand: nobody is waited for", () => {
  const world = new World();
  for (const search of ["", "?endpoint=https://lms.example/xapi/&fetch=x&registration=y&activityId=z&actor=no-json"]) {
    const page = world.launch({ address: `https://c.example/index.html${search}` });
    assert.equal(page.isConnected, false);
    assert.equal(page.tracker.isLaunching, false);
    assert.equal(world.line.requests.length, 0);
  }
});

test("the mark of the LMS counts, and none is as good as null", async () => {
  for (const [masteryScore, percent] of [[null, 50], [undefined, 50], [0.7, 70], [0.07, 7], [0.665, 67], [1, 100]]) {
    const world = new World();
    const page = await world.open({ changed: { masteryScore } });
    assert.equal(page.session.course.exam.rules.passPercent, percent);
    assert.equal(page.passMark.textContent, `${percent} %`);
    page.attempt("a", "a", "b");
    await page.leave();
    const [{ context }] = world.lms.of(percent > 66 ? "failed" : "passed");
    assert.equal(context.extensions[MASTERY], masteryScore ?? undefined);
    assertNoRefusals(world);
  }
});

for (const mode of ["Review", "Browse"]) {
  test(`${mode}: only the beginning and the end are told, whatever was done before the launch was through`, async () => {
    const world = new World();
    const page = world.launch({ mode });
    page.answer(0);
    page.complete(0);
    await world.pass(5 * SECOND);
    page.answer(1);
    page.attempt("a", "a", "a");
    await world.pass(5 * SECOND);
    assert.equal(await page.leave(), "read-only");
    assert.deepEqual(world.lms.said(), ["initialized", "terminated"]);
    assert.equal(world.lms.kept(), null);
    assert.deepEqual(page.statuses, []);
    assertNoRefusals(world);
  });

  test(`${mode}: where nothing is to be saved nobody hears that it is not`, async () => {
    const world = new World();
    const page = world.launch({ mode });
    world.fail("500", /POST statements/);
    await world.pass(30 * SECOND);
    world.fail("none");
    await world.pass(MINUTE);
    assert.deepEqual(page.statuses, []);
    assert.deepEqual(world.lms.said(), ["initialized"]);
  });
}

// -- the end --------------------------------------------------------------------------------------

test("a page that goes while its calls are on their way: all of it arrives, once", async () => {
  for (let wait = 0; wait < 600; wait += 25) {
    const world = new World({ seed: wait + 1 });
    const page = await world.open();
    page.answer(0, "c");
    await world.pass(5 * SECOND);
    page.answer(0);
    page.complete(0);
    await world.pass(wait);
    page.answer(1, "b");
    page.attempt("b", "b", "b");
    await world.pass(wait % 60);
    page.hide();
    await world.pass(5 * SECOND);
    assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
    assert.deepEqual(world.lms.said().slice(-2), ["failed", "terminated"]);
    assertKept(world, page);
    assertNoRefusals(world, /^412 PUT/);
  }
});

test("what did not arrive at the end is told by the next launch, even where the state arrived", async () => {
  for (const fault of ["lost", "unheard", "403", "503"]) {
    const world = new World();
    const page = await world.open();
    page.answer(0);
    await world.pass(5 * SECOND);
    world.fail(fault, /statements/);
    page.answer(1, "b");
    page.hide();
    await world.pass(MINUTE);
    world.fail("none");
    const next = await world.open();
    await world.rest(next);
    assert.deepEqual(world.answers(), world.given.map(({ text }) => text), fault);
    assertKept(world, next);
    assertNoRefusals(world, /^409 POST/);
  }
});

test("more than a browser carries behind a page: the next launch tells it", async () => {
  const world = new World();
  const page = await world.open();
  page.answer(0);
  await world.pass(SECOND);
  world.goOffline();
  for (let n = 0; n < 80; n += 1) {
    page.answer(0, n % 2 ? "ab" : "cd");
    await world.pass(100);
  }
  world.line.isOffline = false;
  page.hide();
  await world.pass(MINUTE);
  // The first ones, and the end for certain.
  const told = world.answers();
  assert.ok(told.length > 10 && told.length < world.given.length, String(told.length));
  assert.deepEqual(told, world.given.map(({ text }) => text).slice(0, told.length));
  assert.equal(world.lms.of("terminated").length, 1);
  const next = await world.open();
  await world.rest(next);
  assert.deepEqual(world.answers(), world.given.map(({ text }) => text));
  assertNoRefusals(world, /^409 POST.*another statement/);
});

test("a page that dies keeps what it has not told; numbers that another device came to by chance change nothing", async () => {
  for (let saves = 1; saves < 8; saves += 1) {
    const world = new World();
    const page = await world.open();
    page.answer(0);
    await world.pass(5 * SECOND);
    world.goOffline();
    page.answer(1, "b");
    page.answer(1, "c");
    await world.pass(SECOND);
    page.crash();
    world.line.isOffline = false;
    const other = await world.open({ device: new Map() });
    for (let n = 0; n < saves; n += 1) {
      other.answer(0, n % 2 ? "d" : "c");
      await world.pass(2 * SECOND);
    }
    other.hide();
    await world.pass(SECOND);
    const next = await world.open();
    await world.rest(next);
    world.assertAllTold();
    assertKept(world, next);
  }
});

test("the end while the line is down: not everything is saved, and nobody is sent away", async () => {
  const world = new World();
  const page = await world.open();
  world.fail("lost");
  page.answer(0);
  await world.pass(SECOND);
  assert.equal(await page.leave(), "unsaved");
  assert.equal(page.tracker.returnUrl, "");
  world.fail("none");
  const next = await world.open();
  await world.rest(next);
  world.assertAllTold();
});

test("close twice is close once; a launch that is not through has nothing to end", async () => {
  const world = new World();
  const page = await world.open();
  assert.equal(page.tracker.close(), page.tracker.close());
  await world.pass(MINUTE);
  assert.deepEqual(world.lms.said(), ["initialized", "terminated"]);
  const early = world.launch();
  early.answer(0);
  early.hide();
  await world.pass(MINUTE);
  assert.deepEqual(world.lms.said(), []);
  const next = await world.open();
  await world.rest(next);
  assert.deepEqual(next.work().practice, { 0: [0] });
  world.assertAllTold();
});

test("a clock that is set back does not turn the order round", async () => {
  const world = new World();
  const page = await world.open();
  page.answer(0);
  await world.pass(SECOND);
  world.skew = -60 * MINUTE;
  page.answer(1, "b");
  await world.pass(SECOND);
  await page.leave();
  const times = world.lms.statements.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
  world.assertAllTold();
  assertNoRefusals(world);
});

test("a learner who only reads keeps the session alive", async () => {
  const world = new World();
  const page = await world.open();
  await world.pass(20 * MINUTE);
  const asked = world.line.requests.length;
  page.tracker.touch();
  page.tracker.touch();
  await world.pass(SECOND);
  assert.equal(world.line.requests.length, asked + 1);
});

test("the report for a support desk names nobody and holds no token", async () => {
  const world = new World();
  const page = await world.open();
  page.answer(0);
  world.fail("500");
  await world.pass(MINUTE);
  const report = page.tracker.report().join("\n");
  assert.match(report, /Waiting: 1 statements, state not saved/);
  assert.doesNotMatch(report, /learner-1|token1|lms\.example/);
});

// -- older packages -------------------------------------------------------------------------------

class TincanStore extends RecordStore {
  constructor(auth = "Basic abc") {
    super();
    this.auth = auth;
    this.queries = [];
  }

  admit({ headers, query }) {
    this.queries.push(query);
    assert.equal(headers.authorization, this.auth || undefined);
    if (this.isStrict && "other" in query) throw new Refusal(400, "unknown parameter");
  }
}

function tincanWorld(launch, auth) {
  const world = new World({ standard: tincan, store: new TincanStore(auth) });
  const query = { endpoint: "https://lms.example/xapi", auth: "Basic abc", actor: JSON.stringify(ACTOR), ...launch };
  world.lms.launch = () => `https://c.example/index.html?${new URLSearchParams(query)}`;
  return world;
}

test("tincan: a session with everything that a launch can say", async () => {
  const world = tincanWorld({ registration: REGISTRATION, activity_id: ACTIVITY, activity_platform: "P", grouping: "https://lms.example/g", "Accept-Language": "de", content_token: "t 1", other: "2" });
  const page = await world.open();
  page.answer(0);
  page.attempt("a", "a", "a");
  await world.pass(5 * SECOND);
  assert.equal(await page.leave(), "saved");
  assert.equal(page.tracker.returnUrl, "");
  assert.deepEqual(world.lms.statements.map(verbOf), ["initialized", ...Array(4).fill("answered"), "completed", "passed", "terminated"]);
  for (const { context, actor } of world.lms.statements) {
    assert.equal(context.registration, REGISTRATION);
    assert.equal(context.platform, "P");
    assert.deepEqual(context.contextActivities.grouping, [{ id: "https://lms.example/g" }]);
    assert.deepEqual(actor, ACTOR);
  }
  assert.equal(world.lms.of("passed")[0].object.id, ACTIVITY);
  assert.equal(world.lms.of("passed")[0].result.score.scaled, 1);
  for (const { content_token: token, other, ...rest } of world.lms.queries) {
    assert.deepEqual([token, other], ["t 1", "2"]);
    assert.ok(!["auth", "endpoint", "actor", "grouping", "Accept-Language"].some((name) => name in rest));
  }
  world.assertAllTold();
  assertKept(world, page);
  assertNoRefusals(world);
});

test("tincan: without registration, activity and authorisation", async () => {
  const world = tincanWorld({ auth: "" }, "");
  const page = await world.open();
  page.answer(0);
  await world.pass(5 * SECOND);
  assert.equal(page.status, "saved");
  const [{ object, context }] = world.lms.of("initialized");
  assert.equal(object.id, "https://publisher.example/course");
  assert.equal("registration" in context, false);
  const [key] = world.lms.documents.keys();
  assert.deepEqual(JSON.parse(key).filter((_, n) => n !== 2), ["state", "https://publisher.example/course", "", "smac"]);
  page.hide();
  await world.pass(SECOND);
  const next = await world.open();
  assert.deepEqual(next.work(), page.work());
  world.assertAllTold();
});

test("tincan: a store that refuses what it does not know is not told it again; what would spoil a statement is left out", async () => {
  const world = tincanWorld({ registration: "null", grouping: "course-7", other: "2", actor: JSON.stringify({ mbox: "jo@example.com", account: { homePage: "https://lms.example", name: "7" } }) });
  world.lms.isStrict = true;
  const page = await world.open();
  page.answer(0);
  await world.pass(5 * SECOND);
  assert.equal(page.status, "saved");
  const [{ context, actor }] = world.lms.of("initialized");
  assert.equal("registration" in context || "contextActivities" in context, false);
  assert.deepEqual(actor, { objectType: "Agent", account: { homePage: "https://lms.example", name: "7" } });
  assertNoRefusals(world, /^400 GET.*unknown parameter/);
});

test("tincan: actors in the old form and the new one", async () => {
  const forms = [
    [{ mbox: "mailto:jo@x.example", name: "Jo" }, { objectType: "Agent", mbox: "mailto:jo@x.example", name: "Jo" }],
    [{ name: ["Jo"], mbox: ["mailto:jo@x.example"], objectType: "Agent" }, { objectType: "Agent", mbox: "mailto:jo@x.example", name: "Jo" }],
    [{ name: ["Jo"], account: [{ accountServiceHomePage: "https://x.example", accountName: "jo" }] }, { objectType: "Agent", name: "Jo", account: { homePage: "https://x.example", name: "jo" } }],
  ];
  for (const [given, actor] of forms) {
    const world = tincanWorld({ actor: JSON.stringify(given) });
    const page = await world.open();
    assert.equal(page.status, "saved");
    assert.deepEqual(world.lms.statements[0].actor, actor);
  }
});

test("tincan: without an actor or an endpoint nobody is waited for", () => {
  for (const launch of [{ actor: "" }, { actor: "no-json" }, { actor: "5" }, { endpoint: "" }]) {
    const world = tincanWorld(launch);
    const page = world.launch();
    assert.equal(page.isConnected, false);
    assert.equal(page.tracker.mayTryAgain, false);
    assert.equal(world.line.requests.length, 0);
  }
});

test("tincan: two devices at the same time lose nothing of each other", async () => {
  for (const showsEtags of [true, false]) {
    const world = tincanWorld({ registration: REGISTRATION, activity_id: ACTIVITY });
    world.line.showsEtags = showsEtags;
    const one = await world.open();
    one.answer(0);
    await world.pass(5 * SECOND);
    const two = await world.open({ device: new Map() });
    for (const [n, page] of [one, two, two, one, two].entries()) {
      page.answer(n % 3, "bcd"[n % 3]);
      page.complete(n % 3);
      await world.pass(5 * SECOND);
    }
    one.complete(0);
    one.session.save();
    await world.pass(5 * SECOND);
    assert.deepEqual(unpackState(world.lms.kept().state).lessonsDone, [0, 1, 2], `${showsEtags}`);
    assertKept(world, one);
    world.assertAllTold();
    assertNoRefusals(world, /^412 PUT/, ...(showsEtags ? [] : [/^409 PUT/]));
  }
});

// -- random learners ------------------------------------------------------------------------------

const FAULTS = ["none", "none", "none", "none", "lost", "unheard", "silent", "swallowed", "slow", "500", "503", "429", "401", "403", "404"];
const CALLS = [/./, /./, /statements/, /PUT/, /state$/, /fetch|profile/];

/** One learner with one device or two, on a line and a store in which anything may fail at any time. */
class Learner {
  constructor(seed) {
    const rules = { attempts: seed % 3 ? 0 : 4, counts: seed % 4 ? "best" : "last" };
    this.world = new World({ seed, course: { rules } });
    this.world.line.showsEtags = seed % 5 > 0;
    this.world.lms.marksPuts = seed % 7 > 0;
    this.random = this.world.random;
    this.devices = [new Map(), new Map()].slice(0, 1 + (seed % 2));
    this.pages = new Map();
    this.at = this.devices[0];
    this.answered = new Set();
    this.done = new Set();
    this.open();
  }

  get page() {
    return this.pages.get(this.at);
  }

  /** A new launch on the device that the learner sits at; a page that is still open there goes, in one way or another. */
  open() {
    if (this.page?.isAlive) this.random(2) ? this.page.hide() : this.page.crash();
    this.pages.set(this.at, this.world.launch({ device: this.at }));
  }

  async step() {
    const { page } = this;
    const { session } = page;
    const { attempts } = session;
    const answer = ["a", "b", "c", "d"].filter(() => this.random(2)).join("");
    const lesson = this.random(3);
    // What is done before the launch is through is kept in memory only: see the tests of the launch.
    switch (session.isWaiting ? 7 + this.random(5) : this.random(12)) {
      case 0:
      case 1:
        if (answer) page.answer(lesson, answer);
        if (answer) this.answered.add(String(lesson));
        break;
      case 2:
        page.complete(lesson);
        this.done.add(lesson);
        break;
      case 3:
      case 4:
      case 5:
        if (attempts.mayStart()) attempts.start(0);
        else if (attempts.current() && answer) attempts.answer(attempts.asked()[this.random(3)], [...answer]);
        break;
      case 6:
        if (attempts.current() && this.random(3) === 0) attempts.submit(() => 1);
        break;
      case 7:
        await this.change(FAULTS[this.random(FAULTS.length)]);
        break;
      case 8:
        if (this.random(2)) this.world.goOffline(this.random(2) === 0);
        else this.world.line.isOffline = false;
        break;
      case 9:
        if (this.random(2)) this.open();
        break;
      case 10:
        this.at = this.devices[this.random(this.devices.length)];
        if (!this.page || this.random(2)) this.open();
        break;
      default:
        // Where two devices know of nothing in common, the learner is asked; here the answer is always yes.
        if (this.devices.length === 1 && this.random(6) === 0) this.world.lms.documents.delete(this.world.lms.stateKey());
        if (page.tracker.mayTryAgain && !session.connected && !session.isWaiting) page.connectAgain();
        this.world.skew += this.random(2) ? 0 : (this.random(3) - 1) * MINUTE;
        await this.world.pass(this.random(90) * SECOND);
    }
    await this.world.pass([0, 0, 20, 200, 2000][this.random(5)]);
  }

  /** Another fault. A 403 is an answer to what was said: it does not change between two calls that belong together. */
  async change(fault) {
    const isBusy = () => [...this.pages.values()].some(({ isAlive, tracker }) => isAlive && tracker.pumping);
    while (this.world.line.fault === "403" && isBusy()) await this.world.pass(100);
    this.world.fail(fault, fault === "403" ? /./ : CALLS[this.random(CALLS.length)]);
  }

  /** The line works again, and the learner opens the course once more on every device. */
  async end() {
    await this.change("none");
    this.world.line.isOffline = false;
    for (const device of this.devices) {
      if (this.page?.isAlive) this.random(2) ? await this.page.leave() : this.page.hide();
      this.at = device;
      this.open();
      await this.world.pass(30 * SECOND);
      assert.ok(this.page.isConnected);
      this.page.session.save();
      await this.world.rest(this.page);
    }
  }

  check() {
    const { world, page } = this;
    assert.equal(page.status, "saved");
    assertKept(world, page);
    const { lessonsDone, practice } = page.work();
    assert.deepEqual(lessonsDone, [...this.done].sort());
    assert.deepEqual(Object.keys(practice), [...this.answered].sort());
    world.assertAllTold();
    this.checkOrder();
    for (const verb of ["passed", "completed"]) assert.equal(world.lms.of(verb).length, page.session.attempts.isPassed() ? 1 : 0, verb);
    // A proxy that answers in the place of the LMS keeps from it that its preferences were asked for.
    // Who is not answered three times tries once without a condition.
    assertNoRefusals(world, /^412 PUT/, /^409 PUT/, /^409 POST.*another statement/, /^401/, /token was fetched before/, /preferences were not asked for/);
  }

  /** Within a sitting the answers are told in the order in which they were given, whoever tells them in the end. */
  checkOrder() {
    const stored = this.world.answers();
    for (const sitting of new Set(this.world.given.map(({ page }) => page))) {
      const given = this.world.given.filter(({ page }) => page === sitting).map(({ text }) => text);
      assert.deepEqual(stored.filter((text) => given.includes(text)), given);
    }
  }
}

test(`${LEARNERS} learners on a failing store lose nothing, nothing is told twice, and no rule of cmi5 is broken`, async () => {
  const first = Number(process.env.SMAC_SEED ?? 0);
  for (let seed = first; seed < first + LEARNERS; seed += 1) {
    const learner = new Learner(seed);
    try {
      for (let step = 0; step < STEPS; step += 1) await learner.step();
      await learner.end();
      learner.check();
    } catch (error) {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    }
  }
});

// -- servers in front of a store --------------------------------------------------------------------

for (const [name, change] of [
  ["weak", (etag) => `W/${etag}`],
  ["packed", (etag) => etag.replace(/"$/, '-gzip"')],
  ["made up", (etag) => etag.replace(/"$/, "-9\"")],
]) {
  test(`a mark that a proxy has changed (${name}) does not end saving`, async () => {
    const world = new World();
    world.lms.shownMark = change;
    for (let launch = 0; launch < 3; launch += 1) {
      const page = await world.open();
      page.answer(0, launch % 2 ? "ab" : "cd");
      await world.rest(page);
      assert.equal(page.status, "saved");
      assertKept(world, page);
      await page.leave();
    }
    assertNoRefusals(world, /^412 PUT/);
  });
}
