// SPDX-License-Identifier: Apache-2.0
#include "bin/verify_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "adapters/clock/system_clock.h"
#include "adapters/evidence_files/evidence_folder.h"
#include "adapters/files/epcis.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/evidence_store.h"
#include "adapters/records/log_store.h"
#include "adapters/warehouse/document_rows.h"
#include "adapters/warehouse/store_view.h"
#include "adapters/warehouse/subject_seals.h"

namespace suyuan::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kMoment{100};

struct FaultName {
  std::string_view code, chinese;
};
constexpr FaultName kFaultNames[] = {
    {"verify.against", "与另处保存的检查点不符"},
    {"verify.ahead", "库比已发布的检查点旧"},
    {"verify.anchor", "锚点有误"},
    {"verify.checkpoint", "检查点文件有误"},
    {"verify.count", "提交者计数有误"},
    {"verify.cut_off", "日志被截短"},
    {"verify.document", "原始文件被改动"},
    {"verify.entry", "条目无法识别"},
    {"verify.entry_changed", "条目文件被改动"},
    {"verify.event_changed", "事件与原始文件不符"},
    {"verify.event_missing", "原始文件中的事件不在库中"},
    {"verify.event_without_document", "事件没有原始文件"},
    {"verify.evidence_changed", "证据文件被改动"},
    {"verify.evidence_missing", "证据文件缺失"},
    {"verify.evidence_row", "证据的行被改动"},
    {"verify.evidence_row_missing", "证据的行缺失"},
    {"verify.folder_behind", "日志文件夹比库旧"},
    {"verify.leaf", "叶子与两棵树都不符"},
    {"verify.log_missing", "较早的日志缺失"},
    {"verify.no_evidence_folder", "证据文件未核验"},
    {"verify.no_folder", "没有日志文件夹"},
    {"verify.no_log", "没有日志"},
    {"verify.number", "提交者编号不连续"},
    {"verify.older_folder_behind", "较早日志的部分文件未核验"},
    {"verify.older_no_folder", "较早日志的文件未核验"},
    {"verify.other_log", "是另一个日志"},
    {"verify.root", "树根与签名的检查点不符"},
    {"verify.row_changed", "行被改动"},
    {"verify.row_missing", "行缺失"},
    {"verify.row_unlogged", "行不在日志中"},
    {"verify.row_unreadable", "行无法读出"},
    {"verify.run", "行与叶子的对应有误"},
    {"verify.state", "日志状态有误"},
    {"verify.tile", "散列瓦片被改动"},
    {"verify.tile_missing", "日志文件缺失"},
};

void tell(std::string_view what, std::uint64_t done, std::uint64_t all) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "suyuan: verify: %.*s %llu/%llu%s", static_cast<int>(what.size()), what.data(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(all), done == all ? "\n" : "\r");
}

fs::path path_of(const StoreToVerify& store) {
  return store.log.empty() ? fs::path(store.place.folder) / "log" : fs::path(store.log);
}

// Where `suyuan log --new-origin` puts the files of the log that ends.
Result<OlderFolder> older_folder_of(const StoreToVerify& store, const LogState& log) {
  const std::string place = fmt::format("{}-{}", path_of(store).string(), log.number);
  std::error_code ignored;
  if (!fs::is_directory(place, ignored)) return OlderFolder{nullptr, place};
  auto files = make_log_folder(place);
  return files ? Result(OlderFolder{std::move(*files), place}) : Result<OlderFolder>(std::move(files.error()));
}

// Whoever only reads makes no folder.
Result<std::unique_ptr<LogFolder>> folder_of(const StoreToVerify& store) {
  const fs::path path = path_of(store);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return make_log_folder(path);
  if (store.log.empty()) return std::unique_ptr<LogFolder>();
  return Error{
      ErrorKind::kInvalid, "verify.log_folder",
      fmt::format("There is no folder \"{}\". Name the folder of the log, in which there is a file checkpoint.",
                  store.log)};
}

