// The HTML report, and the pages of changes and trends, as a reader meets them; started by `run`, which names the browser and the pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const require = createRequire(`${process.env.NODE_CACHE}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const url = (name) => `file://${process.env.PAGES}/${name}`;

let browser;
let folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

// Opens a page and gives what went wrong on it, to be empty at the end.
const open = async (name, { hash = "", ready = true, ...options } = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
  page.on("request", (request) => { if (request.url() !== url(name) + hash && !request.url().startsWith("blob:")) faults.push(request.url()); });
  page.on("dialog", (dialog) => { faults.push(dialog.message()); dialog.dismiss(); });
  await page.goto(url(name) + hash);
  if (ready) await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
  return { page, faults, close: () => context.close() };
};
const count = (page) => page.textContent("#count");
const unfold = (page) => page.evaluate(() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const part of document.querySelectorAll(".tall")) part.classList.remove("tall");
});

const OTHERS = ["diff.html", "trend.html", "long-trend.html"];

for (const name of ["plain.html", "small.html", "hostile.html", "empty.html", "huge.html", ...OTHERS]) {
  test(`${name} runs from a file, fetches nothing and keeps its policy`, async () => {
    const { page, faults, close } = await open(name);
    assert.deepEqual(faults, []);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    await close();
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 320]) {
    for (const name of ["small.html", "diff.html", "trend.html"]) {
      test(`axe finds nothing in ${name}, ${colorScheme}, ${width} px`, async () => {
        const { page, close } = await open(name, { colorScheme, viewport: { width, height: 900 } });
        if (name === "small.html") await page.click("#rows .open-row");
        await unfold(page);
        await page.evaluate(axe);
        const result = await page.evaluate(() => globalThis.axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          resultTypes: ["violations"],
        }));
        const said = result.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
        assert.deepEqual(said, []);
        await close();
      });
    }
  }
}

for (const name of ["plain.html", "hostile.html", ...OTHERS]) {
  test(`${name} fits 320 px, folded and unfolded`, async () => {
    const { page, close } = await open(name, { viewport: { width: 320, height: 700 } });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await over(), 0);
    await unfold(page);
    assert.equal(await over(), 0);
    await close();
  });
}

test("the theme can be turned, and says so", async () => {
  const { page, close } = await open("plain.html", { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), "rgb(255, 255, 255)");
  await page.click("#theme");
  assert.notEqual(await ground(), "rgb(255, 255, 255)");
  assert.equal(await page.getAttribute("#theme", "aria-pressed"), "true");
  await close();
});

