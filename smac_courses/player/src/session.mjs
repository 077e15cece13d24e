/**
 * What happens to a learner's state, whatever the page looks like and whichever standard records it.
 *
 * A tracker is the only thing that knows a standard:
 *
 *   start()            → {connected, mayComeLater, mode: "normal"|"review"|"browse", resume, status, place, learner, name};
 *                      may be called again while it says that the LMS may come later; `name` for people, where known
 *   answered(record)   one answer that was checked: {question, answer, points, correct, seconds, interaction}, and,
 *                      when it was given in an earlier sitting, what the tracker added then; `interaction` is the
 *                      answer as records have it, with the key where the learner may see that: see kinds.mjs
 *   save()             the state has changed; the tracker asks `pack` and `place` for it when it can write
 *   waiting()          → the records of `answered` that the LMS does not have yet
 *   finish({percent, passed, completed, final, topics})   percent and passed are null without an exam; `topics` are
 *                      the results of its pools: {id, title, percent, passed}, passed null where none is asked for
 *   flush()            try now; → whether nothing waits any more, or a promise of that
 *   close()            the end of the session; nothing is called afterwards; → what became of everything, or a promise
 *   report()           → lines for a support desk
 */

import { scoreAnswer } from "./grading.mjs";
import { kindOf, prepare } from "./kinds.mjs";
import { Attempts } from "./attempts.mjs";
import { Journal } from "./journal.mjs";
import { isLater, mergedStates } from "./merge.mjs";
import { emptyState, packState, PLACE_EXAM, PLACE_FIRST_LESSON, PLACE_HOME, unpackState } from "./state.mjs";

export const HOME = "_home";
export const EXAM = "_exam";
const OFFERED = "offered";
// Numbers of an answer; model/codec.py counts with the same.
const MOST_KEPT_OF_GONE = 36;

export class Session {
  /**
   * @param {any} course - the course data of the page
   * @param {{randomSeed: () => number, now: () => number, moment: () => number, storage: () => Storage}} environment
   *   `randomSeed` gives a fresh unsigned 32-bit number; `now` counts milliseconds and never goes back; `moment` is
   *   the learner's clock in seconds, which may
   */
  constructor(course, { randomSeed, now, moment, storage }) {
    this.course = course;
    this.randomSeed = randomSeed;
    this.now = now;
    this.moment = moment;
    this.storage = storage;
    this.state = emptyState();
    this.wasPassed = false;
    this.name = "";
    this.mode = "normal";
    this.connected = false;
    this.tracker = null;
    this.journal = null;
    this.hasCopy = false;
    this.offer = null;
    this.isWaiting = true;
    this.questions = new Map();
    this.byOrdinal = new Map();
    for (const lesson of course.lessons) lesson.practice.forEach((question) => this.know(question));
    for (const pool of course.exam?.pools ?? []) pool.questions.forEach((question) => this.know(question));
    this.attempts = course.exam ? new Attempts(this, course.exam) : null;
  }

  know(question) {
    prepare(question);
    this.questions.set(question.key, question);
    this.byOrdinal.set(question.ordinal, question);
  }

  // -- the beginning --------------------------------------------------------------------------------

  /**
   * Begin with what the tracker kept, or hear that the LMS may still come: then call it again.
   *
   * @returns {"waiting"|"new"|"resumed"|"restored"|"lost"} `restored` from the copy on this device; `lost` when the
   *   LMS gave back damaged progress and there is no copy
   */
  start(tracker) {
    this.tracker = tracker;
    const begun = tracker.start();
    this.connected = begun.connected;
    if (begun.mayComeLater) return "waiting";
    this.isWaiting = false;
    this.mode = begun.mode;
    this.wasPassed = begun.status === "passed";
    this.name = begun.name ?? "";
    const isBehind = hasWork(this.state);
    const how = this.takeUp(begun);
    if (this.mode === "normal") this.tellAgain(begun.status, isBehind || how === "restored");
    return how;
  }

  /** No LMS came: go on with what this device has. */
  goOnAlone() {
    this.isWaiting = false;
    const wasAlone = this.journal !== null;
    return wasAlone ? "resumed" : this.takeUp({ resume: "", learner: "", place: HOME });
  }

  takeUp({ resume, learner, place }) {
    const before = this.state;
    this.state = emptyState();
    const how = this.choose(resume, this.mode === "normal" ? learner : null, before.run);
    if (how === "lost") this.state.place = this.placeOf(place);
    // What was done while the LMS was still to come.
    if (hasWork(before)) this.state = this.joined(before);
    this.state.run ||= before.run || this.randomSeed() >>> 0;
    this.mend();
    return how;
  }