// Nothing: their folder is not known.
Result<std::unique_ptr<EvidenceFiles>> evidence_files_of(const StoreToVerify& store, Clock& clock) {
  if (store.evidence.empty() && !store.place.url.empty()) return std::unique_ptr<EvidenceFiles>();
  const std::string folder = store.evidence.empty() ? store.place.folder + "/evidence" : store.evidence;
  std::error_code ignored;
  if (store.evidence.empty() || fs::is_directory(folder, ignored)) return make_evidence_folder(folder, clock);
  return Error{ErrorKind::kInvalid, "verify.evidence_folder",
               fmt::format("There is no folder \"{}\". Name the folder of the files of evidence.", folder)};
}

Result<Verification> verify(const StoreToVerify& store, sql::Database& records, EventDigests& events,
                            const fs::path& key_file, Clock& clock) {
  auto folder = folder_of(store);
  if (!folder) return std::move(folder.error());
  auto files = evidence_files_of(store, clock);
  if (!files) return std::move(files.error());
  const auto kept = make_evidence_store(records);
  const auto seal = make_subject_seal(records, clock, key_file);
  const EvidenceToCheck evidence{*kept, files->get(), *seal};
  const auto log = make_log_store(records, "verify", true);
  const auto documents = make_kept_documents(records, clock, key_file, !store.place.url.empty());
  const VerificationServices services{*log,
                                      events,
                                      folder->get(),
                                      store.has_documents ? documents.get() : nullptr,
                                      read_epcis,
                                      [&](const LogState& older) { return older_folder_of(store, older); },
                                      store.has_documents ? &evidence : nullptr};
  const VerificationOptions options{store.keys, store.against, tell, [] { std::this_thread::sleep_for(kMoment); }};
  return verify_log(services, options);
}

std::string summary_of_log(const Verification& result, bool is_older, bool english) {
  const LogState& log = *result.log;
  std::string text =
      english ? fmt::format(
                    "The {}log {} has {} entries: {} events of {} submitters, {} acts, {} anchors, {} lost rows; {} of "
                    "them are published.\n",
                    is_older ? "older " : "", log.origin, log.size, result.events, result.submitters, result.acts,
                    result.anchors, result.lost, result.published)
              : fmt::format(
                    "{}日志 {} 共 {} 条：{} 个提交者的 {} 个事件、{} 条审计记录、{} 个锚点、{} 条遗失的行；"
                    "已发布 {} 条。\n",
                    is_older ? "较早的" : "", log.origin, log.size, result.submitters, result.events, result.acts,
                    result.anchors, result.lost, result.published);
  if (log.standing != LogStanding::kGrows)
    text += english ? "The log stands still: an older store was put back.\n" : "日志已停止：曾恢复过较旧的库。\n";
  if (!result.only_own_keys) return text;
  return text + (english ? "No key was given for at least one of the trees (--key): only the store itself says which "
                           "keys are its. Whoever changes everything and signs it with other keys is not seen.\n"
                         : "至少有一棵树没有给出密钥（--key）：密钥取自库本身，全部改写并另行签名的人看不出来。\n");
}

std::string summary(const Verification& result, bool english) {
  std::string text = result.log ? summary_of_log(result, false, english) : "";
  for (const Verification& older : result.older) text += summary_of_log(older, true, english);
  if (result.evidence > 0)
    text += english ? fmt::format("{} files of evidence; {} were erased, or cannot be opened without the master key.\n",
                                  result.evidence, result.closed_evidence)
                    : fmt::format("{} 份证据文件；其中 {} 份已抹除或没有主密钥无法打开。\n", result.evidence,
                                  result.closed_evidence);
  if (result.documents == 0) return text;
  return text +
         (english
              ? fmt::format("{} documents were read again, and {} events worked out from them; of {} something "
                            "was erased, or cannot be opened without the master key.\n",
                            result.documents, result.checked_events, result.closed_documents)
              : fmt::format("重读了 {} 份原始文件，重算了其中 {} 个事件；{} 份中有已抹除或没有主密钥无法打开的内容。\n",
                            result.documents, result.checked_events, result.closed_documents));
}

