// A box is ticked where it stands; what it shows is what the server has.
function tasks(form) {
  let before = Promise.resolve();
  let natively = false;

  const state = document.createElement("strong");
  state.className = "task__state";
  state.setAttribute("role", "status");

  async function send(button) {
    state.textContent = "";
    const body = new FormData(form, button);
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "error", signal: AbortSignal.timeout(2e4) }).catch(() => null);
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!answer) {
      button.after(state);
      state.textContent = button.name === "tick" ? "Not ticked: the site does not answer." : "Not cleared: the site does not answer.";
      return;
    }
    if (!said) {
      // What else went wrong, the server says on a page of its own.
      natively = true;
      form.requestSubmit(button);
      natively = false;
      return;
    }
    form.elements.version.setAttribute("value", said.version);
    const done = button.name === "tick";
    button.setAttribute("aria-checked", String(done));
    button.name = done ? "clear" : "tick";
  }

  form.addEventListener("submit", (event) => {
    if (natively || !event.submitter) return;
    event.preventDefault();
    before = before.then(() => send(event.submitter));
  });
}

document.querySelectorAll("[data-tasks]").forEach(tasks);
