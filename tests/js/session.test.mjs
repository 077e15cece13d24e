/** The session: what happens to a learner's state, with a tracker that only writes down what it is told. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "./kinds.mjs";
import { EXAM, HOME, Session } from "../../smac_courses/player/src/session.mjs";
import { isLater, mergedStates } from "../../smac_courses/player/src/merge.mjs";
import { packState } from "../../smac_courses/player/src/state.mjs";

const question = (key, ordinal) => ({
  key,
  ordinal,
  kind: "single",
  points: 1,
  lessons: key.endsWith("1") ? ["m.two"] : ["m.one", "m.two"],
  options: ["a", "b", "c"].map((id, n) => ({ id, n })),
  credit: "all",
  about: [],
  solution: { right: ["a"] },
});

const RULES = {
  passPercent: 50,
  attempts: 2,
  counts: "best",
  shuffle: true,
  feedback: "after",
  opens: "after-lessons",
  waitHours: 0,
  timeLimitMinutes: 0,
  extraTime: [],
  pause: false,
};

function course({ rules = {}, exam = true } = {}) {
  return {
    course: { id: "c", title: "C", version: "1.0.0" },
    lessons: [
      { key: "m.one", ordinal: 0, practice: [question("m.p", 0)] },
      { key: "m.two", ordinal: 1, practice: [] },
    ],
    exam: exam
      ? {
          rules: { ...RULES, ...rules },
          pools: [{ id: "pool", title: "Pool", draw: 2, mustPass: 0, questions: [1, 2, 3].map((n) => question(`e.q${n}`, n)) }],
        }
      : null,
  };
}

function tracker(resume = "", status = "incomplete", mode = "normal", more = {}) {
  const told = [];
  const waiting = [];
  const note = (name) => (value) => told.push([name, value]);
  return {
    told,
    of: (name) => told.filter(([one]) => one === name).map(([, value]) => value),
    start: () => ({ connected: true, mayComeLater: false, mode, resume, status, place: "", learner: "jo", ...more }),
    answered: (record) => {
      told.push(["answered", record]);
      waiting.push(record);
    },
    waiting: () => waiting,
    save: note("save"),
    finish: note("finish"),
  };
}

/** A browser's storage, or one that refuses. */
function device(isBlocked = false) {
  const kept = new Map();
  return () => {
    if (isBlocked) throw new Error("SecurityError");
    return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) };
  };
}

const blocked = device(true);
let clock;
let seeds;

beforeEach(() => {
  clock = { now: 0, moment: 1_795_305_600 };
  seeds = 42;
});

function pass(seconds) {
  clock.now += seconds * 1000;
  clock.moment += seconds;
}

function sessionOf(data, storage = blocked) {
  return new Session(data, { randomSeed: () => seeds, now: () => clock.now, moment: () => clock.moment, storage });
}

function begun(options, resume, status, mode, more = {}) {
  const recorder = tracker(resume, status, mode, more.begun);
  const session = sessionOf(course(options), more.storage);
  const how = session.start(recorder);
  return { session, recorder, how };
}

function finishLessons(session) {
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 3);
  for (const lesson of session.course.lessons) session.completeLesson(lesson);
}

function takeExam(session, option) {
  session.attempts.start(0);
  for (const asked of session.attempts.asked()) session.attempts.answer(asked, [option]);
  session.attempts.submit(() => 5);
}

test("a lesson asks for its practice, is done once, and counts", () => {
  const { session, recorder } = begun();
  const lesson = session.lesson("m.one");
  assert.deepEqual(session.unanswered(lesson).map(({ key }) => key), ["m.p"]);
  session.answerPractice(lesson.practice[0], ["b"], 3);
  assert.deepEqual(recorder.of("answered").map(({ correct }) => correct), [false]);
  assert.deepEqual(session.practiceAnswer(lesson.practice[0]), ["b"]);
  assert.deepEqual(session.unanswered(lesson), []);
  session.completeLesson(lesson);
  session.completeLesson(lesson);
  assert.equal(session.percentDone(), 33);
});

