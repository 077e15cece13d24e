/**
 * What cmi5 and the older xAPI packages have in common: a launch that takes several calls, statements that must arrive
 * once and in order, and a state that two devices may write.
 *
 * A statement has its id before it is sent, and keeps it: what a store has already, it refuses or takes for the same.
 * Results of a registration (completed, passed, failed) have an id that depends only on what they say, so that they
 * cannot be told twice, whatever was lost. State is written under its ETag; where somebody else has written meanwhile,
 * both are joined.
 */

import { murmur3 } from "./draw.mjs";
import { described } from "./formats/xapi.mjs";
import { duration } from "./formats/scorm2004.mjs";
import { idOf, markOf, randomId, Trouble } from "./lrs.mjs";
import { mergedStates } from "./merge.mjs";
import { unpackState } from "./state.mjs";

export const PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress";
const VERBS = "http://adlnet.gov/expapi/verbs/";
const STATE = "smac";
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60000;
const GIVE_UP_MS = 55000;
// Who leaves while the launch is under way waits no longer for it.
const LEAVE_WITHIN_MS = 10000;
const KEEP_ALIVE_MS = 8 * 60 * 1000;
const MOST_AT_ONCE = 25;
const MOST_JOINS = 5;
// So often a state was not answered while everything else was.
const MOST_SILENCES = 3;
const MOST_AT_THE_END = 45000;
const CALLS_KEPT = 300;
// An answer that says something of the request itself; others may be gone the next time.
const REFUSALS = [400, 403, 409, 413, 422];
const ENDED = [401, 403];

/**
 * A subclass has `standard`, `lrs`, `actor`, `activity` (its id) and `registration` ("" without one), and knows:
 *
 *   connect()                        → {mode, isReadOnly}, after everything that the launch asks for
 *   contextOf(verb, result)          → the context of a statement
 *   returnUrl                        where the page goes at the end, or ""
 */
export class XapiTracker {
  /**
   * @param {any} environment - see ScormTracker, and: `onReady()` when a launch has come to its end, and `start` says
   *   how. Questions have an `iri`
   */
  constructor(environment) {
    Object.assign(this, environment);
    this.now = this.session.now;
    this.lms = this.session.course.lms;
    this.phase = "idle";
    this.isReadOnly = false;
    this.mayTryAgain = true;
    this.begun = null;
    this.launched = null;
    this.returnUrl = "";
    this.queue = [];
    this.suspects = [];
    this.told = { progress: 0, failed: 0 };
    this.failing = null;
    this.hasFailed = false;
    this.isDirty = false;
    this.isKept = false;
    this.etag = null;
    this.isBlind = false;
    this.isUntrusted = false;
    this.isPlain = false;
    this.silences = 0;
    this.isResultRefused = false;
    this.seen = null;
    this.isPutting = false;
    this.pumping = null;
    this.ending = null;
    this.retryMs = 0;
    this.retryTimer = 0;
    this.trouble = null;
    this.startedAt = this.now();
    this.writtenAt = this.startedAt;
    this.stamped = 0;
    this.stateSize = 0;
    this.calls = [];
  }

  // -- the launch -----------------------------------------------------------------------------------

  /** Begin; while the launch is under way, the LMS may come later. */
  start() {
    if (this.phase === "open") return this.begun;
    if (this.phase === "idle") {
      this.phase = "launching";
      this.launched = this.launch();
    }
    if (!this.isLaunching && this.mayTryAgain) this.phase = "idle";
    return { connected: false, mayComeLater: this.isLaunching, mode: "normal", resume: "", status: "", place: "", learner: this.learner() };
  }

  /** A name that says nothing of whoever it is. */
  learner() {
    const { account } = this.actor ?? {};
    return account ? `${account.homePage}|${account.name}` : JSON.stringify(this.actor ?? "");
  }

  /** @returns {Promise<boolean>} whether the launch came to its end within the time that somebody waits to leave */
  launchedInTime() {
    const tooLate = new Promise((resolve) => this.window.setTimeout(() => resolve(false), LEAVE_WITHIN_MS));
    return Promise.race([this.launched.then(() => true), tooLate]);
  }

  get isLaunching() {
    return this.phase === "launching";
  }

