// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "adapters/warehouse/key_rotation.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

int rekey(const std::string& to, const Common& common) {
  const StorePlace place = place_of(common);
  const char* named = std::getenv("SUYUAN_SECRETS_KEY_FILE");
  const bool is_named = named != nullptr && *named != '\0';
  KeyRotation rotation;
  rotation.from = is_named ? std::filesystem::path(named) : std::filesystem::path();
  rotation.to = to;
  rotation.replaces = !is_named && place.url.empty();
  if (rotation.replaces) rotation.from = std::filesystem::path(place.folder) / "secrets" / "master.key";
  const auto keys = rotate_master_key({place.folder, place.url}, rotation);
  if (!keys) return fail(keys.error());
  auto store = open_store(place, false, rotation.replaces ? std::filesystem::path() : rotation.to);
  if (!store) return fail(store.error());
  if (auto kept = audit_command(**store, "store.rekey", place.shown(), "keys", std::to_string(*keys)); !kept)
    return fail(kept.error());
  std::printf("%s\n", (common.english ? fmt::format("{} keys are under the new master key.", *keys)
                                      : fmt::format("{} 个密钥已改用新的主密钥。", *keys))
                          .c_str());
  if (!rotation.replaces) {
    std::printf("%s\n", (common.english ? fmt::format("Name it from now on: secrets.key_file = {}", to)
                                        : fmt::format("今后请在 secrets.key_file 中指定：{}", to))
                            .c_str());
  }
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

}  // namespace

void add_rekey(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "rekey", "Bring the keys of values about people under another master key; begun again after a stop");
  auto to = std::make_shared<std::string>();
  command->add_option("--to", *to, "File of the new key: openssl rand -hex 32")->required()->check(CLI::ExistingFile);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([to, &common, &chosen] { chosen.run = [to, &common] { return rekey(*to, common); }; });
}

}  // namespace suyuan::cli
