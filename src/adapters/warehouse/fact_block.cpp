// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_block.h"

#include "base/varint.h"
#include "engine/runs/block.h"

namespace suyuan {

namespace {

constexpr std::size_t kBodyBytes = 1000;  // at most: eight blocks fill a page of SQLite
constexpr std::size_t kLinksBytes = 900;  // likewise; more are left to the row
constexpr std::int64_t kMilli = 1000;

// Few times are more exact than that.
void put_step_of_time(std::string& to, std::int64_t micros) {
  if (micros % kMilli == 0)
    put_signed(to, micros / kMilli * 2);
  else
    put_signed(to, micros * 2 + 1);
}

}  // namespace

std::string_view links_in_block(std::string_view links) {
  return links.size() > kLinksBytes ? std::string_view() : links;
}

std::optional<PackedFacts> pack_facts(std::span<const FactRow> facts) {
  std::string body, next;
  std::int64_t before = 0;
  std::size_t count = 0;
  for (const FactRow& fact : facts) {
    next.clear();
    put_varint(next, static_cast<std::uint64_t>(fact.kind));
    put_varint(next, static_cast<std::uint64_t>(fact.step));
    put_step_of_time(next, fact.time - before);
    put_varint(next, fact.links.size());
    next += fact.links;
    if (body.size() + next.size() > kBodyBytes) break;
    body += next;
    before = fact.time;
    ++count;
  }
  if (count == facts.size()) return std::nullopt;
  std::string whole;
  put_varint(whole, count);
  return PackedFacts{count, runs::sealed(whole + body)};
}

FactBlock::FactBlock(std::int64_t first, std::string_view data) : next_(first), end_(first) {
  const auto body = runs::unsealed(data);
  if (body) rest_ = *body;
  const auto count = take_varint(rest_);
  is_damaged_ = first < 1 || !body || !count || *count == 0 || *count > rest_.size() ||
                __builtin_add_overflow(first, static_cast<std::int64_t>(*count), &end_);
}

bool FactBlock::next(FactRow& fact) {
  if (is_damaged_ || next_ == end_) return false;
  is_damaged_ = !take(fact) || (next_ == end_ && !rest_.empty());
  return !is_damaged_;
}

bool FactBlock::take(FactRow& fact) {
  const auto kind = take_varint(rest_), step = take_varint(rest_);
  const auto time = take_signed(rest_);
  const auto size = take_varint(rest_);
  if (!kind || !step || !time || !size || *size > rest_.size()) return false;
  std::int64_t micros = *time >> 1;
  if (*time % 2 == 0 && __builtin_mul_overflow(micros, kMilli, &micros)) return false;
  if (__builtin_add_overflow(time_, micros, &time_)) return false;
  fact = {next_++, static_cast<std::int64_t>(*kind), time_, static_cast<std::int64_t>(*step), rest_.substr(0, *size)};
  rest_.remove_prefix(*size);
  return true;
}

}  // namespace suyuan
