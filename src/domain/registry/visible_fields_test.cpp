// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/visible_fields.h"

#include <gtest/gtest.h>

namespace suyuan::registry {

// shows: T5
TEST(VisibleFields, are_a_versioned_table_in_which_every_row_has_a_basis) {
  const FieldPolicy& policy = field_policy();
  EXPECT_EQ(policy.version, "2026-11-21.1");
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
  EXPECT_FALSE(read_field_policy("a,b,public,law,x\na,b,restricted,law,x").ok());
  EXPECT_FALSE(read_field_policy("a,b,public,rumour,x").ok());
}

}  // namespace suyuan::registry