std::string lines_of(const std::vector<LogFault>& faults, std::string_view sign, bool english) {
  std::string text;
  for (const LogFault& fault : faults) {
    const std::string count = fault.count > 1 ? fmt::format(" ×{}", fault.count) : "";
    text += english ? fmt::format("{} [{}]{} {}\n", sign, fault.code, count, fault.text)
                    : fmt::format("{} {}{} [{}] {}\n", sign, fault_name(fault.code), count, fault.code, fault.text);
  }
  return text;
}

std::string as_text(const Verification& result, bool english) {
  const std::string text =
      summary(result, english) + lines_of(result.unverified, "?", english) + lines_of(result.faults, "-", english);
  if (!result.faults.empty())
    return text + (english ? fmt::format("Not verified: {} kinds of faults.\n", result.faults.size())
                           : fmt::format("验证不通过：{} 类问题。\n", result.faults.size()));
  if (!result.unverified.empty())
    return text + (english ? "Verified, but for what is marked \"?\": all else agrees.\n"
                           : "除标有“?”的未核验内容外，验证通过：其余一致。\n");
  return text + (english ? "Verified: rows, leaves, tiles and checkpoints agree.\n"
                         : "验证通过：行、叶子、瓦片与检查点一致。\n");
}

boost::json::array json_of(const std::vector<LogFault>& faults) {
  boost::json::array all;
  for (const LogFault& fault : faults)
    all.push_back({{"code", fault.code}, {"count", fault.count}, {"text", fault.text}});
  return all;
}

void add_log(const Verification& result, boost::json::object& to) {
  to["log"] = {{"origin", result.log->origin},
               {"number", result.log->number},
               {"size", result.log->size},
               {"published", result.published},
               {"grows", result.log->standing == LogStanding::kGrows},
               {"onlyOwnKeys", result.only_own_keys}};
  to["leaves"] = {{"events", result.events},
                  {"submitters", result.submitters},
                  {"acts", result.acts},
                  {"anchors", result.anchors},
                  {"lost", result.lost}};
}

std::string as_json(const Verification& result) {
  boost::json::object all{{"verified", result.faults.empty()},
                          {"faults", json_of(result.faults)},
                          {"notVerified", json_of(result.unverified)}};
  if (result.log) add_log(result, all);
  boost::json::array& older = all["older"].emplace_array();
  for (const Verification& each : result.older) {
    boost::json::object one{
        {"verified", each.faults.empty()}, {"faults", json_of(each.faults)}, {"notVerified", json_of(each.unverified)}};
    add_log(each, one);
    older.push_back(std::move(one));
  }
  all["documents"] = {
      {"read", result.documents}, {"events", result.checked_events}, {"closed", result.closed_documents}};
  all["evidence"] = {
      {"files", result.evidence}, {"closed", result.closed_evidence}, {"filesWithoutRow", result.evidence_without_row}};
  return boost::json::serialize(all) + "\n";
}

}  // namespace

std::string_view fault_name(std::string_view code) {
  for (const FaultName& each : kFaultNames)
    if (each.code == code) return each.chinese;
  return code;
}

Result<Verification> verify(const StoreToVerify& store) {
  SystemClock clock;
  const char* named = std::getenv("SUYUAN_SECRETS_KEY_FILE");
  fs::path key_file = named == nullptr ? "" : named;
  if (!store.place.url.empty()) {
    auto opened = open_store(store.place, false, key_file);
    if (!opened) return std::move(opened.error());
    return verify(store, (*opened)->records(), (*opened)->digests(), key_file, clock);
  }
  if (key_file.empty()) key_file = fs::path(store.place.folder) / "secrets" / "master.key";
  auto view = view_sqlite_store(store.place.folder);
  if (!view) return std::move(view.error());
  return verify(store, (*view)->records(), (*view)->digests(), key_file, clock);
}

int show(const Verification& result, const Common& common) {
  const std::string text = common.json ? as_json(result) : as_text(result, common.english);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0) return kPartly;
  return result.faults.empty() ? kDone : kRefused;
}

}  // namespace suyuan::cli
