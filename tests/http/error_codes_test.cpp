// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "app/operation/settings.h"

namespace suyuan::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Names with a dot that are no error codes: events of the log, notations of codes, files; beside acts().
const std::set<std::string, std::less<>> kNoCodes = {"http.request",
                                                     "http.handler_failed",
                                                     "log.cosigned",
                                                     "log.leaf_hashed",
                                                     "log.published",
                                                     "log.signed",
                                                     "log.advanced",
                                                     "log.goes_on",
                                                     "log.lease_kept",
                                                     "log.stopped",
                                                     "log.tiles_durable",
                                                     "log.synced",
                                                     "log.durable",
                                                     "log.witness_cosigns",
                                                     "log.witness_missing",
                                                     "evidence.file",
                                                     "witness.draft",
                                                     "witness.kept",
                                                     "witness.renamed",
                                                     "serve.started",
                                                     "serve.stopped",
                                                     "capture.done",
                                                     "account.directory_unread",
                                                     "subscription.failed",
                                                     "mark.failed",
                                                     "tls.loaded",
                                                     "tls.not_loaded",
                                                     "tls.warning",
                                                     "tls.handshake_failed",
                                                     "gs1.bracketed",
                                                     "gs1.digital_link",
                                                     "gs1.sscc",
                                                     "audit.not_written",
                                                     "audit.not_pruned",
                                                     "audit.prune",
                                                     "epc.urn"};

// Of the audit: the third cell of policy/audited.csv, separated by spaces.
std::set<std::string> acts() {
  std::set<std::string> words;
  const std::string text = contents(SUYUAN_SOURCE_DIR "/policy/audited.csv");
  const std::regex row(R"(\n[a-z]+,[^,\n]+,([a-z_. ]+),)"), word(R"([a-z_]+\.[a-z_]+)");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const std::string cell = (*at)[1];
    for (std::sregex_iterator each(cell.begin(), cell.end(), word); each != end; ++each) words.insert((*each)[0]);
  }
  return words;
}

std::set<std::string> documented() {
  std::set<std::string> codes;
  const std::string text = contents(SUYUAN_SOURCE_DIR "/api/error-codes.md");
  const std::regex row(R"(\n\| `([a-z0-9_]+\.[a-z0-9_]+)` \| [^|\n]+ \| [^|\n]+ \|)");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) codes.insert((*at)[1]);
  return codes;
}

std::set<std::string> prefixes_of(const std::set<std::string>& codes) {
  std::set<std::string> prefixes;
  for (const std::string& code : codes) prefixes.insert(code.substr(0, code.find('.')));
  return prefixes;
}

// Every literal "word.word" of the sources, and the file where it stands first.
std::map<std::string, std::string> dotted_literals() {
  std::map<std::string, std::string> found;
  const std::regex literal(R"re("([a-z0-9_]+\.[a-z0-9_]+)")re");
  for (const auto& entry : fs::recursive_directory_iterator(SUYUAN_SOURCE_DIR "/src")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp")) continue;
    const std::string text = contents(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at)
      found.emplace((*at)[1], path);
  }
  const auto codes = documented();  // a setting may be named like the error of its values
  for (const Setting& setting : all_settings()) {
    if (!codes.contains(std::string(setting.name))) found.erase(std::string(setting.name));
  }
  return found;
}

TEST(ErrorCodes, every_code_in_the_sources_is_documented_with_what_to_do) {
  const auto codes = documented();
  ASSERT_GT(codes.size(), 100u);
  const auto prefixes = prefixes_of(codes);
  const auto audited = acts();
  ASSERT_GT(audited.size(), 20u);
  for (const auto& [literal, path] : dotted_literals()) {
    if (!prefixes.contains(literal.substr(0, literal.find('.'))) || kNoCodes.contains(literal) ||
        audited.contains(literal))
      continue;
    EXPECT_TRUE(codes.contains(literal)) << literal << " in " << path << " is missing in api/error-codes.md";
  }
}

TEST(ErrorCodes, every_error_of_the_sources_has_a_prefix_that_the_list_knows) {
  const auto prefixes = prefixes_of(documented());
  const std::regex error(R"re(ErrorKind::k[A-Za-z]+,\s*"([a-z0-9_]+)\.)re");
  for (const auto& entry : fs::recursive_directory_iterator(SUYUAN_SOURCE_DIR "/src")) {
    const std::string text = entry.path().extension() == ".cpp" ? contents(entry.path()) : "";
    for (std::sregex_iterator at(text.begin(), text.end(), error), end; at != end; ++at) {
      EXPECT_TRUE(prefixes.contains((*at)[1])) << (*at)[0] << " in " << entry.path();
    }
  }
}

TEST(ErrorCodes, every_documented_code_still_occurs) {
  const auto literals = dotted_literals();
  for (const std::string& code : documented()) {
    EXPECT_TRUE(literals.contains(code)) << code << " is documented, but no source says it";
  }
}

}  // namespace
}  // namespace suyuan::test
