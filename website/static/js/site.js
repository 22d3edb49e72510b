// What every page loads. Everything works without it.
import { guard } from "octavo/guard";
import { reveal } from "octavo/reveal";
import { menus } from "octavo/menus";
import { tell, wipe } from "octavo/copies";
import { search } from "octavo/search";
import { ticks } from "octavo/ticks";
import { times } from "octavo/times";

guard(document.body);
document.querySelector("[data-focus]")?.focus();
document.querySelectorAll("time").forEach(times);
document.querySelectorAll("[data-secret]").forEach(reveal);
document.querySelectorAll("[data-search]").forEach(search);
document.querySelectorAll("main").forEach(ticks);
document.querySelectorAll("[data-completes]").forEach((field) => {
  field.addEventListener("focus", () => import("octavo/completes").then(({ completes }) => completes(field), () => {}), { once: true });
});
document.querySelectorAll("details.menu").forEach(menus);
document.querySelectorAll("[data-signs-out]").forEach(wipe);
tell(document.querySelector("main"));
