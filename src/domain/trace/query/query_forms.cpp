// SPDX-License-Identifier: Apache-2.0
// The two forms in which a query comes: an address, and a JSON object.
#include <fmt/format.h>

#include "base/text.h"
#include "domain/trace/query/query.h"

namespace suyuan::trace {

namespace {

void add_prefixes(const Node& context, Prefixes& prefixes) {
  if (context.kind == Node::Kind::kList) {
    for (const Node& each : context.children) add_prefixes(each, prefixes);
  }
  if (context.kind != Node::Kind::kObject) return;
  for (const Node& entry : context.children) {
    if (entry.name.starts_with("@")) continue;
    const Node* id = entry.kind == Node::Kind::kObject ? entry.find("@id") : &entry;
    if (id != nullptr && id->kind == Node::Kind::kText) prefixes[entry.name] = id->text;
  }
}

bool is_scalar(const Node& node) { return node.kind != Node::Kind::kObject && node.kind != Node::Kind::kList; }

}  // namespace

std::vector<QueryParameter> parameters_of_address(std::span<const std::pair<std::string, std::string>> pairs) {
  std::vector<QueryParameter> parameters;
  for (const auto& [name, value] : pairs) {
    const auto read = read_parameter_name(name, {});
    QueryParameter parameter{name, {}};
    if (!read || !takes_list(*read)) {
      parameter.values.push_back(value);
    } else {
      for (const std::string_view each : split(value, '|')) parameter.values.emplace_back(each);
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<QueryBody> read_query_body(const Node& query) {
  QueryBody body;
  Error error{ErrorKind::kInvalid, "query.parameter", "The query is no JSON object of parameters."};
  if (query.kind != Node::Kind::kObject) return error;
  for (const Node& member : query.children) {
    if (member.name == "@context") {
      add_prefixes(member, body.prefixes);
      continue;
    }
    QueryParameter parameter{member.name, {}};
    bool sound = member.kind != Node::Kind::kObject;
    if (is_scalar(member) && member.kind != Node::Kind::kNull) parameter.values.push_back(member.text);
    for (const Node& item : member.children) {
      sound = sound && is_scalar(item) && item.kind != Node::Kind::kNull;
      parameter.values.push_back(item.text);
    }
    if (!sound)
      error.findings.push_back(
          {excerpt(member.name, 120), error.code,
           "A text, a number, true or false, or a list of these is expected; seen an object or a list of other "
           "things."});
    body.parameters.push_back(std::move(parameter));
  }
  if (error.findings.empty()) return body;
  error.text = fmt::format("The query is wrong in {} parameters. {}: {}", error.findings.size(), error.findings[0].path,
                           error.findings[0].text);
  return error;
}

}  // namespace suyuan::trace
