// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/personal.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace suyuan {

namespace {

using registry::PersonalKind;
using trace::Node;
using trace::PersonalValue;

constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      quoted.append(1, '\\').append(1, c);
    else if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

struct Described {
  std::string subject, attribute;
};

// By the path of the member "attribute".
std::unordered_map<std::string, Described> described_in(const Node& header) {
  std::unordered_map<std::string, Described> all;
  const Node* at = &header;
  for (const auto* step : {"epcisHeader", "epcisMasterData", "vocabularyList"})
    if (at != nullptr) at = at->find(step);
  if (at == nullptr) return all;
  const auto text_of = [](const Node* node) { return node == nullptr ? std::string() : node->text; };
  for (const Node& vocabulary : at->children) {
    const Node* elements = vocabulary.find("vocabularyElementList");
    if (elements == nullptr) continue;
    for (const Node& element : elements->children) {
      const Node* attributes = element.find("attributes");
      if (attributes == nullptr) continue;
      for (const Node& attribute : attributes->children)
        if (const Node* value = attribute.find("attribute"))
          all[value->path] = {text_of(element.find("id")), text_of(attribute.find("id"))};
    }
  }
  return all;
}

// "…/attributes/3/attribute/deeper" -> "…/attributes/3/attribute"
std::string attribute_path(const std::string& path) {
  constexpr std::string_view kList = "/attributes/", kValue = "/attribute";
  const std::size_t list = path.find(kList, kJsonVocabularies.size());
  const std::size_t value = list == std::string::npos ? list : path.find(kValue, list + kList.size());
  return value == std::string::npos ? path : path.substr(0, value + kValue.size());
}

// Finds what is about people in the tree of an XML document.
class XmlFinder {
 public:
  XmlFinder(std::string_view bytes, const trace::RawDocument& document) : bytes_(bytes), document_(document) {}

  void look(const XmlElement& element) {
    const auto around = at_;
    if (next_ < document_.events.size() && document_.events[next_].begin == element.begin) {
      at_.about = PersonalValue::About::kEvent;
      at_.event = next_++;
    } else if (element.name.local == "VocabularyElement") {
      at_.about = PersonalValue::About::kMasterData;
      at_.subject = attribute(element, "id");
    }
    const auto kind = kind_of(element);
    look_at_attributes(element, kind);
    if (kind)
      take(element, *kind);
    else
      for (const XmlElement& child : element.children) look(child);
    at_ = around;
  }

  std::vector<PersonalValue> found() {
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return std::move(found_);
  }

 private:
  static std::string attribute(const XmlElement& element, std::string_view name) {
    for (const XmlAttribute& each : element.attributes)
      if (each.name.ns.empty() && each.name.local == name) return std::string(trim(each.value));
    return {};
  }

  std::optional<PersonalKind> kind_of(const XmlElement& element) const {
    if (!element.name.ns.empty()) return registry::personal_field(element.name.ns + element.name.local);
    if (at_.about != PersonalValue::About::kMasterData || element.name.local != "attribute") return std::nullopt;
    return registry::personal_attribute(attribute(element, "id"), element.text);
  }

  // All that stands inside: text, comments, elements.
  void take(const XmlElement& element, PersonalKind kind) {
    if (element.text_begin >= element.text_end) return;
    const std::string value = element.children.empty() ? element.text : std::string();
    const std::string shown = element.children.empty() ? registry::mask(kind, value) : std::string("***");
    add(element.text_begin, element.text_end, xml_text(shown), value, element.path);
  }

