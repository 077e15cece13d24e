/** One window at a time: windows that share a channel and a storage, both made here, with time that jumps. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OneWindow } from "../../smac_courses/player/src/tabs.mjs";

let channels;
let kept;

beforeEach(() => {
  channels = [];
  kept = new Map();
});

/** A window; its messages arrive in the next turn. */
function windowOf(name, { isStorageFull = false, isBlocked = false } = {}) {
  const log = [];
  const surroundings = {
    BroadcastChannel: class {
      constructor() {
        channels.push(this);
      }

      postMessage(data) {
        for (const other of channels) {
          if (other !== this) Promise.resolve().then(() => other.onmessage({ data: structuredClone(data) }));
        }
      }
    },
    setTimeout: (action) => setTimeout(action, 5),
    get localStorage() {
      if (isBlocked) throw new Error("SecurityError");
      return {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => {
          if (isStorageFull) throw new Error("QuotaExceededError");
          kept.set(key, value);
        },
        removeItem: (key) => kept.delete(key),
      };
    },
  };
  const made = new OneWindow("c", {
    window: surroundings,
    give: () => ({ state: `state of ${name}`, owner: "jo" }),
    leave: () => log.push("left"),
    take: ({ state }) => log.push(`took ${state}`),
  });
  return Object.assign(made, { log });
}

const turn = () => new Promise((done) => setTimeout(done, 1));

test("the first window asks nobody", async () => {
  assert.equal(await windowOf("a").isElsewhere(), false);
});

test("a second window learns of the first, and is given its state when it takes over", async () => {
  const first = windowOf("first");
  first.begin();
  const second = windowOf("second");
  assert.equal(await second.isElsewhere(), true);
  const given = await second.takeOver();
  assert.deepEqual([given.state, given.owner], ["state of first", "jo"]);
  assert.deepEqual(first.log, ["left"]);
  second.begin();
  first.end();
  assert.equal(await windowOf("third").isElsewhere(), true, "the mark is that of the second window now");
});

test("after a crash the mark is there and nobody answers", async () => {
  const crashed = windowOf("crashed");
  crashed.begin();
  channels.length = 0;
  assert.equal(await windowOf("next").isElsewhere(), false);
});

test("a window that was closed leaves no mark", async () => {
  const first = windowOf("first");
  first.begin();
  first.end();
  assert.equal(kept.size, 0);
  assert.equal(await windowOf("next").isElsewhere(), false);
});

test("where nothing can be kept, everybody is asked", async () => {
  for (const options of [{ isStorageFull: true }, { isBlocked: true }]) {
    channels.length = 0;
    const first = windowOf("first", options);
    first.begin();
    assert.equal(await windowOf("second", options).isElsewhere(), true);
  }
});

test("a window that was too busy to answer hands over when it hears that another has begun", async () => {
  const first = windowOf("first");
  first.begin();
  const second = windowOf("second");
  second.begin();
  await turn();
  await turn();
  assert.deepEqual(first.log, ["left"]);
  assert.deepEqual(second.log, ["took state of first"]);
});

test("without a channel nothing is asked and nothing breaks", async () => {
  const alone = new OneWindow("c", { window: { get localStorage() { throw new Error("no"); } }, give: () => ({}), leave: () => {}, take: () => {} });
  assert.equal(await alone.isElsewhere(), false);
  alone.begin();
  alone.end();
});
