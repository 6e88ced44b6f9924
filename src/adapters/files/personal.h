// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/xml_tree.h"
#include "domain/registry/visible_fields.h"
#include "domain/trace/node.h"

// Where values about people stand in a document.
namespace suyuan {

// A JSON value that may be about a person: nobody knows of an attribute of master data before its element was read.
struct JsonSpot {
  trace::PersonalValue value;
  std::optional<registry::PersonalKind> kind;
};

inline constexpr std::string_view kJsonVocabularies = "/epcisHeader/epcisMasterData/vocabularyList/";

// The field of a member, in whatever way its context lets it be written.
std::optional<registry::PersonalKind> personal_member(const trace::Node& node);
// From the first byte of a sound JSON value that is no object and no list: behind its last.
std::size_t end_of_json_value(std::string_view bytes, std::size_t begin);
// Those from `first` on stand in this event.
void are_of_event(std::vector<JsonSpot>& spots, std::size_t first, std::size_t event);
// Keeps the spots that are personal, with their masks. `header` holds the vocabularies.
std::vector<trace::PersonalValue> judge_spots(std::vector<JsonSpot> spots, const trace::Node& header);

// The personal values of an XML document: character data and attributes. `document` holds its events.
std::vector<trace::PersonalValue> find_personal_xml(std::string_view bytes, const XmlElement& root,
                                                    const trace::RawDocument& document);

}  // namespace suyuan
