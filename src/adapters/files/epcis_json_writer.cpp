// SPDX-License-Identifier: Apache-2.0
// Events as EPCIS 2.0 JSON-LD.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/files/epcis_writer.h"
#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan {

namespace {

using trace::Node;

// The prefixes of GS1's epcis-context.jsonld.
const std::map<std::string, std::string>& standard_prefixes() {
  static const std::map<std::string, std::string> kStandard = {{"epcis", "https://ref.gs1.org/epcis/"},
                                                               {"cbv", "https://ref.gs1.org/cbv/"},
                                                               {"gs1", "https://gs1.org/voc/"},
                                                               {"cbvmda", "urn:epcglobal:cbv:mda:"},
                                                               {"xsd", "http://www.w3.org/2001/XMLSchema#"},
                                                               {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                                                               {"owl", "http://www.w3.org/2002/07/owl#"},
                                                               {"dcterms", "http://purl.org/dc/terms/"}};
  return kStandard;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

// A term that a context defines by itself: {"colour": "https://ns.example.cn/colour"}.
bool is_term(const Node& node) {
  const std::string& ns = node.ns;
  return node.name.find(':') == std::string::npos && ns.size() > node.name.size() && ns.ends_with(node.name) &&
         std::string_view("/#:").find(ns[ns.size() - node.name.size() - 1]) != std::string_view::npos;
}

class JsonEvent {
 public:
  Result<std::string> write(const Node& event) {
    std::string members;
    for (const Node& child : event.children) {
      if (child.name == "@context") continue;
      if (!members.empty()) members += ',';
      member(child, "", members);
    }
    std::string out = "{";
    const std::string own = context(event.find("@context"));
    if (!own.empty()) out += "\"@context\":" + own + ",";
    return out + members + "}";
  }

 private:
  void member(const Node& node, std::string_view list, std::string& out) {
    append_string(out, name_of(node));
    out += ':';
    value(node, list, out);
  }

  std::string name_of(const Node& node) {
    if (node.ns.empty() || node.name.starts_with("@")) return node.name;
    if (is_term(node)) {
      terms_[node.name] = node.ns;
      return node.name;
    }
    const bool whole_uri = node.name.size() > node.ns.size() && node.name.starts_with(node.ns);
    if (whole_uri) return node.name;
    return prefixes_.of(node.ns, prefix_of(node)) + ":" + std::string(local_name(node));
  }

  void value(const Node& node, std::string_view list, std::string& out) {
    switch (node.kind) {
      case Node::Kind::kNull:
        out += "null";
        return;
      case Node::Kind::kBool:
      case Node::Kind::kNumber:
        out += node.text;
        return;
      case Node::Kind::kText:
        append_string(out, text_of(node, list));
        return;
      case Node::Kind::kList:
      case Node::Kind::kObject:
        break;
    }
    const bool is_list = node.kind == Node::Kind::kList;
    out += is_list ? '[' : '{';
    bool first = true;
    for (const Node& child : node.children) {
      if (!first) out += ',';
      first = false;
      if (!is_list)
        member(child, list, out);
      else if (node.name == "set" || node.name == "unset")
        append_string(out, word(node.name, child.text, list));
      else
        value(child, node.name, out);
    }
    out += is_list ? ']' : '}';
  }

  std::string text_of(const Node& node, std::string_view list) {
    const bool of_sensor = list == "sensorReport" && (node.name == "type" || node.name == "exception");
    if (of_sensor && node.text.starts_with("gs1:")) return node.text.substr(4);
    return node.ns.empty() ? word(node.name, node.text, list) : node.text;
  }

  // "shipping" for what CBV names, in whatever way; all else as it came.
  static std::string word(std::string_view field, const std::string& text, std::string_view list) {
    const std::string canonical = cbv_value(list, field, text);
    const std::string_view bare = trace::bare_word(canonical);
    return canonical.empty() || bare == canonical || cbv_value(list, field, bare) != canonical ? text
                                                                                               : std::string(bare);
  }

  // The event's own context, and what its fields need beside it.
  std::string context(const Node* own) {
    std::string needed;
    const std::map<std::string, std::string>* const both[] = {&prefixes_.declared(), &terms_};
    for (const auto* names : both) {
      for (const auto& [prefix, ns] : *names) {
        if (!needed.empty()) needed += ',';
        append_string(needed, prefix);
        needed += ':';
        append_string(needed, ns);
      }
    }
    std::string parts;
    if (own != nullptr) value(*own, "", parts);
    if (own != nullptr && own->kind == Node::Kind::kList) parts = parts.substr(1, parts.size() - 2);
    if (needed.empty()) return own == nullptr ? "" : "[" + parts + "]";
    return "[" + parts + (parts.empty() ? "{" : ",{") + needed + "}]";
  }

  Prefixes prefixes_{standard_prefixes()};
  std::map<std::string, std::string> terms_;
};

}  // namespace

Result<std::string> write_event_json(const trace::Node& event) { return JsonEvent().write(event); }

}  // namespace suyuan
