/** The page around a previewed course: a strict LMS, its data model and its log, live. */

import { createStrictApi } from "./scorm12.mjs";

const { course, launch } = document.body.dataset;
const storageKey = `smac-preview:${course}`;
const logged = document.getElementById("log");
const model = document.getElementById("model");
const mode = document.getElementById("mode");
const frame = document.getElementById("course");

function kept() {
  return JSON.parse(window.localStorage.getItem(storageKey) ?? "{}");
}

function showModel(data) {
  const rows = Object.entries(data)
    .sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }))
    .map((cells) => {
      const row = document.createElement("tr");
      row.append(...cells.map((words) => Object.assign(document.createElement("td"), { textContent: words })));
      return row;
    });
  model.replaceChildren(...rows);
}

function showCall({ name, values, answer, error }) {
  const line = document.createElement("li");
  const refused = error === "0" ? "" : `  error ${error}`;
  line.textContent = `${name}(${values.map((value) => JSON.stringify(value)).join(", ")}) → ${JSON.stringify(answer)}${refused}`;
  line.classList.toggle("refused", error !== "0");
  logged.prepend(line);
}

function start() {
  logged.replaceChildren();
  showModel(kept());
  window.API = createStrictApi({
    data: kept(),
    mode: mode.value,
    onCall: showCall,
    onCommit: (data) => {
      window.localStorage.setItem(storageKey, JSON.stringify(data));
      showModel(data);
      return true;
    },
  });
  frame.src = launch;
}

/** Leave the old course first: it says goodbye to the API that it began with. */
function restart() {
  frame.addEventListener("load", start, { once: true });
  frame.src = "about:blank";
}

document.getElementById("restart").addEventListener("click", restart);
document.getElementById("forget").addEventListener("click", () => {
  frame.addEventListener(
    "load",
    () => {
      window.localStorage.removeItem(storageKey);
      start();
    },
    { once: true },
  );
  frame.src = "about:blank";
});
mode.addEventListener("change", restart);
start();
