/**
 * A SCORM 1.2 run-time that refuses what any real one refuses: the strict common subset of the standard
 * (Run-Time Environment 1.2, section 3.4), Moodle in standards mode and scorm-again.
 */

import { apiOf, matches, oneOf, pattern, refused, RunTime, steps, text } from "./runtime.mjs";

export const API_NAME = "API";

const NO_ERROR = "0";
const GENERAL = "101";
const INVALID_ARGUMENT = "201";
const NO_CHILDREN = "202";
const NO_COUNT = "203";
const NOT_INITIALIZED = "301";
const NOT_IMPLEMENTED = "401";
const KEYWORD = "402";
const READ_ONLY = "403";
const WRITE_ONLY = "404";
const WRONG_TYPE = "405";

const ERROR_TEXTS = {
  [NO_ERROR]: "No error",
  [GENERAL]: "General exception",
  [INVALID_ARGUMENT]: "Invalid argument error",
  [NO_CHILDREN]: "Element cannot have children",
  [NO_COUNT]: "Element not an array. Cannot have count",
  [NOT_INITIALIZED]: "Not initialized",
  [NOT_IMPLEMENTED]: "Not implemented error",
  [KEYWORD]: "Invalid set value, element is a keyword",
  [READ_ONLY]: "Element is read only",
  [WRITE_ONLY]: "Element is write only",
  [WRONG_TYPE]: "Incorrect data type",
};

