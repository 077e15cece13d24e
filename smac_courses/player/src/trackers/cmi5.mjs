/** cmi5 (Quartz, 1st edition): a launch by fetch, statements by its rules, one result in a session. */

import { Lrs, Trouble } from "../lrs.mjs";
import { XapiTracker } from "../xapi.mjs";

const CONTEXT = "https://w3id.org/xapi/cmi5/context/";
const NEEDED = ["endpoint", "fetch", "actor", "registration", "activityId"];
// Verbs that the standard defines; all others are only allowed.
const DEFINED = ["initialized", "completed", "passed", "failed", "terminated"];

/** @param {any} environment - see XapiTracker */
export function createTracker(environment) {
  return new Cmi5Tracker(environment);
}

class Cmi5Tracker extends XapiTracker {
  constructor(environment) {
    super(environment);
    this.standard = "cmi5";
    const launch = new URLSearchParams(this.window.location.search);
    const missing = NEEDED.filter((name) => !launch.get(name));
    this.fetchUrl = launch.get("fetch");
    this.registration = launch.get("registration");
    this.activity = launch.get("activityId");
    this.launchData = null;
    try {
      this.actor = missing.length ? null : JSON.parse(launch.get("actor"));
    } catch {
      missing.push("actor");
    }
    if (missing.length) {
      // Opened by hand, or by something that is no LMS: there is nobody to wait for.
      this.warn(`no launch: ${missing.join(", ")} missing`);
      this.phase = "failed";
      this.mayTryAgain = false;
      return;
    }
    const log = (line) => this.log(line);
    this.lrs = new Lrs({ window: this.window, endpoint: launch.get("endpoint"), auth: "", extra: {}, log });
  }

  async connect() {
    if (!this.lrs.auth) this.lrs.auth = `Basic ${await this.fetchToken()}`;
    const found = await this.lrs.readDocument("activities/state", this.stateQuery("LMS.LaunchData"));
    if (!found?.document?.contextTemplate) throw new Error("the LMS gives no LMS.LaunchData");
    this.launchData = found.document;
    const { launchMode, moveOn, returnURL, masteryScore } = this.launchData;
    // Some write it as a text, some as null where there is none.
    const score = parseFloat(masteryScore);
    this.mastery = Number.isNaN(score) ? null : score;
    this.prefer((await this.preferences()) ?? {});
    this.obey();
    this.wantsPass = /Passed/.test(moveOn ?? "");
    this.returnUrl = /^https?:/i.test(returnURL ?? "") ? returnURL : "";
    const mode = { Review: "review", Browse: "browse" }[launchMode] ?? "normal";
    return { mode, isReadOnly: mode !== "normal" };
  }

  /** Once: the address gives the token only one time. */
  async fetchToken() {
    const answer = await this.lrs.ask(this.fetchUrl, { method: "POST" }, "POST fetch");
    const said = jsonOf(answer.said);
    if (typeof said["auth-token"] === "string") return said["auth-token"];
    const code = String(said["error-code"] ?? "none");
    // 3 is a fault of the application, which may be over in a moment; 1 and 2 stay.
    throw new Trouble(code === "3" ? 503 : 403, `no token: error-code ${code} ${said["error-text"] ?? ""}`);
  }

  /** They must be asked for; who is not allowed to see them does without. */
  async preferences() {
    const agent = JSON.stringify(this.actor);
    try {
      return (await this.lrs.readDocument("agents/profile", { agent, profileId: "cmi5LearnerPreferences" }))?.document;
    } catch (trouble) {
      if (trouble.status !== 403) throw trouble;
      return null;
    }
  }

  prefer({ audioPreference }) {
    if (audioPreference !== "off") return;
    for (const media of this.window.document.querySelectorAll("audio, video")) media.muted = true;
  }

  /** The pass mark that the LMS asks for, which may be another than the course's. */
  obey() {
    const { rules } = this.session.course.exam ?? {};
    if (this.mastery === null || !rules) return;
    // As many digits as the structure allows; 0.07 * 100 is a little more than 7.
    rules.passPercent = Math.ceil(Number((this.mastery * 100).toFixed(2)));
    const fact = this.window.document.querySelector("[data-pass]");
    fact.textContent = fact.textContent.replace(/\d+/, rules.passPercent);
  }

  contextOf(verb, result) {
    const { contextTemplate } = this.launchData;
    const context = structuredClone(contextTemplate);
    context.registration = this.registration;
    if (!DEFINED.includes(verb)) return context;
    const names = "success" in result || "completion" in result ? ["cmi5", "moveon"] : ["cmi5"];
    const added = names.map((name) => ({ id: `${CONTEXT}categories/${name}` }));
    const category = [...(context.contextActivities?.category ?? []), ...added];
    context.contextActivities = { ...context.contextActivities, category };
    if (result.score && this.mastery !== null) {
      context.extensions = { ...context.extensions, [`${CONTEXT}extensions/masteryscore`]: this.mastery };
    }
    return context;
  }

  /** No score that contradicts the result: a topic that was missed, another device, a mark that has changed since. */
  scoreOf(percent, isPass) {
    const fits = this.mastery === null || percent / 100 >= this.mastery === isPass;
    return fits ? super.scoreOf(percent) : {};
  }
}

function jsonOf(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
