/** Things to put in order, by two buttons each. */

import { addKinds } from "../kinds.mjs";
import { nothing, ofParts } from "../credit.mjs";
import { wordsOf } from "../dom.mjs";
import { tellChange } from "../problem.mjs";

class Order {
  judge(question, answer) {
    const { order } = question.solution;
    const given = [...new Set(answer)].filter((id) => order.includes(id));
    if (!given.length) return nothing();
    const parts = Object.fromEntries(given.map((id, place) => [id, order[place] === id]));
    return ofParts(question, parts, order.length, given);
  }

  pack(question, answer) {
    const numberOf = new Map(question.options.map(({ id, n }) => [id, n]));
    return answer.filter((id) => numberOf.has(id)).map((id) => numberOf.get(id));
  }

  unpack(question, numbers) {
    const idOf = new Map(question.options.map(({ id, n }) => [n, id]));
    return numbers.map((n) => idOf.get(n)).filter(Boolean);
  }

  interaction(question, answer, withKey) {
    return { type: "sequencing", response: answer, pattern: withKey ? question.solution.order : null };
  }

  enable(form, question, words) {
    form.addEventListener("click", ({ target }) => {
      const move = target.closest("[data-move]");
      if (!move) return;
      const item = move.closest("li");
      const other = move.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (move.dataset.move === "up") other.before(item);
      else other.after(item);
      form.querySelector("ol").dataset.moved = "";
      move.focus();
      const items = itemsOf(form);
      form.querySelector("[data-said]").textContent = words("place_of", { number: items.indexOf(item) + 1, total: items.length });
      this.number(form);
      tellChange(form);
    });
    this.number(form);
  }

  /** What can go no further says so, and keeps the keyboard where it is. */
  number(form) {
    const items = itemsOf(form);
    items.forEach((item, place) => {
      item.querySelector('[data-move="up"]').setAttribute("aria-disabled", String(place === 0));
      item.querySelector('[data-move="down"]').setAttribute("aria-disabled", String(place === items.length - 1));
    });
  }

  read(form) {
    return "moved" in form.querySelector("ol").dataset ? itemsOf(form).map((item) => item.dataset.option) : [];
  }

  problem(form, question, answer, words) {
    return answer.length ? "" : words("move_first");
  }

  show(form, question, answer) {
    if (!answer.length) return;
    this.arrange(form, answer);
    form.querySelector("ol").dataset.moved = "";
  }

  arrange(form, order) {
    const items = new Map(itemsOf(form).map((item) => [item.dataset.option, item]));
    // What an update added comes last.
    for (const id of [...order, ...[...items.keys()].filter((id) => !order.includes(id))]) form.querySelector("ol").append(items.get(id));
    this.number(form);
  }

  mark(form, question, judgement, withKey, words) {
    for (const item of itemsOf(form)) {
      const id = item.dataset.option;
      const isRight = judgement?.parts[id];
      item.classList.toggle("is-right", isRight === true);
      item.classList.toggle("is-wrong", isRight === false);
      const said = isRight === undefined ? [] : [words(isRight ? "correct" : "not_correct")];
      if (judgement && withKey && !isRight) said.push(words("right_place", { number: question.solution.order.indexOf(id) + 1 }));
      item.querySelector(".mark").textContent = said.join(" · ");
    }
  }

  said(form, question, answer) {
    return answer.map((id, place) => `${place + 1}. ${this.wordsOf(form, id)}`);
  }

  wordsOf(form, id) {
    return wordsOf(form.querySelector(`[data-option="${id}"] .label`));
  }
}

function itemsOf(form) {
  return [...form.querySelectorAll("ol.order > li")];
}

addKinds(["order"], new Order());
