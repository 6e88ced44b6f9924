// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/visible_fields.h"

#include <gtest/gtest.h>

namespace suyuan::registry {

// shows: T5
TEST(VisibleFields, are_a_versioned_table_in_which_every_row_has_a_basis) {
  const FieldPolicy& policy = field_policy();
  EXPECT_EQ(policy.version, "2026-11-21.2");
  EXPECT_GE(policy.rules.size(), 20U);
  for (const FieldRule& rule : policy.rules) EXPECT_FALSE(rule.basis.empty()) << rule.field;
}

// shows: T5
TEST(VisibleFields, hide_what_no_rule_names) {
  EXPECT_FALSE(field_policy().is_public("cbvmda:somethingNew"));
  EXPECT_FALSE(field_policy().is_public("https://other.example/ns/model"));
  EXPECT_FALSE(field_policy().is_public(""));
}

TEST(VisibleFields, hide_trading_partners_and_contacts) {
  for (const auto* field : {"cbvmda:name", "suyuan:phone", "suyuan:contact", "suyuan:customer"}) {
    EXPECT_FALSE(field_policy().is_public(field)) << field;
  }
  EXPECT_TRUE(field_policy().is_public("suyuan:model"));
}

TEST(VisibleFields, know_a_field_in_every_spelling) {
  EXPECT_EQ(field_name("urn:epcglobal:cbv:mda#name"), "cbvmda:name");
  EXPECT_EQ(field_name("https://suyuan.example/ns/model"), "suyuan:model");
  EXPECT_EQ(field_name("https://other.example/ns/model"), "https://other.example/ns/model");
}

TEST(VisibleFields, refuse_a_row_that_leaves_doubt) {
  EXPECT_FALSE(read_field_policy("a,b,maybe,law,x").ok());
  EXPECT_FALSE(read_field_policy("a,b,public").ok());
  EXPECT_FALSE(read_field_policy("a,b,public,law,x\na,b,commercial,law,x").ok());
  EXPECT_FALSE(read_field_policy("a,b,public,rumour,x").ok());
  EXPECT_FALSE(read_field_policy("a,b,personal,law,x").ok());
  EXPECT_FALSE(read_field_policy("a,b,personal,law,x,colour").ok());
  EXPECT_FALSE(read_field_policy("a,b,public,law,x,name").ok());
  EXPECT_TRUE(read_field_policy("a,b,personal,law,x,name").ok());
}

// shows: T10
TEST(VisibleFields, say_which_are_about_a_person_in_every_spelling) {
  EXPECT_EQ(personal_field("https://suyuan.example/ns/consumerPhone"), PersonalKind::kPhone);
  EXPECT_EQ(personal_field("suyuan:contact"), PersonalKind::kName);
  EXPECT_EQ(personal_field("https://gs1.org/voc/telephone"), PersonalKind::kPhone);
  EXPECT_FALSE(personal_field("suyuan:model"));
  EXPECT_FALSE(personal_field("urn:epcglobal:cbv:mda#name"));
  for (const FieldRule& rule : field_policy().rules)
    EXPECT_EQ(rule.visibility == Visibility::kPersonal, personal_field(rule.field).has_value()) << rule.field;
}

// shows: T10
TEST(VisibleFields, take_what_looks_like_a_person_for_one_where_no_rule_names_the_field) {
  EXPECT_EQ(personal_attribute("https://other.example/tel", "138 0013 8000"), PersonalKind::kPhone);
  EXPECT_EQ(personal_attribute("urn:example:x", "110101184910011232"), PersonalKind::kCitizen);
  EXPECT_FALSE(personal_attribute("urn:example:x", "110101184910011233"));
  EXPECT_FALSE(personal_attribute("suyuan:reportNumber", "13800138000")) << "its rule says public";
}

}  // namespace suyuan::registry
