/**
 * The kinds of question that this course has. Each module of kinds/ adds its own when it is loaded, and a package
 * carries only those that its questions need.
 *
 * An answer is a list of words (see smac_courses/model/questions.py); nothing answered is []. A kind knows:
 *
 *   judge(question, answer)            → Judgement; twin of smac_courses/grading/judge.py
 *   pack(question, answer)             → whole numbers for the saved state
 *   unpack(question, numbers)          → the answer again; what this version of the course does not have is left out
 *   interaction(question, answer, key) → {type, response, pattern} in the terms of tracker-neutral records; see below
 *   read(form, question, moment)       → the answer in a form
 *   show(form, question, answer, words)
 *   mark(form, question, judgement, withKey, words)   what is right and wrong, in words; all marks off without judgement
 *   said(form, question, answer, words) → the answer in words, one for each part
 *   wordsOf(form, id)                  → what a remark on one part is about, or ""
 *   and where it needs them:
 *   isWhole(question, answer)          → whether nothing is missing in an answer
 *   problem(form, question, answer, words) → what is still to do, in words, or ""
 *   enable(form, question, words), arrange(form, order), confirmed(form, answer) after it was checked
 *
 * `type` is that of SCORM 2004 and xAPI. `response` and `pattern` (null without a key) are a text, or lists of ids:
 * `["a", "b"]`, for matching `[["a", "x"], …]`.
 *
 * @typedef {{points: number, parts: Record<string, boolean>, feedback: string[], hasRight: boolean}} Judgement
 */

const KINDS = new Map();

/**
 * @param {string[]} names
 * @param {object} kind
 */
export function addKinds(names, kind) {
  for (const name of names) KINDS.set(name, kind);
}

/** @param {{kind: string}} question */
export function kindOf(question) {
  const kind = KINDS.get(question.kind);
  if (!kind) throw new Error(`unknown kind of question: ${question.kind}`);
  return kind;
}

const OPENERS = [];

/** @param {(question: any) => void} open - for questions whose key travels in another form */
export function addOpener(open) {
  OPENERS.push(open);
}

/** Make a question of the course data ready for use. @param {any} question */
export function prepare(question) {
  for (const open of OPENERS) open(question);
}
