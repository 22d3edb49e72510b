// The text as the server will show it, drawn when the keys rest: beside the text, or on a phone in its place.
import { SIGNED_OUT } from "octavo/autosave";
import { draw } from "octavo/rendered";

const REST = 300; // ms without a key

const beyond = (element) => element.scrollHeight - element.clientHeight;
// How far one has read in it, where it scrolls by itself and where the page does.
const read = (element) => (beyond(element) > 1
  ? element.scrollTop / beyond(element)
  : Math.max(0, -element.getBoundingClientRect().top / element.offsetHeight));
function show(element, share) {
  if (beyond(element) > 1) element.scrollTop = share * beyond(element);
  else if (share) scrollBy(0, element.getBoundingClientRect().top + share * element.offsetHeight);
}

export function preview(form, field, button) {
  const pane = form.querySelector("[data-pane]");
  const [said, page] = pane.children;
  let drawn = null; // the text that the pane shows
  let cost = 0;
  let isBusy = false;
  let timer;

  const later = () => { clearTimeout(timer); timer = setTimeout(ask, Math.max(REST, 2 * cost)); };
  const follow = () => { if (field.offsetHeight) show(pane, read(field)); };

  // One request at a time; what was typed meanwhile is asked for after it.
  async function ask() {
    const text = field.value;
    if (isBusy || pane.hidden || text === drawn) return;
    isBusy = true;
    const since = performance.now();
    const body = new FormData(form);
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(2e4) }).catch(() => null);
    const got = await answer?.json().catch(() => null);
    isBusy = false;
    if (got?.html === undefined) said.textContent = got?.error ?? (answer?.status === 401 ? SIGNED_OUT : "No preview just now.");
    else {
      drawn = text;
      draw(page, got.html);
      said.textContent = got.html ? "" : "There is nothing to show yet.";
      follow();
    }
    cost = performance.now() - since;
    if (field.value !== text) later();
  }

  button.addEventListener("click", async () => {
    const share = read(field.offsetHeight ? field : pane);
    pane.hidden = !pane.hidden;
    form.classList.toggle("editor--preview", !pane.hidden);
    button.setAttribute("aria-pressed", String(!pane.hidden));
    if (field.offsetHeight) show(field, share);
    await ask();
    if (!field.offsetHeight) show(pane, share);
  });
  field.addEventListener("input", later);
  field.addEventListener("scroll", follow, { passive: true });
  // Looking something up leaves no words behind.
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a:not([href^='#'])");
    if (link) link.target = "_blank";
  });
}
