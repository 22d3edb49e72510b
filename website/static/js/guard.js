// A page that the browser kept in memory is shown again only to the person it was made for.
export function guard(body) {
  const { whose, whoseUrl } = body.dataset;
  if (!whose) return;
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    body.hidden = true;
    const now = await fetch(whoseUrl, { cache: "no-store" }).then((answer) => (answer.ok ? answer.text() : null), () => null);
    // Without an answer the page stays: what was being typed here must not go.
    if (now === null || now === whose) body.hidden = false;
    else location.reload();
  });
}
