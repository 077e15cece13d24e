/** A statement to confirm, once; which words were confirmed, and when, is kept and told. */

import { addKinds } from "../kinds.mjs";
import { nothing } from "../credit.mjs";

const DAY_MS = 86400000;
const MINUTE_MS = 60000;

class Attest {
  judge() {
    return nothing();
  }

  /** The day, and which words: 24 bits of their digest. */
  pack(question, [date, mark]) {
    return [Math.round(Date.parse(date) / DAY_MS), Number.parseInt(mark, 16)];
  }

  /** Other words were never confirmed. */
  unpack(question, [day, mark]) {
    if (mark !== Number.parseInt(question.mark, 16)) return [];
    return [new Date(day * DAY_MS).toISOString().slice(0, 10), question.mark];
  }

  interaction(question, [date]) {
    return { type: "fill-in", response: `confirmed ${date}; ${question.record}`, pattern: null };
  }

  read(form, question, moment) {
    const { checked, dataset } = form.querySelector("input");
    return checked ? [dataset.date ?? today(moment), question.mark] : [];
  }

  problem(form, question, answer, words) {
    return answer.length ? "" : words("confirm_first");
  }

  show(form, question, answer) {
    const input = form.querySelector("input");
    input.checked = answer.length > 0;
    input.disabled = input.checked;
    if (!input.checked) return;
    form.querySelector("[data-check]")?.closest("p").remove();
    this.confirmed(form, answer);
  }

  /** From now on it stays so. The button that was pressed keeps the keyboard. */
  confirmed(form, [date]) {
    const input = form.querySelector("input");
    input.dataset.date = date;
    input.disabled = true;
    form.querySelector(".mark").textContent = date;
    form.querySelector("[data-check]")?.setAttribute("aria-disabled", "true");
  }

  mark() {
    // Nothing in it can be right or wrong.
  }

  said(form, question, [date]) {
    return [date];
  }

  wordsOf() {
    return "";
  }
}

/** The date where the learner is. @param {number} moment - in seconds */
function today(moment) {
  const date = new Date(moment * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 10);
}

addKinds(["attest"], new Attest());