  async launch() {
    const until = this.now() + GIVE_UP_MS;
    for (let pause = FIRST_RETRY_MS; this.isLaunching; pause *= 2) {
      try {
        await this.openSession();
      } catch (trouble) {
        this.warn(String(trouble));
        const isFinal = !(trouble instanceof Trouble) || (trouble.status && REFUSALS.concat(401, 404).includes(trouble.status));
        const wait = Math.max(pause, trouble.waitMs);
        if (isFinal || this.now() + wait > until) {
          this.phase = "failed";
          this.mayTryAgain = !isFinal;
        } else {
          await new Promise((resolve) => this.window.setTimeout(resolve, wait));
        }
      }
    }
    this.onReady();
  }

  async openSession() {
    const { mode, isReadOnly } = await this.connect();
    const kept = await this.readState();
    // The page may have gone meanwhile.
    if (!this.isLaunching) return;
    this.isReadOnly = isReadOnly;
    // What was answered before anybody knew that this is only a look.
    if (isReadOnly) this.queue = [];
    this.begun = {
      connected: true,
      mayComeLater: false,
      mode,
      resume: kept?.state ?? "",
      status: this.told.passed ? "passed" : this.told.completed ? "completed" : "",
      place: kept?.place ?? "",
      learner: this.learner(),
      name: this.actor.name,
    };
    this.enqueue("initialized", { isFirst: true });
    this.phase = "open";
    this.window.addEventListener("online", () => this.flush());
    this.flush();
  }

  /** What this course has kept. Raises Trouble: who cannot read must not write. */
  async readState() {
    const kept = await this.look();
    this.seen = kept?.state ?? null;
    this.told = joinedTold(kept?.told, this.told);
    return kept;
  }

  /** What stands in the store now, or null. */
  async look() {
    const found = await this.lrs.readDocument("activities/state", this.stateQuery());
    this.isKept = found !== null;
    this.etag = this.isUntrusted ? null : (found?.etag ?? null);
    // Some stores do not let a page of another host read their ETags, or do not know them again.
    this.isBlind = this.isKept && !this.etag;
    return found && readable(found.document);
  }

  stateQuery(name = STATE) {
    const query = { activityId: this.activity, agent: JSON.stringify(this.actor), stateId: name };
    return this.registration ? { ...query, registration: this.registration } : query;
  }

  // -- what the session tells -----------------------------------------------------------------------

  answered(record) {
    const isKnown = record.id && this.waiting().some(({ id }) => id === record.id);
    if (this.isReadOnly || isKnown) return;
    const { window } = this;
    this.enqueue("answered", {
      record: { ...record, id: record.id ?? randomId(window.crypto), time: record.time ?? this.clock().getTime() },
    });
  }

  waiting() {
    return this.queue.map(({ record }) => record).filter(Boolean);
  }

  save() {
    if (this.isReadOnly) return;
    this.isDirty = true;
    if (this.phase !== "open") return;
    const percent = this.session.percentDone();
    // At 100 the statements of completion say it; after them progress means nothing any more.
    if (percent > this.told.progress && percent < 100 && !this.isTold("completed")) {
      this.told.progress = percent;
      this.enqueue("progressed", { result: { extensions: { [PROGRESS]: percent } } });
    }
    this.flush();
  }

  /** A fail is told at the end of the session, unless it is final: one session has one result. */
  finish({ percent, passed, completed, final }) {
    const attempt = this.session.attempts?.state.used ?? 0;
    if (this.isReadOnly || this.phase !== "open") return;
    if (passed || completed) {
      this.failing = null;
      this.tellOnce("completed", { completion: true });
      if (passed || (passed === null && this.wantsPass)) this.tellOnce("passed", { success: true, ...this.scoreOf(percent, true) });
    } else if (!this.isTold("passed") && attempt > this.told.failed) {
      this.failing = { percent, attempt };
      if (final) this.tellFailed();
    }
  }

  tellOnce(verb, result) {
    if (this.isTold(verb) || (verb === "passed" && this.hasFailed)) return;
    this.enqueue(verb, { id: this.fixedId(verb), result, isResult: true });
  }

  tellFailed() {
    const { percent, attempt } = this.failing ?? {};
    this.failing = null;
    // Another device may have told it meanwhile, or a pass.
    if (!(attempt > this.told.failed) || this.hasFailed || this.isTold("passed")) return;
    this.hasFailed = true;
    // At once: the state that is written beside the last statements must know of it.
    this.told.failed = attempt;
    this.isDirty = true;
    const result = { success: false, ...this.scoreOf(percent, false) };
    this.enqueue("failed", { id: this.fixedId(`failed ${attempt}`), attempt, result, isResult: true });
  }

  /** The score of a result. @param {number|null} percent */
  scoreOf(percent) {
    return percent === null ? {} : { score: { scaled: percent / 100, raw: percent, min: 0, max: 100 } };
  }

