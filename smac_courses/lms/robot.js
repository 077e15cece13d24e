/*
 * A learner who clicks: what `smac rehearse` runs inside the page of a course. One function expression; it is given
 * what to do and the answers to give, and returns what it did.
 *
 * @typedef {{task: string, answers: Record<string, string[]>, lessons?: string[], most?: number, submit?: boolean}} Plan
 */
async ({ task, answers, lessons = [], most = Infinity, submit = true }) => {
  const one = (query, within = document) => within.querySelector(query);
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const byId = (id) => document.getElementById(id);
  const told = (target, ...names) => names.forEach((name) => target.dispatchEvent(new Event(name, { bubbles: true })));

  const goTo = (screen) => {
    const link = one(`#_outline-list a[href="#${screen}"]`);
    if (!link) throw new Error(`the outline has no link to ${screen}`);
    link.click();
    if (byId(screen).hidden) throw new Error(`the link to ${screen} leads nowhere`);
  };

  const tick = (input, isTicked) => {
    if (input.checked !== isTicked) input.click();
  };

  const putInOrder = (form, order) => {
    const items = () => all("ol.order > li", form);
    order.forEach((id, place) => {
      const item = items().find((li) => li.dataset.option === id);
      while (items().indexOf(item) > place) one('[data-move="up"]', item).click();
    });
    // An order that was right from the beginning has to be touched to be an answer.
    one('[data-move="up"]', items().at(-1)).click();
    one('[data-move="down"]', items().at(-2)).click();
  };

  const give = (form, words) => {
    const fields = all("[data-field]", form);
    const options = all(".option input", form);
    if (one("ol.order", form)) putInOrder(form, words);
    else if (one(".conversation", form)) words.forEach((id) => one(`[data-say="${id}"]`, form).click());
    else if (fields.length) {
      fields.forEach((field, at) => {
        field.value = words[at] ?? "";
        told(field, "input", "change");
      });
    } else options.forEach((input) => tick(input, words.includes(input.value)));
  };

  const check = (form) => {
    one("[data-check]", form).click();
    const problem = one('[role="alert"]', form)?.textContent?.trim();
    if (!all(".verdict, .feedback", form).some((part) => part.textContent.trim())) {
      throw new Error(`${form.dataset.question}: no feedback after the answer was checked${problem ? `: ${problem}` : ""}`);
    }
  };

  const doLesson = (key) => {
    goTo(key);
    const given = [];
    for (const form of all("form.question", byId(key))) {
      // What was confirmed is final.
      if (!one("[data-check]", form)) continue;
      give(form, answers[form.dataset.question]);
      check(form);
      given.push(form.dataset.question);
    }
    one("[data-continue]", byId(key)).click();
    if (one("[data-problems] a", byId(key))) throw new Error(`${key}: Continue asks for answers that were given`);
    return given;
  };

  const exam = byId("_exam");
  const work = exam && one('[data-part="work"]', exam);
  const primary = () => one(".actions .primary", work);

  const doExam = () => {
    const given = [];
    while (!one(".review", work) && given.length < most) {
      const form = one("form.question", work);
      if (!form) throw new Error("the exam shows no question");
      give(form, answers[form.dataset.question]);
      if (one("[data-check]", form)) check(form);
      given.push(form.dataset.question);
      if (given.length < most) primary().click();
    }
    if (submit && one(".review", work)) primary().click();
    return given;
  };

  switch (task) {
    case "lessons":
      return lessons.flatMap(doLesson);
    case "start": {
      goTo("_exam");
      const begin = one(".exam-start .primary", exam) ?? primary();
      if (!begin) throw new Error("the exam cannot be started");
      begin.click();
      return [];
    }
    case "exam":
      return doExam();
    case "open":
      goTo(lessons[0]);
      return [];
    case "state":
      return {
        heading: one(".screen:not([hidden]) > h2")?.textContent ?? "",
        saving: byId("_save-state")?.textContent ?? "",
        state: byId("_save-state")?.dataset.state ?? "",
        answered: all("form.question").filter((form) => all("input:checked", form).length).length,
        score: one(".score")?.textContent ?? "",
        isPassed: work?.classList.contains("is-passed") ?? false,
        asked: all("form.question", work ?? document).map((form) => form.dataset.question),
      };
    default:
      throw new Error(`no task ${task}`);
  }
}
