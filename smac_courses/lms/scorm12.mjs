/**
 * A SCORM 1.2 run-time that refuses what any real one refuses: the strict common subset of the standard
 * (Run-Time Environment 1.2, section 3.4), Moodle in standards mode and scorm-again.
 *
 * It keeps the data of one learner and one SCO in a plain object, so that a page can show it and a test can
 * seed it. What it keeps is handed to `onCommit`, and only then: what was never committed is lost, as it is
 * on a real LMS.
 */

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

const text = (limit) => (value) => value.length <= limit;
const oneOf = (...words) => (value) => words.includes(value);
const matches = (pattern) => (value) => pattern.test(value);
const isScore = (value) => value === "" || (/^\d{1,3}(\.\d+)?$/.test(value) && Number(value) <= 100);
const isIdentifier = matches(/^[\x21-\x7e]{1,255}$/);
const isTimespan = matches(/^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const isTime = matches(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const isWholeNumber = (low, high) => (value) => /^-?\d{1,3}$/.test(value) && low <= Number(value) && Number(value) <= high;
const isResult = (value) => /^(correct|wrong|unanticipated|neutral)$/.test(value) || /^-?\d+(\.\d+)?$/.test(value);

/** What an answer of each type may look like (RTE 1.2, CMIFeedback). */
const RESPONSES = {
  "true-false": matches(/^[01tf]/),
  choice: matches(/^(\{?[a-z0-9](,[a-z0-9])*\}?)?$/),
  "fill-in": text(255),
  matching: matches(/^(\{?[a-z0-9]\.[a-z0-9](,[a-z0-9]\.[a-z0-9])*\}?)?$/),
  performance: text(255),
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
  "cmi.interactions.n.weighting": { write: matches(/^-?\d+(\.\d+)?$/) },
  "cmi.interactions.n.student_response": { write: text(255), isResponse: true },
  "cmi.interactions.n.result": { write: isResult },
  "cmi.interactions.n.latency": { write: isTimespan },
};

const WRITES_OUT = ["LMSCommit", "LMSFinish"];

/**
 * What can be wrong with an LMS, by name.
 * @typedef {"none"|"offline"|"refuse"|"throw"|"slow"} Fault
 */
const FAULTS = {
  offline: { refuses: WRITES_OUT, why: "the server cannot be reached" },
  refuse: { refuses: ["LMSSetValue", ...WRITES_OUT], why: "the session has ended" },
  slow: { waits: 400 },
  throw: { throws: true },
};

const ARRAYS = ["cmi.objectives", "cmi.interactions", "cmi.interactions.n.objectives", "cmi.interactions.n.correct_responses"];

/**
 * @param {object} options
 * @param {Record<string, string>} [options.data] - what the LMS has kept so far, element by element
 * @param {"normal"|"review"|"browse"} [options.mode]
 * @param {{id: string, name: string}} [options.learner]
 * @param {string} [options.masteryScore] - what the manifest says, or ""
 * @param {(call: {name: string, values: string[], answer: string, error: string}) => void} [options.onCall]
 * @param {(data: Record<string, string>) => boolean} [options.onCommit] - false refuses the commit
 * @param {() => Fault} [options.fault] - what goes wrong at the moment; see FAULTS
 */
export function createStrictApi(options = {}) {
  const { data = {}, mode = "normal", learner, masteryScore = "", onCall = () => {}, onCommit = () => true } = options;
  const { fault = () => "none" } = options;
  const run = new StrictRunTime(data, mode, learner ?? { id: "learner-1", name: "Doe, Jo" }, masteryScore, onCommit);
  const api = {};
  for (const name of ["LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit"]) {
    api[name] = (...values) => {
      const now = FAULTS[fault()] ?? {};
      if (now.throws) {
        onCall({ name, values, answer: "", error: "thrown" });
        throw new Error("the LMS threw an error");
      }
      if (now.waits && WRITES_OUT.includes(name)) wait(now.waits);
      const answer = now.refuses?.includes(name) ? run.refuse(now.why) : run.call(name, values);
      onCall({ name, values, answer, error: run.error });
      return answer;
    };
  }
  api.LMSGetLastError = () => run.error;
  api.LMSGetErrorString = (code) => ERROR_TEXTS[code] ?? "";
  api.LMSGetDiagnostic = () => run.diagnostic;
  return api;
}

/** Stand still as a synchronous request over a slow line does. */
function wait(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

class StrictRunTime {
  constructor(data, mode, learner, masteryScore, onCommit) {
    this.data = { ...data };
    // They belong to the session that wrote them: a course that forgets them this time shall feel it.
    delete this.data["cmi.core.exit"];
    delete this.data["cmi.core.session_time"];
    this.onCommit = onCommit;
    this.stage = "before";
    this.error = NO_ERROR;
    this.diagnostic = "";
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

  call(name, values) {
    this.error = NO_ERROR;
    this.diagnostic = "";
    const { answer, error = NO_ERROR, why = "" } = this[name](...values.map((value) => (typeof value === "string" ? value : null)));
    this.error = error;
    this.diagnostic = why;
    return answer;
  }

  refuse(why) {
    this.error = GENERAL;
    this.diagnostic = why;
    return "false";
  }

  LMSInitialize(parameter) {
    if (parameter !== "") return refused(INVALID_ARGUMENT, "the parameter must be an empty string");
    if (this.stage !== "before") return refused(GENERAL, "LMSInitialize was called before");
    this.stage = "running";
    return { answer: "true" };
  }

  LMSFinish(parameter) {
    if (parameter !== "") return refused(INVALID_ARGUMENT, "the parameter must be an empty string");
    if (this.stage !== "running") return refused(NOT_INITIALIZED, `LMSFinish ${this.stage} the session`);
    this.stage = "after";
    if (this.fixed["cmi.core.credit"] === "credit") this.judge();
    return this.hand() ? { answer: "true" } : refused(GENERAL, "the data did not reach the server");
  }

  /** What an LMS does at the end (RTE 1.2, lesson_status and total_time). */
  judge() {
    const mastery = this.fixed["cmi.student_data.mastery_score"];
    const raw = this.data["cmi.core.score.raw"] ?? "";
    if (mastery !== "" && raw !== "") this.data["cmi.core.lesson_status"] = Number(raw) >= Number(mastery) ? "passed" : "failed";
    else if (!this.data["cmi.core.lesson_status"]) this.data["cmi.core.lesson_status"] = "completed";
    const total = hundredths(this.fixed["cmi.core.total_time"]) + hundredths(this.data["cmi.core.session_time"] ?? "0000:00:00");
    this.data["cmi.core.total_time"] = timespan(total);
  }

  LMSCommit(parameter) {
    if (parameter !== "") return refused(INVALID_ARGUMENT, "the parameter must be an empty string");
    if (this.stage !== "running") return refused(NOT_INITIALIZED, `LMSCommit ${this.stage} the session`);
    return this.hand() ? { answer: "true" } : refused(GENERAL, "the commit did not reach the server");
  }

  /** Hand everything to the server; one that throws is one that was not reached. */
  hand() {
    try {
      return this.onCommit({ ...this.data });
    } catch {
      return false;
    }
  }

  LMSGetValue(element) {
    if (this.stage !== "running") return { ...refused(NOT_INITIALIZED, `LMSGetValue ${this.stage} the session`), answer: "" };
    const unread = (error, why) => ({ answer: "", error, why });
    if (element === null) return unread(INVALID_ARGUMENT, "the element must be a string");
    if (element.endsWith("._count")) {
      const array = element.slice(0, -"._count".length);
      if (!ARRAYS.includes(pattern(array))) return unread(NO_COUNT, `${array} is not an array`);
      if (this.isBeyond(array)) return unread(INVALID_ARGUMENT, `${array} does not exist yet`);
      return { answer: String(this.countOf(array)) };
    }
    if (element.endsWith("._children")) return this.childrenOf(element.slice(0, -"._children".length));
    const rule = ELEMENTS[pattern(element)];
    if (!rule) return unread(INVALID_ARGUMENT, `there is no ${element}`);
    if (!rule.read) return unread(WRITE_ONLY, `${element} cannot be read`);
    if (this.isBeyond(element)) return unread(INVALID_ARGUMENT, `${element} does not exist yet`);
    return { answer: this.fixed[element] ?? this.data[element] ?? (element === "cmi.core.lesson_status" ? "not attempted" : "") };
  }

  LMSSetValue(element, value) {
    if (this.stage !== "running") return refused(NOT_INITIALIZED, `LMSSetValue ${this.stage} the session`);
    if (element === null || value === null) return refused(INVALID_ARGUMENT, "both parameters must be strings");
    if (/\._(count|children)$/.test(element)) return refused(KEYWORD, `${element} is a keyword`);
    const rule = ELEMENTS[pattern(element)];
    if (!rule) return refused(INVALID_ARGUMENT, `there is no ${element}`);
    if (rule.isKeyword) return refused(KEYWORD, `${element} is a keyword`);
    if (!rule.write) return refused(READ_ONLY, `${element} cannot be written`);
    const gap = this.gapBefore(element);
    if (gap) return refused(INVALID_ARGUMENT, gap);
    if (!rule.write(value)) return refused(WRONG_TYPE, `${element} cannot be "${value.slice(0, 80)}"`);
    if (rule.isResponse) {
      const type = this.data[`${element.split(".").slice(0, 3).join(".")}.type`];
      if (!type) return refused(GENERAL, `${element} comes before its type`);
      if (!RESPONSES[type](value)) return refused(WRONG_TYPE, `${element} of type ${type} cannot be "${value}"`);
    }
    this.data[element] = value;
    return { answer: "true" };
  }

  countOf(array) {
    const numbers = Object.keys(this.data)
      .filter((element) => element.startsWith(`${array}.`))
      .map((element) => Number(element.slice(array.length + 1).split(".")[0]));
    return Math.max(-1, ...numbers) + 1;
  }

  childrenOf(element) {
    const children = new Set();
    for (const known of Object.keys(ELEMENTS)) {
      if (known.startsWith(`${pattern(element)}.`)) {
        const rest = known.slice(pattern(element).length + 1).replace(/^n\./, "");
        children.add(rest.split(".")[0]);
      }
    }
    if (children.size) return { answer: [...children].join(",") };
    return { answer: "", error: NO_CHILDREN, why: `${element} has no children` };
  }

  /** Arrays are filled one after the other, and an entry begins with its id. */
  gapBefore(element) {
    for (const { array, number } of steps(element)) {
      const count = this.countOf(array);
      if (number > count) return `${array} has ${count} entries; the next number is ${count}`;
    }
    const [first] = steps(element);
    const id = first && `${first.array}.${first.number}.id`;
    return !first || element === id || id in this.data ? "" : `${first.array}.${first.number} has no id yet`;
  }

  /** Whether an element belongs to an entry that was never made. */
  isBeyond(element) {
    return steps(element).some(({ array, number }) => number >= this.countOf(array));
  }
}

/** The arrays that an element passes through, each with the number that follows. */
function steps(element) {
  const parts = element.split(".");
  return parts.flatMap((part, at) => (/^\d+$/.test(part) ? [{ array: parts.slice(0, at).join("."), number: Number(part) }] : []));
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

function refused(error, why) {
  return { answer: "false", error, why };
}

/** An element with its numbers taken out: cmi.interactions.3.id → cmi.interactions.n.id */
function pattern(element) {
  return element.replace(/\.(0|[1-9]\d*)(?=\.|$)/g, ".n");
}
