/** The attempts at an exam: what may be done when, what is asked, how much time is left, what came out. */

import { better, countingResult, mayAttempt, scoreAnswer, scoreExam } from "./grading.mjs";
import { kindOf } from "./kinds.mjs";
import { drawExam, inDrawnOrder, optionOrder } from "./draw.mjs";
import { moreTime, spentAfterBreak, timeLeft, waitLeft, warningDue } from "./timing.mjs";

const NOTHING = { used: 0, best: null, last: null, finishedAt: 0, attempt: null };

export class Attempts {
  /**
   * @param {import("./session.mjs").Session} session
   * @param {any} exam - of the course data
   */
  constructor(session, exam) {
    this.session = session;
    this.exam = exam;
    this.rules = exam.rules;
    this.countingSince = null;
    this.warning = 0;
  }

  get state() {
    return this.session.state.exam ?? NOTHING;
  }

  /** A pass that the LMS knows of stays one, even where the saved progress was lost. */
  isPassed() {
    return Boolean(this.session.wasPassed || this.state.best?.passed || this.state.last?.passed);
  }

  /** Whether the rules let the learner into the exam: a look back at a result is always free. */
  isOpen() {
    const { used, attempt } = this.state;
    const begun = used > 0 || attempt !== null || this.isPassed() || this.session.mode !== "normal";
    return begun || this.rules.opens === "any-time" || this.session.openLessons().length === 0;
  }

  /** Whether the rules allow another attempt, now or after the waiting time. */
  isAnyLeft() {
    return mayAttempt(this.rules, this.state.used, this.isPassed());
  }

  mayStart() {
    const isHere = this.session.mode !== "review" && !this.session.isWaiting;
    return isHere && !this.current() && this.isAnyLeft() && this.wait() === 0;
  }

  /** How many attempts are left, or null for any number. */
  left() {
    return this.rules.attempts ? Math.max(0, this.rules.attempts - this.state.used) : null;
  }

  /** Seconds until the next attempt may begin. */
  wait() {
    return this.state.used ? waitLeft(this.rules, this.state.finishedAt, this.session.moment()) : 0;
  }

  /** The attempt that is open, or null. */
  current() {
    const { attempt } = this.state;
    return attempt && !attempt.submitted ? attempt : null;
  }

  /** @param {number} allowance - of the time limit, where there is one */
  start(allowance) {
    const seed = this.session.randomSeed() >>> 0;
    const ordinals = drawExam(this.exam, seed).map((key) => this.session.questions.get(key).ordinal);
    const drawn = ordinals.map((ordinal) => ({ ordinal, answer: null, checked: false }));
    const timed = this.rules.timeLimitMinutes ? { allowance, spent: 0, savedAt: this.session.moment() } : null;
    this.session.state.exam = { ...this.state, attempt: { seed, submitted: false, timed, drawn } };
    this.countingSince = null;
    this.session.save();
  }

  /**
   * An update may have taken questions out of an attempt that is still open. Answers that still exist are
   * kept; in the place of each lost question the next one of its pool is asked.
   */
  repair() {
    const attempt = this.current();
    if (!attempt) return;
    const kept = attempt.drawn.filter(({ ordinal }) => this.exam.pools.some((pool) => poolHas(pool, ordinal)));
    for (const pool of this.exam.pools) {
      const inPool = kept.filter(({ ordinal }) => poolHas(pool, ordinal)).map(({ ordinal }) => ordinal);
      const spare = inDrawnOrder(pool.questions.map(({ key }) => key), attempt.seed)
        .map((key) => this.session.questions.get(key).ordinal)
        .filter((ordinal) => !inPool.includes(ordinal));
      const missing = Math.max(0, pool.draw - inPool.length);
      kept.push(...spare.slice(0, missing).map((ordinal) => ({ ordinal, answer: null, checked: false })));
    }
    if (kept.length) attempt.drawn = kept;
    else this.session.state.exam.attempt = null;
  }

  // -- questions ------------------------------------------------------------------------------------

  /** The questions of the open or the last attempt that this version of the course still has. */
  asked() {
    const drawn = this.state.attempt?.drawn ?? [];
    return drawn.map(({ ordinal }) => this.session.byOrdinal.get(ordinal)).filter(Boolean);
  }

  /** Whether nothing of the last attempt is gone. */
  isWhole() {
    return this.asked().length === (this.state.attempt?.drawn.length ?? 0);
  }

  shownOptions(question) {
    return optionOrder(question, this.state.attempt.seed, this.rules.shuffle);
  }

  drawn(question) {
    return this.state.attempt?.drawn.find((one) => one.ordinal === question.ordinal);
  }

  /** The answer in the open or the last attempt, or null. */
  answerTo(question) {
    return this.session.answerOf(question, this.drawn(question)?.answer);
  }

  /** Whether learners see what would have been right in a question of the exam. */
  showsKey(question) {
    return this.rules.feedback !== "never" && this.drawn(question) !== undefined;
  }

  isChecked(question) {
    return Boolean(this.drawn(question)?.checked);
  }

  /**
   * @param {import("./grading.mjs").Question} question
   * @param {string[]} answer
   * @param {boolean} [wasBegun] - it stood there when the time ended
   * @returns {boolean} whether it was taken: not when the time is over
   */
  answer(question, answer, wasBegun = false) {
    if (!this.current() || (this.isTimeUp() && !wasBegun)) return false;
    const kept = this.drawn(question);
    const numbers = kindOf(question).pack(question, answer);
    const value = numbers.length ? numbers : null;
    if (kept.checked || JSON.stringify(kept.answer) === JSON.stringify(value)) return true;
    kept.answer = value;
    this.session.save();
    return true;
  }

