// The chain of the ledger, computed anew in the reader's browser from what the API answers.
"use strict";

// JSON that forgets nothing: numbers stay as they are written, and keys are told in sorted order.
const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null))/y;

function readExactly(text) {
  TOKEN.lastIndex = 0;
  const next = () => TOKEN.exec(text) ?? Promise.reject(new Error("no JSON"));
  const value = (token) => {
    if (token[1] === "{") return object();
    if (token[1] === "[") return array();
    return token[2] ? { text: JSON.parse(token[2]) } : { plain: token[3] };
  };
  const object = () => {
    const fields = new Map();
    for (let token = next(); token[1] !== "}"; token = next()) {
      if (token[1] === ",") continue;
      next(); // the colon
      fields.set(JSON.parse(token[2]), value(next()));
    }
    return { fields };
  };
  const array = () => {
    const items = [];
    for (let token = next(); token[1] !== "]"; token = next()) {
      if (token[1] !== ",") items.push(value(token));
    }
    return { items };
  };
  return value(next());
}

// As Python writes it: keys by code point, no spaces, numbers as short as can be.
function byCodePoint([one], [other]) {
  const [a, b] = [Array.from(one), Array.from(other)];
  const place = a.findIndex((sign, at) => sign !== b[at]);
  return place < 0 ? a.length - b.length : a[place].codePointAt(0) - (b[place]?.codePointAt(0) ?? -1);
}

function numberText(written) {
  if (/^-?\d+$|^[a-z]/.test(written)) return written; // a whole number, or true, false, null
  const number = Number(written);
  const [mantissa, power] = number.toExponential().split("e");
  const exponent = Number(power);
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  if (exponent < -4 || exponent > 15) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

function canonical(value) {
  if ("plain" in value) return numberText(value.plain);
  if ("text" in value) return JSON.stringify(value.text);
  if (value.items) return `[${value.items.map(canonical).join(",")}]`;
  const fields = [...value.fields].sort(byCodePoint);
  return `{${fields.map(([name, held]) => `${JSON.stringify(name)}:${canonical(held)}`).join(",")}}`;
}

const HASHED = ["format", "kind", "previous", "recorded_at", "replayed", "seq"];

async function hashOf(entry) {
  const fields = new Map(HASHED.map((name) => [name, entry.get(name)]));
  fields.set("body", { text: canonical(entry.get("body")) });
  const bytes = new TextEncoder().encode(canonical({ fields }));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What was checked so far; `fault` names the first entry that is not what it says.
function newTally() {
  return { checked: 0, linked: 0, withheld: 0, first: Infinity, last: 0, newest: "", hashes: new Map(), fault: null };
}

async function check(entry, tally) {
  const said = (name) => entry.get(name).text;
  const seq = Number(entry.get("seq").plain);
  if (entry.get("withheld")?.plain === "true") tally.withheld += 1;
  else if ((await hashOf(entry)) !== said("hash")) tally.fault ??= ["bad", seq];
  else tally.checked += 1;
  if (seq > tally.last) tally.newest = said("hash");
  tally.first = Math.min(tally.first, seq);
  tally.last = Math.max(tally.last, seq);
  tally.hashes.set(seq, { hash: said("hash"), previous: said("previous") });
}

function link(tally) {
  for (const [seq, { previous }] of tally.hashes) {
    const before = seq === 1 ? { hash: "0".repeat(64) } : tally.hashes.get(seq - 1);
    if (!before) continue;
    if (before.hash !== previous) tally.fault ??= ["unlinked", seq];
    else if (seq > 1) tally.linked += 1;
  }
}

async function readPage(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  const page = readExactly(await answer.text()).fields;
  return { entries: page.get("items").items.map((item) => item.fields), cursor: page.get("next_cursor").text };
}

const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

function verdict(words, tally) {
  if (tally.fault) return `✗ ${fill(words[tally.fault[0]], { n: tally.fault[1] })}`;
  const facts = { n: tally.checked, first: tally.first, last: tally.last };
  const told = [`✓ ${fill(words.good, facts)}`];
  if (tally.linked === tally.hashes.size - 1) told.push(words.linked);
  else told.push(fill(words.linkedSome, { n: tally.linked }));
  if (tally.newest === words.checkpoint) told.push(words.head);
  if (tally.withheld) told.push(fill(words.withheld, { n: tally.withheld }));
  return told.join(" ");
}

function markRows(tally) {
  for (const row of document.querySelectorAll("[data-seq]")) {
    const seq = Number(row.dataset.seq);
    const shown = row.querySelector(".hash code").textContent.replace("…", "");
    const found = tally.hashes.get(seq);
    if (found) row.querySelector(".checked").textContent = found.hash.startsWith(shown) && tally.fault?.[1] !== seq ? "✓" : "✗";
  }
}

async function verify(holder, which) {
  const words = holder.dataset;
  const say = (text) => { holder.querySelector(".verdict").textContent = text; };
  const base = which === "shown" ? document.querySelector("[data-from]")?.dataset.from : words.all;
  const tally = newTally();
  try {
    for (let cursor = ""; cursor !== undefined;) {
      const page = await readPage(cursor ? `${base}&cursor=${cursor}` : base);
      for (const entry of page.entries) await check(entry, tally);
      say(fill(words.working, { n: tally.checked, all: words.entries }));
      cursor = which === "shown" ? undefined : page.cursor;
    }
    link(tally);
    say(verdict(words, tally));
    markRows(tally);
  } catch {
    say(words.failed);
  }
}

for (const holder of document.querySelectorAll(".verify")) {
  for (const button of holder.querySelectorAll("[data-verify]")) {
    if (!globalThis.crypto?.subtle) continue; // browsers compute hashes on secure origins only
    button.hidden = false;
    button.addEventListener("click", () => verify(holder, button.dataset.verify));
  }
}
