// Finds while one types, where the list is; the last that was typed counts. Elsewhere Enter does it.
import { draw } from "octavo/rendered";
import { times } from "octavo/times";

const REST = 120; // ms without a key

export function search(form) {
  const field = form.elements.q;
  const main = document.querySelector("main");
  const start = field.value ? null : { address: location.href, title: document.title };
  let list;
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
    else if (!start) return form.requestSubmit();
    if (typed) {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual", signal: asking.signal }).catch(() => null);
      const got = answer?.ok ? await answer.json().catch(() => null) : null;
      if (asked !== typed) return;
      if (answer && !got) return form.requestSubmit(); // a page says what is wrong
      if (!got) { asked = null; return; } // no line: the next key, or Enter, tries again
      list ??= [...main.childNodes];
      draw(main, got.html);
      main.querySelectorAll("time").forEach(times);
      document.title = got.title;
      history.replaceState(null, "", url);
    } else if (list) {
      main.replaceChildren(...list);
      document.title = start.title;
      history.replaceState(null, "", start.address);
      list = null;
    }
  }

  function rest(event) {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(find, REST);
  }
  field.addEventListener("input", rest);
  field.addEventListener("compositionend", rest);
}
