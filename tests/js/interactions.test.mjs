/** Every kind of answer as SCORM 1.2 and SCORM 2004 write it, against a run-time that nobody here wrote. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";

import "./kinds.mjs";
import { kindOf } from "../../smac_courses/player/src/kinds.mjs";
import { written } from "../../smac_courses/player/src/formats/scorm12.mjs";
import { written as written2004 } from "../../smac_courses/player/src/formats/scorm2004.mjs";

// Classic scripts, as an LMS loads them.
globalThis.window = globalThis;
for (const name of ["scorm12", "scorm2004"]) {
  runInThisContext(readFileSync(new URL(`../node_modules/scorm-again/dist/${name}.js`, import.meta.url), "utf8"));
}
const { Scorm12API, Scorm2004API } = globalThis;
console.error = () => {};
console.warn = () => {};

const folder = new URL("../vectors/grading/", import.meta.url);
const vectors = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")));
// Moodle's rules, which are narrower (standards: the matrix of SetValue).
const SHORT_ID = /^[A-Za-z0-9_]+$/;
const LONG = ["x", "é", "🎉", "س", "日", "a\n", "[,]", "{x}"].flatMap((letter) => [1, 300, 5000].map((size) => letter.repeat(size)));

/** What the session would hand over: the answer after it went through the saved state, so that unknown parts are gone. */
function interactionOf(question, answer) {
  const kind = kindOf(question);
  const kept = kind.unpack(question, kind.pack(question, answer));
  return kept.some((part) => part.trim()) ? kind.interaction(question, kept, true) : null;
}

function accepts(api, names, values) {
  for (const [element, value] of values) {
    if (value === "" || value === null) continue;
    assert.equal(api[names.set](element, value), "true", `${element} = ${value.slice(0, 80)}: ${api[names.error]()}`);
  }
}

function into12(question, { type, response: said, pattern: right }) {
  const api = new Scorm12API({});
  api.LMSInitialize("");
  const answer = written(question, type, said);
  assert.ok([...answer].join("").length <= 255);
  accepts(api, { set: "LMSSetValue", error: "LMSGetLastError" }, [
    ["cmi.interactions.0.id", question.key],
    ["cmi.interactions.0.type", type === "long-fill-in" ? "fill-in" : type],
    ["cmi.interactions.0.correct_responses.0.pattern", right === null ? "" : written(question, type, right)],
    ["cmi.interactions.0.student_response", answer],
  ]);
  return answer;
}

function into2004(question, interaction) {
  const api = new Scorm2004API({});
  api.Initialize("");
  const { type, response: answer, pattern } = written2004(question, interaction, "en");
  accepts(api, { set: "SetValue", error: "GetLastError" }, [
    ["cmi.interactions.0.id", `urn:smac:${question.key}`],
    ["cmi.interactions.0.type", type],
    ["cmi.interactions.0.learner_response", answer],
    ["cmi.interactions.0.correct_responses.0.pattern", pattern],
  ]);
  return answer;
}

test("every answer of the vectors is taken by both standards", () => {
  let count = 0;
  for (const { name, question, answer } of vectors) {
    const interaction = interactionOf(question, answer);
    if (!interaction) continue;
    count += 1;
    if (["choice", "matching", "sequencing", "likert"].includes(interaction.type)) {
      for (const id of [interaction.response].flat(2)) assert.match(id, SHORT_ID, name);
    }
    into12(question, interaction);
    into2004(question, interaction);
  }
  assert.ok(count > 250, `${count} answers`);
});

test("texts of any size are cut where the standard cuts, never in the middle of a character", () => {
  const essay = { key: "m.q", kind: "essay", points: 0, credit: "all", options: [], solution: {} };
  for (const text of LONG) {
    const interaction = { type: "long-fill-in", response: text, pattern: null };
    const short = into12(essay, interaction);
    const long = into2004(essay, interaction);
    for (const [answer, most] of [[short, 255], [long, 4000]]) {
      assert.ok(answer.length > 0 && answer.length <= most);
      assert.ok(!answer.includes("\n"));
      assert.ok(answer.isWellFormed?.() ?? true);
    }
    const gap = into2004({ ...essay, kind: "text" }, { type: "fill-in", response: text, pattern: null });
    assert.ok(gap.length <= (text.includes(",") ? 4000 : 250));
  }
});

test("an empty answer is not written at all", () => {
  const fields = JSON.parse(readFileSync(new URL("typed.json", folder), "utf8"))[0].question;
  assert.equal(interactionOf(fields, []), null);
  assert.equal(interactionOf(fields, ["   "]), null);
  const { response } = written2004(fields, { type: "fill-in", response: " \n ", pattern: null }, "en");
  assert.equal(response, "");
});
