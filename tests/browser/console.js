// The console in Chromium: each line of standard output is one finding, and
// nothing but "done" at the end is good.  Arguments: a JSON object with base,
// incident (its path), name, password, chromium and folder.
"use strict";

const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const asked = JSON.parse(process.argv[2]);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 360, height: 640 };

function found(where, what) {
  console.log(where + ": " + what);
}

async function open(options) {
  const folder = fs.mkdtempSync(path.join(asked.folder, "chromium-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: asked.chromium,
    headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
      "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
    viewport: PHONE,
    bypassCSP: options.bypassCSP,
    javaScriptEnabled: options.script,
    colorScheme: options.scheme,
  });
  const page = context.pages()[0] || await context.newPage();
  page.setDefaultTimeout(30000);
  page.on("pageerror", (e) => found("script", e.message));
  page.on("console", (m) => {
    // The browser says so of every status from 400 on, whoever wanted it.
    if (m.type() === "error" && !m.text().includes("status of 4"))
      found("browser", m.text());
  });
  page.on("request", (r) => {
    if (!r.url().startsWith(asked.base) && !r.url().startsWith("data:"))
      found("foreign", r.url());
  });
  return { context, page };
}

// Tab until this has the focus; nobody should need more than so many.
async function tabTo(page, where, selector) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    if (await page.locator(selector).first().evaluate(
      (e) => e === document.activeElement).catch(() => false))
      return;
  }
  throw new Error(where + ": no way by keyboard to " + selector);
}

async function typeInto(page, selector, text) {
  await tabTo(page, "log in", selector);
  await page.keyboard.type(text);
}

async function logIn(page, at) {
  await page.goto(asked.base + at);
  await typeInto(page, "#name", asked.name);
  await typeInto(page, "#password", asked.password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function fitsPhone(page, where) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) found(where, "is " + wide + " px wider than a phone");
}

// With keyboard alone, without script, at phone width.
async function takeByKeyboard() {
  const { context, page } = await open({ script: false });
  await logIn(page, asked.incident);
  await fitsPhone(page, asked.incident);
  await page.keyboard.press("Tab");
  const first = await page.locator("a.skip").evaluate(
    (e) => e === document.activeElement);
  if (!first) found(asked.incident, "the skip link is not the first");
  await tabTo(page, asked.incident, "button[value=take]");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  const notice = await page.locator("[role=status].notice").innerText();
  if (!notice.startsWith("You have it, since"))
    found(asked.incident, "after taking it: " + notice);
  await context.close();
}

async function look(page, where) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document));
  if (result.passes.length < 10)
    found(where, "axe looked at " + result.passes.length + " things only");
  for (const v of result.violations)
    for (const n of v.nodes)
      found(where, v.id + ": " + n.target.join(" ") + ": " +
        (n.failureSummary || "").replace(/\s+/g, " "));
}

// Every page that the navigation names, the incident, and those outside; all
// that is folded is open.
async function axeFindsNothing(scheme) {
  const { context, page } = await open({ script: true, bypassCSP: true,
    scheme });
  await page.goto(asked.base + "/login");
  await look(page, "/login " + scheme);
  await logIn(page, "/");
  const named = await page.locator("nav a").evaluateAll(
    (all) => all.map((a) => a.getAttribute("href")));
  if (named.length < 2) found("/", "the navigation names no pages");
  for (const at of [...named, asked.incident, "/nothing",
    "/incidents/INC-000099"]) {
    await page.goto(asked.base + at);
    await page.evaluate(() => document.querySelectorAll("details").forEach(
      (d) => { d.open = true; }));
    await look(page, at + " " + scheme);
    await fitsPhone(page, at + " " + scheme);
  }
  await context.close();
}

// Where script runs, a page that is looked at stays true.
async function pagesStayTrue() {
  const { context, page } = await open({ script: true });
  await logIn(page, asked.incident);
  const other = await context.newPage();
  await other.goto(asked.base + asked.incident);
  await other.click("summary:has-text('Write a note')");
  await other.fill("#note-text", "said in another tab");
  await other.click("button[value=note]");
  await page.waitForFunction(
    () => document.getElementById("main").innerText.includes(
      "said in another tab"));
  await context.close();
}

(async () => {
  await takeByKeyboard();
  await axeFindsNothing("light");
  await axeFindsNothing("dark");
  await pagesStayTrue();
  console.log("done");
})().catch((e) => {
  console.log("failed: " + e.message);
  process.exit(1);
});
