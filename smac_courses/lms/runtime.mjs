/**
 * What the strict run-times of all editions of SCORM have in common: one learner, one SCO, a session that begins and
 * ends once, and a data model in a plain object, so that a page can show it and a test can seed it. What is kept is
 * handed to `onCommit`, and only then: what was never committed is lost, as it is on a real LMS.
 */

const WRITES_OUT = ["Commit", "end"];

/**
 * What can be wrong with an LMS, by name.
 * @typedef {"none"|"offline"|"refuse"|"throw"|"slow"} Fault
 */
const FAULTS = {
  offline: { refuses: WRITES_OUT, why: "the server cannot be reached" },
  refuse: { refuses: ["SetValue", ...WRITES_OUT], why: "the session has ended" },
  slow: { waits: 400 },
  throw: { throws: true },
};

/**
 * @typedef {object} Options
 * @property {Record<string, string>} [data] - what the LMS has kept so far, element by element
 * @property {"normal"|"review"|"browse"} [mode]
 * @property {{id: string, name: string}} [learner]
 * @property {(call: {name: string, values: string[], answer: string, error: string}) => void} [onCall]
 * @property {(data: Record<string, string>) => boolean} [onCommit] - false refuses the commit
 * @property {() => Fault} [fault] - what goes wrong at the moment
 */

/**
 * The API object of a run-time.
 *
 * @param {RunTime} run
 * @param {{before: string, end: string}} names - what stands before every function, and the name of the last one
 * @param {Options} options
 */
export function apiOf(run, { before, end }, { onCall = () => {}, fault = () => "none" }) {
  const api = {};
  const functions = { Initialize: "Initialize", GetValue: "GetValue", SetValue: "SetValue", Commit: "Commit", [end]: "end" };
  for (const [last, work] of Object.entries(functions)) {
    const name = before + last;
    api[name] = (...values) => {
      const now = FAULTS[fault()] ?? {};
      if (now.throws) {
        onCall({ name, values, answer: "", error: "thrown" });
        throw new Error("the LMS threw an error");
      }
      if (now.waits && WRITES_OUT.includes(work)) wait(now.waits);
      const answer = now.refuses?.includes(work) ? run.refuse(now.why) : run.call(work, values);
      onCall({ name, values, answer, error: run.error });
      return answer;
    };
  }
  api[`${before}GetLastError`] = () => run.error;
  api[`${before}GetErrorString`] = (code) => run.errorTexts[code] ?? "";
  api[`${before}GetDiagnostic`] = () => run.diagnostic;
  return api;
}

/** Stand still as a synchronous request over a slow line does. */
function wait(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/**
 * A session. A subclass has `elements` (pattern → {read, write, isKeyword}), `arrays`, `errorTexts`, and:
 *
 *   readable(element), writable(element, value)   → {answer} or {error, why}
 *   stageError(work)                              → the code for a call at the wrong time
 *   judge()                                       what the LMS does at the end
 */
export class RunTime {
  constructor(data, onCommit, mode, noError, general) {
    this.isLook = mode !== "normal";
    this.data = data;
    this.onCommit = onCommit;
    this.noError = noError;
    this.general = general;
    this.stage = "before";
    this.error = noError;
    this.diagnostic = "";
  }

  call(work, values) {
    const { answer, error = this.noError, why = "" } = this[work](...values.map((value) => (typeof value === "string" ? value : null)));
    this.error = error;
    this.diagnostic = why;
    return answer;
  }

  refuse(why) {
    this.error = this.general;
    this.diagnostic = why;
    return "false";
  }

  Initialize(parameter) {
    if (parameter !== "") return refused(this.wrongArgument, "the parameter must be an empty string");
    if (this.stage !== "before") return refused(this.stageError("Initialize"), "the session was begun before");
    this.stage = "running";
    return { answer: "true" };
  }

  end(parameter) {
    if (parameter !== "") return refused(this.wrongArgument, "the parameter must be an empty string");
    if (this.stage !== "running") return refused(this.stageError("end"), `the end comes ${this.stage} the session`);
    this.stage = "after";
    this.judge();
    return this.hand() ? { answer: "true" } : refused(this.general, "the data did not reach the server");
  }

  Commit(parameter) {
    if (parameter !== "") return refused(this.wrongArgument, "the parameter must be an empty string");
    if (this.stage !== "running") return refused(this.stageError("Commit"), `Commit ${this.stage} the session`);
    return this.hand() ? { answer: "true" } : refused(this.general, "the commit did not reach the server");
  }

  /** Hand everything to the server; one that throws is one that was not reached. A look back leaves no trace. */
  hand() {
    if (this.isLook) return true;
    try {
      return this.onCommit({ ...this.data });
    } catch {
      return false;
    }
  }

  GetValue(element) {
    const { answer = "", error, why } = this.stage === "running" ? this.readable(element) : refused(this.stageError("GetValue"), `GetValue ${this.stage} the session`);
    return { answer: error ? "" : answer, error, why };
  }

  SetValue(element, value) {
    if (this.stage !== "running") return refused(this.stageError("SetValue"), `SetValue ${this.stage} the session`);
    const found = this.writable(element, value);
    if (found.error) return found;
    this.data[element] = value;
    return { answer: "true" };
  }

  countOf(array) {
    const numbers = Object.keys(this.data)
      .filter((element) => element.startsWith(`${array}.`))
      .map((element) => Number(element.slice(array.length + 1).split(".")[0]));
    return Math.max(-1, ...numbers) + 1;
  }

  /** What may be done with an element, or nothing. */
  ruleOf(element) {
    const name = pattern(element);
    return Object.hasOwn(this.elements, name) ? this.elements[name] : null;
  }

  /** The names below an element, or an empty list. */
  childrenOf(element) {
    const above = `${pattern(element)}.`;
    const known = Object.keys(this.elements).filter((one) => one.startsWith(above));
    return [...new Set(known.map((one) => one.slice(above.length).replace(/^n\./, "").split(".")[0]))];
  }

  /** The first array on the way to an element whose next number lies below the one asked for, or null. */
  gapBefore(element) {
    return steps(element).find(({ array, number }) => number > this.countOf(array)) ?? null;
  }

  /** Whether an element belongs to an entry that was never made. */
  isBeyond(element) {
    return steps(element).some(({ array, number }) => number >= this.countOf(array));
  }
}

/** The arrays that an element passes through, each with the number that follows. */
export function steps(element) {
  const parts = element.split(".");
  return parts.flatMap((part, at) => (/^\d+$/.test(part) ? [{ array: parts.slice(0, at).join("."), number: Number(part) }] : []));
}

export function refused(error, why) {
  return { answer: "false", error, why };
}

/** An element with its numbers taken out: cmi.interactions.3.id → cmi.interactions.n.id; nobody may write n himself. */
export function pattern(element) {
  return element.replace(/\.n(?=\.|$)/g, ".?").replace(/\.(0|[1-9]\d*)(?=\.|$)/g, ".n");
}

// Tests of a value.
export const text = (limit) => (value) => value.length <= limit;
export const oneOf = (...words) => (value) => words.includes(value);
export const matches = (expression) => (value) => expression.test(value);
