/** A text with gaps, typed or chosen. */

import { addKinds } from "../kinds.mjs";
import { ofParts } from "../credit.mjs";
import { packTexts, unpackTexts } from "../letters.mjs";
import { normalised } from "../words.mjs";
import { Fields } from "./fields.mjs";

class Blanks extends Fields {
  judge(question, answer) {
    const normal = (text) => normalised(text, question.exact, question.joined);
    const parts = {};
    question.blanks.forEach((blank, index) => {
      const given = answer[index] ?? "";
      if (!normalised(given) || (blank.options && !blank.options.some(({ id }) => id === given))) return;
      const right = question.solution.blanks[index];
      parts[blank.id] = blank.options ? right.includes(given) : right.some((text) => normal(text) === normal(given));
    });
    return ofParts(question, parts, question.blanks.length);
  }

  /** What was chosen as its number, so that new words for it change nothing. */
  pack(question, answer) {
    return question.blanks.flatMap((blank, index) => {
      const given = answer[index] ?? "";
      const chosen = blank.options?.find(({ id }) => id === given);
      const numbers = blank.options ? (chosen ? [chosen.n + 1] : []) : packTexts([given]);
      return index ? [0, ...numbers] : numbers;
    });
  }

  unpack(question, numbers) {
    const gaps = [[]];
    for (const number of numbers) {
      if (number === 0) gaps.push([]);
      else gaps[gaps.length - 1].push(number);
    }
    const answer = question.blanks.map((blank, index) => {
      const gap = gaps[index] ?? [];
      if (blank.options) return blank.options.find(({ n }) => n + 1 === gap[0])?.id ?? "";
      return unpackTexts(gap)[0];
    });
    return answer.some(Boolean) ? answer : [];
  }

  interaction(question, answer, withKey) {
    const shown = ({ options }, text) => options?.find(({ id }) => id === text)?.words ?? text;
    const response = question.blanks.map((blank, index) => shown(blank, answer[index] ?? ""));
    const pattern = question.blanks.map((blank, index) => shown(blank, question.solution.blanks[index][0]));
    return { type: "fill-in", response, pattern: withKey ? pattern : null };
  }

  keyOf(form, question, part) {
    const index = question.blanks.findIndex(({ id }) => id === part);
    const { options } = question.blanks[index];
    const right = question.solution.blanks[index][0];
    return options ? options.find(({ id }) => id === right).words : right;
  }
}

addKinds(["blanks"], new Blanks());
