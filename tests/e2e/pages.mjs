// SPDX-License-Identifier: Apache-2.0
// Opens the pages of the demonstration as people do. Exit code 1 when anything fails; each line says what was checked.
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

import { checksReceipts } from "./verify_page.mjs";

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
// `as`: the role of the demonstration in which the page is opened; none: the public, without a cookie.
const pages = [
  { name: "start", path: "/", status: 200, says: "换个身份，看同一批货" },
  { name: "start-english", path: "/?lang=en", status: 200, says: "One code" },
  { name: "start-county", path: "/", as: "county", status: 200, says: "这条链就能从头看到尾" },
  { name: "start-producer", path: "/", as: "producer", status: 200, says: "下家的下家看不到" },
  { name: "start-neighbour", path: "/", as: "neighbour", status: 200, says: "和从未登记过的码一样" },
  { name: "start-industry-english", path: "/?lang=en", as: "industry", status: 200, says: "numbers without names" },
  { name: "code", path: charger, status: 200, says: "正常" },
  { name: "code-english-large", path: `${charger}?lang=en&size=large`, status: 200, says: "Normal" },
  { name: "code-county", path: charger, as: "county", status: 200, says: "我的账号（监管人员）" },
  { name: "attention", path: "/01/09521003000015/21/YQ26040003", status: 200, says: "关注" },
  { name: "lot", path: "/01/09521003000015/10/M2605", status: 200, says: "M2605" },
  { name: "ma", path: "/t/MA.156.1023.5544%2F1.20260301.0001", status: 200, says: "MA.156" },
  { name: "ecode", path: "/t/1643000000012026030100001", status: 200, says: "1643000000012026030100001" },
  { name: "own-code", path: "/t/https%3A%2F%2Fshiqiao.example%2Freel%2FJP-2026-0007", status: 200, says: "JP-2026-0007" },
  { name: "unknown", path: "/01/09521003000015/21/NOBODY", status: 404, says: "查无此码" },
  { name: "broken", path: "/01/09521003000014/21/1", status: 404, says: "expected 5" },
  { name: "no-page", path: "/nothing", status: 404, says: "没有这个页面" },
  { name: "trace-public", path: `/trace?direction=forward&id=${badLot}`, status: 401, says: "换一个演示身份" },
  { name: "trace-industry", path: `/trace?direction=forward&id=${badLot}`, as: "industry", status: 403, says: "不查追溯链条" },
  { name: "trace-neighbour", path: `/trace?direction=forward&id=${badLot}`, as: "neighbour", status: 404, says: "权限范围内没有" },
  { name: "trace-form", path: "/trace", as: "county", status: 200, says: "从哪个码查起" },
  { name: "trace", path: `/trace?direction=forward&id=${badLot}`, as: "county", status: 200, says: "城南电动车行" },
  { name: "trace-page-2", path: `/trace?direction=forward&id=${badLot}&row=25`, as: "county", status: 200, says: "26–50" },
  { name: "account", path: "/account", as: "county", status: 200, says: "demo-county" },
  { name: "tamper", path: "/demo/tamper", status: 200, says: "原来的数据不动" },
  { name: "tamper-english-large", path: "/demo/tamper?lang=en&size=large", status: 200, says: "stay as they are" },
  { name: "verify", path: "/verify", status: 200, says: "关闭了 JavaScript" },
  { name: "verify-english-large", path: "/verify?lang=en&size=large", status: 200, says: "JavaScript is off" },
];

let failures = 0;
function check(ok, what) {
  console.log(`${ok ? "ok  " : "FAIL"} ${what}`);
  if (!ok) failures += 1;
}

// The program refuses SUYUAN_… variables that are no settings of its own.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SUYUAN_")));

async function begin(words, sign) {
  const child = spawn(binary, [...words, "--set", "server.port=0"], { stdio: ["ignore", "pipe", "inherit"], env: environment });
  const url = await new Promise((resolve, reject) => {
    let out = "";
    const timer = setTimeout(() => reject(new Error(`no address after 20 s; seen: ${out}`)), 20000);
    child.stdout.on("data", (bytes) => {
      out += bytes;
      const found = out.match(sign);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    });
    child.on("exit", (code) => reject(new Error(`${words[0]} ended with ${code}: ${out}`)));
  });
  return { child, url };
}

async function fitsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}

