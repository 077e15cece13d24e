/** What the record store behind a preview has: its statements, and every call with what was refused. */

const EVERY_MS = 700;
const SHOWN = 200;

/** @param {Element} logged - a list of calls @param {Element} model - a table of statements */
export function watchRecords(logged, model) {
  let seen = "";
  const look = async () => {
    const told = await fetch("records").then((answer) => answer.text()).catch(() => seen);
    if (told !== seen) show(JSON.parse(told), logged, model);
    seen = told;
    window.setTimeout(look, EVERY_MS);
  };
  look();
}

function show({ statements = [], calls = [], refused = [] }, logged, model) {
  model.replaceChildren(...statements.slice(-SHOWN).reverse().map(row));
  const lines = [...refused.map((words) => [words, true]), ...calls.slice(-SHOWN).reverse().map((words) => [words, false])];
  logged.replaceChildren(...lines.map(([words, isRefused]) => {
    const line = Object.assign(document.createElement("li"), { textContent: words });
    line.classList.toggle("refused", isRefused);
    return line;
  }));
}

/** A statement as a row: the verb, then what it is about and what came of it. */
function row({ verb, object, result = {} }) {
  const { response, score, completion, success, duration, extensions } = result;
  const said = Object.entries({ response, score: score?.scaled, completion, success, duration, ...extensions })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.split("/").pop()} ${value}`);
  const about = Object.values(object.definition?.name ?? {})[0];
  const made = document.createElement("tr");
  const words = [verb.id.split("/").pop(), [about, ...said].filter(Boolean).join(" · ")];
  made.append(...words.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return made;
}
