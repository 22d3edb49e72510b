// What the server has not confirmed yet, in this browser alone: one person's, and gone at sign-out.
const NAME = "octavo draft ";
const OLD = 120000; // ms, after which a copy is no open editor's, where locks cannot tell

const { whose, draftsUrl } = document.body.dataset;
const place = () => `${NAME}${whose} `;

function attempt(work) {
  try { return work(); } catch { return undefined; } // storage is full, or forbidden
}

export const put = (id, fields) => whose && attempt(() => (localStorage.setItem(place() + id, JSON.stringify({ at: Date.now(), fields })), true));
export const drop = (id) => attempt(() => localStorage.removeItem(place() + id));
const ids = () => (whose && attempt(() => Object.keys(localStorage).filter((name) => name.startsWith(place())).map((name) => name.slice(place().length)))) || [];

// Held while an editor is open: nobody else sends its copy. Ends with the tab, however that ends.
export function hold(id) {
  if (!navigator.locks) return () => {};
  let release = () => {};
  navigator.locks.request(NAME + id, () => new Promise((resolve) => { release = resolve; })).catch(() => {});
  return () => release();
}

async function unlessOpen(id, copy, work) {
  if (navigator.locks) return navigator.locks.request(NAME + id, { ifAvailable: true }, (lock) => (lock ? work() : false));
  return Date.now() - copy.at > OLD ? work() : false;
}

async function send(id, copy) {
  const body = new FormData();
  for (const [name, value] of copy.fields) body.set(name, value);
  body.set("csrf_token", document.querySelector("[name=csrf_token]")?.value ?? "");
  const answer = await fetch(draftsUrl, { method: "POST", body, redirect: "error" }).catch(() => null);
  if (answer?.status === 409) {
    const other = newId();
    const fields = copy.fields.map(([name, value]) => [name, name === "draft" ? other : name === "sequence" ? "0" : value]);
    return send(id, { ...copy, fields });
  }
  if (!answer?.ok) return false;
  drop(id);
  return !(await answer.json().catch(() => ({}))).closed; // saved, or thrown away
}

export const newId = () => crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");

// Send what earlier pages could not; returns how many texts came to be drafts by that.
async function flush(all = false) {
  let sent = 0;
  for (const id of ids()) {
    const copy = attempt(() => JSON.parse(localStorage.getItem(place() + id)));
    if (!copy?.fields) drop(id);
    else if (await (all ? send(id, copy) : unlessOpen(id, copy, () => send(id, copy)))) sent += 1;
  }
  return sent;
}

export async function tell(main) {
  if (!whose || !draftsUrl || !(await flush())) return;
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  const sentence = document.createElement("p");
  const link = document.createElement("a");
  link.href = "/account/drafts";
  link.textContent = "your drafts";
  sentence.append("What you wrote in this browser and had not saved is in ", link, ".");
  notice.append(sentence);
  main.prepend(notice);
}

let asked = false;
export const isLeaving = () => asked;

// At sign-out everything goes; what the server still does not have is asked about first.
export function wipe(form) {
  form.addEventListener("submit", async (event) => {
    if (!ids().length) return;
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, 3000));
    await Promise.race([flush(true), late]);
    if (ids().length && !confirm("Some of what you wrote could not be kept. Log out, and lose it?")) return;
    ids().forEach(drop);
    asked = true;
    form.submit();
  });
}
