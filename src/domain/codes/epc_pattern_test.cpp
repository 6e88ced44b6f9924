// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/epc_pattern.h"

#include <gtest/gtest.h>

namespace suyuan::codes {
namespace {

bool contains(std::string_view pattern, std::string_view id) {
  const auto read = EpcPattern::read(pattern);
  const auto identity = read_epcis_id(id);
  EXPECT_TRUE(read) << pattern << ": " << (read ? "" : read.error().text);
  EXPECT_TRUE(identity) << id << ": " << (identity ? "" : identity.error().text);
  return read && identity && read->contains(identity->id);
}

struct Row {
  std::string_view pattern, inside, outside;
};

TEST(EpcPattern, holds_what_its_parts_say) {
  const Row rows[] = {
      {"urn:epc:idpat:sgln:001234511111..*", "urn:epc:id:sgln:001234511111..400", "urn:epc:id:sgln:001234511112..400"},
      {"urn:epc:idpat:sgtin:0614141.*.*", "urn:epc:id:sgtin:0614141.107346.2018",
       "urn:epc:id:sgtin:0614142.107346.2018"},
      {"urn:epc:idpat:sgtin:0614141.107346.*", "https://id.gs1.org/01/10614141073464/21/x",
       "urn:epc:id:sgtin:0614141.107347.1"},
      {"urn:epc:idpat:sgtin:0614141.107346.2018", "urn:epc:id:sgtin:0614141.107346.2018",
       "urn:epc:id:sgtin:0614141.107346.2019"},
      {"urn:epc:idpat:sgtin:*.*.*", "urn:epc:id:sgtin:0614141.107346.2018", "urn:epc:id:sscc:0614141.1234567890"},
      {"urn:epc:idpat:sgtin:0614141.107346.[2000-2018]", "urn:epc:id:sgtin:0614141.107346.2018",
       "urn:epc:id:sgtin:0614141.107346.2019"},
      {"urn:epc:idpat:sgtin:0614141.107346.[5-100]", "urn:epc:id:sgtin:0614141.107346.11",
       "urn:epc:id:sgtin:0614141.107346.4"},
      {"urn:epc:idpat:sgtin:0614141.107346.[5-100]", "urn:epc:id:sgtin:0614141.107346.7",
       "urn:epc:id:sgtin:0614141.107346.07"},
      {"urn:epc:idpat:sgtin:0614141.[107340-107349].*", "urn:epc:id:sgtin:0614141.107346.1",
       "urn:epc:id:sgtin:0614141.107350.1"},
      {"urn:epc:idpat:sgtin:[0614140-0614142].*.*", "urn:epc:id:sgtin:0614141.107346.1",
       "urn:epc:id:sgtin:0614143.107346.1"},
      {"urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:class:lgtin:0614141.107346.L1",
       "https://id.gs1.org/01/10614141073464/235/a"},
      {"urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:idpat:sgtin:0614141.107346.*",
       "urn:epc:idpat:sgtin:0614141.107347.*"},
      {"urn:epc:class:lgtin:0614141.107346.*", "urn:epc:class:lgtin:0614141.107346.L1",
       "urn:epc:id:sgtin:0614141.107346.1"},
      {"urn:epc:idpat:sscc:0614141.*", "https://id.gs1.org/00/106141412345678908",
       "urn:epc:id:sscc:0614142.1234567890"},
      {"urn:epc:idpat:sscc:0614141.[1234567889-1234567890]", "urn:epc:id:sscc:0614141.1234567890",
       "urn:epc:id:sscc:0614141.1234567891"},
      {"urn:epc:idpat:sgln:0012345.11111.*", "urn:epc:id:sgln:0012345.11111.400", "urn:epc:id:sgln:0012345.11112.0"},
      {"urn:epc:idpat:sgln:0012345.11111.0", "urn:epc:id:sgln:0012345.11111.0", "urn:epc:id:sgln:0012345.11111.400"},
      {"urn:epc:idpat:grai:0614141.12345.*", "urn:epc:id:grai:0614141.12345.400", "urn:epc:id:grai:0614141.12346.400"},
      {"urn:epc:idpat:giai:4000001.*", "urn:epc:id:giai:4000001.111", "urn:epc:id:giai:4000002.111"},
      {"urn:epc:idpat:giai:4000001.[100-111]", "urn:epc:id:giai:4000001.111", "urn:epc:id:giai:4000001.112"},
      {"urn:epc:idpat:itip:4012345.012345.01.02.*", "urn:epc:id:itip:4012345.012345.01.02.987",
       "urn:epc:id:itip:4012345.012345.02.02.987"},
      {"urn:epc:idpat:itip:4012345.*.*.*.*", "urn:epc:id:itip:4012345.012345.01.02.987",
       "urn:epc:id:itip:4012346.012345.01.02.987"},
      {"urn:epc:idpat:upui:1234567.089456.*", "urn:epc:id:upui:1234567.089456.51qIgY)",
       "urn:epc:id:sgtin:1234567.089456.1"},
      {"urn:epc:idpat:gid:95100000.12345.*", "urn:epc:id:gid:95100000.12345.7", "urn:epc:id:gid:95100000.12346.7"},
      {"urn:epc:idpat:gid:95100000.12345.[1-7]", "urn:epc:id:gid:95100000.12345.7", "urn:epc:id:gid:95100000.12345.8"},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(contains(row.pattern, row.inside)) << row.pattern << " " << row.inside;
    EXPECT_FALSE(contains(row.pattern, row.outside)) << row.pattern << " " << row.outside;
  }
}

TEST(EpcPattern, refuses_what_is_no_pattern_and_says_why) {
  for (const std::string_view urn :
       {"urn:epc:idpat:sgtin", "urn:epc:idpat:sgtin:", "urn:epc:idpat:sgtin:*.112345.*",
        "urn:epc:idpat:sgtin:0614141.*.1", "urn:epc:idpat:sgtin:0614141.112345", "urn:epc:idpat:sgtin:061414.112345.*",
        "urn:epc:idpat:sgtin:06141.1.*", "urn:epc:idpat:sgtin:0614141.112345.[9-1]",
        "urn:epc:idpat:sgtin:0614141.112345.[a-b]", "urn:epc:idpat:sgtin:0614141.112345.[1-",
        "urn:epc:idpat:sgtin:0614141.112345.[]", "urn:epc:idpat:sgtin:[1-0614142].*.*",
        "urn:epc:idpat:sgtin:0614141.112345.", "urn:epc:idpat:sgtin:0614141.112345.%zz",
        "urn:epc:idpat:sscc:0614141.*.*", "urn:epc:idpat:giai:4000001.", "urn:epc:idpat:sgln:0012345..*",
        "urn:epc:idpat:itip:4012345.012345.01.*"}) {
    const auto read = EpcPattern::read(urn);
    ASSERT_FALSE(read) << urn;
    EXPECT_GT(read.error().text.size(), 20u);
  }
}

}  // namespace
}  // namespace suyuan::codes
