// SPDX-License-Identifier: Apache-2.0
#include "bin/served_log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "adapters/log_folder/log_folder.h"
#include "adapters/records/log_store.h"
#include "base/base64.h"
#include "base/text.h"

namespace suyuan::cli {

namespace {

constexpr std::string_view kHead = "suyuan log keys 1, secret";

std::string this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), ::getpid());
}

std::optional<PrivateKey> key_in(std::string_view line, std::string_view word, SignatureAlgorithm algorithm) {
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') return std::nullopt;
  const auto bytes = from_base64(line.substr(word.size() + 1));
  return bytes ? PrivateKey::of_bytes(algorithm, *bytes) : std::nullopt;
}

}  // namespace

std::string log_key_text(const LogKeyPair& keys) {
  return fmt::format("{}\ned25519 {}\nsm2 {}\n", kHead, base64(keys.ed25519.bytes()), base64(keys.sm2.bytes()));
}

std::optional<LogKeyPair> log_keys_of(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() != 4 || lines[0] != kHead || !lines[3].empty()) return std::nullopt;
  auto ed25519 = key_in(lines[1], "ed25519", SignatureAlgorithm::kEd25519);
  auto sm2 = key_in(lines[2], "sm2", SignatureAlgorithm::kSm2);
  if (!ed25519 || !sm2) return std::nullopt;
  return LogKeyPair{std::move(*ed25519), std::move(*sm2)};
}

LogKeyPair fresh_log_keys() {
  return {PrivateKey::fresh(SignatureAlgorithm::kEd25519), PrivateKey::fresh(SignatureAlgorithm::kSm2)};
}

SecretFile log_key_file(const Settings& settings, const StorePlace& place) {
  const std::string& named = settings.text("tlog.key_file");
  const std::string usual = place.url.empty() ? place.folder + "/log-key" : "";
  return {.file = named.empty() ? usual : named,
          .setting = "tlog.key_file",
          .code = "log.bad_key_file",
          .holds = "the private keys of the log",
          .fresh = [] { return log_key_text(fresh_log_keys()); }};
}

std::string log_folder_of(const Settings& settings, const StorePlace& place) {
  const std::string& named = settings.text("tlog.folder");
  if (!named.empty()) return named;
  return place.url.empty() ? place.folder + "/log" : "";
}

Result<std::unique_ptr<ServedLog>> ServedLog::start(Store& store, Clock& clock, Log& log, const Settings& settings,
                                                    const StorePlace& place) {
  const std::string& origin = settings.text("tlog.origin");
  if (!origin.empty() && !tlog::is_note_name(origin)) {
    return Error{ErrorKind::kInvalid, "log.origin",
                 fmt::format("tlog.origin is \"{}\"; a name has no blanks and no \"+\", like trace.example.cn/log.",
                             excerpt(origin))};
  }
  const std::string path = log_folder_of(settings, place);
  if (path.empty()) return std::unique_ptr<ServedLog>();
  const SecretFile file = log_key_file(settings, place);
  std::optional<LogKeyPair> keys;
  if (!file.file.empty()) {
    auto text = read_or_make(file);
    if (!text) return std::move(text.error());
    keys = log_keys_of(*text);
    if (!keys) return bad_secret_file(file, "does not hold them");
  }
  auto folder = make_log_folder(path);
  if (!folder) return std::move(folder.error());
  auto witnesses = ServedWitnesses::start(settings, **folder, log);
  if (!witnesses) return std::move(witnesses.error());
  auto records = make_log_store(store.records(), this_process(), !place.url.empty());
  return std::unique_ptr<ServedLog>(new ServedLog(store, clock, log, std::move(records), std::move(*folder),
                                                  std::move(keys), std::move(*witnesses), origin));
}

ServedLog::ServedLog(Store& store, Clock& clock, Log& log, std::unique_ptr<LogStore> records,
                     std::unique_ptr<LogFolder> folder, std::optional<LogKeyPair> keys,
                     std::unique_ptr<ServedWitnesses> witnesses, const std::string& origin)
    : records_(std::move(records)),
      folder_(std::move(folder)),
      keys_(std::move(keys)),
      witnesses_(std::move(witnesses)),
      reads_{*records_, store.digests(), *folder_},
      thread_(start_sequencing(
          {*records_, store.digests(), *folder_, clock, keys_ ? std::optional(keys_->signers()) : std::nullopt, origin,
           witnesses_ ? &witnesses_->cosigning() : nullptr},
          log)) {}

}  // namespace suyuan::cli