  isTold(verb) {
    return Boolean(this.told[verb]) || this.queue.some((item) => item.verb === verb);
  }

  /** The learner does something: an LMS that hears nothing for long would end the session. */
  touch() {
    const now = this.now();
    if (now - this.writtenAt <= KEEP_ALIVE_MS) return;
    this.writtenAt = now;
    this.save();
  }

  // -- statements -----------------------------------------------------------------------------------

  enqueue(verb, item) {
    const added = { verb, ...item };
    // What was done before the launch was through comes behind its first statement.
    if (item.isFirst) this.queue.unshift(added);
    else this.queue.push(added);
  }

  /** The statement of an item; once made, it stays as it is. */
  statementOf(item) {
    item.statement ??= this.made(item);
    return item.statement;
  }

  made({ verb, record, id = randomId(this.window.crypto), result, isResult }) {
    const statement = {
      id: record?.id ?? id,
      actor: this.actor,
      verb: { id: VERBS + verb, display: { en: verb } },
      object: { objectType: "Activity", id: this.activity },
      timestamp: this.stamp(record?.time ?? this.clock().getTime()),
    };
    if (record) return { ...statement, ...this.answerOf(record) };
    const took = isResult || verb === "terminated" ? { duration: this.spent() } : {};
    const whole = { ...result, ...took };
    return {
      ...statement,
      ...(Object.keys(whole).length ? { result: whole } : {}),
      context: this.around(verb, whole),
    };
  }

  /** The context of a statement, with the version of the course: what a certificate names as passed. */
  around(verb, result) {
    return { revision: this.session.course.course.version, ...this.contextOf(verb, result) };
  }

  answerOf(record) {
    const { question, interaction, points, correct, seconds } = record;
    const inLanguage = (words) => ({ [this.lms.language]: words });
    const { definition, response } = described(question, interaction, inLanguage, this.describe(question.key));
    const result = { response, duration: duration(seconds * 1000) };
    if (question.points) {
      result.success = correct;
      result.score = { scaled: points / question.points, raw: points, min: 0, max: question.points };
    }
    const context = this.around("answered", result);
    const parent = [...(context.contextActivities?.parent ?? []), { id: this.activity }];
    return {
      object: { objectType: "Activity", id: question.iri, definition },
      result,
      context: { ...context, contextActivities: { ...context.contextActivities, parent } },
    };
  }

  spent() {
    return duration(this.now() - this.startedAt);
  }

  /** A moment behind all that were given before, whatever the clock does. */
  stamp(moment) {
    this.stamped = Math.max(this.stamped + 1, moment);
    return new Date(this.stamped).toISOString();
  }

  /** The same id for the same thing, on every device and in every session. */
  fixedId(what) {
    const name = [this.registration || this.learner(), this.activity, what].join(" ");
    return idOf([0, 1, 2, 3].map((seed) => murmur3(name, seed)), "5");
  }

  // -- sending --------------------------------------------------------------------------------------

  canWrite() {
    return this.phase === "open";
  }

  hasWaiting() {
    return this.queue.length > 0 || (this.isDirty && !this.isReadOnly);
  }

  /**
   * Send what waits. While the launch is under way that is the launch first: what was done meanwhile goes with it.
   *
   * @returns {boolean|Promise<boolean>} whether nothing waits any more, or nobody has come who could take it
   */
  flush() {
    if (this.isLaunching) return this.launchedInTime().then((isThrough) => !isThrough || this.flush());
    if (!this.canWrite() || (!this.pumping && !this.hasWaiting())) return true;
    // Not in the pump itself: it may end before anybody has it in hand.
    this.pumping ??= this.pump().finally(() => {
      this.pumping = null;
    });
    return this.pumping;
  }

  async pump() {
    this.window.clearTimeout(this.retryTimer);
    if (!this.isReadOnly) this.onStatus("saving");
    try {
      while (this.canWrite() && this.hasWaiting()) {
        if (this.window.navigator.onLine === false) throw new Trouble(0, "offline");
        await this.sendStatements();
        if (this.canWrite()) await this.sendState();
      }
    } catch (error) {
      // A fault of ours is told as one of the line: the learner must hear that it is not saved.
      const trouble = error instanceof Trouble ? error : new Trouble(0, String(error));
      this.warn(String(trouble));
      if (this.canWrite()) this.retryLater(trouble);
      return false;
    }
    this.retryMs = 0;
    if (this.canWrite() && !this.isReadOnly) this.onStatus(...(this.isResultRefused ? ["unsaved", "refused"] : ["saved"]));
    return true;
  }

