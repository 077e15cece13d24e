/**
 * Answers as xAPI writes them (xAPI 1.0.3, Data, appendix C): the response, and what was asked, in words.
 *
 * The words stand in the page, also those of questions that still wait in the exam's bank.
 */

import { byId, wordsOf } from "../dom.mjs";
import { kindOf } from "../kinds.mjs";

const TYPE = "http://adlnet.gov/expapi/activities/cmi.interaction";

/**
 * @param {any} question
 * @param {{type: string, response: any, pattern: any}} interaction - see kinds.mjs
 * @param {(words: string) => object} inLanguage - a language map
 * @param {string} title - the question in words
 * @returns {{definition: object, response: string}}
 */
export function described(question, interaction, inLanguage, title) {
  const { type, response, pattern } = interaction;
  const definition = { type: TYPE, name: inLanguage(title), description: inLanguage(title), interactionType: type };
  if (pattern !== null) definition.correctResponsesPattern = patternsOf(question, pattern).map((one) => patternOf(question, type, one));
  return { definition: { ...definition, ...partsOf(question, type, inLanguage) }, response: valueOf(type, response) };
}

function valueOf(type, said) {
  if (type === "matching") return said.map((pair) => pair.join("[.]")).join("[,]");
  return [said].flat().join("[,]");
}

/** Every answer that is right, where there are several. */
function patternsOf(question, pattern) {
  return question.kind === "text" ? question.solution.accept : [pattern];
}

function patternOf(question, type, right) {
  if (type === "numeric") return right.low === right.high ? right.value : `${right.low}[:]${right.high}`;
  const mark = type === "fill-in" && question.exact ? "{case_matters=true}" : "";
  return mark + valueOf(type, right);
}

/** What could be chosen, by the names that xAPI has for it. */
function partsOf(question, type, inLanguage) {
  const form = formOf(question.key);
  const kind = kindOf(question);
  const listed = (ids, words) => ids.map((id) => ({ id, description: inLanguage(words(id)) }));
  const ofPart = (id) => kind.wordsOf(form, id);
  switch (type) {
    case "choice":
    case "sequencing":
      return { choices: listed(question.options.map(({ id }) => id), ofPart) };
    case "likert":
      return { scale: listed(question.options.map(({ id }) => id), ofPart) };
    case "matching":
      return {
        source: listed(question.items, ofPart),
        target: listed(question.targets, (id) => wordsOf(form.querySelector(`option[value="${id}"]`))),
      };
    default:
      return {};
  }
}

function formOf(key) {
  const bank = document.querySelector(`template[data-bank="${key}"]`);
  return bank ? bank.content.querySelector("form") : byId(key);
}
