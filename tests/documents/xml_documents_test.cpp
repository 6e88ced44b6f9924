// SPDX-License-Identifier: Apache-2.0
// EPCIS XML is read into the tree of EPCIS JSON, with its own paths; hostile XML is refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "documents.h"

namespace suyuan::trace {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTypes[] = {"object", "aggregation", "transaction", "transformation", "association"};

std::string xml_with(std::string_view events, std::string_view version = "2.0") {
  return "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:" + std::string(version.substr(0, 1)) +
         "\" schemaVersion=\"" + std::string(version) +
         "\" creationDate=\"2026-03-01T08:00:00Z\"><EPCISBody><EventList>" + std::string(events) +
         "</EventList></EPCISBody></epcis:EPCISDocument>";
}

constexpr std::string_view kWhen =
    "<eventTime>2026-03-01T08:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>";

std::string code_of(std::string_view bytes) {
  const auto document = read_epcis(bytes);
  return document ? "accepted" : document.error().code;
}

// The shape without paths and spellings: kinds and names only.
std::string shape(const Node& node) {
  std::string text = node.name + ":" + std::to_string(static_cast<int>(node.kind));
  std::vector<std::string> parts;
  for (const Node& child : node.children) parts.push_back(shape(child));
  if (node.kind == Node::Kind::kObject) std::sort(parts.begin(), parts.end());
  for (const std::string& part : parts) text += "(" + part + ")";
  return text;
}

// shows: X8, T9
TEST(XmlDocuments, say_the_same_as_their_json_twins) {
  for (const std::string_view type : kTypes) {
    auto json = read_epcis(contents(fixture(std::string(type) + ".json")));
    auto xml = read_epcis(contents(fixture(std::string(type) + ".xml")));
    ASSERT_TRUE(json.ok() && xml.ok()) << type;
    ASSERT_EQ(xml->events.size(), 1u);
    EXPECT_EQ(shape(json->events[0].node), shape(xml->events[0].node)) << type;
    EXPECT_EQ(event_prehash(json->events[0].node), event_prehash(xml->events[0].node)) << type;
    auto of_json = read_event(json->events[0].node, kNow), of_xml = read_event(xml->events[0].node, kNow);
    ASSERT_TRUE(of_json.ok()) << type << of_json.error().findings[0].path << of_json.error().findings[0].text;
    ASSERT_TRUE(of_xml.ok()) << type << of_xml.error().findings[0].path << of_xml.error().findings[0].text;
    EXPECT_EQ(of_json->content, of_xml->content);
    EXPECT_EQ(of_json->objects.size(), of_xml->objects.size());
    EXPECT_EQ(of_json->id, of_xml->id);
  }
}

TEST(XmlDocuments, give_every_event_its_exact_bytes) {
  for (const std::string& mark : {std::string(), std::string("\xEF\xBB\xBF")}) {
    const std::string one = "<ObjectEvent>" + std::string(kWhen) + "</ObjectEvent>", empty = "<AggregationEvent />";
    const std::string bytes = mark + xml_with(one + " \n" + empty + one);
    auto document = read_epcis(bytes);
    ASSERT_TRUE(document.ok()) << document.error().text;
    ASSERT_EQ(document->events.size(), 3u);
    const auto slice = [&](const RawEvent& event) { return bytes.substr(event.begin, event.end - event.begin); };
    EXPECT_EQ(slice(document->events[0]), one);
    EXPECT_EQ(slice(document->events[1]), empty);
    EXPECT_EQ(slice(document->events[2]), one);
  }
}

// shows: X8
TEST(XmlDocuments, name_the_place_of_what_is_wrong) {
  const std::string good = "<ObjectEvent>" + std::string(kWhen) + "<epcList/><action>ADD</action></ObjectEvent>";
  const std::string bad = "<ObjectEvent>" + std::string(kWhen) +
                          "<epcList><epc>urn:epc:id:sgtin:6901234.056789.S1</epc><epc>x</epc></epcList>"
                          "<action>SEEN</action></ObjectEvent>";
  const auto findings = findings_in(xml_with(good + bad));
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].path, "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent[2]/epcList/epc[2]");
  EXPECT_EQ(findings[1].path, "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent[2]/action");
  EXPECT_EQ(findings[1].code, "epcis.unknown_action");
}

TEST(XmlDocuments, take_the_wrappers_of_1_2_away) {
  const std::string event = "<ObjectEvent>" + std::string(kWhen) +
                            "<baseExtension><eventID>urn:uuid:1</eventID></baseExtension><epcList/>"
                            "<action>ADD</action><extension><quantityList><quantityElement><epcClass>"
                            "urn:epc:class:lgtin:6901234.056789.L1</epcClass><quantity>7</quantity></quantityElement>"
                            "</quantityList><extension/></extension></ObjectEvent>";
  auto document = read_epcis(xml_with(event, "1.2"));
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->schema_version, "1.2");
  auto read = read_event(document->events[0].node, kNow);
  ASSERT_TRUE(read.ok()) << read.error().findings[0].text;
  EXPECT_EQ(read->id, "urn:uuid:1");
  ASSERT_EQ(read->objects.size(), 1u);
  EXPECT_EQ(read->objects[0].amount, Decimal(7));
}

