// What completes a field, in the browser's own list under it: tags, and in the search box saved searches.
const WORD = { tags: /^(.*,\s*)?([^,]*)$/s, q: /^(.*?-?tag:)(\S*)$/is };

export function completes(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-list`;
  field.after(list);
  let asked;

  // A field with a list is another thing to who cannot see it: it has one while there is what to choose.
  function offer(...values) {
    list.replaceChildren(...values.map((value) => new Option("", value)));
    if (values.length) field.setAttribute("list", list.id);
    else field.removeAttribute("list");
  }

  async function find() {
    const [, before = "", word = ""] = (WORD[field.name] ?? WORD.tags).exec(field.value) ?? [];
    const saved = !field.value && field.dataset.saved;
    const now = saved || word;
    if (now === asked) return;
    asked = now;
    offer();
    if (!now.trim()) return;
    const url = new URL(saved || field.dataset.completes, location.href);
    if (!saved) url.searchParams.set("begins", word);
    const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" }).catch(() => null);
    const { tags = [], searches = [] } = (answer?.ok && (await answer.json().catch(() => null))) || {};
    if (asked === now) offer(...searches, ...tags.map((tag) => before + quoted(tag, field.name)));
  }

  field.addEventListener("input", (event) => event.isComposing || find());
  find();
}

function quoted(tag, name) {
  return name === "q" && /[\s"]/.test(tag) ? `"${tag.replaceAll('"', '""')}"` : tag;
}
