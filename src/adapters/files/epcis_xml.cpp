// SPDX-License-Identifier: Apache-2.0
// EPCIS XML 1.x and 2.0 brought into the tree of EPCIS 2.0 JSON, so that one reader judges both.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "adapters/files/encoding.h"
#include "adapters/files/epcis.h"
#include "adapters/files/personal.h"
#include "adapters/files/xml_tree.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

namespace suyuan {

namespace {

using trace::Node;
using trace::RawDocument;
using trace::RawEvent;

constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kNumbers[] = {"quantity",  "value", "minValue", "maxValue",
                                         "meanValue", "sDev",  "percRank", "percValue"};

// Lists of EPCIS XML and the name of their items. An empty one says the same as none, but for epcList, which every
// object event must have in XML.
struct ListRow {
  std::string_view list, item;
};
constexpr ListRow kTextLists[] = {{"epcList", "epc"},
                                  {"childEPCs", "epc"},
                                  {"inputEPCList", "epc"},
                                  {"outputEPCList", "epc"},
                                  {"correctiveEventIDs", "correctiveEventID"}};
constexpr ListRow kObjectLists[] = {{"quantityList", "quantityElement"},
                                    {"childQuantityList", "quantityElement"},
                                    {"inputQuantityList", "quantityElement"},
                                    {"outputQuantityList", "quantityElement"},
                                    {"sensorElementList", "sensorElement"}};
constexpr ListRow kTypedLists[] = {
    {"bizTransactionList", "bizTransaction"}, {"sourceList", "source"}, {"destinationList", "destination"}};
constexpr std::string_view kObjects[] = {
    "readPoint", "bizLocation", "ilmd", "errorDeclaration", "persistentDisposition", "sensorMetadata", "sensorReport"};
constexpr std::string_view kRepeated[] = {"sensorReport", "set", "unset"};  // always a list in JSON

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
const ListRow* row_of(std::string_view name, std::span<const ListRow> rows) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const ListRow& each) { return each.list == name; });
  return row == rows.end() ? nullptr : &*row;
}
// xsi:nil="true" says that the element has no value, as if it were not there.
bool is_nil(const XmlElement& element) {
  return std::any_of(element.attributes.begin(), element.attributes.end(), [](const XmlAttribute& each) {
    return each.name.ns == kSchemaInstance && each.name.local == "nil" && (each.value == "true" || each.value == "1");
  });
}
// Some senders qualify EPCIS's own elements (epcis:eventTime); the schema leaves them unqualified.
void drop_own_namespace(XmlElement& element) {
  for (XmlElement& child : element.children) {
    if (child.name.ns.starts_with("urn:epcglobal:epcis")) child.name.ns.clear();
    drop_own_namespace(child);
  }
}
bool is_wrapper(const XmlElement& element) {
  return element.name.ns.empty() && (element.name.local == "extension" || element.name.local == "baseExtension");
}

// Where among an element's members each name stands, by namespace and local name.
using Places = std::map<std::string, std::size_t>;

class DocumentBuilder {
 public:
  explicit DocumentBuilder(const XmlElement& root) : root_(root) {}

  Result<RawDocument> build() {
    out_.syntax = RawDocument::Syntax::kXml;
    out_.header = leaf(Node::Kind::kObject, "", "", root_.path);
    const std::string& kind = root_.name.local;
    const bool of_epcis = root_.name.ns.starts_with("urn:epcglobal:epcis");
    if ((root_.name.ns.empty() || of_epcis) && kind.ends_with("Event")) return bare_event();
    if (!of_epcis || (kind != "EPCISDocument" && kind != "EPCISQueryDocument" && kind != "EPCISMasterDataDocument")) {
      Error error{ErrorKind::kInvalid, "epcis.not_a_document",
                  fmt::format("The outermost element is {} in the namespace \"{}\"; EPCISDocument, EPCISQueryDocument, "
                              "EPCISMasterDataDocument of urn:epcglobal:epcis… or one event is expected.",
                              excerpt(root_.name.written()), excerpt(root_.name.ns))};
      error.findings.push_back({root_.path, error.code, error.text});
      return error;
    }
    out_.header.children.push_back(leaf(Node::Kind::kText, "type", kind, root_.path));
    take_attributes();
    for (const XmlElement& child : root_.children) take_part(child);
    if (!has_list_ && !has_master_data_)
      found(root_.path + "/EPCISBody/EventList", "epcis.field_missing", "The document has no EventList.");
    return std::move(out_);
  }

 private:
  static Node leaf(Node::Kind kind, std::string_view name, std::string_view text, std::string path) {
    Node node;
    node.kind = kind;
    node.name = name;
    node.text = text;
    node.path = std::move(path);
    return node;
  }