test("a course without an exam completes with its last lesson", () => {
  const { session, recorder } = begun({ exam: false });
  finishLessons(session);
  assert.deepEqual(recorder.of("finish"), [{ percent: null, passed: null, completed: true, final: true, topics: [] }]);
});

test("a page that asks for nothing is complete when it is seen", () => {
  const session = new Session({ ...course({ exam: false }), lessons: [] }, { randomSeed: () => 1, now: () => 0, moment: () => 0, storage: () => null });
  const recorder = tracker();
  session.start(recorder);
  assert.deepEqual(recorder.of("finish").map(({ completed }) => completed), [true]);
  assert.equal(session.percentDone(), 100);
});

test("the exam opens after the lessons, or at once where the rules say so", () => {
  const { session } = begun();
  assert.equal(session.attempts.isOpen(), false);
  finishLessons(session);
  assert.equal(session.attempts.isOpen(), true);
  assert.equal(begun({ rules: { opens: "any-time" } }).session.attempts.isOpen(), true);
});

test("a pass is reported with its score and ends the need for attempts", () => {
  const { session, recorder } = begun();
  finishLessons(session);
  takeExam(session, "a");
  const topics = [{ id: "pool", title: "Pool", percent: 100, passed: null }];
  assert.deepEqual(recorder.of("finish"), [{ percent: 100, passed: true, completed: true, final: true, topics }]);
  assert.equal(session.percentDone(), 100);
  assert.equal(recorder.of("answered").length, 3);
  assert.equal(session.attempts.mayStart(), false);
});

test("topics are those of the attempt that counts, and what was asked of them", () => {
  const { session, recorder } = begun({ rules: { attempts: 0, passPercent: 100 } });
  session.course.exam.pools[0].mustPass = 60;
  finishLessons(session);
  const takeHalf = () => {
    session.attempts.start(0);
    session.attempts.answer(session.attempts.asked()[0], ["a"]);
    session.attempts.submit(() => 5);
  };
  takeHalf();
  takeExam(session, "b");
  assert.deepEqual(recorder.of("finish").map(({ percent, topics }) => [percent, topics]), [
    [50, [{ id: "pool", title: "Pool", percent: 50, passed: false }]],
    [50, []],
  ]);
});

test("a fail is final only when no attempt is left", () => {
  const { session, recorder } = begun();
  finishLessons(session);
  takeExam(session, "b");
  takeExam(session, "b");
  assert.deepEqual(recorder.of("finish").map(({ final }) => final), [false, true]);
  assert.equal(session.attempts.left(), 0);
  assert.equal(session.attempts.mayStart(), false);
});

test("with counts: last the score is the last one's, and a better earlier fail is forgotten", () => {
  const { session, recorder } = begun({ rules: { counts: "last", passPercent: 100, attempts: 0 } });
  finishLessons(session);
  session.attempts.start(0);
  session.attempts.answer(session.attempts.asked()[0], ["a"]);
  session.attempts.submit(() => 1);
  takeExam(session, "b");
  assert.deepEqual(recorder.of("finish").map(({ percent }) => percent), [50, 0]);
});

test("what was packed is found again: place, answers, the open attempt with its draw", () => {
  const { session } = begun();
  finishLessons(session);
  session.attempts.start(0);
  const [first] = session.attempts.asked();
  session.attempts.answer(first, ["c"]);
  session.goTo(EXAM);
  const again = begun({}, session.pack()).session;
  assert.equal(again.place(), EXAM);
  assert.deepEqual(again.attempts.asked().map(({ key }) => key), session.attempts.asked().map(({ key }) => key));
  assert.deepEqual(again.attempts.answerTo(first), ["c"]);
  assert.deepEqual(again.attempts.shownOptions(first), session.attempts.shownOptions(first));
  assert.equal(again.doneCount(), 2);
});

