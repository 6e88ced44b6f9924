// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/json.hpp>

#include "adapters/http/router.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

json::object schema_of(const Parameter& parameter) {
  json::object schema{{"type", parameter.type}};
  if (!parameter.choices.empty()) schema["enum"] = json::array(parameter.choices.begin(), parameter.choices.end());
  return schema;
}

std::string_view place_of(Parameter::In in) {
  switch (in) {
    case Parameter::In::kPath:
      return "path";
    case Parameter::In::kQuery:
      return "query";
    case Parameter::In::kHeader:
      return "header";
  }
  return "query";
}

json::object content_of(const std::vector<std::string>& media_types) {
  json::object content;
  for (const std::string& type : media_types) {
    const bool is_problem = type == "application/problem+json";
    const bool is_json = type.ends_with("json");
    content[type] = {{"schema", is_problem ? json::object{{"$ref", "#/components/schemas/Problem"}}
                                           : json::object{{"type", is_json ? "object" : "string"}}}};
  }
  return content;
}

json::object answers_of(const Route& route) {
  json::object answers;
  for (const Answer& answer : route.answers) {
    json::object entry{{"description", answer.meaning}};
    if (!answer.media_types.empty()) entry["content"] = content_of(answer.media_types);
    answers[std::to_string(answer.status)] = std::move(entry);
  }
  answers["default"] = {{"description", "Refused or failed: a problem document with a stable code."},
                        {"content", content_of({"application/problem+json"})}};
  return answers;
}

json::object operation_of(const Route& route) {
  json::object operation{
      {"operationId", route.operation_id}, {"summary", route.summary}, {"tags", json::array{route.tag}}};
  json::array parameters;
  for (const Parameter& parameter : route.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"in", place_of(parameter.in)},
                          {"required", parameter.required || parameter.in == Parameter::In::kPath},
                          {"description", parameter.meaning},
                          {"schema", schema_of(parameter)}});
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.body_types.empty()) {
    operation["requestBody"] = {{"required", true}, {"content", content_of(route.body_types)}};
  }
  operation["responses"] = answers_of(route);
  // Who may: docs/decisions/0007-access.md. Without a credential unless the public may.
  operation["x-act"] = identity::act_word(*route.act);
  const bool is_public = identity::permissions().of(identity::Role::kPublic, *route.act) != identity::Width::kNone;
  if (!is_public) operation["security"] = json::array{{{"key", json::array()}}, {{"session", json::array()}}};
  return operation;
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object finding{{"type", "object"},
                             {"required", json::array{"path", "code", "text"}},
                             {"properties", json::object{{"path", text}, {"code", text}, {"text", text}}}};
  return {{"type", "object"},
          {"description", "RFC 9457. `code` is stable; api/error-codes.md says what to do."},
          {"required", json::array{"type", "title", "status", "code", "detail"}},
          {"properties", json::object{{"type", text},
                                      {"title", text},
                                      {"status", json::object{{"type", "integer"}}},
                                      {"code", text},
                                      {"detail", text},
                                      {"traceId", text},
                                      {"findings", json::object{{"type", "array"}, {"items", finding}}},
                                      {"findingsTotal", json::object{{"type", "integer"}}}}}};
}

json::object security_schemes() {
  return {{"key", json::object{{"type", "http"}, {"scheme", "bearer"}, {"description", "The key of an organisation."}}},
          {"session", json::object{{"type", "apiKey"},
                                   {"in", "cookie"},
                                   {"name", "__Host-suyuan"},
                                   {"description", "Of somebody who signed in."}}}};
}

// Two blanks a level, as people compare it.
void pretty(const json::value& value, const std::string& indent, std::string& out) {
  const std::string inner = indent + "  ";
  const char* separator = "\n";
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      out += separator + inner + json::serialize(json::string(key)) + ": ";
      pretty(member, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    for (const json::value& item : *array) {
      out += separator + inner;
      pretty(item, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string Router::openapi_json(std::string_view version) const {
  std::vector<const Route*> sorted;
  for (const Route& route : routes_) sorted.push_back(&route);
  std::sort(sorted.begin(), sorted.end(), [](const Route* a, const Route* b) {
    return std::pair(a->path, a->method) < std::pair(b->path, b->method);
  });
  json::object paths;
  for (const Route* route : sorted) {
    std::string path = route->path;  // OpenAPI has no name for "the rest": {rest}
    if (const auto dots = path.find("...}"); dots != std::string::npos) path.erase(dots, 3);
    if (!paths.contains(path)) paths[path] = json::object();
    paths[path].as_object()[ascii_lower(route->method)] = operation_of(*route);
  }
  const json::object document{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Suyuan 溯源"},
                            {"version", version},
                            {"summary", "Product risk and traceability: events in, the chain out."},
                            {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", json::object{{"Problem", problem_schema()}}},
                                  {"securitySchemes", security_schemes()}}}};
  std::string text;
  pretty(document, "", text);
  return text + "\n";
}

}  // namespace suyuan::http
