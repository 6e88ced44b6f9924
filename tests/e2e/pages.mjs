// SPDX-License-Identifier: Apache-2.0
// Opens the pages of the demonstration as people do. Exit code 1 when anything fails; each line says what was checked.
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const binary = process.env.SUYUAN_BINARY;
if (!binary) {
  console.error("SUYUAN_BINARY is not set: the path of the suyuan program is expected.");
  process.exit(2);
}
const shots = process.env.SUYUAN_SHOTS;  // a folder for screenshots, or nothing
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pageBytesMax = 14 * 1024;

const charger = "/01/09521003000015/21/YQ26010005";
const badLot = encodeURIComponent("https://id.gs1.org/01/09521001000017/10/C2604");
const pages = [
  { name: "start", path: "/", status: 200, says: "一个码" },
  { name: "start-english", path: "/?lang=en", status: 200, says: "One code" },
  { name: "code", path: charger, status: 200, says: "正常" },
  { name: "code-english-large", path: `${charger}?lang=en&size=large`, status: 200, says: "Normal" },
  { name: "attention", path: "/01/09521003000015/21/YQ26040003", status: 200, says: "关注" },
  { name: "lot", path: "/01/09521003000015/10/M2605", status: 200, says: "M2605" },
  { name: "ma", path: "/t/MA.156.1023.5544%2F1.20260301.0001", status: 200, says: "MA.156" },
  { name: "ecode", path: "/t/1643000000012026030100001", status: 200, says: "1643000000012026030100001" },
  { name: "own-code", path: "/t/https%3A%2F%2Fshiqiao.example%2Freel%2FJP-2026-0007", status: 200, says: "JP-2026-0007" },
  { name: "unknown", path: "/01/09521003000015/21/NOBODY", status: 404, says: "查无此码" },
  { name: "broken", path: "/01/09521003000014/21/1", status: 404, says: "expected 5" },
  { name: "no-page", path: "/nothing", status: 404, says: "没有这个页面" },
  { name: "trace-form", path: "/trace", status: 200, says: "从哪个码查起" },
  { name: "trace", path: `/trace?direction=forward&id=${badLot}`, status: 200, says: "现在在谁手里" },
  { name: "trace-page-2", path: `/trace?direction=forward&id=${badLot}&row=25`, status: 200, says: "26–50" },
];

let failures = 0;
function check(ok, what) {
  console.log(`${ok ? "ok  " : "FAIL"} ${what}`);
  if (!ok) failures += 1;
}

// The program refuses SUYUAN_… variables that are no settings of its own.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SUYUAN_")));

async function startDemo() {
  const child = spawn(binary, ["demo", "--set", "server.port=0"], { stdio: ["ignore", "pipe", "inherit"], env: environment });
  const url = await new Promise((resolve, reject) => {
    let out = "";
    const timer = setTimeout(() => reject(new Error(`no address after 20 s; seen: ${out}`)), 20000);
    child.stdout.on("data", (bytes) => {
      out += bytes;
      const found = out.match(/open\s+(http:\/\/\S+)/);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    });
    child.on("exit", (code) => reject(new Error(`the demonstration ended with ${code}: ${out}`)));
  });
  return { child, url };
}

async function fitsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}

async function visit(browser, url, each) {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const answer = await page.goto(url + each.path);
  const body = await answer.body();
  check(answer.status() === each.status, `${each.name}: status ${answer.status()}`);
  check(body.length <= pageBytesMax, `${each.name}: ${body.length} bytes of at most ${pageBytesMax}`);
  check((await page.textContent("body")).includes(each.says), `${each.name}: says "${each.says}" without JavaScript`);
  check(requests.filter((one) => !one.startsWith("data:")).length === 1, `${each.name}: one request`);
  check((await context.cookies()).length === 0, `${each.name}: no cookie`);
  const headers = answer.headers();
  check(!/unsafe|script-src [^']/.test(headers["content-security-policy"] ?? "unsafe"), `${each.name}: strict CSP`);
  check((headers["vary"] ?? "").includes("Accept"), `${each.name}: Vary`);
  await context.close();
}

// Layout and axe need script of ours in the page, so the page's own policy is set aside here and only here.
async function examine(browser, url, each) {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, bypassCSP: true });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(url + each.path);
  check(await fitsWidth(page), `${each.name}: no sideways scrolling at 320 px`);
  if (shots) await page.screenshot({ path: path.join(shots, `${each.name}-320.png`), fullPage: true });
  await page.setViewportSize({ width: 640, height: 700 });
  await page.evaluate(() => (document.documentElement.style.zoom = "2"));
  check(await fitsWidth(page), `${each.name}: no sideways scrolling at 640 px and 200 % zoom`);
  await page.evaluate(() => (document.documentElement.style.zoom = ""));
  await page.setViewportSize({ width: 1200, height: 800 });
  if (shots) await page.screenshot({ path: path.join(shots, `${each.name}-1200.png`), fullPage: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  check(found.violations.length === 0, `${each.name}: axe finds nothing`);
  for (const one of found.violations) console.log(`     ${one.id}: ${one.help}\n     ${one.nodes[0].html.slice(0, 200)}`);
  const bad = complaints.filter((text) => !text.includes("404"));
  check(bad.length === 0, `${each.name}: the browser complains of nothing ${bad.join(" | ")}`);
  await context.close();
}

// The policy of the page must let its own style through.
async function looksStyled(browser, url) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url + charger);
  const colour = await page.evaluate(() => getComputedStyle(document.querySelector(".verdict")).backgroundColor);
  check(colour === "rgb(15, 92, 46)", `code: styled under its own policy (${colour})`);
}

async function search(browser, url) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await page.fill("input[name=text]", "(01)09521003000015(21)YQ26010005");
  await page.press("input[name=text]", "Enter");
  check(new URL(page.url()).pathname === charger, `search leads to the page of the code: ${page.url()}`);
  await context.close();
}

const profile = mkdtempSync(path.join(tmpdir(), "suyuan-e2e-"));
if (shots) mkdirSync(shots, { recursive: true });
const demo = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.SUYUAN_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", `--crash-dumps-dir=${profile}`],
});
try {
  for (const each of pages) {
    await visit(browser, demo.url, each);
    await examine(browser, demo.url, each);
  }
  await looksStyled(browser, demo.url);
  await search(browser, demo.url);
} finally {
  await browser.close();
  demo.child.removeAllListeners("exit");
  const ended = new Promise((resolve) => demo.child.on("exit", resolve));
  demo.child.kill("SIGTERM");
  check((await ended) === 0, "the demonstration ends cleanly");
  rmSync(profile, { recursive: true, force: true });
}
console.log(failures === 0 ? "All pages pass." : `${failures} checks failed.`);
process.exit(failures === 0 ? 0 : 1);
