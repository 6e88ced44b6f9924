// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/affected.h"

#include <algorithm>
#include <utility>

namespace suyuan::trace {

namespace {

constexpr std::size_t kPartEntries = 1U << 15U;
constexpr std::uint8_t kHasGoods = 8, kOneFrom = 16;  // beside the flags: any window; one, and it never ends

void put_number(std::string& to, std::uint64_t value) {
  for (; value >= 128; value >>= 7U) to += static_cast<char>((value & 127U) | 128U);
  to += static_cast<char>(value);
}

std::optional<std::uint64_t> take_number(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !from.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 127U) << shift;
    if (byte < 128) return value;
  }
  return std::nullopt;
}

// Both ends of time are short.
void put_instant(std::string& to, Instant at) {
  const std::int64_t micros = at.time_since_epoch().count();
  const std::uint64_t folded = (static_cast<std::uint64_t>(micros) << 1U) ^ static_cast<std::uint64_t>(micros >> 63);
  put_number(to, at == kInstantMin ? 0 : at == kInstantMax ? 1 : folded + 2);
}

std::optional<Instant> take_instant(std::string_view& from) {
  const auto value = take_number(from);
  if (!value) return std::nullopt;
  if (*value < 2) return *value == 0 ? kInstantMin : kInstantMax;
  const std::uint64_t folded = *value - 2;
  return Instant(
      std::chrono::microseconds(static_cast<std::int64_t>(folded >> 1U) ^ -static_cast<std::int64_t>(folded & 1U)));
}

std::optional<Windows> take_windows(std::string_view& from, bool one_from) {
  Windows windows;
  const auto count = one_from ? std::optional<std::uint64_t>(1) : take_number(from);
  for (std::uint64_t i = 0; count && i < *count; ++i) {
    const auto begin = take_instant(from);
    const auto end = one_from ? std::optional(kInstantMax) : take_instant(from);
    if (!begin || !end) return std::nullopt;
    windows.add({*begin, *end});
  }
  return count ? std::optional(windows) : std::nullopt;
}

}  // namespace

const Affected::Plain* Affected::plain(ObjectId object) const {
  const auto at = std::lower_bound(plain_.begin(), plain_.end(), object,
                                   [](const Plain& each, ObjectId wanted) { return each.object < wanted; });
  return at != plain_.end() && at->object == object ? &*at : nullptr;
}

bool Affected::is_goods(ObjectId object) const {
  const auto other = others_.find(object);
  return other != others_.end() ? !other->second.goods.empty() : plain(object) != nullptr;
}

Windows Affected::goods(ObjectId object) const { return copy_of(object).goods; }

bool Affected::covers(ObjectId object, const Window& goods) const {
  return is_goods(object) && !copy_of(object).goods.add(goods);
}

bool Affected::has(ObjectId object, int flags) const {
  const auto other = others_.find(object);
  return other != others_.end() && (other->second.flags & flags) != 0;
}

Affected::Entry Affected::copy_of(ObjectId object) const {
  if (const auto other = others_.find(object); other != others_.end()) return other->second;
  Entry made;
  if (const Plain* known = plain(object)) {
    made.goods.add({known->from, kInstantMax});
    made.level = known->level;
  }
  return made;
}

Affected::Entry& Affected::entry(ObjectId object) { return others_.try_emplace(object, copy_of(object)).first->second; }

bool Affected::add_flag(ObjectId object, Flag flag) {
  if (has(object, flag)) return false;
  Entry& known = entry(object);
  known.flags = static_cast<std::uint8_t>(known.flags | flag);
  new_.insert(object);
  return true;
}

void Affected::count(codes::Level level) {
  has_classes_ = has_classes_ || level == codes::Level::kClass;
  ++(level == codes::Level::kItem    ? counts_.items
     : level == codes::Level::kLot   ? counts_.lots
     : level == codes::Level::kClass ? counts_.classes
                                     : counts_.others);
}