  /**
   * Which state counts: that of the LMS, the copy on this device, or both together.
   *
   * @param {string} resume - what the LMS kept
   * @param {string|null} learner - null where nothing is recorded
   * @param {number} ownRun - of what was done in this sitting, or 0
   */
  choose(resume, learner, ownRun) {
    const kept = resume ? unpackState(resume) : null;
    if (kept) this.state = kept;
    const byLms = kept ? "resumed" : resume ? "lost" : "new";
    if (learner === null) return byLms;
    const copy = this.openJournal(learner);
    if (!this.connected) return this.take(copy) ? "resumed" : "new";
    let how = byLms;
    if (kept && copy?.state.run === kept.run) how = this.addCopy(kept, copy);
    else if (resume && !kept && learner && this.take(copy)) how = "restored";
    else this.keepForOffer(copy, ownRun);
    // What was done on a day on which no LMS came belongs to nobody yet.
    if (learner) this.keepForOffer(this.copyOf(""), ownRun);
    this.journalOf("").clear();
    this.offer = this.copyOf(learner, OFFERED);
    return how;
  }

  /** The copy as it is. */
  take(copy) {
    if (!copy) return false;
    this.state = copy.state;
    this.tellOf(copy.waiting);
    return true;
  }

  addCopy(kept, copy) {
    const isCopyLater = isLater(copy.state, kept);
    this.state = isCopyLater ? mergedStates(copy.state, kept) : mergedStates(kept, copy.state);
    // The LMS was told of its answers in the write that followed the copy; what has an id may be told again.
    const untold = copy.waiting.filter(({ id }) => id || copy.state.sequence + 1 !== kept.sequence);
    this.tellOf(untold);
    return workOf(this.state) === workOf(kept) && !untold.length ? "resumed" : "restored";
  }

  /** An LMS that knows nothing may have lost it, or somebody else sits here: the learner decides. */
  keepForOffer(copy, ownRun) {
    const isOwn = copy?.state.run === ownRun;
    if (!copy || isOwn || !hasWork(copy.state)) return;
    this.journal.beside(OFFERED).write({ ...copy, state: packState(copy.state) });
  }

  openJournal(learner) {
    this.journal = this.journalOf(learner);
    return this.copyOf(learner);
  }

  journalOf(learner) {
    return new Journal(this.storage, this.course.course.id, learner);
  }

  copyOf(learner, name = "") {
    const entry = this.journalOf(learner).beside(name).read();
    const state = entry && unpackState(entry.state);
    return state ? { ...entry, state } : null;
  }

  /** This state and another one; where they differ, the other one counts. */
  joined(other) {
    const { run, sequence, place } = this.state;
    const areApart = other.run !== run;
    const merged = mergedStates(other, this.state, areApart);
    return { ...merged, run: run || other.run, sequence, place: other.place || place };
  }

  /** What another window hands over. @param {{state: string, owner: string}} given */
  adopt({ state: text, owner }) {
    const state = unpackState(text);
    // Another learner, or a look at the course that nobody records.
    if (!state || owner !== this.owner()) return;
    this.state = { ...this.joined(state), run: state.run };
    this.closeOffer();
    this.mend();
    this.tellAgain("", true);
  }

  /** Whose progress this is, as a name that says nothing; empty where nothing is recorded. */
  owner() {
    return this.mode === "normal" && this.journal ? this.journal.key : "";
  }

  /** Take the copy on this device that was offered. */
  acceptOffer() {
    const { state, waiting } = this.offer;
    const { place } = hasWork(this.state) ? this.state : state;
    // What was done since is newer.
    this.state = { ...mergedStates(this.state, state, true), place };
    this.closeOffer();
    this.tellOf(waiting);
    this.mend();
    this.tellAgain("", true);
  }

  declineOffer() {
    this.closeOffer();
    this.save();
  }

  closeOffer() {
    this.offer = null;
    this.journal?.beside(OFFERED).clear();
  }

  mend() {
    this.attempts?.repair();
    this.attempts?.takeUp();
    // Texts to questions that are gone: the LMS was told of them, and what it keeps has no room for what nobody sees.
    for (const [ordinal, answer] of Object.entries(this.state.practice)) {
      if (!this.byOrdinal.has(Number(ordinal)) && answer.length > MOST_KEPT_OF_GONE) delete this.state.practice[ordinal];
    }
    if (!this.attempts && this.state.exam) this.state.exam.attempt = null;
  }

  /**
   * What an LMS lost (a commit that never arrived) is told again; telling it twice does no harm.
   *
   * @param {string} status - what the LMS has
   * @param {boolean} isBehind - whether the LMS has less than is known here
   */
  tellAgain(status, isBehind) {
    const isPassLost = this.attempts?.isPassed() && !this.wasPassed;
    if (this.attempts?.state.used && (isPassLost || isBehind)) this.attempts.report();
    else if (!this.attempts && this.isCompleted() && !["completed", "passed"].includes(status)) this.reportCompletion();
    else if (!isBehind) return;
    this.save();
  }

  /** Answers of an earlier sitting that no LMS was told of. */
  tellOf(waiting) {
    for (const { key, answer, seconds, ...rest } of waiting) {
      const question = this.questions.get(key);
      if (question) this.tell(question, answer, seconds, rest);
    }
  }

  // -- saving ---------------------------------------------------------------------------------------

