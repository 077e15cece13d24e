/** What the page says about saving: always in words, read out only when it turns bad and when it is good again. */

import { button, byId, element } from "./dom.mjs";

const OFFER_DOWNLOAD_MS = 60000;
const REASONS = { offline: "unsaved_offline", ended: "unsaved_ended", changed: "unsaved_changed", "": "unsaved_notice" };

export class Saving {
  /**
   * @param {(name: string, values?: object) => string} words
   * @param {() => boolean} hasCopy - whether the answers are on this device too
   * @param {() => void} download - gives the learner their answers as a file
   */
  constructor(words, hasCopy, download) {
    this.words = words;
    this.hasCopy = hasCopy;
    this.download = download;
    this.why = null;
    this.offerTimer = 0;
  }

  /** @param {string} status - a name in the locale */
  show(status) {
    const shown = byId("_save-state");
    shown.textContent = this.words(status);
    shown.dataset.state = status;
  }

  /** What the tracker says. @param {"saved"|"saving"|"unsaved"} status @param {string} [why] */
  onStatus(status, why = "") {
    this.show(status);
    if (status === "unsaved" && this.why !== why) this.explain(why);
    if (status === "saved" && this.why !== null) {
      this.why = null;
      window.clearTimeout(this.offerTimer);
      this.notice("");
      this.announce(this.words("saved_again"));
    }
  }

  /** The session is over, and with it every reason to speak. */
  end() {
    window.clearTimeout(this.offerTimer);
  }

  explain(why) {
    if (this.why === null) this.offerTimer = window.setTimeout(() => this.offerDownload(), OFFER_DOWNLOAD_MS);
    this.why = why;
    this.notice(`${this.words(REASONS[why])}${this.hasCopy() ? ` ${this.words("copy_kept")}` : ""}`);
  }

  offerDownload() {
    if (this.why !== null) byId("_saving").append(button(this.words("download_answers"), this.download, "quiet"));
  }

  /** What stays until it changes, wherever the learner goes. @param {string} text @param {Node[]} [more] */
  notice(text, ...more) {
    byId("_saving").replaceChildren(...(text ? [element("div", { class: "notice" }, [element("p", {}, [text]), ...more])] : []));
  }

  /** What goes with the next step. */
  announce(text, ...more) {
    byId("_notices").replaceChildren(...(text ? [element("div", { class: "notice" }, [element("p", {}, [text]), ...more])] : []));
  }
}
