/**
 * What happens to a learner's state, whatever the page looks like and whichever standard records it.
 *
 * A tracker is the only thing that knows a standard:
 *
 *   start()            → {connected, mayComeLater, mode: "normal"|"review"|"browse", resume, status, place, learner};
 *                      may be called again while it says that the LMS may come later
 *   answered(record)   one answer that was checked: {question, answer, points, correct, seconds}, and, when it
 *                      was given in an earlier sitting, what the tracker added then
 *   save()             the state has changed; the tracker asks `pack` and `place` for it when it can write
 *   waiting()          → the records of `answered` that the LMS does not have yet
 *   progress({lesson, percent})
 *   finish({percent, passed, completed, final})   percent and passed are null without an exam
 *   flush()            try now; → whether nothing waits any more
 *   close()            the end of the session; nothing is called afterwards
 *   report()           → lines for a support desk
 */

import { scoreAnswer } from "./grading.mjs";
import { Attempts } from "./attempts.mjs";
import { Journal } from "./journal.mjs";
import { isLater, mergedStates } from "./merge.mjs";
import { emptyState, packState, PLACE_EXAM, PLACE_FIRST_LESSON, PLACE_HOME, unpackState } from "./state.mjs";

export const HOME = "_home";
export const EXAM = "_exam";

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
    const isBehind = hasWork(this.state);
    const how = this.takeUp(begun);
    if (this.mode === "normal") this.tellAgain(begun.status, isBehind || how === "restored");
    return how;
  }

  /** No LMS came: go on with what this device has. */
  goOnAlone() {
    this.isWaiting = false;
    return this.takeUp({ resume: "", learner: "", place: HOME });
  }

  takeUp({ resume, learner, place }) {
    const before = this.state;
    const how = this.choose(resume, this.mode === "normal" ? learner : null);
    if (how === "lost") this.state.place = this.placeOf(place);
    // What was done while the LMS was still to come.
    const { run, sequence } = this.state;
    if (hasWork(before)) this.state = mergedStates({ ...before, run: run || before.run, sequence }, this.state);
    this.state.run ||= this.randomSeed() >>> 0;
    this.mend();
    return how;
  }

  /**
   * Which state counts: that of the LMS, the copy on this device, or both together.
   *
   * @param {string} resume - what the LMS kept
   * @param {string|null} learner - null where nothing is recorded
   */
  choose(resume, learner) {
    const kept = resume ? unpackState(resume) : null;
    const copy = learner === null ? null : this.openJournal(learner);
    if (kept) {
      // What was done on a day on which no LMS came belongs to nobody yet.
      const alone = learner ? this.copyOf("") : null;
      if (alone && alone.state.run !== kept.run && hasWork(alone.state)) this.offer = alone;
      return this.addCopy(kept, copy);
    }
    if (copy && (!this.connected || (resume && learner))) {
      this.state = copy.state;
      this.tellOf(copy.waiting);
      return this.connected ? "restored" : "resumed";
    }
    // An LMS that knows nothing may have lost it, or somebody else sits here: the learner decides.
    if (learner !== null && this.connected) this.offer = copy ?? this.copyOf("");
    return resume ? "lost" : "new";
  }

  addCopy(kept, copy) {
    this.state = kept;
    if (copy?.state.run !== kept.run) return "resumed";
    const isCopyLater = isLater(copy.state, kept);
    this.state = isCopyLater ? mergedStates(copy.state, kept) : mergedStates(kept, copy.state);
    if (!isCopyLater) return "resumed";
    this.tellOf(copy.waiting);
    return workOf(this.state) === workOf(kept) && !copy.waiting.length ? "resumed" : "restored";
  }

  openJournal(learner) {
    this.journal = this.journalOf(learner);
    return this.copyOf(learner);
  }

  journalOf(learner) {
    return new Journal(this.storage, this.course.course.id, learner);
  }

  copyOf(learner) {
    const entry = this.journalOf(learner).read();
    const state = entry && unpackState(entry.state);
    return state ? { ...entry, state } : null;
  }

  /** Another window hands its state over. @param {string} text */
  adopt(text) {
    const state = unpackState(text);
    this.offer = null;
    if (state) this.state = mergedStates(state, this.state);
    this.mend();
    if (this.mode === "normal") this.tellAgain("", true);
  }

  /** Take the copy on this device that was offered. */
  acceptOffer() {
    const { state, waiting } = this.offer;
    const { run, sequence } = hasWork(this.state) ? this.state : state;
    this.closeOffer();
    this.state = { ...mergedStates(state, this.state), run, sequence };
    this.tellOf(waiting);
    this.mend();
    this.tellAgain("", true);
  }

  declineOffer() {
    this.closeOffer();
    this.save();
  }

  /** A copy that belonged to nobody is offered once. */
  closeOffer() {
    this.offer = null;
    this.journalOf("").clear();
  }

  mend() {
    this.attempts?.repair();
    this.attempts?.takeUp();
    if (!this.attempts && this.state.exam) this.state.exam.attempt = null;
  }

  /**
   * What an LMS lost (a commit that never arrived) is told again; telling it twice does no harm.
   *
   * @param {string} status - what the LMS has
   * @param {boolean} isBehind - whether the LMS has less than is known here
   */
  tellAgain(status, isBehind) {
    if (this.attempts?.state.used && this.attempts.isPassed() && !this.wasPassed) this.attempts.report();
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
    if (this.journal && !this.offer) {
      const waiting = this.tracker.waiting().map(({ question, ...rest }) => ({ key: question.key, ...rest }));
      this.hasCopy = this.journal.write({ state: this.pack(), waiting, at: this.moment() });
    }
    this.tracker.save();
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
    return lesson.practice.filter((question) => !this.state.practice[question.ordinal]);
  }

  completeLesson(lesson) {
    if (this.isDone(lesson)) return;
    this.state.lessonsDone.push(lesson.ordinal);
    const total = this.course.lessons.length;
    this.tracker.progress({ lesson: lesson.key, percent: Math.floor((this.doneCount() * 100) / total) });
    if (!this.attempts && this.isCompleted()) this.reportCompletion();
    this.save();
  }

  /** Whether a course without an exam is complete. */
  isCompleted() {
    return this.course.lessons.length > 0 && this.openLessons().length === 0;
  }

  /** Whether the course has come to its good end. */
  isFinished() {
    return this.attempts ? this.attempts.isPassed() : this.isCompleted();
  }

  reportCompletion() {
    this.tracker.finish({ percent: null, passed: null, completed: true, final: true });
  }

  doneCount() {
    return this.course.lessons.length - this.openLessons().length;
  }

  // -- answers --------------------------------------------------------------------------------------

  /** The last answer to a practice question as option ids, or null. */
  practiceAnswer(question) {
    const kept = this.state.practice[question.ordinal];
    return kept ? this.idsOf(question, kept) : null;
  }

  /** Check an answer; the same one twice is recorded once. */
  answerPractice(question, answer, seconds) {
    const before = this.practiceAnswer(question);
    if (before && before.join() === answer.join()) return;
    this.state.practice[question.ordinal] = this.numbersOf(question, answer);
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
    const correct = this.isCorrect(question, answer);
    this.tracker.answered({ question, answer, points: scoreAnswer(question, answer), correct, seconds, ...earlier });
  }

  /** Answers are kept by their numbers in course.lock, so that moving them in the source changes nothing. */
  idsOf(question, numbers) {
    return question.options.filter((option) => numbers.includes(option.n)).map((option) => option.id);
  }

  numbersOf(question, ids) {
    return question.options.filter((option) => ids.includes(option.id)).map((option) => option.n).sort((a, b) => a - b);
  }
}

/** What a learner did, as text. */
function workOf(state) {
  return packState({ ...state, sequence: 0, place: PLACE_HOME });
}

function hasWork({ lessonsDone, practice, exam }) {
  return lessonsDone.length > 0 || Object.keys(practice).length > 0 || exam !== null;
}
