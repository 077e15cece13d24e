/* The editor of a quiz in Studio: findings while one types, a line by a click, and nothing saved that has errors. */
function SmacQuizStudio(runtime, given, data) {
  "use strict";
  const CHECK_AFTER_MS = 400;
  const root = (given.jquery ? given[0] : given).querySelector("[data-smac-studio]") || (given.jquery ? given[0] : given);
  const element = given.jquery ? given[0] : given;
  const text = root.querySelector("[data-markdown]");
  const list = root.querySelector("[data-findings]");
  const problem = root.querySelector("[data-problem]");
  const { words } = data;
  let timer = 0;
  let asked = 0;

  function post(handler, body) {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    return fetch(runtime.handlerUrl(element, handler), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...(token ? { "X-CSRFToken": decodeURIComponent(token[1]) } : {}) },
      body: JSON.stringify(body),
    }).then((answer) => answer.json());
  }

  /** The settings as values; a text that is no value stays a text, and is refused by name. */
  function settings() {
    const values = {};
    for (const field of root.querySelectorAll("[data-setting]")) {
      const { setting, type } = field.dataset;
      const written = field.value.trim();
      if (type === "switch") values[setting] = field.checked;
      else if (type === "number") values[setting] = written === "" ? null : isNaN(Number(written)) ? written : Number(written);
      else if (type === "json") values[setting] = parsed(written);
      else values[setting] = written;
    }
    return values;
  }

  function parsed(written) {
    try {
      return JSON.parse(written || "null");
    } catch (error) {
      return written;
    }
  }

  function show(findings) {
    const items = findings.map((one) => {
      const item = document.createElement("li");
      item.className = `is-${one.severity}`;
      const place = document.createElement("button");
      place.type = "button";
      place.textContent = `${words.line} ${one.line}`;
      place.addEventListener("click", () => goTo(one.line));
      item.append(place, `: ${one.message}. ${one.hint} (${one.code})`);
      return item;
    });
    const made = document.createElement("ul");
    made.append(...items);
    list.replaceChildren(...(items.length ? [made] : []));
  }

  function goTo(line) {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
    text.scrollTop = (text.scrollHeight * (line - 3)) / lines.length;
  }

  function check() {
    const number = (asked += 1);
    const { mode, language, variables, credit } = settings();
    post("studio_check", { markdown: text.value, mode, language, credit, variables: variables || {} }).then((answer) => {
      // An answer to an older text says nothing of this one.
      if (number === asked && answer.findings) show(answer.findings);
    });
  }

  function save(event) {
    event.preventDefault();
    problem.textContent = "";
    for (const one of root.querySelectorAll("[data-problem-of]")) one.textContent = "";
    runtime.notify && runtime.notify("save", { state: "start", message: words.saving });
    post("studio_save", { markdown: text.value, settings: { ...settings() } }).then(
      (answer) => {
        if (answer.saved) {
          runtime.notify && runtime.notify("save", { state: "end" });
          // Questions without an id have got one.
          if (text.value !== answer.markdown) text.value = answer.markdown;
          show(answer.findings);
          if (!runtime.notify) problem.textContent = words.saved;
          return;
        }
        runtime.notify && runtime.notify("save", { state: "end", message: "" });
        for (const [name, why] of Object.entries(answer.problems || {})) {
          root.querySelector(`[data-problem-of="${name}"]`).textContent = why;
        }
        if (answer.findings) show(answer.findings);
        problem.textContent = words.mend;
      },
      () => {
        runtime.notify && runtime.notify("error", { title: words.not_saved, message: words.no_answer });
        problem.textContent = `${words.not_saved}: ${words.no_answer}`;
      },
    );
  }

  root.querySelector("form").addEventListener("submit", save);
  root.querySelector(".cancel-button").addEventListener("click", () => runtime.notify && runtime.notify("cancel", {}));
  root.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(check, CHECK_AFTER_MS);
  });
  show(data.findings);
}
