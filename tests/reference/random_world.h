// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/trace/event.h"

// Small random worlds: few things, few moments, many meetings.
namespace suyuan::reference {

// A thing of a world, by a short name that a failing test can print: "a1" item, "L0" lot, "P0" class, "S2" pallet.
struct Thing {
  std::string name;
  codes::Identity id;
};

struct Part {
  int thing;  // index into RandomWorld::things
  trace::Role role;
  std::optional<Decimal> amount;
  std::string uom;
  bool is_quantity = false;
};

struct Happening {
  std::string name;  // "e7"; unique, also in other orders of the same world
  trace::EventType type = trace::EventType::kObject;
  trace::Action action = trace::Action::kNone;
  std::string biz_step;
  int minute = 0;
  std::vector<Part> parts;
  bool wrong = false;  // an error declaration about it follows
};

struct RandomWorld {
  std::vector<Thing> things;
  std::vector<Happening> happenings;  // in the order in which they are reported
  int traced = 0;                     // things before this index are goods or carriers
};

// The same seed gives the same story; `number` keeps the codes of worlds in one store apart.
RandomWorld random_world(std::uint64_t seed, int number, bool distinct_times);
std::string text_of(const RandomWorld& world);

}  // namespace suyuan::reference
