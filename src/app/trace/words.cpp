// SPDX-License-Identifier: Apache-2.0
#include "app/trace/words.h"

#include <algorithm>

#include "domain/trace/vocabulary.h"

namespace suyuan {

using trace::Action;
using trace::Direction;
using trace::EdgeKind;
using trace::EventType;
using trace::Missing;
using trace::Reach;
using trace::Role;

std::string_view direction_word(Direction direction) {
  return direction == Direction::kBack ? "back" : direction == Direction::kForward ? "forward" : "both";
}

std::string_view reach_word(Reach reach) {
  switch (reach) {
    case Reach::kStart:
      return "start";
    case Reach::kGoods:
      return "goods";
    case Reach::kLotOf:
      return "lotOf";
    case Reach::kCarrier:
      break;
  }
  return "carrier";
}

std::string_view edge_word(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kContained:
      return "contained";
    case EdgeKind::kAssociated:
      return "associated";
    case EdgeKind::kInput:
      return "input";
    case EdgeKind::kOutput:
      return "output";
    case EdgeKind::kMember:
      break;
  }
  return "member";
}

std::string_view role_word(Role role) {
  constexpr std::string_view kWords[] = {"",
                                         "subject",
                                         "parent",
                                         "child",
                                         "input",
                                         "output",
                                         "transformation",
                                         "readPoint",
                                         "bizLocation",
                                         "sourceOwner",
                                         "sourcePossessor",
                                         "sourceLocation",
                                         "destinationOwner",
                                         "destinationPossessor",
                                         "destinationLocation",
                                         "transaction",
                                         "lot"};
  return kWords[static_cast<std::size_t>(role)];
}

std::string_view type_word(EventType type) {
  constexpr std::string_view kWords[] = {
      "", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};
  return kWords[static_cast<std::size_t>(type)];
}

std::string_view action_word(Action action) {
  return action == Action::kAdd       ? "ADD"
         : action == Action::kObserve ? "OBSERVE"
         : action == Action::kDelete  ? "DELETE"
                                      : "";
}

std::string_view missing_word(Missing::Kind kind) {
  switch (kind) {
    case Missing::Kind::kNeverReceived:
      return "neverReceived";
    case Missing::Kind::kNoSource:
      return "noSource";
    case Missing::Kind::kTooMuchOut:
      return "tooMuchOut";
    case Missing::Kind::kNoHolder:
      return "noHolder";
    case Missing::Kind::kNoInputs:
      break;
  }
  return "noInputs";
}

std::string_view level_word(codes::Level level, bool english) {
  switch (level) {
    case codes::Level::kItem:
      return english ? "item" : "单品";
    case codes::Level::kLot:
      return english ? "lot" : "批次";
    case codes::Level::kClass:
      return english ? "class" : "品种";
    case codes::Level::kPlace:
      return english ? "place" : "地点";
    case codes::Level::kParty:
      return english ? "party" : "主体";
    case codes::Level::kDocument:
      return english ? "document" : "单证";
    case codes::Level::kOther:
      break;
  }
  return english ? "other" : "其他";
}

std::string_view missing_sentence(Missing::Kind kind, bool english) {
  switch (kind) {
    case Missing::Kind::kNeverReceived:
      return english ? "was shipped, and nobody reported receiving it" : "已发货，但没有收货记录";
    case Missing::Kind::kNoSource:
      return english ? "appears without a source" : "没有来源记录";
    case Missing::Kind::kTooMuchOut:
      return english ? "more of it left than came" : "流出数量多于流入数量";
    case Missing::Kind::kNoHolder:
      return english ? "no record says where it is" : "没有记录说明现在何处";
    case Missing::Kind::kNoInputs:
      break;
  }
  return english ? "a process with inputs or outputs only" : "加工记录缺少投入或产出";
}

std::string_view reach_sentence(Reach reach, bool english) {
  switch (reach) {
    case Reach::kStart:
      return english ? "asked for" : "查询对象";
    case Reach::kGoods:
      return english ? "goods" : "相关产品";
    case Reach::kLotOf:
      return english ? "lot of the item" : "所属批次";
    case Reach::kCarrier:
      break;
  }
  return english ? "carried it for a while" : "曾装载";
}

std::string_view step_name(std::string_view canonical, bool english) {
  struct Name {
    std::string_view word, chinese;
  };
  constexpr Name kNames[] = {{"commissioning", "赋码"},
                             {"shipping", "发货"},
                             {"receiving", "收货"},
                             {"packing", "装箱"},
                             {"unpacking", "拆箱"},
                             {"retail_selling", "零售"},
                             {"departing", "离开"},
                             {"arriving", "到达"},
                             {"transporting", "运输"},
                             {"inspecting", "检验"},
                             {"storing", "入库"},
                             {"accepting", "验收"},
                             {"installing", "安装"},
                             {"removing", "拆下"},
                             {"assembling", "组装"},
                             {"decommissioning", "注销"},
                             {"destroying", "销毁"},
                             {"holding", "暂存"},
                             {"loading", "装车"},
                             {"unloading", "卸车"},
                             {"picking", "拣货"},
                             {"repackaging", "重新包装"},
                             {"creating_class_instance", "批次生产"}};
  const std::string_view word = trace::bare_word(canonical);
  if (english) return word;
  const auto* found =
      std::find_if(std::begin(kNames), std::end(kNames), [&](const Name& each) { return each.word == word; });
  return found == std::end(kNames) ? word : found->chinese;
}

}  // namespace suyuan
