// SPDX-License-Identifier: Apache-2.0
// Documents that we did not write: what the standard calls valid is accepted, what it calls invalid is refused, and the
// CBV event hashes come out as published. Kept differences: docs/leniencies.md, whose list must be exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "documents.h"

namespace suyuan::trace {
namespace {

std::string first(const std::vector<Finding>& findings) {
  return findings.empty() ? "accepted" : findings[0].path + ": " + findings[0].text + " [" + findings[0].code + "]";
}

std::set<std::string> listed(const std::string& heading) {
  std::istringstream lines(contents(fs::path(SUYUAN_SOURCE_DIR) / "docs" / "leniencies.md"));
  std::set<std::string> names;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (inside && line.starts_with("- `")) names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

class PublicDocuments : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(data_folder() / "gs1-epcis")) GTEST_SKIP() << "public test data not found in " << data_folder();
  }

  // Every file of `folder` is accepted but those listed under `heading`, which are refused.
  void expect_accepted(const fs::path& folder, const std::string& heading) { expect(folder, heading, true); }
  void expect_refused(const fs::path& folder, const std::string& heading) { expect(folder, heading, false); }

 private:
  static void expect(const fs::path& folder, const std::string& heading, bool accepted) {
    std::set<std::string> exceptions = listed(heading);
    int seen = 0;
    for (const fs::path& path : files_below(data_folder() / folder, {".json", ".jsonld", ".xml"})) {
      ++seen;
      const std::string name = path.lexically_relative(data_folder()).string();
      const auto findings = findings_in(contents(path));
      const bool listed_here = exceptions.erase(name) > 0;
      EXPECT_EQ(findings.empty(), accepted != listed_here)
          << name << (listed_here ? " (listed under " + heading + ")" : "") << " -> " << first(findings);
    }
    EXPECT_GT(seen, 0) << folder;
    for (const std::string& name : exceptions)
      EXPECT_TRUE(name.find(folder.string()) != 0) << name << " is listed under \"" << heading << "\" but is not there";
  }
};

// shows: X8
TEST_F(PublicDocuments, gs1_examples_are_accepted) {
  for (const std::string part :
       {"JSON", "XML/AssociationEvent", "XML/CBV", "XML/Mimasu", "XML/WithErrorDeclaration", "XML/WithEventHashID",
        "XML/WithExtension", "XML/WithFullCombinationOfFields", "XML/WithSensorData"})
    expect_accepted("gs1-epcis/" + part, "Valid documents that we refuse");
}

// shows: X8
TEST_F(PublicDocuments, xml_documents_are_accepted) {
  const std::string resources = "openepcis-test-resources/core/src/main/resources/";
  for (const std::string part : {"1.2/EPCIS/XML/Capture/Documents", "2.0/EPCIS/XML/Capture/Documents",
                                 "2.0/EPCIS/XML/Capture/Events", "2.0/EPCIS/XML/Query/Documents"})
    expect_accepted(resources + part, "Valid documents that we refuse");
  expect_accepted("oliot-epcis/epcis-server/src/main/resources/example", "Valid documents that we refuse");
}

// shows: X8
TEST_F(PublicDocuments, valid_documents_of_openepcis_are_accepted) {
  for (const std::string part : {"Documents", "Events"})
    expect_accepted("openepcis-test-resources/core/src/main/resources/2.0/EPCIS/JSON/Capture/" + part,
                    "Valid documents that we refuse");
}

TEST_F(PublicDocuments, invalid_documents_of_openepcis_are_refused) {
  for (const auto& entry : fs::recursive_directory_iterator(data_folder() / "openepcis-test-resources")) {
    if (entry.is_directory() && entry.path().filename() == "Invalid" &&
        !files_below(entry.path(), {".json", ".jsonld", ".xml"}).empty() &&
        entry.path().string().find("/Queries/") == std::string::npos) {
      expect_refused(entry.path().lexically_relative(data_folder()), "Invalid documents that we accept");
    }
  }
}

// shows: T9
TEST_F(PublicDocuments, event_hashes_come_out_as_published) {
  std::set<std::string> stale = listed("Published hashes that we do not reproduce");
  int compared = 0;
  for (const fs::path& path :
       files_below(data_folder() / "epcis-event-hash" / "tests" / "examples", {".jsonld", ".json", ".xml"})) {
    fs::path hashes = path;
    hashes.replace_extension(".hashes");
    if (!fs::exists(hashes)) continue;
    auto document = read_epcis(contents(path));
    ASSERT_TRUE(document.ok()) << path << " " << document.error().text;
    std::istringstream lines(contents(hashes));
    std::set<std::string> expected, seen;
    for (std::string line; std::getline(lines, line);) {
      if (!trim(line).empty()) expected.insert(std::string(trim(line)));
    }
    std::string prehashes;
    for (const RawEvent& raw : document->events) {
      const std::string prehash = event_prehash(raw.node);
      prehashes += prehash + "\n";
      seen.insert(event_hash_id(prehash));
    }
    const std::string name = path.filename().string();
    const bool listed_here = stale.erase(name) > 0;
    EXPECT_EQ(seen == expected, !listed_here) << name << "\nours:\n" << prehashes;
    ++compared;
  }
  EXPECT_GT(compared, 5);
  EXPECT_TRUE(stale.empty()) << *stale.begin();
}

// shows: X8, T9
TEST_F(PublicDocuments, seven_notations_of_one_event_have_one_hash) {
  const std::set<std::string> others = listed("Notations that do not hash alike");
  std::set<std::string> hashes, hashes_of_others;
  const auto files = files_below(data_folder() / "gs1-epcis" / "XML" / "WithEventHashID", {".json", ".xml"});
  EXPECT_EQ(files.size(), 7u);
  for (const fs::path& path : files) {
    auto document = read_epcis(contents(path));
    ASSERT_TRUE(document.ok() && document->events.size() == 1) << path;
    const bool other = others.contains(path.filename().string());
    (other ? hashes_of_others : hashes).insert(event_prehash(document->events[0].node));
  }
  EXPECT_EQ(hashes.size(), 1u) << *hashes.begin() << "\n" << *hashes.rbegin();
  EXPECT_EQ(hashes_of_others.size(), others.size());
  for (const std::string& hash : hashes_of_others) EXPECT_FALSE(hashes.contains(hash)) << "no longer differs";
}

TEST_F(PublicDocuments, what_should_hash_alike_does) {
  for (const fs::path& path : files_below(data_folder() / "epcis-event-hash" / "tests" / "expected_equal", {".xml"})) {
    auto document = read_epcis(contents(path));
    ASSERT_TRUE(document.ok()) << path << document.error().text;
    std::set<std::string> hashes;
    for (const RawEvent& raw : document->events) hashes.insert(event_prehash(raw.node));
    EXPECT_EQ(hashes.size(), 1u) << path << "\n" << *hashes.begin() << "\n" << *hashes.rbegin();
  }
}

}  // namespace
}  // namespace suyuan::trace
