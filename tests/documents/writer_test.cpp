// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/files/epcis_writer.h"
#include "documents.h"

// Whatever is read can be written in the other syntax and means the same: the event hash is that of the original.
namespace suyuan::trace {
namespace {

std::string in_document(const std::string& event, Syntax syntax) {
  AnswerHead head;
  head.created = "2026-03-01T08:00:00Z";
  return epcis_writer().document(head, {event}, syntax);
}

// Writes the event, reads it back out of a document, and gives back its tree.
Node through(const Node& event, Syntax syntax, const std::string& what) {
  const auto text = epcis_writer().event(event, syntax, CbvForm::kUrn);
  EXPECT_TRUE(text.ok()) << what << text.error().text;
  if (!text) return event;
  const std::string document = in_document(*text, syntax);
  auto read = read_epcis(document);
  EXPECT_TRUE(read.ok()) << what << ": " << (read ? "" : read.error().text) << "\n" << document;
  if (!read || read->events.size() != 1) {
    ADD_FAILURE() << what << ": one event was written\n" << document;
    return event;
  }
  EXPECT_TRUE(read->findings.empty()) << what << ": " << read->findings.front().text << "\n" << document;
  return std::move(read->events.front().node);
}

int check(std::string_view bytes, const std::string& what) {
  const auto document = read_epcis(bytes);
  if (!document || !document->findings.empty()) return 0;
  int checked = 0;
  for (const RawEvent& raw : document->events) {
    const auto sound = read_event(raw.node, kNow);
    if (!sound) continue;
    const std::string wanted = event_prehash(raw.node);
    const Node json = through(raw.node, Syntax::kJson, what);
    EXPECT_EQ(event_prehash(json), wanted) << what << " as JSON";
    const Node xml = through(json, Syntax::kXml, what);
    EXPECT_EQ(event_prehash(xml), wanted) << what << " as XML";
    EXPECT_EQ(event_prehash(through(xml, Syntax::kJson, what)), wanted) << what << " as JSON again";
    const auto again = read_event(xml, kNow);
    EXPECT_TRUE(again.ok()) << what << ": " << (again ? "" : again.error().findings.front().text);
    if (again) {
      EXPECT_EQ(again->id.starts_with("ni:"), sound->id.starts_with("ni:"));
      EXPECT_EQ(again->objects.size(), sound->objects.size()) << what;
    }
    ++checked;
  }
  return checked;
}

// shows: T3
TEST(Writer, every_public_document_means_the_same_in_both_syntaxes) {
  if (!fs::exists(data_folder())) GTEST_SKIP() << "no public data at " << data_folder();
  int checked = 0;
  for (const fs::path& file : files_below(data_folder(), {".json", ".jsonld", ".xml"}))
    checked += check(contents(file), file.filename().string());
  EXPECT_GT(checked, 500);
}

TEST(Writer, every_fixture_means_the_same_in_both_syntaxes) {
  int checked = 0;
  for (const fs::path& file :
       files_below(fs::path(SUYUAN_SOURCE_DIR) / "tests" / "fixtures" / "epcis", {".json", ".jsonld", ".xml"}))
    checked += check(contents(file), file.filename().string());
  EXPECT_GT(checked, 0);
}

}  // namespace
}  // namespace suyuan::trace
