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
    this.registration = launch.get("registration") ?? "";
    this.platform = launch.get("activity_platform");
    this.grouping = launch.get("grouping");
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

  async connect() {
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
  return agent;
}
