/** SCORM 1.2: one SCO, `window.API` somewhere above or behind this window, one status for completion and success. */

import { clockTime, timespan, written } from "../formats/scorm12.mjs";
import { ScormTracker } from "../scorm.mjs";

/** @param {any} environment - see ScormTracker */
export function createTracker(environment) {
  return new Scorm12Tracker(environment);
}

class Scorm12Tracker extends ScormTracker {
  constructor(environment) {
    super(environment);
    this.standard = "SCORM 1.2";
    this.apiName = "API";
    this.before = "LMS";
    this.endName = "Finish";
    this.core = "cmi.core.";
    this.modeName = "lesson_mode";
    this.learnerName = "student_id";
    this.placeName = "lesson_location";
    this.statusName = "lesson_status";
    this.freshWords = ["not attempted", "browsed"];
    this.normalExit = "";
    this.timeName = "time";
    this.responseName = "student_response";
    this.wrongWord = "wrong";
    this.room = 4096;
    this.finalErrors = /^(201|40[1-5])$/;
    this.momentOf = clockTime;
    this.spanOf = timespan;
  }

  kept() {
    return this.ask("lesson_status");
  }

  writeOutcome({ percent }, status, put) {
    if (percent !== null) {
      put("score.raw", String(percent));
      this.tell("score.min", "0");
      this.tell("score.max", "100");
    }
    if (status !== "incomplete" || this.status !== "completed") put("lesson_status", status);
  }

  inWriting({ question, interaction }) {
    const { type, response, pattern } = interaction;
    return {
      type: type === "long-fill-in" ? "fill-in" : type,
      response: written(question, type, response),
      pattern: pattern === null ? "" : written(question, type, pattern),
    };
  }
}
