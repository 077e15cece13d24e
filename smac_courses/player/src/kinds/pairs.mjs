/** Things to match or to sort: a list to choose from beside each, so that nothing has to be dragged. */

import { addKinds } from "../kinds.mjs";
import { ofParts } from "../credit.mjs";
import { wordsOf } from "../dom.mjs";
import { Fields, fieldsOf, wordsIn } from "./fields.mjs";

class Pairs extends Fields {
  judge(question, answer) {
    const parts = {};
    question.items.forEach((item, index) => {
      const given = answer[index];
      if (question.targets.includes(given)) parts[item] = question.solution.pairs[item] === given;
    });
    return ofParts(question, parts, question.items.length, question.items.filter((item) => item in parts));
  }

  pack(question, answer) {
    const numberOf = new Map(question.options.map(({ id, n }) => [id, n]));
    return question.items.flatMap((item, index) => {
      const given = answer[index];
      return question.targets.includes(given) ? [numberOf.get(item), numberOf.get(given)] : [];
    });
  }

  unpack(question, numbers) {
    const idOf = new Map(question.options.map(({ id, n }) => [n, id]));
    const given = new Map();
    for (let at = 0; at < numbers.length; at += 2) given.set(idOf.get(numbers[at]), idOf.get(numbers[at + 1]));
    const answer = question.items.map((item) => (question.targets.includes(given.get(item)) ? given.get(item) : ""));
    return answer.some(Boolean) ? answer : [];
  }

  isWhole(question, answer) {
    return question.items.every((item, index) => answer[index]);
  }

  interaction(question, answer, withKey) {
    const pairs = (targetOf) => question.items.map((item, index) => [item, targetOf(item, index)]).filter((pair) => pair[1]);
    return {
      type: "matching",
      response: pairs((item, index) => answer[index]),
      pattern: withKey ? pairs((item) => question.solution.pairs[item]) : null,
    };
  }

  problem(form, question, answer, words) {
    return answer.length ? "" : words("choose_first");
  }

  said(form, question, answer) {
    const fields = fieldsOf(form);
    return question.items
      .map((item, index) => (answer[index] ? `${this.wordsOf(form, item)} → ${wordsIn(fields[index], answer[index])}` : ""))
      .filter(Boolean);
  }

  keyOf(form, question, part) {
    return wordsIn(form.querySelector(`[data-field="${part}"]`), question.solution.pairs[part]);
  }

  wordsOf(form, id) {
    return wordsOf(form.querySelector(`[data-item="${id}"]`));
  }
}

addKinds(["match", "categorise"], new Pairs());
