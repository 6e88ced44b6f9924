// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/codes/identity.h"
#include "domain/trace/findings.h"
#include "domain/trace/vocabulary.h"

// Single fields of an event, read with a finding instead of an exception. Every reader answers nothing when the field
// is missing or wrong; only the latter leaves a finding.
namespace suyuan::trace {

bool is_extension(const Node& node);  // a member with a namespace of its own

std::optional<std::string> read_text(const Node& node, Findings& findings);
std::optional<ZonedInstant> read_time(const Node& node, Findings& findings);
std::optional<Decimal> read_number(const Node& node, Findings& findings);
// Two or three capitals or digits, as the codes of UN/ECE Recommendation 20 are; the code itself is not looked up.
std::optional<std::string> read_unit(const Node& node, Findings& findings);
std::optional<codes::EpcisId> read_id(const Node& node, Findings& findings);
std::optional<std::string> read_word(const Node& node, Vocabulary vocabulary, Findings& findings);
// An absolute URI, or a CURIE of a known prefix.
bool read_uri(const Node& node, Findings& findings);

bool expect_object(const Node& node, Findings& findings);
bool expect_list(const Node& node, Findings& findings);
// Members beside those named and extensions are findings, with the nearest name.
void expect_only(const Node& node, std::initializer_list<std::string_view> names, Findings& findings);
void missing(const Node& parent, std::string_view member, std::string_view what, Findings& findings);

}  // namespace suyuan::trace
