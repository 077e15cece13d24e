/** The time of an exam with a limit: how much is left, a warning in time, more for those who need it. */

import { button, element } from "./dom.mjs";
import { timeAllowed } from "./timing.mjs";

const TICK_MS = 1000;

export class Clock {
  /**
   * @param {import("./attempts.mjs").Attempts} attempts
   * @param {import("./dom.mjs").Words} words
   * @param {{announce: (text: string) => void, onTimeUp: () => void}} screen
   */
  constructor(attempts, words, { announce, onTimeUp }) {
    this.attempts = attempts;
    this.words = words;
    this.announce = announce;
    this.onTimeUp = onTimeUp;
    this.timer = 0;
    this.text = element("p", { class: "time-left" });
    this.more = button(words("more_time"), () => this.takeMore(), "quiet");
    this.element = element("div", { class: "clock" }, [this.text, this.more]);
  }

  /** Whether time is running out: the attempt that is open has a limit, and something is left of it. */
  get isOn() {
    return (this.attempts.timeLeft() ?? 0) > 0;
  }

  run() {
    window.clearInterval(this.timer);
    this.attempts.count(true);
    if (!this.isOn) return;
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.show();
  }

  stop() {
    window.clearInterval(this.timer);
    this.attempts.count(false);
  }

  tick() {
    const warning = this.attempts.settle();
    this.show();
    if (this.attempts.timeLeft() === 0) {
      this.stop();
      this.onTimeUp();
    } else if (warning) {
      this.announce(this.words("time_warning", { time: this.duration(warning) }));
    }
  }

  show() {
    const left = this.attempts.timeLeft();
    const shown = this.words("time_left", { time: this.duration(left) });
    if (this.text.textContent !== shown) this.text.textContent = shown;
    this.more.hidden = this.attempts.moreTime() === null;
  }

  /** In minutes, rounded up; the last minute in steps of ten seconds, so that nothing flickers. */
  duration(seconds) {
    return seconds >= 60 ? this.words.minutes(Math.ceil(seconds / 60)) : this.words.seconds(Math.ceil(seconds / 10) * 10);
  }

  takeMore() {
    this.announce(this.extend());
    if (!this.isOn) this.element.replaceChildren();
  }

  /** Take the next larger allowance. @returns {string} what is to be said about it */
  extend() {
    this.attempts.takeMoreTime();
    this.run();
    const allowed = timeAllowed(this.attempts.rules, this.attempts.current().timed.allowance);
    return allowed ? this.words("time_extended", { time: this.duration(allowed) }) : this.words("time_unlimited");
  }
}