test("search, filters, order and pages work, and the address brings them back", async () => {
  const { page, close } = await open("plain.html");
  assert.equal(await count(page), "400 findings");
  assert.equal(await page.locator("#rows .open-row").count(), 100);
  await page.click("#next");
  assert.equal(await page.textContent("#page"), "Page 2 of 4");
  await page.fill("#q", "vm/hosts nothing has this");
  assert.equal(await count(page), "0 of 400 findings");
  await page.fill("#q", "OPEN for");
  assert.equal(await count(page), "400 findings");
  await page.selectOption("#by-change", "n");
  assert.match(await count(page), /^5\d of 400 findings$/);
  await page.selectOption("#by-change", "");
  await page.uncheck("#levels input[value='4']");
  await page.uncheck("#levels input[value='3']");
  await page.selectOption("#by-status", "open");
  const shown = await count(page);
  assert.match(shown, /^\d+ of 400 findings$/);
  const levels = await page.locator("#rows tbody .level").allTextContents();
  assert.ok(levels.length > 0 && levels.every((word) => ["medium", "low", "info"].includes(word)));
  await page.click("#rows [data-sort=message] button");
  const messages = await page.locator("#rows .open-row").allTextContents();
  assert.deepEqual(messages, messages.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  assert.equal(await page.getAttribute("#rows [data-sort=message]", "aria-sort"), "ascending");
  await page.waitForFunction(() => location.hash.includes("sort=message"));
  const hash = await page.evaluate(() => location.hash);

  const again = await open("plain.html", { hash });
  assert.equal(await count(again.page), shown);
  assert.equal(await again.page.inputValue("#q"), "OPEN for");
  assert.deepEqual(await again.page.locator("#rows .open-row").allTextContents(), messages);
  await again.page.click("#filter button[type=reset]");
  await again.page.waitForFunction(() => document.getElementById("count").textContent === "400 findings");
  await again.close();
  await close();
});

test("the explorer works by keyboard alone", async () => {
  const { page, close } = await open("plain.html");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.locator("#rows .open-row").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#rows .open-row").first().getAttribute("aria-expanded"), "true");
  assert.equal(await page.locator("#rows .detail").count(), 1);
  assert.equal(await page.evaluate(() => document.activeElement.className), "open-row");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#rows .detail").count(), 0);
  await page.locator("#C03 > summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.getElementById("C03").open), true);
  await close();
});

test("controls can be shown by outcome", async () => {
  const { page, close } = await open("plain.html");
  await page.uncheck("#outcomes input[value=fail]");
  assert.equal(await page.locator("details.control[data-outcome=fail]:visible").count(), 0);
  assert.ok(await page.locator("details.control[data-outcome=pass]:visible").count() > 0);
  await page.goto(`${url("plain.html")}#C01`);
  await page.waitForFunction(() => document.getElementById("C01").open);
  assert.ok(await page.isVisible("#C01"));
  await close();
});

test("controls can be shown by framework, and in another order", async () => {
  const { page, close } = await open("plain.html");
  const standing = () => page.locator("details.control:visible").evaluateAll((all) => all.map((one) => one.id));
  const numbers = Array.from({ length: 20 }, (_, at) => `C${String(at + 1).padStart(2, "0")}`);
  assert.deepEqual(await standing(), numbers);
  await page.selectOption("#by-framework", "CIS");
  const mapped = await standing();
  assert.ok(mapped.length > 0 && mapped.length < 20);
  await page.selectOption("#by-framework", "");
  await page.selectOption("#control-order", "findings");
  const counts = await page.locator("details.control").evaluateAll((all) => all.map((one) => Number(one.dataset.open)));
  assert.deepEqual(counts, counts.toSorted((a, b) => b - a));
  await page.selectOption("#control-order", "outcome");
  const ranks = await page.locator("details.control").evaluateAll((all) => all.map((one) => one.dataset.outcome));
  assert.deepEqual([...new Set(ranks)], ["fail", "warn", "error", "unseen", "pass", "na"]);
  assert.equal(ranks.findLastIndex((rank) => rank === "fail") + 1, ranks.filter((rank) => rank === "fail").length);
  await page.selectOption("#control-order", "number");
  assert.deepEqual(await standing(), numbers);
  await close();
});

test("the strip of ages is as readable on a small screen as its table", async () => {
  const { page, close } = await open("plain.html", { viewport: { width: 320, height: 900 } });
  await page.evaluate(() => { document.getElementById("C10").open = true; });
  const strip = page.locator("#C10 svg.ages");
  const { width } = await strip.boundingBox();
  assert.ok(width <= 320 && width > 240, `${width}`);
  const letters = await strip.locator("text").first().evaluate((text) => text.getBoundingClientRect().height);
  assert.ok(letters > 8, `${letters}`);
  assert.equal(await page.locator("#C10 table.twin tbody tr").count(), 4);
  await close();
});

for (const name of OTHERS) {
  test(`${name} works without a script, and prints`, async () => {
    const { page, faults, close } = await open(name, { javaScriptEnabled: false, ready: false });
    assert.ok(await page.isHidden(".tools"));
    const file = join(folder, `${name}.pdf`);
    await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
    const pages = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).split("\f").slice(0, -1);
    pages.forEach((text, at) => assert.ok(text.replaceAll(/\s/g, "").includes(`${at + 1}/${pages.length}`), `page ${at + 1}`));
    assert.deepEqual(faults, []);
    await close();
  });
}

test("links lead to findings and answers that do not stand in the page", async () => {
  const { page, faults, close } = await open("huge.html");
  const last = await page.evaluate(async () => {
    document.querySelector("#q").value = "ev:100#";
    document.querySelector("#q").dispatchEvent(new Event("input", { bubbles: true }));
    const standing = (row) => document.getElementById(row);
    for (const button of document.querySelectorAll("#rows .open-row")) {
      button.click();
      const key = document.querySelector("#rows .detail a[href^='#f-']").getAttribute("href").slice(1);
      if (!standing(key)) return [key, document.querySelector(`#rows .open-row[value="${button.value}"]`).textContent];
    }
    return [];
  });
  assert.equal(last.length, 2);
  await page.goto(`${url("huge.html")}#${last[0]}`);
  await page.waitForSelector("#rows .found .open-row[aria-expanded=true]");
  assert.equal(await page.textContent("#rows .found .open-row"), last[1]);
  const answers = await page.locator("#answers tbody tr").evaluateAll((rows) => rows.map((row) => row.id));
  const unseen = Array.from({ length: 200 }, (_, at) => `ev-${100 + at}`).find((id) => !answers.includes(id));
  if (unseen) {
    await page.goto(`${url("huge.html")}#${unseen}`);
    await page.waitForSelector(`#${unseen}`);
  }
  assert.deepEqual(faults, []);
  await close();
});

test("what is saved as CSV is what is shown, and no spreadsheet runs it", async () => {
  const { page, close } = await open("hostile.html");
  const saving = page.waitForEvent("download");
  await page.click("#export");
  const file = join(folder, "findings.csv");
  await (await saving).saveAs(file);
  const rows = parse(readFileSync(file, "utf8"));
  assert.equal(rows.length, 301);
  assert.ok(rows.every((row) => row.length === 13));
  for (const row of rows) for (const cell of row) assert.doesNotMatch(cell, /^ *[=+\-@\t\r\n\0＝＋－＠]/);
  assert.ok(rows.some((row) => row[8].startsWith("'=HYPERLINK")));
  await close();
});

// RFC 4180.
const parse = (text) => {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ",") { rows.at(-1).push(cell); cell = ""; }
    else if (letter === "\r" && text[at + 1] === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); at += 1; }
    else cell += letter;
  }
  rows.pop();
  return rows;
};

