// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace suyuan::stats {

enum class Verdict : std::uint8_t { kQuiet = 1, kAlarm = 2, kTooLittle = 3 };

// What a method says about the last count of a series.
struct Reading {
  Verdict verdict = Verdict::kTooLittle;
  double expected = 0;  // counts a period
  double upper = 0;     // a count equal to this is still quiet; of cumulating methods the bound of `score`
  double score = 0;     // the method's own statistic; larger is more unusual
};

}  // namespace suyuan::stats
