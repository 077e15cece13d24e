/**
 * A copy of the learner's state on their own device, where the browser allows it.
 *
 * The LMS has the truth. The copy is for the day on which it has lost it: a commit that was never stored, a tab
 * that died offline. It holds what `suspend_data` holds, and answers that no LMS has been told of yet; no name.
 *
 * @typedef {{state: string, waiting: object[], at: number}} Entry - `at` is the moment of saving, in seconds
 */

import { murmur3 } from "./draw.mjs";

export class Journal {
  /**
   * @param {() => Storage} storage - may throw, as `window.localStorage` does in some frames
   * @param {string} course - its id
   * @param {string} learner - as the LMS names them, or ""; only a hash of it is kept
   */
  constructor(storage, course, learner) {
    this.storage = storage;
    this.key = `smac/${course}/${learner && murmur3(learner, 0).toString(36)}`;
  }

  /** Another entry of the same learner. @param {string} name */
  beside(name) {
    const other = Object.create(this);
    other.key = name ? `${this.key}/${name}` : this.key;
    return other;
  }

  /** @returns {Entry|null} */
  read() {
    try {
      const entry = JSON.parse(this.storage().getItem(this.key) ?? "null");
      return typeof entry?.state === "string" && Array.isArray(entry.waiting) ? entry : null;
    } catch {
      return null; // no storage here, or somebody else's text under this name
    }
  }

  clear() {
    try {
      this.storage().removeItem(this.key);
    } catch {
      // Then there was nothing either.
    }
  }

  /** @param {Entry} entry @returns {boolean} whether it is kept */
  write(entry) {
    try {
      this.storage().setItem(this.key, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }
}
