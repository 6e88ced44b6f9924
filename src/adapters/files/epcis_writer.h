// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "app/ports/event_writer.h"

// Events and answers as JSON-LD and XML, from the tree that both readers make: what is written here reads back as the
// same event, with the same event hash. What has no place in the other syntax: docs/leniencies.md.
namespace suyuan {

const EventWriter& epcis_writer();

// The two crafts behind it.
Result<std::string> write_event_json(const trace::Node& event);
Result<std::string> write_event_xml(const trace::Node& event, CbvForm cbv);

// The prefixes that one event needs for its extension fields. The sender's own are kept where they can be.
class Prefixes {
 public:
  // Standard ones are known to every reader of the syntax; they are used, and not declared again.
  explicit Prefixes(std::map<std::string, std::string> standard);
  // The prefix of a namespace; a new one where `wanted` is taken by another namespace.
  const std::string& of(const std::string& ns, std::string_view wanted);
  // prefix -> namespace, without the standard ones.
  const std::map<std::string, std::string>& declared() const { return declared_; }

 private:
  std::map<std::string, std::string> standard_, declared_, by_namespace_;
  std::set<std::string> used_;
};

// "colour" of "example:colour", of "https://ns.example.cn/colour" in the namespace "https://ns.example.cn/", and of
// "colour".
std::string_view local_name(const trace::Node& extension);
// "example" of "example:colour"; "" when it has none.
std::string_view prefix_of(const trace::Node& extension);

// Canonical CBV value of a field that holds one ("" when it holds none): "https://ref.gs1.org/cbv/BizStep-shipping".
// `list` is the name of the list that the field stands in: its "type" is of that list.
std::string cbv_value(std::string_view list, std::string_view field, std::string_view value);

}  // namespace suyuan
