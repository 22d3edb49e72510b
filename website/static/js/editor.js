// The editor: saving by keyboard, once, and a warning before words are left behind that nobody keeps.
import { autosave } from "octavo/autosave";
import { isLeaving } from "octavo/copies";
import { count } from "octavo/count";
import { toolbar } from "octavo/toolbar";
import { writing } from "octavo/writing";

const PATIENCE = 5000; // ms, after which a save that was stopped can be tried again
const WRONG = "editor__state--wrong";

function editor(form) {
  const field = form.elements.body;
  const state = form.querySelector("[data-state]");
  const all = ["title", "body", "tags", "version", "key", "draft", "sequence"].map((name) => form.elements[name]);
  const fields = all.slice(0, 3);
  const written = () => fields.map(({ value }) => value).join("\n");
  // As the server sent it: going back, the browser may have put in by now what was typed. What came
  // back from a save that was refused is saved nowhere.
  const came = fields.map(({ defaultValue }) => defaultValue);
  const saved = form.dataset.editor ? null : came.join("\n");
  let sending = false;
  let sent; // what Save was pressed on
  // Tags come back in another order, and with other blanks.
  const plain = ([title, body, tags]) => [title, body, ...tags.split(",").map((tag) => tag.trim()).sort()].join();
  // On the way back a browser fills the text again and no other field: with the title of now it would
  // be half a note, with the version of now it would overwrite what others saved meanwhile.
  // What the person before typed here, and the browser fills in yet, is not for the next one.
  const { whose } = document.body.dataset;
  const left = history.state;
  if (left && left.whose !== whose) addEventListener("pageshow", () => form.reset(), { once: true });
  else left?.values?.forEach((value, at) => { if (at !== 3 || left.sent !== plain(came)) all[at].value = value; });
  history.replaceState({ whose }, "");
  // While a save is under way nothing more is taken: the page that follows would not have it.
  const hold = (still) => {
    sending = still;
    fields.forEach((one) => { one.readOnly = still; });
  };
  const said = form.querySelector("[data-said]"); // read aloud: what went wrong, and that it is over
  const say = (sentence, wrong = false) => {
    const was = state.classList.contains(WRONG);
    state.classList.toggle(WRONG, wrong);
    state.textContent = sentence;
    if ((wrong || was) && said.textContent !== sentence) said.textContent = sentence;
  };
  const draft = autosave(form, written, say, form.dataset.editor === "kept" ? came.join("\n") : null);
  const show = () => {
    if (state.classList.contains(WRONG)) return;
    say(written() === saved ? "" : "Not saved yet");
  };

  // After autosave's, which sends, and counts what it sent. A page that the browser keeps comes back
  // whole, and would not be kept after this.
  addEventListener("pagehide", (event) => {
    if (!(event.persisted && sending) && !isLeaving() && (sent || written() !== saved)) history.replaceState({ whose, sent, values: all.map(({ value }) => value) }, "");
  });
  const open = () => { hold(false); show(); };

  form.addEventListener("input", () => { show(); draft.typed(); });
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    draft.stop();
    sent = plain(fields.map(({ value }) => value));
    hold(true);
    say("Saving…");
    // Sent twice it is still one note and one version: the key and the version see to that.
    setTimeout(open, PATIENCE);
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && !isLeaving() && written() !== saved && !draft.isKept()) event.preventDefault();
  });
  addEventListener("pageshow", open);
  writing(field);
  toolbar(form.querySelector("[data-toolbar]"), field);
  // Who looks at the text loads what draws it; without that script the button sends the form, as ever.
  const button = form.querySelector("[data-preview]");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", async () => {
    await import("octavo/preview").then(({ preview }) => preview(form, field, button), () => { button.type = "submit"; });
    button.click();
  }, { once: true });
  count(field, form.querySelector("[data-count]"));
}

document.querySelectorAll("[data-editor]").forEach(editor);
