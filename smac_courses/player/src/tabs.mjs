/**
 * One window at a time. A course that is open twice in one browser would save over itself.
 *
 * Windows of one course hear each other on a channel. A window at work leaves a mark; who finds one asks, and the
 * learner decides which window it is to be. A window that was too busy to answer hears that another one has begun, and
 * hands over then. Where there is no channel (an old browser), nothing is asked.
 */

// A window that waits for its LMS answers late; after a crash, the mark stays and nobody answers.
const PATIENCE_MS = 1500;
const HANDOVER_MS = 3000;

export class OneWindow {
  /**
   * @param {string} course - its id
   * @param {{window: Window, give: () => object, leave: () => void, take: (given: object) => void}} environment
   *   `give` is what the next window needs, `leave` ends the session here, `take` gets what another window gave
   */
  constructor(course, { window, give, leave, take }) {
    this.window = window;
    this.give = give;
    this.leave = leave;
    this.take = take;
    this.name = `smac/${course}/open`;
    this.mark = String(Math.random());
    this.isAtWork = false;
    this.heard = null;
    try {
      this.channel = new window.BroadcastChannel(this.name);
      this.channel.onmessage = ({ data }) => this.onMessage(data ?? {});
    } catch {
      this.channel = null;
    }
  }

  /** Whether another window is at work. @returns {Promise<boolean>} */
  isElsewhere() {
    // Where a mark could be left and none is there, nobody has to be asked, and nobody waits.
    const isClear = this.onStorage((storage) => {
      const mark = storage.getItem(this.name);
      storage.setItem(this.name, mark ?? "");
      return !mark;
    });
    return isClear ? Promise.resolve(false) : this.ask("who", "here", PATIENCE_MS).then(Boolean);
  }

  /** Ask the other window to stop. @returns {Promise<object|null>} what it gives, if it still answers */
  takeOver() {
    return this.ask("give", "given", HANDOVER_MS);
  }

  begin() {
    this.isAtWork = true;
    this.onStorage((storage) => storage.setItem(this.name, this.mark));
    this.say("begun");
  }

  end() {
    this.isAtWork = false;
    this.onStorage((storage) => storage.getItem(this.name) === this.mark && storage.removeItem(this.name));
  }

  onStorage(action) {
    try {
      return action(this.window.localStorage);
    } catch {
      return null;
    }
  }

  say(word, more = {}) {
    this.channel?.postMessage({ ...more, say: word });
  }

  ask(question, wanted, patience) {
    if (!this.channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.heard = (data) => data.say === wanted && resolve(data);
      this.window.setTimeout(() => resolve(null), patience);
      this.say(question);
    }).finally(() => (this.heard = null));
  }

  onMessage(data) {
    if (this.heard) this.heard(data);
    else if (!this.isAtWork) return;
    else if (data.say === "who") this.say("here");
    else if (data.say === "given") this.take(data);
    else if (data.say === "give" || data.say === "begun") this.handOver();
  }

  /** First what the other window needs, then the slow goodbye to the LMS. */
  handOver() {
    this.isAtWork = false;
    this.say("given", this.give());
    this.leave();
  }
}
