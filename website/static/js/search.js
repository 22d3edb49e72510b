// Finds while one types, where the list is; the last that was typed counts. Elsewhere Enter does it.
import { draw } from "octavo/rendered";
import { times } from "octavo/times";

const REST = 120; // ms without a key

export function search(form) {
  const field = form.elements.q;
  const main = document.querySelector("main");
  const list = field.value ? null : [...main.childNodes];
  let asked = field.value.trim();
  let asking, timer;

  async function find() {
    const typed = field.value.trim();
    if (typed === asked) return;
    asked = typed;
    asking?.abort();
    asking = new AbortController();
    const url = new URL(form.action);
    if (typed) url.searchParams.set("q", typed);
    else if (!list) return form.requestSubmit();
    if (typed) {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: asking.signal }).catch(() => null);
      const got = answer?.ok ? await answer.json().catch(() => null) : null;
      if (asked !== typed) return;
      if (!got) { asked = null; return; } // Enter says what is wrong
      draw(main, got.html);
      main.querySelectorAll("time").forEach(times);
    } else main.replaceChildren(...list);
    history.replaceState(null, "", url);
  }

  function rest(event) {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(find, REST);
  }
  field.addEventListener("input", rest);
  field.addEventListener("compositionend", rest);
}
