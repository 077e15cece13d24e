/**
 * A strict record store and cmi5 LMS in memory, a line to it that fails when it is told to, and a clock that a test
 * moves: nothing here waits for real. Twin of smac_courses/lms/records.py and smac_courses/lms/cmi5.py; every refusal
 * begins with the number of its requirement where it has one.
 */

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

export const VERBS = "http://adlnet.gov/expapi/verbs/";
export const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
export const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
export const SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";
export const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
export const PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress";
export const ACTIVITY = "https://lms.example/activities/1";
export const REGISTRATION = "0f5ee2c1-6a5c-4c36-9a0b-5d1f1f3e7c11";
export const ACTOR = { objectType: "Agent", account: { homePage: "https://lms.example", name: "learner-1" } };
const RESULTS = ["completed", "passed", "failed"];
const DEFINED = ["initialized", ...RESULTS, "terminated"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
const DURATION = /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
const PARTS = { choice: ["choices"], sequencing: ["choices"], likert: ["scale"], matching: ["source", "target"], performance: ["steps"] };
const TYPES = ["true-false", "fill-in", "long-fill-in", "numeric", "other", ...Object.keys(PARTS)];
// What browsers carry behind a page that has gone, of all its requests together.
const MOST_KEPT_ALIVE = 65536;

// -- time -----------------------------------------------------------------------------------------

/** Time that passes when a test says so; what is due happens in its order. */
export class Clockwork {
  constructor() {
    this.time = 0;
    this.due = [];
    this.numbers = 0;
  }

  after(wait, action) {
    this.numbers += 1;
    this.due.push({ at: this.time + Math.max(0, wait), number: this.numbers, action });
    return this.numbers;
  }

  clear(number) {
    this.due = this.due.filter((one) => one.number !== number);
  }

  /** Let time pass, and everything happen that is due in it. */
  async pass(milliseconds) {
    const until = this.time + milliseconds;
    await settled();
    for (let next = this.next(until); next; next = this.next(until)) {
      this.due.splice(this.due.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.action();
      await settled();
    }
    this.time = until;
  }

  next(until) {
    let first = null;
    for (const one of this.due) {
      if (one.at <= until && (!first || one.at < first.at || (one.at === first.at && one.number < first.number))) first = one;
    }
    return first;
  }
}

/** Every promise that can go on has gone on. */
function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

// -- the line -------------------------------------------------------------------------------------

/**
 * The way between pages and a store. `fault` is what goes wrong now, `only` for which calls ("POST statements"):
 *
 *   lost, unheard      the line breaks before the store has it, and after
 *   silent, swallowed  no answer ever comes: the store does not have it, and has it
 *   slow               takes many seconds
 *   500, 503, …        the store is not asked; 503 and 429 say when to come again
 */
export class Line {
  /** @param {Clockwork} clock @param {(call: object) => object} answer @param {(below: number) => number} random */
  constructor(clock, answer, random = () => 20) {
    Object.assign(this, { clock, answer, random });
    this.fault = "none";
    this.only = /./;
    this.retryAfter = "5";
    this.isOffline = false;
    this.showsEtags = true;
    this.requests = [];
  }

  fail(fault, only = /./) {
    this.fault = fault;
    this.only = only;
  }

  /** What a page uses as window.fetch. @param {{isAlive: boolean}} page */
  fetchOf(page) {
    return (address, options = {}) => new Promise((resolve, reject) => this.send(page, address, options, resolve, reject));
  }

  send(page, address, options, resolve, reject) {
    const request = { page, call: callOf(address, options), size: Buffer.byteLength(options.body ?? ""), keepalive: options.keepalive, isOpen: true };
    const end = (answer) => {
      request.isOpen = false;
      if (!page.isAlive) return;
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    };
    const isOver = request.keepalive && this.keptAlive(page) + request.size > MOST_KEPT_ALIVE;
    this.requests.push(request);
    options.signal?.addEventListener("abort", () => {
      request.isAborted = true;
      end(new DOMException("This operation was aborted", "AbortError"));
    });
    if (this.isOffline || isOver) this.clock.after(1, () => end(new TypeError("Failed to fetch")));
    else this.clock.after(this.wait(), () => this.arrive(request, end));
  }

  keptAlive(page) {
    const open = this.requests.filter((one) => one.page === page && one.isOpen && one.keepalive);
    return open.reduce((total, { size }) => total + size, 0);
  }

  wait() {
    return this.fault === "slow" ? 1000 * this.random(20) + 1 : this.random(200) + 1;
  }

  arrive(request, end) {
    const { call, page } = request;
    if (request.isAborted || (!page.isAlive && !request.keepalive)) return;
    const fault = this.only.test(call.name) ? this.fault : "none";
    const back = (answer) => this.clock.after(this.wait(), () => end(answer));
    if (fault === "lost") back(new TypeError("Failed to fetch"));
    else if (/^\d+$/.test(fault)) back(this.responseOf({ status: Number(fault), headers: { "Retry-After": this.retryAfter } }));
    else if (fault !== "silent") {
      const answer = this.responseOf(this.answer(call));
      if (fault === "unheard") back(new TypeError("Failed to fetch"));
      else if (fault !== "swallowed") back(answer);
    }
  }

  responseOf({ status, headers = {}, body = "" }) {
    const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (!this.showsEtags) delete shown.etag;
    return {
      status,
      ok: status >= 200 && status < 300,
      headers: { get: (name) => shown[name.toLowerCase()] ?? null },
      text: async () => body,
      json: async () => JSON.parse(body),
    };
  }
}

function callOf(address, { method = "GET", headers = {}, body = "" }) {
  const { pathname, searchParams } = new URL(address);
  const resource = pathname.replace(/^\/xapi\//, "").replace(/^\//, "");
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method, resource, name: `${method} ${resource}`, query: Object.fromEntries(searchParams), headers: lower, body };
}

// -- a record store -------------------------------------------------------------------------------

export class Refusal extends Error {
  constructor(status, why) {
    super(why);
    this.status = status;
  }
}

const refuse = (status, why) => {
  throw new Refusal(status, why);
};
const want = (isRight, why) => isRight || refuse(400, why);
const rule = (isKept, why) => isKept || refuse(403, why);

/** Whom an agent means. */
const agentKey = ({ account, mbox, openid }) => JSON.stringify({ account: account && { homePage: account.homePage, name: account.name }, mbox, openid });

/**
 * Statements and documents of xAPI 1.0.3. What is refused is kept in `refused`, what was asked in `calls`; `dislikes` is
 * the end of an activity's id that is refused, `marksPuts` whether a write is answered with an ETag, `shownMark` what
 * a server in front makes of one.
 */
export class RecordStore {
  constructor() {
    this.statements = [];
    this.documents = new Map();
    this.refused = [];
    this.calls = [];
    this.marksPuts = true;
    this.dislikes = "";
    this.shownMark = (etag) => etag;
  }

  answer(call) {
    let reply;
    try {
      reply = this.reply(call);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.refused.push(`${refusal.status} ${call.name}: ${refusal.message}`);
      reply = { status: refusal.status, body: refusal.message };
    }
    this.calls.push(`${call.name} ${reply.status}`);
    return reply;
  }

  reply(call) {
    want(/^1\.0/.test(call.headers["x-experience-api-version"] ?? ""), "the header X-Experience-API-Version is missing");
    this.admit(call);
    if (call.resource === "statements") return this.post(call);
    const agent = agentOf(call);
    if (call.resource === "agents/profile") return this.document(call, keyOf("profile", agent, call.query.profileId));
    want(call.resource === "activities/state", `there is no resource ${call.resource}`);
    const { activityId, stateId, registration = "" } = call.query;
    want(activityId && stateId && (!registration || UUID.test(registration)), "a parameter is missing");
    return this.document(call, keyOf("state", activityId, agent, registration, stateId));
  }

  admit() {}
  check() {}
  accepted() {}
  mayWrite() {}
  wasRead() {}

  post(call) {
    want(call.method === "POST", "this course only posts statements");
    const several = [jsonOf(call)].flat();
    const before = this.statements.length;
    want(new Set(several.map(({ id }) => id)).size === several.length, "an id stands twice in one request");
    try {
      for (const statement of several) this.take(statement);
    } catch (refusal) {
      this.statements.length = before; // all or nothing: Communication 2.1.2
      throw refusal;
    }
    for (const statement of this.statements.slice(before)) this.accepted(statement);
    return { status: 200, body: JSON.stringify(several.map(({ id }) => id)) };
  }

  take(statement) {
    checkStatement(statement);
    const same = this.statements.find(({ id }) => id === statement.id);
    if (same) isDeepStrictEqual(same, statement) || refuse(409, `another statement has the id ${statement.id}`);
    else {
      rule(!this.dislikes || !statement.object.id.endsWith(this.dislikes), "disliked");
      this.check(statement);
      this.statements.push(statement);
    }
  }

  document(call, key) {
    const known = this.documents.get(key);
    const etag = known === undefined ? null : markOf(known);
    if (call.method === "GET") {
      this.wasRead(key);
      return known === undefined ? { status: 404 } : { status: 200, body: known, headers: { ETag: this.shownMark(etag) } };
    }
    want(call.method === "PUT", "this course only gets and puts documents");
    this.mayWrite(key);
    const { "if-match": match, "if-none-match": noneMatch } = call.headers;
    if (known !== undefined && noneMatch === "*") refuse(412, "the document is there already");
    if (match !== undefined && (known === undefined || (match !== etag && match !== "*"))) refuse(412, "the document has changed");
    if (known !== undefined && match === undefined) refuse(409, "the document is there: say which one is meant");
    jsonOf(call);
    this.documents.set(key, call.body);
    return { status: 204, headers: this.marksPuts ? { ETag: this.shownMark(markOf(call.body)) } : {} };
  }

  // -- what tests ask -------------------------------------------------------------------------------

  stateKey(name = "smac", registration = REGISTRATION) {
    return keyOf("state", ACTIVITY, agentKey(ACTOR), registration, name);
  }

  /** What the course has kept, or null. */
  kept(registration = REGISTRATION) {
    const text = this.documents.get(this.stateKey("smac", registration));
    return text === undefined ? null : JSON.parse(text);
  }

  /** Statements of a verb. @param {string} verb */
  of(verb) {
    return this.statements.filter((one) => verbOf(one) === verb);
  }
}

function keyOf(...parts) {
  want(parts.every((part) => typeof part === "string"), "a parameter is missing");
  return JSON.stringify(parts);
}

function agentOf({ query }) {
  try {
    return agentKey(JSON.parse(query.agent));
  } catch {
    return refuse(400, "agent is no agent as JSON");
  }
}

function jsonOf({ headers, body }) {
  want(headers["content-type"]?.startsWith("application/json"), "the content type is not application/json");
  try {
    return JSON.parse(body);
  } catch {
    return refuse(400, "no JSON");
  }
}

function markOf(text) {
  return `"${createHash("sha1").update(text).digest("hex")}"`;
}

export function verbOf(statement) {
  return statement.verb.id.replace(VERBS, "");
}

/** The form of a statement (xAPI 1.0.3 Data 2), as far as a course makes them. */
export function checkStatement(statement) {
  const known = ["id", "actor", "verb", "object", "result", "context", "timestamp"];
  const { id, actor, verb, object, result, context = {}, timestamp } = statement;
  want(Object.keys(statement).every((name) => known.includes(name)), "a statement has something else");
  want(UUID.test(id), "9.1.0.0-1: the id is no UUID");
  want(UTC.test(timestamp), "9.7.0.0-2: the timestamp is no time in UTC");
  want(actor && agentKey(actor) !== "{}", "the actor is nobody");
  want(IRI.test(verb?.id) && IRI.test(object?.id), "an id is no IRI");
  noNulls(statement);
  checkDefinition(object.definition ?? {});
  if (result) checkResult(result);
  for (const activities of Object.values(context.contextActivities ?? {})) {
    for (const one of [activities].flat()) want(IRI.test(one.id), "an activity of the context has no IRI");
  }
  want(!("registration" in context) || UUID.test(context.registration), "the registration is no UUID");
}

function checkResult({ duration, success = true, completion = true, score = null }) {
  want(duration === undefined || DURATION.test(duration), "a duration is written as PT1H2M3S");
  want(typeof success === "boolean" && typeof completion === "boolean", "success and completion are true or false");
  if (!score) return;
  want(Object.values(score).every((value) => typeof value === "number" && Number.isFinite(value)), "a score has numbers");
  const { scaled = 0, raw, min, max } = score;
  want(scaled >= -1 && scaled <= 1, "scaled is from -1 to 1");
  want(raw === undefined || (min < max && min <= raw && raw <= max), "9.5.1.0-3: raw goes with min and max");
}

function checkDefinition(definition) {
  const kind = definition.interactionType;
  if (kind === undefined) return;
  want(TYPES.includes(kind), `there is no interaction type ${kind}`);
  const lists = Object.values(PARTS).flat().filter((name) => name in definition);
  want(lists.every((name) => (PARTS[kind] ?? []).includes(name)), `${kind} has no ${lists}`);
  for (const name of lists) {
    const ids = definition[name].map(({ id }) => id);
    want(ids.every(Boolean) && new Set(ids).size === ids.length, `the ids of ${name} must differ`);
  }
  for (const pattern of definition.correctResponsesPattern ?? []) {
    want(typeof pattern === "string", "a pattern is a text");
    const known = definition.choices?.map(({ id }) => id);
    want(!known || pattern.split("[,]").every((id) => known.includes(id)), `the pattern ${pattern} names what is no choice`);
  }
}

function noNulls(value) {
  if (value === null) want(false, "something is null");
  if (typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) if (name !== "extensions") noNulls(inner);
}

// -- an LMS for cmi5 ------------------------------------------------------------------------------

/** One learner's registration for a course of one AU; the address of every launch begins with `page`. */
export class Cmi5Lms extends RecordStore {
  constructor({ masteryScore = 0.5, moveOn = "CompletedAndPassed", returnURL = "https://lms.example/back", page = "https://c.example/index.html" } = {}) {
    super();
    Object.assign(this, { masteryScore, moveOn, returnURL, page });
    this.sessions = [];
    this.done = new Set();
    this.now = null;
    this.token = "";
  }

  /** The address to open; a session that is still open is abandoned. `changed` goes into the launch data. */
  launch(mode = "Normal", changed = {}) {
    for (const one of this.sessions) one.isOver = true;
    const number = this.sessions.length + 1;
    const id = `session-${number}`;
    const contextTemplate = {
      contextActivities: { grouping: [{ objectType: "Activity", id: "https://publisher.example/au" }] },
      extensions: { [SESSION]: id, "https://lms.example/extensions/tenant": "t1" },
      platform: "LMS",
    };
    this.sessions.push({ id, mode, contextTemplate, token: "", isFetched: false, hasPreferences: false, isOver: false, verbs: [], latest: "" });
    const { masteryScore, moveOn, returnURL } = this;
    const data = { contextTemplate, launchMode: mode, moveOn, masteryScore, returnURL, ...changed };
    this.mastery = data.masteryScore;
    this.documents.set(this.stateKey("LMS.LaunchData"), JSON.stringify(data));
    const query = { endpoint: "https://lms.example/xapi/", fetch: `https://lms.example/fetch?session=${number}`, actor: JSON.stringify(ACTOR), registration: REGISTRATION, activityId: ACTIVITY };
    return `${this.page}?${new URLSearchParams(query)}`;
  }

  reply(call) {
    return call.resource === "fetch" ? this.fetchToken(call) : super.reply(call);
  }

  /** `token` says what goes wrong: "1", "2", "3" of the standard, or text that is no JSON. */
  fetchToken({ method, query }) {
    const session = this.sessions[query.session - 1];
    const said = (content) => ({ status: 200, body: JSON.stringify(content) });
    if (/^\d$/.test(this.token)) return said({ "error-code": this.token, "error-text": "not now" });
    if (this.token) return { status: 200, body: this.token };
    if (method !== "POST" || !session) refuse(405, "8.1.2.0-4: the token is fetched by POST");
    if (session.isFetched) {
      this.refused.push("200 POST fetch: 8.2.3.0-1: the token was fetched before");
      return said({ "error-code": "1", "error-text": "already in use" });
    }
    session.isFetched = true;
    session.token = `token${query.session}`;
    return said({ "auth-token": session.token });
  }

  admit({ headers, query, resource }) {
    const given = (headers.authorization ?? "").replace(/^Basic /, "");
    const session = this.sessions.find(({ token, isOver }) => token && token === given && !isOver);
    if (!session) refuse(401, "8.1.2.0-5: no token of an open session");
    this.now = session;
    rule(!query.agent || agentOf({ query }) === agentKey(ACTOR), "8.1.3.0-3: agent is not the actor of the launch");
    rule(resource !== "activities/state" || query.registration === REGISTRATION, "8.1.4.0-3: another registration");
  }

  mayWrite(key) {
    rule(key === this.stateKey(), "10.2.1.0-5: this document belongs to the LMS");
  }

  wasRead(key) {
    if (key.includes("cmi5LearnerPreferences")) this.now.hasPreferences = true;
  }

  check(statement) {
    const { now } = this;
    const verb = verbOf(statement);
    const pending = this.statements.filter((one) => sessionOf(one) === now.id);
    const verbs = pending.filter(isDefined).map(verbOf);
    const latest = pending.reduce((last, { timestamp }) => (timestamp > last ? timestamp : last), "");
    rule(now.hasPreferences, "11.0.0.0-3: the learner's preferences were not asked for");
    rule(!verbs.includes("terminated"), "9.3.0.0-5: nothing follows terminated");
    rule(verb === "initialized" || verbs.includes("initialized"), "9.3.0.0-4: initialized is the first");
    rule(statement.timestamp >= latest, "9.7.0.0-1: the time goes back within the session");
    rule(isDeepStrictEqual(statement.actor, ACTOR), "8.1.3.0-3: another actor");
    rule(now.mode === "Normal" || ["initialized", "terminated"].includes(verb), `10.2.2.0-2: ${verb} in mode ${now.mode}`);
    this.checkContext(statement);
    if (isDefined(statement)) this.checkDefined(statement, verb, verbs);
    else rule(!DEFINED.includes(verb), `9.6.2.1-1: ${verb} without the category of cmi5`);
    if (verb === "progressed") this.checkProgress(statement, verbs);
  }

  checkContext(statement) {
    const { context = {}, result = {} } = statement;
    const { contextActivities, extensions, platform } = this.now.contextTemplate;
    rule(context.registration === REGISTRATION, "9.6.1.0-1: the registration is missing or another");
    rule(sessionOf(statement) === this.now.id, "9.6.3.1-4: the session id is missing");
    const isKept = Object.entries(extensions).every(([name, value]) => isDeepStrictEqual(context.extensions?.[name], value));
    const hasGroup = contextActivities.grouping.every((wanted) => context.contextActivities?.grouping?.some((one) => isDeepStrictEqual(one, wanted)));
    rule(isKept && hasGroup && context.platform === platform, "10.2.1.0-6: the context is not that of the template");
    const hasOutcome = isDefined(statement) && ("success" in result || "completion" in result);
    rule(categoriesOf(statement).includes(MOVE_ON) === hasOutcome, "9.6.2.2-1: moveon stands with success or completion");
  }

  checkDefined(statement, verb, verbs) {
    const { result = {}, object } = statement;
    const done = new Set([...this.done, ...verbs]);
    rule(DEFINED.includes(verb), `9.3.0.0-1: ${verb} is no verb of cmi5`);
    rule(object.id === ACTIVITY, "8.1.5.0-6: another activity");
    rule(!verbs.includes(verb), `9.3.0.0-2: ${verb} twice in a session`);
    const isJudged = ["passed", "failed"].includes(verb);
    if (isJudged) {
      rule(!verbs.includes("passed") && !verbs.includes("failed"), "9.3.0.0-3: one result in a session");
      rule(!done.has("passed"), `9.3.0.0-7: ${verb} after passed`);
      this.checkScore(statement, verb);
    }
    rule(isJudged || !("score" in result), `9.5.1.0-2: ${verb} has no score`);
    rule(verb !== "completed" || !done.has("completed"), "9.3.0.0-6: completed before in this registration");
    rule(("success" in result) === isJudged, "9.5.2.0-3: success belongs to passed and failed");
    rule(!isJudged || result.success === (verb === "passed"), "9.5.2.0-1: success says the contrary");
    rule(("completion" in result) === (verb === "completed"), "9.5.3.0-2: completion belongs to completed");
    rule(result.completion !== false, "9.5.3.0-1: completion is true");
    rule(verb === "initialized" || "duration" in result, `9.5.4.1-1: ${verb} has a duration`);
  }

  checkScore({ result, context }, verb) {
    const { scaled } = result.score ?? {};
    if (scaled === undefined || typeof this.mastery !== "number") return;
    rule(scaled >= this.mastery === (verb === "passed"), `9.3.4.0-2: ${verb} with ${scaled}, and ${this.mastery} is the mark`);
    rule(context.extensions[MASTERY] === this.mastery, "9.6.3.2-2: the mastery score is missing in the context");
  }

  checkProgress({ result }, verbs) {
    const progress = result?.extensions?.[PROGRESS];
    rule(Number.isInteger(progress) && progress >= 0 && progress <= 100, "9.5.5.1-2: progress is a whole number");
    rule(!this.done.has("completed") && !verbs.includes("completed"), "9.5.5.1: progress after completed");
  }

  accepted(statement) {
    if (!isDefined(statement)) return;
    this.now.verbs.push(verbOf(statement));
    if (RESULTS.includes(verbOf(statement))) this.done.add(verbOf(statement));
  }

  /** The verbs of a launch, in the order in which they were stored. @param {number} number - 1 is the first */
  said(number = this.sessions.length) {
    return this.statements.filter((one) => sessionOf(one) === `session-${number}`).map(verbOf);
  }
}

export function sessionOf(statement) {
  return statement.context?.extensions?.[SESSION];
}

function categoriesOf({ context }) {
  return (context?.contextActivities?.category ?? []).map(({ id }) => id);
}

function isDefined(statement) {
  return categoriesOf(statement).includes(CMI5);
}
