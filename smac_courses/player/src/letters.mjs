/**
 * Texts as whole numbers for the saved state, where frequent letters cost less.
 *
 * A letter is its place in LETTERS plus one, any other character its code point plus what follows; 0 stands between two
 * texts. The state writes numbers in groups of three bits, so the first seven letters cost 4 bits, the next 56 cost 8.
 */

const LETTERS = " etaoinsrhldcumfgpwybvkxjqz.,'-\n!?#@:/0123456789STAIMBCHDPWERNLFGOJKUVYQXZ\"()&%+*=_;<>[]{}|~^$\\`";
const BITS = 3;
const BITS_OF_A_LETTER = 8;

/** @param {string[]} texts */
export function packTexts(texts) {
  const packed = texts.flatMap((text) => [0, ...[...text].map(numberOf)]);
  return packed.slice(1);
}

/** @param {number[]} numbers */
export function unpackTexts(numbers) {
  const texts = [""];
  for (const number of numbers) {
    if (number === 0) texts.push("");
    else texts[texts.length - 1] += letterOf(number);
  }
  return texts;
}

/**
 * The beginning of a text that fits.
 *
 * @param {string} text
 * @param {number} room - in letters of eight bits
 */
export function fitting(text, room) {
  let left = room * BITS_OF_A_LETTER;
  let kept = "";
  for (const letter of text) {
    left -= costOf(letter);
    if (left < 0) break;
    kept += letter;
  }
  return kept;
}

/** By how many of its own letters a text is too long. @param {string} text @param {number} room */
export function excess(text, room) {
  return [...text].length - [...fitting(text, room)].length;
}

/** @param {string} letter */
function costOf(letter) {
  let groups = 1;
  for (let rest = numberOf(letter) >> BITS; rest; rest >>= BITS) groups += 1;
  return groups * (BITS + 1);
}

/** @param {string} letter */
function numberOf(letter) {
  const at = LETTERS.indexOf(letter);
  return at < 0 ? (letter.codePointAt(0) ?? 0) + LETTERS.length + 1 : at + 1;
}

/** @param {number} number */
function letterOf(number) {
  if (number <= LETTERS.length) return LETTERS[number - 1];
  const code = number - LETTERS.length - 1;
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
