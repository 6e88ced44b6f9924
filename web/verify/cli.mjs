#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Checks a receipt from the command line. Exit code 0: verified; 1: not; 2: called wrongly.
import { readFileSync } from "node:fs";
import { facts, refusedSentence, verifiedSentence } from "./report.mjs";
import { parseVkey, VerifyError, verifyExplainedReceipt, verifyReceipt } from "./verify.mjs";

const usage = {
  chinese:
      "用法：node cli.mjs --receipt 回执文件 --key 日志的验证密钥 [--key …] [--entry 条目文件] [--hash sha256|sm3]\n" +
      "     [--witness 见证者的验证密钥 …] [--quorum 个数] [--english]\n" +
      "给出的每把日志密钥都必须签过名。不给 --entry 时，条目和它的说明取自回执的 extra 行。\n" +
      "不给 --hash 时，名称以 /sm3 结尾的日志用 SM3，其余用 SHA-256。",
  english: "Usage: node cli.mjs --receipt FILE --key VKEY [--key …] [--entry FILE] [--hash sha256|sm3]\n" +
      "       [--witness VKEY …] [--quorum N] [--english]\n" +
      "Every key given of the log must have signed. Without --entry, the entry and what explains it are taken from\n" +
      "the extra line of the receipt. Without --hash, a log whose name ends in /sm3 is of SM3, any other of SHA-256.",
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
    throw new UsageError(`读不了文件 ${name}（${error.code}）`, `The file ${name} cannot be read (${error.code})`);
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

// The sentence, and a line for each thing that a receipt that explains itself says.
function answerOf(options, trust) {
  const receipt = readFile(options.receipt[0]);
  if (options.entry.length > 0) return [verifiedSentence(verifyReceipt(receipt, readFile(options.entry[0]), trust))];
  const proven = verifyExplainedReceipt(receipt, trust);
  const line = ([name, value]) =>
      ({ chinese: `${name.chinese}：${value.chinese}`, english: `${name.english}: ${value.english}` });
  return [verifiedSentence(proven), ...facts(proven).map(line)];
}

function main(given) {
  const language = given.includes("--english") ? "english" : "chinese";
  try {
    const options = readArguments(given);
    const trust = trustOf(options);
    for (const line of answerOf(options, trust)) console.log(line[language]);
    return 0;
  } catch (error) {
    if (error instanceof VerifyError) {
      console.log(refusedSentence(error)[language]);
      return 1;
    }
    if (error[language] === undefined) throw error;
    console.error(`${error[language]}\n${usage[language]}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