bool Affected::add_goods(ObjectId object, codes::Level level, const Window& window) {
  const bool is_new = !is_goods(object);
  Entry& known = entry(object);
  if (is_new) {
    known.level = level;
    count(level);
  }
  if (!known.goods.add(window)) return false;
  new_.insert(object);
  return true;
}

std::vector<ObjectId> Affected::all_goods() const {
  std::vector<ObjectId> all;
  for (const Plain& each : plain_) all.push_back(each.object);
  for (const auto& [object, entry] : others_) {
    if (!entry.goods.empty() && plain(object) == nullptr) all.push_back(object);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<ObjectId> Affected::all_met() const {
  std::vector<ObjectId> all;
  for (const auto& [object, entry] : others_) {
    if ((entry.flags & kMet) != 0) all.push_back(object);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<ObjectId> Affected::take_met() {
  std::sort(met_.begin(), met_.end());
  return std::exchange(met_, {});
}

Affected Affected::packed() const {
  Affected same;
  for (const std::string& part : everything()) CHECK(same.put(part));
  return same;
}

std::vector<std::string> Affected::take_new() {
  std::vector<ObjectId> objects(new_.begin(), new_.end());
  new_.clear();
  std::sort(objects.begin(), objects.end());
  return encode(objects);
}

std::vector<std::string> Affected::everything() const {
  std::vector<ObjectId> objects;
  for (const Plain& each : plain_) objects.push_back(each.object);
  for (const auto& [object, entry] : others_) {
    if (plain(object) == nullptr) objects.push_back(object);
  }
  std::sort(objects.begin(), objects.end());
  return encode(objects);
}

std::vector<std::string> Affected::encode(const std::vector<ObjectId>& objects) const {
  std::vector<std::string> parts;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (i % kPartEntries == 0) {
      parts.emplace_back();
      before = 0;
    }
    std::string& to = parts.back();
    const Entry known = copy_of(objects[i]);
    const auto& windows = known.goods.all();
    const bool one_from = windows.size() == 1 && windows[0].until == kInstantMax;
    put_number(to, static_cast<std::uint64_t>(objects[i].value() - before));
    before = objects[i].value();
    to += static_cast<char>(known.flags | (windows.empty() ? 0 : kHasGoods) | (one_from ? kOneFrom : 0) |
                            static_cast<int>(known.level) << 5);
    if (windows.empty()) continue;
    if (!one_from) put_number(to, windows.size());
    for (const Window& window : windows) {
      put_instant(to, window.from);
      if (!one_from) put_instant(to, window.until);
    }
  }
  return parts;
}

bool Affected::put(std::string_view part) {
  std::int64_t object = 0;
  while (!part.empty()) {
    const auto step = take_number(part);
    if (!step || *step == 0 || *step > INT64_MAX / 2 || part.empty()) return false;
    object += static_cast<std::int64_t>(*step);
    const auto head = static_cast<std::uint8_t>(part.front());
    part.remove_prefix(1);
    const auto level = static_cast<codes::Level>(head >> 5U);
    const auto windows =
        (head & kHasGoods) != 0 ? take_windows(part, (head & kOneFrom) != 0) : std::optional<Windows>(Windows{});
    if (!windows) return false;
    const ObjectId id(object);
    const auto flags = static_cast<std::uint8_t>(head & (kMayCarry | kProcess | kMet));
    const bool is_plain = flags == 0 && (head & kOneFrom) != 0 && !others_.contains(id);
    if (!windows->empty() && !is_goods(id)) count(level);
    if (is_plain && (plain_.empty() || plain_.back().object < id)) {
      plain_.push_back({id, windows->all().front().from, level});
      continue;
    }
    Entry& known = entry(id);
    known.goods.add(*windows);
    known.level = windows->empty() ? known.level : level;
    known.flags = static_cast<std::uint8_t>(known.flags | flags);
  }
  return true;
}

}  // namespace suyuan::trace