TEST(XmlDocuments, read_a_quantity_event_as_the_object_event_it_became) {
  auto document = read_epcis(xml_with("<QuantityEvent>" + std::string(kWhen) +
                                          "<epcClass>urn:epc:idpat:sgtin:6901234.056789.*</epcClass>"
                                          "<quantity>200</quantity></QuantityEvent>",
                                      "1.2"));
  ASSERT_TRUE(document.ok());
  auto read = read_event(document->events[0].node, kNow);
  ASSERT_TRUE(read.ok()) << read.error().findings[0].text;
  EXPECT_EQ(read->type, EventType::kObject);
  EXPECT_EQ(read->action, Action::kObserve);
  ASSERT_EQ(read->objects.size(), 1u);
  EXPECT_EQ(read->objects[0].id.key, "/01/06901234567892");
  EXPECT_EQ(read->objects[0].amount, Decimal(200));
}

TEST(XmlDocuments, read_master_data_of_a_document_of_its_own) {
  auto document = read_epcis(
      "<m:EPCISMasterDataDocument xmlns:m=\"urn:epcglobal:epcis-masterdata:xsd:2\" schemaVersion=\"2.0\" "
      "creationDate=\"2026-03-01T08:00:00Z\"><EPCISBody><VocabularyList><Vocabulary "
      "type=\"urn:epcglobal:epcis:vtype:ReadPoint\"><VocabularyElementList><VocabularyElement "
      "id=\"urn:epc:id:sgln:6901234.00001.0\"><attribute id=\"urn:epcglobal:cbv:mda#name\">一号冷库</attribute>"
      "</VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList></EPCISBody>"
      "</m:EPCISMasterDataDocument>");
  ASSERT_TRUE(document.ok()) << document.error().text;
  EXPECT_TRUE(document->findings.empty());
  auto data = read_master_data(document->header);
  ASSERT_TRUE(data.ok());
  ASSERT_EQ(data->size(), 1u);
  EXPECT_EQ((*data)[0].value, "一号冷库");
  EXPECT_EQ((*data)[0].vocabulary, "urn:epcglobal:epcis:vtype:ReadPoint");
}

// shows: X8
TEST(XmlDocuments, refuse_what_is_not_sound_by_name) {
  const std::string event = "<ObjectEvent>" + std::string(kWhen) + "<epcList/><action>ADD</action></ObjectEvent>";
  const std::string whole = xml_with(event);
  EXPECT_EQ(findings_in(whole).size(), 0u);
  EXPECT_EQ(code_of(whole.substr(0, whole.size() / 2)), "xml.syntax");
  EXPECT_EQ(code_of(whole + "<more/>"), "xml.syntax");
  EXPECT_EQ(code_of("<!DOCTYPE a [<!ENTITY b \"bb\">]>" + whole), "xml.doctype");
  EXPECT_EQ(code_of("<!DOCTYPE a SYSTEM \"http://example.com/a.dtd\">" + whole), "xml.doctype");
  EXPECT_EQ(code_of("<!DOCTYPE a>" + whole), "accepted");
  EXPECT_EQ(code_of("<?xml version=\"1.0\" encoding=\"GB18030\"?>" + xml_with("<!-- 春 -->" + event)),
            "document.not_utf8");
  EXPECT_EQ(code_of("<html/>"), "epcis.not_a_document");
  EXPECT_EQ(code_of(" \n"), "document.empty");
  EXPECT_EQ(code_of(std::string("\xFF\xFE<\0", 4)), "document.not_utf8");
  EXPECT_EQ(code_of("<a>" + std::string("\xB4\xBA") + "</a>"), "document.not_utf8");
}

TEST(XmlDocuments, keep_within_their_limits) {
  std::string deep, up;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(code_of(deep), "xml.too_deep");
  EXPECT_EQ(code_of("<" + std::string(300, 'a') + "/>"), "xml.name_too_long");
  // Long names, nested, would give each of many leaves a long path.
  std::string wide;
  for (int i = 0; i < 10; ++i) {
    const std::string name = std::string(200, 'a');
    wide += "<" + name + ">";
    up += "</" + name + ">";
  }
  for (int i = 0; i < 1000; ++i) wide += "<b/>";
  EXPECT_EQ(code_of(wide + up), "xml.too_deep");
}

TEST(XmlDocuments, never_choose_between_two_answers) {
  const auto findings = findings_in(xml_with("<ObjectEvent>" + std::string(kWhen) +
                                             "<epcList/><action>ADD</action><action>DELETE</action></ObjectEvent>"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "xml.duplicate_element");
  EXPECT_THAT(findings[0].path, HasSubstr("/ObjectEvent/action[2]"));
  const auto stray =
      findings_in(xml_with("<ObjectEvent>und" + std::string(kWhen) + "<epcList/><action>ADD</action></ObjectEvent>"));
  ASSERT_EQ(stray.size(), 1u);
  EXPECT_EQ(stray[0].code, "xml.stray_text");
}

}  // namespace
}  // namespace suyuan::trace
