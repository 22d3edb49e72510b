// Words and characters, counted when the keys rest, and a little at a time.
const REST = 400; // ms without a key
const SLICE = 8; // ms, after which a key has its turn
const PIECE = /[^\n]{0,2000}(?:\s|$)|[^\n]{2000}/gu;

const said = (number, one) => `${number.toLocaleString("en-GB")} ${one}${number - 1 ? "s" : ""}`;

export function count(field, shown) {
  if (!Intl.Segmenter) return; // it alone knows words where no blanks stand
  const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
  let turn = 0;
  let timer;

  async function tally() {
    const mine = (turn += 1);
    let words = 0;
    let characters = 0;
    let since = performance.now();
    for (const piece of field.value.match(PIECE)) {
      for (const part of segmenter.segment(piece)) words += part.isWordLike;
      characters += [...piece].length;
      if (performance.now() - since < SLICE) continue;
      await new Promise((resolve) => { setTimeout(resolve); });
      if (mine !== turn) return;
      since = performance.now();
    }
    shown.textContent = characters ? `${said(words, "word")}, ${said(characters, "character")}` : "";
  }

  field.addEventListener("input", () => {
    turn += 1;
    clearTimeout(timer);
    timer = setTimeout(tally, REST);
  });
  tally();
}
