// The keys of the textarea. Text is changed as typing changes it, so that undo and redo stay the browser's own.
import { commands, enter, isAddress, isItem, linked, nest } from "octavo/commands";

const KEYS = { b: "bold", i: "italic", k: "link" };
export const isApple = /Mac|iP/.test(navigator.platform);

function apply(field, [start, end, put, from, to = from]) {
  // Only what differs is replaced: after an undo, that is what is selected.
  const old = field.value.slice(start, end);
  const most = Math.min(old.length, put.length);
  let head = 0;
  let tail = 0;
  while (head < most && old[head] === put[head]) head += 1;
  while (tail < most - head && old.at(-1 - tail) === put.at(-1 - tail)) tail += 1;
  const text = put.slice(head, put.length - tail);
  field.focus();
  field.setSelectionRange(start + head, end - tail);
  if (text) document.execCommand("insertText", false, text);
  else if (head + tail < old.length) document.execCommand("delete");
  // Setting it where it is would not be seen, but closes what typing has open to be undone at once.
  if (field.selectionStart !== from || field.selectionEnd !== to) field.setSelectionRange(from, to);
}

const where = (field) => [field.value, field.selectionStart, field.selectionEnd];

export function command(field, name) {
  if (!field.readOnly) apply(field, commands[name](...where(field)));
}

export function writing(field) {
  // Who came here by Tab, or pressed Escape, leaves by Tab: it indents for who is writing.
  let isLeaving = false;
  field.addEventListener("focus", (event) => { isLeaving = event.relatedTarget !== null; });
  for (const name of ["input", "click"]) field.addEventListener(name, () => { isLeaving = false; });

  field.addEventListener("keydown", (event) => {
    const { key, code, shiftKey, altKey, ctrlKey, metaKey } = event;
    // Safari ends a composition before the key that ended it, which then has this code.
    if (event.isComposing || event.keyCode === 229 || field.readOnly) return;
    const held = altKey || ctrlKey || metaKey;
    let edit = null;
    if (key === "Enter" && !held && !shiftKey) edit = enter(...where(field));
    else if (key === "Tab" && !held) {
      if (isLeaving || !isItem(field.value, field.selectionStart)) return;
      event.preventDefault();
      edit = nest(...where(field), shiftKey);
    } else if (!altKey && !shiftKey && (isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey)) {
      // The letter, or under a script without Latin letters the one in its place.
      const name = KEYS[(/^[a-z]$/i.test(key) ? key : code.replace("Key", "")).toLowerCase()];
      if (name) edit = commands[name](...where(field));
    }
    if (key !== "Shift") isLeaving = key === "Escape";
    if (!edit) return;
    event.preventDefault();
    apply(field, edit);
  });

  field.addEventListener("paste", (event) => {
    const [text, start, end] = where(field);
    const pasted = event.clipboardData.getData("text/plain").trim();
    const words = text.slice(start, end);
    if (!isAddress(pasted) || !words.trim() || words.includes("\n") || isAddress(words.trim()) || field.readOnly) return;
    event.preventDefault();
    apply(field, linked(text, start, end, pasted));
  });
}
