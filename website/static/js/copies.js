// What the server has not confirmed yet, in this browser alone: one person's, and gone at sign-out.
// In IndexedDB: a browser that is killed loses what localStorage was given seconds before.
const NAME = "octavo draft ";
const OUT = "octavo out";
const OLD = 120000; // ms, after which a copy is no open editor's, where locks cannot tell

const { whose, draftsUrl } = document.body.dataset;
const key = (id) => [whose, id];

// Signed out in another tab: what is typed in this one now is not left behind for the next person.
let gone = false;
addEventListener("storage", ({ key: name, newValue }) => { gone ||= name === OUT && newValue.startsWith(whose); });

let opened;
const database = () => (opened ??= new Promise((resolve, reject) => {
  const asked = indexedDB.open("octavo", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("copies");
  asked.onsuccess = () => {
    asked.result.onclose = () => { opened = undefined; }; // its data was cleared, or the disk failed
    resolve(asked.result);
  };
  asked.onerror = reject;
}));

// In the order of the calls; undefined where storage is full, or forbidden.
async function ask(mode, work) {
  if (!whose || gone) return undefined;
  try {
    const transaction = (await database()).transaction("copies", mode, { durability: "strict" });
    const request = work(transaction.objectStore("copies"));
    transaction.commit(); // at once: the page may be going away
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = reject;
    });
  } catch { return undefined; }
}

export const put = (id, fields) => ask("readwrite", (copies) => copies.put({ at: Date.now(), fields }, key(id)));
export const drop = (id) => ask("readwrite", (copies) => copies.delete(key(id)));
const ids = async () => (await ask("readonly", (copies) => copies.getAllKeys(IDBKeyRange.bound([whose], [whose, []]))))?.map(([, id]) => id) ?? [];

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
  // A number that the editor knows, should it come back; and if the draft was closed as one of them, that was its save.
  const own = body.get("sequence").split(" ");
  body.set("following", own.at(-1));
  body.set("csrf_token", document.querySelector("[name=csrf_token]")?.value ?? "");
  const answer = await fetch(draftsUrl, { method: "POST", body, redirect: "error" }).catch(() => null);
  const said = answer?.ok && (await answer.json().catch(() => null));
  if (answer?.status === 409 || (said?.closed && !own.includes(`${said.sequence}`))) {
    const other = newId();
    const fields = copy.fields.map(([name, value]) => [name, name === "draft" ? other : name === "sequence" ? "0" : value]);
    return send(id, { ...copy, fields });
  }
  if (!answer?.ok) return false;
  drop(id);
  return !said?.closed;
}

export const newId = () => crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");

// Send what earlier pages could not; returns how many texts came to be drafts by that.
async function flush(all = false) {
  // Of the draft that this page goes on with, too: its editor would write over the copy.
  const own = new URLSearchParams(location.search).get("draft");
  let sent = 0;
  for (const id of await ids()) {
    const copy = await ask("readonly", (copies) => copies.get(key(id)));
    if (!copy) continue;
    const work = () => send(id, copy);
    if (await (all || id === own ? work() : unlessOpen(id, copy, work))) sent += 1;
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

let leaving = false;
let asked = false;
export const isLeaving = () => asked;

// At sign-out everything goes; what the server still does not have is asked about first.
export function wipe(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const soon = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, 3000))]);
    await soon(flush(true));
    const left = await soon(ids());
    leaving = false;
    if (left?.length !== 0 && !confirm("Some of what you wrote could not be kept. Log out, and lose it?")) return;
    try { localStorage.setItem(OUT, whose + Date.now()); } catch { /* storage is forbidden */ }
    await soon(ids().then((some) => Promise.all(some.map(drop))));
    asked = true;
    form.submit();
  });
}
