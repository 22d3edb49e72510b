// Saving by keyboard, once, and a warning before unsaved words are left behind.
export function editor(form) {
  const state = form.querySelector("[data-state]");
  const written = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token").join("\n");
  const saved = written();
  let sending = false;

  form.addEventListener("input", () => {
    state.textContent = written() === saved ? "" : "Not saved yet";
  });
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
    state.textContent = "Saving…";
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
  addEventListener("pageshow", () => { sending = false; });
}
