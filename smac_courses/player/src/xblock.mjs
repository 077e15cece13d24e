/**
 * A quiz in a page that belongs to somebody else, graded by a server: the forms of the player, without any key.
 *
 * The server says what may be seen; here it is shown, and what a learner writes is sent at once. The shape of what it
 * says stands in xblocks/smac_xblocks/quiz.py (`view`).
 */

import { button, element, parsed, translator, wordsOf } from "./dom.mjs";
import { clear, finishedAnswer, lockForm, onCheck, showFeedback } from "./form.mjs";
import { kindOf } from "./kinds.mjs";
import { showProblem } from "./problem.mjs";
import { timeAllowed } from "./timing.mjs";

const SAVE_AFTER_MS = 1500;
const TRY_AGAIN_MS = [1000, 3000, 10000, 30000];
const TICK_MS = 1000;
const WARNINGS_SECONDS = [300, 60, 20];
const UNREACHED = 0;
const TOO_BUSY = [UNREACHED, 429, 502, 503, 504];

/** Tells the server what is done, one thing after another, and keeps what it could not be told. */
class Server {
  constructor(urlOf, onState) {
    this.urlOf = urlOf;
    this.onState = onState;
    this.waiting = new Map();
    this.line = Promise.resolve();
    this.tries = 0;
  }

  /** @returns {Promise<{status: number, body: any}>} status 0 where nobody answered */
  ask(name, body) {
    const asked = this.line.then(() => this.post(name, body));
    this.line = asked.catch(() => null);
    return asked;
  }

  async post(name, body, keepalive = false) {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    const headers = { "Content-Type": "application/json" };
    if (token) headers["X-CSRFToken"] = decodeURIComponent(token[1]);
    try {
      const answer = await fetch(this.urlOf(name), { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(body), keepalive });
      const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
      // A page to sign in is no answer.
      return { status: isJson ? answer.status : UNREACHED, body: isJson ? await answer.json() : {} };
    } catch {
      return { status: UNREACHED, body: {} };
    }
  }

  /** Keep an answer: the latest for each question, again and again until it is taken. */
  keep(body, onRefused) {
    this.waiting.set(body.question, { body, onRefused });
    this.send();
  }

  send() {
    window.clearTimeout(this.timer);
    if (this.isSending || !this.waiting.size) return;
    this.isSending = true;
    this.onState("saving");
    const [[question, entry]] = this.waiting;
    this.ask("keep", entry.body).then(({ status, body }) => {
      this.isSending = false;
      if (TOO_BUSY.includes(status)) {
        this.onState("unsaved");
        this.timer = window.setTimeout(() => this.send(), TRY_AGAIN_MS[Math.min(this.tries, TRY_AGAIN_MS.length - 1)]);
        this.tries += 1;
        return;
      }
      this.tries = 0;
      // What was written meanwhile is newer.
      if (this.waiting.get(question) === entry) this.waiting.delete(question);
      if (status !== 200) {
        this.waiting.clear();
        entry.onRefused(body);
      }
      if (this.waiting.size) this.send();
      else this.onState("saved");
    });
  }

  /** Whether everything is with the server. */
  async flush() {
    for (let wait = 0; this.waiting.size && wait < 100; wait += 1) {
      this.send();
      await new Promise((resolve) => window.setTimeout(resolve, 50));
      if (this.tries) return false;
    }
    return !this.waiting.size;
  }

  /** The page goes: what waits is sent along. */
  leave() {
    for (const { body } of this.waiting.values()) this.post("keep", body, true);
  }
}

class Quiz {
  /**
   * @param {{handlerUrl: (host: Element, name: string) => string}} runtime - of the platform
   * @param {any} given - the element of the block, or jQuery's object of it
   * @param {any} view - what the server says at first
   */
  constructor(runtime, given, view) {
    const host = given.jquery ? given[0] : given;
    const root = host.matches("[data-smac-quiz]") ? host : host.querySelector("[data-smac-quiz]");
    this.root = root;
    this.server = new Server((name) => runtime.handlerUrl(host, name), (state) => this.showState(state));
    this.isFirst = true;
    root.lang = view.language;
    root.dir = view.direction;
    this.words = translator(view.words, view.locale);
    this.state = element("p", { class: "save-note how", role: "status" });
    this.warning = element("p", { class: "visually-hidden", role: "status" });
    this.body = element("div", {});
    // One question in a lesson has its own heading.
    const isOne = Object.keys(view.questions ?? {}).length === 1;
    const title = element("h3", { class: "quiz-title" }, [view.title]);
    root.replaceChildren(...(isOne ? [] : [title]), this.body, this.state, this.warning);
    window.addEventListener("pagehide", () => {
      this.keepShown();
      this.server.leave();
    });
    window.addEventListener("online", () => this.server.send());
    this.show(view);
    this.isFirst = false;
  }