test("the text differs from one save to the next even when nothing changed", () => {
  const { session } = begun();
  assert.notEqual(session.pack(), session.pack());
});

test("damaged progress is not guessed at", () => {
  const { session, how } = begun({}, "1ABCxyz", "incomplete", "normal", { begun: { place: "m.two" } });
  assert.equal(how, "lost");
  assert.equal(session.place(), "m.two", "where the learner was is kept in another element");
  assert.equal(session.doneCount(), 0);
});

test("a pass that the LMS lost is told again, a pass that it has is not", () => {
  const state = { sequence: 1, run: 7, place: 1, lessonsDone: [0, 1], practice: {}, exam: { used: 1, best: { percent: 90, passed: true }, last: { percent: 90, passed: true }, finishedAt: 0, attempt: null } };
  assert.deepEqual(begun({}, packState(state), "incomplete").recorder.of("finish"), [{ percent: 90, passed: true, completed: true, final: true, topics: [] }]);
  assert.deepEqual(begun({}, packState(state), "passed").recorder.of("finish"), []);
  assert.deepEqual(begun({}, packState(state), "incomplete", "review").recorder.of("finish"), []);
});

test("a question that the next version of the course has no more is left out of the open attempt", () => {
  const { session } = begun();
  finishLessons(session);
  session.attempts.start(0);
  const [gone, left] = session.attempts.asked();
  session.attempts.answer(left, ["a"]);
  const newer = course();
  newer.exam.pools[0].questions = newer.exam.pools[0].questions.filter(({ key }) => key !== gone.key);
  const again = sessionOf(newer);
  again.start(tracker(session.pack()));
  const asked = again.attempts.asked().map(({ key }) => key);
  assert.equal(asked.length, 2, "another question of the pool takes its place");
  assert.ok(asked.includes(left.key) && !asked.includes(gone.key));
  assert.deepEqual(again.attempts.answerTo(left), ["a"]);
});

test("an attempt none of whose questions is left, in a pool that is empty now, can be begun anew", () => {
  const { session } = begun();
  finishLessons(session);
  session.attempts.start(0);
  const newer = course();
  newer.exam.pools[0].questions = [question("e.new", 9)];
  const again = sessionOf(newer);
  again.start(tracker(session.pack()));
  assert.deepEqual(again.attempts.asked().map(({ key }) => key), ["e.new"]);
});

test("answers keep their meaning when an update puts another before them", () => {
  const { session } = begun();
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 1);
  const newer = course();
  newer.lessons[0].practice[0].options.unshift({ id: "new", n: 3 });
  const again = sessionOf(newer);
  again.start(tracker(session.pack()));
  assert.deepEqual(again.practiceAnswer(newer.lessons[0].practice[0]), ["a"]);
});

test("an update that takes the last open lesson away completes the course", () => {
  const { session } = begun({ exam: false });
  session.completeLesson(session.lesson("m.two"));
  const newer = course({ exam: false });
  newer.lessons.shift();
  const recorder = tracker(session.pack());
  sessionOf(newer).start(recorder);
  assert.deepEqual(recorder.of("finish"), [{ percent: null, passed: null, completed: true, final: true, topics: [] }]);
});

test("an update that takes the exam away does no harm", () => {
  const { session } = begun();
  finishLessons(session);
  takeExam(session, "a");
  const again = sessionOf(course({ exam: false }));
  again.start(tracker(session.pack()));
  assert.equal(again.attempts, null);
});

test("looking at the exam does not open it", () => {
  const { session } = begun();
  session.attempts.mayStart();
  session.attempts.left();
  assert.equal(session.attempts.isOpen(), false);
});

test("where the progress is damaged and the LMS says passed, it stays passed", () => {
  const { session, recorder } = begun({}, "damaged", "passed");
  assert.equal(session.attempts.isPassed(), true);
  assert.equal(session.attempts.mayStart(), false);
  assert.deepEqual(recorder.of("finish"), []);
});