  void found(std::string path, std::string_view code, std::string text) {
    out_.findings.push_back({std::move(path), std::string(code), std::move(text)});
  }

  Result<RawDocument> bare_event() {
    out_.schema_version = "2.0";
    take_event(root_);
    return std::move(out_);
  }

  void take_attributes() {
    for (const XmlAttribute& attribute : root_.attributes) {
      if (attribute.name.ns == kSchemaInstance) continue;
      Node node = leaf(Node::Kind::kText, attribute.name.written(), attribute.value,
                       root_.path + "/@" + attribute.name.written());
      node.ns = attribute.name.ns;
      out_.header.children.push_back(std::move(node));
    }
    const Node* version = out_.header.find("schemaVersion");
    if (version != nullptr) out_.schema_version = version->text;
    constexpr std::string_view kVersions[] = {"1", "1.0", "1.1", "1.2", "2", "2.0", "2.0.0"};
    if (!is_one_of(out_.schema_version, kVersions))
      found(root_.path + "/@schemaVersion", "epcis.schema_version",
            fmt::format("schemaVersion is \"{}\"; \"2.0\" or \"1.2\" is expected.", excerpt(out_.schema_version)));
    const Node* created = out_.header.find("creationDate");
    if (created == nullptr)
      found(root_.path + "/@creationDate", "epcis.field_missing", "The document has no creationDate.");
    else if (!parse_instant(created->text, std::chrono::minutes(0)))
      found(root_.path + "/@creationDate", "time.not_an_instant",
            fmt::format("creationDate is \"{}\"; a time like 2026-03-01T08:00:00+08:00 is expected.",
                        excerpt(created->text)));
  }

  // EPCISHeader, EPCISBody and what nests in them on the way to events and master data. Extensions of the document
  // (and of its body) are kept in the header.
  void take_part(const XmlElement& element) {
    const std::string& name = element.name.local;
    const bool known = name == "EPCISBody" || name == "EPCISHeader" || name == "QueryResults" ||
                       name == "resultsBody" || name == "EPCISMasterData" || is_wrapper(element);
    if (name == "EventList") {
      has_list_ = true;
      take_events(element);
    } else if (name == "VocabularyList") {
      take_vocabularies(element);
    } else if (known) {
      for (const XmlElement& child : element.children) take_part(child);
    } else {
      out_.header.children.push_back(value(element));
    }
  }

  void take_events(const XmlElement& list) {
    for (const XmlElement& child : list.children) {
      if (is_wrapper(child))
        take_events(child);  // EPCIS 1.2 wraps TransformationEvent
      else
        take_event(child);
    }
    if (!list.text.empty()) stray(list);
  }

  void take_event(const XmlElement& element) {
    RawEvent event;
    event.begin = element.begin;
    event.end = element.end;
    event.node = leaf(Node::Kind::kObject, "", "", element.path);
    const bool of_quantity = element.name.local == "QuantityEvent" && element.name.ns.empty();
    event.node.children.push_back(
        leaf(Node::Kind::kText, "type", of_quantity ? "ObjectEvent" : element.name.local, element.path));
    fill(element, event.node);
    if (of_quantity) turn_into_object_event(event.node);
    out_.events.push_back(std::move(event));
  }

  // EPCIS 1.2 §7.4.4: a QuantityEvent says what an ObjectEvent with action OBSERVE says.
  static void turn_into_object_event(Node& event) {
    event.children.insert(event.children.begin() + 1, leaf(Node::Kind::kText, "action", "OBSERVE", event.path));
    Node item = leaf(Node::Kind::kObject, "", "", event.path);
    const auto counted = [](const Node& child) { return child.name == "epcClass" || child.name == "quantity"; };
    std::copy_if(event.children.begin(), event.children.end(), std::back_inserter(item.children), counted);
    std::erase_if(event.children, counted);
    Node list = leaf(Node::Kind::kList, "quantityList", "", event.path);
    list.children.push_back(std::move(item));
    event.children.push_back(std::move(list));
  }

  // Attributes and children of `element` become members of `node`.
  void fill(const XmlElement& element, Node& node) {
    for (const XmlAttribute& attribute : element.attributes) {
      const std::string& name = attribute.name.local;
      if (attribute.name.ns == kSchemaInstance) continue;
      if (&element == &root_ && (name == "schemaVersion" || name == "creationDate")) continue;
      Node member = scalar(name, attribute.value, element.path + "/@" + attribute.name.written());
      member.name = attribute.name.written();
      member.ns = attribute.name.ns;
      node.children.push_back(std::move(member));
    }
    if (!element.text.empty()) stray(element);
    Places seen;
    add_members(element, node, seen);
  }