  // -- what the server says ---------------------------------------------------------------------------

  /** Show how things stand. @param {any} view - of the server, or nothing where it had none to give */
  show(view) {
    if (!view) return;
    this.view = view;
    this.shown = null;
    window.clearInterval(this.timer);
    if (view.notice) this.fill([...(view.facts ? [parsed(view.facts)] : []), element("p", {}, [view.notice])]);
    else if (view.questions) this.showPractice();
    else this.showExam();
  }

  showState(state) {
    const said = { saving: "saving", saved: "saved", unsaved: navigator.onLine ? "unsaved_notice" : "unsaved_offline" };
    this.state.textContent = this.words(said[state]);
    this.state.classList.toggle("problem", state === "unsaved");
  }

  /** What the server refused: it says how things really stand. */
  refused({ view }) {
    this.show(view);
    this.state.textContent = this.words(view ? "changed" : "unsaved_notice");
  }

  /** Something that the server has to do first. @returns {Promise<boolean>} whether it did */
  async act(name, body, pressed) {
    if (pressed) pressed.disabled = true;
    const { status, body: said } = await this.server.ask(name, body);
    if (pressed) pressed.disabled = false;
    if (status === 200) {
      this.state.textContent = "";
      this.show(said.view);
      return true;
    }
    if (said.view) this.refused(said);
    else this.showState("unsaved");
    return false;
  }

  fill(children) {
    this.body.replaceChildren(...children);
    this.follow();
  }

  /** Footnotes and other places of this block: the page around it may have others of the same name. */
  follow() {
    const sources = this.view.sources && this.body.querySelector('[role="doc-noteref"]');
    if (sources) this.body.append(parsed(this.view.sources));
  }

  formOf(question) {
    const part = parsed(question.html);
    const form = part.querySelector("form");
    const points = part.querySelector(".points");
    if (points) form.prepend(points);
    if (question.order.length) kindOf(question).arrange(form, question.order);
    return form;
  }

  moment() {
    return Math.floor(Date.now() / 1000);
  }

  closing() {
    const { at, isOver } = this.view.closed;
    if (at === null) return [];
    return [element("p", { class: "how" }, [this.words(isOver ? "quiz_closed" : "open_until", { time: this.words.moment(at) })])];
  }

  // -- practice ---------------------------------------------------------------------------------------

  showPractice() {
    const { parts, questions } = this.view;
    const shown = parts.map(({ html, question }) => (question ? this.practiceForm(questions[question]) : parsed(html)));
    this.fill([...this.closing(), ...shown]);
  }

  practiceForm(question) {
    const form = this.formOf(question);
    form.addEventListener("input", () => {
      clear(form, question, this.words);
      showProblem(form, "");
    });
    kindOf(question).enable?.(form, question, this.words);
    if (question.answer.length) kindOf(question).show(form, question, question.answer, this.words);
    onCheck(form, () => this.practise(form, question));
    return form;
  }

  async practise(form, question) {
    const check = form.querySelector("[data-check]");
    if (check.getAttribute("aria-disabled") === "true") return;
    const answer = finishedAnswer(form, question, this.moment(), this.words);
    if (!answer) return;
    check.setAttribute("aria-disabled", "true");
    const { status, body } = await this.server.ask("check", { question: question.id, answer });
    check.removeAttribute("aria-disabled");
    if (status !== 200) {
      if (body.view) this.refused(body);
      else showProblem(form, this.words("not_kept", { reason: this.words(navigator.onLine ? "unsaved" : "unsaved_offline") }));
      return;
    }
    const { judged } = body;
    if (!("points" in judged)) {
      this.state.textContent = this.words("result_hidden");
      return;
    }
    const isRight = judged.points === question.points;
    this.showJudged(form, question, answer, judged, isRight ? "" : this.words("try_again"));
    kindOf(question).confirmed?.(form, answer);
    form.querySelector(".feedback").scrollIntoView({ block: "nearest" });
  }