  // expat does not say where an attribute stands, only that they come in this order.
  void look_at_attributes(const XmlElement& element, std::optional<PersonalKind> of_element) {
    const bool any = of_element || std::any_of(element.attributes.begin(), element.attributes.end(),
                                               [](const XmlAttribute& each) { return !each.name.ns.empty(); });
    if (!any) return;
    std::size_t number = 0, at = bytes_.find_first_of(" \t\r\n/>", element.begin);
    while (at < element.text_begin && number < element.attributes.size()) {
      at = bytes_.find_first_not_of(" \t\r\n", at);
      const std::size_t equals = bytes_.find('=', at), open = bytes_.find_first_of("\"'", equals);
      if (open >= element.text_begin) return;
      const std::string_view name = bytes_.substr(at, equals - at);
      const std::size_t close = bytes_.find(bytes_[open], open + 1);
      if (!name.starts_with("xmlns:") && trim(name) != "xmlns")
        judge_attribute(element, element.attributes[number++], open + 1, close, of_element);
      at = close + 1;
    }
  }

  void judge_attribute(const XmlElement& element, const XmlAttribute& each, std::size_t begin, std::size_t end,
                       std::optional<PersonalKind> of_element) {
    if (each.name.ns == kSchemaInstance || begin >= end) return;
    auto kind = each.name.ns.empty() ? std::nullopt : registry::personal_field(each.name.ns + each.name.local);
    const bool is_id_of_datum = element.name.ns.empty();
    if (!kind && of_element && !is_id_of_datum) kind = PersonalKind::kOther;
    if (kind)
      add(begin, end, xml_text(registry::mask(*kind, each.value)), each.value,
          element.path + "/@" + each.name.written());
  }

  void add(std::size_t begin, std::size_t end, std::string masked, std::string value, std::string path) {
    PersonalValue one = at_;
    one.begin = begin;
    one.end = end;
    one.masked = std::move(masked);
    one.value = std::move(value);
    one.path = std::move(path);
    found_.push_back(std::move(one));
  }

  std::string_view bytes_;
  const trace::RawDocument& document_;
  std::size_t next_ = 0;  // of the events
  PersonalValue at_;      // what the elements here are about
  std::vector<PersonalValue> found_;
};

}  // namespace

std::optional<PersonalKind> personal_member(const Node& node) {
  const std::size_t colon = node.name.find(':');
  if (colon == std::string::npos && node.ns.empty()) return std::nullopt;
  if (auto kind = registry::personal_field(node.name)) return kind;
  if (node.ns.empty()) return std::nullopt;
  return registry::personal_field(colon == std::string::npos ? node.ns : node.ns + node.name.substr(colon + 1));
}

std::size_t end_of_json_value(std::string_view bytes, std::size_t begin) {
  if (bytes[begin] != '"') return std::min(bytes.find_first_of(" \t\r\n,]}", begin), bytes.size());
  std::size_t i = begin + 1;
  while (i < bytes.size() && bytes[i] != '"') i += bytes[i] == '\\' ? 2 : 1;
  return std::min(i + 1, bytes.size());
}

void are_of_event(std::vector<JsonSpot>& spots, std::size_t first, std::size_t event) {
  for (std::size_t i = first; i < spots.size(); ++i) {
    spots[i].value.about = PersonalValue::About::kEvent;
    spots[i].value.event = event;
  }
}

std::vector<PersonalValue> judge_spots(std::vector<JsonSpot> spots, const Node& header) {
  std::vector<PersonalValue> found;
  std::unordered_map<std::string, Described> described;
  for (JsonSpot& spot : spots) {
    PersonalValue& value = spot.value;
    if (value.about != PersonalValue::About::kEvent && value.path.starts_with(kJsonVocabularies)) {
      if (described.empty()) described = described_in(header);
      const Described& of = described[attribute_path(value.path)];
      value.about = PersonalValue::About::kMasterData;
      value.subject = of.subject;
      if (!spot.kind) spot.kind = registry::personal_attribute(of.attribute, value.value);
    }
    if (!spot.kind || value.value.empty()) continue;
    value.masked = json_text(registry::mask(*spot.kind, value.value));
    found.push_back(std::move(value));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  return found;
}

std::vector<PersonalValue> find_personal_xml(std::string_view bytes, const XmlElement& root,
                                             const trace::RawDocument& document) {
  XmlFinder finder(bytes, document);
  finder.look(root);
  return finder.found();
}

}  // namespace suyuan
