/** The time of an exam with a limit: in the bar on every screen, with warnings in time, and more for those who need it. */

import { byId, element } from "../dom.mjs";
import { timeAllowed } from "../timing.mjs";

const TICK_MS = 1000;

export class Clock {
  /**
   * @param {import("../attempts.mjs").Attempts} attempts
   * @param {import("../dom.mjs").Words} words
   * @param {{warn: (text: string) => void, onTimeUp: () => void}} page
   */
  constructor(attempts, words, { warn, onTimeUp }) {
    this.attempts = attempts;
    this.words = words;
    this.warn = warn;
    this.onTimeUp = onTimeUp;
    this.timer = 0;
    this.shown = byId("_time-left");
  }

  /** Who needs more time takes it here, without asking anybody. @returns {Element|null} null without a choice */
  choice() {
    const { rules } = this.attempts;
    if (!rules.timeLimitMinutes || !rules.extraTime.length) return null;
    const options = [0, ...rules.extraTime].map((allowance) => {
      const allowed = timeAllowed(rules, allowance);
      const name = allowed === null ? this.words("no_time_limit") : this.words.minutes(Math.ceil(allowed / 60));
      const attributes = { type: "radio", name: "_time", id: `_time.${allowance}`, value: String(allowance) };
      const input = element("input", allowance ? attributes : { ...attributes, checked: "" });
      return element("div", { class: "option" }, [input, element("label", { for: input.id }, [name])]);
    });
    const legend = element("legend", {}, [this.words("time_choice")]);
    return element("fieldset", { class: "time-choice" }, [legend, ...options]);
  }

  /**
   * Count and show the time. Where the rules know no pause it goes on while other screens are shown.
   *
   * @param {boolean} isExamShown
   */
  run(isExamShown) {
    window.clearInterval(this.timer);
    this.attempts.count(isExamShown);
    const isCounting = (this.attempts.timeLeft() ?? 0) > 0 && (isExamShown || !this.attempts.rules.pause);
    this.shown.hidden = !isCounting;
    if (!isCounting) return;
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.show();
  }

  /** The course is left: the time may go on, but nobody is there to be told. */
  stop() {
    window.clearInterval(this.timer);
    this.shown.hidden = true;
  }

  tick() {
    const warning = this.attempts.takeWarning();
    this.show();
    if (this.attempts.timeLeft() === 0) {
      this.run(false);
      this.onTimeUp();
    } else if (warning) {
      this.warn(this.words("time_warning", { time: this.duration(warning) }));
    }
  }

  show() {
    const shown = this.words("time_left", { time: this.duration(this.attempts.timeLeft()) });
    if (this.shown.textContent !== shown) this.shown.textContent = shown;
  }

  /** In minutes, rounded up; the last minute in steps of ten seconds, so that nothing flickers. */
  duration(seconds) {
    return seconds >= 60 ? this.words.minutes(Math.ceil(seconds / 60)) : this.words.seconds(Math.ceil(seconds / 10) * 10);
  }

  /** Take the next larger allowance. @returns {string} what is to be said about it */
  extend() {
    this.attempts.takeMoreTime();
    this.run(true);
    const allowed = timeAllowed(this.attempts.rules, this.attempts.current().timed.allowance);
    return allowed ? this.words("time_extended", { time: this.duration(allowed) }) : this.words("time_unlimited");
  }
}
