/**
 * What happens to a learner's state, whatever the page looks like and whichever standard records it.
 *
 * A tracker is the only thing that knows a standard:
 *
 *   start()            → {connected, mode: "normal"|"review"|"browse", resume, status}
 *   answered(record)   one answer that was checked: {question, answer, points, correct, seconds}
 *   save()             the state has changed; the tracker asks `pack` and `place` for it when it can write
 *   progress({lesson, percent})
 *   finish({percent, passed, completed, final})   percent and passed are null without an exam
 *   flush()            try now; → whether nothing waits any more
 *   close()            the end of the session; nothing is called afterwards
 */

import { better, countingResult, mayAttempt, scoreAnswer, scoreExam } from "./grading.mjs";
import { drawExam, inDrawnOrder, optionOrder } from "./draw.mjs";
import { emptyState, packState, PLACE_EXAM, PLACE_FIRST_LESSON, PLACE_HOME, unpackState } from "./state.mjs";

export const HOME = "_home";
export const EXAM = "_exam";

export class Session {
  /**
   * @param {any} course - the course data of the page
   * @param {() => number} randomSeed - a fresh unsigned 32-bit number
   */
  constructor(course, randomSeed) {
    this.course = course;
    this.exam = course.exam;
    this.randomSeed = randomSeed;
    this.state = emptyState();
    this.stateWasLost = false;
    this.wasPassed = false;
    this.mode = "normal";
    this.connected = false;
    this.tracker = null;
    this.questions = new Map();
    this.byOrdinal = new Map();
    for (const lesson of course.lessons) lesson.practice.forEach((question) => this.know(question));
    for (const pool of this.exam?.pools ?? []) pool.questions.forEach((question) => this.know(question));
  }

  know(question) {
    this.questions.set(question.key, question);
    this.byOrdinal.set(question.ordinal, question);
  }

  /** Begin with what the tracker kept. */
  start(tracker) {
    this.tracker = tracker;
    const begun = tracker.start();
    this.connected = begun.connected;
    this.mode = begun.mode;
    this.wasPassed = begun.status === "passed";
    if (begun.resume) {
      const state = unpackState(begun.resume);
      this.stateWasLost = state === null;
      this.state = state ?? this.state;
    }
    this.repairAttempt();
    if (this.mode === "normal") this.tellAgain(begun.status);
  }

  /** What an LMS lost (a commit that never arrived) is told again; telling it twice does no harm. */
  tellAgain(status) {
    if (this.exam && this.isPassed() && !this.wasPassed) this.report();
    else if (!this.exam && this.isCompleted() && !["completed", "passed"].includes(status)) this.reportCompletion();
    else return;
    this.tracker.save();
  }

  /**
   * An update may have taken questions out of an attempt that is still open. Answers that still exist are
   * kept; in the place of each lost question the next one of its pool is asked.
   */
  repairAttempt() {
    const attempt = this.openAttempt();
    if (!attempt) return;
    if (!this.exam) {
      this.state.exam.attempt = null;
      return;
    }
    const kept = attempt.drawn.filter(({ ordinal }) => this.exam.pools.some((pool) => poolHas(pool, ordinal)));
    for (const pool of this.exam.pools) {
      const inPool = kept.filter(({ ordinal }) => poolHas(pool, ordinal)).map(({ ordinal }) => ordinal);
      const spare = inDrawnOrder(pool.questions.map(({ key }) => key), attempt.seed)
        .map((key) => this.questions.get(key).ordinal)
        .filter((ordinal) => !inPool.includes(ordinal));
      const missing = Math.max(0, pool.draw - inPool.length);
      kept.push(...spare.slice(0, missing).map((ordinal) => ({ ordinal, answer: null, checked: false })));
    }
    if (kept.length) attempt.drawn = kept;
    else this.state.exam.attempt = null;
  }

