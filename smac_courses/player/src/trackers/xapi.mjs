/** Packages with a tincan.xml: the launch that LMSs and record stores knew before cmi5 (Rustici, "launch"). */

import { Lrs } from "../lrs.mjs";
import { XapiTracker } from "../xapi.mjs";

const KNOWN = ["endpoint", "auth", "actor", "registration", "activity_id", "activity_platform", "Accept-Language", "grouping"];

/** @param {any} environment - see XapiTracker; `lms.activity` is the id that stands in tincan.xml */
export function createTracker(environment) {
  return new TincanTracker(environment);
}

class TincanTracker extends XapiTracker {
  constructor(environment) {
    super(environment);
    this.standard = "xAPI (tincan.xml)";
    const launch = new URLSearchParams(this.window.location.search);
    this.activity = launch.get("activity_id") || this.lms.activity;
    // What is not as it should be would make a store refuse every statement.
    this.registration = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(launch.get("registration"))?.[0] ?? "";
    this.platform = launch.get("activity_platform");
    this.grouping = /^[a-z][a-z0-9+.-]*:\S+$/i.exec(launch.get("grouping"))?.[0];
    this.actor = agentOf(launch.get("actor"));
    const endpoint = launch.get("endpoint");
    if (!endpoint || !this.actor) {
      this.warn("no launch: endpoint or actor missing");
      this.phase = "failed";
      this.mayTryAgain = false;
      return;
    }
    const extra = Object.fromEntries([...launch].filter(([name]) => !KNOWN.includes(name)));
    const log = (line) => this.log(line);
    this.lrs = new Lrs({ window: this.window, endpoint, auth: launch.get("auth") ?? "", extra, log });
  }

  /** Whoever launches may put more into the address for the store; a strict store refuses what it does not know. */
  async connect() {
    try {
      if (Object.keys(this.lrs.extra).length) await this.look();
    } catch (trouble) {
      if (trouble.status !== 400) throw trouble;
      this.lrs.extra = {};
    }
    return { mode: "normal", isReadOnly: false };
  }

  contextOf() {
    const context = {};
    if (this.registration) context.registration = this.registration;
    if (this.platform) context.platform = this.platform;
    if (this.grouping) context.contextActivities = { grouping: [{ id: this.grouping }] };
    context.language = this.lms.language;
    return context;
  }
}

/** An actor, also in the old form with lists: {"name": ["Jo"], "mbox": ["mailto:jo@…"]}. */
function agentOf(text) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (!given || typeof given !== "object") return null;
  const agent = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Array.isArray(value) && name !== "member" ? value[0] : value]));
  const { account } = agent;
  if (account?.accountName) agent.account = { homePage: account.accountServiceHomePage, name: account.accountName };
  agent.objectType ??= "Agent";
  if (agent.mbox && !agent.mbox.startsWith("mailto:")) agent.mbox = `mailto:${agent.mbox}`;
  // A store takes one way to say who somebody is.
  const [, ...others] = ["account", "mbox", "mbox_sha1sum", "openid"].filter((name) => agent[name]);
  for (const name of others) delete agent[name];
  return agent;
}
