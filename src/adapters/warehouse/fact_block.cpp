// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_block.h"

#include "base/varint.h"
#include "engine/runs/block.h"

namespace suyuan {

namespace {

constexpr std::size_t kBlockBytes = 1000;
constexpr std::size_t kHeadBytes = 8;  // of a fact without its links, about

}  // namespace

std::size_t full_block(std::span<const FactRow> facts) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    bytes += kHeadBytes + facts[i].links.size();
    if (bytes >= kBlockBytes) return i + 1;
  }
  return 0;
}

std::string pack_facts(std::span<const FactRow> facts) {
  std::string body;
  put_varint(body, facts.size());
  std::int64_t before = 0;
  for (const FactRow& fact : facts) {
    put_varint(body, static_cast<std::uint64_t>(fact.kind));
    put_varint(body, static_cast<std::uint64_t>(fact.step));
    put_signed(body, fact.time - before);
    put_varint(body, fact.links.size());
    body += fact.links;
    before = fact.time;
  }
  return runs::sealed(body);
}

FactBlock::FactBlock(std::int64_t first, std::string_view data) : next_(first), end_(first) {
  const auto body = runs::unsealed(data);
  if (body) rest_ = *body;
  const auto count = take_varint(rest_);
  is_damaged_ = !body || !count || *count == 0 || *count > rest_.size();
  if (!is_damaged_) end_ = first + static_cast<std::int64_t>(*count);
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
  if (!kind || !step || !time || !size || *size > rest_.size() || __builtin_add_overflow(time_, *time, &time_))
    return false;
  fact = {next_++, static_cast<std::int64_t>(*kind), time_, static_cast<std::int64_t>(*step), rest_.substr(0, *size)};
  rest_.remove_prefix(*size);
  return true;
}

}  // namespace suyuan