test("in review no attempt can be begun, in a preview it can", () => {
  assert.equal(begun({ rules: { opens: "any-time" } }, "", "", "review").session.attempts.mayStart(), false);
  assert.equal(begun({ rules: { opens: "any-time" } }, "", "", "browse").session.attempts.mayStart(), true);
});

test("checking the same practice answer twice is recorded once", () => {
  const { session, recorder } = begun();
  const [practice] = session.lesson("m.one").practice;
  session.answerPractice(practice, ["b"], 1);
  session.answerPractice(practice, ["b"], 1);
  session.answerPractice(practice, ["a"], 1);
  assert.equal(recorder.of("answered").length, 2);
});

test("with feedback after each question a checked answer is final and an unchecked one is kept", () => {
  const { session, recorder } = begun({ rules: { feedback: "each" } });
  finishLessons(session);
  session.attempts.start(0);
  const [first, second] = session.attempts.asked();
  session.attempts.check(first, ["b"], 2);
  session.attempts.answer(first, ["a"]);
  session.attempts.answer(second, ["a"]);
  const again = begun({ rules: { feedback: "each" } }, session.pack()).session;
  assert.deepEqual([again.attempts.isChecked(first), again.attempts.isChecked(second)], [true, false]);
  assert.deepEqual([again.attempts.answerTo(first), again.attempts.answerTo(second)], [["b"], ["a"]]);
  session.attempts.submit(() => 1);
  assert.deepEqual(recorder.of("answered").slice(1).map(({ correct }) => correct), [false, true]);
});

// -- time -------------------------------------------------------------------------------------------

const TIMED = { timeLimitMinutes: 10, extraTime: [1, 2, 3] };

test("a time limit counts while the exam is open, warns, and locks the answers without submitting them", () => {
  const { session, recorder } = begun({ rules: { ...TIMED, opens: "any-time" } });
  const { attempts } = session;
  attempts.start(0);
  attempts.count(true);
  const [first, second] = attempts.asked();
  pass(299);
  assert.equal(attempts.takeWarning(), 0);
  pass(1);
  attempts.settle();
  assert.equal(attempts.takeWarning(), 300, "five minutes before the end, whoever looked at the clock first");
  assert.equal(attempts.takeWarning(), 0);
  attempts.answer(first, ["a"]);
  pass(300);
  assert.equal(attempts.isTimeUp(), true);
  attempts.answer(second, ["a"]);
  attempts.check(second, ["a"], 1);
  assert.equal(attempts.answerTo(second), null);
  assert.deepEqual(recorder.of("finish"), []);
  attempts.submit(() => 1);
  assert.deepEqual(recorder.of("finish").map(({ percent }) => percent), [50]);
});

test("who needs more time takes it, before the start or on the way", () => {
  const { session } = begun({ rules: { ...TIMED, opens: "any-time" } });
  const { attempts } = session;
  attempts.start(1);
  attempts.count(true);
  assert.equal(attempts.timeLeft(), 900);
  pass(900);
  assert.equal(attempts.isTimeUp(), true);
  attempts.takeMoreTime();
  assert.equal(attempts.timeLeft(), 300);
  attempts.takeMoreTime();
  assert.equal(attempts.timeLeft(), null);
  assert.equal(attempts.moreTime(), null);
});

test("the time goes on while the course is closed, or stands still where the rules say so", () => {
  for (const [pause, left] of [[false, 240], [true, 540]]) {
    const options = { rules: { ...TIMED, pause, opens: "any-time" } };
    const { session } = begun(options);
    session.attempts.start(0);
    session.attempts.count(true);
    pass(60);
    const text = session.pack();
    pass(300);
    assert.equal(begun(options, text).session.attempts.timeLeft(), left);
  }
});

