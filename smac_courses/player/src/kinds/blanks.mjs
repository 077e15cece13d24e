/** A text with gaps, typed or chosen. */

import { addKinds } from "../kinds.mjs";
import { ofParts } from "../credit.mjs";
import { packTexts, unpackTexts } from "../letters.mjs";
import { normalised, same } from "../words.mjs";
import { Fields, fieldsOf, wordsIn } from "./fields.mjs";

const EMPTY = "…";
// Stands before what was chosen: the number of a letter with which nobody begins to write.
const CHOSEN = 96;

class Blanks extends Fields {
  judge(question, answer) {
    const parts = {};
    question.blanks.forEach((blank, index) => {
      const given = answer[index] ?? "";
      if (!normalised(given) || (blank.options && !blank.options.some(({ id }) => id === given))) return;
      const right = question.solution.blanks[index];
      parts[blank.id] = blank.options ? right.includes(given) : right.some((text) => same(text, given, question));
    });
    return ofParts(question, parts, question.blanks.length);
  }

  /** What was chosen as its number, so that new words for it change nothing. */
  pack(question, answer) {
    return question.blanks.flatMap((blank, index) => {
      const given = answer[index] ?? "";
      const chosen = blank.options?.find(({ id }) => id === given);
      const numbers = blank.options ? (chosen ? [CHOSEN, chosen.n + 1] : []) : packTexts([given]);
      return index ? [0, ...numbers] : numbers;
    });
  }

  unpack(question, numbers) {
    const gaps = [[]];
    for (const number of numbers) {
      if (number === 0) gaps.push([]);
      else gaps[gaps.length - 1].push(number);
    }
    // With more or fewer gaps than there were, nobody knows any more which is which.
    if (gaps.length !== question.blanks.length) return [];
    const answer = question.blanks.map((blank, index) => {
      const gap = gaps[index] ?? [];
      // A gap that was typed into cannot be one that was chosen in, and the other way round.
      if ((gap[0] === CHOSEN) !== Boolean(blank.options)) return "";
      return blank.options ? (blank.options.find(({ n }) => n + 1 === gap[1])?.id ?? "") : unpackTexts(gap)[0];
    });
    return answer.some(Boolean) ? answer : [];
  }

  isWhole(question, answer) {
    return question.blanks.every((blank, index) => answer[index]?.trim());
  }

  interaction(question, answer, withKey) {
    const shown = ({ options }, text) => (options?.find(({ id }) => id === text)?.words ?? text) || EMPTY;
    const response = question.blanks.map((blank, index) => shown(blank, answer[index] ?? ""));
    const pattern = question.blanks.map((blank, index) => shown(blank, question.solution.blanks[index][0]));
    return { type: "fill-in", response, pattern: withKey ? pattern : null };
  }

  said(form, question, answer) {
    return fieldsOf(form).map((field, index) => wordsIn(field, answer[index] ?? "") || EMPTY);
  }

  keyOf(form, question, part) {
    const index = question.blanks.findIndex(({ id }) => id === part);
    const { options } = question.blanks[index];
    const right = question.solution.blanks[index][0];
    return options ? options.find(({ id }) => id === right).words : right;
  }
}

addKinds(["blanks"], new Blanks());