  showJudged(form, question, answer, judged, hint = "") {
    // Without the key only what was chosen and right is known.
    const right = Object.keys(judged.parts).filter((part) => judged.parts[part]);
    const known = { ...question, solution: judged.solution ?? { right }, remarks: judged.remarks };
    kindOf(question).mark(form, known, judged, judged.solution !== null, this.words);
    showFeedback(form, known, answer, judged, this.words, hint);
  }

  // -- an exam ----------------------------------------------------------------------------------------

  showExam() {
    const { view } = this;
    if (view.open) {
      this.opened = performance.now();
      const open = view.open.questions.findIndex(({ answer }) => !answer.length);
      // Whoever comes back is not thrown into a question; who has just begun is.
      if (this.isFirst) this.showIntro();
      else if (this.isTimeUp()) this.showReview();
      else this.showQuestion(Math.max(0, this.next ?? open));
    } else if (view.result || view.resultHidden) this.showResult();
    else this.showIntro();
    this.next = undefined;
  }

  showIntro() {
    const { view, words } = this;
    const parts = [...(view.facts ? [parsed(view.facts)] : []), ...this.closing()];
    if (view.open) {
      const goOn = () => (this.isTimeUp() ? this.showReview() : this.showQuestion(this.firstOpen()));
      parts.push(element("p", {}, [words("exam_open_attempt")]));
      parts.push(element("p", { class: "actions" }, [button(words("continue_exam"), goOn, "primary")]));
    } else {
      parts.push(...this.waysToStart("start_exam"));
    }
    this.fill(parts);
  }

  firstOpen() {
    return Math.max(0, this.view.open.questions.findIndex(({ answer }) => !answer.length));
  }

  waysToStart(label) {
    const { attempts, rules } = this.view;
    const { words } = this;
    const parts = [];
    if (attempts.whyNot === "used") parts.push(element("p", {}, [words("no_attempts")]));
    if (attempts.whyNot === "wait") {
      parts.push(element("p", {}, [words("wait_until", { time: words.moment(this.moment() + attempts.wait) })]));
    }
    if (attempts.whyNot) return parts;
    if (attempts.left !== null) parts.push(element("p", {}, [words("attempts_left", { count: attempts.left })]));
    if (attempts.left !== 1) parts.push(element("p", { class: "how" }, [words(`counts_${rules.counts}`)]));
    const choice = rules.timeLimitMinutes && rules.extraTime.length ? this.timeChoice(rules) : null;
    if (choice) parts.push(choice);
    const begin = button(words(label), () => this.begin(choice, begin), "primary");
    parts.push(element("p", { class: "actions" }, [begin]));
    return parts;
  }

  timeChoice(rules) {
    const name = `${this.root.id || "smac"}-time-${Math.random().toString(36).slice(2)}`;
    const options = [0, ...rules.extraTime].map((allowance) => {
      const allowed = timeAllowed(rules, allowance);
      const said = allowed === null ? this.words("no_time_limit") : this.words.minutes(Math.ceil(allowed / 60));
      const input = element("input", { type: "radio", name, id: `${name}-${allowance}`, value: String(allowance) });
      input.checked = allowance === 0;
      return element("div", { class: "option" }, [input, element("label", { for: input.id }, [said])]);
    });
    return element("fieldset", { class: "time-choice" }, [element("legend", {}, [this.words("time_choice")]), ...options]);
  }

  begin(choice, pressed) {
    const allowance = Number(choice?.querySelector("input:checked")?.value ?? 0);
    this.act("start", { allowance }, pressed);
  }

  // -- one question -----------------------------------------------------------------------------------

  get asked() {
    return this.view.open.questions;
  }

  showQuestion(number) {
    const { words } = this;
    const question = this.asked[number];
    const isLast = number + 1 === this.asked.length;
    this.keepShown();
    const form = this.formOf(question);
    form.addEventListener("input", () => {
      showProblem(form, "");
      this.writing ||= window.setTimeout(() => this.keepShown(), SAVE_AFTER_MS);
    });
    kindOf(question).enable?.(form, question, words);
    if (question.answer.length) kindOf(question).show(form, question, question.answer, words);
    form.addEventListener("change", () => this.keepShown());
    onCheck(form, () => this.check(form, question, number));
    if (question.checked) this.lock(form, question);
    const toReview = words(this.view.rules.feedback === "each" ? "to_overview" : "to_review");
    const onward = () => (isLast ? this.showReview() : this.showQuestion(number + 1));
    const steps = [button(isLast ? toReview : words("next"), onward, "primary")];
    if (number > 0) steps.push(button(words("previous"), () => this.showQuestion(number - 1), "quiet"));
    if (!isLast) steps.push(button(toReview, () => this.showReview(), "quiet"));
    steps.push(...this.moreTime());
    this.shown = { question, form };
    this.showWork(words("question_of", { number: number + 1, total: this.asked.length }), [
      element("progress", { max: String(this.asked.length), value: String(number), "aria-hidden": "true" }),
      form,
      element("p", { class: "actions" }, steps),
    ]);
  }