test("with a pause the time stands still while another screen is shown, without one it goes on", () => {
  for (const [pause, left] of [[false, 500], [true, 560]]) {
    const { session } = begun({ rules: { ...TIMED, pause, opens: "any-time" } });
    session.attempts.start(0);
    session.attempts.count(true);
    pass(40);
    session.attempts.count(false);
    pass(60);
    session.attempts.settle();
    assert.equal(session.attempts.timeLeft(), left);
  }
});

test("a clock that was set back takes no time away, and never makes the wait longer", () => {
  const options = { rules: { ...TIMED, waitHours: 24, opens: "any-time" } };
  const { session } = begun(options);
  session.attempts.start(0);
  clock.moment -= 10 * 365 * 86400;
  const again = begun(options, session.pack()).session;
  assert.equal(again.attempts.timeLeft(), 600);
  again.attempts.submit(() => 1);
  clock.moment -= 3600;
  assert.equal(again.attempts.wait(), 86400);
});

test("between two attempts the waiting time must pass, and a fail is not final meanwhile", () => {
  const { session, recorder } = begun({ rules: { waitHours: 24, opens: "any-time" } });
  takeExam(session, "b");
  assert.equal(session.attempts.mayStart(), false);
  assert.equal(session.attempts.isAnyLeft(), true);
  assert.deepEqual(recorder.of("finish").map(({ final }) => final), [false]);
  pass(86_399);
  assert.equal(session.attempts.mayStart(), false);
  pass(1);
  assert.equal(session.attempts.mayStart(), true);
});

test("after a wrong answer the lessons behind it are named, in the order of the course", () => {
  const { session } = begun({ rules: { opens: "any-time" } });
  takeExam(session, "b");
  assert.deepEqual(session.attempts.lessonsBehind(), ["m.one", "m.two"]);
  takeExam(session, "a");
  assert.deepEqual(session.attempts.lessonsBehind(), []);
});

// -- the copy on this device ------------------------------------------------------------------------

test("what the LMS did not keep comes back from this device, with the answers that it was not told of", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.completeLesson(session.lesson("m.two"));
  const kept = session.pack();
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 3);
  const again = begun({}, kept, "incomplete", "normal", { storage });
  assert.equal(again.how, "restored");
  assert.deepEqual(again.session.practiceAnswer(again.session.lesson("m.one").practice[0]), ["a"]);
  assert.deepEqual(again.recorder.of("answered").map(({ question: { key }, correct }) => [key, correct]), [["m.p", true]]);
});

test("where the LMS has more, both are kept, and it is told of what it did not know", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 3);
  const elsewhere = begun({}, session.pack()).session;
  elsewhere.completeLesson(elsewhere.lesson("m.two"));
  const again = begun({}, elsewhere.pack(), "incomplete", "normal", { storage });
  assert.equal(again.how, "restored");
  assert.equal(again.session.doneCount(), 1);
  assert.deepEqual(again.recorder.of("answered").map(({ question: { key } }) => key), ["m.p"]);
  assert.ok(again.recorder.of("save").length);
});

test("what the LMS was told in the write after the copy is not told again", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 3);
  const again = begun({}, session.pack(), "incomplete", "normal", { storage });
  assert.equal(again.how, "resumed");
  assert.deepEqual(again.recorder.of("answered"), []);
});

test("progress that the LMS knows nothing of is offered, not taken", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.completeLesson(session.lesson("m.two"));
  const taken = begun({}, "", "incomplete", "normal", { storage });
  assert.equal(taken.how, "new");
  assert.equal(taken.session.doneCount(), 0);
  taken.session.answerPractice(taken.session.lesson("m.one").practice[0], ["b"], 1);
  taken.session.acceptOffer();
  assert.equal(taken.session.doneCount(), 1);
  assert.deepEqual(taken.session.practiceAnswer(taken.session.lesson("m.one").practice[0]), ["b"]);
  const left = begun({}, "", "incomplete", "normal", { storage });
  left.session.declineOffer();
  assert.equal(left.session.doneCount(), 0);
});

