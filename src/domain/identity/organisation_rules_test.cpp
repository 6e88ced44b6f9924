// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/organisation_rules.h"

#include <gtest/gtest.h>

namespace suyuan::identity {
namespace {

Organisation org(std::int64_t id, OrgKind kind, std::int64_t superior, std::int32_t division, bool is_active = true) {
  return {.id = OrgId(id),
          .name = "单位 " + std::to_string(id),
          .kind = kind,
          .superior = OrgId(superior),
          .jurisdiction = {division},
          .is_active = is_active};
}

std::string judged(const std::vector<Organisation>& organisations, std::int64_t id) {
  const auto directory = Directory::make(organisations, {});
  if (!directory) return directory.error().code;
  const auto good = judge_organisation(**directory, OrgId(id));
  return good ? "" : good.error().code;
}

constexpr auto kRegulator = OrgKind::kRegulator;

// shows: R1
TEST(OrganisationRules, a_jurisdiction_lies_within_that_of_its_superior) {
  struct Case {
    std::int32_t above, below;
    const char* code;
  };
  const Case cases[] = {{0, 420000, ""},
                        {420000, 420100, ""},
                        {420100, 420106, ""},
                        {420000, 429004, ""},  // 仙桃, directly under the province
                        {310000, 310101, ""},  // 黄浦区, a municipality has no city row
                        {310000, 310100, ""},
                        {440000, 441900, ""},
                        {441900, 441900, ""},
                        {420100, 429004, "organisation.jurisdiction"},
                        {420106, 420100, "organisation.jurisdiction"},
                        {420000, 0, "organisation.jurisdiction"},
                        {310000, 320102, "organisation.jurisdiction"},
                        {429004, 429005, "organisation.jurisdiction"}};
  for (const auto& [above, below, code] : cases) {
    const std::vector<Organisation> both = {org(2, kRegulator, 1, above), org(3, kRegulator, 2, below)};
    EXPECT_EQ(judged(both, 3), code) << above << " " << below;
    EXPECT_EQ(judged(both, 2), code) << "the same seen from above: " << above << " " << below;
  }
  EXPECT_EQ(judged({org(2, kRegulator, 1, 420000), org(3, OrgKind::kCentre, 2, 330000)}, 3),
            "organisation.jurisdiction")
      << "a monitoring centre acts by place, too";
  EXPECT_EQ(judged({org(2, kRegulator, 1, 420000), org(3, OrgKind::kProducer, 2, 330106)}, 3), "")
      << "where a firm is does not widen what it sees";
}

TEST(OrganisationRules, each_kind_knows_what_it_may_be_below) {
  for (const OrgKind kind : {OrgKind::kRegulator, OrgKind::kCentre, OrgKind::kLaboratory, OrgKind::kPlatform,
                             OrgKind::kMerchant, OrgKind::kProducer, OrgKind::kSeller, OrgKind::kIndustry}) {
    EXPECT_TRUE(may_stand_below(kind, OrgKind::kServer));
    EXPECT_TRUE(may_stand_below(kind, OrgKind::kRegulator));
    EXPECT_FALSE(may_stand_below(OrgKind::kServer, kind));
    EXPECT_EQ(may_stand_below(OrgKind::kRegulator, kind), kind == OrgKind::kRegulator) << org_kind_word(kind);
  }
  EXPECT_TRUE(may_stand_below(OrgKind::kMerchant, OrgKind::kPlatform));
  EXPECT_FALSE(may_stand_below(OrgKind::kPlatform, OrgKind::kMerchant));
  EXPECT_TRUE(may_stand_below(OrgKind::kCentre, OrgKind::kCentre));
  EXPECT_FALSE(may_stand_below(OrgKind::kCentre, OrgKind::kPlatform));
  EXPECT_TRUE(may_stand_below(OrgKind::kSeller, OrgKind::kProducer));
  EXPECT_FALSE(may_stand_below(OrgKind::kProducer, OrgKind::kSeller));
  EXPECT_EQ(judged({org(2, OrgKind::kPlatform, 1, 0), org(3, kRegulator, 2, 0)}, 3), "organisation.superior_kind");
}

TEST(OrganisationRules, nothing_stands_below_what_is_closed_and_the_server_stays) {
  EXPECT_EQ(judged({org(2, kRegulator, 1, 0, false), org(3, kRegulator, 2, 420000)}, 3), "organisation.closed");
  EXPECT_EQ(judged({org(2, kRegulator, 1, 0, false), org(3, kRegulator, 2, 420000)}, 2), "organisation.in_use");
  EXPECT_EQ(judged({org(2, kRegulator, 1, 0, false), org(3, kRegulator, 2, 420000, false)}, 2), "");
  EXPECT_EQ(judged({org(2, OrgKind::kServer, 1, 0)}, 2), "organisation.kind");
  EXPECT_EQ(judged({{.id = OrgId(1), .is_active = false}}, 1), "organisation.kind");
  for (const std::int32_t code : {1, 34010, 999'999, -1, 990'000})
    EXPECT_EQ(judged({org(2, OrgKind::kProducer, 1, code)}, 2), "organisation.division") << code;
}

}  // namespace
}  // namespace suyuan::identity
