/** Help: how saving stands, the learner's answers as a file, light or dark, a report for the support desk. */

import { byId, element, wordsOf } from "./dom.mjs";
import { kindOf } from "./kinds.mjs";

export class Help {
  /**
   * @param {import("./session.mjs").Session} session
   * @param {import("./dom.mjs").Words} words
   * @param {{course: object, generator: string}} data - of the page
   */
  constructor(session, words, data) {
    this.session = session;
    this.words = words;
    this.data = data;
    this.screen = byId("_help");
    this.screen.addEventListener("click", ({ target }) => {
      if (target.matches("[data-download]")) this.downloadAnswers();
      if (target.matches("[data-copy]")) this.copyReport();
    });
    this.screen.addEventListener("change", ({ target }) => target.name === "_theme" && this.setTheme(target.value, true));
    this.setTheme(this.storedTheme(), false);
  }

  /** Comes on the screen, with what is so now. */
  show() {
    const { session, words } = this;
    const lines = [words(byId("_save-state").dataset.state ?? "not_recorded")];
    if (session.hasCopy) lines.push(words("copy_kept"));
    byId("_help-saving").replaceChildren(...lines.map((line) => element("p", {}, [line])));
    byId("_report").textContent = this.report();
  }

  // -- answers --------------------------------------------------------------------------------------

  /** Every answer in words, and the state for whoever can put it back. */
  answers() {
    const { session, words } = this;
    const { title, version } = this.data.course;
    const lines = [`${title} ${version}`, words.moment(session.moment()), ""];
    for (const lesson of session.course.lessons) {
      for (const question of lesson.practice) {
        lines.push(...this.answerLines(document, question, session.practiceAnswer(question)));
      }
    }
    for (const question of session.attempts?.asked() ?? []) {
      const bank = document.querySelector(`template[data-bank="${question.key}"]`).content;
      lines.push(...this.answerLines(bank, question, session.attempts.answerTo(question)));
    }
    return [...lines, session.pack(), ""].join("\n");
  }

  answerLines(root, question, answer) {
    const form = root.querySelector(`form[data-question="${question.key}"]`);
    const chosen = answer ? kindOf(question).said(form, question, answer, this.words) : [this.words("not_answered")];
    return [wordsOf(form.querySelector("legend")), ...chosen.map((one) => `  – ${one}`), ""];
  }

  /** As a file, and on the page too: some frames allow no downloads. */
  downloadAnswers() {
    const text = this.answers();
    const link = element("a", { download: `${this.data.course.id}.txt` });
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    const shown = byId("_answers");
    shown.textContent = text;
    shown.hidden = false;
  }

  // -- the report -----------------------------------------------------------------------------------

  report() {
    const { session, data } = this;
    return [
      `${data.course.id} ${data.course.version}, ${data.generator}`,
      `${new Date(session.moment() * 1000).toISOString()} · ${window.navigator.userAgent}`,
      `${window.innerWidth} × ${window.innerHeight}, ${window.navigator.onLine ? "online" : "offline"}, mode ${session.mode}`,
      `Copy on this device: ${session.hasCopy ? "yes" : "no"}`,
      ...session.tracker.report(),
    ].join("\n");
  }

  copyReport() {
    const range = document.createRange();
    range.selectNodeContents(byId("_report"));
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    // Where the clipboard is closed to a frame, the text is selected, and Ctrl+C does it.
    const done = document.execCommand("copy");
    byId("_copied").textContent = this.words(done ? "copied" : "press_to_copy");
  }

  // -- light and dark -------------------------------------------------------------------------------

  storedTheme() {
    try {
      return window.localStorage.getItem("smac/theme") ?? "";
    } catch {
      return "";
    }
  }

  setTheme(theme, isChosen) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const input = [...this.screen.querySelectorAll('[name="_theme"]')].find((one) => one.value === theme);
    if (input) input.checked = true;
    try {
      if (isChosen) window.localStorage.setItem("smac/theme", theme);
    } catch {
      // Then it holds for this visit.
    }
  }
}
