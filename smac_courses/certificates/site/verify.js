(() => {
  "use strict";
  const CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
  ];
  const JCS = "eddsa-jcs-2022";
  const SUITES = [JCS, "eddsa-rdfc-2022"];
  const AHEAD_MS = 300_000;
  const LEAST_ENTRIES = 131_072;
  const MOST_BYTES = 1 << 20;
  const MOST_PICTURE_BYTES = 20 << 20;
  const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
  const NAME = /^[a-z2-7]{20}$/;
  const main = document.querySelector("main");
  const PRINTED = main.dataset.printed === "yes";
  const { did: OWN, base: BASE, document: DOCUMENT } = main.dataset;
  const byId = (id) => document.getElementById(id);

  class NotVerified extends Error {
    constructor(kind, why) {
      super(why);
      this.kind = kind;
    }
  }

  // -- encodings ----------------------------------------------------------------------------------------

  function fromBase58(text) {
    if (typeof text !== "string" || text[0] !== "z" || text.length > 200) throw new NotVerified("signature", "A value in it is not written as it should be.");
    let number = 0n;
    for (const letter of text.slice(1)) {
      const value = ALPHABET.indexOf(letter);
      if (value < 0) throw new NotVerified("signature", "A value in it is not written as it should be.");
      number = number * 58n + BigInt(value);
    }
    const bytes = [];
    for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
    for (const letter of text.slice(1)) {
      if (letter !== "1") break;
      bytes.unshift(0);
    }
    return Uint8Array.from(bytes);
  }

  /** RFC 8785 for documents without fractions. JSON.stringify writes texts and names as it asks for. */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value && typeof value === "object") {
      const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
      return `{${members.join(",")}}`;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new NotVerified("malformed", "It holds a number that no certificate holds.");
    return JSON.stringify(value);
  }

  async function sha256(text) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  }

  // -- Ed25519: the browser's own, or where it has none, in whole numbers (RFC 8032) ----------------------

  async function isSigned(key, signature, data) {
    try {
      const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, known, signature, data);
    } catch (error) {
      if (error.name !== "NotSupportedError" && !(error instanceof TypeError)) throw error;
      return isSignedByHand(key, signature, data);
    }
  }

  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (value, by = P) => ((value % by) + by) % by;
  function power(value, exponent) {
    let found = 1n;
    for (let square = mod(value); exponent; exponent >>= 1n, square = (square * square) % P) if (exponent & 1n) found = (found * square) % P;
    return found;
  }
  const inverse = (value) => power(value, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT = power(2n, (P - 1n) / 4n);
  const little = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

  /** A point (x, y, z, xy), or null for bytes that are none. */
  function point(bytes) {
    const y = little(bytes) & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
    let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
    if (mod(v * x * x) !== u) x = mod(x * ROOT);
    if (mod(v * x * x) !== u) return null;
    const sign = BigInt(bytes[31] >> 7);
    if (x === 0n && sign) return null;
    if ((x & 1n) !== sign) x = mod(-x);
    return [x, y, 1n, mod(x * y)];
  }

  function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
    const [c, d] = [mod(2n * t1 * t2 * D), mod(2n * z1 * z2)];
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  function times(factor, base) {
    let found = [0n, 1n, 1n, 0n];
    for (let double = base; factor; factor >>= 1n, double = sum(double, double)) if (factor & 1n) found = sum(found, double);
    return found;
  }

  async function isSignedByHand(key, signature, data) {
    const [r, a, s] = [point(signature.slice(0, 32)), point(key), little(signature.slice(32))];
    if (!r || !a || s >= L) return false;
    const message = new Uint8Array([...signature.slice(0, 32), ...key, ...data]);
    const h = little(new Uint8Array(await crypto.subtle.digest("SHA-512", message))) % L;
    const y = mod(4n * inverse(5n));
    const g = point(Uint8Array.from({ length: 32 }, (_, at) => Number((y >> BigInt(8 * at)) & 255n)));
    const [left, right] = [times(s, g), sum(r, times(h, a))];
    return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
  }

  // -- the checks ---------------------------------------------------------------------------------------

  function parsed(text) {
    if (text.length > MOST_BYTES) throw new NotVerified("malformed", "The file is larger than any certificate.");
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      throw new NotVerified("malformed", "The file is no certificate.");
    }
    if (!found || typeof found !== "object" || Array.isArray(found)) throw new NotVerified("malformed", "The file is no certificate.");
    checkNames(found, 0);
    return found;
  }

  function checkNames(value, depth) {
    if (depth > 40) throw new NotVerified("malformed", "It is nested deeper than any certificate.");
    if (!value || typeof value !== "object") return;
    for (const [name, one] of Object.entries(value)) {
      if (!Array.isArray(value) && name !== "@context" && /[:@]/.test(name)) throw new NotVerified("malformed", "A member of it is written as no certificate writes it.");
      checkNames(one, depth + 1);
    }
  }

  function moment(text) {
    if (typeof text !== "string" || !TIME.test(text) || Number.isNaN(Date.parse(text))) throw new NotVerified("malformed", "A date in it is none.");
    return Date.parse(text);
  }

  async function read(path) {
    try {
      const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  }

  /** The issuer's own file. A host that answers something else for it is at fault, not the certificate. */
  function ownDocument(text) {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      throw new NotVerified("unknown", "The issuer's keys could not be read. Try again later.");
    }
  }

  function keyOf(method, document) {
    const allowed = Array.isArray(document.assertionMethod) && document.assertionMethod.includes(method);
    const found = (Array.isArray(document.verificationMethod) ? document.verificationMethod : []).find(({ id }) => id === method);
    if (!found) throw new NotVerified("issuer", "The issuer does not have the key that signed it: it was never theirs, or was withdrawn.");
    if (!allowed || found.type !== "Multikey" || found.controller !== OWN) throw new NotVerified("issuer", "The issuer does not let this key sign certificates.");
    const bytes = fromBase58(found.publicKeyMultibase);
    if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 1) throw new NotVerified("issuer", "The issuer's key is of another kind.");
    return bytes.slice(2);
  }

  async function checkSignature(document) {
    const proofs = Array.isArray(document.proof) ? document.proof : [document.proof];
    const suites = proofs.map((one) => one && one.cryptosuite);
    if (new Set(suites).size < suites.length || !suites.every((one) => SUITES.includes(one))) throw new NotVerified("signature", "It is not signed in a way that this page knows.");
    const proof = proofs.find(({ cryptosuite }) => cryptosuite === JCS);
    if (!proof) throw new NotVerified("signature", "The file itself is not signed: what it says could have been changed.");
    if (proof.type !== "DataIntegrityProof" || proof.proofPurpose !== "assertionMethod") throw new NotVerified("signature", "It was signed for another purpose.");
    if (moment(proof.created) > Date.now() + AHEAD_MS) throw new NotVerified("signature", "It was signed at a time that lies ahead.");
    if ("@context" in proof && canonical(proof["@context"]) !== canonical(document["@context"])) throw new NotVerified("signature", "The signature was made for something else.");
    const keys = await read(DOCUMENT);
    if (keys === null) throw new NotVerified("unknown", "The issuer's keys could not be read. Try again later.");
    const own = ownDocument(keys);
    if (own.id !== OWN) throw new NotVerified("issuer", "The keys of this site are those of somebody else.");
    const key = keyOf(String(proof.verificationMethod), own);
    const { proofValue, ...settings } = proof;
    const { proof: _, ...unsigned } = document;
    const data = new Uint8Array([...(await sha256(canonical(settings))), ...(await sha256(canonical(unsigned)))]);
    const signature = fromBase58(proofValue);
    if (signature.length !== 64 || !(await isSigned(key, signature, data))) throw new NotVerified("signature", "The signature does not fit: something was changed, or somebody else signed.");
  }

  function checkDates({ validFrom, validUntil }) {
    if (moment(validFrom) > Date.now() + AHEAD_MS) throw new NotVerified("early", `It holds from ${day(validFrom)} on.`);
    if (validUntil !== undefined && moment(validUntil) < Date.now()) throw new NotVerified("expired", `It held until ${day(validUntil)}.`);
  }

  async function unpacked(data, how) {
    return new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream(how))).arrayBuffer());
  }

  async function bit(address, index, purpose) {
    const text = address.startsWith(`${BASE}/status/`) && !address.includes("..") ? await read(address.slice(BASE.length + 1)) : null;
    if (text === null) throw new NotVerified("unknown", "Whether it was revoked could not be read. Try again later.");
    const list = parsed(text);
    const subject = list.credentialSubject ?? {};
    const isOurs = list.id === address && list.issuer === OWN && canonical(list["@context"]) === canonical(CONTEXT.slice(0, 1));
    if (!isOurs || subject.statusPurpose !== purpose || !(list.type ?? []).includes("BitstringStatusListCredential")) throw new NotVerified("status", "The list of revoked certificates is not the issuer's.");
    try {
      await checkSignature(list);
      checkDates(list);
    } catch (error) {
      throw new NotVerified("status", `The list of revoked certificates cannot be trusted. ${error.message}`);
    }
    if (!globalThis.DecompressionStream) throw new NotVerified("unknown", "Your browser could not read the list of revoked certificates. Try a newer one.");
    const bits = await bitsOf(subject.encodedList);
    if (bits.length * 8 < LEAST_ENTRIES || index >= bits.length * 8) throw new NotVerified("status", "The list of revoked certificates is too short.");
    return Boolean(bits[index >> 3] & (0x80 >> (index & 7)));
  }

  async function bitsOf(list) {
    try {
      const packed = Uint8Array.from(atob(String(list).slice(1).replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
      return await unpacked(packed, "gzip");
    } catch {
      throw new NotVerified("status", "The list of revoked certificates cannot be read.");
    }
  }

  async function checkStatus({ credentialStatus: status }) {
    const isKnown = status && status.type === "BitstringStatusListEntry" && status.statusPurpose === "revocation" && /^\d{1,9}$/.test(status.statusListIndex);
    if (!isKnown || typeof status.statusListCredential !== "string") throw new NotVerified("malformed", "It does not say where to look whether it was revoked.");
    const [address, index] = [status.statusListCredential, Number(status.statusListIndex)];
    if (!(await bit(address, index, "revocation"))) return;
    const isSuspended = await bit(address.replace("/status/revocation-", "/status/suspension-"), index, "suspension").catch(() => false);
    throw isSuspended ? new NotVerified("suspended", "The issuer has suspended it. It may be put in force again.") : new NotVerified("revoked", "The issuer has revoked it.");
  }

  async function verify(document) {
    const kinds = Array.isArray(document.type) ? document.type : [];
    const isBadge = kinds.includes("VerifiableCredential") && kinds.includes("OpenBadgeCredential") && canonical(document["@context"] ?? null) === canonical(CONTEXT);
    if (!isBadge || !document.credentialSubject?.achievement) throw new NotVerified("malformed", "It is no certificate of the kind that is issued here.");
    const issuer = document.issuer?.id ?? document.issuer;
    if (issuer !== OWN) throw new NotVerified("issuer", `It names another issuer: ${String(issuer).slice(0, 200)}. This page speaks for ${OWN} alone.`);
    await checkSignature(document);
    checkDates(document);
    await checkStatus(document);
  }

  // -- what is shown ------------------------------------------------------------------------------------

  const TITLES = {
    good: "This certificate holds",
    expired: "This certificate has expired",
    revoked: "This certificate was revoked",
    suspended: "This certificate is suspended",
    early: "This certificate does not hold yet",
    unknown: "This could not be checked",
    issuer: "Not a certificate of this issuer",
  };

  function make(tag, text, attributes = {}, children = []) {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function day(text) {
    return new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" }).format(new Date(text));
  }

  function facts(credential, kind = "good") {
    const subject = credential.credentialSubject;
    const identities = Array.isArray(subject.identifier) ? subject.identifier : [];
    const named = identities.find(({ identityType, hashed }) => identityType === "name" && hashed === false);
    const described = new Map((subject.achievement.resultDescription ?? []).map(({ id, name }) => [id, name]));
    const rows = [
      ["Name", named?.identityHash],
      ["Certificate", subject.achievement.name],
      ...(subject.result ?? []).map(({ resultDescription, value }) => [described.get(resultDescription) ?? "Result", `${value} %`]),
      ["Awarded", credential.awardedDate && day(credential.awardedDate)],
      ["Valid until", kind === "revoked" ? "" : credential.validUntil ? day(credential.validUntil) : "without end"],
      ["Number", numberOf(credential)],
      ["What had to be done", subject.achievement.criteria?.narrative],
      ["Issued by", `${credential.issuer.name ?? ""} (${OWN})`],
    ];
    const evidence = (credential.evidence ?? []).map(({ name, narrative }) => [name ?? "Evidence", narrative]);
    return make("div", "", {}, [listed(rows), make("details", "", {}, [make("summary", "Evidence"), listed(evidence)])]);
  }

  function listed(rows) {
    const list = make("dl", "");
    for (const [name, value] of rows) if (value) list.append(make("dt", String(name)), make("dd", String(value), { dir: "auto" }));
    return list;
  }

  function numberOf({ id }) {
    return String(id).slice(String(id).lastIndexOf("/") + 1).replace(".json", "");
  }

  function actions(credential, text) {
    const name = numberOf(credential);
    const [from, until] = [new Date(credential.awardedDate ?? credential.validFrom), credential.validUntil && new Date(credential.validUntil)];
    const query = new URLSearchParams({
      startTask: "CERTIFICATION_NAME",
      name: credential.credentialSubject.achievement.name,
      organizationName: credential.issuer.name ?? "",
      issueYear: String(from.getUTCFullYear()),
      issueMonth: String(from.getUTCMonth() + 1),
      ...(until ? { expirationYear: String(until.getUTCFullYear()), expirationMonth: String(until.getUTCMonth() + 1) } : {}),
      certUrl: `${BASE}/verify.html#${name}`,
      certId: name,
    });
    const file = URL.createObjectURL(new Blob([text], { type: "application/vc+ld+json" }));
    const buttons = [
      make("a", "Add to my LinkedIn profile", { class: "button", href: `https://www.linkedin.com/profile/add?${query}`, target: "_blank", rel: "noopener noreferrer" }),
      make("a", "Save as a file (JSON)", { class: "button", href: file, download: `${name}.json` }),
    ];
    const line = make("p", "", { class: "actions" }, buttons);
    // Printed ones are there only where the issuer has put them.
    const pdf = `c/${name}.pdf`;
    if (!PRINTED) return line;
    fetch(pdf, { method: "HEAD", credentials: "omit" }).then(
      (answer) => answer.ok && line.append(make("a", "Save as PDF", { class: "button", href: pdf, download: `${name}.pdf` })),
      () => null,
    );
    return line;
  }

  function show(kind, why, parts = []) {
    const isGood = kind === "good";
    const title = make("h2", TITLES[kind] ?? "This certificate could not be verified");
    const box = make("div", "", { class: `result ${isGood ? "good" : kind === "unknown" ? "open" : "bad"}` }, [title, ...(why ? [make("p", why)] : []), ...parts]);
    byId("result").replaceChildren(box);
    document.title = title.textContent;
    byId("result").focus();
  }

  let turn = 0;
  async function check(getText) {
    const mine = (turn += 1);
    byId("result").replaceChildren(make("p", "Checking …"));
    let credential = null;
    const tell = (...given) => mine === turn && show(...given);
    try {
      if (!globalThis.crypto?.subtle) throw new NotVerified("unknown", "This page has to be opened with https:// to check signatures.");
      const text = await getText();
      credential = parsed(text);
      await verify(credential);
      tell("good", "", [facts(credential), actions(credential, text)]);
    } catch (error) {
      const isKnown = error instanceof NotVerified;
      // What was signed and is over may still be read; anything else is nobody's word.
      const isSigned = isKnown && ["expired", "revoked", "suspended", "early"].includes(error.kind);
      tell(isKnown ? error.kind : "unknown", isKnown ? error.message : "Your browser could not check it. Try another one, or a newer one.", isSigned ? [facts(credential, error.kind)] : []);
    }
  }

  function nameIn(given) {
    return given.trim().toLowerCase().replace(/\/+$/, "").replace(/\.json$/, "").split(/[#/]/).pop();
  }

  async function ofName(given) {
    const name = nameIn(given);
    if (!NAME.test(name)) throw new NotVerified("malformed", "This is no number of a certificate.");
    const text = await read(`c/${name}.json`);
    if (text === null) throw new NotVerified("unknown", "No certificate with this number is published here.");
    if (parsed(text).id !== `${BASE}/c/${name}.json`) throw new NotVerified("malformed", "The file of this number is another certificate.");
    return text;
  }

  async function ofFile(file) {
    if (file.size > MOST_PICTURE_BYTES) throw new NotVerified("malformed", "The file is larger than any certificate.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return inPng(bytes);
    const text = new TextDecoder().decode(bytes);
    if (!text.trimStart().startsWith("<")) return text;
    const start = text.indexOf("<openbadges:credential");
    const parts = [];
    // Where a text has the sign of its end in it, it goes on in the next piece.
    for (let at = start < 0 ? -1 : text.indexOf("<![CDATA[", start); at >= 0; ) {
      const end = text.indexOf("]]>", at);
      if (end < 0) break;
      parts.push(text.slice(at + 9, end));
      at = text.startsWith("<![CDATA[", end + 3) ? end + 3 : -1;
    }
    if (!parts.length) throw new NotVerified("malformed", "There is no certificate in this picture.");
    return parts.join("");
  }

  async function inPng(bytes) {
    const view = new DataView(bytes.buffer);
    const latin = (from, to) => String.fromCharCode(...bytes.slice(from, to));
    for (let at = 8; at + 12 <= bytes.length; ) {
      const size = view.getUint32(at);
      const start = at + 8;
      if (latin(at + 4, at + 8) === "iTXt" && latin(start, start + 20) === "openbadgecredential\0") {
        let end = start + 22;
        for (let zeros = 0; zeros < 2 && end < start + size; end += 1) if (bytes[end] === 0) zeros += 1;
        const data = bytes.slice(end, start + size);
        const plain = bytes[start + 20] ? await unpacked(data, "deflate") : data;
        return new TextDecoder().decode(plain);
      }
      at = start + size + 4;
    }
    throw new NotVerified("malformed", "There is no certificate in this picture.");
  }

  // -- the page -----------------------------------------------------------------------------------------

  const [form, drop, file] = [byId("by-name"), byId("by-file"), byId("file")];
  form.hidden = drop.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = byId("name").value;
    const name = nameIn(given);
    // What is shown is what the address leads to.
    if (NAME.test(name)) history.replaceState(null, "", `#${name}`);
    check(() => ofName(given));
  });
  function take(given) {
    history.replaceState(null, "", location.pathname + location.search);
    check(() => ofFile(given));
  }
  file.addEventListener("change", () => {
    const [given] = file.files;
    if (given) take(given);
    // So that the same file can be tried again.
    file.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    });
  }
  const fromAddress = () => location.hash.length > 1 && check(() => ofName(location.hash.slice(1)));
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
