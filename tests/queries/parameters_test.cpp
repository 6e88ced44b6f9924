// SPDX-License-Identifier: Apache-2.0
// Each parameter of SimpleEventQuery and each family, with a value that finds the event and one that does not.
#include <gtest/gtest.h>

#include <set>

#include "queries.h"

namespace suyuan::trace {
namespace {

const Event& object_event() {
  static const Event kEvent = event_of("ObjectEvent", R"('eventID':'urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8',
    'action':'ADD','bizStep':'commissioning','disposition':'active',
    'epcList':['urn:epc:id:sgtin:0614141.107346.2018','urn:epc:id:gid:95100000.12345.7'],
    'quantityList':[{'epcClass':'urn:epc:class:lgtin:4012345.012345.998877','quantity':200,'uom':'KGM'}],
    'readPoint':{'id':'urn:epc:id:sgln:0012345.11111.400','ex:dock':'7','ex:gate':{'ex:lane':'2'}},
    'bizLocation':{'id':'urn:epc:id:sgln:0012345.11111.0','ex:floor':'G','ex:hall':{'ex:row':'B'}},
    'bizTransactionList':[{'type':'po','bizTransaction':'http://transaction.acme.com/po/12345678'},
                          {'bizTransaction':'http://transaction.acme.com/without-type/1'}],
    'sourceList':[{'type':'owning_party','source':'urn:epc:id:pgln:4012345.00225'}],
    'destinationList':[{'type':'location','destination':'urn:epc:id:sgln:0614141.00777.0'}],
    'persistentDisposition':{'set':['completeness_verified'],'unset':['completeness_inferred']},
    'errorDeclaration':{'declarationTime':'2026-03-05T00:00:00Z','reason':'incorrect_data',
       'correctiveEventIDs':['urn:uuid:11111111-dec1-11d0-a765-00a0c91e6bf6'],
       'ex:clerk':'Li','ex:grade':3,'ex:note':{'ex:page':5,'ex:word':'yes'}},
    'ilmd':{'cbvmda:lotNumber':'007','ex:weight':'3.50','ex:expires':'2027-10-17',
       'ex:origin':{'ex:altitude':1200,'ex:village':'Wuyi'}},
    'ex:colour':'red','ex:score':41.5,'ex:at':'2026-03-01T00:00:00Z','ex:list':['a','b'],
    'ex:outer':{'ex:depth':{'ex:deep':9},'ex:tag':'inner'},
    'sensorElementList':[{'sensorMetadata':{'time':'2026-03-01T00:10:00Z','startTime':'2026-03-01T00:00:00Z',
         'endTime':'2026-03-01T01:00:00Z','deviceID':'urn:epc:id:giai:4000001.111',
         'deviceMetadata':'https://id.gs1.org/8004/4000001111','rawData':'https://example.org/raw/1',
         'dataProcessingMethod':'https://example.com/253/4012345000054',
         'bizRules':'https://example.com/rules/1','ex:mode':'auto','ex:gain':2,'ex:net':{'ex:hops':4}},
       'ex:place':'left','ex:rank':5,'ex:box':{'ex:slot':6},
       'sensorReport':[{'type':'Temperature','value':26,'minValue':20,'maxValue':30,'meanValue':25,'sDev':0.5,
           'percValue':29,'percRank':50,'uom':'CEL','microorganism':'https://www.ncbi.nlm.nih.gov/taxonomy/1126011',
           'chemicalSubstance':'https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N',
           'stringValue':'SomeString','booleanValue':true,'hexBinaryValue':'F0f0',
           'uriValue':'https://id.gs1.org/8004/4000001111','ex:quality':'good','ex:level':8,'ex:raw':{'ex:bits':12}}]}])");
  return kEvent;
}

const Event& aggregation() {
  static const Event kEvent = event_of("AggregationEvent", R"('action':'OBSERVE',
    'parentID':'https://id.gs1.org/00/106141412345678908','childEPCs':['https://id.gs1.org/01/10614141073464/21/2017'],
    'childQuantityList':[{'epcClass':'https://id.gs1.org/01/04012345123456','quantity':12}])");
  return kEvent;
}

const Event& transformation() {
  static const Event kEvent = event_of("TransformationEvent", R"('transformationID':'urn:epc:id:gdti:0614141.00001.1',
    'inputEPCList':['urn:epc:id:sgtin:4012345.011122.25'],'outputEPCList':['urn:epc:id:sgtin:4012345.077889.26'],
    'inputQuantityList':[{'epcClass':'urn:epc:class:lgtin:4012345.011111.4444','quantity':10,'uom':'KGM'}],
    'outputQuantityList':[{'epcClass':'urn:epc:class:lgtin:4012345.077777.5555','quantity':5,'uom':'KGM'}])");
  return kEvent;
}

const Event& transaction() {
  static const Event kEvent = event_of("TransactionEvent", R"('action':'ADD',
    'parentID':'urn:epc:id:sscc:0614141.1234567890','epcList':['urn:epc:id:sgtin:0614141.107346.2018'],
    'bizTransactionList':[{'bizTransaction':'urn:epc:id:sscc:0614141.1234567891'}])");
  return kEvent;
}

struct Row {
  const Event& (*event)();
  std::string_view name;     // of the standard's list, or the family's pattern
  std::string_view yes, no;  // whole addresses; "" where everything or nothing is found
};

const Row kRows[] = {
    {object_event, "eventType", "eventType=ObjectEvent|TransactionEvent", "eventType=AggregationEvent"},
    {object_event, "GE_eventTime", "GE_eventTime=2026-03-01T00:00:00Z", "GE_eventTime=2026-03-01T00:00:00.001Z"},
    {object_event, "LT_eventTime", "LT_eventTime=2026-03-01T00:00:00.001Z", "LT_eventTime=2026-03-01T00:00:00Z"},
    {object_event, "GE_recordTime", "GE_recordTime=2026-03-02T00:00:00Z", "GE_recordTime=2026-03-02T00:00:01Z"},
    {object_event, "LT_recordTime", "LT_recordTime=2026-03-02T00:00:01Z", "LT_recordTime=2026-03-02T00:00:00Z"},
    {object_event, "EQ_action", "EQ_action=ADD|DELETE", "EQ_action=OBSERVE|DELETE"},
    {object_event, "EQ_bizStep", "EQ_bizStep=shipping|commissioning", "EQ_bizStep=shipping"},
    {object_event, "EQ_disposition", "EQ_disposition=urn:epcglobal:cbv:disp:active", "EQ_disposition=inactive"},
    {object_event, "EQ_persistentDisposition_set", "EQ_persistentDisposition_set=completeness_verified",
     "EQ_persistentDisposition_set=completeness_inferred"},
    {object_event, "EQ_persistentDisposition_unset", "EQ_persistentDisposition_unset=cbv:Disp-completeness_inferred",
     "EQ_persistentDisposition_unset=completeness_verified"},
    {object_event, "EQ_quantity", "EQ_quantity=7|200.0", "EQ_quantity=201"},
    {object_event, "GT_quantity", "GT_quantity=199.99", "GT_quantity=200"},
    {object_event, "GE_quantity", "GE_quantity=200", "GE_quantity=200.01"},
    {object_event, "LT_quantity", "LT_quantity=200.01", "LT_quantity=200"},
    {object_event, "LE_quantity", "LE_quantity=200", "LE_quantity=199.99"},
    {object_event, "EQ_readPoint", "EQ_readPoint=https://id.gs1.org/414/0012345111112/254/400",
     "EQ_readPoint=https://id.gs1.org/414/0012345111112"},
    {object_event, "WD_readPoint", "WD_readPoint=urn:epc:id:sgln:0012345.22222.0",
     "WD_readPoint=urn:epc:id:sgln:0012345.33333.0"},
    {object_event, "EQ_bizLocation", "EQ_bizLocation=https://id.gs1.org/414/0012345111112",
     "EQ_bizLocation=urn:epc:id:sgln:0012345.11111.400"},
    {object_event, "WD_bizLocation", "WD_bizLocation=urn:epc:id:sgln:0012345.11111.0",
     "WD_bizLocation=urn:epc:id:sgln:0012345.22222.0"},
    {transformation, "EQ_transformationID", "EQ_transformationID=urn:epc:id:gdti:0614141.00001.1",
     "EQ_transformationID=urn:epc:id:gdti:0614141.00001.2"},
    {aggregation, "MATCH_epc", "MATCH_epc=urn:epc:id:sgtin:0614141.107346.2017",
     "MATCH_epc=https://id.gs1.org/00/106141412345678908"},
    {transaction, "MATCH_parentID", "MATCH_parentID=urn:epc:id:sscc:0614141.1234567890",
     "MATCH_parentID=urn:epc:id:sscc:0614141.1234567891"},
    {transformation, "MATCH_inputEPC", "MATCH_inputEPC=urn:epc:id:sgtin:4012345.011122.25",
     "MATCH_inputEPC=urn:epc:id:sgtin:4012345.077889.26"},
    {transformation, "MATCH_outputEPC", "MATCH_outputEPC=urn:epc:idpat:sgtin:4012345.077889.*",
     "MATCH_outputEPC=urn:epc:idpat:sgtin:4012345.011122.*"},
    {transaction, "MATCH_anyEPC", "MATCH_anyEPC=https://id.gs1.org/00/106141412345678908",
     "MATCH_anyEPC=urn:epc:id:sscc:0614141.1234567891"},
    {object_event, "MATCH_epcClass", "MATCH_epcClass=https://id.gs1.org/01/04012345123456/10/998877",
     "MATCH_epcClass=urn:epc:id:sgtin:0614141.107346.2018"},
    {transformation, "MATCH_inputEPCClass", "MATCH_inputEPCClass=urn:epc:class:lgtin:4012345.011111.4444",
     "MATCH_inputEPCClass=urn:epc:class:lgtin:4012345.077777.5555"},
    {transformation, "MATCH_outputEPCClass", "MATCH_outputEPCClass=urn:epc:class:lgtin:4012345.077777.*",
     "MATCH_outputEPCClass=urn:epc:class:lgtin:4012345.011111.*"},
    {transformation, "MATCH_anyEPCClass", "MATCH_anyEPCClass=urn:epc:idpat:sgtin:4012345.*.*",
     "MATCH_anyEPCClass=urn:epc:idpat:sgtin:4012346.*.*"},
    {object_event, "EQ_eventID", "EQ_eventID=urn:x:1|urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
     "EQ_eventID=urn:x:1"},
    {object_event, "EXISTS_errorDeclaration", "EXISTS_errorDeclaration=true", ""},
    {aggregation, "EXISTS_errorDeclaration", "EXISTS_errorDeclaration=false", "EXISTS_errorDeclaration="},
    {object_event, "GE_errorDeclaration_Time", "GE_errorDeclaration_Time=2026-03-05T00:00:00Z",
     "GE_errorDeclaration_Time=2026-03-05T00:00:01Z"},
    {object_event, "LT_errorDeclaration_Time", "LT_errorDeclaration_Time=2026-03-05T00:00:01Z",
     "LT_errorDeclaration_Time=2026-03-05T00:00:00Z"},
    {object_event, "GE_errorDeclarationTime", "GE_errorDeclarationTime=2026-03-05T00:00:00Z",
     "GE_errorDeclarationTime=2026-03-05T00:00:01Z"},
    {object_event, "LT_errorDeclarationTime", "LT_errorDeclarationTime=2026-03-05T00:00:01Z",
     "LT_errorDeclarationTime=2026-03-05T00:00:00Z"},
    {object_event, "EQ_errorReason", "EQ_errorReason=https://ref.gs1.org/cbv/ER-incorrect_data",
     "EQ_errorReason=did_not_occur"},
    {object_event, "EQ_correctiveEventID", "EQ_correctiveEventID=urn:uuid:11111111-dec1-11d0-a765-00a0c91e6bf6",
     "EQ_correctiveEventID=urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"},
    {object_event, "EXISTS_sensorElementList", "EXISTS_sensorElementList=1", ""},
    {aggregation, "EXISTS_sensorElementList", "EXISTS_sensorElementList=0", "EXISTS_sensorElementList=1"},
    {object_event, "GE_time", "GE_time=2026-03-01T00:10:00Z", "GE_time=2026-03-01T00:10:01Z"},
    {object_event, "LT_time", "LT_time=2026-03-01T00:10:01Z", "LT_time=2026-03-01T00:10:00Z"},
    {object_event, "GE_startTime", "GE_startTime=2026-03-01T08:00:00+08:00", "GE_startTime=2026-03-01T00:00:01Z"},
    {object_event, "LT_startTime", "LT_startTime=2026-03-01T00:00:01Z", "LT_startTime=2026-03-01T00:00:00Z"},
    {object_event, "GE_endTime", "GE_endTime=2026-03-01T01:00:00Z", "GE_endTime=2026-03-01T01:00:01Z"},
    {object_event, "LT_endTime", "LT_endTime=2026-03-01T01:00:01Z", "LT_endTime=2026-03-01T01:00:00Z"},
    {object_event, "EQ_type", "EQ_type=gs1:Temperature", "EQ_type=Speed"},
    {object_event, "EQ_deviceID", "EQ_deviceID=https://id.gs1.org/8004/4000001111",
     "EQ_deviceID=https://id.gs1.org/8004/4000001112"},
    {object_event, "EQ_dataProcessingMethod", "EQ_dataProcessingMethod=https://example.com/253/4012345000054",
     "EQ_dataProcessingMethod=https://example.com/method/2"},
    {object_event, "EQ_microorganism", "EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
     "EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126012"},
    {object_event, "EQ_chemicalSubstance",
     "EQ_chemicalSubstance=https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
     "EQ_chemicalSubstance=https://identifiers.org/inchikey:AAAA"},
    {object_event, "EQ_bizRules", "EQ_bizRules=https://example.com/rules/1", "EQ_bizRules=https://example.com/rules/2"},
    {object_event, "EQ_stringValue", "EQ_stringValue=SomeString", "EQ_stringValue=someString"},
    {object_event, "EQ_booleanValue", "EQ_booleanValue=true", "EQ_booleanValue=false"},
    {object_event, "EQ_hexBinaryValue", "EQ_hexBinaryValue=f0F0", "EQ_hexBinaryValue=f0f1"},
    {object_event, "EQ_uriValue", "EQ_uriValue=urn:epc:id:giai:4000001.111", "EQ_uriValue=urn:epc:id:giai:4000001.1"},
    {object_event, "GE_percRank", "GE_percRank=50", "GE_percRank=50.5"},
    {object_event, "LT_percRank", "LT_percRank=50.5", "LT_percRank=50"},
    {object_event, "GT_percRank", "GT_percRank=49.9", "GT_percRank=50"},
    {object_event, "LE_percRank", "LE_percRank=50", "LE_percRank=49.9"},
    {object_event, "orderBy", "orderBy=eventTime", ""},
    {object_event, "orderDirection", "orderBy=recordTime&orderDirection=ASC", ""},
    {object_event, "eventCountLimit", "orderBy=eventTime&eventCountLimit=3", ""},
    {object_event, "maxEventCount", "maxEventCount=3", ""},
    {object_event, "EQ_bizTransaction_T", "EQ_bizTransaction_po=http://transaction.acme.com/po/12345678",
     "EQ_bizTransaction_desadv=http://transaction.acme.com/po/12345678"},
    {object_event, "EQ_source_T", "EQ_source_owning_party=https://id.gs1.org/417/4012345002256",
     "EQ_source_possessing_party=https://id.gs1.org/417/4012345002256"},
    {object_event, "EQ_destination_T", "EQ_destination_location=urn:epc:id:sgln:0614141.00777.0",
     "EQ_destination_location=urn:epc:id:sgln:0614141.00778.0"},
    {object_event, "EQ_NS:F", "EQ_ex:colour=green|red", "EQ_ex:colour=blue"},
    {object_event, "GT_NS:F", "GT_ex:score=41.4", "GT_ex:score=41.5"},
    {object_event, "GE_NS:F", "GE_ex:at=2026-03-01T00:00:00Z", "GE_ex:at=2026-03-01T00:00:01Z"},
    {object_event, "LT_NS:F", "LT_ex:score=41.51", "LT_ex:score=41.5"},
    {object_event, "LE_NS:F", "LE_ex:score=41.50", "LE_ex:score=41"},
    {object_event, "EQ_ILMD_NS:F", "EQ_ILMD_cbvmda:lotNumber=007", "EQ_ILMD_cbvmda:lotNumber=7"},
    {object_event, "GT_ILMD_NS:F", "GT_ILMD_ex:weight=3.49", "GT_ILMD_ex:weight=3.5"},
    {object_event, "GE_ILMD_NS:F", "GE_ILMD_ex:expires=2027-10-17", "GE_ILMD_ex:expires=2027-10-18"},
    {object_event, "LT_ILMD_NS:F", "LT_ILMD_ex:weight=3.51", "LT_ILMD_ex:weight=3.5"},
    {object_event, "LE_ILMD_NS:F", "LE_ILMD_ex:weight=3.5", "LE_ILMD_ex:weight=3.4"},
    {object_event, "EQ_INNER_NS:F", "EQ_INNER_ex:tag=inner", "EQ_INNER_ex:colour=red"},
    {object_event, "GT_INNER_NS:F", "GT_INNER_ex:deep=8", "GT_INNER_ex:deep=9"},
    {object_event, "GE_INNER_NS:F", "GE_INNER_ex:deep=9", "GE_INNER_ex:deep=10"},
    {object_event, "LT_INNER_NS:F", "LT_INNER_ex:deep=10", "LT_INNER_ex:deep=9"},
    {object_event, "LE_INNER_NS:F", "LE_INNER_ex:deep=9", "LE_INNER_ex:deep=8"},
    {object_event, "EQ_INNER_ILMD_NS:F", "EQ_INNER_ILMD_ex:village=Wuyi", "EQ_INNER_ILMD_ex:weight=3.5"},
    {object_event, "GT_INNER_ILMD_NS:F", "GT_INNER_ILMD_ex:altitude=1199", "GT_INNER_ILMD_ex:altitude=1200"},
    {object_event, "GE_INNER_ILMD_NS:F", "GE_INNER_ILMD_ex:altitude=1200", "GE_INNER_ILMD_ex:altitude=1201"},
    {object_event, "LT_INNER_ILMD_NS:F", "LT_INNER_ILMD_ex:altitude=1201", "LT_INNER_ILMD_ex:altitude=1200"},
    {object_event, "LE_INNER_ILMD_NS:F", "LE_INNER_ILMD_ex:altitude=1.2e3", "LE_INNER_ILMD_ex:altitude=1199"},
    {object_event, "EXISTS_NS:F", "EXISTS_ex:outer=", "EXISTS_ex:tag="},
    {object_event, "EXISTS_INNER_NS:F", "EXISTS_INNER_ex:tag=true", "EXISTS_INNER_ex:outer=true"},
    {object_event, "EXISTS_ILMD_NS:F", "EXISTS_ILMD_ex:origin=true", "EXISTS_ILMD_ex:village=true"},
    {object_event, "EXISTS_INNER_ILMD_NS:F", "EXISTS_INNER_ILMD_ex:village=1", "EXISTS_INNER_ILMD_ex:origin=1"},
    {object_event, "HASATTR_NS:F", "HASATTR_readPoint=urn:epcglobal:cbv:mda:site|cbvmda:else",
     "HASATTR_readPoint=cbvmda:else"},
    {object_event, "EQ_ATTR_F_A", "EQ_ATTR_readPoint_cbvmda:site=X7|X8", "EQ_ATTR_readPoint_cbvmda:site=X8"},
    {object_event, "EQATTR_F_A", "EQATTR_readPoint_urn:epcglobal:cbv:mda#site=X7", "EQATTR_bizLocation_cbvmda:site=X7"},
    {object_event, "EQ_ERROR_DECLARATION_NS:F", "EQ_ERROR_DECLARATION_ex:clerk=Li", "EQ_ERROR_DECLARATION_ex:clerk=Wu"},
    {object_event, "GT_ERROR_DECLARATION_NS:F", "GT_ERROR_DECLARATION_ex:grade=2", "GT_ERROR_DECLARATION_ex:grade=3"},
    {object_event, "GE_ERROR_DECLARATION_NS:F", "GE_ERROR_DECLARATION_ex:grade=3", "GE_ERROR_DECLARATION_ex:grade=4"},
    {object_event, "LT_ERROR_DECLARATION_NS:F", "LT_ERROR_DECLARATION_ex:grade=4", "LT_ERROR_DECLARATION_ex:grade=3"},
    {object_event, "LE_ERROR_DECLARATION_NS:F", "LE_ERROR_DECLARATION_ex:grade=3", "LE_ERROR_DECLARATION_ex:grade=2"},
    {object_event, "EQ_INNER_ERROR_DECLARATION_NS:F", "EQ_INNER_ERROR_DECLARATION_ex:word=yes",
     "EQ_INNER_ERROR_DECLARATION_ex:clerk=Li"},
    {object_event, "GT_INNER_ERROR_DECLARATION_NS:F", "GT_INNER_ERROR_DECLARATION_ex:page=4",
     "GT_INNER_ERROR_DECLARATION_ex:page=5"},
    {object_event, "GE_INNER_ERROR_DECLARATION_NS:F", "GE_INNER_ERROR_DECLARATION_ex:page=5",
     "GE_INNER_ERROR_DECLARATION_ex:page=6"},
    {object_event, "LT_INNER_ERROR_DECLARATION_NS:F", "LT_INNER_ERROR_DECLARATION_ex:page=6",
     "LT_INNER_ERROR_DECLARATION_ex:page=5"},
    {object_event, "LE_INNER_ERROR_DECLARATION_NS:F", "LE_INNER_ERROR_DECLARATION_ex:page=5",
     "LE_INNER_ERROR_DECLARATION_ex:page=4"},
    {object_event, "EXISTS_ERROR_DECLARATION_NS:F",
     "EXISTS_ERROR_DECLARATION_ex:clerk=", "EXISTS_ERROR_DECLARATION_ex:page="},
    {object_event, "EXISTS_INNER_ERROR_DECLARATION_NS:F",
     "EXISTS_INNER_ERROR_DECLARATION_ex:page=", "EXISTS_INNER_ERROR_DECLARATION_ex:clerk="},
    {object_event, "EQ_value_U", "EQ_value_CEL=1|26.0", "EQ_value_CEL=26.1"},
    {object_event, "GE_value_U", "GE_value_KEL=299.15", "GE_value_KEL=299.16"},
    {object_event, "LT_value_U", "LT_value_FAH=78.81", "LT_value_FAH=78.8"},
    {object_event, "GT_value_U", "GT_value_CEL=25.9", "GT_value_CEL=26"},
    {object_event, "LE_value_U", "LE_value_CEL=26", "LE_value_KMH=1000"},
    {object_event, "GE_minValue_U", "GE_minValue_CEL=20", "GE_minValue_CEL=21"},
    {object_event, "LT_minValue_U", "LT_minValue_CEL=21", "LT_minValue_CEL=20"},
    {object_event, "GT_minValue_U", "GT_minValue_CEL=19", "GT_minValue_CEL=20"},
    {object_event, "LE_minValue_U", "LE_minValue_CEL=20", "LE_minValue_CEL=19"},
    {object_event, "GE_maxValue_U", "GE_maxValue_CEL=30", "GE_maxValue_CEL=31"},
    {object_event, "LT_maxValue_U", "LT_maxValue_CEL=31", "LT_maxValue_CEL=30"},
    {object_event, "GT_maxValue_U", "GT_maxValue_CEL=29", "GT_maxValue_CEL=30"},
    {object_event, "LE_maxValue_U", "LE_maxValue_CEL=30", "LE_maxValue_CEL=29"},
    {object_event, "GE_meanValue_U", "GE_meanValue_CEL=25", "GE_meanValue_CEL=26"},
    {object_event, "LT_meanValue_U", "LT_meanValue_CEL=26", "LT_meanValue_CEL=25"},
    {object_event, "GT_meanValue_U", "GT_meanValue_CEL=24", "GT_meanValue_CEL=25"},
    {object_event, "LE_meanValue_U", "LE_meanValue_CEL=25", "LE_meanValue_CEL=24"},
    {object_event, "GE_sDev_U", "GE_sDev_KEL=0.5", "GE_sDev_KEL=0.6"},
    {object_event, "LT_sDev_U", "LT_sDev_FAH=0.91", "LT_sDev_FAH=0.9"},
    {object_event, "GT_sDev_U", "GT_sDev_CEL=0.4", "GT_sDev_CEL=0.5"},
    {object_event, "LE_sDev_U", "LE_sDev_CEL=0.5", "LE_sDev_CEL=0.4"},
    {object_event, "GE_percValue_U", "GE_percValue_CEL=29", "GE_percValue_CEL=30"},
    {object_event, "LT_percValue_U", "LT_percValue_CEL=30", "LT_percValue_CEL=29"},
    {object_event, "GT_percValue_U", "GT_percValue_CEL=28", "GT_percValue_CEL=29"},
    {object_event, "LE_percValue_U", "LE_percValue_CEL=29", "LE_percValue_CEL=28"},
    {object_event, "EQ_quantity_U", "EQ_quantity_GRM=200000", "EQ_quantity_LTR=200"},
    {object_event, "GE_quantity_U", "GE_quantity_TNE=0.2", "GE_quantity_TNE=0.2000001"},
    {object_event, "LT_quantity_U", "LT_quantity_KGM=201", "LT_quantity_KGM=200"},
    {object_event, "GT_quantity_U", "GT_quantity_KGM=199", "GT_quantity_KGM=200"},
    {aggregation, "LE_quantity_U", "LE_quantity_DZN=1", "LE_quantity_KGM=12"},
    {object_event, "EQ_readPoint_NS:F", "EQ_readPoint_ex:dock=7", "EQ_readPoint_ex:dock=8"},
    {object_event, "EQ_INNER_readPoint_NS:F", "EQ_INNER_readPoint_ex:lane=2", "EQ_INNER_readPoint_ex:row=B"},
    {object_event, "EQ_bizLocation_NS:F", "EQ_bizLocation_ex:floor=G", "EQ_bizLocation_ex:dock=7"},
    {object_event, "EQ_INNER_bizLocation_NS:F", "EQ_INNER_bizLocation_ex:row=A|B", "EQ_INNER_bizLocation_ex:row=A"},
    {object_event, "EQ_SENSORELEMENT_NS:F", "EQ_SENSORELEMENT_ex:place=left", "EQ_SENSORELEMENT_ex:mode=auto"},
    {object_event, "GT_SENSORELEMENT_NS:F", "GT_SENSORELEMENT_ex:rank=4", "GT_SENSORELEMENT_ex:rank=5"},
    {object_event, "GE_SENSORELEMENT_NS:F", "GE_SENSORELEMENT_ex:rank=5", "GE_SENSORELEMENT_ex:rank=6"},
    {object_event, "LT_SENSORELEMENT_NS:F", "LT_SENSORELEMENT_ex:rank=6", "LT_SENSORELEMENT_ex:rank=5"},
    {object_event, "LE_SENSORELEMENT_NS:F", "LE_SENSORELEMENT_ex:rank=5", "LE_SENSORELEMENT_ex:rank=4"},
    {object_event, "EQ_SENSORMETADATA_NS:F", "EQ_SENSORMETADATA_ex:mode=auto", "EQ_SENSORMETADATA_ex:quality=good"},
    {object_event, "GT_SENSORMETADATA_NS:F", "GT_SENSORMETADATA_ex:gain=1", "GT_SENSORMETADATA_ex:gain=2"},
    {object_event, "GE_SENSORMETADATA_NS:F", "GE_SENSORMETADATA_ex:gain=2", "GE_SENSORMETADATA_ex:gain=3"},
    {object_event, "LT_SENSORMETADATA_NS:F", "LT_SENSORMETADATA_ex:gain=3", "LT_SENSORMETADATA_ex:gain=2"},
    {object_event, "LE_SENSORMETADATA_NS:F", "LE_SENSORMETADATA_ex:gain=2", "LE_SENSORMETADATA_ex:gain=1"},
    {object_event, "EQ_SENSORREPORT_NS:F", "EQ_SENSORREPORT_ex:quality=good", "EQ_SENSORREPORT_ex:place=left"},
    {object_event, "GT_SENSORREPORT_NS:F", "GT_SENSORREPORT_ex:level=7", "GT_SENSORREPORT_ex:level=8"},
    {object_event, "GE_SENSORREPORT_NS:F", "GE_SENSORREPORT_ex:level=8", "GE_SENSORREPORT_ex:level=9"},
    {object_event, "LT_SENSORREPORT_NS:F", "LT_SENSORREPORT_ex:level=9", "LT_SENSORREPORT_ex:level=8"},
    {object_event, "LE_SENSORREPORT_NS:F", "LE_SENSORREPORT_ex:level=8", "LE_SENSORREPORT_ex:level=7"},
    {object_event, "EQ_INNER_SENSORELEMENT_NS:F", "EQ_INNER_SENSORELEMENT_ex:slot=6",
     "EQ_INNER_SENSORELEMENT_ex:rank=5"},
    {object_event, "GT_INNER_SENSORELEMENT_NS:F", "GT_INNER_SENSORELEMENT_ex:slot=5",
     "GT_INNER_SENSORELEMENT_ex:slot=6"},
    {object_event, "GE_INNER_SENSORELEMENT_NS:F", "GE_INNER_SENSORELEMENT_ex:slot=6",
     "GE_INNER_SENSORELEMENT_ex:slot=7"},
    {object_event, "LT_INNER_SENSORELEMENT_NS:F", "LT_INNER_SENSORELEMENT_ex:slot=7",
     "LT_INNER_SENSORELEMENT_ex:slot=6"},
    {object_event, "LE_INNER_SENSORELEMENT_NS:F", "LE_INNER_SENSORELEMENT_ex:slot=6",
     "LE_INNER_SENSORELEMENT_ex:slot=5"},
    {object_event, "EQ_INNER_SENSORMETADATA_NS:F", "EQ_INNER_SENSORMETADATA_ex:hops=4",
     "EQ_INNER_SENSORMETADATA_ex:gain=2"},
    {object_event, "GT_INNER_SENSORMETADATA_NS:F", "GT_INNER_SENSORMETADATA_ex:hops=3",
     "GT_INNER_SENSORMETADATA_ex:hops=4"},
    {object_event, "GE_INNER_SENSORMETADATA_NS:F", "GE_INNER_SENSORMETADATA_ex:hops=4",
     "GE_INNER_SENSORMETADATA_ex:hops=5"},
    {object_event, "LT_INNER_SENSORMETADATA_NS:F", "LT_INNER_SENSORMETADATA_ex:hops=5",
     "LT_INNER_SENSORMETADATA_ex:hops=4"},
    {object_event, "LE_INNER_SENSORMETADATA_NS:F", "LE_INNER_SENSORMETADATA_ex:hops=4",
     "LE_INNER_SENSORMETADATA_ex:hops=3"},
    {object_event, "EQ_INNER_SENSORREPORT_NS:F", "EQ_INNER_SENSORREPORT_ex:bits=12",
     "EQ_INNER_SENSORREPORT_ex:level=8"},
    {object_event, "GT_INNER_SENSORREPORT_NS:F", "GT_INNER_SENSORREPORT_ex:bits=11",
     "GT_INNER_SENSORREPORT_ex:bits=12"},
    {object_event, "GE_INNER_SENSORREPORT_NS:F", "GE_INNER_SENSORREPORT_ex:bits=12",
     "GE_INNER_SENSORREPORT_ex:bits=13"},
    {object_event, "LT_INNER_SENSORREPORT_NS:F", "LT_INNER_SENSORREPORT_ex:bits=13",
     "LT_INNER_SENSORREPORT_ex:bits=12"},
    {object_event, "LE_INNER_SENSORREPORT_NS:F", "LE_INNER_SENSORREPORT_ex:bits=12",
     "LE_INNER_SENSORREPORT_ex:bits=11"},
    {object_event, "EXISTS_SENSORELEMENT_NS:F", "EXISTS_SENSORELEMENT_ex:box=", "EXISTS_SENSORELEMENT_ex:slot="},
    {object_event, "EXISTS_SENSORMETADATA_NS:F", "EXISTS_SENSORMETADATA_ex:net=", "EXISTS_SENSORMETADATA_ex:hops="},
    {object_event, "EXISTS_SENSORREPORT_NS:F", "EXISTS_SENSORREPORT_ex:raw=", "EXISTS_SENSORREPORT_ex:bits="},
};

// The read point lies in a place of the same company, which is master data's word.
Hierarchy master_data() {
  const auto id = [](std::string_view text) { return codes::read_epcis_id(text)->id; };
  const codes::Identity dock = id("urn:epc:id:sgln:0012345.11111.400"), yard = id("urn:epc:id:sgln:0012345.22222.0");
  Hierarchy hierarchy;
  hierarchy.above = [=](const codes::Identity& place) {
    return place == dock ? std::vector<codes::Identity>{yard} : std::vector<codes::Identity>{};
  };
  hierarchy.attributes = [=](const codes::Identity& subject) {
    return subject == dock ? Hierarchy::Attributes{{"cbvmda:site", "X7"}} : Hierarchy::Attributes{};
  };
  return hierarchy;
}

// shows: X8
TEST(QueryParameters, each_finds_what_it_asks_for_and_nothing_else) {
  const Hierarchy hierarchy = master_data();
  for (const Row& row : kRows) {
    if (!row.yes.empty()) {
      EXPECT_TRUE(finds(row.yes, row.event(), hierarchy)) << row.yes;
    }
    if (!row.no.empty()) {
      EXPECT_FALSE(finds(row.no, row.event(), hierarchy)) << row.no;
    }
  }
}

// The names of GS1's query schema without @context, and its patterns with NS:F for an extension field, U for a unit.
constexpr std::string_view kStandard =
    "eventType GE_eventTime LT_eventTime GE_recordTime LT_recordTime EQ_action EQ_bizStep EQ_disposition "
    "EQ_persistentDisposition_set EQ_persistentDisposition_unset EQ_quantity GT_quantity GE_quantity LT_quantity "
    "LE_quantity EQ_readPoint WD_readPoint EQ_bizLocation WD_bizLocation EQ_transformationID MATCH_epc MATCH_parentID "
    "MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC MATCH_epcClass MATCH_inputEPCClass MATCH_outputEPCClass "
    "MATCH_anyEPCClass EQ_eventID EXISTS_errorDeclaration GE_errorDeclaration_Time LT_errorDeclaration_Time "
    "EQ_errorReason EQ_correctiveEventID orderBy orderDirection eventCountLimit maxEventCount EXISTS_sensorElementList "
    "GE_time LT_time GE_startTime LT_startTime GE_endTime LT_endTime EQ_type EQ_deviceID EQ_dataProcessingMethod "
    "EQ_microorganism EQ_chemicalSubstance EQ_bizRules EQ_stringValue EQ_booleanValue EQ_hexBinaryValue EQ_uriValue "
    "GE_percRank LT_percRank GT_percRank LE_percRank "
    "EQ_bizTransaction_T EQ_source_T EQ_destination_T "
    "EQ_NS:F GT_NS:F GE_NS:F LT_NS:F LE_NS:F EQ_ILMD_NS:F GT_ILMD_NS:F GE_ILMD_NS:F LT_ILMD_NS:F LE_ILMD_NS:F "
    "EQ_INNER_NS:F GT_INNER_NS:F GE_INNER_NS:F LT_INNER_NS:F LE_INNER_NS:F EQ_INNER_ILMD_NS:F GT_INNER_ILMD_NS:F "
    "GE_INNER_ILMD_NS:F LT_INNER_ILMD_NS:F LE_INNER_ILMD_NS:F EXISTS_NS:F EXISTS_INNER_NS:F EXISTS_ILMD_NS:F "
    "EXISTS_INNER_ILMD_NS:F HASATTR_NS:F EQ_ATTR_F_A "
    "EQ_ERROR_DECLARATION_NS:F GT_ERROR_DECLARATION_NS:F GE_ERROR_DECLARATION_NS:F LT_ERROR_DECLARATION_NS:F "
    "LE_ERROR_DECLARATION_NS:F EQ_INNER_ERROR_DECLARATION_NS:F GT_INNER_ERROR_DECLARATION_NS:F "
    "GE_INNER_ERROR_DECLARATION_NS:F LT_INNER_ERROR_DECLARATION_NS:F LE_INNER_ERROR_DECLARATION_NS:F "
    "EXISTS_ERROR_DECLARATION_NS:F EXISTS_INNER_ERROR_DECLARATION_NS:F "
    "EQ_value_U GE_minValue_U LT_minValue_U GT_minValue_U LE_minValue_U GE_maxValue_U LT_maxValue_U GT_maxValue_U "
    "LE_maxValue_U GE_meanValue_U LT_meanValue_U GT_meanValue_U LE_meanValue_U GE_sDev_U LT_sDev_U GT_sDev_U LE_sDev_U "
    "GE_value_U LT_value_U GT_value_U LE_value_U GE_percValue_U LT_percValue_U GT_percValue_U LE_percValue_U "
    "EQ_quantity_U GE_quantity_U LT_quantity_U GT_quantity_U LE_quantity_U "
    "EQ_readPoint_NS:F EQ_INNER_readPoint_NS:F EQ_bizLocation_NS:F EQ_INNER_bizLocation_NS:F "
    "EQ_SENSORELEMENT_NS:F GT_SENSORELEMENT_NS:F GE_SENSORELEMENT_NS:F LT_SENSORELEMENT_NS:F LE_SENSORELEMENT_NS:F "
    "EQ_SENSORMETADATA_NS:F GT_SENSORMETADATA_NS:F GE_SENSORMETADATA_NS:F LT_SENSORMETADATA_NS:F "
    "LE_SENSORMETADATA_NS:F EQ_SENSORREPORT_NS:F GT_SENSORREPORT_NS:F GE_SENSORREPORT_NS:F LT_SENSORREPORT_NS:F "
    "LE_SENSORREPORT_NS:F EQ_INNER_SENSORELEMENT_NS:F GT_INNER_SENSORELEMENT_NS:F GE_INNER_SENSORELEMENT_NS:F "
    "LT_INNER_SENSORELEMENT_NS:F LE_INNER_SENSORELEMENT_NS:F EQ_INNER_SENSORMETADATA_NS:F "
    "GT_INNER_SENSORMETADATA_NS:F GE_INNER_SENSORMETADATA_NS:F LT_INNER_SENSORMETADATA_NS:F "
    "LE_INNER_SENSORMETADATA_NS:F EQ_INNER_SENSORREPORT_NS:F GT_INNER_SENSORREPORT_NS:F GE_INNER_SENSORREPORT_NS:F "
    "LT_INNER_SENSORREPORT_NS:F LE_INNER_SENSORREPORT_NS:F EXISTS_SENSORELEMENT_NS:F EXISTS_SENSORMETADATA_NS:F "
    "EXISTS_SENSORREPORT_NS:F";

TEST(QueryParameters, the_table_holds_all_sixty_fixed_names_and_all_families) {
  const auto names = split(kStandard, ' ');
  EXPECT_EQ(names.size(), 60u + 108u);
  std::set<std::string_view> tested;
  for (const Row& row : kRows) tested.insert(row.name);
  for (const std::string_view name : names) EXPECT_TRUE(tested.contains(name)) << name << " has no test";
}

// "EQ_ILMD_" of "EQ_ILMD_NS:F", "EQ_value_" of "EQ_value_U", the whole of a fixed name with its "=".
std::string head_of(std::string_view name) {
  for (const std::string_view end : {"NS:F", "_U", "_T", "F_A"})
    if (name.ends_with(end)) return std::string(name.substr(0, name.size() - end.size() + (end[0] == '_' ? 1 : 0)));
  return std::string(name) + "=";
}

TEST(QueryParameters, every_row_asks_with_the_parameter_that_it_names) {
  for (const Row& row : kRows) {
    EXPECT_NE(row.yes.find(head_of(row.name)), std::string_view::npos) << row.name << ": " << row.yes;
    if (row.name.ends_with("NS:F") && !row.name.starts_with("HASATTR")) {
      EXPECT_EQ(row.yes.find("INNER"), row.name.find("INNER")) << row.name << ": " << row.yes;
    }
  }
}

}  // namespace
}  // namespace suyuan::trace