const isScore = (value) => value === "" || (/^\d{1,3}(\.\d+)?$/.test(value) && Number(value) <= 100);
const isIdentifier = matches(/^[\x21-\x7e]{1,255}$/);
const isTimespan = matches(/^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const isTime = matches(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const isWholeNumber = (low, high) => (value) => /^-?\d{1,3}$/.test(value) && low <= Number(value) && Number(value) <= high;
const isResult = (value) => /^(correct|wrong|unanticipated|neutral)$/.test(value) || isScore(value);

/** What an answer of each type may look like (RTE 1.2, CMIFeedback). */
const RESPONSES = {
  "true-false": matches(/^[01tf]/),
  choice: matches(/^(\{?[a-z0-9](,[a-z0-9])*\}?)?$/),
  "fill-in": matches(/^[^\r\n]{0,255}$/),
  matching: matches(/^(\{?[a-z0-9]\.[a-z0-9](,[a-z0-9]\.[a-z0-9])*\}?)?$/),
  performance: matches(/^[^\r\n]{0,255}$/),
  sequencing: matches(/^([a-z0-9](,[a-z0-9])*)?$/),
  likert: matches(/^[a-z0-9]?$/),
  numeric: matches(/^-?\d+(\.\d+)?$/),
};

const STATUSES = ["passed", "completed", "failed", "incomplete", "browsed"];

/** Element → may it be read, may it be written, and with what. */
const ELEMENTS = {
  "cmi._version": { read: true, isKeyword: true },
  "cmi.core.student_id": { read: true },
  "cmi.core.student_name": { read: true },
  "cmi.core.lesson_location": { read: true, write: text(255) },
  "cmi.core.credit": { read: true },
  "cmi.core.lesson_status": { read: true, write: oneOf(...STATUSES) },
  "cmi.core.entry": { read: true },
  "cmi.core.score.raw": { read: true, write: isScore },
  "cmi.core.score.min": { read: true, write: isScore },
  "cmi.core.score.max": { read: true, write: isScore },
  "cmi.core.total_time": { read: true },
  "cmi.core.lesson_mode": { read: true },
  "cmi.core.exit": { write: oneOf("", "time-out", "suspend", "logout") },
  "cmi.core.session_time": { write: isTimespan },
  "cmi.suspend_data": { read: true, write: text(4096) },
  "cmi.launch_data": { read: true },
  "cmi.comments": { read: true, write: text(4096) },
  "cmi.comments_from_lms": { read: true },
  "cmi.student_data.mastery_score": { read: true },
  "cmi.student_data.max_time_allowed": { read: true },
  "cmi.student_data.time_limit_action": { read: true },
  "cmi.student_preference.audio": { read: true, write: isWholeNumber(-1, 100) },
  "cmi.student_preference.language": { read: true, write: text(255) },
  "cmi.student_preference.speed": { read: true, write: isWholeNumber(-100, 100) },
  "cmi.student_preference.text": { read: true, write: isWholeNumber(-1, 1) },
  "cmi.objectives.n.id": { read: true, write: isIdentifier },
  "cmi.objectives.n.score.raw": { read: true, write: isScore },
  "cmi.objectives.n.score.min": { read: true, write: isScore },
  "cmi.objectives.n.score.max": { read: true, write: isScore },
  "cmi.objectives.n.status": { read: true, write: oneOf(...STATUSES, "not attempted") },
  "cmi.interactions.n.id": { write: isIdentifier },
  "cmi.interactions.n.objectives.n.id": { write: isIdentifier },
  "cmi.interactions.n.time": { write: isTime },
  "cmi.interactions.n.type": { write: oneOf(...Object.keys(RESPONSES)) },
  "cmi.interactions.n.correct_responses.n.pattern": { write: text(255), isResponse: true },
  "cmi.interactions.n.weighting": { write: (value) => value !== "" && isScore(value.replace(/^-/, "")) },
  "cmi.interactions.n.student_response": { write: text(255), isResponse: true },
  "cmi.interactions.n.result": { write: isResult },
  "cmi.interactions.n.latency": { write: isTimespan },
};

const ARRAYS = ["cmi.objectives", "cmi.interactions", "cmi.interactions.n.objectives", "cmi.interactions.n.correct_responses"];

/**
 * @param {import("./runtime.mjs").Options & {masteryScore?: string}} [options] - `masteryScore` is what the manifest
 *   says, or ""
 */
export function createStrictApi(options = {}) {
  return apiOf(new StrictRunTime(options), { before: "LMS", end: "Finish" }, options);
}

class StrictRunTime extends RunTime {
  constructor({ data = {}, mode = "normal", learner = { id: "learner-1", name: "Doe, Jo" }, masteryScore = "", onCommit = () => true }) {
    super({ ...data }, onCommit, mode, NO_ERROR, GENERAL);
    this.elements = ELEMENTS;
    this.errorTexts = ERROR_TEXTS;
    this.wrongArgument = INVALID_ARGUMENT;
    // They belong to the session that wrote them: a course that forgets them this time shall feel it.
    delete this.data["cmi.core.exit"];
    delete this.data["cmi.core.session_time"];
    const wasSuspended = data["cmi.core.exit"] === "suspend";
    this.fixed = {
      "cmi.core.student_id": learner.id,
      "cmi.core.student_name": learner.name,
      "cmi.core.credit": mode === "normal" ? "credit" : "no-credit",
      "cmi.core.lesson_mode": mode,
      "cmi.core.entry": wasSuspended ? "resume" : Object.keys(data).length ? "" : "ab-initio",
      "cmi.core.total_time": data["cmi.core.total_time"] ?? "0000:00:00.00",
      "cmi.student_data.mastery_score": masteryScore,
      "cmi._version": "3.4",
    };
  }

  stageError(work) {
    return work === "Initialize" ? GENERAL : NOT_INITIALIZED;
  }

  /** What an LMS does at the end (RTE 1.2, lesson_status and total_time). */
  judge() {
    if (this.fixed["cmi.core.credit"] !== "credit") return;
    const mastery = this.fixed["cmi.student_data.mastery_score"];
    const raw = this.data["cmi.core.score.raw"] ?? "";
    if (mastery !== "" && raw !== "") this.data["cmi.core.lesson_status"] = Number(raw) >= Number(mastery) ? "passed" : "failed";
    else if (!this.data["cmi.core.lesson_status"]) this.data["cmi.core.lesson_status"] = "completed";
    const total = hundredths(this.fixed["cmi.core.total_time"]) + hundredths(this.data["cmi.core.session_time"] ?? "0000:00:00");
    this.data["cmi.core.total_time"] = timespan(total);
  }

  readable(element) {
    if (element === null) return refused(INVALID_ARGUMENT, "the element must be a string");
    if (element.endsWith("._count")) {
      const array = element.slice(0, -"._count".length);
      if (!ARRAYS.includes(pattern(array))) return refused(NO_COUNT, `${array} is not an array`);
      if (this.isBeyond(array)) return refused(INVALID_ARGUMENT, `${array} does not exist yet`);
      return { answer: String(this.countOf(array)) };
    }
    if (element.endsWith("._children")) {
      const above = element.slice(0, -"._children".length);
      const children = this.childrenOf(above);
      return children.length ? { answer: children.join(",") } : refused(NO_CHILDREN, `${above} has no children`);
    }
    const rule = this.ruleOf(element);
    if (!rule) return refused(INVALID_ARGUMENT, `there is no ${element}`);
    if (!rule.read) return refused(WRITE_ONLY, `${element} cannot be read`);
    if (this.isBeyond(element)) return refused(INVALID_ARGUMENT, `${element} does not exist yet`);
    return { answer: this.fixed[element] ?? this.data[element] ?? (element === "cmi.core.lesson_status" ? "not attempted" : "") };
  }

  writable(element, value) {
    if (element === null || value === null) return refused(INVALID_ARGUMENT, "both parameters must be strings");
    if (/\._(count|children)$/.test(element)) return refused(KEYWORD, `${element} is a keyword`);
    const rule = this.ruleOf(element);
    if (!rule) return refused(INVALID_ARGUMENT, `there is no ${element}`);
    if (rule.isKeyword) return refused(KEYWORD, `${element} is a keyword`);
    if (!rule.write) return refused(READ_ONLY, `${element} cannot be written`);
    const gap = this.gapBefore(element);
    if (gap) return refused(INVALID_ARGUMENT, `${gap.array} has ${this.countOf(gap.array)} entries; ${gap.number} is not the next`);
    // An entry begins with its id.
    const [first] = steps(element);
    const id = first && `${first.array}.${first.number}.id`;
    if (first && element !== id && !(id in this.data)) return refused(INVALID_ARGUMENT, `${first.array}.${first.number} has no id yet`);
    if (!rule.write(value)) return refused(WRONG_TYPE, `${element} cannot be "${value.slice(0, 80)}"`);
    if (!rule.isResponse) return {};
    const type = this.data[`${element.split(".").slice(0, 3).join(".")}.type`];
    if (!type) return refused(GENERAL, `${element} comes before its type`);
    return RESPONSES[type](value) ? {} : refused(WRONG_TYPE, `${element} of type ${type} cannot be "${value}"`);
  }
}

function hundredths(time) {
  const [hours, minutes, seconds] = time.split(":").map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 100);
}

function timespan(total) {
  const two = (value) => String(value).padStart(2, "0");
  const seconds = Math.floor(total / 100);
  const hours = String(Math.floor(seconds / 3600)).padStart(4, "0");
  return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(total % 100)}`;
}
