// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(Secrets, a_password_is_hidden_wherever_an_address_has_it) {
  const std::pair<const char*, const char*> texts[] = {
      {"postgresql://u:geheim@h:5432/d", "postgresql://u:***@h:5432/d"},
      {"postgresql://u@h:5432/d", "postgresql://u@h:5432/d"},
      {"postgresql://h:5432/d?user=u&password=geheim&sslmode=require",
       "postgresql://h:5432/d?user=u&password=***&sslmode=require"},
      {"postgresql:///d?sslpassword=geheim", "postgresql:///d?sslpassword=***"},
      {"postgresql://u:ge@he/i?m@h/d", "postgresql://u:***@h/d"},
      {"not expected: --databse postgresql://u:geheim@h/d more", "not expected: --databse postgresql://u:***@h/d more"},
      {"somebody@example.org says nothing", "somebody@example.org says nothing"},
      {"", ""}};
  for (const auto& [text, shown] : texts) EXPECT_EQ(without_passwords(text), shown);
}

}  // namespace
}  // namespace suyuan
