/**
 * The calls to a record store (xAPI 1.0.3, Communication) that a course needs.
 *
 * Everything goes out with `keepalive` where it fits, so that it arrives also when the page is going. Cookies stay at
 * home: a store that answers 401 would otherwise make some browsers ask the learner for a password.
 */

const VERSION = "1.0.3";
const TIMEOUT_MS = 30000;
// Browsers carry no more behind a page that has gone.
const MOST_KEPT_ALIVE = 60000;

/** What a store or the line answered instead of what was asked for; `status` is 0 where no answer came. */
export class Trouble extends Error {
  /** @param {number} status @param {string} text @param {number} [waitMs] - what the store asks to wait */
  constructor(status, text, waitMs = 0) {
    super(text);
    this.status = status;
    this.waitMs = waitMs;
  }
}

export class Lrs {
  /**
   * @param {{window: Window, endpoint: string, auth: string, extra: Record<string, string>,
   *   log: (line: string) => void}} settings - `auth` is the whole header, or ""; `extra` goes with every address
   */
  constructor(settings) {
    Object.assign(this, settings);
    if (!this.endpoint.endsWith("/")) this.endpoint += "/";
  }

  /**
   * @param {string} method
   * @param {string} resource - "statements", "activities/state", "agents/profile"
   * @param {Record<string, string>} query
   * @param {any} [body] - goes as JSON
   * @param {Record<string, string>} [headers]
   * @returns {Promise<{headers: Headers, said: string}>} of a success; raises Trouble for anything else
   */
  request(method, resource, query, body, headers = {}) {
    const asked = new URLSearchParams({ ...query, ...this.extra }).toString();
    const address = this.endpoint + resource + (asked && `?${asked}`);
    const sent = { "X-Experience-API-Version": VERSION, ...headers };
    if (this.auth) sent.Authorization = this.auth;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.ask(address, { method, headers: sent, body: text, credentials: "omit" }, `${method} ${resource}`);
  }

  /** One request, within the time that there is. @param {string} address @param {RequestInit} options */
  async ask(address, options, shown) {
    const { window } = this;
    const control = new window.AbortController();
    const timer = window.setTimeout(() => control.abort(), TIMEOUT_MS);
    const keepalive = new window.Blob([options.body ?? ""]).size < MOST_KEPT_ALIVE;
    let answer;
    let said;
    try {
      answer = await window.fetch(address, {
        ...options,
        keepalive,
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: control.signal,
      });
      // Within the time, too: a line may break in the middle of an answer.
      said = await answer.text();
    } catch (error) {
      this.log(`${shown} → ${error}`);
      throw new Trouble(0, String(error));
    } finally {
      window.clearTimeout(timer);
    }
    this.log(`${shown} → ${answer.status}`);
    if (answer.ok) return { headers: answer.headers, said };
    if (said) this.log(`  ${said.slice(0, 200)}`);
    throw new Trouble(answer.status, said, (Number(answer.headers.get("Retry-After")) || 0) * 1000);
  }

  /** What a store keeps under a name, or null. @returns {Promise<{document: any, etag: string|null}|null>} */
  async readDocument(resource, query) {
    try {
      const { headers, said } = await this.request("GET", resource, query);
      return { document: JSON.parse(said), etag: markOf({ headers }) };
    } catch (trouble) {
      if (trouble.status === 404) return null;
      // Something that is no JSON.
      throw trouble instanceof Trouble ? trouble : new Trouble(0, String(trouble));
    }
  }
}

/**
 * The mark of a document, or null. Servers in front of a store add to it when they pack an answer.
 *
 * @param {{headers: Headers}} answer
 */
export function markOf({ headers }) {
  return headers.get("ETag")?.replace(/^W\//, "").replace(/-(gzip|br|deflate)"$/, '"') ?? null;
}

/** An id for a statement. @param {Crypto} crypto */
export function randomId(crypto) {
  return idOf(crypto.getRandomValues(new Uint32Array(4)), "4");
}

/** Four numbers of 32 bits as a UUID of a version. @param {Iterable<number>} numbers @param {string} version */
export function idOf(numbers, version) {
  const digits = [...numbers].map((number) => (number >>> 0).toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[parseInt(digits[16], 16) % 4];
  const whole = `${digits.slice(0, 12)}${version}${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return whole.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
