// What a person does in Firefox; the numbers are those of the list of what a real browser must show.
import assert from "node:assert/strict";

const ANY_NOTE = /\/notes\/[0-9a-z]{26}$/;

const find = (page, name) => page.waitForSelector(`::-p-aria([name="${name}"])`);
const fieldNamed = (page, name) => page.waitForSelector(`form[data-editor] [name="${name}"]`);
const written = async (page) => (await fieldNamed(page, "body")).evaluate((field) => field.value);

async function enter(page, fields) {
  for (const [name, text] of Object.entries(fields)) {
    await (await fieldNamed(page, name)).evaluate((field, value) => {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }, text);
  }
}

async function press(page, name, options) {
  const gone = page.waitForNavigation();
  await (await find(page, name)).click(options);
  return gone;
}

async function write(page, url, fields) {
  await page.goto(`${url}/notes/new`);
  await enter(page, fields);
  await press(page, "Save");
  assert.match(page.url(), ANY_NOTE);
  return page.url();
}

const count = (page, title) => page.$$eval("main li", (rows, wanted) => rows.filter((row) => row.textContent.includes(wanted)).length, title);

export const scenarios = {
  "4 a double click on Save makes one note": async ({ open, url }) => {
    const page = await open();
    await page.goto(`${url}/notes/new`);
    await enter(page, { title: "Once", body: "only once" });
    await press(page, "Save", { count: 2 });
    await page.waitForFunction(() => /\/notes\/[0-9a-z]{26}$/.test(location.pathname));
    await page.goto(`${url}/notes`);
    assert.equal(await count(page, "Once"), 1);
  },

  "8 two tabs conflict and one button saves what is put together": async ({ open, url }) => {
    const [page, other] = [await open(), await open()];
    const note = await write(page, url, { title: "Shopping", body: "thyme\n" });
    for (const tab of [page, other]) await tab.goto(`${note}/edit`);
    await enter(other, { body: "bay\n" });
    await press(other, "Save");
    assert.equal(other.url(), note);
    await enter(page, { body: "sage\n" });
    const answer = await press(page, "Save");
    assert.equal(answer.status(), 409);
    const lines = (await written(page)).split("\n");
    assert.ok(lines.includes("bay") && lines.includes("sage"), lines.join("|"));
    await enter(page, { body: "bay\nsage\n" });
    await press(page, "Save");
    assert.equal(page.url(), note);
    await page.goto(`${note}/edit`);
    assert.equal(await written(page), "bay\nsage\n");
  },

  "8 a reload after another tab saved does not bring the old version back": async ({ open, url }) => {
    // Firefox fills a form again after a reload, hidden inputs too, unless they say no.
    const [page, other] = [await open(), await open()];
    const note = await write(page, url, { title: "Again", body: "one\n" });
    for (const tab of [page, other]) await tab.goto(`${note}/edit`);
    await enter(other, { body: "two\n" });
    await press(other, "Save");
    await page.reload();
    assert.equal(await (await fieldNamed(page, "version")).evaluate((field) => field.value), "2");
    assert.equal(await written(page), "two\n");
  },

  "15 a leading newline, CRLF, tabs and emoji come back": async ({ open, url }) => {
    const page = await open();
    for (const [typed, back = typed] of [
      ["\n\n\tthe first lines are empty\n\t\ttwo tabs, trailing blanks   \n   leading ones, 👩‍👩‍👧 🏳️‍🌈 é e\u0301 \u202eright to left\u202c \u200b \ufeff 日本 \u2028 line\n\n"],
      ["\r\none\r\n\r\ntwo\r\n", "\none\n\ntwo\n"],
    ]) {
      const note = await write(page, url, { title: "Text", body: typed });
      for (let time = 0; time < 2; time += 1) { // saved again untouched, it is not changed
        await page.goto(`${note}/edit`);
        assert.equal(await written(page), back);
        await press(page, "Save");
      }
    }
  },

  "11 what is typed is a draft soon, and a closed tab left it": async ({ open, url }) => {
    const [page, other] = [await open(), await open()];
    await page.goto(`${url}/notes/new`);
    await (await fieldNamed(page, "body")).type("first words");
    await page.waitForFunction(() => /^Draft kept \d\d:\d\d$/.test(document.querySelector("[data-state]").textContent));
    await page.close();
    await other.goto(`${url}/account/drafts`);
    assert.match(await other.$eval("main", (main) => main.textContent), /first words/);
  },

  "11 a tab that was closed while the server did not answer left its words in the browser": async ({ open, url }) => {
    const [page, other] = [await open(), await open()];
    await page.goto(`${url}/notes/new`);
    await page.setRequestInterception(true);
    page.on("request", (request) => (request.url().endsWith("/notes/drafts") ? request.abort() : request.continue()));
    await (await fieldNamed(page, "body")).type("only here");
    await page.waitForFunction(() => document.querySelector("[data-state]").textContent.startsWith("Not kept"));
    await page.close();
    await other.goto(`${url}/notes`);
    await (await other.waitForSelector(".notice a[href='/account/drafts']")).click();
    await other.waitForFunction(() => document.querySelector("main").textContent.includes("only here"));
  },

  "19 undo and redo give back what was there, after typing and after every command": async ({ open, url }) => {
    const page = await open();
    await page.goto(`${url}/notes/new`);
    const field = await fieldNamed(page, "body");
    const key = async (...keys) => {
      await field.focus();
      for (const held of keys.slice(0, -1)) await page.keyboard.down(held);
      await page.keyboard.press(keys.at(-1));
      for (const held of keys.slice(0, -1).reverse()) await page.keyboard.up(held);
    };
    await field.type("one two");
    await key("Control", "z");
    assert.notEqual(await written(page), "one two");
    await key("Control", "Shift", "z");
    assert.equal(await written(page), "one two");
    const buttons = await page.$$("[data-editor] [role=toolbar] button");
    let tried = 0;
    for (const button of buttons) {
      const name = await button.evaluate((one) => one.textContent.trim() || one.getAttribute("aria-label"));
      const before = await written(page);
      await field.evaluate((one) => one.setSelectionRange(4, 7));
      await button.click();
      const after = await written(page);
      if (after === before) continue; // it shows something, or asks
      tried += 1;
      await key("Control", "z");
      assert.equal(await written(page), before, `${name}, undone`);
      await key("Control", "Shift", "z");
      assert.equal(await written(page), after, `${name}, done again`);
      await key("Control", "z");
      assert.equal(await written(page), before, `${name}, undone again`);
    }
    assert.ok(tried >= buttons.length / 2, `${tried} of ${buttons.length} commands change the text`);
  },

  "35 what is found follows what is typed, and the last tag of a field is completed": async ({ open, url }) => {
    const page = await open();
    await write(page, url, { title: "A boat", body: "on the lake", tags: "garden, Work/Berlin" });
    await write(page, url, { title: "A car", body: "on the road" });
    await page.goto(`${url}/notes`);
    await (await page.waitForSelector("#search")).type("boa");
    await page.waitForFunction(() => document.querySelector(".list__title mark")?.textContent === "boa");
    assert.deepEqual([await count(page, "A boat"), await count(page, "A car")], [1, 0]);
    assert.match(page.url(), /[?&]q=boa$/);
    await page.goto(`${url}/notes/new`);
    await (await fieldNamed(page, "tags")).type("garden, wor");
    await page.waitForFunction(() => document.querySelector("#tags-list option")?.value === "garden, Work/Berlin");
  },
};
