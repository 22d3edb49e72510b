// The editor: saving by keyboard, once, and a warning before words are left behind that nobody keeps.
import { autosave } from "octavo/autosave";
import { isLeaving } from "octavo/copies";
import { count } from "octavo/count";
import { preview } from "octavo/preview";
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
  const saved = form.dataset.editor === "unsaved" ? null : fields.map(({ defaultValue }) => defaultValue).join("\n");
  let sending = false;
  let sent; // what Save was pressed on
  // On the way back a browser fills the text again and no other field: with the title of now it would
  // be half a note, with the version of now it would overwrite what others saved meanwhile.
  const left = history.state?.left;
  if (left) all.forEach((one, at) => { if (one.name !== "version" || left.sent !== saved) one.value = left.values[at]; });
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
  const draft = autosave(form, written, say);
  const show = () => {
    if (state.classList.contains(WRONG)) return;
    say(written() === saved ? "" : "Not saved yet");
  };

  // After autosave's, which sends, and counts what it sent. A page that the browser keeps comes back
  // whole, and would not be kept after this.
  addEventListener("pagehide", (event) => {
    if (!event.persisted) history.replaceState({ left: (sent || written() !== saved) && { sent, values: all.map(({ value }) => value) } }, "");
  });
  const open = () => { hold(false); show(); };

  form.addEventListener("input", () => { show(); draft.typed(); });
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sent = written();
    draft.stop();
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
  preview(form, field, form.querySelector("[data-preview]"));
  count(field, form.querySelector("[data-count]"));
}

document.querySelectorAll("[data-editor]").forEach(editor);
