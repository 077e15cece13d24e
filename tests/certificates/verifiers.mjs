// Two verifiers that nobody here wrote, without a network: @digitalbazaar/vc with both suites, and verifier-core of the
// Digital Credentials Consortium. On stdin {documents: {url: json}, credentials: [json], now}; on stdout for each
// credential {vc, suites, core, errors}.
import { readFileSync } from "node:fs";

const { documents, credentials, now } = JSON.parse(readFileSync(0, "utf8"));
const Clock = Date;
globalThis.Date = class extends Clock {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }
  static now() {
    return new Clock(now).getTime();
  }
};
globalThis.fetch = async (asked) => {
  const url = typeof asked === "string" ? asked : asked.url;
  const found = documents[url];
  if (!found) return new Response("not here", { status: 404 });
  return new Response(JSON.stringify(found), { headers: { "content-type": "application/json" } });
};

const vc = await import("@digitalbazaar/vc");
const { DataIntegrityProof } = await import("@digitalbazaar/data-integrity");
const rdfc = await import("@digitalbazaar/eddsa-rdfc-2022-cryptosuite");
const jcs = await import("@digitalbazaar/eddsa-jcs-2022-cryptosuite");
const { checkStatus } = await import("@digitalbazaar/vc-bitstring-status-list");
const core = await import("@digitalcredentials/verifier-core");

const SUITES = {
  "eddsa-rdfc-2022": rdfc.cryptosuite,
  "eddsa-jcs-2022": jcs.createVerifyCryptosuite(),
};

async function documentLoader(url) {
  if (url.startsWith("did:web:")) {
    const [did, fragment] = url.split("#");
    const [host, ...steps] = did.slice("did:web:".length).split(":");
    const path = [decodeURIComponent(host), ...(steps.length ? steps : [".well-known"]), "did.json"].join("/");
    const found = documents[`https://${path}`];
    const method = found?.verificationMethod.find(({ id }) => id === url);
    if (!found || (fragment && !method)) throw new Error(`not here: ${url}`);
    return { documentUrl: url, document: fragment ? { "@context": found["@context"], ...method } : found };
  }
  if (!documents[url]) throw new Error(`not here: ${url}`);
  return { documentUrl: url, document: documents[url] };
}

const told = (error) => [error.message, ...(error.errors ?? error.error?.errors ?? []).map(told).flat()].map(String);

async function byVc(credential, names) {
  const suite = names.map((name) => new DataIntegrityProof({ cryptosuite: SUITES[name] }));
  const proofs = [credential.proof].flat().filter(({ cryptosuite }) => names.includes(cryptosuite));
  const result = await vc.verifyCredential({ credential: { ...credential, proof: proofs }, suite, documentLoader, checkStatus, now });
  const errors = result.error ? told(result.error) : [];
  if (result.statusResult?.error) errors.push(`status: ${result.statusResult.error.message} ${result.statusResult.error.cause?.message ?? ""}`);
  // Its list being in order is "verified"; what the list says is in each result.
  const marked = (result.statusResult?.results ?? []).filter(({ status }) => status !== false);
  for (const { credentialStatus } of marked) errors.push(`status: ${credentialStatus.statusPurpose}`);
  return { verified: result.verified && !marked.length, errors };
}

async function byCore(credential) {
  const result = await core.verifyCredential({ credential, knownDIDRegistries: [] });
  const log = (result.log ?? []).filter(({ id }) => id !== "registered_issuer");
  const errors = (result.errors ?? []).flatMap((error) => [error.name, error.message]);
  for (const { id, valid, error } of log) if (valid === false || error) errors.push(`${id}: ${error?.message ?? "no"}`);
  const schemas = result.additionalInformation?.flatMap(({ results }) => results ?? []) ?? [];
  for (const { result: found, schema } of schemas) if (!found.valid) errors.push(`${schema}: ${JSON.stringify(found.errors ?? found)}`);
  const steps = Object.fromEntries(log.map(({ id, valid }) => [id, valid]));
  return { verified: log.length > 0 && errors.length === 0, errors, steps };
}

const answers = [];
for (const credential of credentials) {
  const whole = await byVc(credential, Object.keys(SUITES));
  const suites = {};
  for (const name of Object.keys(SUITES)) suites[name] = (await byVc(credential, [name])).verified;
  const dcc = await byCore(credential);
  answers.push({ vc: whole.verified, suites, core: dcc.verified, steps: dcc.steps, errors: [...whole.errors, ...dcc.errors] });
}
process.stdout.write(JSON.stringify(answers));
