// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>

#include "base/base64.h"
#include "base/text.h"
#include "bin/verify_store.h"
#include "domain/tlog/proof.h"
#include "domain/tlog/tiles.h"

namespace suyuan::cli {

namespace {

constexpr std::size_t kFileBytes = 16U << 20U;

struct VerifyArguments {
  std::string receipt, entry, hash;
  std::vector<std::string> keys, witnesses;
  std::size_t quorum = 0;
  std::string against, log, evidence;
  bool no_documents = false;
};

int misused(const Error& error) {
  fail(error);
  return kUsage;
}

Result<std::string> read_file(const std::string& name) {
  std::ifstream stream(name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  if (!stream.is_open() || stream.bad() || bytes.size() > kFileBytes) {
    return Error{
        ErrorKind::kInvalid, "verify.file",
        fmt::format("The file \"{}\" cannot be read, or is larger than {} bytes.", excerpt(name, 200), kFileBytes)};
  }
  return bytes;
}

Result<std::vector<tlog::NoteKey>> read_keys(const std::vector<std::string>& vkeys) {
  std::vector<tlog::NoteKey> keys;
  for (const std::string& vkey : vkeys) {
    auto key = tlog::note_key_of(vkey);
    if (!key) return std::move(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<tlog::Trust> trust_of(const VerifyArguments& arguments) {
  tlog::Trust trust;
  auto keys = read_keys(arguments.keys), witnesses = read_keys(arguments.witnesses);
  if (!keys || !witnesses) return std::move(keys ? witnesses.error() : keys.error());
  trust.keys = std::move(*keys);
  trust.witnesses = std::move(*witnesses);
  trust.quorum = arguments.quorum;
  if (!arguments.hash.empty()) trust.hash = arguments.hash == "sm3" ? tlog::HashKind::kSm3 : tlog::HashKind::kSha256;
  if (auto judged = judge(trust); !judged) return std::move(judged.error());
  return trust;
}

// -------------------------------------------------------------------------------------------------------------
// receipts

std::string_view kind_of(const tlog::NoteKey& key) {
  return tlog::algorithm_of(key.type) == SignatureAlgorithm::kSm2 ? "SM2" : "Ed25519";
}
std::string_view name_of(tlog::HashKind hash) { return hash == tlog::HashKind::kSm3 ? "SM3" : "SHA-256"; }
std::string seconds(std::uint64_t time) {
  constexpr std::uint64_t kLast = 253'402'300'799;  // of the year 9999
  if (time > kLast) return std::to_string(time);
  return format_instant(Instant(std::chrono::seconds(time)));
}
std::string shown(Instant at) {
  return at <= kInstantMax ? format_instant(at) : std::to_string(at.time_since_epoch().count());
}
std::string base64_of(const tlog::Pseudonym& pseudonym) {
  return base64({reinterpret_cast<const char*>(pseudonym.data()), pseudonym.size()});
}

std::string who(const tlog::Proven& proven, bool english) {
  std::string text;
  for (const tlog::Seal& seal : proven.by)
    text += (text.empty() ? "" : english ? ", " : "、") + std::string(kind_of(seal.key));
  text = (english ? "signed by " : "日志签名 ") + text;
  for (std::size_t i = 0; i < proven.witnessed.size(); ++i) {
    const tlog::Seal& seal = proven.witnessed[i];
    text += i == 0 ? (english ? ", witnessed by " : "，见证 ") : (english ? ", " : "、");
    text += fmt::format("{} {}", seal.key.name, seconds(seal.time));
  }
  return text;
}

std::string receipt_text(const tlog::ProvenEntry& proven, tlog::HashKind hash, bool english) {
  const tlog::Checkpoint& checkpoint = proven.proven.checkpoint;
  std::string text =
      english ? fmt::format("Verified: this entry is number {}, counted from 0, of the {} in the log {} ({}), {}.\n",
                            proven.index, checkpoint.size, checkpoint.origin, name_of(hash), who(proven.proven, true))
              : fmt::format("验证通过：这个条目是日志 {} 的第 {} 条（从 0 数起，检查点共 {} 条，{}），{}。\n",
                            checkpoint.origin, proven.index, checkpoint.size, name_of(hash), who(proven.proven, false));
  if (!proven.event) return text + (english ? "Entry: " : "条目：") + excerpt(proven.entry, 200) + "\n";
  const bool is_declaration = proven.opening->is_declaration;
  return text + (english ? fmt::format("{} {}\nContent hash {}\nNumber {} of the submitter {}, recorded at {}\n",
                                       is_declaration ? "Error declaration" : "Event", proven.opening->id,
                                       hex(proven.opening->content), proven.event->number,
                                       base64_of(proven.event->submitter), shown(proven.event->recorded))
                         : fmt::format("{} {}\n内容散列 {}\n提交者 {} 的第 {} 个事件，记录于 {}\n",
                                       is_declaration ? "差错声明" : "事件", proven.opening->id,
                                       hex(proven.opening->content), base64_of(proven.event->submitter),
                                       proven.event->number, shown(proven.event->recorded)));
}

std::string receipt_json(const tlog::ProvenEntry& proven, tlog::HashKind hash) {
  boost::json::array by, witnessed;
  for (const tlog::Seal& seal : proven.proven.by) by.push_back(boost::json::value(tlog::vkey_of(seal.key)));
  for (const tlog::Seal& seal : proven.proven.witnessed)
    witnessed.push_back({{"name", seal.key.name}, {"time", seconds(seal.time)}});
  const tlog::Checkpoint& checkpoint = proven.proven.checkpoint;
  boost::json::object all{{"verified", true},        {"origin", checkpoint.origin},
                          {"index", proven.index},   {"size", checkpoint.size},
                          {"hash", name_of(hash)},   {"entry", excerpt(proven.entry, tlog::kEntryBytes)},
                          {"signed", std::move(by)}, {"witnessed", std::move(witnessed)}};
  if (proven.event) {
    all["event"] = {{"id", proven.opening->id},
                    {"content", hex(proven.opening->content)},
                    {"isDeclaration", proven.opening->is_declaration},
                    {"submitter", base64_of(proven.event->submitter)},
                    {"number", proven.event->number},
                    {"recorded", shown(proven.event->recorded)}};
  }
  return boost::json::serialize(all) + "\n";
}

int refused(const Error& error, const Common& common) {
  if (common.json) {
    std::printf("%s\n", boost::json::serialize(
                            boost::json::object{{"verified", false}, {"code", error.code}, {"text", error.text}})
                            .c_str());
  } else {
    std::printf("%s %s [%s]\n", common.english ? "Not verified." : "验证不通过。", error.text.c_str(),
                error.code.c_str());
  }
  return kRefused;
}

int verify_receipt_file(const VerifyArguments& arguments, const Common& common) {
  if (arguments.keys.empty()) {
    return misused({ErrorKind::kInvalid, "verify.no_key",
                    "A receipt proves no more than that whoever holds a key signed it: give the key of the log with "
                    "--key, as a printed notice or the page of an authority has it."});
  }
  const auto trust = trust_of(arguments);
  if (!trust) return misused(trust.error());
  const auto receipt = read_file(arguments.receipt);
  if (!receipt) return misused(receipt.error());
  std::optional<std::string> entry;
  if (!arguments.entry.empty()) {
    auto read = read_file(arguments.entry);
    if (!read) return misused(read.error());
    entry = std::move(*read);
  }
  const auto proven = prove_receipt(*receipt, entry, *trust);
  if (!proven) return refused(proven.error(), common);
  const auto hash = tlog::hash_of(*trust);
  const std::string text = common.json ? receipt_json(*proven, hash) : receipt_text(*proven, hash, common.english);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

// ----------------------------------------------------------------------------------------------------------------
// stores

int verify_store(const VerifyArguments& arguments, const Common& common) {
  StoreToVerify store;
  store.place = place_of(common);
  store.log = arguments.log;
  store.evidence = arguments.evidence;
  store.has_documents = !arguments.no_documents;
  auto keys = read_keys(arguments.keys);
  if (!keys) return misused(keys.error());
  store.keys = std::move(*keys);
  if (!arguments.against.empty()) {
    auto against = read_file(arguments.against);
    if (!against) return misused(against.error());
    store.against = std::move(*against);
  }
  const auto result = verify(store);
  if (!result) return fail(result.error());
  return show(*result, common);
}

int run(const VerifyArguments& arguments, const Common& common) {
  return arguments.receipt.empty() ? verify_store(arguments, common) : verify_receipt_file(arguments, common);
}

}  // namespace

void add_verify(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "verify", "Check a receipt of the log without a store; or a store and its log, also while a server works on it");
  auto arguments = std::make_shared<VerifyArguments>();
  auto* receipt = command->add_option("--receipt", arguments->receipt, "A receipt (.tlog-proof)");
  command->add_option("--entry", arguments->entry, "The entry that it is of; without: as the receipt has it")
      ->needs(receipt);
  command
      ->add_option("--key", arguments->keys,
                   "Verifier key of the log, got from elsewhere; each that is given must have signed")
      ->allow_extra_args(false);
  command->add_option("--hash", arguments->hash, "Of the receipt's tree: sha256 or sm3; without: by the log's name")
      ->check(CLI::IsMember({"sha256", "sm3"}))
      ->needs(receipt);
  command->add_option("--witness", arguments->witnesses, "Verifier key of a witness; what it signed must hold")
      ->allow_extra_args(false)
      ->needs(receipt);
  command->add_option("--quorum", arguments->quorum, "So many of these witnesses must have signed")
      ->check(CLI::Range(0, 999))
      ->needs(receipt);
  add_store_options(*command, common);
  command->add_option("--against", arguments->against, "A checkpoint of this log that was kept elsewhere")
      ->excludes(receipt);
  command
      ->add_option("--log", arguments->log,
                   "Folder of the log (default: log in the folder of the store); older logs: FOLDER-1, FOLDER-2 …")
      ->excludes(receipt);
  command
      ->add_option("--evidence", arguments->evidence,
                   "Folder of the files of evidence (default: evidence in the folder of the store)")
      ->excludes(receipt);
  command
      ->add_flag("--no-documents", arguments->no_documents,
                 "Leave out to read every document and every file of evidence again: much quicker")
      ->excludes(receipt);
  for (const char* name : {"--data", "--database"}) command->get_option(name)->excludes(receipt);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return run(*arguments, common); }; });
}

}  // namespace suyuan::cli
