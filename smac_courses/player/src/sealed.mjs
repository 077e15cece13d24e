/**
 * Keys and remarks that nobody reads by chance: with `grading: deter` they travel scrambled, and are opened in memory
 * when an answer is graded. Twin of smac_courses/model/sealing.py, which says what this is worth.
 */

import { addOpener } from "./kinds.mjs";
import { murmur3 } from "./draw.mjs";

/**
 * @param {string} sealed - Base64
 * @param {string} name - of what is sealed
 */
export function unsealed(sealed, name) {
  let state = murmur3(name, 0) || 1;
  const bytes = Uint8Array.from(atob(sealed), (letter) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return letter.charCodeAt(0) ^ (state & 255);
  });
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Give a question its key and its remarks, from the moment on at which somebody asks for them. */
export function openLater(question) {
  const { sealed } = question;
  if (!sealed) return;
  question.isSealed = true;
  let opened = null;
  for (const name of ["solution", "remarks"]) {
    const get = () => {
      opened ??= unsealed(sealed, question.key);
      return opened[name];
    };
    Object.defineProperty(question, name, { get });
  }
}

addOpener(openLater);
