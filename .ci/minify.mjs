/**
 * Modules of the player, minified: `{texts: {name: text}, own: [name]}` on stdin, the texts with shorter ones on stdout.
 * `own` are the properties that may be renamed, everywhere alike; those that browsers have are never.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The pinned packages are those of the tests.
const { minify } = createRequire(new URL("../tests/package.json", import.meta.url))("terser");

const { texts, own } = JSON.parse(readFileSync(0, "utf8"));
const options = {
  ecma: 2022,
  compress: { passes: 3, keep_fargs: false, unsafe_arrows: true, unsafe_methods: true },
  mangle: { properties: { regex: new RegExp(`^(?:${own.join("|")})$`), keep_quoted: true } },
  nameCache: {},
  // Some LMSs serve scripts as Latin-1.
  format: { ascii_only: true },
};
const done = {};
for (const [name, text] of Object.entries(texts)) done[name] = `${(await minify(text, options)).code}\n`;
process.stdout.write(JSON.stringify(done));
