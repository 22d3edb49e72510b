// What the editor's keys and buttons do to (text, start, end), as an edit: [start, end, what to put there, what is then
// selected: from, to], or null where there is nothing to do. Done twice, a mark is gone again.
const lineStart = (text, at) => (at ? text.lastIndexOf("\n", at - 1) + 1 : 0);
const lineEnd = (text, at) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};
// Marks leave empty lines alone, unless there is nothing else.
const isBlank = (line, lines) => lines.length > 1 && !line.trim();

// The edit that makes of the lines under the selection what `change` makes of a list of them.
function changeLines(text, start, end, change) {
  const from = lineStart(text, start);
  const to = lineEnd(text, end > start && text[end - 1] === "\n" ? end - 1 : end);
  const put = change(text.slice(from, to).split("\n")).join("\n");
  const last = from + put.length;
  // A caret stays where it was in the words of its line.
  return start === end ? [from, to, put, Math.max(from, last - to + start)] : [from, to, put, from, last];
}

// Quotation marks, indentation, the item's sign, the blanks after it, a task's box.
const ITEM = /^((?: {0,3}>[ \t]?)*)([ \t]*)(?:([-*+]|\d{1,9}[.)])([ \t]+)(\[[ xX]\](?:[ \t]+|$))?)?/;

function read(line) {
  const [lead, quote, blanks, sign = "", gap = "", box = ""] = ITEM.exec(line);
  const indent = blanks.replaceAll("\t", "    ").length;
  return { lead, quote, blanks, sign, gap, box, indent, rest: line.slice(lead.length), isNumber: sign.length > 1 || sign > "/" };
}
const lineAt = (text, at) => read(text.slice(lineStart(text, at), lineEnd(text, at)));
export const isItem = (text, at) => lineAt(text, at).sign !== "";

// Enter: the next item of the same kind; in an item without words, the end of the list.
export function enter(text, start, end) {
  const from = lineStart(text, start);
  const { lead, quote, blanks, sign, gap, box, rest, isNumber } = lineAt(text, start);
  if (!(sign || quote) || start < from + lead.length) return null;
  if (start === end && !rest.trim()) {
    const put = sign && quote;
    return [from, lineEnd(text, start), put, from + put.length];
  }
  const put = `\n${quote}${blanks}${isNumber ? parseInt(sign, 10) + 1 + sign.at(-1) : sign}${gap}${box && "[ ] "}`;
  return [start, end, put, start + put.length];
}

// The items above a line, nearest first, as far as the list reaches.
function above(text, from, quote) {
  const items = [];
  while (from > 0) {
    const item = lineAt(text, (from = lineStart(text, from - 1)));
    if (item.sign && item.quote === quote) items.push(item);
    else if (item.rest.trim() && !item.indent) break;
  }
  return items;
}

// Tab: into the item above. Shift-Tab: out of the one that it is in.
export function nest(text, start, end, isOut) {
  const first = lineAt(text, start);
  const items = above(text, lineStart(text, start), first.quote);
  const parent = items.find(({ indent }) => (isOut ? indent < first.indent : indent <= first.indent));
  // What is in an item begins where its words begin.
  const indent = !parent ? 0 : isOut ? parent.indent : parent.indent + parent.sign.length + Math.min(parent.gap.length, 4);
  const by = indent - first.indent;
  if (isOut ? by >= 0 : by <= 0) return null;
  const beside = items.find((item) => item.indent <= indent);
  // A list within an item begins with 1, or it would be no list.
  let number = (beside?.indent === indent && parseInt(beside.sign, 10)) || 0;
  return changeLines(text, start, end, (lines) => lines.map((line) => {
    if (isBlank(line, lines)) return line;
    const { quote, sign, gap, box, rest, isNumber, ...was } = read(line);
    const shown = isNumber && was.indent === first.indent ? (number += 1) + sign.at(-1) : sign;
    return quote + " ".repeat(Math.max(0, was.indent + by)) + shown + gap + box + rest;
  }));
}

const KINDS = {
  bullets: [(item) => item.sign && !item.box && !item.isNumber, () => "- "],
  numbers: [(item) => item.isNumber && !item.box, (at) => `${at}. `],
  tasks: [(item) => item.box, () => "- [ ] "],
};

// Lines become items of this kind; if they all are, lines again.
const toggle = (kind) => (text, start, end) => changeLines(text, start, end, (lines) => {
  const [is, sign] = KINDS[kind];
  const isOff = lines.every((line) => isBlank(line, lines) || is(read(line)));
  let at = 0;
  return lines.map((line) => {
    const { quote, blanks, rest } = read(line);
    return isBlank(line, lines) ? line : quote + blanks + (isOff ? "" : sign((at += 1))) + rest;
  });
});