test("the copy of another learner, or of another run of the course, is left alone", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.completeLesson(session.lesson("m.two"));
  const other = begun({}, "", "incomplete", "normal", { storage, begun: { learner: "kim" } });
  assert.equal(other.session.offer, null);
  seeds = 43;
  const reset = begun();
  assert.equal(begun({}, reset.session.pack(), "incomplete", "normal", { storage }).session.doneCount(), 0);
});

test("damaged progress is replaced by the copy of the same learner", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.completeLesson(session.lesson("m.two"));
  const again = begun({}, session.pack().toLowerCase(), "incomplete", "normal", { storage });
  assert.equal(again.how, "restored");
  assert.equal(again.session.doneCount(), 1);
});

test("an LMS that comes late gets what was done meanwhile, and gives what it had", () => {
  const { session: earlier } = begun();
  earlier.completeLesson(earlier.lesson("m.two"));
  const session = sessionOf(course());
  assert.equal(session.start({ ...tracker(), start: () => ({ connected: false, mayComeLater: true }) }), "waiting");
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 1);
  assert.equal(session.attempts.mayStart(), false, "an attempt might be open there");
  const late = tracker(earlier.pack());
  assert.equal(session.start(late), "resumed");
  assert.equal(session.doneCount(), 1);
  assert.deepEqual(session.practiceAnswer(session.lesson("m.one").practice[0]), ["a"]);
});

test("without an LMS the progress is kept on this device", () => {
  const storage = device();
  const alone = { connected: false, learner: "" };
  const { session } = begun({}, "", "", "normal", { storage, begun: alone });
  session.completeLesson(session.lesson("m.two"));
  assert.equal(session.hasCopy, true);
  const again = begun({}, "", "", "normal", { storage, begun: alone });
  assert.equal(again.how, "resumed");
  assert.equal(again.session.doneCount(), 1);
  assert.equal(begun({}, "", "", "normal", { storage, begun: { learner: "" } }).session.offer !== null, true);
});

test("what was done while no LMS came is offered when one comes that has other progress, once", () => {
  const storage = device();
  const { session: earlier } = begun();
  earlier.answerPractice(earlier.lesson("m.one").practice[0], ["b"], 1);
  seeds = 43;
  const alone = begun({}, "", "", "normal", { storage, begun: { connected: false, learner: "" } }).session;
  alone.completeLesson(alone.lesson("m.two"));
  const again = begun({}, earlier.pack(), "incomplete", "normal", { storage }).session;
  assert.equal(again.doneCount(), 0);
  again.acceptOffer();
  assert.equal(again.doneCount(), 1);
  assert.equal(again.state.run, earlier.state.run);
  assert.deepEqual(again.practiceAnswer(again.lesson("m.one").practice[0]), ["b"]);
  assert.equal(begun({}, again.pack(), "incomplete", "normal", { storage }).session.offer, null);
});

test("a device that keeps nothing changes nothing else", () => {
  const { session } = begun();
  session.completeLesson(session.lesson("m.two"));
  assert.equal(session.hasCopy, false);
  assert.equal(session.doneCount(), 1);
});

test("in review and preview nothing is kept on the device", () => {
  const storage = device();
  for (const mode of ["review", "browse"]) {
    const { session } = begun({}, "", "", mode, { storage });
    session.completeLesson(session.lesson("m.two"));
    assert.equal(session.hasCopy, false);
  }
});

test("another window hands over everything, its open attempt too", () => {
  const first = begun({ rules: { opens: "any-time" } }).session;
  first.attempts.start(0);
  const [asked] = first.attempts.asked();
  first.attempts.answer(asked, ["c"]);
  seeds = 43;
  const second = begun({ rules: { opens: "any-time" } });
  second.session.adopt({ state: first.pack(), owner: first.owner() });
  assert.deepEqual(second.session.attempts.answerTo(asked), ["c"]);
  assert.equal(second.session.state.run, first.state.run);
  assert.ok(second.recorder.of("save").length);
});

