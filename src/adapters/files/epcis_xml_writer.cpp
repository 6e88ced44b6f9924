// SPDX-License-Identifier: Apache-2.0
// Events as EPCIS 2.0 XML, elements in the order of EPCglobal-epcis-2_0.xsd.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "adapters/files/epcis_writer.h"
#include "base/decimal.h"
#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan {

namespace {

using trace::Node;

constexpr std::string_view kHead[] = {"eventTime", "recordTime",       "eventTimeZoneOffset",
                                      "eventID",   "errorDeclaration", "certificationInfo"};
constexpr std::string_view kObject[] = {"epcList"};
constexpr std::string_view kAggregation[] = {"parentID", "childEPCs"};
constexpr std::string_view kAssociation[] = {"parentID", "childEPCs", "childQuantityList"};
constexpr std::string_view kTransaction[] = {"bizTransactionList", "parentID", "epcList"};
constexpr std::string_view kTransformation[] = {"inputEPCList", "inputQuantityList", "outputEPCList",
                                                "outputQuantityList", "transformationID"};
constexpr std::string_view kTail[] = {
    "action",       "bizStep",           "disposition", "readPoint",       "bizLocation",       "bizTransactionList",
    "quantityList", "childQuantityList", "sourceList",  "destinationList", "sensorElementList", "persistentDisposition",
    "ilmd"};

struct ListItem {
  std::string_view list, item;
};
constexpr ListItem kItems[] = {{"epcList", "epc"},
                               {"childEPCs", "epc"},
                               {"inputEPCList", "epc"},
                               {"outputEPCList", "epc"},
                               {"correctiveEventIDs", "correctiveEventID"},
                               {"quantityList", "quantityElement"},
                               {"childQuantityList", "quantityElement"},
                               {"inputQuantityList", "quantityElement"},
                               {"outputQuantityList", "quantityElement"},
                               {"sensorElementList", "sensorElement"},
                               {"bizTransactionList", "bizTransaction"},
                               {"sourceList", "source"},
                               {"destinationList", "destination"}};

std::span<const std::string_view> middle_of(std::string_view type) {
  if (type == "ObjectEvent") return kObject;
  if (type == "AggregationEvent") return kAggregation;
  if (type == "AssociationEvent") return kAssociation;
  if (type == "TransactionEvent") return kTransaction;
  return kTransformation;
}

bool is_ncname(std::string_view text) {
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    if (!letter && (i == 0 || !(('0' <= c && c <= '9') || c == '-' || c == '.'))) return false;
  }
  return true;
}

Error no_place(std::string_view what, const Node& node) {
  return Error{ErrorKind::kUnsupported, "epcis.not_in_xml",
               fmt::format("{} {} has no place in XML. Ask for this event with Accept: application/json.",
                           excerpt(node.path.empty() ? node.name : node.path), what)};
}

class XmlEvent {
 public:
  explicit XmlEvent(CbvForm cbv) : cbv_(cbv) {}

  Result<std::string> write(const Node& event) {
    const Node* type = event.find("type");
    if (type == nullptr) type = event.find("isA");
    const std::string name(type == nullptr ? "ObjectEvent" : trim(type->text));
    for (const auto group :
         {std::span<const std::string_view>(kHead), middle_of(name), std::span<const std::string_view>(kTail)}) {
      for (const std::string_view field : group) {
        const Node* node = event.find(field);
        if (node != nullptr && !written_.contains(field)) member(*node, "");
        written_.insert(field);
      }
    }
    extensions(event);
    if (failed_) return std::move(*failed_);
    std::string start = "<" + name;
    for (const auto& [prefix, ns] : prefixes_.declared()) {
      start += fmt::format(" xmlns:{}=\"", prefix);
      escape(ns, true, event, start);
      start += '"';
    }
    return start + ">" + out_ + "</" + name + ">";
  }

 private:
  void fail(Error error) {
    if (!failed_) failed_ = std::move(error);
  }

