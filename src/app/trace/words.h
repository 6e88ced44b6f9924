// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "app/trace/trace.h"

// Stable words of the trace answer (docs/formats/trace-answer.md), and what people read.
namespace suyuan {

std::string_view direction_word(trace::Direction direction);
std::string_view reach_word(trace::Reach reach);
std::string_view edge_word(trace::EdgeKind kind);
std::string_view role_word(trace::Role role);
std::string_view type_word(trace::EventType type);
std::string_view action_word(trace::Action action);
std::string_view missing_word(trace::Missing::Kind kind);
std::string_view level_word(codes::Level level, bool english);

// Sentences for people.
std::string_view missing_sentence(trace::Missing::Kind kind, bool english);
std::string_view reach_sentence(trace::Reach reach, bool english);
// "发货" / "shipping" of a canonical business step; a step of the sender's own as it is.
std::string_view step_name(std::string_view canonical, bool english);

}  // namespace suyuan