  void add_members(const XmlElement& element, Node& node, Places& seen) {
    for (const XmlElement& child : element.children) {
      if (is_wrapper(child)) {
        add_members(child, node, seen);
        continue;
      }
      if (is_nil(child)) continue;
      const ListRow* empty_list = row_of(child.name.local, kTextLists);
      if (empty_list == nullptr) empty_list = row_of(child.name.local, kObjectLists);
      if (empty_list == nullptr) empty_list = row_of(child.name.local, kTypedLists);
      const bool nothing = child.children.empty() && child.text.empty() && child.name.ns.empty();
      if (empty_list != nullptr && nothing && child.name.local != "epcList") continue;
      const auto [place, first] = seen.try_emplace(child.name.ns + "\n" + child.name.local, node.children.size());
      add_member(child, node, place->second, first);
    }
  }

  void add_member(const XmlElement& child, Node& node, std::size_t place, bool first) {
    const bool own = child.name.ns.empty();
    Node member = value(child);
    const bool repeated = own && is_one_of(child.name.local, kRepeated);
    const bool may_repeat = !own || repeated || child.name.local == "certificationInfo";
    if (first && repeated) {
      Node list = leaf(Node::Kind::kList, member.name, "", child.path);
      member.name.clear();
      list.children.push_back(std::move(member));
      node.children.push_back(std::move(list));
    } else if (first) {
      node.children.push_back(std::move(member));
    } else if (may_repeat) {
      append(node.children[place], std::move(member));
    } else {
      found(child.path, "xml.duplicate_element",
            fmt::format("{} comes twice in one element; which one counts cannot be known.", child.name.written()));
    }
  }

  // A second element of one name makes a list of both.
  static void append(Node& same, Node member) {
    member.name.clear();
    if (same.kind != Node::Kind::kList) {
      Node list = leaf(Node::Kind::kList, same.name, "", same.path);
      list.ns = same.ns;
      same.name.clear();
      list.children.push_back(std::move(same));
      same = std::move(list);
    }
    same.children.push_back(std::move(member));
  }

  void stray(const XmlElement& element) {
    found(element.path, "xml.stray_text",
          fmt::format("The text \"{}\" stands between elements, where none is expected.", excerpt(element.text)));
  }

  // Text with the kind that EPCIS 2.0 JSON gives to this name.
  static Node scalar(std::string_view name, std::string_view text, std::string path) {
    const std::string_view shown = trim(text);
    if (is_one_of(name, kNumbers) && Decimal::parse(shown))
      return leaf(Node::Kind::kNumber, name, shown, std::move(path));
    const bool truth = shown == "true" || shown == "1";
    if (name == "booleanValue" && (truth || shown == "false" || shown == "0"))
      return leaf(Node::Kind::kBool, name, truth ? "true" : "false", std::move(path));
    return leaf(Node::Kind::kText, name, shown, std::move(path));
  }

  Node value(const XmlElement& element) {
    if (!element.name.ns.empty()) return extension(element);
    const std::string& name = element.name.local;
    if (const ListRow* row = row_of(name, kTextLists)) return list(element, *row, &DocumentBuilder::value);
    if (const ListRow* row = row_of(name, kObjectLists)) return list(element, *row, &DocumentBuilder::object);
    if (const ListRow* row = row_of(name, kTypedLists)) return list(element, *row, &DocumentBuilder::typed);
    if (is_one_of(name, kObjects) || !element.children.empty()) return object(element);
    for (const XmlAttribute& attribute : element.attributes) {
      if (attribute.name.ns.empty())
        found(element.path + "/@" + attribute.name.local, "xml.unknown_attribute",
              fmt::format("EPCIS has no attribute \"{}\" here.", excerpt(attribute.name.local)));
    }
    return scalar(name, element.text, element.path);
  }

  Node object(const XmlElement& element) {
    Node node = leaf(Node::Kind::kObject, element.name.local, "", element.path);
    fill(element, node);
    return node;
  }

  // <source type="…">urn:…</source>
  Node typed(const XmlElement& element) {
    Node node = leaf(Node::Kind::kObject, element.name.local, "", element.path);
    for (const XmlAttribute& attribute : element.attributes) {
      if (attribute.name.ns.empty())
        node.children.push_back(leaf(Node::Kind::kText, attribute.name.local, trim(attribute.value),
                                     element.path + "/@" + attribute.name.local));
    }
    Places seen;
    if (!element.children.empty()) add_members(element, node, seen);
    node.children.push_back(leaf(Node::Kind::kText, element.name.local, element.text, element.path));
    return node;
  }

