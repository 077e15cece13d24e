/* For the course team: the key of a quiz, and what a learner answered. The quiz itself is that of the learners. */
function SmacQuizTeam(runtime, given, data) {
  "use strict";
  new SmacQuizBlock(runtime, given, data.view);
  const element = given.jquery ? given[0] : given;
  const root = element.matches("[data-smac-quiz]") ? element : element.querySelector("[data-smac-quiz]");
  const { words } = data;

  function make(tag, text, attributes, children) {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...(children || []));
    return made;
  }

  const field = make("input", "", { type: "text", autocomplete: "off", maxlength: "255" });
  const show = make("button", words.show, { type: "submit" });
  const told = make("div", "", { role: "status" });
  const form = make("form", "", {}, [make("label", `${words.username} `, {}, [field]), make("p", "", { class: "actions" }, [show])]);
  const panel = make("details", "", { class: "team", dir: "auto" }, [make("summary", words.team), form, told]);

  function ask() {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    return fetch(runtime.handlerUrl(element, "staff"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...(token ? { "X-CSRFToken": decodeURIComponent(token[1]) } : {}) },
      body: JSON.stringify({ username: field.value.trim() }),
    }).then((answer) => answer.json());
  }

  function table(rows) {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cells = (row) => names.map((name) => make("td", String(row[name] ?? "")));
    const head = make("tr", "", {}, names.map((name) => make("th", name, { scope: "col" })));
    const body = make("tbody", "", {}, rows.map((row) => make("tr", "", {}, cells(row))));
    const whole = make("table", "", {}, [make("caption", words.answers), make("thead", "", {}, [head]), body]);
    return make("div", "", { class: "table", role: "group", tabindex: "0", "aria-label": words.answers }, [whole]);
  }

  function tell({ staff, error }) {
    if (!staff) {
      const known = { nobody: words.nobody, "no platform": words.no_platform };
      told.replaceChildren(make("p", known[error] || words.failed));
      return;
    }
    const keys = staff.key.map((one) => make("li", `${one.title}: ${one.key}`));
    const answers = staff.rows.length ? table(staff.rows) : make("p", words.none);
    told.replaceChildren(make("p", words.key), make("ol", "", {}, keys), answers);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show.disabled = true;
    ask().then(tell, () => tell({})).finally(() => (show.disabled = false));
  });
  root.after(make("div", "", { class: "smac" }, [panel]));
}