  /** The state has changed: a copy on this device first, then the LMS. */
  save() {
    this.copyTo(this.pack());
    this.tracker.save();
  }

  /** The LMS was tried: the copy has to know which answers it still lacks. */
  tried() {
    if (this.hasCopy) this.copyTo(packState(this.state));
  }

  copyTo(state) {
    if (!this.journal) return;
    const waiting = this.tracker.waiting().map(({ question, interaction, ...rest }) => ({ key: question.key, ...rest }));
    this.hasCopy = this.journal.write({ state, waiting, at: this.moment() });
  }

  /** The state as text, under a number that it never had before. */
  pack() {
    this.attempts?.settle();
    this.state.sequence += 1;
    return packState(this.state);
  }

  /** The screen that the learner is on, as an address in the page. */
  place() {
    if (this.state.place === PLACE_HOME) return HOME;
    if (this.state.place === PLACE_EXAM) return EXAM;
    const lesson = this.course.lessons.find((one) => one.ordinal === this.state.place - PLACE_FIRST_LESSON);
    return lesson ? lesson.key : HOME;
  }

  placeOf(screen) {
    const lesson = this.lesson(screen);
    if (lesson) return lesson.ordinal + PLACE_FIRST_LESSON;
    return screen === EXAM ? PLACE_EXAM : PLACE_HOME;
  }

  goTo(screen) {
    const place = this.placeOf(screen);
    if (place === this.state.place) return;
    this.state.place = place;
    this.save();
  }

  // -- lessons --------------------------------------------------------------------------------------

  lesson(key) {
    return this.course.lessons.find((lesson) => lesson.key === key);
  }

  isDone(lesson) {
    return this.state.lessonsDone.includes(lesson.ordinal);
  }

  openLessons() {
    return this.course.lessons.filter((lesson) => !this.isDone(lesson));
  }

  unanswered(lesson) {
    return lesson.practice.filter((question) => !this.practiceAnswer(question));
  }

  completeLesson(lesson) {
    if (this.isDone(lesson)) return;
    this.state.lessonsDone.push(lesson.ordinal);
    if (!this.attempts && this.isCompleted()) this.reportCompletion();
    this.save();
  }

  /** Whether a course without an exam is complete: a page that asks for nothing is, as soon as it is seen. */
  isCompleted() {
    return this.openLessons().length === 0;
  }

  /** Whether the course has come to its good end. */
  isFinished() {
    return this.attempts ? this.attempts.isPassed() : this.isCompleted();
  }

  reportCompletion() {
    this.tracker.finish({ percent: null, passed: null, completed: true, final: true, topics: [] });
  }

  /** How much of the course is done, in per cent: an exam counts as much as a lesson, and 100 is its good end. */
  percentDone() {
    if (this.isFinished()) return 100;
    const parts = this.course.lessons.length + (this.attempts ? 1 : 0);
    return Math.floor((this.doneCount() * 100) / parts);
  }

  doneCount() {
    return this.course.lessons.length - this.openLessons().length;
  }

  // -- answers --------------------------------------------------------------------------------------

  /** The last answer to a practice question, or null. */
  practiceAnswer(question) {
    return this.answerOf(question, this.state.practice[question.ordinal]);
  }

  /** Check an answer; the same one twice is recorded once. */
  answerPractice(question, answer, seconds) {
    const before = this.practiceAnswer(question);
    if (before && JSON.stringify(before) === JSON.stringify(answer)) return;
    this.state.practice[question.ordinal] = kindOf(question).pack(question, answer);
    this.record(question, answer, seconds);
  }

  isCorrect(question, answer) {
    return scoreAnswer(question, answer) === question.points;
  }

  /** Hand one checked answer to the tracker, and save. */
  record(question, answer, seconds) {
    this.tell(question, answer, seconds);
    this.save();
  }

  tell(question, answer, seconds, earlier = {}) {
    const points = scoreAnswer(question, answer);
    const correct = points === question.points;
    // A key that is kept from the learner is kept from the LMS's reports, too.
    const withKey = !question.isSealed || correct || this.attempts?.showsKey(question) === true;
    const interaction = kindOf(question).interaction(question, answer, withKey);
    this.tracker.answered({ question, answer, points, correct, seconds, interaction, ...earlier });
  }

  /**
   * Answers are kept by their numbers in course.lock, so that moving them in the source changes nothing.
   *
   * @param {import("./grading.mjs").Question} question
   * @param {number[]|null|undefined} numbers
   * @returns {string[]|null} null where nothing of it is left
   */
  answerOf(question, numbers) {
    const answer = numbers ? kindOf(question).unpack(question, numbers) : [];
    return answer.length ? answer : null;
  }
}

/** What a learner did, as text. */
function workOf(state) {
  return packState({ ...state, sequence: 0, place: PLACE_HOME });
}

function hasWork({ lessonsDone, practice, exam }) {
  return lessonsDone.length > 0 || Object.keys(practice).length > 0 || exam !== null;
}
