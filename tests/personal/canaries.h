// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// Documents full of values about people that stand nowhere else, and the search for them.
namespace suyuan::personal_test {

inline const std::vector<std::string>& canaries() {
  static const std::vector<std::string> kAll = {
      "金丝雀甲",          "13911112222", "canary-nested-71", "13922223333",        R"(\u91d1\u4e1d\u96c0\u4e01)",
      "金丝雀丁",          "canary.mail", "13933334444",      "34010418500101001X", "金丝雀丙",
      "金丝雀戊",          "13944445555", "canary-xml-72",    "canary.xml",         "金丝雀己",
      "canary-refused-73", "13955556666", "金丝雀庚",         "canary-cdata-74"};
  return kAll;
}

inline std::vector<std::string> canaries_in(const std::string& text) {
  std::vector<std::string> found;
  for (const std::string& canary : canaries())
    if (text.find(canary) != std::string::npos) found.push_back(canary);
  return found;
}

// Every file but the key, whose place is apart.
inline std::string bytes_of_folder(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "master.key") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(stream), {});
  }
  return all;
}

inline const std::string kEvent = "urn:uuid:00000000-0000-7000-8000-000000000071";
inline const std::string kXmlEvent = "urn:uuid:00000000-0000-7000-8000-000000000072";
inline const std::string kParty = "urn:epc:id:sgln:6901234.00001.0";
inline const std::string kXmlParty = "urn:epc:id:sgln:6901234.00002.0";

inline const std::string kContext =
    R"(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"suyuan": "https://suyuan.example/ns/", "handler": "https://suyuan.example/ns/handlerName"}])";

inline std::string json_event(const std::string& id, const std::string& more) {
  return R"({ "type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"OBSERVE",
   "bizStep":"shipping","epcList":["urn:epc:id:sgtin:6901234.056789.71"],"eventID":")" +
         id + "\"" + more + " }";
}

inline std::string json_document() {
  return R"({ "@context": )" + kContext +
         R"(, "type": "EPCISDocument", "schemaVersion": "2.0",
 "creationDate": "2026-03-01T08:00:00Z", "suyuan:senderName" : "金丝雀庚",
 "epcisHeader": {"epcisMasterData": {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [
  {"id": ")" +
         kParty + R"(", "attributes": [
    {"attribute": "金丝雀丙", "id": "https://suyuan.example/ns/contact"},
    {"id": "https://suyuan.example/ns/phone", "attribute": "13933334444"},
    {"id": "https://suyuan.example/ns/email", "attribute": "canary.mail@example.cn"},
    {"id": "https://other.example/note", "attribute": "34010418500101001X"},
    {"id": "https://other.example/mark", "attribute": "suyuan-sealed.L. and suyuan-sealed.VAAAA."},
    {"id": "urn:epcglobal:cbv:mda#name", "attribute": "某公司"}]}]}]}},
 "epcisBody": {"eventList": [
  )" + json_event(kEvent, R"(,
   "suyuan:consumerName" : "金丝雀甲" , "suyuan:consumerPhone":"13911112222",
   "suyuan:recipientPhone": 13922223333, "suyuan:consumer": {"note": ["canary-nested-71", null, true]},
   "handler" : "\u91d1\u4e1d\u96c0\u4e01", "suyuan:note": "suyuan-sealed. \"quoted\"" )") +
         "\n]} }\n";
}

inline std::string xml_document() {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:suyuan="https://suyuan.example/ns/"
  xmlns:sbdh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" schemaVersion="2.0" creationDate="2026-03-01T08:00:00Z">
 <EPCISHeader>
  <sbdh:StandardBusinessDocumentHeader><sbdh:HeaderVersion>1.0</sbdh:HeaderVersion><sbdh:Sender><sbdh:Identifier>x</sbdh:Identifier>
   <sbdh:ContactInformation><sbdh:Contact>金丝雀己</sbdh:Contact></sbdh:ContactInformation></sbdh:Sender></sbdh:StandardBusinessDocumentHeader>
  <extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:epcglobal:epcis:vtype:Location"><VocabularyElementList>
   <VocabularyElement id=")" +
         kXmlParty +
         R"("><attribute id="https://suyuan.example/ns/email"> canary.xml@example.cn </attribute></VocabularyElement>
  </VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension>
 </EPCISHeader>
 <EPCISBody><EventList>
  <ObjectEvent>
   <eventTime>2026-03-01T09:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
   <eventID>)" +
         kXmlEvent + R"(</eventID>
   <epcList><epc>urn:epc:id:sgtin:6901234.056789.72</epc></epcList><action>OBSERVE</action>
   <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
   <suyuan:handlerName>金丝雀戊</suyuan:handlerName>
   <suyuan:driverName><![CDATA[canary-cdata-74]]></suyuan:driverName>
   <suyuan:transport suyuan:driverPhone = '13944445555' xmlns:x="https://x.example/">by road</suyuan:transport>
   <suyuan:consumer><suyuan:anything>canary-xml-72</suyuan:anything></suyuan:consumer>
  </ObjectEvent>
 </EventList></EPCISBody>
</epcis:EPCISDocument>
)";
}

// Its event is refused, with what is about people in the findings; when `numbers`, also where no field says so.
inline std::string refused_document(bool numbers) {
  return R"({"@context": )" + kContext +
         R"(, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T08:00:00Z", "epcisBody": {"eventList": [
  {"type":"ObjectEvent","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":[")" +
         (numbers ? "canary-refused-73" : "no code") + R"("],"eventTime":")" + (numbers ? "13955556666" : "yesterday") +
         R"(","bizStep":")" + (numbers ? "34010418500101001X" : "shopping") +
         R"(","suyuan:consumerName":"canary-refused-73","suyuan:consumer":{"note":"金丝雀甲"}}]}})";
}

}  // namespace suyuan::personal_test