test("without a script it is still a report", async () => {
  const { page, faults, close } = await open("plain.html", { javaScriptEnabled: false, ready: false });
  assert.ok(await page.isVisible("#plain"));
  assert.ok(await page.isHidden("#explorer"));
  assert.ok(await page.isHidden(".tools"));
  await page.click("#C01 > summary");
  assert.ok(await page.locator("#C01 tr[id^='f-']").first().isVisible());
  assert.deepEqual(faults, []);
  await close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`on paper everything is unfolded and each page names the evidence, ${javaScriptEnabled ? "with" : "without"} a script`, async () => {
    const { page, close } = await open("plain.html", { javaScriptEnabled, ready: javaScriptEnabled });
    const file = join(folder, `report-${javaScriptEnabled}.pdf`);
    await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
    const pages = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).split("\f").slice(0, -1);
    assert.ok(pages.length > 5);
    const root = (await page.textContent("footer")).match(/root (\S+)/)[1];
    const squeezed = pages.map((text) => text.replaceAll(/\s/g, ""));
    squeezed.forEach((text, at) => assert.ok(text.includes(root) && text.includes(`${at + 1}/${pages.length}`), `page ${at + 1}`));
    const finding = (await page.locator("tr[id^='f-'] td:nth-child(3)").last().textContent()).split(" is open")[0];
    assert.ok(squeezed.join("").includes(finding.replaceAll(/\s/g, "")), finding);
    await close();
  });
}

for (const name of ["plain.html", "hostile.html", ...OTHERS]) {
  test(`${name} is no wider than A4 with its margins`, async () => {
    const { page, close } = await open(name, { viewport: { width: 688, height: 900 } });
    await page.emulateMedia({ media: "print" });
    await unfold(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await close();
  });
}

// Times depend on the machine: they are said, and only far off ones fail.
test("100,000 findings are usable at once", async (t) => {
  const { page, close } = await open("huge.html");
  const usable = Number(await page.getAttribute("html", "data-ready"));
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const time = (script) => page.evaluate(async (source) => {
    const times = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const start = performance.now();
      const q = document.getElementById("q");
      q.value = source;
      q.dispatchEvent(new Event("input", { bubbles: true }));
      times.push(performance.now() - start);
    }
    return times.toSorted((a, b) => a - b)[2];
  }, script);
  const rare = await time("web-00");
  const found = await count(page);
  const common = await time("open for 3");
  const clear = await time("");
  t.diagnostic(`usable after ${usable} ms; filter ${rare.toFixed(0)} ms (${found}), ${common.toFixed(0)} ms; clear ${clear.toFixed(0)} ms; ${nodes} elements`);
  assert.ok(nodes < 32_000);
  assert.ok(usable < 10_000 && rare < 500 && common < 500 && clear < 500);
  await close();
});
