/**
 * Which questions are asked and in which order, from one 32-bit seed. Twin of smac_courses/grading/draw.py.
 */

/**
 * MurmurHash3_x86_32 of the UTF-8 bytes of a text.
 *
 * @param {string} text
 * @param {number} seed - unsigned, 32 bits
 * @returns {number} unsigned, 32 bits
 */
export function murmur3(text, seed) {
  const data = new TextEncoder().encode(text);
  const whole = data.length - (data.length % 4);
  let state = seed | 0;
  for (let at = 0; at < whole; at += 4) {
    state ^= mixed(data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24));
    state = (Math.imul(rotated(state, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = data.length - 1; at >= whole; at -= 1) tail = (tail << 8) | data[at];
  if (data.length > whole) state ^= mixed(tail);
  state ^= data.length;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/**
 * Keys by rank; equal ranks by the key itself.
 *
 * @param {string[]} keys
 * @param {number} seed
 */
export function inDrawnOrder(keys, seed) {
  const ranked = keys.map((key) => ({ key, rank: murmur3(key, seed) }));
  ranked.sort((one, other) => one.rank - other.rank || (one.key < other.key ? -1 : 1));
  return ranked.map((entry) => entry.key);
}

/**
 * Keys of the questions of one attempt.
 *
 * @param {{pools: import("./grading.mjs").Pool[], rules: {shuffle: boolean}}} exam
 * @param {number} seed
 * @returns {string[]}
 */
export function drawExam(exam, seed) {
  return exam.pools.flatMap((pool) => {
    const source = pool.questions.map((question) => question.key);
    const chosen = inDrawnOrder(source, seed).slice(0, pool.draw);
    return exam.rules.shuffle ? chosen : source.filter((key) => chosen.includes(key));
  });
}

/**
 * Ids of what can be shuffled in a question, as shown in the attempt with that seed: answers to choose from where the
 * exam is shuffled; what is to be put in order always, and never in the right order.
 *
 * @param {import("./grading.mjs").Question} question
 * @param {number} seed
 * @param {boolean} shuffle
 * @returns {string[]}
 */
export function optionOrder(question, seed, shuffle) {
  const isOrder = question.kind === "order";
  if (!isOrder && !["single", "multiple"].includes(question.kind)) return [];
  const ids = question.options.map((option) => option.id);
  if (!shuffle && !isOrder) return ids;
  const names = ids.map((id) => `${question.key}#${id}`);
  const shown = inDrawnOrder(names, seed).map((name) => ids[names.indexOf(name)]);
  const isRight = isOrder && shown.join() === question.solution.order.join();
  return isRight ? [...shown.slice(1), shown[0]] : shown;
}

/** @param {number} block */
function mixed(block) {
  return Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

/**
 * @param {number} value
 * @param {number} by
 */
function rotated(value, by) {
  return (value << by) | (value >>> (32 - by));
}
