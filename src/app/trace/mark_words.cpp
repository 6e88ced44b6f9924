// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "app/trace/mark.h"
#include "domain/trace/fact.h"

namespace suyuan {

namespace {

struct Deed {
  std::string_view word, chinese, english;
};

constexpr std::array<Deed, 18> kDeeds = {{
    {"observed", "观察到", "observed"},
    {"commissioned", "赋码", "commissioned"},
    {"ended", "终结", "ended"},
    {"packed", "装入", "packed"},
    {"unpacked", "取出", "unpacked"},
    {"installed", "安装", "installed"},
    {"removed", "拆下", "removed"},
    {"transformed", "投入加工", "transformed"},
    {"documented", "关联单据", "documented"},
    {"declaredWrong", "被声明有误", "declared wrong"},
    {"shipped", "发货", "shipped"},
    {"departed", "启运", "departed"},
    {"transported", "运输中", "transported"},
    {"received", "收货", "received"},
    {"arrived", "到达", "arrived"},
    {"accepted", "验收", "accepted"},
    {"sold", "零售", "sold"},
    {"rechecked", "复核", "rechecked"},
}};

std::size_t deed(const trace::StoredEvent& event) {
  using trace::Action;
  using trace::EventType;
  if (event.is_declaration) return 9;
  const auto movement = trace::movement_of(event.biz_step);
  if (movement != trace::Movement::kNone) return 9 + static_cast<std::size_t>(movement);
  const bool ends = event.action == Action::kDelete, adds = event.action == Action::kAdd;
  switch (event.type) {
    case EventType::kAggregation:
      return ends ? 4 : adds ? 3 : 0;
    case EventType::kAssociation:
      return ends ? 6 : adds ? 5 : 0;
    case EventType::kTransformation:
      return 7;
    case EventType::kTransaction:
      return 8;
    default:
      return ends ? 2 : adds ? 1 : 0;
  }
}

}  // namespace

std::string_view deed_word(const trace::StoredEvent& event) { return kDeeds[deed(event)].word; }
std::string_view deed_name(const trace::StoredEvent& event, bool english) {
  return english ? kDeeds[deed(event)].english : kDeeds[deed(event)].chinese;
}

}  // namespace suyuan
