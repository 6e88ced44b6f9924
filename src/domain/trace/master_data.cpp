// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "domain/trace/fields.h"
#include "domain/trace/read_event.h"

namespace suyuan::trace {

namespace {

void read_attributes(const codes::Identity& subject, const std::string& vocabulary, const Node& element,
                     Findings& findings, std::vector<MasterDatum>& data) {
  const Node* attributes = element.find("attributes");
  if (attributes == nullptr || !expect_list(*attributes, findings)) return;
  for (const Node& attribute : attributes->children) {
    const Node* id = attribute.find("id");
    const Node* value = attribute.find("attribute");
    if (id == nullptr) {
      missing(attribute, "id", "the attribute's name", findings);
      continue;
    }
    const auto name = read_text(*id, findings);
    const bool plain = value != nullptr && (value->kind == Node::Kind::kText || value->kind == Node::Kind::kNumber ||
                                            value->kind == Node::Kind::kBool);
    if (name && plain) data.push_back({subject, vocabulary, *name, std::string(trim(value->text))});
  }
}

void read_children(const codes::Identity& parent, const std::string& vocabulary, const Node& element,
                   Findings& findings, std::vector<MasterDatum>& data) {
  const Node* children = element.find("children");
  if (children == nullptr || !expect_list(*children, findings)) return;
  const std::string uri = codes::canonical_uri(parent);
  for (const Node& child : children->children) {
    if (auto id = read_id(child, findings))
      data.push_back({std::move(id->id), vocabulary, std::string(kChildOf) + uri, uri});
  }
}

}  // namespace

Result<std::vector<MasterDatum>> read_master_data(const Node& header) {
  Findings findings;
  std::vector<MasterDatum> data;
  const Node* epcis_header = header.find("epcisHeader");
  const Node* master = epcis_header == nullptr ? nullptr : epcis_header->find("epcisMasterData");
  const Node* list = master == nullptr ? nullptr : master->find("vocabularyList");
  if (list == nullptr || !expect_list(*list, findings)) {
    if (findings.empty()) return data;
  } else {
    for (const Node& vocabulary : list->children) {
      const Node* type = vocabulary.find("type");
      const Node* elements = vocabulary.find("vocabularyElementList");
      if (elements == nullptr || !expect_list(*elements, findings)) continue;
      for (const Node& element : elements->children) {
        const Node* id = element.find("id");
        if (id == nullptr) {
          missing(element, "id", "what the attributes describe", findings);
        } else if (auto subject = read_id(*id, findings)) {
          const std::string& kind = type == nullptr ? std::string() : type->text;
          read_attributes(subject->id, kind, element, findings, data);
          read_children(subject->id, kind, element, findings, data);
        }
      }
    }
  }
  if (!findings.empty())
    return Error{ErrorKind::kInvalid,
                 "epcis.master_data_refused",
                 "The master data of the document is not sound; see the findings.",
                 {},
                 findings.take()};
  return data;
}

}  // namespace suyuan::trace
