/**
 * SCORM 2004, 3rd and 4th edition: `window.API_1484_11`; completion and success apart, a measure of progress, a result
 * for every topic of the exam, and every question in words.
 */

import { duration, inOneLine, moment, written } from "../formats/scorm2004.mjs";
import { ScormTracker } from "../scorm.mjs";

const OBJECTIVES = "cmi.objectives";
const LONGEST_DESCRIPTION = 250;

/** @param {any} environment - see ScormTracker */
export function createTracker(environment) {
  return new Scorm2004Tracker(environment);
}

class Scorm2004Tracker extends ScormTracker {
  constructor(environment) {
    super(environment);
    this.standard = "SCORM 2004";
    this.apiName = "API_1484_11";
    this.before = "";
    this.endName = "Terminate";
    this.core = "cmi.";
    this.modeName = "mode";
    this.learnerName = "learner_id";
    this.placeName = "location";
    this.statusName = "completion_status";
    this.freshWords = ["not attempted", "unknown"];
    this.normalExit = "normal";
    this.timeName = "timestamp";
    this.responseName = "learner_response";
    this.wrongWord = "incorrect";
    this.room = 64000;
    this.finalErrors = /^(351|40[1-8])$/;
    this.momentOf = moment;
    this.spanOf = duration;
  }

  /** Two statuses, of which an LMS may have lost one: what is not whole is told again. */
  kept() {
    const completion = this.ask("completion_status");
    const isPassed = this.ask("success_status") === "passed";
    if (this.lms.hasExam && isPassed) return "passed";
    return completion === "completed" && this.lms.satisfies && !isPassed ? "incomplete" : completion;
  }

  write() {
    this.tell("progress_measure", String(this.session.percentDone() / 100));
    if (this.status === "passed") this.tell("completion_status", "completed");
    return super.write();
  }

  writeOutcome({ percent, topics }, status, put) {
    if (percent !== null) {
      put("score.scaled", String(percent / 100));
      put("score.raw", String(percent));
      this.tell("score.min", "0");
      this.tell("score.max", "100");
    }
    topics.forEach((topic) => this.writeTopic(topic));
    const isDone = status === "passed" || status === "completed";
    if (isDone || this.status !== "completed") put("completion_status", isDone ? "completed" : "incomplete");
    const success = { completed: this.lms.satisfies ? "passed" : "", incomplete: "unknown" }[status] ?? status;
    if (success) put("success_status", success);
  }

  /**
   * The LMS may have made objectives of its own from the manifest: each is found by its id, never by its place. One that
   * is refused holds nothing up: score and status are what counts.
   */
  writeTopic({ id, title, percent, passed }) {
    const count = this.count(OBJECTIVES);
    let at = 0;
    while (at < count && this.get(`${OBJECTIVES}.${at}.id`) !== id) at += 1;
    const before = `objectives.${at}.`;
    if (at === count && !this.tell(`${before}id`, id)) return;
    this.tell(`${before}description`, this.inWords(title));
    this.tell(`${before}score.scaled`, String(percent / 100));
    if (passed !== null) this.tell(`${before}success_status`, passed ? "passed" : "failed");
  }

  inWriting({ question, interaction }) {
    return {
      ...written(question, interaction, this.lms.language),
      description: this.inWords(this.describe(question.key)),
    };
  }

  inWords(text) {
    return inOneLine(text, LONGEST_DESCRIPTION, this.lms.language);
  }
}
