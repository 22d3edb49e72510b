// One Firefox for a run: reads a scenario a line, plays it in a browser without cookies, answers in a line.
import process from "node:process";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";
import { scenarios } from "./scenarios.js";

const PATIENCE = 30000; // ms, on a machine that does much else

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.argv[2],
  headless: true,
  timeout: 2 * PATIENCE,
});

async function play({ scenario, url, cookie }) {
  const context = await browser.createBrowserContext();
  const complaints = [];
  const open = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (said) => { if (said.type() === "error") complaints.push(said.text()); });
    return page;
  };
  try {
    await context.setCookie({ name: "octavo", value: cookie, domain: new URL(url).hostname, path: "/" });
    await scenarios[scenario]({ open, url });
    if (complaints.length) throw new Error(`The console says: ${complaints.join("\n")}`);
  } finally {
    await context.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const error = await play(JSON.parse(line)).then(() => null, (failed) => failed.stack ?? String(failed));
  console.log(JSON.stringify({ error }));
}
await browser.close();
