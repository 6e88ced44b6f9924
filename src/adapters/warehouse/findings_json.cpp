// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/findings_json.h"

#include <boost/json.hpp>

namespace suyuan {

namespace json = boost::json;

std::string findings_json(const std::vector<Finding>& findings) {
  json::array list;
  for (const Finding& finding : findings)
    list.push_back(json::object{{"path", finding.path}, {"code", finding.code}, {"text", finding.text}});
  return json::serialize(list);
}

std::vector<Finding> findings_of_json(std::string_view text) {
  std::vector<Finding> findings;
  boost::system::error_code failed;
  const json::value list = json::parse(json::string_view(text.data(), text.size()), failed);
  if (failed || !list.is_array()) return findings;
  const auto member = [](const json::value& each, const char* name) {
    const json::value* value = each.is_object() ? each.as_object().if_contains(name) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  };
  for (const json::value& each : list.as_array())
    findings.push_back({member(each, "path"), member(each, "code"), member(each, "text")});
  return findings;
}

}  // namespace suyuan