  /**
   * With feedback after each question: the answer is final now, and reported.
   *
   * @returns {boolean} whether it was taken: not when the time is over
   */
  check(question, answer, seconds) {
    if (this.isTimeUp()) return false;
    const kept = this.drawn(question);
    if (kept.checked) return true;
    kept.answer = kindOf(question).pack(question, answer);
    kept.checked = true;
    this.session.record(question, answer, seconds);
    return true;
  }

  // -- time -----------------------------------------------------------------------------------------

  /**
   * Count the time from now on, or stop. Where the rules know no pause it goes on regardless.
   *
   * @param {boolean} isShown - whether the exam is on the screen
   */
  count(isShown) {
    this.settle();
    const isOn = this.current()?.timed && (isShown || !this.rules.pause);
    this.countingSince = isOn ? (this.countingSince ?? this.session.now()) : null;
  }

  /** Put the time that has passed into the state. */
  settle() {
    const timed = this.current()?.timed;
    if (!timed) return;
    const before = timed.spent;
    if (this.countingSince !== null) {
      const seconds = Math.max(0, Math.floor((this.session.now() - this.countingSince) / 1000));
      timed.spent += seconds;
      this.countingSince += seconds * 1000;
    }
    timed.savedAt = this.session.moment();
    this.warning = warningDue(this.rules, timed.allowance, before, timed.spent) || this.warning;
  }

  /** The warning that is due, in seconds, or 0; each is given once. */
  takeWarning() {
    this.settle();
    const due = this.warning;
    this.warning = 0;
    return due;
  }

  /** An attempt that was saved is taken up again: its time may have gone on meanwhile. */
  takeUp() {
    const { exam } = this.session.state;
    // A clock that ran ahead and was set right would make the learner wait until it is as late again.
    if (exam) exam.finishedAt = Math.min(exam.finishedAt, this.session.moment());
    const timed = this.current()?.timed;
    if (timed) timed.spent = spentAfterBreak(this.rules, timed.spent, timed.savedAt, this.session.moment());
    this.count(false);
  }

  /** Seconds that are left of the open attempt, or null without a limit. */
  timeLeft() {
    const timed = this.current()?.timed;
    return timed ? timeLeft(this.rules, timed.allowance, timed.spent) : null;
  }

  isTimeUp() {
    this.settle();
    return this.timeLeft() === 0;
  }

  /** The next larger allowance that the learner may take, or null. */
  moreTime() {
    const timed = this.current()?.timed;
    return timed ? moreTime(this.rules, timed.allowance, timed.spent) : null;
  }

  takeMoreTime() {
    this.current().timed.allowance = this.moreTime();
    this.session.save();
  }

  // -- the end --------------------------------------------------------------------------------------

  /** Grade the open attempt, report every answer, and the result that counts. */
  submit(secondsOf) {
    const { session } = this;
    this.settle();
    this.countingSince = null;
    const { exam } = session.state;
    const score = this.score();
    for (const question of this.asked()) {
      const answer = this.answerTo(question);
      // What was checked was reported then.
      if (answer && !this.isChecked(question)) session.tell(question, answer, secondsOf(question));
    }
    const result = { percent: score.percent, passed: score.passed };
    exam.attempt.submitted = true;
    exam.used += 1;
    exam.last = result;
    exam.best = exam.best ? better(exam.best, result) : result;
    exam.finishedAt = session.moment();
    this.report();
    session.save();
  }

  /** The score of the open or the last attempt, topic by topic. */
  score() {
    const asked = this.asked();
    const answers = Object.fromEntries(asked.map((question) => [question.key, this.answerTo(question) ?? []]));
    return scoreExam(this.exam, asked.map((question) => question.key), answers);
  }

  /** The result that counts, of all attempts. @returns {{percent: number, passed: boolean}} */
  counting() {
    return countingResult(this.rules, this.state.best, this.state.last);
  }

  /** Tell the tracker the result that counts. */
  report() {
    const { percent, passed } = this.counting();
    const topics = percent === this.state.last.percent ? this.topics() : [];
    this.session.tracker.finish({ percent, passed, completed: passed, final: passed || !this.isAnyLeft(), topics });
  }

  /** The topics of the last attempt, where nothing of it is gone. */
  topics() {
    if (!this.state.attempt?.submitted || !this.isWhole()) return [];
    const pools = new Map(this.exam.pools.map((pool) => [pool.id, pool]));
    return this.score().topics.map(({ id, percent, passed }) => {
      const { title, mustPass } = pools.get(id);
      return { id, title, percent, passed: mustPass ? passed : null };
    });
  }

  /** Keys of the lessons to read again: those behind questions that did not earn all their points. */
  lessonsBehind() {
    const wrong = this.asked().filter((one) => scoreAnswer(one, this.answerTo(one) ?? []) < one.points);
    const keys = new Set(wrong.flatMap((question) => question.lessons));
    return this.session.course.lessons.map(({ key }) => key).filter((key) => keys.has(key));
  }
}

function poolHas(pool, ordinal) {
  return pool.questions.some((question) => question.ordinal === ordinal);
}
