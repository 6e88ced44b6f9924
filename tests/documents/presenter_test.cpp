// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/files/epcis_writer.h"
#include "app/query/present.h"
#include "documents.h"

// A stored event is read again from its own bytes and the document around it: it means what it meant.
namespace suyuan::trace {
namespace {

// As the store keeps it: the document without its events.
Warehouse::Original kept(const std::string& bytes, const RawDocument& document, const RawEvent& event) {
  std::string frame = bytes;
  for (auto each = document.events.rbegin(); each != document.events.rend(); ++each)
    frame.erase(each->begin, each->end - each->begin);
  return {bytes.substr(event.begin, event.end - event.begin), frame, document.syntax, local_actor(), ""};
}

StoredEvent stored(const Event& event) {
  return {EventSeq(1), event.type, event.action,   event.time.at,     event.time.offset,
          kNow,        event.id,   event.biz_step, event.disposition, {}};
}

int check(const std::string& bytes, const std::string& what) {
  const auto document = read_epcis(bytes);
  if (!document || !document->findings.empty()) return 0;
  const DocumentReader read = read_epcis;
  int checked = 0;
  for (const RawEvent& raw : document->events) {
    const auto event = read_event(raw.node, kNow);
    if (!event) continue;
    Presenter presenter(read, epcis_writer());
    const auto original = kept(bytes, *document, raw);
    const auto tree = presenter.tree(stored(*event), original);
    EXPECT_TRUE(tree.ok()) << what;
    if (!tree) continue;
    EXPECT_EQ(event_prehash(*tree), event_prehash(raw.node)) << what;
    const auto again = read_event(*tree, kNow);
    EXPECT_TRUE(again.ok()) << what << ": " << (again ? "" : again.error().findings.front().text);
    if (again) {
      EXPECT_EQ(again->id, event->id) << what;
    }
    for (const Syntax syntax : {Syntax::kJson, Syntax::kXml}) {
      const auto text = presenter.text(stored(*event), original, {syntax, EpcFormat::kAsCaptured, CbvForm::kWebUri});
      EXPECT_TRUE(text.ok()) << what;
      if (!text) continue;
      AnswerHead head;
      head.created = "2026-03-01T08:00:00Z";
      const auto answer = read_epcis(epcis_writer().document(head, {*text}, syntax));
      EXPECT_TRUE(answer.ok() && answer->events.size() == 1) << what << "\n" << *text;
      if (answer && answer->events.size() == 1) {
        EXPECT_EQ(event_prehash(answer->events[0].node), event_prehash(raw.node)) << what;
        EXPECT_NE(answer->events[0].node.find("eventID"), nullptr) << what;
      }
    }
    ++checked;
  }
  return checked;
}

TEST(Presenter, every_public_event_is_read_again_from_what_the_store_keeps) {
  if (!fs::exists(data_folder())) GTEST_SKIP() << "no public data at " << data_folder();
  int checked = 0;
  for (const fs::path& file : files_below(data_folder(), {".json", ".jsonld", ".xml"}))
    checked += check(contents(file), file.filename().string());
  EXPECT_GT(checked, 500);
}

TEST(Presenter, an_event_keeps_the_namespaces_that_stand_around_it) {
  const std::string xml =
      "<e:EPCISDocument xmlns:e='urn:epcglobal:epcis:xsd:2' xmlns:a='https://a.cn/' schemaVersion='2.0' "
      "creationDate='2026-03-01T08:00:00Z'><!-- <EventList> --><EPCISHeader/><EPCISBody><EventList "
      "xmlns:b='https://b.cn/'>"
      "<ObjectEvent><eventTime>2026-03-01T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"
      "<epcList><epc>urn:epc:id:sgtin:6901234.056789.1</epc></epcList><action>ADD</action><a:x>1</a:x><b:y>2</b:y>"
      "</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>";
  EXPECT_EQ(check(xml, "XML"), 1);
  const std::string json =
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"a":"https://a.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)"
      R"({"@context":{"b":"https://b.cn/"},"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z",)"
      R"("eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:6901234.056789.1"],"action":"ADD","a:x":1,"b:y":2}]}})";
  EXPECT_EQ(check(json, "JSON with two contexts"), 1);
}

// What stands around an event may look like markup, and may hold events that were refused.
TEST(Presenter, an_event_is_found_in_a_document_that_is_made_to_confuse) {
  const std::string event =
      "<ObjectEvent><eventTime>2026-03-01T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"
      "<epcList><epc>urn:epc:id:sgtin:6901234.056789.1</epc></epcList><action>ADD</action><b:y>2</b:y></ObjectEvent>";
  const std::string xml =
      "<e:EPCISDocument xmlns:e='urn:epcglobal:epcis:xsd:2' xmlns:a='https://a.cn/' schemaVersion='2.0' "
      "creationDate='2026-03-01T08:00:00Z'><?x <EventList> <EPCISHeader> ?><!-- <EPCISHeader> --><EPCISHeader><a:h/>"
      "</EPCISHeader><EPCISBody><a:n q='>'><![CDATA[<EventList></EPCISHeader>]]></a:n><EventList/>"
      "<EventList a:q='>'><ObjectEvent><action>NOTHING</action></ObjectEvent></EventList>"
      "<EventList xmlns:b='https://b.cn/'>" +
      event + "</EventList></EPCISBody></e:EPCISDocument>";
  const std::size_t begin = xml.find(event);
  const Warehouse::Original original{event, xml.substr(0, begin) + xml.substr(begin + event.size()),
                                     RawDocument::Syntax::kXml, local_actor(), ""};
  const auto document = read_epcis(xml);
  ASSERT_TRUE(document.ok()) << document.error().text;
  const Node& wanted = document->events.back().node;
  const auto sound = read_event(wanted, kNow);
  ASSERT_TRUE(sound.ok());
  const DocumentReader read = read_epcis;
  Presenter presenter(read, epcis_writer());
  for (int i = 0; i < 2; ++i) {
    const auto tree = presenter.tree(stored(*sound), original);
    ASSERT_TRUE(tree.ok());
    EXPECT_EQ(event_prehash(*tree), event_prehash(wanted));
  }
}

TEST(Presenter, what_has_no_place_in_xml_is_named) {
  const std::string json =
      R"({"@context":{"a":"https://a.cn/"},"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z",)"
      R"("eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:6901234.056789.1"],"action":"ADD",)";
  for (const char* member : {R"("a:x y":1})", R"("a:x":"\u0001"})", R"("a:x":{"1":2}})"}) {
    const auto document = read_epcis(json + member);
    ASSERT_TRUE(document.ok()) << document.error().text;
    const auto text = epcis_writer().event(document->events.front().node, Syntax::kXml, CbvForm::kUrn);
    ASSERT_FALSE(text.ok()) << member;
    EXPECT_EQ(text.error().code, "epcis.not_in_xml");
    EXPECT_TRUE(epcis_writer().event(document->events.front().node, Syntax::kJson, CbvForm::kUrn).ok());
  }
}

}  // namespace
}  // namespace suyuan::trace
