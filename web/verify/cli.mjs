#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Checks a receipt from the command line. Exit code 0: verified; 1: not; 2: called wrongly.
import { readFileSync } from "node:fs";
import { VerifyError, parseVkey, verifyOwnReceipt, verifyReceipt } from "./verify.mjs";

const usage = {
  chinese:
      "用法:node cli.mjs --receipt 回执文件 [--entry 条目文件] --key 日志的验证密钥 [--key …] [--hash sha256|sm3]\n" +
      "     [--witness 见证者的验证密钥 …] [--quorum 个数] [--english]\n" +
      "不给 --entry 时,条目取自回执的 extra 行,并核对它所承诺的事件。\n" +
      "给出的每把日志密钥都必须签过名。不给 --hash 时,名称以 /sm3 结尾的日志用 SM3,其余用 SHA-256。",
  english: "Usage: node cli.mjs --receipt FILE [--entry FILE] --key VKEY [--key …] [--hash sha256|sm3]\n" +
      "       [--witness VKEY …] [--quorum N] [--english]\n" +
      "Without --entry, the entry is taken from the receipt's extra line, and the event is checked that it is of.\n" +
      "Every key given of the log must have signed. Without --hash, a log whose name ends in /sm3 is of SM3,\n" +
      "any other of SHA-256.",
};

class UsageError extends Error {
  constructor(chinese, english) {
    super(english);
    this.chinese = chinese;
    this.english = english;
  }
}

function readArguments(given) {
  const options = { receipt: [], entry: [], key: [], hash: [], witness: [], quorum: [] };
  for (let i = 0; i < given.length; i += 1) {
    if (given[i] === "--english") continue;
    const name = given[i].startsWith("--") ? given[i].slice(2) : "";
    if (!Object.hasOwn(options, name))
      throw new UsageError(`不认识的参数 ${given[i]}`, `There is no argument ${given[i]}`);
    if (i + 1 === given.length) throw new UsageError(`--${name} 后面缺值`, `--${name} needs a value`);
    options[name].push(given[(i += 1)]);
  }
  for (const name of ["receipt", "key"]) {
    if (options[name].length === 0) throw new UsageError(`缺 --${name}`, `--${name} is missing`);
  }
  for (const name of ["receipt", "entry", "hash", "quorum"]) {
    if (options[name].length > 1) throw new UsageError(`--${name} 只能给一次`, `--${name} is given twice`);
  }
  if (options.quorum.length === 1 && !/^(0|[1-9][0-9]{0,2})$/.test(options.quorum[0])) {
    throw new UsageError("--quorum 应为个数", "--quorum takes a number");
  }
  return options;
}

function readFile(name) {
  try {
    return new Uint8Array(readFileSync(name));
  } catch (error) {
    throw new UsageError(`读不了文件 ${name}(${error.code})`, `The file ${name} cannot be read (${error.code})`);
  }
}

// A key or a policy that is none is the caller's mistake, not the receipt's.
function trustOf(options) {
  try {
    return {
      keys: options.key.map(parseVkey),
      witnesses: options.witness.map(parseVkey),
      quorum: Number(options.quorum[0] ?? 0),
      hash: options.hash[0]
    };
  } catch (error) {
    throw error instanceof VerifyError ? new UsageError(error.chinese, error.english) : error;
  }
}

// What the event is, for people: nothing when only an entry was given.
function eventLines(event) {
  if (event === undefined) return { chinese: "", english: "" };
  const { id, content, isDeclaration, submitter, number, recorded } = event;
  const at = new Date(Number(recorded / 1000n));
  const time = Number.isNaN(at.valueOf()) ? String(recorded) : at.toISOString();
  return {
    chinese: `\n${isDeclaration ? "差错声明" : "事件"} ${id}\n内容散列 ${content}\n提交者 ${submitter} 的第 ${
        number} 个事件,记录于 ${time}`,
    english: `\n${isDeclaration ? "Error declaration" : "Event"} ${id}\nContent hash ${content}\nNumber ${
        number} of the submitter ${submitter}, recorded at ${time}`,
  };
}

function sentence({ origin, index, size, hashName, signed, cosigned, event }) {
  const seconds = (time) => new Date(Number(time) * 1000);
  const stamp = (time) =>
      (Number.isNaN(seconds(time).valueOf()) ? String(time) : seconds(time).toISOString().slice(0, 19) + "Z");
  const kinds = signed.map(({ kind }) => kind);
  const seen = cosigned.map(({ name, time }) => `${name} ${stamp(time)}`);
  return {
    chinese: `验证通过:这个条目是日志 ${origin} 的第 ${index} 条(从 0 数起,检查点共 ${size} 条,${hashName}),` +
        `日志签名 ${kinds.join("、")}${seen.length ? `,见证 ${seen.join("、")}` : ""}。` + eventLines(event).chinese,
    english:
        `Verified: this entry is number ${index}, counted from 0, of the ${size} in the log ${origin} (${hashName}), ` +
        `signed by ${kinds.join(", ")}${seen.length ? `, witnessed by ${seen.join(", ")}` : ""}.` +
        eventLines(event).english,
  };
}

function main(given) {
  const language = given.includes("--english") ? "english" : "chinese";
  try {
    const options = readArguments(given);
    const trust = trustOf(options);
    const receipt = readFile(options.receipt[0]);
    const proven = options.entry.length === 0 ? verifyOwnReceipt(receipt, trust) :
                                                verifyReceipt(receipt, readFile(options.entry[0]), trust);
    console.log(sentence(proven)[language]);
    return 0;
  } catch (error) {
    if (error instanceof VerifyError) {
      console.log({ chinese: `验证不通过。${error.chinese}。`, english: `Not verified. ${error.english}.` }[language]);
      return 1;
    }
    if (error[language] === undefined) throw error;
    console.error(`${error[language]}\n${usage[language]}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
