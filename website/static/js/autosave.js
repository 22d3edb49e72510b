// Keeps what is being typed as a draft on the server, and says the truth about it.
import { drop, hold, isLeaving, newId, put } from "octavo/copies";

const PAUSE = 1200; // ms without a key, then it is sent
const COPY = 250;
const FIRST = 2000; // ms until the next try after a failure; twice as long each time
const LONGEST = 60000;
const SMALL = 60000; // bytes that a closing page may still send

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function autosave(form, text, show) {
  const field = form.elements.draft;
  let sequence = Number(form.dataset.sequence);
  let kept = null; // the text that the server has as a draft
  let busy = false;
  let wait = FIRST;
  let timer, copying;
  let stopped = false;
  let release = () => {};

  const begin = (id, number) => {
    release();
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
    const sent = text();
    const body = new FormData(form);
    for (const [name, value] of fields().slice(-2)) body.set(name, value);
    const answer = await fetch(form.dataset.drafts, { method: "POST", body, redirect: "error" }).catch(() => null);
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    busy = false;
    if (stopped) return;
    if (said && !said.closed) {
      ({ sequence } = said);
      kept = sent;
      wait = FIRST;
      if (text() === sent) {
        drop(field.value);
        show(`Draft kept ${clock.format(new Date(said.at))}`);
      } else later(PAUSE);
    } else if (said || answer?.status === 409) {
      drop(field.value);
      begin(newId(), 0);
      later(0);
    } else if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
      failed(answer.status === 401 ? "You are signed out. Press Save and log in: your text comes along." : "This text cannot be kept as a draft. Save it.");
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
    const body = new FormData(form);
    for (const [name, value] of fields().slice(-2)) body.set(name, value);
    if (text().length < SMALL / 4) fetch(form.dataset.drafts, { method: "POST", body, keepalive: true }).catch(() => {});
  });

  return {
    typed() {
      stopped = false;
      if (!field.value) begin(newId(), 0);
      clearTimeout(copying);
      copying = setTimeout(copy, COPY);
      if (wait === FIRST) later(PAUSE); // else a try is due anyway
    },
    isKept: () => kept !== null && text() === kept,
    stop() { stopped = true; clearTimeout(timer); clearTimeout(copying); copy(); },
    // The page is back from the browser's memory, after its text was saved.
    renew() { if (stopped) { stopped = false; kept = null; begin("", 0); } },
  };
}