const LEAD = /^\s*(?:(?:>|[-*+]|\d+[.)]|\[[ xX]\]|#+)\s+)*/;
const LINK = /^\[([^[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)/;

export const isAddress = (text) => /^(?:https?:\/\/|mailto:)[^\s<>]+$/i.test(text);

// Without the blanks at its ends; a caret within a word stands for the word.
function meant(text, start, end) {
  const words = text.slice(start, end);
  if (words) return words.trim() ? [end - words.trimStart().length, start + words.trimEnd().length] : [end, end];
  const before = /[\p{L}\p{M}\p{N}]*$/u.exec(text.slice(Math.max(0, start - 99), start))[0].length;
  const after = /^[\p{L}\p{M}\p{N}]*/u.exec(text.slice(end, end + 99))[0].length;
  return before && after ? [start - before, end + after] : [start, end];
}

function run(text, at, step, sign) {
  let count = 0;
  while (text[at + count * step] === sign) count += 1;
  return count;
}

const wrap = (mark) => function marked(text, start, end) {
  // No mark reaches over an empty line, or into the next item: each line gets its own.
  if (text.slice(start, end).includes("\n")) return changeLines(text, start, end, (lines) => {
    const made = lines.map((line) => {
      const [from, to, put] = line.trim() ? marked(line, LEAD.exec(line)[0].length, line.length) : [0, 0, ""];
      return line.slice(0, from) + put + line.slice(to);
    });
    const isOff = made.every((line, at) => line.length <= lines[at].length);
    return made.map((line, at) => (isOff || line.length > lines[at].length ? line : lines[at]));
  });
  const size = mark.length;
  // Of *** two are bold and one is italic.
  const has = (before, after) => (mark === "*" ? Math.min(before, after) % 2 : Math.min(before, after) >= size);
  const isCaret = start === end;
  [start, end] = meant(text, start, end);
  const words = text.slice(start, end);
  const after = run(text, end, 1, mark[0]);
  if (has(run(text, start - 1, -1, mark[0]), after)) return [start - size, end + size, words, start - size, end - size];
  // At the end of what is marked: out of it.
  if (isCaret && !words && has(after, after) && /\S/.test(text[start - 1])) return [start, end, "", end + size];
  if (words.length > 2 * size && has(run(text, start, 1, mark[0]), run(text, end - 1, -1, mark[0]))) {
    return [start, end, words.slice(size, -size), start, end - 2 * size];
  }
  return [start, end, mark + words + mark, start + size, end + size];
};

function code(text, start, end) {
  if (!text.slice(start, end).includes("\n")) return wrap("`")(text, start, end);
  return changeLines(text, start, end, (lines) => {
    if (lines.length > 1 && /^```/.test(lines[0]) && /^```+$/.test(lines.at(-1))) return lines.slice(1, -1);
    const fence = "`".repeat(1 + Math.max(2, ...lines.map((line) => run(line, 0, 1, "`"))));
    return [fence, ...lines, fence];
  });
}

export function linked(text, start, end, address) {
  const isOdd = address.split("(").length !== address.split(")").length;
  const put = `[${text.slice(start, end)}](${isOdd ? `<${address}>` : address})`;
  return [start, end, put, start + put.length];
}

function link(text, start, end) {
  [start, end] = meant(text, start, end);
  const words = text.slice(start, end);
  const from = text[start - 1] === "[" ? start - 1 : start;
  const [whole, name] = LINK.exec(text.slice(from, end + 2000)) ?? [];
  if ((from < start ? name : whole) === words) return [from, from + whole.length, name, from, from + name.length];
  const [put, at] = isAddress(words) ? [`[](${words})`, 1] : [`[${words}]()`, words ? words.length + 3 : 1];
  return [start, end, put, start + at]; // the half that is missing
}

const heading = (text, start, end) => changeLines(text, start, end, (lines) => {
  const lead = `${"#".repeat((/^#{1,3}(?= )/.exec(lines[0])?.[0].length ?? 0) + 1)} `;
  return lines.map((line) => (isBlank(line, lines) ? line : line.replace(/^(?:#+ +)?/, lead.length > 4 ? "" : lead)));
});

const quote = (text, start, end) => changeLines(text, start, end, (lines) => {
  const isOn = lines.every((line) => line[0] === ">");
  return lines.map((line) => (isOn ? line.replace(/^> ?/, "") : `> ${line}`));
});

export const commands = {
  heading, link, code, quote,
  bold: wrap("**"), italic: wrap("*"),
  bullets: toggle("bullets"), numbers: toggle("numbers"), tasks: toggle("tasks"),
};