  void escape(std::string_view text, bool in_attribute, const Node& node, std::string& out) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '&')
        out += "&amp;";
      else if (c == '<')
        out += "&lt;";
      else if (c == '>')
        out += "&gt;";
      else if (c == '"' && in_attribute)
        out += "&quot;";
      else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t')))
        out += fmt::format("&#{};", byte);
      else if (byte < 0x20 && c != '\n' && c != '\t')
        return fail(no_place(fmt::format("holds the character U+{:04X}, which", byte), node));
      else
        out += c;
    }
  }

  void open(std::string_view name) { out_ += fmt::format("<{}>", name); }
  void close(std::string_view name) { out_ += fmt::format("</{}>", name); }

  void leaf(std::string_view name, const std::string& text, const Node& node) {
    open(name);
    escape(text, false, node, out_);
    close(name);
  }

  // Numbers in decimal notation, which XML Schema wants; CBV values in the form that was asked for.
  std::string text_of(const Node& node, std::string_view list) const {
    if (node.kind == Node::Kind::kNumber) {
      const auto number = Decimal::parse(node.text);
      return number ? number->to_string() : node.text;
    }
    const bool of_sensor = list == "sensorReport" && (node.name == "type" || node.name == "exception");
    if (of_sensor && node.text.find(':') == std::string::npos) return "gs1:" + node.text;
    return node.ns.empty() ? cbv(node.name, node.text, list) : node.text;
  }

  std::string cbv(std::string_view field, const std::string& text, std::string_view list) const {
    const bool as_it_is = cbv_ == CbvForm::kAsCaptured && text.find(':') != std::string::npos;
    const std::string canonical = as_it_is ? std::string() : cbv_value(list, field, text);
    if (canonical.empty()) return text;
    // Components have no URN.
    return cbv_ == CbvForm::kWebUri || field == "component" ? canonical : trace::urn_form(canonical);
  }

  // A field of EPCIS itself.
  void member(const Node& node, std::string_view list) {
    const auto item = std::find_if(std::begin(kItems), std::end(kItems),
                                   [&](const ListItem& each) { return each.list == node.name; });
    if (item != std::end(kItems)) return own_list(node, item->item);
    if (node.kind == Node::Kind::kList) {  // repeated elements: certificationInfo, set, unset, sensorReport
      for (Node each : node.children) {
        each.name = node.name;
        member(each, list);
      }
    } else if (node.name == "sensorMetadata" || node.name == "sensorReport") {
      with_attributes(node);
    } else if (node.kind == Node::Kind::kObject) {
      open(node.name);
      fields(node);
      close(node.name);
    } else {
      leaf(node.name, text_of(node, list), node);
    }
  }

  void own_list(const Node& node, std::string_view item) {
    open(node.name);
    for (Node each : node.children) {
      each.name = item;
      if (const Node* value = each.find(item); value != nullptr)
        typed(each, *value, node.name);  // <source type="…">…</source>
      else
        member(each, node.name);
    }
    close(node.name);
  }

  void typed(const Node& element, const Node& value, std::string_view list) {
    out_ += "<" + element.name;
    if (const Node* type = element.find("type")) {
      out_ += " type=\"";
      escape(text_of(*type, list), true, *type, out_);
      out_ += '"';
    }
    out_ += ">";
    escape(value.text, false, value, out_);
    close(element.name);
  }

  // What the schema puts first, then the rest as it came, then extensions.
  void fields(const Node& node) {
    for (const std::string_view first : {"unset", "declarationTime", "reason", "sensorMetadata", "epcClass"}) {
      if (const Node* child = node.find(first)) member(*child, node.name);
    }
    for (const Node& child : node.children) {
      const bool done = child.name == "unset" || child.name == "declarationTime" || child.name == "reason" ||
                        child.name == "sensorMetadata" || child.name == "epcClass";
      const bool of_json = child.name == "type" || child.name == "isA" || child.name.starts_with("@");
      if (child.ns.empty() && !done && !of_json) member(child, node.name);
    }
    extensions(node);
  }

  // sensorMetadata and sensorReport are written as attributes.
  void with_attributes(const Node& node) {
    out_ += "<" + node.name;
    for (const Node& field : node.children) {
      const bool scalar = field.kind != Node::Kind::kObject && field.kind != Node::Kind::kList;
      if (!scalar || field.name.starts_with("@") || field.name == "isA") continue;
      out_ += fmt::format(" {}=\"", field.ns.empty() ? field.name : qualified(field));
      escape(text_of(field, node.name), true, field, out_);
      out_ += '"';
    }
    out_ += ">";
    for (const Node& field : node.children) {
      if (!field.ns.empty() && (field.kind == Node::Kind::kObject || field.kind == Node::Kind::kList)) extension(field);
    }
    close(node.name);
  }

  void extensions(const Node& node) {
    for (const Node& child : node.children) {
      if (!child.ns.empty() && !child.name.starts_with("@")) extension(child);
    }
  }

  std::string qualified(const Node& node) {
    const std::string_view local = local_name(node);
    if (!is_ncname(local)) fail(no_place(fmt::format("is named \"{}\", which", excerpt(local)), node));
    return prefixes_.of(node.ns, prefix_of(node)) + ":" + std::string(local);
  }

  void extension(const Node& node) {
    if (node.kind == Node::Kind::kList) {
      for (Node each : node.children) {
        each.name = node.name;
        each.ns = node.ns;
        extension(each);
      }
      return;
    }
    const std::string name = node.ns.empty() ? node.name : qualified(node);
    if (node.ns.empty() && !is_ncname(name)) fail(no_place(fmt::format("is named \"{}\", which", excerpt(name)), node));
    open(name);
    if (node.kind == Node::Kind::kObject) {
      for (const Node& child : node.children) {
        if (!child.name.starts_with("@")) extension(child);
      }
    } else {
      escape(text_of(node, ""), false, node, out_);
    }
    close(name);
  }

  const CbvForm cbv_;
  Prefixes prefixes_{{}};
  std::set<std::string_view> written_;  // of the fields named above
  std::string out_;
  std::optional<Error> failed_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& events, std::string_view between) {
  std::size_t bytes = 0;
  for (const std::string& event : events) bytes += event.size() + between.size();
  std::string out;
  out.reserve(bytes);
  for (const std::string& event : events) {
    if (!out.empty()) out += between;
    out += event;
  }
  return out;
}

