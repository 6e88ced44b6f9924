// SPDX-License-Identifier: Apache-2.0
// GS1 EPCIS 2.0 conformance, test case requirement 53 (SensorElement): the steps that ask, on the sets that it
// describes. Steps 1, 27 and 29 are about capture.
#include <gtest/gtest.h>

#include "queries.h"

namespace suyuan::trace {
namespace {

Event with_sensors(std::string_view sensors) {
  return event_of("ObjectEvent", "'action':'OBSERVE','epcList':['urn:epc:id:sgtin:4012345.011111.9876']" +
                                     (sensors.empty() ? "" : ",'sensorElementList':[" + std::string(sensors) + "]"));
}

// Together all attributes; user extensions at each level; one event without sensors; one reading in CEL.
const std::vector<Event>& set1() {
  static const std::vector<Event> kSet = {
      with_sensors(""),
      with_sensors("{'ex:box':'b1','ex:shelf':4,'sensorMetadata':{'time':'2026-03-01T10:00:00Z','deviceID':'urn:epc:id:"
                   "giai:4000001.111',"
                   "'dataProcessingMethod':'https://example.com/method/1','bizRules':'https://example.com/rules/"
                   "1','ex:mode':'m1','ex:gain':2},"
                   "'sensorReport':[{'type':'Temperature','value':26,'uom':'CEL','ex:quality':'q1','ex:level':8}]}"),
      with_sensors(
          "{'sensorMetadata':{'startTime':'2026-03-02T00:00:00Z','endTime':'2026-03-02T12:00:00Z'},'sensorReport':["
          "{'type':'AbsoluteHumidity','minValue':5,'maxValue':9,'meanValue':7,'sDev':0.3,'percRank':50,'percValue':6.5,"
          "'uom':'A93'}]}"),
      with_sensors(
          "{'sensorReport':[{'type':'https://example.com/types/Salmonella','microorganism':'https://"
          "www.ncbi.nlm.nih.gov/taxonomy/28901',"
          "'chemicalSubstance':'https://identifiers.org/inchikey:AAAA','stringValue':'found','booleanValue':true,"
          "'hexBinaryValue':'f0f0','uriValue':'https://example.com/plates/7'}]}")};
  return kSet;
}

std::string found_in(const std::vector<Event>& set, std::string_view address) {
  std::string found;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (finds(address, set[i])) found += std::to_string(i);
  }
  return found;
}

struct Step {
  int number;
  std::string_view address, found;  // the events of set1, by their place
};

// shows: X8
TEST(Tcr53, set1_is_found_as_each_step_expects) {
  const Step steps[] = {
      {2, "GE_recordTime=2026-03-01T23:59:00Z", "0123"},
      {3, "EXISTS_sensorElement=", "123"},
      {4, "GE_time=2026-03-01T09:00:00Z&LT_time=2026-03-01T11:00:00Z", "1"},
      {4, "GE_time=2026-03-01T11:00:00Z&LT_time=2026-03-01T12:00:00Z", ""},
      {5, "GE_startTime=2026-03-01T23:00:00Z&LT_startTime=2026-03-02T01:00:00Z", "2"},
      {5, "GE_startTime=2026-03-02T01:00:00Z&LT_startTime=2026-03-02T02:00:00Z", ""},
      {5, "GE_endTime=2026-03-02T12:00:00Z&LT_endTime=2026-03-02T12:00:01Z", "2"},
      {5, "GE_endTime=2026-03-02T11:00:00Z&LT_endTime=2026-03-02T12:00:00Z", ""},
      {6, "EQ_type=gs1:Temperature", "1"},
      {6, "EQ_type=Temperature|AbsoluteHumidity", "12"},
      {6, "EQ_type=Speed", ""},
      {7, "EQ_deviceID=https://id.gs1.org/8004/4000001111", "1"},
      {7, "EQ_deviceID=https://id.gs1.org/8004/4000001112", ""},
      {8, "EQ_dataProcessingMethod=https://example.com/method/1", "1"},
      {8, "EQ_dataProcessingMethod=https://example.com/method/2", ""},
      {9, "EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/28901", "3"},
      {9, "EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/28902", ""},
      {10, "EQ_chemicalSubstance=https://identifiers.org/inchikey:AAAA", "3"},
      {10, "EQ_chemicalSubstance=https://identifiers.org/inchikey:BBBB", ""},
      {11, "EQ_bizRules=https://example.com/rules/1", "1"},
      {11, "EQ_bizRules=https://example.com/rules/2", ""},
      {12, "EQ_value_CEL=26", "1"},
      {12, "GE_value_CEL=25&LT_value_CEL=27", "1"},
      {12, "GE_value_CEL=27", ""},
      {13, "GE_minValue_A93=5&LT_minValue_A93=6", "2"},
      {13, "LT_minValue_A93=5", ""},
      {14, "GE_maxValue_A93=9&LT_maxValue_A93=10", "2"},
      {14, "GE_maxValue_A93=10", ""},
      {15, "GE_meanValue_A93=7&LT_meanValue_A93=8", "2"},
      {15, "LT_meanValue_A93=7", ""},
      {16, "EQ_stringValue=found|lost", "3"},
      {16, "EQ_stringValue=lost", ""},
      {17, "EQ_booleanValue=true", "3"},
      {17, "EQ_booleanValue=false", ""},
      {18, "EQ_hexBinaryValue=F0F0", "3"},
      {18, "EQ_hexBinaryValue=f0f1", ""},
      {19, "EQ_uriValue=https://example.com/plates/7", "3"},
      {19, "EQ_uriValue=https://example.com/plates/8", ""},
      {20, "EQ_SENSORELEMENT_ex:box=b1", "1"},
      {20,
       "GT_SENSORELEMENT_ex:shelf=3&GE_SENSORELEMENT_ex:shelf=4&LT_SENSORELEMENT_ex:shelf=5&LE_SENSORELEMENT_ex:shelf="
       "4",
       "1"},
      {20, "GT_SENSORELEMENT_ex:shelf=4", ""},
      {21, "EQ_SENSORMETADATA_ex:mode=m1", "1"},
      {21,
       "GT_SENSORMETADATA_ex:gain=1&GE_SENSORMETADATA_ex:gain=2&LT_SENSORMETADATA_ex:gain=3&LE_SENSORMETADATA_ex:gain="
       "2",
       "1"},
      {21, "LT_SENSORMETADATA_ex:gain=2", ""},
      {22, "EQ_SENSORREPORT_ex:quality=q1", "1"},
      {22,
       "GT_SENSORREPORT_ex:level=7&GE_SENSORREPORT_ex:level=8&LT_SENSORREPORT_ex:level=9&LE_SENSORREPORT_ex:level=8",
       "1"},
      {22, "GT_SENSORREPORT_ex:level=8", ""},
      {23, "GE_sDev_A93=0.3&LT_sDev_A93=0.4", "2"},
      {23, "GE_sDev_A93=0.4", ""},
      {24, "GE_percRank=50&LT_percRank=51", "2"},
      {24, "LT_percRank=50", ""},
      {25, "GE_percValue_A93=6.5&LT_percValue_A93=7", "2"},
      {25, "GE_percValue_A93=7", ""},
      {26, "EQ_type=gs1:Temperature&GE_value_KEL=290", "1"},  // 26 °C is 299.15 K; 290 is more than 26
      {26, "EQ_type=gs1:Temperature&GE_value_KEL=300", ""},
  };
  for (const Step& step : steps)
    EXPECT_EQ(found_in(set1(), step.address), step.found) << step.number << ": " << step.address;
}

// The same attributes in sensorMetadata and in sensorReport.
TEST(Tcr53, set2_is_found_wherever_its_inline_attributes_stand) {
  const auto attributes = [](std::string_view n) {
    std::string text =
        "'dataProcessingMethod':'https://example.com/method/#','deviceID':'https://example.com/device/#',"
        "'deviceMetadata':'https://example.com/meta/#','rawData':'https://example.com/raw/"
        "#','time':'2026-03-01T0#:00:00Z'";
    for (std::size_t at = 0; (at = text.find('#')) != std::string::npos;) text.replace(at, 1, n);
    return text;
  };
  const std::vector<Event> set2 = {
      with_sensors("{'sensorMetadata':{" + attributes("1") +
                   "},'sensorReport':[{'type':'Temperature','value':1,'uom':'CEL'}]}"),
      with_sensors("{'sensorReport':[{'type':'Temperature','value':1,'uom':'CEL'," + attributes("2") + "}]}")};
  for (const std::string_view name :
       {"EQ_dataProcessingMethod=https://example.com/method/", "EQ_deviceID=https://example.com/device/",
        "EQ_deviceMetadata=https://example.com/meta/", "EQ_rawData=https://example.com/raw/"}) {
    EXPECT_EQ(found_in(set2, std::string(name) + "1"), "0") << name;
    EXPECT_EQ(found_in(set2, std::string(name) + "2"), "1") << name;
    EXPECT_EQ(found_in(set2, std::string(name) + "3"), "") << name;
  }
  EXPECT_EQ(found_in(set2, "EQ_time=2026-03-01T01:00:00Z"), "0");
  EXPECT_EQ(found_in(set2, "EQ_time=2026-03-01T02:00:00Z"), "1");
  EXPECT_EQ(found_in(set2, "EQ_time=2026-03-01T01:00:00Z|2026-03-01T02:00:00Z"), "01");
}

}  // namespace
}  // namespace suyuan::trace
