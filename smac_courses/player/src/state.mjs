/**
 * What a learner has done, packed into a short ASCII text. Twin of smac_courses/model/state.py, which
 * describes the layout.
 *
 * @typedef {{ordinal: number, answer: number[]|null, checked: boolean}} Drawn
 * @typedef {{allowance: number, spent: number, savedAt: number}} Timed
 * @typedef {{seed: number, submitted: boolean, timed: Timed|null, drawn: Drawn[]}} AttemptState
 * @typedef {import("./grading.mjs").Result} Result
 * @typedef {{used: number, best: Result|null, last: Result|null, finishedAt: number,
 *   attempt: AttemptState|null}} ExamState
 * @typedef {{sequence: number, run: number, place: number, lessonsDone: number[],
 *   practice: Record<number, number[]>, exam: ExamState|null}} State
 */

const VERSION = "2";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHECKSUM_LENGTH = 4;
const SEQUENCE_LIMIT = 65536;
const MAX_ATTEMPTS_COUNTED = 255;
const MOST_SECONDS = 2 ** 24 - 1;

export const PLACE_HOME = 0;
export const PLACE_EXAM = 1;
export const PLACE_FIRST_LESSON = 2;

/** @returns {State} */
export function emptyState() {
  return { sequence: 0, run: 0, place: PLACE_HOME, lessonsDone: [], practice: {}, exam: null };
}

/**
 * The state as text: ASCII letters, digits, `-` and `_`.
 *
 * @param {State} state
 */
export function packState(state) {
  const bits = new Writer();
  bits.number(4, state.sequence % SEQUENCE_LIMIT);
  bits.number(4, state.place);
  bits.fixed(32, state.run);
  const done = new Set(state.lessonsDone);
  bits.upTo([...done], () => {});
  bits.upTo(Object.keys(state.practice).map(Number), (ordinal) => bits.answer(state.practice[ordinal]));
  bits.bit(state.exam !== null);
  if (state.exam) writeExam(bits, state.exam);
  const body = VERSION + bits.text();
  return body + checksum(body);
}

/**
 * The state that was packed, or null when the text was cut, changed, or written by an unknown layout.
 *
 * @param {string} text
 * @returns {State|null}
 */
