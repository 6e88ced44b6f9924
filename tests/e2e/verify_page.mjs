// SPDX-License-Identifier: Apache-2.0
// The page /verify as visitors use it: receipts of the tests' own, good, damaged and hostile.
import path from "node:path";

import { explainedReceipt, workedEvent } from "../verify/support.mjs";

const named = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(buffer) });

// What the page says of a file, once it has said something.
async function outcome(page, act) {
  await page.evaluate(() => document.getElementById("result").replaceChildren());
  await act();
  await page.waitForSelector("#result .verdict");
  return page.textContent("#result");
}

async function open(browser, url, query = "") {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.route("**/log/keys", (route) => route.fulfill({ status: 404, body: "" }));  // offered keys: below
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}/verify${query}`);
  await page.waitForSelector("#go:enabled");
  return { context, page, complaints };
}

export async function checksReceipts(browser, url, { check, shots, fitsWidth, axe }) {
  const { receipt, trust } = explainedReceipt(), vkey = trust.keys[0];
  const { context, page, complaints } = await open(browser, url);
  const shot = async (name) => {
    for (const width of shots ? [360, 1280] : []) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: path.join(shots, `verify-${name}-${width}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 360, height: 740 });
  };
  const choose = (file) => outcome(page, () => page.setInputFiles("#file", file));

  check((await choose(named("a", receipt))).includes("还没有日志的密钥"), "verify: without a key nothing is checked");
  await page.fill("#keys", vkey);
  await context.setOffline(true);  // what was loaded is enough
  const good = await choose(named("回执.tlog-proof", receipt));
  check(good.startsWith("✔ 验证通过事件 urn:uuid:0197a1c2"), `verify: a good receipt holds, without network: ${good.slice(0, 40)}`);
  check(good.includes(workedEvent.content) && good.includes("核对的文件：回执.tlog-proof"), "verify: says which content and file");
  check((await page.locator("#result li").count()) === 5, "verify: says what was checked, step by step");
  check(await fitsWidth(page), "verify: no sideways scrolling at 360 px with a result");
  await shot("good");

  const bytes = Buffer.from(receipt), at = receipt.indexOf("\n", receipt.indexOf("index")) + 5;
  bytes[at] ^= 1;  // in the proof, still base64
  const flipped = await choose(named("b", bytes));
  check(flipped.startsWith("✘ 验证不通过条目不是回执所说的那一条"), `verify: a flipped bit is found: ${flipped.slice(0, 60)}`);
  check((await page.textContent("#result li:nth-child(3)")).startsWith("✘"), "verify: the step that does not hold is named");
  await shot("flipped");

  const changed = await choose(named("c", receipt.replace("\n11\n", "\n12\n")));
  check(changed.startsWith("✘ 验证不通过") && changed.includes("签名不成立"), "verify: a changed checkpoint is found by its signature");

  const bare = await choose(named("plain", receipt.replace(/extra .*\n/, "")));
  check(bare.startsWith("这一页核对不了"), "verify: a receipt that does not hold its entry is neither taken nor refused");

  const [stranger] = explainedReceipt(workedEvent, { name: "other.example/log" }).trust.keys;
  await choose(named("回执.tlog-proof", receipt));
  await page.fill("#keys", stranger);
  const foreign = await outcome(page, () => page.press("#go", "Enter"));
  check(foreign.startsWith("✘ 验证不通过") && foreign.includes("而给出的密钥属于 other.example/log"), `verify: a wrong key is named: ${foreign.slice(0, 60)}`);
  await page.fill("#keys", `${vkey}\n${vkey.slice(0, -2)}`);
  check((await outcome(page, () => page.click("#go"))).includes("第 2 行：验证密钥不对"), "verify: a key that is none is named with its line");
  await page.fill("#keys", vkey);

  const hostile = [
    ["10 MB of noise", Buffer.alloc(10 << 20, Buffer.from("00ff0a0a3c7363726970743e", "hex")), "不是回执：它有 10.5 MB"],
    ["1 MB of line ends", Buffer.alloc(1 << 20, "\n"), "回执的格式不对"],
    ["1 MB of noise", Buffer.alloc(1 << 20, Buffer.from("80ff00", "hex")), "回执的格式不对"],
    ["an empty file", Buffer.alloc(0), "回执的格式不对"],
    ["markup", Buffer.from(receipt.replace("index 6", "<img src=x onerror=alert(1)>")), "回执的格式不对"],
  ];
  for (const [name, buffer, says] of hostile) check((await choose(named(name, buffer))).includes(says), `verify: ${name}: ${says}`);
  await shot("hostile");
  const spoof = explainedReceipt({ ...workedEvent, id: "urn:x:<img src=x>\u202e1" });
  check((await choose(named("d", spoof.receipt))).includes("urn:x:<img src=x>\\u{202e}1"), "verify: an id is text and nothing else");
  check((await page.locator("#result img").count()) === 0, "verify: nothing of a receipt becomes markup");

  // By keyboard alone: the whole receipt pasted, its last line end lost on the way.
  await page.fill("#receipt", "");
  await page.focus("#receipt");
  await page.keyboard.insertText(`  ${receipt.trim()}`);
  await page.keyboard.press("Tab");
  check((await page.evaluate(() => document.activeElement.id)) === "keys", "verify: Tab leads from the receipt to the keys");
  await page.keyboard.press("Tab");
  const pasted = await outcome(page, () => page.keyboard.press("Enter"));
  check(pasted.startsWith("✔ 验证通过"), `verify: a pasted receipt holds, by keyboard: ${pasted.slice(0, 30)}`);
  check((await page.evaluate(() => document.activeElement.id)) === "result", "verify: the result has the focus");

  const dropped = await outcome(page, () => page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.tlog-proof"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, receipt));
  check(dropped.includes("dropped.tlog-proof") && dropped.startsWith("✔"), "verify: a file that is dropped is checked");
  const bad = complaints.filter((text) => !/40[134]/.test(text));
  check(bad.length === 0, `verify: the browser complains of nothing ${bad.join(" | ")}`);
  await context.close();
  await offersKeys(browser, url, { check, receipt, vkey });
  await holdsForReal(browser, url, { check });
  await looksRight(browser, url, { check, axe, receipt, vkey });
}

