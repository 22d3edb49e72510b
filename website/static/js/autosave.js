// Keeps what is being typed as a draft on the server, and says the truth about it.
import { drop, hold, isLeaving, newId, put } from "octavo/copies";

const PAUSE = 1200; // ms without a key, then it is sent
const LONG = 5000; // ms, after which it is sent without a pause too
const COPY = 250; // ms from a key to the copy, in a pause or not
const PATIENCE = 60000; // ms for an answer: a line may be dead and not say so
const FIRST = 2000; // ms until the next try after a failure; twice as long each time
const LONGEST = 60000;
const SMALL = 15000; // characters that a closing page may still send: 60 KB as bytes
export const SIGNED_OUT = "You are signed out. Press Save and log in: your text comes along.";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function autosave(form, text, show, kept) { // `kept` is the text that the server has as a draft
  const { draft: field, sequence } = form.elements;
  let busy = false;
  let wait = FIRST;
  let since = 0; // when the first of what is not sent yet was typed
  let timer, copying;
  let stopped = false;
  let release = () => {};

  const begin = (id) => {
    release();
    kept = null;
    field.value = id;
    sequence.value = 0;
    release = hold(id);
  };
  if (field.value) release = hold(field.value);

  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of data) data.set(name, value.replaceAll("\0", "\ufffd")); // which would be refused
    data.set("note", form.action.match(/\/notes\/([0-9a-z]{26})$/)?.[1] ?? "");
    return data;
  };
  // What is sent may arrive and not say so: its number is one of this editor's own from now on,
  // for what is sent next, for Save, and for a page that gives the form back. The first two are
  // those that are known, the others may have arrived.
  const count = () => {
    const [first, second = "", ...others] = sequence.value.split(" ");
    const following = Math.ceil(Math.random() * 9e8);
    sequence.value = [first, second, ...others.slice(-15), following].join(" ");
    return following;
  };
  const body = () => {
    const data = fields();
    data.set("following", count());
    return data;
  };
  const copy = () => {
    if (field.value && text() !== kept) put(field.value, [...fields()].filter(([name]) => name !== "csrf_token"));
  };
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };

  function failed(sentence, pause) {
    copy();
    show(sentence, true);
    if (pause) later(pause);
  }

  async function send() {
    if (busy || stopped) return;
    busy = true;
    since = 0;
    const sent = text();
    const answer = await fetch(form.dataset.drafts, { method: "POST", body: body(), redirect: "error", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const said = answer?.ok && (await answer.json().catch(() => null));
    busy = false;
    if (stopped) return;
    if (said?.at) {
      kept = sent;
      sequence.value = `0 ${said.sequence}`;
      if (text() === kept) {
        drop(field.value);
        show(`Draft kept ${clock.format(new Date(said.at))}`);
      } else {
        copy();
        later(wait === FIRST ? PAUSE : 0);
      }
      wait = FIRST;
    } else if (said || answer?.status === 409) {
      const old = field.value;
      begin(newId());
      copy();
      drop(old);
      later(0);
    } else if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
      failed(answer.status === 401 ? SIGNED_OUT : "This cannot be kept as a draft. Save it.");
    } else {
      const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
      failed("Not kept yet. Trying again.", Math.max(wait, asked) * (1 + Math.random() / 4));
      wait = Math.min(2 * wait, LONGEST);
    }
  }

  addEventListener("online", () => { if (text() !== kept && field.value) later(0); });
  addEventListener("pagehide", () => {
    if (stopped || isLeaving() || !field.value || text() === kept) return;
    const last = body(); // before the copy, which says then that it may have arrived
    copy();
    if (text().length < SMALL) fetch(form.dataset.drafts, { method: "POST", body: last, keepalive: true }).catch(() => {});
  });

  return {
    typed() {
      if (stopped || !field.value) begin(newId()); // a save that is on its way ends the draft of before
      stopped = false;
      copying ??= setTimeout(() => { copying = undefined; copy(); }, COPY);
      const now = performance.now();
      since ||= now;
      if (wait === FIRST) later(Math.min(PAUSE, Math.max(since + LONG - now, 0))); // else a try is due anyway
    },
    isKept: () => text() === kept,
    stop() {
      stopped = true;
      wait = FIRST;
      clearTimeout(timer);
      count(); // the save's own
      copy();
    },
  };
}
