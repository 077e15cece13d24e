/**
 * One window at a time. A course that is open twice in one browser would save over itself.
 *
 * Windows of one course hear each other on a channel: a new one asks whether another is at work, and the learner
 * decides which it is to be. Where there is no channel (an old browser), nothing is asked.
 */

const PATIENCE_MS = 80;
const HANDOVER_MS = 400;

export class OneWindow {
  /**
   * @param {string} course - its id
   * @param {{window: Window, leave: () => string}} environment - `leave` ends the session here and gives its state
   */
  constructor(course, { window, leave }) {
    this.window = window;
    this.leave = leave;
    this.name = `smac/${course}/open`;
    this.isAtWork = false;
    this.heard = () => {};
    try {
      this.channel = new window.BroadcastChannel(this.name);
      this.channel.onmessage = ({ data }) => this.onMessage(data);
    } catch {
      this.channel = null;
    }
  }

  /** Whether another window is at work. @returns {Promise<boolean>} */
  isElsewhere() {
    // A mark that is not there saves the question, and with it the wait for an answer.
    if (this.hasMark() === false) return Promise.resolve(false);
    return this.ask("who", "here", PATIENCE_MS).then((answer) => answer !== null);
  }

  /** Ask the other window to save and stop. @returns {Promise<string|null>} its state, if it still answered */
  takeOver() {
    return this.ask("give", "given", HANDOVER_MS).then((answer) => answer?.state ?? null);
  }

  begin() {
    this.isAtWork = true;
    this.onStorage((storage) => storage.setItem(this.name, "1"));
  }

  end() {
    if (this.isAtWork) this.onStorage((storage) => storage.removeItem(this.name));
    this.isAtWork = false;
  }

  /** Whether a window left its mark; null where nothing can be kept. A crash leaves one behind. */
  hasMark() {
    return this.onStorage((storage) => storage.getItem(this.name) !== null);
  }

  onStorage(action) {
    try {
      return action(this.window.localStorage);
    } catch {
      return null;
    }
  }

  ask(question, wanted, patience) {
    if (!this.channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.heard = (data) => data.say === wanted && resolve(data);
      this.window.setTimeout(() => resolve(null), patience);
      this.channel.postMessage({ say: question });
    });
  }

  onMessage(data) {
    if (data?.say === "who" && this.isAtWork) this.channel.postMessage({ say: "here" });
    else if (data?.say === "give" && this.isAtWork) this.channel.postMessage({ say: "given", state: this.leave() });
    else this.heard(data ?? {});
  }
}
