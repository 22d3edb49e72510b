// Saving by keyboard, once, and a warning before unsaved words are left behind.
const PATIENCE = 5000; // ms, after which a save that was stopped can be tried again

export function editor(form) {
  const state = form.querySelector("[data-state]");
  const written = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token").join("\n");
  // What came back from a save that was refused is saved nowhere.
  const saved = form.dataset.editor === "unsaved" ? null : written();
  let sending = false;
  // While a save is under way nothing more is taken: the page that follows would not have it.
  const hold = (still) => {
    sending = still;
    for (const field of form.querySelectorAll("input, textarea")) field.readOnly = still;
  };
  const show = () => { state.textContent = written() === saved ? "" : "Not saved yet"; };

  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    hold(true);
    state.textContent = "Saving…";
    // Sent twice it is still one note and one version: the key and the version see to that.
    setTimeout(() => { hold(false); show(); }, PATIENCE);
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && written() !== saved) event.preventDefault();
  });
  addEventListener("pageshow", () => { hold(false); show(); });
}
