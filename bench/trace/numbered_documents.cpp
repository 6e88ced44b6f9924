// SPDX-License-Identifier: Apache-2.0
#include "numbered_documents.h"

#include <fmt/format.h>

#include "domain/codes/check_digit.h"
#include "event_json.h"
#include "generator.h"

namespace suyuan::bench {

namespace {

constexpr std::uint32_t kMark = 99'999'999;  // stands where the number goes; no other text here has such digits
constexpr std::size_t kPacked = 9;           // items in a case
constexpr std::size_t kGtins = 50;

std::string gtin(std::size_t which) {
  std::string digits = fmt::format("0693{:09}0", which % kGtins);
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

std::string quoted_uri(std::uint32_t number, std::size_t event) {
  return "\"https://id.gs1.org" + NumberedDocuments::item(number, event) + "\"";
}

std::string goods(std::size_t event) {
  const std::size_t first = event - event % (kPacked + 1);
  if (event % (kPacked + 1) != kPacked) {
    const bool is_first = event == first;
    return fmt::format(R"("type":"ObjectEvent","action":"{}","bizStep":"{}","epcList":[{}])",
                       is_first ? "ADD" : "OBSERVE", is_first ? "commissioning" : "shipping",
                       quoted_uri(kMark, event) + (is_first ? "" : "," + quoted_uri(kMark, first)));
  }
  std::string children;
  for (std::size_t i = first; i < event; ++i) children += (children.empty() ? "" : ",") + quoted_uri(kMark, i);
  return fmt::format(R"("type":"AggregationEvent","action":"ADD","bizStep":"packing","parentID":{},"childEPCs":[{}])",
                     quoted_uri(kMark, event), children);
}

std::string words(Random& random) {
  static constexpr std::string_view kSyllables[] = {"lo", "ad", "tra", "ce", "ca", "se", "pal", "let",
                                                    "do", "ck", "qu",  "ay", "be", "lt", "ri",  "ng"};
  std::string text;
  while (text.size() < 160) {
    for (std::uint64_t i = 0, n = 2 + random.below(3); i < n; ++i) text += kSyllables[random.below(16)];
    text += ' ';
  }
  return text;
}

}  // namespace

NumberedDocuments::NumberedDocuments(std::size_t events, Instant now)
    : events_(events), text_(std::string(document_begin())) {
  Random random(events);
  for (std::size_t i = 0; i < events; ++i) {
    const Instant at = now - std::chrono::hours(24) + std::chrono::seconds(i);
    text_ += fmt::format(
        R"({}{{{},"eventID":"{}","eventTime":"{}","eventTimeZoneOffset":"+08:00","disposition":"in_progress",)"
        R"("readPoint":{{"id":"https://id.gs1.org/414/6901234000009"}},"example:note":"{}"}})",
        i == 0 ? "" : ",\n", goods(i), event_id(kMark, i), format_instant(at, std::chrono::minutes(480)),
        words(random));
  }
  text_ += document_end();
  const std::string mark = std::to_string(kMark);
  for (std::size_t at = text_.find(mark); at != std::string::npos; at = text_.find(mark, at + mark.size()))
    places_.push_back(at);
}

std::string NumberedDocuments::make(std::uint32_t number) const {
  const std::string digits = fmt::format("{:08}", number);
  std::string text = text_;
  for (const std::size_t at : places_) text.replace(at, digits.size(), digits);
  return text;
}

std::string NumberedDocuments::event_id(std::uint32_t number, std::size_t event) {
  return fmt::format("urn:example:load:{:08}:{:05}", number, event);
}

std::string NumberedDocuments::item(std::uint32_t number, std::size_t event) {
  return fmt::format("/01/{}/21/D{:08}E{:05}", gtin(event), number, event);
}

}  // namespace suyuan::bench
