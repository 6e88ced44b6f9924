// SPDX-License-Identifier: Apache-2.0
// The same random documents told to both engines: every question gets the same answer, numbers included.
#include "random_world.h"

namespace suyuan::storage {
namespace {

class EnginesAgree : public SameAnswers {
 protected:
  void SetUp() override {
    for (const Engine& engine : {sqlite("sqlite", small_runs()), postgres("postgres", {})}) {
      auto opened = engine.open(folder_.path(), clock_);
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      stores_.push_back(std::move(*opened));
    }
  }
};

TEST_F(EnginesAgree, about_every_question) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_NO_FATAL_FAILURE(tell(60));
    ASSERT_NO_FATAL_FAILURE(ask_everything());
  }
}

}  // namespace
}  // namespace suyuan::storage
