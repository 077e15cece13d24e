/** What the page says about saving: always in words, read out only when it turns bad and when it is good again. */

import { button, byId, element } from "./dom.mjs";

const OFFER_DOWNLOAD_MS = 60000;
const WARNING_STAYS_MS = 30000;
const REASONS = {
  offline: "unsaved_offline",
  ended: "unsaved_ended",
  changed: "unsaved_changed",
  refused: "unsaved_refused",
  "": "unsaved_notice",
};

export class Saving {
  /**
   * @param {(name: string, values?: object) => string} words
   * @param {{hasCopy: () => boolean, download: () => void, leave: () => void}} page - whether the answers are on this
   *   device too; give the learner their answers as a file; leave although not everything is saved
   */
  constructor(words, { hasCopy, download, leave }) {
    this.words = words;
    this.hasCopy = hasCopy;
    this.download = download;
    this.leave = leave;
    this.why = null;
    this.isLeaving = false;
    this.offerTimer = 0;
    this.warningTimer = 0;
    this.withDownload = false;
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
    if (status === "unsaved" && this.why !== why) this.onTrouble(why);
    if (status === "saved" && this.why !== null) {
      this.end();
      this.notice("");
      this.announce(this.words("saved_again"));
    }
  }

  onTrouble(why) {
    if (this.why === null) {
      this.offerTimer = window.setTimeout(() => {
        this.withDownload = true;
        this.explain();
      }, OFFER_DOWNLOAD_MS);
    }
    this.why = why;
    this.explain();
  }

  /** The reason, whether a copy is kept, and the ways out that there are. */
  explain() {
    const said = [this.words(REASONS[this.why])];
    if (this.hasCopy()) said.push(this.words("copy_kept"));
    if (this.isLeaving) said.push(this.words("exit_unsaved"));
    const ways = [];
    if (this.withDownload) ways.push(button(this.words("download_answers"), this.download, "quiet"));
    if (this.isLeaving) ways.push(button(this.words("leave_anyway"), this.leave, "quiet"));
    this.notice(said.join(" "), ...(ways.length ? [element("p", { class: "actions" }, ways)] : []));
  }

  /** The learner wants to leave, and not everything is saved: say so where they are sure to see it. */
  refuseToLeave() {
    this.isLeaving = true;
    this.withDownload = true;
    this.why ??= "";
    this.explain();
    byId("_saving").focus();
    window.scrollTo(0, 0);
  }

  /** The trouble, or the session, is over. */
  end() {
    this.why = null;
    this.isLeaving = false;
    this.withDownload = false;
    window.clearTimeout(this.offerTimer);
    window.clearTimeout(this.warningTimer);
  }

  /** What stays until it changes, wherever the learner goes. @param {string} text @param {Node[]} [more] */
  notice(text, ...more) {
    byId("_saving").replaceChildren(...noticeOf(text, more));
  }

  /** What goes with the next step. */
  announce(text, ...more) {
    byId("_notices").replaceChildren(...noticeOf(text, more));
    this.warn("");
  }

  /** In the bar, where it is seen wherever the learner has scrolled to; until the next step, or for half a minute. */
  warn(text, isLasting = false) {
    window.clearTimeout(this.warningTimer);
    byId("_warning").textContent = text;
    if (text && !isLasting) this.warningTimer = window.setTimeout(() => this.warn(""), WARNING_STAYS_MS);
  }

  /** A question that stays until it is answered. @param {string} text @param {Node[]} [more] */
  offer(text, ...more) {
    byId("_offer").replaceChildren(...noticeOf(text, more));
  }
}

function noticeOf(text, more) {
  return text ? [element("div", { class: "notice" }, [element("p", {}, [text]), ...more])] : [];
}