  Node list(const XmlElement& element, const ListRow& row, Node (DocumentBuilder::*read)(const XmlElement&)) {
    Node node = leaf(Node::Kind::kList, element.name.local, "", element.path);
    if (!element.text.empty()) stray(element);
    for (const XmlElement& child : element.children) {
      if (child.name.local != row.item || !child.name.ns.empty()) {
        found(child.path, "epcis.unknown_field",
              fmt::format("{} holds {} only; seen {}.", row.list, row.item, excerpt(child.name.written())));
        continue;
      }
      Node item = (this->*read)(child);
      item.name.clear();
      node.children.push_back(std::move(item));
    }
    return node;
  }

  // An element of another namespace: text, or an object of its elements. Attributes stay in the original only.
  Node extension(const XmlElement& element) {
    Node node = leaf(element.children.empty() ? Node::Kind::kText : Node::Kind::kObject, element.name.written(),
                     element.children.empty() ? element.text : "", element.path);
    node.ns = element.name.ns;
    Places seen;
    for (const XmlElement& child : element.children) {
      Node member = extension(child);
      const auto [place, first] = seen.try_emplace(child.name.ns + "\n" + child.name.local, node.children.size());
      if (first)
        node.children.push_back(std::move(member));
      else
        append(node.children[place->second], std::move(member));
    }
    return node;
  }

  // VocabularyList, in JSON epcisHeader/epcisMasterData/vocabularyList.
  void take_vocabularies(const XmlElement& element) {
    Node list = leaf(Node::Kind::kList, "vocabularyList", "", element.path);
    for (const XmlElement& vocabulary : element.children) {
      Node node = with_attribute(vocabulary, "type");
      Node elements = leaf(Node::Kind::kList, "vocabularyElementList", "", vocabulary.path);
      for (const XmlElement& part : vocabulary.children) {
        if (part.name.local != "VocabularyElementList") continue;
        elements.path = part.path;
        for (const XmlElement& each : part.children) elements.children.push_back(vocabulary_element(each));
      }
      node.children.push_back(std::move(elements));
      list.children.push_back(std::move(node));
    }
    if (has_master_data_) return found(element.path, "xml.duplicate_element", "VocabularyList comes twice.");
    has_master_data_ = true;
    Node master = leaf(Node::Kind::kObject, "epcisMasterData", "", element.path);
    master.children.push_back(std::move(list));
    Node header = leaf(Node::Kind::kObject, "epcisHeader", "", element.path);
    header.children.push_back(std::move(master));
    out_.header.children.push_back(std::move(header));
  }

  static Node with_attribute(const XmlElement& element, std::string_view wanted) {
    Node node = leaf(Node::Kind::kObject, "", "", element.path);
    for (const XmlAttribute& attribute : element.attributes) {
      if (attribute.name.local == wanted && attribute.name.ns.empty())
        node.children.push_back(
            leaf(Node::Kind::kText, wanted, trim(attribute.value), element.path + "/@" + std::string(wanted)));
    }
    return node;
  }

  Node vocabulary_element(const XmlElement& element) {
    Node node = with_attribute(element, "id");
    Node attributes = leaf(Node::Kind::kList, "attributes", "", element.path);
    Node children = leaf(Node::Kind::kList, "children", "", element.path);
    for (const XmlElement& part : element.children) {
      if (part.name.local == "attribute") {
        Node attribute = with_attribute(part, "id");
        Node content =
            part.children.empty() ? leaf(Node::Kind::kText, "attribute", part.text, part.path) : extension(part);
        content.name = "attribute";
        attribute.children.push_back(std::move(content));
        attributes.children.push_back(std::move(attribute));
      } else if (part.name.local == "children") {
        for (const XmlElement& id : part.children)
          children.children.push_back(leaf(Node::Kind::kText, "", id.text, id.path));
      }
    }
    if (!attributes.children.empty()) node.children.push_back(std::move(attributes));
    if (!children.children.empty()) node.children.push_back(std::move(children));
    return node;
  }

  const XmlElement& root_;
  RawDocument out_;
  bool has_list_ = false, has_master_data_ = false;
};

}  // namespace

Result<trace::RawDocument> read_epcis_xml(std::string_view bytes) {
  if (auto sound = check_encoding(bytes); !sound) return std::move(sound.error());
  auto root = read_xml(bytes);
  if (!root) return std::move(root.error());
  drop_own_namespace(*root);
  auto document = DocumentBuilder(*root).build();
  if (document) document->personal = find_personal_xml(bytes, *root, *document);
  return document;
}

}  // namespace suyuan
