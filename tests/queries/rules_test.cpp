// SPDX-License-Identifier: Apache-2.0
// What the query language promises beyond single parameters: notations, units, namespaces, several values of a field.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "queries.h"

namespace suyuan::trace {
namespace {

constexpr std::string_view kItems[] = {"urn:epc:id:sgtin:0614141.107346.2018",
                                       "https://id.gs1.org/01/10614141073464/21/2018",
                                       "https://shop.example.com/01/10614141073464/21/2018?17=271017",
                                       "https://id.gs1.org/01/10614141073464/10/L1/21/2018"};
constexpr std::string_view kLots[] = {"urn:epc:class:lgtin:0614141.107346.L1",
                                      "https://id.gs1.org/01/10614141073464/10/L1"};
constexpr std::string_view kClasses[] = {"urn:epc:idpat:sgtin:0614141.107346.*",
                                         "https://id.gs1.org/01/10614141073464"};

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Event object_with(std::string_view members) {
  return event_of("ObjectEvent", "'action':'OBSERVE'," + std::string(members));
}
Event with_epc(std::string_view epc) { return object_with("'epcList':[" + quoted(epc) + "]"); }
Event with_class(std::string_view of_class, std::string_view rest = "") {
  return object_with("'quantityList':[{'epcClass':" + quoted(of_class) + std::string(rest) + "}]");
}
Event with_reports(std::string_view reports) {
  return object_with("'epcList':[],'sensorElementList':[{'sensorReport':[" + std::string(reports) + "]}]");
}

std::string param(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value);
}

// shows: X8
TEST(QueryRules, urn_and_digital_link_are_one_identity) {
  for (const std::string_view in_event : kItems) {
    for (const std::string_view asked : kItems) {
      EXPECT_TRUE(finds(param("MATCH_epc", asked), with_epc(in_event))) << asked << " " << in_event;
    }
    EXPECT_FALSE(finds(param("MATCH_epc", "urn:epc:id:sgtin:0614141.107346.2019"), with_epc(in_event)));
  }
  for (const std::string_view in_event : kLots) {
    for (const std::string_view asked : kLots) {
      EXPECT_TRUE(finds(param("MATCH_epcClass", asked), with_class(in_event))) << asked << " " << in_event;
    }
    EXPECT_FALSE(finds(param("MATCH_epcClass", "urn:epc:class:lgtin:0614141.107346.L2"), with_class(in_event)));
  }
}

TEST(QueryRules, a_class_stands_for_what_belongs_to_it) {
  for (const std::string_view of_class : kClasses) {
    EXPECT_TRUE(finds(param("MATCH_epc", of_class), with_epc(kItems[0]))) << of_class;
    EXPECT_TRUE(finds(param("MATCH_anyEPC", of_class), with_epc(kItems[1]))) << of_class;
    EXPECT_TRUE(finds(param("MATCH_epcClass", of_class), with_class(kLots[0]))) << of_class;
    EXPECT_TRUE(finds(param("MATCH_anyEPCClass", of_class), with_class(kClasses[1]))) << of_class;
    EXPECT_FALSE(finds(param("MATCH_epc", of_class), with_epc("urn:epc:id:sgtin:0614141.107347.2018")));
    EXPECT_FALSE(finds(param("MATCH_epc", of_class), with_class(kLots[0])));  // a lot is in no list of items
  }
  EXPECT_FALSE(finds(param("MATCH_epcClass", kLots[0]), with_class(kClasses[0])));  // the class is not in its lot
}

struct Looks {
  std::string_view parameter;
  std::string_view fields;  // of kFields, those that it looks at
};

TEST(QueryRules, each_match_parameter_looks_at_its_fields_only) {
  const std::string item = "'urn:epc:id:sgtin:0614141.107346.1'", other = "'urn:epc:id:sgtin:0614141.107346.9'";
  const std::string lot = "{'epcClass':'urn:epc:class:lgtin:0614141.107346.L'}",
                    other_lot = "{'epcClass':'urn:epc:class:lgtin:0614141.107346.Z'}";
  const std::pair<std::string_view, Event> fields[] = {
      {"epcList", with_epc("urn:epc:id:sgtin:0614141.107346.1")},
      {"transaction.epcList", event_of("TransactionEvent",
                                       "'action':'ADD','bizTransactionList':[{'bizTransaction':'urn:x:1'}],"
                                       "'epcList':[" +
                                           item + "]")},
      {"transaction.parentID", event_of("TransactionEvent",
                                        "'action':'ADD','bizTransactionList':[{'bizTransaction':'urn:x:1'}],"
                                        "'parentID':" +
                                            item + ",'epcList':[" + other + "]")},
      {"transaction.bizTransaction",
       event_of("TransactionEvent",
                "'action':'ADD','epcList':[" + other + "],'bizTransactionList':[{'bizTransaction':" + item + "}]")},
      {"aggregation.parentID",
       event_of("AggregationEvent", "'action':'ADD','childEPCs':[" + other + "],'parentID':" + item)},
      {"aggregation.childEPCs",
       event_of("AggregationEvent", "'action':'ADD','parentID':" + other + ",'childEPCs':[" + item + "]")},
      {"association.parentID",
       event_of("AssociationEvent", "'action':'ADD','childEPCs':[" + other + "],'parentID':" + item)},
      {"association.childEPCs",
       event_of("AssociationEvent", "'action':'ADD','parentID':" + other + ",'childEPCs':[" + item + "]")},
      {"inputEPCList",
       event_of("TransformationEvent", "'inputEPCList':[" + item + "],'outputEPCList':[" + other + "]")},
      {"outputEPCList",
       event_of("TransformationEvent", "'inputEPCList':[" + other + "],'outputEPCList':[" + item + "]")},
      {"quantityList", with_class("urn:epc:class:lgtin:0614141.107346.L")},
      {"childQuantityList",
       event_of("AggregationEvent", "'action':'ADD','parentID':" + other + ",'childQuantityList':[" + lot + "]")},
      {"inputQuantityList",
       event_of("TransformationEvent", "'inputQuantityList':[" + lot + "],'outputQuantityList':[" + other_lot + "]")},
      {"outputQuantityList",
       event_of("TransformationEvent", "'inputQuantityList':[" + other_lot + "],'outputQuantityList':[" + lot + "]")},
  };
  const Looks parameters[] = {
      {"MATCH_epc", " epcList transaction.epcList aggregation.childEPCs association.childEPCs "},
      {"MATCH_parentID", " transaction.parentID aggregation.parentID association.parentID "},
      {"MATCH_inputEPC", " inputEPCList "},
      {"MATCH_outputEPC", " outputEPCList "},
      {"MATCH_anyEPC",
       " epcList transaction.epcList transaction.parentID aggregation.parentID aggregation.childEPCs "
       "association.parentID association.childEPCs inputEPCList outputEPCList "},
      {"MATCH_epcClass", " quantityList childQuantityList "},
      {"MATCH_inputEPCClass", " inputQuantityList "},
      {"MATCH_outputEPCClass", " outputQuantityList "},
      {"MATCH_anyEPCClass", " quantityList childQuantityList inputQuantityList outputQuantityList "},
  };
  for (const Looks& each : parameters) {
    const std::string address =
        param(each.parameter, "urn:epc:id:sgtin:0614141.107346.1|urn:epc:class:lgtin:0614141.107346.L");
    for (const auto& [field, event] : fields) {
      const bool expected = each.fields.find(" " + std::string(field) + " ") != std::string_view::npos;
      EXPECT_EQ(finds(address, event), expected) << each.parameter << " in " << field;
    }
  }
}

TEST(QueryRules, a_cbv_word_is_one_value_in_every_notation) {
  constexpr std::string_view kShipping[] = {"shipping", "cbv:BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping",
                                            "https://ref.gs1.org/cbv/BizStep-shipping"};
  for (const std::string_view in_event : kShipping) {
    const Event event = object_with("'epcList':[],'bizStep':" + quoted(in_event));
    for (const std::string_view asked : kShipping)
      EXPECT_TRUE(finds(param("EQ_bizStep", asked), event)) << asked << in_event;
    EXPECT_FALSE(finds("EQ_bizStep=receiving", event));
  }
  const Event own = object_with("'epcList':[],'bizStep':'http://ns.example.com/ex/drying'");
  EXPECT_TRUE(finds("EQ_bizStep=ex:drying", own));  // behind the prefix
  EXPECT_FALSE(finds("EQ_bizStep=ex:frying", own));
  const Event transaction =
      object_with("'epcList':[],'bizTransactionList':[{'type':'urn:epcglobal:cbv:btt:po','bizTransaction':'urn:x:1'}]");
  for (const std::string_view type : {"po", "urn:epcglobal:cbv:btt:po", "https://ref.gs1.org/cbv/BTT-po", "cbv:BTT-po"})
    EXPECT_TRUE(finds("EQ_bizTransaction_" + std::string(type) + "=urn:x:1", transaction)) << type;
}

// shows: X8
TEST(QueryRules, amounts_are_compared_across_units) {
  const Event event = with_class(kLots[0], ",'quantity':1.5,'uom':'TNE'");
  EXPECT_TRUE(finds("EQ_quantity_KGM=1500", event));
  EXPECT_TRUE(finds("GT_quantity_LBR=3306.9&LT_quantity_LBR=3307", event));
  EXPECT_FALSE(finds("GE_quantity_LTR=1", event));
  EXPECT_TRUE(finds("EQ_quantity=1.50", event));  // without a unit the number alone counts
  const Event pieces = with_class(kLots[0], ",'quantity':24");
  EXPECT_TRUE(finds("EQ_quantity_DZN=2", pieces));
  EXPECT_FALSE(finds("GE_quantity_KGM=1", pieces));
  EXPECT_FALSE(finds("GE_quantity=0", with_class(kLots[0])));
  const Event unknown = with_class(kLots[0], ",'quantity':3,'uom':'XYZ'");
  EXPECT_TRUE(finds("EQ_quantity_XYZ=3.0", unknown));
  EXPECT_FALSE(finds("EQ_quantity_XYX=3", unknown));
  EXPECT_FALSE(finds("EQ_value_CEL=3", with_reports("{'type':'Temperature','value':3}")));
}

TEST(QueryRules, comparisons_of_one_field_hold_for_one_of_its_values) {
  const Event event = with_reports(
      "{'type':'Temperature','value':2,'uom':'CEL','time':'2026-03-01T10:00:00Z'},"
      "{'type':'Temperature','value':30,'uom':'CEL','time':'2026-03-01T14:00:00Z'},{'type':'Speed','value':50,'uom':'"
      "KMH'}");
  EXPECT_FALSE(finds("GE_time=2026-03-01T11:00:00Z&LT_time=2026-03-01T12:00:00Z", event));
  EXPECT_TRUE(finds("GE_time=2026-03-01T13:00:00Z&LT_time=2026-03-01T15:00:00Z", event));
  EXPECT_FALSE(finds("GE_value_CEL=10&LT_value_KEL=293.15", event));
  EXPECT_TRUE(finds("GE_value_CEL=0&LT_value_KEL=293.15", event));
  EXPECT_TRUE(finds("GE_value_CEL=10&GE_value_KMH=50", event));  // two dimensions, two readings
  EXPECT_FALSE(finds("GE_value_CEL=10&GE_value_KMH=51", event));
  EXPECT_TRUE(finds("EQ_type=Speed&GE_value_CEL=10", event));  // other parameters may be met elsewhere
}

TEST(QueryRules, parameters_are_joined_by_and_values_by_or) {
  const Event event = object_with("'epcList':[],'bizStep':'shipping','disposition':'in_transit'");
  EXPECT_TRUE(finds("EQ_bizStep=receiving|shipping&EQ_disposition=in_transit", event));
  EXPECT_FALSE(finds("EQ_bizStep=receiving|shipping&EQ_disposition=active", event));
  EXPECT_FALSE(finds("EQ_bizStep=shipping&eventType=https://ns.example.com/MyEvent", event));
  EXPECT_TRUE(matches(EventQuery{}, {event, kNow}));
}

TEST(QueryRules, an_extension_is_meant_by_its_namespace) {
  const Event event = object_with("'epcList':[],'ex:colour':'red','other:colour':'blue'");
  EXPECT_TRUE(finds("EQ_ex:colour=red", event));
  EXPECT_FALSE(finds("EQ_ex:colour=blue", event));
  EXPECT_TRUE(finds("EQ_other:colour=blue", event));  // a prefix that the query does not explain: as it is written
  for (const std::string_view space : {"http://ns.example.com/other#colour", "http://ns.example.com/other/colour"})
    EXPECT_TRUE(finds("EQ_" + std::string(space) + "=blue", event)) << space;
  EXPECT_FALSE(finds("EQ_http://ns.example.com/else#colour=blue", event));
  const Prefixes swapped = {{"y", "http://ns.example.com/ex"}, {"ex", "http://ns.example.com/other#"}};
  const auto query =
      read_event_query(std::vector<QueryParameter>{{"EQ_y:colour", {"red"}}, {"EQ_ex:colour", {"blue"}}}, swapped);
  ASSERT_TRUE(query);
  EXPECT_TRUE(matches(*query, {event, kNow}));
}

TEST(QueryRules, text_numbers_times_and_keys_of_extensions_are_compared_as_what_they_are) {
  const Event event = object_with(
      "'epcList':[],'ex:lot':'007','ex:code':'1E3','ex:weight':'3.50','ex:count':1000,'ex:at':'2026-03-01T08:00:00+08:"
      "00',"
      "'ex:item':'urn:epc:id:sgtin:0614141.107346.2018','ex:list':['a','b',{'ex:c':'d'}],'ex:flag':true,'ex:none':"
      "null");
  for (const std::string_view yes :
       {"EQ_ex:lot=007", "EQ_ex:code=1E3", "EQ_ex:weight=3.5", "EQ_ex:weight=3.50", "EQ_ex:count=1000",
        "EQ_ex:at=2026-03-01T00:00:00Z", "EQ_ex:item=https://id.gs1.org/01/10614141073464/21/2018", "EQ_ex:list=b",
        "EQ_INNER_ex:c=d", "EQ_ex:flag=true", "EXISTS_ex:none=", "GE_ex:at=2026-03-01T00:00:00Z", "LT_ex:weight=3.51"})
    EXPECT_TRUE(finds(yes, event)) << yes;
  for (const std::string_view no :
       {"EQ_ex:lot=7", "EQ_ex:code=1000", "EQ_ex:weight=3.51", "EQ_ex:list=c", "EQ_ex:c=d", "EQ_INNER_ex:list=a",
        "GE_ex:lot=2026-03-01T00:00:00Z", "GE_ex:at=1", "GE_ex:at=2026-03-01"})
    EXPECT_FALSE(finds(no, event)) << no;
}

TEST(QueryRules, without_master_data_a_place_has_no_descendants_and_no_attributes) {
  const Event event = object_with("'epcList':[],'readPoint':{'id':'urn:epc:id:sgln:0012345.11111.400'}");
  EXPECT_TRUE(finds("WD_readPoint=urn:epc:id:sgln:0012345.11111.400", event));
  EXPECT_FALSE(finds("WD_readPoint=urn:epc:id:sgln:0012345.11111.0", event));
  EXPECT_FALSE(finds("HASATTR_readPoint=cbvmda:site", event));
}

// Children in both notations; the second parent of a place counts like the first, and a circle ends.
TEST(QueryRules, descendants_and_attributes_come_from_the_master_data_of_documents) {
  const auto document = read_epcis(R"({"@context":[],"type":"EPCISDocument","schemaVersion":"2.0",
    "creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[]},"epcisHeader":{"epcisMasterData":{"vocabularyList":[
      {"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[
        {"id":"urn:epc:id:sgln:0012345.22222.0","children":["urn:epc:id:sgln:0012345.11111.0","urn:epc:id:sgln:0012345.11111.400"]},
        {"id":"https://id.gs1.org/414/0012345111112","attributes":[{"id":"cbvmda:site","attribute":"X7"}],
         "children":["https://id.gs1.org/414/0012345111112/254/400"]},
        {"id":"urn:epc:id:sgln:0012345.11111.400","attributes":[{"id":"urn:epcglobal:cbv:mda#site","attribute":"X8"}],
         "children":["urn:epc:id:sgln:0012345.22222.0"]}]}]}}})");
  ASSERT_TRUE(document) << document.error().text;
  const auto data = read_master_data(document->header);
  ASSERT_TRUE(data);
  const Hierarchy hierarchy = hierarchy_from([&](const codes::Identity& subject) {
    std::vector<MasterDatum> rows;
    std::copy_if(data->begin(), data->end(), std::back_inserter(rows),
                 [&](const MasterDatum& row) { return row.subject == subject; });
    return rows;
  });
  const Event event = object_with("'epcList':[],'readPoint':{'id':'urn:epc:id:sgln:0012345.11111.400'}");
  for (const std::string_view yes :
       {"WD_readPoint=urn:epc:id:sgln:0012345.22222.0", "WD_readPoint=urn:epc:id:sgln:0012345.11111.0",
        "WD_readPoint=urn:x:1|https://id.gs1.org/414/0012345111112/254/400", "HASATTR_readPoint=cbvmda:site",
        "EQATTR_readPoint_cbvmda:site=X7|X8"})
    EXPECT_TRUE(finds(yes, event, hierarchy)) << yes;
  for (const std::string_view no :
       {"WD_readPoint=urn:epc:id:sgln:0012345.33333.0", "WD_bizLocation=urn:epc:id:sgln:0012345.22222.0",
        "EQ_readPoint=urn:epc:id:sgln:0012345.22222.0", "HASATTR_readPoint=cbvmda:sst",
        "EQATTR_readPoint_cbvmda:site=X7", "HASATTR_bizLocation=cbvmda:site"})
    EXPECT_FALSE(finds(no, event, hierarchy)) << no;
}