  retryLater(trouble) {
    if (!this.isReadOnly) this.onStatus("unsaved", this.reasonOf(trouble));
    this.retryMs = Math.min(this.retryMs ? this.retryMs * 2 : FIRST_RETRY_MS, LAST_RETRY_MS);
    const wait = Math.max(this.retryMs, trouble.waitMs);
    this.retryTimer = this.window.setTimeout(() => this.flush(), wait);
  }

  reasonOf({ status }) {
    if (this.window.navigator.onLine === false) return "offline";
    if (ENDED.includes(status)) return "ended";
    return REFUSALS.includes(status) ? "refused" : "";
  }

  async sendStatements() {
    while (this.queue.length > this.suspects.length && this.canWrite()) {
      const batch = this.queue.filter((item) => !this.suspects.includes(item)).slice(0, MOST_AT_ONCE);
      try {
        await this.post(batch);
      } catch (trouble) {
        if (!REFUSALS.includes(trouble.status)) throw trouble;
        await this.sendSingly(batch);
      }
    }
  }

  /** One bad statement makes a store refuse all that came with it. */
  async sendSingly(batch) {
    for (const item of batch) {
      try {
        await this.post([item]);
      } catch (trouble) {
        if (!REFUSALS.includes(trouble.status) || item.isFirst) throw trouble;
        // The store has it from before, with other words around it.
        if (trouble.status === 409) this.isStored(item);
        else this.suspects.push(item);
      }
    }
  }

  async post(items) {
    await this.lrs.request("POST", "statements", {}, items.map((item) => this.statementOf(item)));
    items.forEach((item) => this.isStored(item));
  }

  isStored(item) {
    this.queue = this.queue.filter((one) => one !== item);
    this.writtenAt = this.now();
    if (!item.isResult) return;
    this.told[item.verb] = item.attempt ?? true;
    this.isDirty = true;
  }

  /** A session that still takes the state has refused those statements for what they say: the others must not wait. */
  async sendState() {
    if (this.isReadOnly) {
      this.dropSuspects();
      return;
    }
    for (let joins = 0; this.isDirty || this.suspects.length; ) {
      try {
        await this.putState();
        this.dropSuspects();
      } catch (trouble) {
        this.isDirty = true;
        // They go once more, with times behind those that went meanwhile.
        if (this.suspects.length) for (const item of this.queue) item.statement = null;
        this.suspects = [];
        joins += 1;
        const isKnown = [409, 412].includes(trouble.status) || (trouble.status === 0 && this.silences >= 0 && !this.isPlain);
        if (!isKnown || joins > MOST_JOINS) throw trouble;
        await this.understand(trouble.status);
      }
    }
  }

  /**
   * Why a state was not taken. Where nothing has changed, the store does not know its own mark again (a server that packs
   * answers changes it); where the line works but for this, the store forbids other hosts to name marks at all.
   */
  async understand(status) {
    const isChanged = await this.lookAgain();
    this.silences = status === 0 ? this.silences + 1 : -1; // whoever answers at all knows the header
    this.isPlain = this.silences === MOST_SILENCES;
    if (this.isPlain || (status !== 0 && !isChanged)) {
      this.isUntrusted = true;
      this.etag = null;
      this.isBlind = this.isKept;
    } else if (status === 0) {
      throw new Trouble(0, "no answer");
    }
  }

  dropSuspects() {
    for (const { verb, record, id } of this.suspects) this.warn(`refused for good: ${verb} ${record?.id ?? id ?? ""}`);
    // The learner must not take a pass that nobody has for one that is saved.
    this.isResultRefused ||= this.suspects.some(({ isResult }) => isResult);
    this.queue = this.queue.filter((item) => !this.suspects.includes(item));
    this.suspects = [];
  }

  document() {
    const state = this.session.pack();
    this.stateSize = state.length;
    return { state, place: this.session.place(), told: this.told };
  }

  async putState() {
    // Without marks only the text tells whether somebody else has written.
    if (this.isBlind) await this.lookAgain();
    this.isDirty = false;
    const document = this.document();
    const putting = this.put(document);
    this.isPutting = true;
    const answer = await putting.finally(() => {
      this.isPutting = false;
    });
    this.isKept = true;
    this.silences = Math.min(this.silences, 0);
    this.writtenAt = this.now();
    this.seen = document.state;
    this.etag = this.isUntrusted ? null : markOf(answer);
    // Without the new mark, the next one to write could not be told from this one.
    if (!this.etag && !this.isBlind) await this.lookAgain();
  }

