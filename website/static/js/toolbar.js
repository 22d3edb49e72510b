// The toolbar is one stop of the Tab key; the arrow keys move within it, as the ARIA pattern says.
import { command, isApple } from "octavo/writing";

export function toolbar(bar, field) {
  const tools = [...bar.querySelectorAll("button")];
  const choose = (chosen) => tools.forEach((tool) => { tool.tabIndex = tool === chosen ? 0 : -1; });
  choose(tools[0]);
  if (isApple) for (const tool of tools) tool.title = tool.title.replace("Ctrl ", "⌘");
  bar.addEventListener("keydown", (event) => {
    const at = tools.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(tools.at(next % tools.length));
    tools.at(next % tools.length).focus();
  });
  // The text keeps the focus, and a phone its keyboard.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("button");
    if (!tool) return;
    choose(tool);
    command(field, tool.dataset.command);
  });
  bar.hidden = false;
  field.setAttribute("aria-describedby", `${field.id}-keys ${field.getAttribute("aria-describedby") ?? ""}`);
}
