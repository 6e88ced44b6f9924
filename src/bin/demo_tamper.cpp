// SPDX-License-Identifier: Apache-2.0
#include "bin/demo_tamper.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/log_folder/log_folder.h"
#include "adapters/records/log_store.h"
#include "adapters/warehouse/backup_store.h"
#include "adapters/warehouse/copied_file.h"
#include "adapters/warehouse/store_view.h"
#include "base/text.h"
#include "bin/verify_store.h"

namespace suyuan::cli {

namespace {

namespace fs = std::filesystem;

Error disk(const std::string& what) {
  return {ErrorKind::kInternal, "store.disk", fmt::format("The copy of the demonstration cannot be made: {}.", what)};
}

// A folder that is gone when this is.
class Copy {
 public:
  Copy() {
    std::string pattern = (fs::temp_directory_path() / "suyuan-tamper-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Copy() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<std::uint64_t> size_of(const std::string& note) {
  const auto read = tlog::note_of(note);
  if (!read) return read.error();
  const auto checkpoint = tlog::checkpoint_of(read->text);
  return checkpoint ? Result(checkpoint->size) : Result<std::uint64_t>(checkpoint.error());
}

// Store and log of one moment: until then, again.
Status copy_store(const fs::path& from, const fs::path& to, Clock& clock) {
  constexpr int kTimes = 20;
  for (int i = 0; i < kTimes; ++i) {
    std::error_code failed;
    fs::remove_all(to, failed);
    const auto copied = backup_store(
        from, to, clock, {.program = SUYUAN_VERSION, .erasures = [](sql::Database&, KeyEraser&) -> Result<std::string> {
                            return std::string("{}");
                          }});
    if (!copied) return copied.error();
    fs::copy(from / "log", to / "log", fs::copy_options::recursive, failed);
    if (!failed && fs::exists(from / "secrets"))
      fs::copy(from / "secrets", to / "secrets", fs::copy_options::recursive, failed);
    if (failed) continue;  // a file went while it was copied
    const auto view = view_sqlite_store(to);
    if (!view) return view.error();
    const auto folder = make_log_folder(to / "log");
    if (!folder) return folder.error();
    const auto state = make_log_store((*view)->records(), "demo", false)->state();
    const auto published = (*folder)->published();
    if (!state || !*state || !published) continue;
    const auto size = size_of(published->sha256);
    if (size && *size == (*state)->size) return Done{};
    ::usleep(100'000);
  }
  return disk("its log did not come to rest");
}

Status change_rows(const fs::path& copy, const std::string& script) {
  auto connection = sql::open_sqlite(copy / "suyuan.db", sql::Mode::kWrite);
  if (!connection) return std::move(connection.error());
  return (*connection)->execute(script);
}

// One byte of a file, at a place from its end.
Status change_byte(const fs::path& file, std::size_t from_end) {
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  if (bytes.size() < from_end) return disk(file.string());
  char& byte = bytes[bytes.size() - from_end];
  byte = static_cast<char>(byte ^ 1);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  return Done{};
}

Result<fs::path> a_tile(const fs::path& copy) {
  for (const auto& each : fs::recursive_directory_iterator(copy / "log" / "tile" / "0"))
    if (each.is_regular_file()) return each.path();
  return disk("the log has no tile yet");
}

// All rows logged again from the first, as if the log had never been another one.
Status rewrite(const fs::path& copy, Clock& clock, const std::string& origin) {
  if (auto cleared = change_rows(copy,
                                 "DELETE FROM tlog; DELETE FROM tlog_run; DELETE FROM tlog_submitter; DELETE FROM "
                                 "tlog_entry; DELETE FROM tlog_key; DELETE FROM lease");
      !cleared)
    return cleared;
  std::error_code ignored;
  fs::remove_all(copy / "log", ignored);
  auto connection = sql::open_sqlite(copy / "suyuan.db", sql::Mode::kWrite);
  if (!connection) return std::move(connection.error());
  CopiedFile records(**connection);
  const auto view = view_sqlite_store(copy);
  if (!view) return view.error();
  const auto folder = make_log_folder(copy / "log");
  if (!folder) return folder.error();
  const auto store = make_log_store(records, "somebody else", false);
  const LogKeyPair forged = fresh_log_keys();
  Sequencer sequencer({.store = *store,
                       .events = (*view)->digests(),
                       .folder = **folder,
                       .clock = clock,
                       .signers = forged.signers(),
                       .origin = origin});
  for (;;) {
    const auto more = sequencer.round();
    if (!more) return more.error();
    const auto state = store->state();
    if (!*more && state && *state && (*state)->size > 0) return Done{};
  }
}

}  // namespace

Result<http::TamperAnswer> DemoTampering::try_it(std::string_view deed) {
  const std::unique_lock alone(one_, std::try_to_lock);
  if (!alone.owns_lock())
    return Error{ErrorKind::kBusy, "demo.busy", "Somebody else is trying this at the moment. Try again in a second."};
  const Copy copy;
  if (copy.path().empty()) return disk("there is no room in the temporary folder");
  return try_on(copy.path() + "/store", deed);
}

Result<http::TamperAnswer> DemoTampering::try_on(const std::string& copy, std::string_view deed) {
  if (auto copied = copy_store(folder_, copy, clock_); !copied) return std::move(copied.error());
  StoreToVerify wanted{.place = {copy, ""}};
  const fs::path evidence = fs::path(folder_) / "evidence";  // nobody changes it, so it is not copied
  std::error_code ignored;
  if (fs::is_directory(evidence, ignored)) wanted.evidence = evidence.string();
  const auto state = log_.store.state();
  if (!state || !*state) return disk("there is no log yet");
  const auto keys = log_.store.keys((*state)->number);
  const auto published = log_.folder.published();
  if (!keys || !published) return keys ? published.error() : keys.error();
  for (const LogKey& key : *keys)
    if (auto read = tlog::note_key_of(key.vkey)) wanted.keys.push_back(std::move(*read));
  wanted.against = published->sha256;

  constexpr std::string_view kOne = "(SELECT max(seq) / 2 FROM event)";
  const fs::path folder = copy;
  http::TamperAnswer answer;
  Status done = Done{};
  const auto did = [&](std::string_view zh, std::string_view en, Status outcome) {
    answer.copied_zh = zh;
    answer.copied_en = en;
    done = std::move(outcome);
  };
  if (deed == "recorded") {
    const std::string script = fmt::format("UPDATE event SET recorded = recorded - 3600000000 WHERE seq = {}", kOne);
    did(script, script, change_rows(folder, script));
  } else if (deed == "content") {
    const std::string script = fmt::format(
        "UPDATE document SET z = (SELECT z FROM document AS other WHERE other.seq = document.seq + 1) WHERE seq = {}",
        kOne);
    did(script, script, change_rows(folder, script));
  } else if (deed == "delete") {
    const std::string script = fmt::format("DELETE FROM event WHERE seq = {}", kOne);
    did(script, script, change_rows(folder, script));
  } else if (deed == "tile") {
    const auto tile = a_tile(folder);
    if (!tile) return tile.error();
    const std::string name = fs::relative(*tile, folder).string();
    did(fmt::format("{} 的最后一个字节", name), fmt::format("the last byte of {}", name), change_byte(*tile, 1));
  } else if (deed == "checkpoint") {
    did("log/checkpoint 的一个字符", "one character of log/checkpoint", change_byte(folder / "log" / "checkpoint", 10));
  } else if (deed == "rewrite") {
    const std::string script = fmt::format("DELETE FROM event WHERE seq = {}", kOne);
    done = change_rows(folder, script);
    if (done) done = rewrite(folder, clock_, (*state)->origin);
    did(script + "，再重写整个日志", script + ", then the whole log anew", std::move(done));
  } else if (deed == "nothing") {
    did("没有改动", "nothing", Done{});
  } else {
    return Error{ErrorKind::kNotFound, "demo.no_such_deed",
                 fmt::format("There is no deed \"{}\" here. Choose one on the page.", excerpt(deed))};
  }
  if (!done) return std::move(done.error());
  const auto result = verify(wanted);
  if (!result) return result.error();
  answer.entries = result->log ? result->log->size : 0;
  for (const LogFault& fault : result->faults)
    answer.faults.push_back({std::string(fault_name(fault.code)), fault.text});
  return answer;
}

}  // namespace suyuan::cli
