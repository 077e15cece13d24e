/** The session: what happens to a learner's state, with a tracker that only writes down what it is told. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EXAM, HOME, Session } from "../../smac_courses/player/src/session.mjs";
import { packState } from "../../smac_courses/player/src/state.mjs";

const question = (key, ordinal) => ({
  key,
  ordinal,
  kind: "single",
  points: 1,
  options: ["a", "b", "c"].map((id, n) => ({ id, n, correct: id === "a" })),
});

function course({ rules = {}, exam = true } = {}) {
  return {
    lessons: [
      { key: "m.one", ordinal: 0, practice: [question("m.p", 0)] },
      { key: "m.two", ordinal: 1, practice: [] },
    ],
    exam: exam
      ? {
          rules: { passPercent: 50, attempts: 2, counts: "best", shuffle: true, feedback: "after", opens: "after-lessons", ...rules },
          pools: [{ id: "pool", title: "Pool", draw: 2, mustPass: 0, questions: [1, 2, 3].map((n) => question(`e.q${n}`, n)) }],
        }
      : null,
  };
}

function tracker(resume = "", status = "incomplete", mode = "normal") {
  const told = [];
  const note = (name) => (value) => told.push([name, value]);
  return {
    told,
    of: (name) => told.filter(([one]) => one === name).map(([, value]) => value),
    start: () => ({ connected: true, mode, resume, status }),
    answered: note("answered"),
    save: note("save"),
    progress: note("progress"),
    finish: note("finish"),
  };
}

function begun(options, resume, status, mode) {
  const recorder = tracker(resume, status, mode);
  const session = new Session(course(options), () => 42);
  session.start(recorder);
  return { session, recorder };
}

function finishLessons(session) {
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 3);
  for (const lesson of session.course.lessons) session.completeLesson(lesson);
}

function takeExam(session, option) {
  session.startAttempt();
  for (const asked of session.askedQuestions()) session.answerExam(asked, [option]);
  session.submitExam(() => 5);
}

test("a lesson asks for its practice, is done once, and reports progress", () => {
  const { session, recorder } = begun();
  const lesson = session.lesson("m.one");
  assert.deepEqual(session.unanswered(lesson).map(({ key }) => key), ["m.p"]);
  assert.deepEqual(session.answerPractice(lesson.practice[0], ["b"], 3), { correct: false });
  assert.deepEqual(session.practiceAnswer(lesson.practice[0]), ["b"]);
  assert.deepEqual(session.unanswered(lesson), []);
  session.completeLesson(lesson);
  session.completeLesson(lesson);
  assert.deepEqual(recorder.of("progress"), [{ lesson: "m.one", percent: 50 }]);
});

test("a course without an exam completes with its last lesson", () => {
  const { session, recorder } = begun({ exam: false });
  finishLessons(session);
  assert.deepEqual(recorder.of("finish"), [{ percent: null, passed: null, completed: true, final: true }]);
});

test("the exam opens after the lessons, or at once where the rules say so", () => {
  const { session } = begun();
  assert.equal(session.examIsOpen(), false);
  finishLessons(session);
  assert.equal(session.examIsOpen(), true);
  assert.equal(begun({ rules: { opens: "any-time" } }).session.examIsOpen(), true);
});

test("a pass is reported with its score and ends the need for attempts", () => {
  const { session, recorder } = begun();
  finishLessons(session);
  takeExam(session, "a");
  assert.deepEqual(recorder.of("finish"), [{ percent: 100, passed: true, completed: true, final: true }]);
  assert.equal(recorder.of("answered").length, 3);
  assert.equal(session.mayStartAttempt(), false);
});

test("a fail is final only when no attempt is left", () => {
  const { session, recorder } = begun();
  finishLessons(session);
  takeExam(session, "b");
  takeExam(session, "b");
  assert.deepEqual(recorder.of("finish").map(({ final }) => final), [false, true]);
  assert.equal(session.attemptsLeft(), 0);
  assert.equal(session.mayStartAttempt(), false);
});

test("with counts: last the score is the last one's, and a better earlier fail is forgotten", () => {
  const { session, recorder } = begun({ rules: { counts: "last", passPercent: 100, attempts: 0 } });
  finishLessons(session);
  session.startAttempt();
  session.answerExam(session.askedQuestions()[0], ["a"]);
  session.submitExam(() => 1);
  takeExam(session, "b");
  assert.deepEqual(recorder.of("finish").map(({ percent }) => percent), [50, 0]);
});

test("what was packed is found again: place, answers, the open attempt with its draw", () => {
  const { session } = begun();
  finishLessons(session);
  session.startAttempt();
  const [first] = session.askedQuestions();
  session.answerExam(first, ["c"]);
  session.goTo(EXAM);
  const again = begun({}, session.pack()).session;
  assert.equal(again.place(), EXAM);
  assert.deepEqual(again.askedQuestions().map(({ key }) => key), session.askedQuestions().map(({ key }) => key));
  assert.deepEqual(again.examAnswer(first), ["c"]);
  assert.deepEqual(again.shownOptions(first), session.shownOptions(first));
  assert.equal(again.doneCount(), 2);
});

test("the text differs from one save to the next even when nothing changed", () => {
  const { session } = begun();
  assert.notEqual(session.pack(), session.pack());
});

test("damaged progress is not guessed at", () => {
  const { session } = begun({}, "1ABCxyz");
  assert.equal(session.stateWasLost, true);
  assert.equal(session.place(), HOME);
});

test("a pass that the LMS lost is told again, a pass that it has is not", () => {
  const state = { sequence: 1, place: 1, lessonsDone: [0, 1], practice: {}, exam: { used: 1, best: { percent: 90, passed: true }, last: { percent: 90, passed: true }, attempt: null } };
  assert.deepEqual(begun({}, packState(state), "incomplete").recorder.of("finish"), [{ percent: 90, passed: true, completed: true, final: true }]);
  assert.deepEqual(begun({}, packState(state), "passed").recorder.of("finish"), []);
  assert.deepEqual(begun({}, packState(state), "incomplete", "review").recorder.of("finish"), []);
});

test("a question that the next version of the course has no more is left out of the open attempt", () => {
  const { session } = begun();
  finishLessons(session);
  session.startAttempt();
  const [gone, left] = session.askedQuestions();
  session.answerExam(left, ["a"]);
  const newer = course();
  newer.exam.pools[0].questions = newer.exam.pools[0].questions.filter(({ key }) => key !== gone.key);
  const again = new Session(newer, () => 1);
  again.start(tracker(session.pack()));
  const asked = again.askedQuestions().map(({ key }) => key);
  assert.equal(asked.length, 2, "another question of the pool takes its place");
  assert.ok(asked.includes(left.key) && !asked.includes(gone.key));
  assert.deepEqual(again.examAnswer(left), ["a"]);
});

test("an attempt none of whose questions is left, in a pool that is empty now, can be begun anew", () => {
  const { session } = begun();
  finishLessons(session);
  session.startAttempt();
  const newer = course();
  newer.exam.pools[0].questions = [question("e.new", 9)];
  const again = new Session(newer, () => 1);
  again.start(tracker(session.pack()));
  assert.deepEqual(again.askedQuestions().map(({ key }) => key), ["e.new"]);
});

test("answers keep their meaning when an update puts another before them", () => {
  const { session } = begun();
  session.answerPractice(session.lesson("m.one").practice[0], ["a"], 1);
  const newer = course();
  newer.lessons[0].practice[0].options.unshift({ id: "new", n: 3, correct: false });
  const again = new Session(newer, () => 1);
  again.start(tracker(session.pack()));
  assert.deepEqual(again.practiceAnswer(newer.lessons[0].practice[0]), ["a"]);
});

test("an update that takes the last open lesson away completes the course", () => {
  const { session } = begun({ exam: false });
  session.completeLesson(session.lesson("m.two"));
  const newer = course({ exam: false });
  newer.lessons.shift();
  const recorder = tracker(session.pack());
  new Session(newer, () => 1).start(recorder);
  assert.deepEqual(recorder.of("finish"), [{ percent: null, passed: null, completed: true, final: true }]);
});

test("an update that takes the exam away does no harm", () => {
  const { session } = begun();
  finishLessons(session);
  takeExam(session, "a");
  const again = new Session(course({ exam: false }), () => 1);
  again.start(tracker(session.pack()));
  assert.equal(again.exam, null);
});

test("looking at the exam does not open it", () => {
  const { session } = begun();
  session.mayStartAttempt();
  session.attemptsLeft();
  assert.equal(session.examIsOpen(), false);
});

test("where the progress is damaged and the LMS says passed, it stays passed", () => {
  const { session, recorder } = begun({}, "damaged", "passed");
  assert.equal(session.isPassed(), true);
  assert.equal(session.mayStartAttempt(), false);
  assert.deepEqual(recorder.of("finish"), []);
});

test("in review no attempt can be begun, in a preview it can", () => {
  assert.equal(begun({ rules: { opens: "any-time" } }, "", "", "review").session.mayStartAttempt(), false);
  assert.equal(begun({ rules: { opens: "any-time" } }, "", "", "browse").session.mayStartAttempt(), true);
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
  session.startAttempt();
  const [first, second] = session.askedQuestions();
  session.checkExam(first, ["b"], 2);
  session.answerExam(first, ["a"]);
  session.answerExam(second, ["a"]);
  const again = begun({ rules: { feedback: "each" } }, session.pack()).session;
  assert.deepEqual([again.isChecked(first), again.isChecked(second)], [true, false]);
  assert.deepEqual([again.examAnswer(first), again.examAnswer(second)], [["b"], ["a"]]);
  session.submitExam(() => 1);
  assert.deepEqual(recorder.of("answered").slice(1).map(({ correct }) => correct), [false, true]);
});
