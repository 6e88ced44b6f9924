// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "app/trace/recall.h"

namespace suyuan {

inline std::string_view unknown_word(RecallAnswer::Unknown::Why why) {
  switch (why) {
    case RecallAnswer::Unknown::Why::kNeverReceived:
      return "never_received";
    case RecallAnswer::Unknown::Why::kTooMuchOut:
      return "too_much_out";
    default:
      return "no_holder";
  }
}

inline std::string_view unknown_sentence(RecallAnswer::Unknown::Why why, bool english) {
  switch (why) {
    case RecallAnswer::Unknown::Why::kNeverReceived:
      return english ? "shipped, and nobody reported that it arrived" : "已发货，无人报告收到";
    case RecallAnswer::Unknown::Why::kTooMuchOut:
      return english ? "more left than had come: amounts are missing" : "发出多于收到：数量记录有缺";
    default:
      return english ? "no record says where it is" : "没有记录说明现在何处";
  }
}

}  // namespace suyuan
