// Keeps what is being typed as a draft on the server, and says the truth about it.
import { drop, hold, isLeaving, newId, put } from "octavo/copies";

const PAUSE = 1200; // ms without a key, then it is sent
const LONG = 5000; // ms, after which it is sent without a pause too
const COPY = 250; // ms from a key to the copy, in a pause or not
const PATIENCE = 60000; // ms for an answer: a line may be dead and not say so
const FIRST = 2000; // ms until the next try after a failure; twice as long each time
const LONGEST = 60000;
const SMALL = 60000; // bytes that a closing page may still send
export const SIGNED_OUT = "You are signed out. Press Save and log in: your text comes along.";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function autosave(form, text, show) {
  const field = form.elements.draft;
  let sequence = Number(form.dataset.sequence);
  let kept = null; // the text that the server has as a draft
  let busy = false;
  let wait = FIRST;
  let since = 0; // when the first of what is not sent yet was typed
  let unsure = null; // was sent, and perhaps it arrived: it is sent again as it was, before anything newer
  let timer, copying;
  let stopped = false;
  let release = () => {};

  const begin = (id, number) => {
    release();
    unsure = null;
    field.value = id;
    sequence = number;
    release = hold(id);
  };
  if (field.value) begin(field.value, sequence);

  const fields = () => [
    ...[...new FormData(form)].filter(([name]) => name !== "csrf_token"),
    ["note", form.action.match(/\/notes\/([0-9a-z]{26})$/)?.[1] ?? ""],
    ["sequence", String(sequence)],
  ];
  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of fields().slice(-2)) data.set(name, value);
    return data;
  };
  const copy = () => { if (field.value && text() !== kept) put(field.value, fields()); };
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };

  function failed(sentence, pause) {
    copy();
    show(sentence, true);
    if (pause) later(pause);
  }

  async function send() {
    if (busy || stopped) return;
    busy = true;
    if (!unsure) {
      since = 0;
      unsure = { text: text(), body: body() };
    }
    const sent = unsure;
    const answer = await fetch(form.dataset.drafts, { method: "POST", body: sent.body, redirect: "error", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    busy = false;
    if (stopped) return;
    if (said && !said.closed) {
      ({ sequence } = said);
      unsure = null;
      kept = sent.text;
      if (text() === kept) {
        drop(field.value);
        show(`Draft kept ${clock.format(new Date(said.at))}`);
      } else {
        copy();
        later(wait === FIRST ? PAUSE : 0);
      }
      wait = FIRST;
    } else if (said || answer?.status === 409) {
      drop(field.value);
      begin(newId(), 0);
      later(0);
    } else if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
      unsure = null;
      failed(answer.status === 401 ? SIGNED_OUT : "This text cannot be kept as a draft. Save it.");
    } else {
      const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
      failed("Not kept: the site does not answer. Trying again.", Math.max(wait, asked) * (1 + Math.random() / 4));
      wait = Math.min(2 * wait, LONGEST);
    }
  }

  addEventListener("online", () => { if (text() !== kept && field.value) later(0); });
  addEventListener("pagehide", () => {
    if (stopped || isLeaving() || !field.value || text() === kept) return;
    copy();
    if (text().length < SMALL / 4) fetch(form.dataset.drafts, { method: "POST", body: body(), keepalive: true }).catch(() => {});
  });

  return {
    typed() {
      stopped = false;
      if (!field.value) begin(newId(), 0);
      copying ??= setTimeout(() => { copying = undefined; copy(); }, COPY);
      const now = performance.now();
      since ||= now;
      if (wait === FIRST) later(Math.min(PAUSE, Math.max(since + LONG - now, 0))); // else a try is due anyway
    },
    isKept: () => kept !== null && text() === kept,
    stop() {
      stopped = true;
      wait = FIRST;
      clearTimeout(timer);
      copy();
    },
    // The page is back from the browser's memory, after its text was saved.
    renew() { if (stopped) { stopped = false; kept = null; begin("", 0); } },
  };
}
