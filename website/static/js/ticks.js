// Ticked notes: how many there are, all of a page at once, and with Shift all between two.
export function ticks(main) {
  let last;
  main.addEventListener("click", ({ target, shiftKey }) => {
    const boxes = [...main.querySelectorAll(".list__tick")];
    const at = boxes.indexOf(target);
    const all = target.closest("[data-tick-all]");
    if (at < 0 && !all) return;
    const [from, to] = all ? [0, boxes.length] : shiftKey && boxes.includes(last) ? [boxes.indexOf(last), at].sort((a, b) => a - b) : [at, at];
    boxes.slice(from, to + 1).forEach((box) => (box.checked = all || target.checked));
    last = target;
    const count = boxes.filter((box) => box.checked).length;
    for (const said of main.querySelectorAll("[data-ticked]")) said.textContent = count === 1 ? "1 note ticked" : `${count} notes ticked`;
    main.querySelector("[data-tick-all]").hidden = count === boxes.length;
  });
}