  /** Keep the answer in the form as it stands. */
  keepShown() {
    window.clearTimeout(this.writing);
    this.writing = 0;
    if (!this.shown || this.shown.question.checked || this.isTimeUp()) return;
    const { question, form } = this.shown;
    const answer = kindOf(question).read(form, question, this.moment());
    if (JSON.stringify(answer) === JSON.stringify(question.answer)) return;
    question.answer = answer;
    this.server.keep({ attempt: this.view.open.number, question: question.id, answer }, (body) => this.refused(body));
  }

  async check(form, question, number) {
    const answer = finishedAnswer(form, question, this.moment(), this.words);
    if (!answer) return;
    this.keepShown();
    await this.server.flush();
    this.next = number;
    const { shown } = this;
    this.shown = null;
    const isDone = await this.act("check", { attempt: this.view.open.number, question: question.id, answer }, form.querySelector("[data-check]"));
    if (isDone) this.body.querySelector(".actions .primary")?.focus();
    else this.shown ??= shown;
  }

  lock(form, question) {
    if (question.judged) this.showJudged(form, question, question.answer, question.judged);
    form.querySelector("[data-check]")?.closest("p").remove();
    lockForm(form);
  }

  // -- before submitting ------------------------------------------------------------------------------

  showReview() {
    this.keepShown();
    this.shown = null;
    const { words } = this;
    const isTimeUp = this.isTimeUp();
    const open = this.asked.filter(({ answer }) => !answer.length).length;
    const rows = this.asked.map((question, index) => this.reviewRow(question, index, isTimeUp));
    const submit = button(words("submit"), () => this.submit(submit), "primary");
    const steps = [submit];
    if (!isTimeUp) steps.push(button(words("previous"), () => this.showQuestion(this.asked.length - 1), "quiet"));
    steps.push(...this.moreTime());
    const count = element("p", {}, [open ? words("review_open", { count: open }) : words("review_ready")]);
    const actions = element("p", { class: "actions" }, steps);
    const list = element("ol", { class: "review" }, rows);
    if (isTimeUp) this.showWork(words("time_up_title"), [element("p", {}, [words("time_up")]), count, actions, list]);
    else this.showWork(words("review_title"), [count, list, actions]);
  }

  reviewRow(question, index, isTimeUp) {
    const form = this.formOf(question);
    const said = kindOf(question).said(form, question, question.answer, this.words).map((one) => element("li", {}, [one]));
    const parts = [
      element("p", { class: "review-title" }, [wordsOf(form.querySelector("legend"))]),
      said.length ? element("ul", {}, said) : element("p", { class: "open" }, [this.words("not_answered")]),
    ];
    if (isTimeUp) return element("li", {}, parts);
    const [verb, label] = question.checked ? ["look", "look_label"] : ["change", "change_label"];
    const change = button(this.words(verb), () => this.showQuestion(index), "quiet");
    change.setAttribute("aria-label", this.words(label, { number: index + 1 }));
    return element("li", {}, [...parts, change]);
  }

  async submit(pressed) {
    this.keepShown();
    pressed.disabled = true;
    const isKept = await this.server.flush();
    pressed.disabled = false;
    if (!isKept) {
      this.showState("unsaved");
      return;
    }
    await this.act("submit", { attempt: this.view.open.number }, pressed);
  }

  // -- time -------------------------------------------------------------------------------------------

  /** Seconds that are left, by the server's count and the time since; null without a limit. */
  left() {
    const { secondsLeft } = this.view.open;
    if (secondsLeft === null) return null;
    return Math.max(0, secondsLeft - Math.floor((performance.now() - this.opened) / 1000));
  }

  isTimeUp() {
    return this.view.open !== null && this.left() === 0;
  }

