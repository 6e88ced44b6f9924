// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/declared_wrong.h"

#include <algorithm>

namespace suyuan {

namespace {

std::uint64_t count_of(const runs::Snapshot& snapshot) {
  std::uint64_t count = 0;
  for (const auto& part : snapshot.parts) count += part->size();
  for (const auto& run : snapshot.runs) count += run->count;
  return count;
}

// Values above `last`, ascending.
Result<std::vector<std::int64_t>> values_after(std::int64_t last, const runs::Snapshot& snapshot,
                                               runs::BlockSource& blocks) {
  std::vector<std::int64_t> values;
  runs::Merge merge(snapshot, blocks);
  runs::Part some;
  do {
    if (auto read = merge.next(some); !read) return std::move(read.error());
    for (const runs::Entry& entry : some) {
      if (const auto value = static_cast<std::int64_t>(entry.value); value > last) values.push_back(value);
    }
  } while (!some.empty());
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

Result<DeclaredWrong::Seqs> DeclaredWrong::of(const LookupState& state, runs::BlockSource& blocks, std::size_t worth,
                                              const KeysOf& keys_of) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t count = count_of(state[Lookup::kDeclared]), events = count_of(state[Lookup::kEventId]);
  const bool is_to_look = !not_there_.empty() && events != events_;
  if (count == known_ && !is_to_look) return seqs_;
  if (count > known_ + worth || not_there_.size() > worth) return Seqs();
  const auto fresh = values_after(last_, state[Lookup::kDeclared], blocks);
  if (!fresh) return Error(fresh.error());
  auto keys = keys_of(*fresh);
  if (!keys && keys.error().code == "store.damaged") return Seqs();
  if (!keys) return std::move(keys.error());
  if (auto added = add(std::move(*keys), state, blocks); !added) return std::move(added.error());
  known_ = count;
  events_ = events;
  if (!fresh->empty()) last_ = fresh->back();
  return seqs_;
}

// Looks for these, and again for those that were not there.
Status DeclaredWrong::add(std::vector<std::uint64_t> keys, const LookupState& state, runs::BlockSource& blocks) {
  keys.insert(keys.end(), not_there_.begin(), not_there_.end());
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  const auto found = runs::find_many(state[Lookup::kEventId], keys, blocks);
  if (!found) return Error(found.error());
  not_there_.clear();
  auto at = found->begin();
  std::vector<std::int64_t> seqs = *seqs_;
  for (const std::uint64_t key : keys) {
    if (at == found->end() || at->key != key) not_there_.push_back(key);
    for (; at != found->end() && at->key == key; ++at) seqs.push_back(static_cast<std::int64_t>(at->value));
  }
  if (seqs.size() == seqs_->size()) return Done{};
  std::sort(seqs.begin(), seqs.end());
  seqs_ = std::make_shared<const std::vector<std::int64_t>>(std::move(seqs));
  return Done{};
}

}  // namespace suyuan