test("another window of another learner, or one that nobody records, hands nothing over", () => {
  const anna = begun({ rules: { opens: "any-time" } }).session;
  takeExam(anna, "a");
  const bert = begun({ rules: { opens: "any-time" } }, "", "", "normal", { begun: { learner: "bert" } });
  bert.session.adopt({ state: anna.pack(), owner: anna.owner() });
  assert.equal(bert.session.attempts.isPassed(), false);
  const preview = begun({ rules: { opens: "any-time" } }, "", "", "browse").session;
  takeExam(preview, "a");
  const graded = begun({ rules: { opens: "any-time" } });
  graded.session.adopt({ state: preview.pack(), owner: preview.owner() });
  assert.equal(graded.session.attempts.isPassed(), false);
  assert.deepEqual(graded.recorder.of("finish"), []);
});

test("a final fail that the LMS did not get is told at the next launch", () => {
  const storage = device();
  const options = { rules: { opens: "any-time", attempts: 1 } };
  const { session } = begun(options, "", "incomplete", "normal", { storage });
  const before = session.pack();
  takeExam(session, "b");
  const again = begun(options, before, "incomplete", "normal", { storage });
  assert.deepEqual(again.recorder.of("finish").map(({ percent, final }) => [percent, final]), [[0, true]]);
});

test("a result of a sitting without an LMS is joined with what the LMS has, and never lowers it", () => {
  const options = { rules: { opens: "any-time", attempts: 3 } };
  const { session: earlier } = begun(options);
  takeExam(earlier, "a");
  const session = sessionOf(course(options));
  assert.equal(session.start({ ...tracker(), start: () => ({ connected: false, mayComeLater: true }) }), "waiting");
  seeds = 43;
  session.goOnAlone();
  takeExam(session, "b");
  const late = tracker(earlier.pack());
  session.start(late);
  assert.deepEqual(late.of("finish").map(({ percent, passed }) => [percent, passed]), [[100, true]]);
  assert.equal(session.attempts.state.used, 2);
});

test("looking for the LMS again and again tells nothing twice, and offers nobody their own work", () => {
  const storage = device();
  const nowhere = () => ({ connected: false, mayComeLater: true });
  const session = sessionOf(course(), storage);
  const recorder = tracker();
  session.start({ ...recorder, start: nowhere });
  session.goOnAlone();
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 1);
  for (let turn = 0; turn < 3; turn += 1) {
    session.start({ ...recorder, start: nowhere });
    session.goOnAlone();
  }
  assert.equal(recorder.waiting().length, 1);
  session.start(recorder);
  assert.equal(recorder.of("answered").length, 1);
  assert.equal(session.offer, null);
});

test("an offer that nobody answers waits until the next time, and the copy goes on", () => {
  const storage = device();
  const { session } = begun({}, "", "incomplete", "normal", { storage });
  session.completeLesson(session.lesson("m.two"));
  seeds = 43;
  const second = begun({}, "", "incomplete", "normal", { storage }).session;
  second.answerPractice(second.lesson("m.one").practice[0], ["a"], 1);
  assert.equal(second.hasCopy, true);
  const third = begun({}, second.pack(), "incomplete", "normal", { storage }).session;
  assert.equal(third.doneCount(), 0);
  third.answerPractice(third.lesson("m.one").practice[0], ["b"], 1);
  third.acceptOffer();
  assert.equal(third.doneCount(), 1);
  assert.deepEqual(third.practiceAnswer(third.lesson("m.one").practice[0]), ["b"], "what was done since is newer");
});

test("a finish in the future is one of now", () => {
  const options = { rules: { waitHours: 24, opens: "any-time" } };
  const { session } = begun(options);
  takeExam(session, "b");
  clock.moment -= 365 * 86400;
  const again = begun(options, session.pack());
  clock.moment += 86400;
  assert.equal(again.session.attempts.mayStart(), true);
});