TEST(QueryRules, xml_and_json_of_one_event_are_found_alike) {
  const std::string xml =
      "<epcis:EPCISDocument xmlns:epcis='urn:epcglobal:epcis:xsd:2' xmlns:cbvmda='urn:epcglobal:cbv:mda' "
      "xmlns:e='http://ns.example.com/ex/' "
      "schemaVersion='2.0' creationDate='2026-03-01T08:00:00Z'><EPCISBody><EventList><ObjectEvent>"
      "<eventTime>2026-03-01T00:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
      "<epcList><epc>urn:epc:id:sgtin:0614141.107346.2018</epc></epcList><action>ADD</action>"
      "<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>"
      "<quantityList><quantityElement><epcClass>urn:epc:class:lgtin:0614141.107346.L1</epcClass><quantity>5</"
      "quantity><uom>KGM</uom>"
      "</quantityElement></quantityList>"
      "<sensorElementList><sensorElement><sensorReport type='gs1:Temperature' value='26' "
      "uom='CEL'/></sensorElement></sensorElementList>"
      "<ilmd><cbvmda:lotNumber>L1</cbvmda:lotNumber><e:box><e:slot>6</e:slot></e:box></ilmd>"
      "</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>";
  const auto document = read_epcis(xml);
  ASSERT_TRUE(document) << document.error().text;
  ASSERT_EQ(document->events.size(), 1u);
  const auto event = read_event(document->events[0].node, kNow);
  ASSERT_TRUE(event) << event.error().findings[0].path << event.error().findings[0].text;
  for (const std::string_view yes :
       {"EQ_bizStep=commissioning", "GE_value_KEL=299.15&EQ_type=Temperature", "EQ_ILMD_cbvmda:lotNumber=L1",
        "EQ_ILMD_urn:epcglobal:cbv:mda#lotNumber=L1", "GE_INNER_ILMD_ex:slot=6", "EQ_quantity_GRM=5000",
        "MATCH_epc=https://id.gs1.org/01/10614141073464/21/2018"})
    EXPECT_TRUE(finds(yes, *event)) << yes;
  for (const std::string_view no : {"GE_value_KEL=299.16", "EQ_ILMD_cbvmda:lotNumber=L2", "EQ_ILMD_ex:slot=6"})
    EXPECT_FALSE(finds(no, *event)) << no;
}

TEST(QueryRules, a_hundred_thousand_values_are_judged_by_search) {
  std::vector<std::string> values;
  for (int i = 0; i < 100'000; ++i) values.push_back("urn:epc:id:sgtin:0614141.107346." + std::to_string(i));
  const auto query = read_event_query(std::vector<QueryParameter>{{"MATCH_anyEPC", values}});
  ASSERT_TRUE(query);
  EXPECT_TRUE(matches(*query, {with_epc(kItems[1]), kNow}));
  EXPECT_FALSE(matches(*query, {with_epc("urn:epc:id:sgtin:0614141.107346.x"), kNow}));
}

}  // namespace
}  // namespace suyuan::trace
