/**
 * A SCORM 2004 run-time that refuses what any real one refuses: the strict common subset of the standard (Run-Time
 * Environment, 3rd and 4th edition, chapters 3 and 4), ADL's reference, scorm-again and Moodle.
 */

import { apiOf, matches, oneOf, pattern, refused, RunTime, steps, text } from "./runtime.mjs";

export const API_NAME = "API_1484_11";

const NO_ERROR = "0";
const GENERAL = "101";
const ALREADY_INITIALIZED = "103";
const TERMINATED = "104";
const WRONG_ARGUMENT = "201";
const GENERAL_GET = "301";
const GENERAL_SET = "351";
const UNDEFINED = "401";
const NOT_INITIALIZED = "403";
const READ_ONLY = "404";
const WRITE_ONLY = "405";
const WRONG_TYPE = "406";
const OUT_OF_RANGE = "407";
const DEPENDENCY = "408";

// A call before the session, and one after it.
const STAGES = {
  end: { before: "112", after: "113" },
  GetValue: { before: "122", after: "123" },
  SetValue: { before: "132", after: "133" },
  Commit: { before: "142", after: "143" },
};

const ERROR_TEXTS = {
  [NO_ERROR]: "No Error",
  [GENERAL]: "General Exception",
  [ALREADY_INITIALIZED]: "Already Initialized",
  [TERMINATED]: "Content Instance Terminated",
  112: "Termination Before Initialization",
  113: "Termination After Termination",
  122: "Retrieve Data Before Initialization",
  123: "Retrieve Data After Termination",
  132: "Store Data Before Initialization",
  133: "Store Data After Termination",
  142: "Commit Before Initialization",
  143: "Commit After Termination",
  [WRONG_ARGUMENT]: "General Argument Error",
  [GENERAL_GET]: "General Get Failure",
  [GENERAL_SET]: "General Set Failure",
  [UNDEFINED]: "Undefined Data Model Element",
  [NOT_INITIALIZED]: "Data Model Element Value Not Initialized",
  [READ_ONLY]: "Data Model Element Is Read Only",
  [WRITE_ONLY]: "Data Model Element Is Write Only",
  [WRONG_TYPE]: "Data Model Element Type Mismatch",
  [OUT_OF_RANGE]: "Data Model Element Value Out Of Range",
  [DEPENDENCY]: "Data Model Dependency Not Established",
};

// Moodle takes five digits before the point, no exponent; the standard asks for seven behind it.
const NUMBER = "-?\\d{1,5}(\\.\\d{1,7})?";
const LONG_NUMBER = "-?\\d{1,10}(\\.\\d{1,7})?";
const SHORT_ID = "[A-Za-z0-9_.]{1,250}";
const isNumber = matches(new RegExp(`^${NUMBER}$`));
const isShortId = matches(new RegExp(`^${SHORT_ID}$`));
const isIdentifier = matches(/^(?=.{1,4000}$)[A-Za-z0-9][\w.:~%+/-]*$/);
const isTimespan = matches(/^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/);
// A zone may stand only behind a fraction.
const isMoment = matches(/^(19[7-9]|20[0-3])\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2}(Z|[+-]\d\d(:\d\d)?)?)?$/);
const between = (low, high) => (value) => low <= Number(value) && Number(value) <= high;
const isResult = (value) => ["correct", "incorrect", "unanticipated", "neutral"].includes(value) || (isNumber(value) && Math.abs(Number(value)) < 10_000);
const STATUSES = ["completed", "incomplete", "not attempted", "unknown"];
const VERDICTS = ["passed", "failed", "unknown"];

