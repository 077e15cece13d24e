/* What a learner still needs for a certificate, and the way to it. */
function SmacCertificateBlock(runtime, given, data) {
  "use strict";
  const element = given.jquery ? given[0] : given;
  const root = element.matches("[data-smac-certificate]") ? element : element.querySelector("[data-smac-certificate]");
  const body = root.querySelector("[data-standing]");
  const said = root.querySelector("[data-said]");

  function words(name, values) {
    return data.words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in (values || {}) ? String(values[key]) : whole));
  }

  function percent(value) {
    return new Intl.NumberFormat(data.locale, { style: "percent" }).format(value / 100);
  }

  function make(tag, text, attributes) {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    return made;
  }

  function post(handler, sent) {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    return fetch(runtime.handlerUrl(element, handler), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...(token ? { "X-CSRFToken": decodeURIComponent(token[1]) } : {}) },
      body: JSON.stringify(sent || {}),
    }).then((answer) => answer.json().then((told) => ({ status: answer.status, told })));
  }

  function act(handler, pressed) {
    pressed.disabled = true;
    post(handler).then(
      ({ status, told }) => {
        pressed.disabled = false;
        said.textContent = status === 200 ? "" : words("certificate_failed");
        if (told.view) show(told.view);
      },
      () => {
        pressed.disabled = false;
        said.textContent = words("certificate_failed");
      },
    );
  }

  function button(name, handler) {
    const made = make("button", words(name), { type: "button" });
    made.addEventListener("click", () => act(handler, made));
    const line = make("p", "", { class: "actions" });
    line.append(made);
    return line;
  }

  function show(view) {
    data = view;
    const { standing } = view;
    const parts = [];
    if (view.certification) parts.push(make("p", view.certification));
    if (!standing) parts.push(make("p", words("certificate_no_platform")));
    else {
      const values = { percent: percent(standing.percent), pass: percent(view.passPercent) };
      parts.push(make("p", words("certificate_standing", values)));
      if (standing.parts.length > 1 || !standing.isPassed) {
        const list = make("ul", "");
        list.append(...standing.parts.map((one) => make("li", `${one.title}: ${one.earned} / ${one.possible}`)));
        if (standing.parts.length) parts.push(list);
      }
      if (standing.status === "revoked") parts.push(make("p", words("certificate_revoked")));
      else if (!standing.isPassed) parts.push(make("p", words("certificate_needed")));
      else if (standing.status === "issued" && standing.url) {
        const line = make("p", "");
        line.append(make("a", words("certificate_open"), { href: standing.url, target: "_blank", rel: "noopener" }));
        parts.push(line);
      } else if (standing.status === "none") parts.push(button("certificate_get", "issue"));
      else parts.push(make("p", words("certificate_coming")), button("certificate_look", "standing"));
    }
    if (view.isStaff && standing) parts.push(staffForm());
    body.replaceChildren(...parts);
  }

  /** For the course team, in English as the rest of Studio: look at a learner's certificate, and take it back. */
  function staffForm() {
    const box = make("details", "");
    const told = make("p", "", { role: "status" });
    const field = (label) => {
      const line = make("label", label);
      const input = make("input", "", { type: "text", autocomplete: "off" });
      line.append(input);
      return [line, input];
    };
    const [nameLine, name] = field("Username ");
    const [reasonLine, reason] = field("Reason ");
    const ask = (words, handler, say) => {
      const made = make("button", words, { type: "button", class: "quiet" });
      made.addEventListener("click", () => {
        post(handler, { username: name.value.trim(), reason: reason.value }).then(
          (answer) => (told.textContent = answer.status === 200 ? say(answer.told) : `Refused: ${answer.told.error}`),
          () => (told.textContent = "The server did not answer."),
        );
      });
      return made;
    };
    const actions = make("p", "", { class: "actions" });
    actions.append(
      ask("Look", "look", (one) => `${one.percent} %, ${one.isPassed ? "passed" : "not passed"}, certificate: ${one.status}`),
      ask("Revoke", "revoke", (one) => (one.revoked ? "Revoked." : "There was no certificate.")),
    );
    box.append(make("summary", "Course team"), nameLine, reasonLine, actions, told);
    return box;
  }

  show(data);
}