  put(document) {
    return this.lrs.request("PUT", "activities/state", this.stateQuery(), document, this.condition());
  }

  /** What was seen there last may be written over; what is on its way from here, too. */
  condition() {
    if (this.isPlain) return {};
    if (!this.isKept && !this.isPutting) return { "If-None-Match": "*" };
    return { "If-Match": (this.isPutting ? null : this.etag) ?? "*" };
  }

  async lookAgain() {
    const found = await this.look();
    this.told = joinedTold(found?.told, this.told);
    const isChanged = found !== null && found.state !== this.seen;
    if (isChanged) this.takeUp(found.state);
    return isChanged;
  }

  /** What another device has saved since. */
  takeUp(state) {
    this.seen = state;
    const other = unpackState(state);
    if (other) this.joinWith(other);
    this.isDirty = true;
  }

  /** Nothing of it is lost; where both differ, what is here counts. */
  joinWith(other) {
    const { session } = this;
    const { run, sequence, place } = session.state;
    session.state = { ...mergedStates(session.state, other, other.run !== run), run, sequence, place };
    session.mend();
  }

  // -- the end --------------------------------------------------------------------------------------

  /**
   * The end of the session; what still waits goes out in one piece, with the last statement at its end. What is on its
   * way already goes once more under its id: the store takes it for the same.
   *
   * @returns {Promise<string>|string} "saved", "unsaved", "read-only" or "not-recorded"
   */
  close() {
    if (this.ending) return this.ending;
    if (!this.canWrite()) {
      this.phase = "closed";
      return "not-recorded";
    }
    this.window.clearTimeout(this.retryTimer);
    // Also what an earlier session came to that broke off.
    if (this.session.attempts?.state.used) this.session.attempts.report();
    this.tellFailed();
    this.enqueue("terminated", {});
    const isBehind = this.isDirty && !this.isReadOnly;
    const state = isBehind ? this.put(this.document()) : null;
    this.phase = "closed";
    const sent = this.sendLast(fitting(this.queue, (item) => this.statementOf(item)), state);
    this.ending = Promise.all([state, sent]).then(
      () => (this.isReadOnly ? "read-only" : "saved"),
      () => {
        this.returnUrl = ""; // there is still something to read here
        return "unsaved";
      },
    );
    return this.ending;
  }

  /** Refused as a whole they go one by one, unless the session is over: none must take the others with it. */
  async sendLast(items, state) {
    try {
      await this.post(items);
    } catch (trouble) {
      if (!REFUSALS.includes(trouble.status)) throw trouble;
      await state;
      await this.sendSingly(items);
      if (this.suspects.length) throw trouble;
    }
  }

  // -- for a support desk ---------------------------------------------------------------------------

  warn(line) {
    this.log(line);
    console.warn(`[smac] ${line}`);
  }

  log(line) {
    const seconds = ((this.now() - this.startedAt) / 1000).toFixed(1);
    this.calls.push(`${seconds} s ${line}`);
    if (this.calls.length > CALLS_KEPT) this.calls.shift();
  }

  /** No name, no address, no token. */
  report() {
    return [
      this.standard,
      `Launch: ${this.phase}`,
      `State: ${this.stateSize} characters`,
      `Waiting: ${this.queue.length} statements${this.isDirty ? ", state not saved" : ""}`,
      ...this.calls,
    ];
  }
}

/**
 * As much as a browser carries behind a page that goes: results and the end for certain, then answers, the first before
 * the later ones. What is left out stays in the copy on the device, and is told at the next launch.
 */
function fitting(items, statementOf) {
  let room = MOST_AT_THE_END;
  const isNeeded = ({ isFirst, isResult, verb }) => isFirst || isResult || verb === "terminated";
  // Made in their order: each has a later time than the one before.
  const sizes = items.map((item) => JSON.stringify(statementOf(item)).length);
  items.forEach((item, at) => {
    if (isNeeded(item)) room -= sizes[at];
  });
  return items.filter((item, at) => isNeeded(item) || (room -= sizes[at]) > 0);
}

/** What a document says that was ours; anything may stand under its name. */
function readable(document) {
  const { state, place, told } = document ?? {};
  return { state: typeof state === "string" ? state : "", place, told };
}

/** What two devices told; of the counts the higher one. */
function joinedTold(one, other) {
  const most = (name) => Math.max(Number(one?.[name]) || 0, other[name]);
  return { ...one, ...other, progress: most("progress"), failed: most("failed") };
}