// The keys of the server itself are offered, and it is said what they are worth.
async function offersKeys(browser, url, { check, receipt, vkey }) {
  const context = await browser.newContext();
  await context.route("**/log/keys", (route) => route.fulfill({ contentType: "text/plain", body: `${vkey}\n` }));
  const page = await context.newPage();
  await page.goto(`${url}/verify?lang=en`);
  await page.waitForFunction(() => document.getElementById("keys").value !== "");
  check((await page.textContent("#source")).includes("agrees with itself"), "verify: of the server's keys it says what they are worth");
  const said = await outcome(page, () => page.setInputFiles("#file", named("e", receipt)));
  check(said.startsWith("✔ VerifiedThe event urn:uuid:") && said.includes("server agrees with itself"), "verify: and says so of the result, in English");
  await page.fill("#keys", `${vkey} `);
  check(!(await page.textContent("#source")).includes("agrees with itself"), "verify: but not of other keys");
  await context.close();
}

// A receipt as the server gives it out, with its own keys, and nothing made up.
async function holdsForReal(browser, url, { check }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/verify`);
  await page.waitForFunction(() => document.getElementById("keys").value !== "");
  for (const target of ["/log/receipt/0", "/log/sm3/receipt/7"]) {
    const receipt = await (await fetch(url + target)).text();
    const said = await outcome(page, () => page.setInputFiles("#file", named("r.tlog-proof", receipt)));
    check(said.startsWith("✔ 验证通过"), `verify: ${target} of this server holds: ${said.slice(0, 40)}`);
  }
  await context.close();
}

async function looksRight(browser, url, { check, axe, receipt, vkey }) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${url}/verify`);
  await page.fill("#keys", vkey);
  for (const [name, text] of [["good", receipt], ["bad", receipt.replace("index 6", "index 7")]]) {
    await outcome(page, () => page.setInputFiles("#file", named("f", text)));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    check(violations.length === 0, `verify: axe finds nothing with a ${name} result ${violations.map(({ id }) => id).join(" ")}`);
  }
  await context.close();
}