class Writer final : public EventWriter {
 public:
  Result<std::string> event(const Node& event, Syntax syntax, CbvForm cbv) const override {
    return syntax == Syntax::kJson ? write_event_json(event) : write_event_xml(event, cbv);
  }

  std::string document(const AnswerHead& head, const std::vector<std::string>& events, Syntax syntax) const override {
    return syntax == Syntax::kJson ? json(head, events) : xml(head, events);
  }

 private:
  static std::string json(const AnswerHead& head, const std::vector<std::string>& events) {
    const auto quoted = [](std::string_view text) {
      std::string out;
      for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
      }
      return out;
    };
    std::string subscription;
    if (!head.subscription_id.empty())
      subscription = fmt::format(R"("subscriptionID":"{}",)", quoted(head.subscription_id));
    return fmt::format(
        R"({{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],)"
        R"("type":"EPCISQueryDocument","schemaVersion":"2.0","creationDate":"{}","epcisBody":{{"queryResults":)"
        R"({{{}"queryName":"{}","resultsBody":{{"eventList":[{}]}}}}}}}})",
        head.created, subscription, quoted(head.query_name), joined(events, ","));
  }

  static std::string xml(const AnswerHead& head, const std::vector<std::string>& events) {
    std::string subscription;
    if (!head.subscription_id.empty())
      subscription = fmt::format("<subscriptionID>{}</subscriptionID>", escaped(head.subscription_id));
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcisq:EPCISQueryDocument "
        "xmlns:epcisq=\"urn:epcglobal:epcis-query:xsd:2\" xmlns:gs1=\"https://gs1.org/voc/\" schemaVersion=\"2.0\" "
        "creationDate=\"{}\"><EPCISBody><epcisq:QueryResults><queryName>{}</queryName>{}<resultsBody><EventList>{}"
        "</EventList></resultsBody></epcisq:QueryResults></EPCISBody></epcisq:EPCISQueryDocument>\n",
        head.created, escaped(head.query_name), subscription, joined(events, "\n"));
  }
};

}  // namespace

Result<std::string> write_event_xml(const trace::Node& event, CbvForm cbv) { return XmlEvent(cbv).write(event); }

const EventWriter& epcis_writer() {
  static const Writer kWriter;
  return kWriter;
}

}  // namespace suyuan
