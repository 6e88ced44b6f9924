// SPDX-License-Identifier: Apache-2.0
#include "app/operation/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/check.h"
#include "base/secrets.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

// By name, so that printing is sorted and finding is a binary search.
constexpr std::array kSettings = {
    Setting{"audit.keep_days", "days", "How long entries of the audit are kept; at least six months, as the law says.",
            "1095", 183, 36'500},
    Setting{"capture.bytes_max", "bytes", "Largest document that the capture interfaces read.", "67108864", 1024,
            1024 * kMiB},
    Setting{"capture.client_queue_max", "jobs",
            "Capture jobs of one client (address) that wait or run; one more is answered 429, so that others still get "
            "in. Of documents up to 64 KiB, eight times as many.",
            "6", 1, 1000},
    Setting{
        "capture.events_max", "events",
        "Most events in one document. A document is one transaction: of 20000 events it may hold up other writers for "
        "a tenth of a second, of more for longer.",
        "20000", 1, 10'000'000},
    Setting{"capture.queue_max", "jobs",
            "Capture jobs that wait or run; one more is answered 503. Of documents up to 64 KiB, eight times as many.",
            "8", 1, 1000},
    Setting{"capture.wait_ms_max", "ms",
            "How long a capture request waits for its job before it is answered 202 with the job still running.",
            "2000", 0, 60'000},
    Setting{"evidence.bytes_max", "bytes", "Largest file that is taken as evidence; at most capture.bytes_max.",
            "16777216", 1024, 31 * kMiB},
    Setting{"evidence.folder", "",
            "Folder of the files of evidence. Empty: evidence in the folder of the store; none for PostgreSQL, where "
            "the servers on one database need the same folder.",
            "", 0, 0, "", true},
    Setting{"http.body_bytes_max", "bytes", "Largest request body outside the capture interfaces.", "1048576", 1024,
            64 * kMiB},
    Setting{"http.body_memory_bytes_max", "bytes",
            "All request bodies in memory together; what does not fit is answered 503. At least capture.bytes_max.",
            "268435456", kMiB, 64 * 1024 * kMiB},
    Setting{"http.client_queue_max", "requests",
            "Requests of one client (address) that wait or run; one more is answered 429. Behind a proxy that "
            "http.trusted_proxies does not name all clients are one.",
            "64", 1, 100'000},
    Setting{"http.connections_max", "connections", "Open connections; one more is answered 503 and closed.", "1024", 1,
            100'000},
    Setting{"http.drain_seconds_max", "s", "How long a shutdown waits for requests and captures in flight.", "20", 0,
            3600},
    Setting{"http.header_bytes_max", "bytes", "Largest request line with header fields.", "16384", 1024, kMiB},
    Setting{"http.idle_seconds_max", "s", "How long a connection may move no byte before it is closed.", "30", 1, 3600},
    Setting{"http.network_threads", "threads", "Threads that read and write connections.", "2", 1, 64},
    Setting{"http.proxy_header", "",
            "What trusted proxies write the client's address into. The other fields are not read: a proxy passes on "
            "what a client writes there.",
            "x-forwarded-for", 0, 0, "x-forwarded-for forwarded"},
    Setting{"http.queue_max", "requests", "Requests that wait or run; one more is answered 503.", "256", 1, 100'000},

    Setting{"http.request_ms_max", "ms", "How long a request may wait and run before it is answered 503.", "30000", 10,
            3'600'000},
    Setting{
        "http.transfer_seconds_max", "s",
        "How long a client may take to send one whole request, or to take one answer (plus 1 s for each 16 KiB of it).",
        "120", 1, 3600},
    Setting{"http.trusted_proxies", "",
            "Addresses and networks of proxies that are believed when they say for whom they ask, and whether by "
            "https: \"127.0.0.1 10.1.0.0/16\". Empty: none.",
            "127.0.0.0/8 ::1", 0, 0, "", true},
    Setting{"http.worker_threads", "threads", "Threads that answer questions.", "4", 1, 256},
    Setting{"http.write_threads", "threads",
            "Threads that run requests which change the store: they wait for its one writer, beside those that answer.",
            "32", 1, 1024},
    Setting{"log.level", "", "Least important messages that are logged.", "info", 0, 0, "debug info warning error"},
    Setting{"login.argon2_kib", "KiB",
            "Memory that hashing one password takes (Argon2id). A password is hashed anew at its next sign-in.",
            "19456", 8192, 1024 * 1024},
    Setting{"login.argon2_passes", "passes", "Passes over that memory.", "2", 1, 100},
    Setting{"login.idle_minutes_max", "min", "How long a session may lie idle before it ends.", "30", 1, 1440},
    Setting{"login.key_file", "",
            "File with the 32 random bytes that seal second factors and mark known devices. Made when it is not there. "
            "Empty: login-key in the folder of the store, or suyuan-login-key here; servers on one PostgreSQL database "
            "need the "
            "same file.",
            "", 0, 0, "", true},
    Setting{"login.policy", "",
            "Rules of passwords: asvs5 (8 or more, none of the common ones) or mlps3 (GB/T 22239: also three of four "
            "classes, new every 90 days, none of the last five).",
            "asvs5", 0, 0, "asvs5 mlps3"},
    Setting{"login.queue_max", "requests", "Sign-ins that wait or run; one more is answered 503.", "64", 1, 10'000},
    Setting{"login.second_factor", "",
            "Who needs a second factor: privileged (leader, signatory, sysadmin, secadmin, auditor), all or none.",
            "privileged", 0, 0, "privileged all none"},
    Setting{"login.session_minutes_max", "min", "How long a session lasts at most.", "720", 5, 43'200},
    Setting{"login.threads", "threads", "Threads that hash passwords, so that sign-ins leave other requests alone.",
            "2", 1, 64},
    Setting{"oidc.ca_file", "",
            "File of certificates (PEM) that the OpenID provider's is checked against. Empty: those of the system.", "",
            0, 0, "", true},
    Setting{"oidc.client_id", "", "Name under which this server is registered at the OpenID provider.", "", 0, 0, "",
            true},
    Setting{"oidc.client_secret_file", "",
            "File that holds the client secret of the OpenID provider. Empty: this server is registered without one.",
            "", 0, 0, "", true},
    Setting{
        "oidc.issuer", "",
        "Issuer of the OpenID provider that people may sign in with, https://id.example.cn; needs oidc.client_id and "
        "server.public_url. Empty: none.",
        "", 0, 0, "", true},
    Setting{"oidc.name", "", "Words on the button that leads to the OpenID provider.", "OpenID", 0, 0, "", true},
    Setting{
        "page.cache_bytes_max", "bytes",
        "Memory for pages of codes that are kept while nothing they were made from changes; 0 keeps none. Not used on "
        "PostgreSQL.",
        "67108864", 0, 64 * 1024 * kMiB},
    Setting{
        "secrets.key_file", "",
        "File with the key that values about people are kept encrypted under: 64 hexadecimal digits. Empty: "
        "secrets/master.key in the folder of the store, made when it is needed; with store.database such values are "
        "refused.",
        "", 0, 0, "", true},
    Setting{"server.address", "", "Address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 or :: for all.",
            "127.0.0.1", 0, 0, "", true},
    Setting{"server.port", "", "TCP port to listen on; 0 takes a free one.", "8080", 0, 65535},
    Setting{"server.public_url", "",
            "Where people reach this server, as printed in codes: https://trace.example.cn. Empty: as each request "
            "says.",
            "", 0, 0, "", true},
    Setting{"server.utc_offset", "",
            "Offset of the wall clock that schedules of subscriptions are read on, such as +08:00.", "+08:00", 0, 0, "",
            true},
    Setting{"store.database", "",
            "Address of the PostgreSQL database of the store, postgresql://USER@HOST:PORT/DATABASE; PGPASSWORD, "
            "~/.pgpass and services count. Empty: the folder that --data names.",
            "", 0, 0, "", true, true},
    Setting{
        "store.spill_entries", "entries",
        "Entries of each lookup of an SQLite store that stay in memory before they become a run on disk: fewer take "
        "less memory, about 200 bytes for each, and more reads.",
        "524288", 1024, 64 * kMiB},
    Setting{"tlog.folder", "",
            "Folder of the transparency log's files. Empty: log in the folder of the store; none for PostgreSQL, where "
            "each server that publishes the log has a folder of its own.",
            "", 0, 0, "", true},
    Setting{"tlog.key_file", "",
            "File with the private keys that sign the log's checkpoints. Made when it is not there. Empty: log-key in "
            "the folder of the store; none for PostgreSQL: this server signs nothing. Servers on one database need the "
            "same file.",
            "", 0, 0, "", true},
    Setting{
        "tlog.origin", "",
        "Name of the log, which its checkpoints and keys carry: trace.example.cn/log. Set it before the first start; "
        "it never changes. Empty: a random one.",
        "", 0, 0, "", true},
    Setting{"tlog.policy_file", "",
            "File with the witnesses that cosign the log's checkpoints before they are published, and how many of them "
            "have to (docs/witness.md). Empty: checkpoints are published without witnesses.",
            "", 0, 0, "", true},
    Setting{"tlog.witness_ca_file", "",
            "PEM file with the certificates that witnesses are checked against. Empty: those of the system.", "", 0, 0,
            "", true},
    Setting{"tlog.witness_timeout_ms", "ms",
            "How long all witnesses together may take to cosign one pair of checkpoints.", "500", 50, 5000},
    Setting{"tls.certificate", "",
            "PEM file with the certificate of this server, then those that lead to its root; with tls.key, clients "
            "have to come by https. Empty: no TLS here.",
            "", 0, 0, "", true},
    Setting{"tls.check_seconds", "s",
            "How often the files of the certificate are looked at; changed ones are used for new connections. 0: only "
            "when SIGHUP comes.",
            "10", 0, 86'400},
    Setting{"tls.key", "", "PEM file with the private key of tls.certificate, without a password.", "", 0, 0, "", true},
    Setting{"trace.nodes_max", "nodes", "Most nodes in one answer of /api/v1/trace.", "10000", 1, 100'000},
    Setting{"webhook.allow_private", "",
            "Addresses and networks that messages to subscribers may go to though they are not of the public internet: "
            "\"127.0.0.1 10.1.0.0/16\". Empty: none.",
            "", 0, 0, "", true},
    Setting{"webhook.attempts_max", "attempts", "How often a message to a subscriber is tried before it is given up.",
            "20", 1, 1000},
    Setting{"webhook.events_max", "events", "Most events in one message to a subscriber.", "500", 1, 10'000},
    Setting{"webhook.threads", "threads", "Threads that deliver messages to subscribers.", "4", 1, 64},
    Setting{"webhook.timeout_ms", "ms", "How long a subscriber may take to accept one message.", "15000", 100, 120'000},
};

static_assert(std::is_sorted(kSettings.begin(), kSettings.end(),
                             [](const Setting& a, const Setting& b) { return a.name < b.name; }));

const Setting* find_setting(std::string_view name) {
  const auto found = std::lower_bound(kSettings.begin(), kSettings.end(), name,
                                      [](const Setting& s, std::string_view n) { return s.name < n; });
  return found != kSettings.end() && found->name == name ? &*found : nullptr;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string shown(const Setting& setting, std::string_view value) {
  return setting.is_secret ? without_passwords(value) : std::string(value);
}

std::string with_unit(std::string_view value, std::string_view unit) {
  return unit.empty() ? std::string(value) : fmt::format("{} {}", value, unit);
}

std::string nearest_setting(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Setting& setting : kSettings) names.push_back(setting.name);
  return std::string(nearest(name, names));
}

Error unknown_setting(std::string_view shown, const std::string& near) {
  return Error{ErrorKind::kInvalid, "settings.unknown",
               fmt::format("There is no setting \"{}\"{}. `suyuan settings` lists them.", excerpt(shown),
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))};
}

std::string range_text(const Setting& setting) {
  if (setting.is_text) return "text";
  if (!setting.choices.empty()) return fmt::format("one of {}", setting.choices);
  return with_unit(fmt::format("{}..{}", setting.min, setting.max), setting.unit);
}

std::string_view source_text(SettingSource source) {
  switch (source) {
    case SettingSource::kCommandLine:
      return "command line";
    case SettingSource::kEnvironment:
      return "environment";
    case SettingSource::kFile:
      return "file";
    case SettingSource::kDefault:
      return "default";
  }
  return "";
}

void add_pairs(const SettingPairs& pairs, SettingSource source, std::string_view where, Settings& settings,
               std::vector<Finding>& findings) {
  for (const auto& [name, value] : pairs) {
    const Status taken = settings.set(name, value, source);
    if (!taken)
      findings.push_back(
          {fmt::format("{}: {}", where, excerpt(without_passwords(name))), taken.error().code, taken.error().text});
  }
}

bool is_no_setting(std::string_view variable) {
  return variable.starts_with("SUYUAN_TEST_") || variable == "SUYUAN_CONFIG";
}

void add_environment(std::span<const std::string> environment, Settings& settings, std::vector<Finding>& findings) {
  for (const std::string& line : environment) {
    const std::string_view variable = std::string_view(line).substr(0, line.find('='));
    if (!variable.starts_with("SUYUAN_") || variable.size() == line.size() || is_no_setting(variable)) continue;
    const auto setting = std::find_if(kSettings.begin(), kSettings.end(),
                                      [&](const Setting& s) { return environment_name(s.name) == variable; });
    if (setting == kSettings.end()) {
      std::vector<std::string> names;
      for (const Setting& s : kSettings) names.push_back(environment_name(s.name));
      const std::vector<std::string_view> views(names.begin(), names.end());
      const Error error = unknown_setting(variable, std::string(nearest(variable, views)));
      findings.push_back({fmt::format("environment: {}", excerpt(variable)), error.code, error.text});
      continue;
    }
    add_pairs({{std::string(setting->name), line.substr(variable.size() + 1)}}, SettingSource::kEnvironment,
              "environment", settings, findings);
  }
}

// Settings that only make sense together.
void check_together(const Settings& settings, std::vector<Finding>& findings) {
  if (settings.text("tls.certificate").empty() != settings.text("tls.key").empty()) {
    const bool no_key = settings.text("tls.key").empty();
    findings.push_back({no_key ? "tls.key" : "tls.certificate", "settings.value",
                        fmt::format("{} is set and {} is not. Name both files, or none to serve without TLS.",
                                    no_key ? "tls.certificate" : "tls.key", no_key ? "tls.key" : "tls.certificate")});
  }
  const auto capture = settings.number("capture.bytes_max");
  const auto memory = settings.number("http.body_memory_bytes_max");
  if (capture <= memory && settings.number("http.body_bytes_max") <= memory) return;
  findings.push_back(
      {"http.body_memory_bytes_max", "settings.value",
       fmt::format("http.body_memory_bytes_max = {} bytes is less than the largest body (capture.bytes_max "
                   "= {} bytes, http.body_bytes_max = {} bytes): such a body could never be read. Raise "
                   "it, or lower the other.",
                   memory, capture, settings.number("http.body_bytes_max"))});
}

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

Settings::Settings() {
  for (const Setting& setting : kSettings) {
    values_[std::string(setting.name)] = {std::string(setting.fallback), SettingSource::kDefault};
  }
}

std::int64_t Settings::number(std::string_view name) const {
  const auto value = whole_number(text(name));
  CHECK(value.has_value());
  return *value;
}

const std::string& Settings::text(std::string_view name) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end());
  return found->second.text;
}

SettingSource Settings::source(std::string_view name) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end());
  return found->second.source;
}

Status Settings::set(std::string_view name, std::string_view value, SettingSource source) {
  const Setting* setting = find_setting(name);
  if (setting == nullptr) return unknown_setting(without_passwords(name), nearest_setting(name));
  if (const auto problem = problem_with(*setting, value)) {
    return Error{ErrorKind::kInvalid, "settings.value", *problem};
  }
  Value& kept = values_.find(name)->second;
  if (source <= kept.source) kept = {std::string(value), source};
  return Done{};
}

std::optional<std::string> problem_with(const Setting& setting, std::string_view value) {
  const auto say = [&](std::string_view wrong) {
    return fmt::format("{} = {} {}. {} Default: {}.", setting.name,
                       with_unit(excerpt(shown(setting, value)), setting.unit), wrong, setting.meaning,
                       setting.fallback.empty() ? "empty" : setting.fallback);
  };
  if (setting.is_text) {
    if (is_utf8(value) && value.find('\0') == std::string_view::npos && value.size() <= 1024) return std::nullopt;
    return say("is not UTF-8 text of at most 1024 bytes");
  }
  if (!setting.choices.empty()) {
    const auto words = split(setting.choices, ' ');
    if (std::find(words.begin(), words.end(), value) != words.end()) return std::nullopt;
    return say(fmt::format("is not one of {}", setting.choices));
  }
  const auto number = whole_number(value);
  if (!number) return say("is not a whole number");
  if (*number < setting.min || *number > setting.max) return say("is outside " + range_text(setting));
  return std::nullopt;
}

std::string environment_name(std::string_view setting) {
  std::string name = "SUYUAN_" + std::string(setting);
  for (char& c : name) {
    if (c == '.') c = '_';
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

Result<Settings> read_settings(const SettingPairs& command_line, std::span<const std::string> environment,
                               const SettingPairs& file, std::string_view file_name) {
  Settings settings;
  std::vector<Finding> findings;
  add_pairs(command_line, SettingSource::kCommandLine, "command line", settings, findings);
  add_environment(environment, settings, findings);
  add_pairs(file, SettingSource::kFile, file_name, settings, findings);
  if (findings.empty()) check_together(settings, findings);
  if (findings.empty()) return settings;
  Error error{ErrorKind::kInvalid, "settings.refused",
              fmt::format("{} of the settings cannot be used; nothing was started.", findings.size())};
  error.findings = std::move(findings);
  return error;
}

std::string settings_text(const Settings& settings) {
  std::string text;
  for (const Setting& setting : kSettings) {
    const std::string value = shown(setting, settings.text(setting.name));
    fmt::format_to(std::back_inserter(text), "{} = {}\n    {}\n    {}; default {}; {}; now from {}\n", setting.name,
                   value.empty() ? "\"\"" : with_unit(value, setting.unit), setting.meaning, range_text(setting),
                   setting.fallback.empty() ? "\"\"" : setting.fallback, environment_name(setting.name),
                   source_text(settings.source(setting.name)));
  }
  return text;
}

std::string settings_json(const Settings& settings) {
  boost::json::array list;
  for (const Setting& setting : kSettings) {
    boost::json::object entry{{"name", setting.name},
                              {"environment", environment_name(setting.name)},
                              {"unit", setting.unit},
                              {"meaning", setting.meaning},
                              {"default", setting.fallback},
                              {"value", shown(setting, settings.text(setting.name))},
                              {"source", source_text(settings.source(setting.name))}};
    if (!setting.choices.empty()) {
      boost::json::array choices;
      for (const auto word : split(setting.choices, ' ')) choices.emplace_back(word);
      entry["choices"] = std::move(choices);
    } else if (!setting.is_text) {
      entry["min"] = setting.min;
      entry["max"] = setting.max;
    }
    list.emplace_back(std::move(entry));
  }
  return boost::json::serialize(list);
}

}  // namespace suyuan
