// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/backup_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "suyuan-backup/1";

Error unreadable(std::string_view what) {
  return {ErrorKind::kCorrupt, "backup.manifest",
          fmt::format("The file {} of the backup {}. Nothing was restored; take another copy of this backup, or "
                      "another backup.",
                      kManifestName, what)};
}

// A name within the folder, and none that leads out of it.
bool is_plain(std::string_view name) {
  return !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

BackupManifest manifest_of(const json::object& object) {
  const auto text = [&](const char* name) { return std::string(object.at(name).as_string()); };
  const auto number = [&](const char* name) { return object.at(name).to_number<std::int64_t>(); };
  BackupManifest all;
  all.program = text("program");
  all.schema = number("schema");
  all.store = text("store");
  all.events = number("events");
  all.submissions = number("submissions");
  all.audit_entries = number("audit_entries");
  all.sealed_keys = number("sealed_keys");
  if (object.contains("evidence")) all.evidence = number("evidence");  // backups of before schema step 14 have none
  for (const json::value& each : object.at("files").as_array())
    all.files.push_back({std::string(each.at("name").as_string()),
                         {each.at("size").to_number<std::uint64_t>(), std::string(each.at("sha256").as_string())}});
  return all;
}

}  // namespace

std::string manifest_json(const BackupManifest& manifest) {
  json::array files;
  for (const BackupManifest::File& each : manifest.files)
    files.push_back({{"name", each.name}, {"size", each.digest.size}, {"sha256", each.digest.sha256}});
  return json::serialize(json::object{{"format", kFormat},
                                      {"program", manifest.program},
                                      {"schema", manifest.schema},
                                      {"store", manifest.store},
                                      {"made", format_instant(manifest.made)},
                                      {"events", manifest.events},
                                      {"submissions", manifest.submissions},
                                      {"audit_entries", manifest.audit_entries},
                                      {"sealed_keys", manifest.sealed_keys},
                                      {"evidence", manifest.evidence},
                                      {"files", std::move(files)}}) +
         "\n";
}

Result<BackupManifest> read_manifest_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return unreadable("is no JSON object");
  try {
    const json::object& object = value.as_object();
    if (object.at("format").as_string() != kFormat) return unreadable(fmt::format("is not of the format {}", kFormat));
    const auto made = parse_instant(std::string(object.at("made").as_string()));
    if (!made) return unreadable("has no time \"made\"");
    BackupManifest all = manifest_of(object);
    all.made = made->at;
    bool has_store = false;
    for (const BackupManifest::File& each : all.files) {
      if (!is_plain(each.name)) return unreadable("names a file that lies elsewhere");
      has_store = has_store || each.name == "suyuan.db";
    }
    if (!has_store) return unreadable("does not name the file suyuan.db");
    return all;
  } catch (const std::exception&) {
    return unreadable("is not whole");
  }
}

Result<BackupManifest> read_manifest(const std::filesystem::path& folder) {
  const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  std::ifstream stream(folder / kManifestName, std::ios::binary);
  if (!stream || name.ends_with(kUnfinished)) {
    return Error{ErrorKind::kNotFound, "backup.none",
                 fmt::format("There is no backup in \"{}\": its name ends with {}, or it has no file {}, which is "
                             "written last. Name the folder that `suyuan backup` made; one that it did not end is not "
                             "to be used.",
                             excerpt(folder.string(), 300), kUnfinished, kManifestName)};
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return read_manifest_json(text);
}

}  // namespace suyuan