/** Words with or without the mark of their language: one line, no other braces at the beginning. */
const words = (limit) => (value) => {
  const plain = value.replace(/^\{lang=[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?\}/, "");
  return plain.trim() !== "" && plain.length <= limit && !/[\n\r\u2028\u2029]/.test(plain) && !plain.startsWith("{");
};
const isLong = (value) => value !== "" && words(4000)(value);
const listOf = (test, most) => (value) => {
  const items = value.split("[,]");
  return items.length <= most && items.every(test);
};
const pairOf = (test) => (value) => {
  const sides = value.split("[.]");
  return sides.length === 2 && sides.every(test);
};
// scorm-again parts typed words at plain commas, too.
const isFilledIn = (value) => value !== "" && value.split(",").length <= 10 && listOf(words(250), 10)(value);
const isSet = (value) => listOf(isShortId, 36)(value) && new Set(value.split("[,]")).size === value.split("[,]").length;
const rangeOf = matches(new RegExp(`^(${LONG_NUMBER})?\\[:\\](${LONG_NUMBER})?$`));
const isRange = (value) => {
  const [low, high] = value.split("[:]");
  return rangeOf(value) && !(low && high && Number(low) > Number(high));
};

/** What an answer of each type may look like, and its pattern where that is another; `most` patterns. */
const RESPONSES = {
  "true-false": { answer: oneOf("true", "false"), most: 1 },
  choice: { answer: isSet, most: 10 },
  "fill-in": { answer: isFilledIn, pattern: (value) => isFilledIn(value.replace(/^(\{(case|order)_matters=(true|false)\})*/, "")), most: 5 },
  "long-fill-in": { answer: isLong, pattern: (value) => isLong(value.replace(/^\{case_matters=(true|false)\}/, "")), most: 5 },
  matching: { answer: listOf(pairOf(isShortId), 36), most: 5 },
  performance: { answer: listOf((value) => value.length <= 500 && value.includes("[.]"), 125), most: 5 },
  sequencing: { answer: listOf(isShortId, 36), most: 5 },
  likert: { answer: isShortId, most: 1 },
  numeric: { answer: matches(new RegExp(`^${LONG_NUMBER}$`)), pattern: isRange, most: 1 },
  other: { answer: (value) => value !== "" && value.length <= 4000, most: 1 },
};

const score = (before) => ({
  [`${before}.scaled`]: { read: true, write: isNumber, range: between(-1, 1) },
  [`${before}.raw`]: { read: true, write: isNumber },
  [`${before}.min`]: { read: true, write: isNumber },
  [`${before}.max`]: { read: true, write: isNumber },
});
const comment = (before, write) => ({
  [`${before}.n.comment`]: { read: true, write: write && words(4000) },
  [`${before}.n.location`]: { read: true, write: write && text(250) },
  [`${before}.n.timestamp`]: { read: true, write: write && isMoment },
});

/** Element → may it be read, may it be written and with what, in which range; what it is before it was written. */
const ELEMENTS = {
  "cmi._version": { read: true },
  ...comment("cmi.comments_from_learner", true),
  ...comment("cmi.comments_from_lms", false),
  "cmi.completion_status": { read: true, write: oneOf(...STATUSES), first: "unknown" },
  "cmi.completion_threshold": { read: true },
  "cmi.credit": { read: true },
  "cmi.entry": { read: true },
  "cmi.exit": { write: oneOf("", "time-out", "suspend", "logout", "normal") },
  "cmi.interactions.n.id": { read: true, write: isIdentifier },
  "cmi.interactions.n.type": { read: true, write: oneOf(...Object.keys(RESPONSES)) },
  "cmi.interactions.n.objectives.n.id": { read: true, write: isIdentifier },
  "cmi.interactions.n.timestamp": { read: true, write: isMoment },
  "cmi.interactions.n.correct_responses.n.pattern": { read: true, write: text(4500), part: "pattern" },
  "cmi.interactions.n.weighting": { read: true, write: isNumber },
  "cmi.interactions.n.learner_response": { read: true, write: text(4500), part: "answer" },
  "cmi.interactions.n.result": { read: true, write: isResult },
  "cmi.interactions.n.latency": { read: true, write: isTimespan },
  "cmi.interactions.n.description": { read: true, write: words(250) },
  "cmi.launch_data": { read: true },
  "cmi.learner_id": { read: true },
  "cmi.learner_name": { read: true },
  "cmi.learner_preference.audio_level": { read: true, write: isNumber, range: between(0, Infinity), first: "1" },
  "cmi.learner_preference.language": { read: true, write: matches(/^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$/), first: "" },
  "cmi.learner_preference.delivery_speed": { read: true, write: (value) => isNumber(value) && Number(value) !== 0, range: between(0, Infinity), first: "1" },
  "cmi.learner_preference.audio_captioning": { read: true, write: oneOf("-1", "0", "1"), first: "0" },
  "cmi.location": { read: true, write: (value) => value !== "" && value.length <= 1000 },
  "cmi.max_time_allowed": { read: true },
  "cmi.mode": { read: true },
  "cmi.objectives.n.id": { read: true, write: isIdentifier },
  ...score("cmi.objectives.n.score"),
  "cmi.objectives.n.success_status": { read: true, write: oneOf(...VERDICTS), first: "unknown" },
  "cmi.objectives.n.completion_status": { read: true, write: oneOf(...STATUSES), first: "unknown" },
  "cmi.objectives.n.progress_measure": { read: true, write: isNumber, range: between(0, 1) },
  "cmi.objectives.n.description": { read: true, write: words(250) },
  "cmi.progress_measure": { read: true, write: isNumber, range: between(0, 1) },
  "cmi.scaled_passing_score": { read: true },
  ...score("cmi.score"),
  "cmi.session_time": { write: isTimespan },
  "cmi.success_status": { read: true, write: oneOf(...VERDICTS), first: "unknown" },
  "cmi.suspend_data": { read: true, write: text(64000) },
  "cmi.time_limit_action": { read: true },
  "cmi.total_time": { read: true },
  "adl.nav.request": {
    read: true,
    write: matches(/^(continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|\{target=[\w.-]+\}(choice|jump))$/),
    first: "_none_",
  },
  "adl.nav.request_valid.continue": { read: true, first: "unknown" },
  "adl.nav.request_valid.previous": { read: true, first: "unknown" },
};

const ARRAYS = [
  "cmi.comments_from_learner",
  "cmi.comments_from_lms",
  "cmi.interactions",
  "cmi.interactions.n.objectives",
  "cmi.interactions.n.correct_responses",
  "cmi.objectives",
];
// Elements without which an entry has no name: they come first, each only once in its array.
const NAMED = ["cmi.interactions.n", "cmi.objectives.n"];
const UNIQUE = ["cmi.objectives.n.id", "cmi.interactions.n.objectives.n.id"];
const OF_THE_SESSION = ["cmi.exit", "cmi.session_time", "adl.nav.request"];

/**
 * @param {import("./runtime.mjs").Options & {passingScore?: string, threshold?: string, objectives?: string[]}} [options]
 *   `passingScore` and `threshold` are what the manifest says of the scaled score and of progress, or ""; `objectives`
 *   are the ids that it names, which the LMS makes entries of
 */
export function createStrictApi(options = {}) {
  return apiOf(new StrictRunTime(options), { before: "", end: "Terminate" }, options);
}

class StrictRunTime extends RunTime {
  constructor({
    data = {},
    mode = "normal",
    learner = { id: "learner-1", name: "Doe, Jo" },
    passingScore = "",
    threshold = "",
    objectives = [],
    onCommit = () => true,
  }) {
    const isFirst = Object.keys(data).length === 0;
    // What was not suspended is over: the next launch is a new attempt and knows nothing of it. A look back does.
    const isSuspended = data["cmi.exit"] === "suspend" || mode === "review";
    super(isSuspended ? { ...data } : {}, onCommit, mode, NO_ERROR, GENERAL);
    this.elements = ELEMENTS;
    this.errorTexts = ERROR_TEXTS;
    this.wrongArgument = WRONG_ARGUMENT;
    for (const element of OF_THE_SESSION) delete this.data[element];
    objectives.forEach((id, at) => (this.data[`cmi.objectives.${at}.id`] ??= id));
    this.fixed = {
      "cmi._version": "1.0",
      "cmi.learner_id": learner.id,
      "cmi.learner_name": learner.name,
      "cmi.credit": mode === "normal" ? "credit" : "no-credit",
      "cmi.mode": mode,
      "cmi.entry": isFirst ? "ab-initio" : isSuspended ? "resume" : "",
      "cmi.total_time": this.data["cmi.total_time"] ?? "PT0S",
      ...(passingScore && { "cmi.scaled_passing_score": passingScore }),
      ...(threshold && { "cmi.completion_threshold": threshold }),
    };
  }

  stageError(work) {
    if (work === "Initialize") return this.stage === "running" ? ALREADY_INITIALIZED : TERMINATED;
    return STAGES[work][this.stage];
  }

  /** What an LMS does at the end (RTE 4.2.4.1, 4.2.22.1 and 4.2.25). */
  judge() {
    if (this.fixed["cmi.credit"] !== "credit") return;
    const { "cmi.scaled_passing_score": pass, "cmi.completion_threshold": threshold } = this.fixed;
    const { "cmi.score.scaled": scaled, "cmi.progress_measure": progress } = this.data;
    if (pass !== undefined && scaled !== undefined) this.data["cmi.success_status"] = Number(scaled) >= Number(pass) ? "passed" : "failed";
    if (threshold !== undefined && progress !== undefined) this.data["cmi.completion_status"] = Number(progress) >= Number(threshold) ? "completed" : "incomplete";
    const total = seconds(this.fixed["cmi.total_time"]) + seconds(this.data["cmi.session_time"] ?? "PT0S");
    this.data["cmi.total_time"] = `PT${Math.round(total * 100) / 100}S`;
  }

  readable(element) {
    if (!element) return refused(GENERAL_GET, "the element must be a string");
    if (element.endsWith("._count")) {
      const array = element.slice(0, -"._count".length);
      if (!ARRAYS.includes(pattern(array))) return refused(GENERAL_GET, `${array} is not an array`);
      if (this.isBeyond(array)) return refused(GENERAL_GET, `${array} does not exist yet`);
      return { answer: String(this.countOf(array)) };
    }
    if (element.endsWith("._children")) {
      const above = element.slice(0, -"._children".length);
      const children = this.childrenOf(above);
      return children.length ? { answer: children.join(",") } : refused(GENERAL_GET, `${above} has no children`);
    }
    if (/^adl\.nav\.request_valid\.(choice|jump)\.\{target=[\w.-]+\}$/.test(element)) return { answer: "unknown" };
    const rule = this.ruleOf(element);
    if (!rule) return refused(UNDEFINED, `there is no ${element}`);
    if (!rule.read) return refused(WRITE_ONLY, `${element} cannot be read`);
    if (this.isBeyond(element)) return refused(GENERAL_GET, `${element} does not exist yet`);
    const value = this.fixed[element] ?? this.data[element] ?? rule.first;
    return value === undefined ? refused(NOT_INITIALIZED, `${element} has no value yet`) : { answer: value };
  }

  writable(element, value) {
    if (!element) return refused(GENERAL_SET, "the element must be a string");
    if (value === null) return refused(WRONG_TYPE, "the value must be a string");
    if (/\._(count|children|version)$/.test(element)) return refused(READ_ONLY, `${element} is a keyword`);
    const rule = this.ruleOf(element);
    if (!rule) return refused(UNDEFINED, `there is no ${element}`);
    if (!rule.write) return refused(READ_ONLY, `${element} cannot be written`);
    const gap = this.gapBefore(element);
    if (gap) return refused(GENERAL_SET, `${gap.array} has ${this.countOf(gap.array)} entries; ${gap.number} is not the next`);
    const missing = this.missingBefore(element);
    if (missing) return refused(DEPENDENCY, `${element} comes before ${missing}`);
    if (!rule.write(value)) return refused(WRONG_TYPE, `${element} cannot be "${value.slice(0, 80)}"`);
    if (rule.range && !rule.range(value)) return refused(OUT_OF_RANGE, `${element} cannot be ${value}`);
    if (UNIQUE.includes(pattern(element))) return this.unique(element, value);
    return rule.part ? this.response(element, value, rule.part) : {};
  }

  /** An entry begins with its id, an answer with its type. */
  missingBefore(element) {
    const [first] = steps(element);
    const entry = first && `${first.array}.${first.number}`;
    if (!entry || !NAMED.includes(pattern(entry))) return "";
    const needed = ELEMENTS[pattern(element)].part ? ["id", "type"] : ["id"];
    return needed.map((name) => `${entry}.${name}`).find((one) => one !== element && !(one in this.data)) ?? "";
  }

  unique(element, value) {
    const same = Object.entries(this.data).find(([other, held]) => held === value && other !== element && arrayOf(other) === arrayOf(element) && pattern(other) === pattern(element));
    if (same) return refused(GENERAL_SET, `${same[0]} is ${value} already`);
    const isRenamed = element in this.data && this.data[element] !== value;
    return isRenamed ? refused(GENERAL_SET, `${element} cannot be changed`) : {};
  }

  response(element, value, part) {
    const [, , at] = element.split(".");
    const type = this.data[`cmi.interactions.${at}.type`];
    const rule = RESPONSES[type];
    if (part === "pattern" && Number(element.split(".")[4]) >= rule.most) return refused(GENERAL_SET, `${type} has ${rule.most} correct responses at most`);
    const test = (part === "pattern" && rule.pattern) || rule.answer;
    return test(value) ? {} : refused(WRONG_TYPE, `${element} of type ${type} cannot be "${value.slice(0, 80)}"`);
  }
}

/** The array that an element is an entry of, with its numbers. */
function arrayOf(element) {
  return steps(element).at(-1)?.array;
}

/** Seconds of a duration; years and months, which nobody writes, as LMSs count them. */
function seconds(duration) {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration) ?? [];
  const sizes = [31_557_600, 2_629_800, 86_400, 3600, 60, 1];
  return sizes.reduce((total, size, at) => total + size * Number(parts[at + 1] ?? 0), 0);
}