export function unpackState(text) {
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (!body.startsWith(VERSION) || checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return null;
  try {
    return readState(new Reader(body.slice(1)));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @param {string} body */
export function checksum(body) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(body)) value = Math.imul(value ^ byte, 0x01000193);
  value = ((value >>> 0) ^ (value >>> 8)) & 0xffffff;
  return [18, 12, 6, 0].map((shift) => ALPHABET[(value >>> shift) & 63]).join("");
}

/**
 * @param {Reader} bits
 * @returns {State}
 */
function readState(bits) {
  const state = emptyState();
  state.sequence = bits.number(4);
  state.place = bits.number(4);
  state.run = bits.fixed(32);
  bits.upTo((ordinal) => state.lessonsDone.push(ordinal));
  bits.upTo((ordinal) => {
    state.practice[ordinal] = bits.answer();
  });
  state.exam = bits.bit() ? readExam(bits) : null;
  return state;
}

/**
 * @param {Writer} bits
 * @param {ExamState} exam
 */
function writeExam(bits, exam) {
  bits.number(2, Math.min(exam.used, MAX_ATTEMPTS_COUNTED));
  for (const result of exam.used ? [exam.best, exam.last] : []) {
    bits.fixed(7, result ? result.percent : 0);
    bits.bit(result !== null && result.passed);
  }
  if (exam.used) bits.fixed(32, exam.finishedAt);
  bits.bit(exam.attempt !== null);
  if (!exam.attempt) return;
  bits.fixed(32, exam.attempt.seed);
  bits.bit(exam.attempt.submitted);
  const { timed } = exam.attempt;
  bits.bit(timed !== null);
  if (timed) {
    bits.fixed(2, timed.allowance);
    bits.number(6, Math.min(timed.spent, MOST_SECONDS));
    bits.fixed(32, timed.savedAt);
  }
  bits.number(4, exam.attempt.drawn.length);
  for (const { ordinal, answer, checked } of exam.attempt.drawn) {
    bits.number(4, ordinal);
    bits.bit(answer !== null);
    if (answer === null) continue;
    bits.answer(answer);
    bits.bit(checked);
  }
}

/**
 * @param {Reader} bits
 * @returns {ExamState}
 */
function readExam(bits) {
  const used = bits.number(2);
  const best = used ? { percent: bits.fixed(7), passed: bits.bit() } : null;
  const last = used ? { percent: bits.fixed(7), passed: bits.bit() } : null;
  const finishedAt = used ? bits.fixed(32) : 0;
  if (!bits.bit()) return { used, best, last, finishedAt, attempt: null };
  /** @type {AttemptState} */
  const attempt = { seed: bits.fixed(32), submitted: bits.bit(), timed: null, drawn: [] };
  if (bits.bit()) attempt.timed = { allowance: bits.fixed(2), spent: bits.number(6), savedAt: bits.fixed(32) };
  for (let left = bits.number(4); left > 0; left -= 1) {
    const ordinal = bits.number(4);
    const answered = bits.bit();
    attempt.drawn.push({ ordinal, answer: answered ? bits.answer() : null, checked: answered && bits.bit() });
  }
  return { used, best, last, finishedAt, attempt };
}

/** Bits in, Base64 letters out; the last letter is filled with zeros. */
class Writer {
  constructor() {
    /** @type {number[]} */
    this.bits = [];
  }

  /** @param {boolean} value */
  bit(value) {
    this.bits.push(value ? 1 : 0);
  }

  /**
   * @param {number} width - up to 32
   * @param {number} value
   */
  fixed(width, value) {
    for (let shift = width - 1; shift >= 0; shift -= 1) this.bits.push((value >>> shift) & 1);
  }

  /**
   * @param {number} width - bits of a group
   * @param {number} value - any whole number; arithmetic, because bit operators stop at 32 bits
   */
  number(width, value) {
    const group = 2 ** width;
    for (let rest = value; ; rest = Math.floor(rest / group)) {
      this.bit(rest >= group);
      this.fixed(width, rest % group);
      if (rest < group) return;
    }
  }

  /** @param {number[]} answer */
  answer(answer) {
    this.number(2, answer.length);
    for (const value of answer) this.number(3, value);
  }

  /**
   * @param {number[]} ordinals
   * @param {(ordinal: number) => void} write
   */
  upTo(ordinals, write) {
    const kept = new Set(ordinals);
    const count = Math.max(-1, ...ordinals) + 1;
    this.number(4, count);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      this.bit(kept.has(ordinal));
      if (kept.has(ordinal)) write(ordinal);
    }
  }

  text() {
    let letters = "";
    for (let at = 0; at < this.bits.length; at += 6) {
      let value = 0;
      for (let bit = at; bit < at + 6; bit += 1) value = value * 2 + (this.bits[bit] ?? 0);
      letters += ALPHABET[value];
    }
    return letters;
  }
}

/** The inverse of Writer; reading past the end throws RangeError. */
class Reader {
  /** @param {string} text */
  constructor(text) {
    this.at = 0;
    /** @type {number[]} */
    this.bits = [];
    for (const letter of text) {
      const value = ALPHABET.indexOf(letter);
      if (value < 0) throw new RangeError("a character that was never written");
      for (let shift = 5; shift >= 0; shift -= 1) this.bits.push((value >>> shift) & 1);
    }
  }

  bit() {
    return this.fixed(1) === 1;
  }

  /** @param {number} width */
  fixed(width) {
    if (this.at + width > this.bits.length) throw new RangeError("the text ends too early");
    let value = 0;
    for (let left = width; left > 0; left -= 1, this.at += 1) value = value * 2 + this.bits[this.at];
    return value;
  }

  /** @param {number} width */
  number(width) {
    let value = 0;
    for (let shift = 0; shift <= 32; shift += width) {
      const more = this.bit();
      value += this.fixed(width) * 2 ** shift;
      if (!more) return value;
    }
    throw new RangeError("a number that was never written");
  }

  answer() {
    const values = [];
    for (let left = this.number(2); left > 0; left -= 1) values.push(this.number(3));
    return values;
  }

  /** @param {(ordinal: number) => void} read */
  upTo(read) {
    const count = this.number(4);
    for (let ordinal = 0; ordinal < count; ordinal += 1) if (this.bit()) read(ordinal);
  }
}
