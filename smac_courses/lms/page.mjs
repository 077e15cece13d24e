/** The page around a previewed course: a strict LMS, its data model and its log, live; findings over the course. */

const { standard } = document.body.dataset;
// A record store is a server of its own: what it has is asked for, and not kept here.
const hasRecords = ["cmi5", "xapi"].includes(standard);
const { createStrictApi, API_NAME, watchRecords } = await import(`./${hasRecords ? "records" : standard}.mjs`);

const byId = (id) => document.getElementById(id);
const logged = byId("log");
const model = byId("model");
const sco = byId("sco");
const mode = byId("mode");
const fault = byId("fault");
const frame = byId("course");
let shown = { version: 0, launches: [], course: document.body.dataset.course };
let isOpen = false;

// What one SCO tells stays apart from what another one tells, and from another standard.
const storageKey = () => `smac-preview:${standard}:${shown.course}:${sco.value}`;

function kept() {
  return JSON.parse(window.localStorage.getItem(storageKey()) ?? "{}");
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
  // In SCORM 2004 403 is how an LMS says that there is nothing yet.
  line.classList.toggle("refused", error !== "0" && !(name === "GetValue" && error === "403"));
  logged.prepend(line);
}

function start() {
  if (hasRecords) {
    frame.src = `${shown.launches[sco.selectedIndex].address}?mode=${mode.value}`;
    isOpen = true;
    return;
  }
  logged.replaceChildren();
  showModel(kept());
  // What a course says while it goes belongs to it, whatever was chosen next.
  const key = storageKey();
  window[API_NAME] = createStrictApi({
    data: kept(),
    mode: mode.value,
    fault: () => fault.value,
    onCall: showCall,
    onCommit: (data) => {
      window.localStorage.setItem(key, JSON.stringify(data));
      showModel(data);
      return true;
    },
  });
  frame.src = shown.launches[sco.selectedIndex].address;
  isOpen = true;
}

/** Leave the old course first: it says goodbye to the API that it began with. */
function reopen(between = () => {}) {
  if (!shown.launches.length) return;
  if (!isOpen) {
    between();
    start();
    return;
  }
  frame.addEventListener(
    "load",
    () => {
      between();
      start();
    },
    { once: true },
  );
  frame.src = "about:blank";
}

function showFindings(state) {
  byId("findings").hidden = !state.findings;
  byId("findings").classList.toggle("has-errors", !state.ok);
  byId("summary").textContent = state.ok ? state.summary : `${state.summary}. The course shown is the last one without errors.`;
  byId("list").textContent = state.findings;
  if (!state.ok) unfold(true);
  else if (!state.findings) unfold(false);
}

function unfold(isUnfolded) {
  byId("list").hidden = !isUnfolded;
  byId("toggle").setAttribute("aria-expanded", String(isUnfolded));
  byId("toggle").textContent = isUnfolded ? "Hide" : "Show";
}

/** What can be launched; where that is one thing, there is nothing to choose. */
function showLaunches() {
  const titles = shown.launches.map(({ title }) => title);
  if ([...sco.options].map((one) => one.value).join("\n") === titles.join("\n")) return;
  const chosen = Math.max(0, titles.indexOf(sco.value));
  sco.replaceChildren(...titles.map((title) => Object.assign(document.createElement("option"), { value: title, textContent: title })));
  sco.selectedIndex = chosen;
  byId("scos").hidden = titles.length < 2;
}

/** What the author saved: findings at once, and the course again where the learner was. */
async function follow() {
  const state = await (await fetch("state")).json();
  const isNew = state.version !== shown.version;
  shown = state;
  showFindings(state);
  showLaunches();
  if (isNew && state.launches.length && (state.ok || !isOpen)) reopen();
}

function forget() {
  if (hasRecords) navigator.sendBeacon("choose?forget=1");
  else window.localStorage.removeItem(storageKey());
}

if (hasRecords) {
  fault.addEventListener("change", () => fetch(`choose?fault=${fault.value}`, { method: "POST" }));
  watchRecords(logged, model);
}
byId("restart").addEventListener("click", () => reopen());
byId("forget").addEventListener("click", () => reopen(forget));
byId("toggle").addEventListener("click", () => unfold(byId("list").hidden));
for (const choice of [mode, sco]) choice.addEventListener("change", () => reopen());
new EventSource("events").addEventListener("message", follow);