  /** The state as text, under a number that it never had before. */
  pack() {
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

  goTo(screen) {
    const lesson = this.lesson(screen);
    const outside = screen === EXAM ? PLACE_EXAM : PLACE_HOME;
    const place = lesson ? lesson.ordinal + PLACE_FIRST_LESSON : outside;
    if (place === this.state.place) return;
    this.state.place = place;
    this.tracker.save();
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
    if (!this.exam && this.isCompleted()) this.reportCompletion();
    this.tracker.save();
  }

  /** Whether a course without an exam is complete. */
  isCompleted() {
    return this.course.lessons.length > 0 && this.openLessons().length === 0;
  }

  reportCompletion() {
    this.tracker.finish({ percent: null, passed: null, completed: true, final: true });
  }

  doneCount() {
    return this.course.lessons.length - this.openLessons().length;
  }

  // -- practice -------------------------------------------------------------------------------------

  /** The last answer to a practice question as option ids, or null. */
  practiceAnswer(question) {
    const kept = this.state.practice[question.ordinal];
    return kept ? idsOf(question, kept) : null;
  }

  /** Check an answer; the same one twice is recorded once. */
  answerPractice(question, answer, seconds) {
    const before = this.practiceAnswer(question);
    if (before && before.join() === answer.join()) return { correct: this.isCorrect(question, answer) };
    this.state.practice[question.ordinal] = numbersOf(question, answer);
    return this.record(question, answer, seconds);
  }

  isCorrect(question, answer) {
    return scoreAnswer(question, answer) === question.points;
  }

  /** Hand one checked answer to the tracker. */
  record(question, answer, seconds) {
    const correct = this.isCorrect(question, answer);
    this.tracker.answered({ question, answer, points: scoreAnswer(question, answer), correct, seconds });
    this.tracker.save();
    return { correct };
  }

  // -- exam -----------------------------------------------------------------------------------------

  examState() {
    return this.state.exam ?? { used: 0, best: null, last: null, attempt: null };
  }

  /** A pass that the LMS knows of stays one, even where the saved progress was lost. */
  isPassed() {
    return Boolean(this.wasPassed || this.state.exam?.best?.passed || this.state.exam?.last?.passed);
  }

  /** Whether the rules let the learner into the exam: a look back at a result is always free. */
  examIsOpen() {
    const { used, attempt } = this.examState();
    const begun = used > 0 || attempt !== null || this.isPassed() || this.mode !== "normal";
    return begun || this.exam.rules.opens === "any-time" || this.openLessons().length === 0;
  }

  mayStartAttempt() {
    const isFree = this.mode !== "review" && !this.openAttempt();
    return isFree && mayAttempt(this.exam.rules, this.examState().used, this.isPassed());
  }

  attemptsLeft() {
    return this.exam.rules.attempts ? Math.max(0, this.exam.rules.attempts - this.examState().used) : null;
  }

  openAttempt() {
    const attempt = this.state.exam?.attempt;
    return attempt && !attempt.submitted ? attempt : null;
  }

  startAttempt() {
    const seed = this.randomSeed() >>> 0;
    const ordinals = drawExam(this.exam, seed).map((key) => this.questions.get(key).ordinal);
    const drawn = ordinals.map((ordinal) => ({ ordinal, answer: null, checked: false }));
    this.state.exam = { ...this.examState(), attempt: { seed, submitted: false, drawn } };
    this.tracker.save();
  }

  /** The questions of the open or the last attempt that this version of the course still has. */
  askedQuestions() {
    const drawn = this.state.exam?.attempt?.drawn ?? [];
    return drawn.map(({ ordinal }) => this.byOrdinal.get(ordinal)).filter(Boolean);
  }

  /** Whether nothing of the last attempt is gone. */
  hasAllQuestions() {
    return this.askedQuestions().length === (this.state.exam?.attempt?.drawn.length ?? 0);
  }

  shownOptions(question) {
    return optionOrder(question, this.state.exam.attempt.seed, this.exam.rules.shuffle);
  }

  drawn(question) {
    return this.state.exam?.attempt?.drawn.find((one) => one.ordinal === question.ordinal);
  }

  /** The answer in the open or the last attempt as option ids, or null. */
  examAnswer(question) {
    const kept = this.drawn(question);
    return kept?.answer ? idsOf(question, kept.answer) : null;
  }

  isChecked(question) {
    return Boolean(this.drawn(question)?.checked);
  }

  answerExam(question, answer) {
    const kept = this.drawn(question);
    const numbers = numbersOf(question, answer);
    const value = numbers.length ? numbers : null;
    if (kept.checked || JSON.stringify(kept.answer) === JSON.stringify(value)) return;
    kept.answer = value;
    this.tracker.save();
  }

  /** With feedback after each question: the answer is final now, and reported. */
  checkExam(question, answer, seconds) {
    const kept = this.drawn(question);
    if (kept.checked) return;
    kept.answer = numbersOf(question, answer);
    kept.checked = true;
    this.record(question, answer, seconds);
  }

  /** Grade the open attempt, report every answer, and the result that counts. */
  submitExam(secondsOf) {
    const { exam } = this.state;
    const asked = this.askedQuestions();
    const answers = this.examAnswers();
    const score = this.lastScore();
    for (const question of asked) {
      const answer = answers[question.key];
      // What was checked was reported then.
      if (answer.length === 0 || this.isChecked(question)) continue;
      const points = scoreAnswer(question, answer);
      const correct = this.isCorrect(question, answer);
      this.tracker.answered({ question, answer, points, correct, seconds: secondsOf(question) });
    }
    const result = { percent: score.percent, passed: score.passed };
    exam.attempt.submitted = true;
    exam.used += 1;
    exam.last = result;
    exam.best = exam.best ? better(exam.best, result) : result;
    this.report();
    this.tracker.save();
  }

  examAnswers() {
    return Object.fromEntries(this.askedQuestions().map((question) => [question.key, this.examAnswer(question) ?? []]));
  }

  /** The score of the open or the last attempt, topic by topic. */
  lastScore() {
    return scoreExam(this.exam, this.askedQuestions().map((question) => question.key), this.examAnswers());
  }

  /** Tell the tracker the result that counts. */
  report() {
    const { best, last } = this.state.exam;
    const { percent, passed } = countingResult(this.exam.rules, best, last);
    this.tracker.finish({ percent, passed, completed: passed, final: passed || !this.mayStartAttempt() });
  }
}

function poolHas(pool, ordinal) {
  return pool.questions.some((question) => question.ordinal === ordinal);
}

/** Answers are kept by their numbers in course.lock, so that moving them in the source changes nothing. */
function idsOf(question, numbers) {
  return question.options.filter((option) => numbers.includes(option.n)).map((option) => option.id);
}

function numbersOf(question, ids) {
  return question.options.filter((option) => ids.includes(option.id)).map((option) => option.n).sort((a, b) => a - b);
}
