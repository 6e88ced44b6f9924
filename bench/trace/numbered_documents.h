// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace suyuan::bench {

// Documents that differ by their number alone, so that a client makes one in no time and can ask afterwards for each of
// its events: nine observations of items and the packing of them, again and again, about 650 bytes an event.
class NumberedDocuments {
 public:
  NumberedDocuments(std::size_t events, Instant now);
  std::string make(std::uint32_t number) const;
  std::size_t events() const { return events_; }

  static std::string event_id(std::uint32_t number, std::size_t event);
  // "/01/…/21/…" of the item that this event is about.
  static std::string item(std::uint32_t number, std::size_t event);

 private:
  std::size_t events_;
  std::string text_;
  std::vector<std::size_t> places_;  // where the number stands
};

}  // namespace suyuan::bench
