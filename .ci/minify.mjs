/** Modules of the player, minified: a JSON object of name and text on stdin, the same with shorter texts on stdout. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The pinned packages are those of the tests.
const { minify } = createRequire(new URL("../tests/package.json", import.meta.url))("terser");

const texts = JSON.parse(readFileSync(0, "utf8"));
const options = {
  compress: { passes: 2 },
  mangle: true,
  // Some LMSs serve scripts as Latin-1.
  format: { ascii_only: true },
};
const done = {};
for (const [name, text] of Object.entries(texts)) done[name] = `${(await minify(text, options)).code}\n`;
process.stdout.write(JSON.stringify(done));
