// The one place where HTML becomes part of a page: what our own server's renderer made, and nothing else.
const policy = globalThis.trustedTypes?.createPolicy("octavo", { createHTML: (html) => html });

export function draw(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html;
}
