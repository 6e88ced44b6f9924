// SPDX-License-Identifier: Apache-2.0
// What both writers need: prefixes, names and CBV values.
#include <fmt/format.h>

#include <optional>

#include "adapters/files/epcis_writer.h"
#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan {

namespace {

using trace::Vocabulary;

// NCName of XML, ASCII and beyond; what JSON-LD takes for a prefix is less strict.
bool is_prefix(std::string_view text) {
  if (text.empty() || ascii_lower(text).starts_with("xml")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    if (!letter && (i == 0 || !(('0' <= c && c <= '9') || c == '-' || c == '.'))) return false;
  }
  return true;
}

std::optional<Vocabulary> vocabulary_of(std::string_view list, std::string_view field) {
  if (field == "bizStep") return Vocabulary::kBizStep;
  if (field == "disposition" || field == "set" || field == "unset") return Vocabulary::kDisposition;
  if (field == "reason") return Vocabulary::kErrorReason;
  if (field == "component") return Vocabulary::kComponent;
  if (field != "type") return std::nullopt;
  if (list == "bizTransactionList") return Vocabulary::kTransactionType;
  if (list == "sourceList" || list == "destinationList") return Vocabulary::kSourceDestType;
  return std::nullopt;
}

}  // namespace

Prefixes::Prefixes(std::map<std::string, std::string> standard) : standard_(std::move(standard)) {
  for (const auto& [prefix, ns] : standard_) by_namespace_.emplace(ns, prefix);
}

const std::string& Prefixes::of(const std::string& ns, std::string_view wanted) {
  if (const auto known = by_namespace_.find(ns); known != by_namespace_.end()) {
    used_.insert(known->second);
    return known->second;
  }
  std::string prefix(is_prefix(wanted) ? wanted : "ns1");
  for (int i = 1; used_.contains(prefix); ++i) prefix = fmt::format("ns{}", i);
  // The sender may mean something else by a standard prefix; then the standard one gets another.
  if (const auto standard = standard_.find(prefix); standard != standard_.end()) by_namespace_.erase(standard->second);
  used_.insert(prefix);
  declared_.emplace(prefix, ns);
  return by_namespace_.emplace(ns, std::move(prefix)).first->second;
}

std::string_view local_name(const trace::Node& extension) {
  const std::string_view name = extension.name;
  if (!extension.ns.empty() && name.size() > extension.ns.size() && name.starts_with(extension.ns))
    return name.substr(extension.ns.size());
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view prefix_of(const trace::Node& extension) {
  const std::string_view name = extension.name;
  const std::size_t colon = name.find(':');
  const bool whole_uri = name.size() > extension.ns.size() && name.starts_with(extension.ns);
  return colon == std::string_view::npos || whole_uri ? std::string_view() : name.substr(0, colon);
}

std::string cbv_value(std::string_view list, std::string_view field, std::string_view value) {
  const auto vocabulary = vocabulary_of(list, field);
  if (!vocabulary) return {};
  return trace::canonical_value(*vocabulary, trim(value)).value_or(std::string());
}

}  // namespace suyuan
