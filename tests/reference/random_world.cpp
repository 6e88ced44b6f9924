// SPDX-License-Identifier: Apache-2.0
#include "random_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "domain/codes/check_digit.h"

namespace suyuan::reference {

namespace {

using trace::Action;
using trace::EventType;
using trace::Role;

std::string with_check(std::string digits) {
  digits += '0';
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

codes::Identity read(const std::string& path) { return codes::read_epcis_id("https://id.gs1.org" + path)->id; }

constexpr int kItems = 5, kLots = 8, kClass = 9, kPallets = 12, kProcesses = 14;  // one past the last of each

std::vector<Thing> things(int number) {
  const std::string p0 = with_check(fmt::format("0691{:08}0", number)),
                    p1 = with_check(fmt::format("0691{:08}1", number));
  std::vector<Thing> out;
  for (const char* name : {"a0", "a1", "a2"}) out.push_back({name, read("/01/" + p0 + "/21/" + name)});
  for (const char* name : {"b0", "b1"}) out.push_back({name, read("/01/" + p1 + "/21/" + name)});
  for (const char* name : {"L0", "L1"}) out.push_back({name, read("/01/" + p0 + "/10/" + name)});
  out.push_back({"M0", read("/01/" + p1 + "/10/M0")});
  out.push_back({"P0", read("/01/" + p0)});
  for (int i = 0; i < 3; ++i) {
    out.push_back({fmt::format("S{}", i), read("/00/" + with_check(fmt::format("3691{:012}{}", number, i)))});
  }
  for (int i = 0; i < 2; ++i) {
    out.push_back(
        {fmt::format("T{}", i), read("/253/" + with_check(fmt::format("691{:08}{}", number % 100'000'000, i)) + "X")});
  }
  for (int i = 0; i < 4; ++i) {
    const std::string number_of_place = with_check(fmt::format("6910{:07}{}", number % 10'000'000, i));
    out.push_back({fmt::format("{}{}", i < 2 ? "at" : "firm", i), read((i < 2 ? "/414/" : "/417/") + number_of_place)});
  }
  return out;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : dice_(seed) {}

  int below(int n) { return static_cast<int>(dice_() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }

  Happening happening() {
    used_.clear();
    Happening h;
    const int kind = below(10);
    if (kind < 2) {
      object(h);
    } else if (kind < 6) {
      packing(h, EventType::kAggregation);
    } else if (kind < 7) {
      packing(h, EventType::kAssociation);
    } else {
      make(h);
    }
    where(h);
    h.wrong = one_in(12);
    return h;
  }

 private:
  // A thing that this happening does not name yet: amounts for goods by the lot, none for single things.
  void name(Happening& h, Role role) {
    const int which = below(kPallets + 2) % kPallets;
    if (!used_.insert(which).second) return;
    Part part{which, role, {}, {}, which >= kItems && which < kClass};
    if (part.is_quantity && !one_in(8)) part.amount = Decimal(1 + below(4));
    if (part.is_quantity && one_in(6)) part.uom = "KGM";
    h.parts.push_back(part);
  }

  // Places, and who gets it.
  void where(Happening& h) {
    static constexpr const char* kSteps[] = {"", "shipping", "departing", "receiving", "transporting", "storing"};
    const int step = below(6);
    if (step > 0) h.biz_step = std::string("https://ref.gs1.org/cbv/BizStep-") + kSteps[step];
    if (one_in(2)) h.parts.push_back({kProcesses + below(2), Role::kBizLocation, {}, {}, false});
    if (one_in(3)) h.parts.push_back({kProcesses + below(2), Role::kReadPoint, {}, {}, false});
    if (one_in(5)) h.parts.push_back({kProcesses + below(2), Role::kDestinationLocation, {}, {}, false});
    if (one_in(4)) h.parts.push_back({kProcesses + 2 + below(2), Role::kDestinationPossessor, {}, {}, false});
    if (one_in(5)) h.parts.push_back({kProcesses + 2 + below(2), Role::kDestinationOwner, {}, {}, false});
  }

  void member_lot(Happening& h) {
    if (one_in(2)) h.parts.push_back({kItems + below(kLots - kItems), Role::kMemberLot, {}, {}, false});
  }

  void object(Happening& h) {
    h.type = EventType::kObject;
    h.action = one_in(3) ? Action::kDelete : one_in(2) ? Action::kObserve : Action::kAdd;
    for (int i = 1 + below(2); i > 0; --i) name(h, Role::kSubject);
    if (h.action == Action::kAdd) member_lot(h);
  }

  void packing(Happening& h, EventType type) {
    h.type = type;
    h.action = one_in(3) ? Action::kDelete : one_in(4) ? Action::kObserve : Action::kAdd;
    const int parent = type == EventType::kAssociation && one_in(3) ? below(kItems) : kClass + below(kPallets - kClass);
    used_.insert(parent);
    h.parts.push_back({parent, Role::kParent, {}, {}, false});
    const bool all = h.action == Action::kDelete && one_in(2);
    for (int i = all ? 0 : 1 + below(3); i > 0; --i) name(h, Role::kChild);
  }

  void make(Happening& h) {
    h.type = EventType::kTransformation;
    const int shared = below(4);
    if (shared < 2) h.parts.push_back({kPallets + shared, Role::kTransformation, {}, {}, false});
    const int side = shared < 2 ? below(3) : 2;  // parts of a process may have one side only
    for (int i = side == 1 ? 0 : 1 + below(2); i > 0; --i) name(h, Role::kInput);
    for (int i = side == 0 ? 0 : 1 + below(2); i > 0; --i) name(h, Role::kOutput);
    if (side != 0) member_lot(h);
  }

  std::mt19937_64 dice_;
  std::set<int> used_;
};

}  // namespace

RandomWorld random_world(std::uint64_t seed, int number, bool distinct_times) {
  Generator dice(seed);
  RandomWorld world{things(number), {}, kPallets};
  const int count = 2 + dice.below(12);
  std::vector<int> minutes;
  for (int i = 0; i < count; ++i) minutes.push_back(distinct_times ? i : dice.below(count));
  for (int i = count - 1; i > 0 && distinct_times; --i) {
    std::swap(minutes[static_cast<std::size_t>(i)], minutes[static_cast<std::size_t>(dice.below(i + 1))]);
  }
  const bool in_order = dice.one_in(2);
  if (in_order) std::sort(minutes.begin(), minutes.end());
  for (int i = 0; i < count; ++i) {
    Happening h = dice.happening();
    h.name = fmt::format("e{}", i);
    h.minute = minutes[static_cast<std::size_t>(i)];
    world.happenings.push_back(std::move(h));
  }
  return world;
}

std::string text_of(const RandomWorld& world) {
  static constexpr const char* kTypes[] = {"", "object", "pack", "", "make", "install"};
  static constexpr const char* kActions[] = {"", " add", " observe", " delete"};
  std::string out;
  for (const Happening& h : world.happenings) {
    out += fmt::format("  {} at {}: {} {}{}{}", h.name, h.minute, h.biz_step, kTypes[static_cast<int>(h.type)],
                       kActions[static_cast<int>(h.action)], h.wrong ? " (wrong)" : "");
    for (const Part& p : h.parts) {
      out += fmt::format(" {}={}", static_cast<int>(p.role), world.things[static_cast<std::size_t>(p.thing)].name);
      if (p.is_quantity) out += fmt::format("*{}{}", p.amount ? p.amount->to_string() : "?", p.uom);
    }
    out += '\n';
  }
  return out;
}

}  // namespace suyuan::reference
