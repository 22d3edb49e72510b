"""What can be measured of a page as it is drawn: what sticks out, is too small, covered or lost."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

# All of axe's rules for WCAG 2.2 A, AA and good practice, and contrast 7:1 and target size as well.
_MORE = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
COLOURS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
# What hangs on where things are drawn; the rest is of the tree, which is one at every width.
DRAWN = [*COLOURS, "target-size", "scrollable-region-focusable"]

_NAME = """
const name = (e) => `<${e.localName} class="${e.getAttribute('class') ?? ''}">`
  + (e.textContent || e.name || '').trim().replace(/\\s+/g, ' ').slice(0, 40);
const clipped = (e) => e && (getComputedStyle(e).clipPath !== 'none' || clipped(e.parentElement));
const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && !clipped(e);
"""
# Beyond the page's edge, unless something around it scrolls or cuts it off on purpose.
_SIDEWAYS = f"""() => {{ {_NAME}
const wide = document.documentElement.clientWidth;
const out = [...document.body.querySelectorAll('*')].filter((e) => {{
  const box = e.getBoundingClientRect();
  if (!box.width || !seen(e) || (box.right <= wide + 0.5 && box.left >= -0.5)) return false;
  for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return false;
  return true;
}}).map((e) => name(e) + ' sticks out');
const page = document.scrollingElement;
if (page.scrollWidth > wide) out.push(`the page is ${{page.scrollWidth}} px wide, not ${{wide}}`);
return out; }}"""
# Links in running text are as high as its lines; everything else has 24 by 24 px.
_SMALL = f"""() => {{ {_NAME}
const running = 'p:not(.note__facts, .list__facts) a, .prose a, .summary li a';
return [...document.querySelectorAll('a, button, input, textarea, select, summary')]
  .filter((e) => seen(e) && e.type !== 'hidden' && !e.disabled && !e.matches(running))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 23.9 || box.height < 23.9)
  .map(([e, box]) => `${{name(e)}}: ${{box.width}} x ${{box.height}} px`); }}"""
# A picture over words, and words cut off in the middle without an ellipsis.
_OVER = f"""() => {{ {_NAME}
const found = [];
const words = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {{
  const text = walker.currentNode;
  if (!text.data.trim() || !seen(text.parentElement)) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  const clip = text.parentElement.closest('.list__excerpt')?.getBoundingClientRect();
  for (const box of range.getClientRects())
    if (!clip || box.bottom <= clip.bottom + 2) words.push([text, box]);
}}
const fixed = (e) => e.closest('.shell__header, .shell__places, .editor__bar, .bulk, .menu__list');
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
  && a.top < b.bottom - 1 && b.top < a.bottom - 1;
for (const picture of document.querySelectorAll('svg, input[type=checkbox]')) {{
  if (!seen(picture)) continue;
  const box = picture.getBoundingClientRect();
  for (const [text, line] of words)
    if (fixed(text.parentElement) === fixed(picture) && meet(box, line))
      found.push(`${{name(picture)}} lies over “${{text.data.trim().slice(0, 30)}}”`);
}}
for (const e of document.querySelectorAll('main *, header *')) {{
  const style = getComputedStyle(e);
  if (!seen(e) || e.matches('input, textarea, .list__excerpt')) continue;
  for (const [axis, size] of [['X', 'Width'], ['Y', 'Height']])
    if (['hidden', 'clip'].includes(style[`overflow${{axis}}`])
        && e[`scroll${{size}}`] > e[`client${{size}}`] + 1) found.push(`${{name(e)}} is cut off`);
}}
return found; }}"""
# Where the focus is: what it is called, whether a ring is drawn, and how much of it is covered.
_FOCUS = f"""() => {{ {_NAME}
const e = document.activeElement;
if (!e || e === document.body) return null;
let ring = false;
for (let p = e; p && p.localName !== 'main' && p !== document.body; p = p.parentElement) {{
  const style = getComputedStyle(p);
  if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ring = true;
}}
const whole = e.getBoundingClientRect();
const box = [...e.getClientRects()][0] ?? whole;
const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
const tall = box.height > innerHeight / 2;
const spots = tall ? [[0.5, 0.5]] : [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
const covered = spots.filter(([x, y]) => {{
  const at = tall
    ? [box.left + box.width * x, top + (bottom - top) * y]
    : [box.left + box.width * x, box.top + box.height * y];
  const hit = document.elementFromPoint(...at);
  return !(hit && (e.contains(hit) || hit.contains(e)));
}}).length;
const label = e.getAttribute('aria-label') || e.labels?.[0]?.textContent
  || (e.localName === 'textarea' ? '' : e.textContent) || e.name || '';
return {{ name: label.trim().replace(/\\s+/g, ' '), what: name(e), ring, covered }}; }}"""

# Where the Tab key goes on from: a place stays one when what stood there is gone.
_START = """(where) => { const e = document.createElement('span');
e.tabIndex = -1; document.body[where === 'end' ? 'append' : 'prepend'](e);
e.focus({ preventScroll: true }); e.remove(); scrollTo(0, 0); }"""
_KEYS = """e => { const drawn = window.drawn = [];
e.onkeydown = (key) => requestAnimationFrame(() => setTimeout(() =>
  drawn.push(performance.now() - key.timeStamp))); }"""


def axe(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe objects to, by all its rules or only these: the rule and the element."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    options |= {"rules": _MORE} if only is None else {"runOnly": only}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("(options) => axe.run(options).then((r) => r.violations)", options)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    return _list(page.evaluate(_SIDEWAYS))


def too_small(page: Page) -> list[str]:
    return _list(page.evaluate(_SMALL))


def overlaid(page: Page) -> list[str]:
    return _list(page.evaluate(_OVER))


def focus(page: Page) -> dict[str, Any] | None:
    """`name`, `what`, `ring`, `covered` (of five spots) of what has the focus; None for nothing."""
    found: dict[str, Any] | None = page.evaluate(_FOCUS)
    return found


def walk(page: Page, key: str = "Tab", most: int = 70) -> list[dict[str, Any]]:
    """Every stop of the Tab key, from the top of the page until it leaves it; or of Shift+Tab."""
    # From the top, Shift+Tab would leave the page, and come back to its end some time later.
    page.evaluate(_START, "end" if key.startswith("Shift") else "top")
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press(key)
        stop = focus(page)
        if stop is None:
            break
        stops.append(stop)
    return stops


def drawn(text: Locator, rate: int, presses: int) -> list[float]:
    """Milliseconds from a key to its picture, on a machine that is so many times slower."""
    page = text.page
    text.evaluate(_KEYS)
    throttle = page.context.new_cdp_session(page)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    for number in range(1, presses + 1):
        page.keyboard.press("x")
        page.wait_for_function("number => drawn.length === number", arg=number)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return [float(milliseconds) for milliseconds in page.evaluate("drawn")]


def _list(found: Any) -> list[str]:
    return [str(sentence) for sentence in found]