  moreTime() {
    const { moreTime, number } = this.view.open;
    if (moreTime === null || this.left() === null) return [];
    const take = button(this.words("more_time"), () => this.act("extend", { attempt: number }, take), "quiet");
    return [take];
  }

  runClock() {
    window.clearInterval(this.timer);
    if (!this.view.open || this.left() === null) return;
    const shown = element("p", { class: "time-left" });
    this.body.prepend(shown);
    const tick = () => {
      const left = this.left();
      const time = left >= 60 ? this.words.minutes(Math.ceil(left / 60)) : this.words.seconds(left);
      shown.textContent = this.words("time_left", { time });
      if (WARNINGS_SECONDS.includes(left)) this.warning.textContent = this.words("time_warning", { time });
      if (left > 0) return;
      window.clearInterval(this.timer);
      this.shown = null;
      this.showReview();
    };
    if (this.left() > 0) this.timer = window.setInterval(tick, TICK_MS);
    if (this.left() > 0) tick();
    else shown.remove();
  }

  showWork(heading, children) {
    const title = element("h4", { tabindex: "-1", class: "work-title" }, [heading]);
    this.body.classList.remove("is-passed");
    this.fill([title, ...children]);
    this.runClock();
    if (!this.isFirst) {
      title.focus();
      title.scrollIntoView({ block: "start" });
    }
  }

  // -- the result -------------------------------------------------------------------------------------

  showResult() {
    const { view, words } = this;
    const { result } = view;
    if (!result) {
      const from = view.resultHidden.from;
      const said = from === null ? words("result_hidden") : words("result_later", { time: words.moment(from) });
      this.showWork(view.title, [element("p", {}, [said]), ...this.closing(), ...this.waysToStart("retry")]);
      return;
    }
    const score = words("score", { percent: words.percent(result.percent), pass: words.percent(view.rules.passPercent) });
    const parts = [element("p", { class: "score" }, [score])];
    if (result.how !== "learner") parts.push(element("p", {}, [words("submitted_for_you")]));
    if (result.attempts.length > 1) parts.push(...this.history(result));
    const isTopicMissing = !result.passed && result.percent >= view.rules.passPercent;
    if (isTopicMissing) parts.push(element("p", { class: "open" }, [words("topic_missing")]));
    if (result.topics.length > 1 || isTopicMissing) parts.push(this.topicTable(result.topics));
    parts.push(...this.closing(), ...this.waysToStart("retry"));
    if (result.questions.length) parts.push(element("h5", {}, [words("your_answers")]), ...result.questions.map((one) => this.judgedForm(one)));
    this.showWork(words(result.passed ? "passed_title" : "failed_title"), parts);
    this.body.classList.toggle("is-passed", result.passed);
  }

  history(result) {
    const { words, view } = this;
    const items = result.attempts.map(({ number, percent }) => element("li", {}, [words("attempt_score", { number, percent: words.percent(percent) })]));
    const counts = `${words("score_counts", { percent: words.percent(result.counts) })} ${words(`counts_${view.rules.counts}`)}`;
    return [element("p", {}, [counts]), element("ul", {}, items)];
  }

  topicTable(topics) {
    const { words } = this;
    const names = ["topic", "topic_score", "topic_needed", "topic_result"].map((name) => words(name));
    const rows = topics.map(({ title, needed, percent, passed }) => {
      const cells = [words.percent(percent), needed ? words.percent(needed) : "–", needed ? words(passed ? "topic_passed" : "topic_failed") : "–"];
      return element("tr", {}, [
        element("th", { scope: "row" }, [title]),
        ...cells.map((cell, at) => element("td", { "data-name": names[at + 1] }, [cell])),
      ]);
    });
    const head = names.map((name) => element("th", { scope: "col" }, [name]));
    const table = element("table", {}, [element("caption", {}, [words("topics")]), element("thead", {}, [element("tr", {}, head)]), element("tbody", {}, rows)]);
    return element("div", { class: "table topics", role: "region", tabindex: "0", "aria-label": words("topics") }, [table]);
  }

  judgedForm(question) {
    const form = this.formOf(question);
    kindOf(question).enable?.(form, question, this.words);
    if (question.answer.length) kindOf(question).show(form, question, question.answer, this.words);
    this.lock(form, question);
    form.querySelector(".feedback").removeAttribute("role");
    return form;
  }
}

// The platform calls it with `new`, and counts its three parameters.
window.SmacQuizBlock = Quiz;