// As a visitor does it: by the form on the top of the page, without a script. Keyboard only.
async function lookAs(page, url, word) {
  await page.goto(url);
  await page.focus("section.as select");
  await page.selectOption("section.as select", word);
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function visit(browser, url, each) {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, javaScriptEnabled: false });
  const page = await context.newPage();
  if (each.as) await lookAs(page, url, each.as);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const answer = await page.goto(url + each.path);
  const body = await answer.body();
  check(answer.status() === each.status, `${each.name}: status ${answer.status()}`);
  check(body.length <= pageBytesMax, `${each.name}: ${body.length} bytes of at most ${pageBytesMax}`);
  check((await page.textContent("body")).includes(each.says), `${each.name}: says "${each.says}" without JavaScript`);
  check(requests.filter((one) => !one.startsWith("data:")).length === 1, `${each.name}: one request`);
  if (!each.as) check((await context.cookies()).length === 0, `${each.name}: no cookie`);
  const headers = answer.headers();
  check(!/unsafe|script-src [^']/.test(headers["content-security-policy"] ?? "unsafe"), `${each.name}: strict CSP`);
  check((headers["vary"] ?? "").includes("Accept"), `${each.name}: Vary`);
  await context.close();
}

// Layout and axe need script of ours in the page, so the page's own policy is set aside here and only here.
async function examine(browser, url, each) {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, bypassCSP: true });
  const page = await context.newPage();
  if (each.as) await lookAs(page, url, each.as);
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
  const bad = complaints.filter((text) => !/40[134]/.test(text));
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

// One visitor, the same page in one role after the other: each time back on the page, and other content.
async function switchRoles(browser, url) {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await Promise.all([page.waitForNavigation(), page.click("main button[value=county]")]);
  check((await page.textContent("main")).includes("武进区市场监督管理局"), "switch: the button of the start page makes one the county's officer");
  const target = `${url}/trace?direction=forward&id=${badLot}`;
  await page.goto(target);
  const seen = {};
  for (const word of ["county", "producer", "neighbour", "public"]) {
    await page.selectOption("section.as select", word);
    await Promise.all([page.waitForNavigation(), page.click("section.as button")]);
    check(page.url() === target, `switch: back on the page as ${word}: ${page.url()}`);
    check((await page.inputValue("section.as select")) === word, `switch: the page says that one looks as ${word}`);
    seen[word] = await page.textContent("main");
    if (shots) await page.screenshot({ path: path.join(shots, `switch-${word}.png`) });
  }
  check(seen.county.includes("城南电动车行"), "switch: the county's officer sees the last shop");
  check(seen.producer.includes("云栈仓储") && !seen.producer.includes("禾木车配批发"), "switch: the producer sees its neighbour, not that one's");
  check(!seen.neighbour.includes("云栈仓储"), "switch: the next county sees nothing");
  check((await context.cookies()).every((each) => each.name !== "suyuan"), "switch: the public has no session");
  await page.goto(`${url}/account`);
  check((await page.textContent("main")).includes("登录"), "switch: the public has no account");
  await context.close();
}

// Whatever somebody does to a copy of the database is named; the one who does nothing is told so.
async function editTheDatabase(browser, url) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await Promise.all([page.waitForNavigation(), page.click("main a[href^='/demo/tamper']")]);
  for (const [deed, named] of [
    ["recorded", "行被改动"], ["content", "原始文件被改动"], ["delete", "行缺失"], ["tile", "瓦片被改动"],
    ["checkpoint", "检查点文件有误"], ["rewrite", "检查点文件有误"], ["nothing", "核验通过"],
  ]) {
    await Promise.all([page.waitForNavigation(), page.click(`main button[value=${deed}]`)]);
    const said = await page.textContent("main");
    check(said.includes(named), `tamper: ${deed} is named: ${named}`);
    check(said.includes("核验不通过") === (deed !== "nothing"), `tamper: ${deed}: the verdict`);
    if (shots && ["delete", "nothing"].includes(deed))
      await page.screenshot({ path: path.join(shots, `tamper-${deed}.png`), fullPage: true });
  }
  await context.close();
}

// A server for real: no switch, and nothing at its address.
async function servedForReal(browser, folder) {
  const server = await begin(["serve", "--data", folder], /(http:\/\/\S+)/);
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(server.url);
  check((await page.locator("[name=as]").count()) === 0, "serve: no switch");
  const answer = await page.request.post(`${server.url}/demo/role`, { form: { as: "county" }, headers: { Origin: server.url } });
  check(answer.status() === 404, `serve: nothing at /demo/role (${answer.status()})`);
  await end(server.child, "the server");
}

async function end(child, what) {
  child.removeAllListeners("exit");
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGTERM");
  check((await ended) === 0, `${what} ends cleanly`);
}

const profile = mkdtempSync(path.join(tmpdir(), "suyuan-e2e-"));
if (shots) mkdirSync(shots, { recursive: true });
const demo = await begin(["demo"], /open\s+(http:\/\/\S+)/);
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
  await switchRoles(browser, demo.url);
  await editTheDatabase(browser, demo.url);
  await checksReceipts(browser, demo.url, { check, shots, fitsWidth, axe });
  await servedForReal(browser, path.join(profile, "data"));
} finally {
  await browser.close();
  await end(demo.child, "the demonstration");
  rmSync(profile, { recursive: true, force: true });
}
console.log(failures === 0 ? "All pages pass." : `${failures} checks failed.`);
process.exit(failures === 0 ? 0 : 1);