test("more time is offered only where it helps", () => {
  const { session } = begun({ rules: { ...TIMED, opens: "any-time" } });
  session.attempts.start(0);
  session.attempts.count(true);
  pass(16 * 60);
  session.attempts.settle();
  assert.equal(session.attempts.moreTime(), 2, "one and a half times the time is over, too");
  pass(3600);
  session.attempts.settle();
  assert.equal(session.attempts.moreTime(), 3);
});

// -- two states into one ----------------------------------------------------------------------------

const attemptOf = (answers, more = {}) => ({
  seed: 1,
  submitted: false,
  timed: null,
  drawn: answers.map((answer, ordinal) => ({ ordinal, answer, checked: false })),
  ...more,
});
const examOf = (used, attempt, best = null) => ({ used, best, last: best, finishedAt: 0, attempt });
const stateOf = (sequence, exam, more = {}) => ({ sequence, run: 1, place: 0, lessonsDone: [], practice: {}, exam, ...more });

test("later is decided by the running number, also when it begins anew", () => {
  const later = (one, other) => isLater({ sequence: one }, { sequence: other });
  assert.deepEqual([later(2, 1), later(1, 2), later(1, 1), later(3, 65534), later(65534, 3)], [true, false, false, true, false]);
});

test("an open attempt on both sides keeps every answer, the later one where both have one", () => {
  const later = stateOf(9, examOf(0, attemptOf([[1], null, [2]])));
  const earlier = stateOf(8, examOf(0, attemptOf([[0], [3], null])));
  assert.deepEqual(mergedStates(later, earlier).exam.attempt.drawn.map(({ answer }) => answer), [[1], [3], [2]]);
});

test("a checked answer is final, whichever side has it", () => {
  const later = stateOf(9, examOf(0, attemptOf([[1]])));
  const earlier = stateOf(8, examOf(0, attemptOf([[0]])));
  earlier.exam.attempt.drawn[0].checked = true;
  assert.deepEqual(mergedStates(later, earlier).exam.attempt.drawn, [{ ordinal: 0, answer: [0], checked: true }]);
});

test("who submitted more knows the result, and the best one is kept", () => {
  const later = stateOf(9, examOf(0, attemptOf([[1]])));
  const earlier = stateOf(8, examOf(1, attemptOf([[1]], { submitted: true }), { percent: 80, passed: true }));
  const { used, best, attempt } = mergedStates(later, earlier).exam;
  assert.deepEqual([used, best.percent, attempt.submitted], [1, 80, true]);
});

test("an attempt that only one side has is kept", () => {
  const only = stateOf(8, examOf(0, attemptOf([[1]])));
  assert.equal(mergedStates(stateOf(9, null), only).exam.attempt.drawn.length, 1);
  assert.equal(mergedStates(stateOf(9, examOf(0, null)), only).exam.attempt.drawn.length, 1);
  assert.equal(mergedStates(stateOf(9, examOf(1, null, { percent: 1, passed: false })), only).exam.attempt, null);
});

test("the more time spent and the larger allowance count", () => {
  const timed = (allowance, spent, savedAt) => attemptOf([], { timed: { allowance, spent, savedAt } });
  const merged = mergedStates(stateOf(9, examOf(0, timed(0, 90, 5))), stateOf(8, examOf(0, timed(2, 60, 7))));
  assert.deepEqual(merged.exam.attempt.timed, { allowance: 2, spent: 90, savedAt: 7 });
});

test("a long text to a question that is gone makes room; a short answer to it is kept", () => {
  const long = Array.from({ length: 50 }, () => 3);
  const state = { sequence: 1, run: 7, place: 0, lessonsDone: [0], practice: { 0: [0], 8: long, 9: [1] }, exam: null };
  const { session } = begun({}, packState(state));

  assert.deepEqual(Object.keys(session.state.practice), ["0", "9"]);
});
