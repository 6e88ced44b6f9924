// SPDX-License-Identifier: Apache-2.0
#include "engine/runs/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/varint.h"

namespace suyuan::runs {

namespace {

Error damaged(const Run& run, std::size_t block) {
  return Error{ErrorKind::kCorrupt, "store.lookup_damaged",
               fmt::format("Block {} of run {} is damaged. It can be made again from the tables: suyuan lookups "
                           "--rebuild.",
                           block, run.id)};
}

// The first block that may hold the key. Entries of one key may begin at the end of the block before its fence.
std::size_t first_block(const Run& run, std::uint64_t key) {
  const auto at = std::lower_bound(run.fences.begin(), run.fences.end(), key) - run.fences.begin();
  return at == 0 ? 0 : static_cast<std::size_t>(at) - 1;
}

Status load(const Run& run, std::size_t number, BlockSource& source, Part& entries, Entry first = kFirstEntry,
            Entry last = kLastEntry) {
  entries.clear();
  auto bytes = source.block(run.id, number);
  if (!bytes) return std::move(bytes.error());
  if (!read_block(*bytes, run.base, entries, first, last)) return damaged(run, number);
  return Done{};
}

Status find_in(const Run& run, std::uint64_t key, BlockSource& source, Part& scratch,
               std::vector<std::uint64_t>& values) {
  for (std::size_t block = first_block(run, key); block < run.fences.size() && run.fences[block] <= key; ++block) {
    if (auto loaded = load(run, block, source, scratch, {key, 0}, {key, UINT64_MAX}); !loaded) return loaded;
    for (const Entry& entry : scratch) values.push_back(entry.value);
  }
  return Done{};
}

// Where `wanted` would stand, at or after `from`: quick when that is near.
Part::const_iterator gallop(Part::const_iterator from, Part::const_iterator end, const Entry& wanted) {
  for (std::ptrdiff_t step = 1; from < end && *from < wanted; step *= 2) {
    if (end - from <= step || wanted <= *(from + step))
      return std::lower_bound(from + 1, end - from <= step ? end : from + step, wanted);
    from += step;
  }
  return from;
}

// Entries of the keys from a sorted list, for keys that ascend.
void take_matching(const Part& entries, std::span<const std::uint64_t> keys, Part& out) {
  if (keys.empty()) return;
  auto at = std::lower_bound(entries.begin(), entries.end(), Entry{keys.front(), 0});
  for (const std::uint64_t key : keys) {
    at = gallop(at, entries.end(), {key, 0});
    for (; at != entries.end() && at->key == key; ++at) out.push_back(*at);
    if (at == entries.end()) return;
  }
}

Status find_many_in(const Run& run, std::span<const std::uint64_t> keys, BlockSource& source, Part& out) {
  if (keys.empty() || run.fences.empty()) return Done{};
  std::size_t loaded = SIZE_MAX, block = first_block(run, keys.front());
  // Where a fourth of all keys is asked for nearly every block is read anyway: the filter would cost more than it
  // spares.
  const std::size_t blocks = first_block(run, keys.back()) - block + 1;
  const bool is_dense = keys.size() > run.keys / run.fences.size() * blocks / 4;
  Part entries;
  Part::const_iterator at;
  for (const std::uint64_t key : keys) {
    if (!is_dense && !run.bloom.may_have(key)) continue;
    while (block + 1 < run.fences.size() && run.fences[block + 1] < key) {
      if (!is_dense) {
        block = first_block(run, key);
        break;
      }
      ++block;
    }
    for (std::size_t i = block; i < run.fences.size() && run.fences[i] <= key; ++i) {
      if (i != loaded) {
        if (auto read = load(run, i, source, entries); !read) return read;
        loaded = i;
        at = entries.cbegin();
      }
      at = gallop(at, entries.cend(), {key, 0});
      for (; at != entries.cend() && at->key == key; ++at) out.push_back(*at);
      block = i;
    }
    if (loaded + 1 == run.fences.size() && at == entries.cend()) return Done{};  // other runs have the later keys
  }
  return Done{};
}

Status after_in(const Run& run, Entry after, Entry end, std::size_t limit, BlockSource& source, Part& entries,
                Part& out) {
  const std::size_t full = out.size() + limit;
  for (std::size_t block = first_block(run, after.key); block < run.fences.size() && out.size() < full; ++block) {
    if (run.fences[block] > end.key) break;
    if (auto loaded = load(run, block, source, entries, after, end); !loaded) return loaded;
    for (auto at = std::upper_bound(entries.begin(), entries.end(), after);
         at != entries.end() && *at < end && out.size() < full; ++at)
      out.push_back(*at);
  }
  return Done{};
}

Status before_in(const Run& run, Entry before, Entry end, std::size_t limit, BlockSource& source, Part& entries,
                 Part& out) {
  const std::size_t full = out.size() + limit;
  const auto after = std::upper_bound(run.fences.begin(), run.fences.end(), before.key) - run.fences.begin();
  for (auto block = static_cast<std::size_t>(after); block-- > 0 && out.size() < full;) {
    if (auto loaded = load(run, block, source, entries); !loaded) return loaded;
    for (auto at = std::lower_bound(entries.begin(), entries.end(), before);
         at != entries.begin() && *(at - 1) > end && out.size() < full;)
      out.push_back(*--at);
    if (run.fences[block] < end.key) break;
  }
  return Done{};
}

}  // namespace

void find_in_parts(std::span<const std::shared_ptr<const Part>> parts, std::uint64_t key,
                   std::vector<std::uint64_t>& values) {
  for (const auto& part : parts) {
    for (auto at = std::lower_bound(part->begin(), part->end(), Entry{key, 0}); at != part->end() && at->key == key;
         ++at)
      values.push_back(at->value);
  }
}

Status find_in_runs(std::span<const std::shared_ptr<const Run>> runs, std::uint64_t key, BlockSource& source,
                    std::vector<std::uint64_t>& values) {
  Part scratch;
  for (const auto& run : runs) {
    if (!run->bloom.may_have(key)) continue;
    if (auto found = find_in(*run, key, source, scratch, values); !found) return found;
  }
  return Done{};
}

Status find(const Snapshot& snapshot, std::uint64_t key, BlockSource& source, std::vector<std::uint64_t>& values) {
  find_in_parts(snapshot.parts, key, values);
  return find_in_runs(snapshot.runs, key, source, values);
}

Result<Part> find_many(const Snapshot& snapshot, std::span<const std::uint64_t> keys, BlockSource& source) {
  Part out;
  const auto merge_from = [&](std::size_t sorted) {  // each piece is in order
    const auto middle = out.begin() + static_cast<std::ptrdiff_t>(sorted);
    if (middle != out.begin() && middle != out.end() && *middle < *(middle - 1))
      std::inplace_merge(out.begin(), middle, out.end());
  };
  for (const auto& part : snapshot.parts) {
    const std::size_t before = out.size();
    take_matching(*part, keys, out);
    merge_from(before);
  }
  for (const auto& run : snapshot.runs) {
    const std::size_t before = out.size();
    if (auto found = find_many_in(*run, keys, source, out); !found) return std::move(found.error());
    merge_from(before);
  }
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<Part> next_entries(const Snapshot& snapshot, Entry after, Entry end, std::size_t limit, BlockSource& source) {
  Part out;
  const bool descending = end < after;
  for (const auto& part : snapshot.parts) {
    const Entry low = descending ? end : after, high = descending ? after : end;
    auto first = std::upper_bound(part->begin(), part->end(), low);
    auto last = std::lower_bound(first, part->end(), high);
    const auto count = std::min<std::ptrdiff_t>(last - first, static_cast<std::ptrdiff_t>(limit));
    (descending ? first : last) = descending ? last - count : first + count;
    out.insert(out.end(), first, last);
  }
  Part scratch;
  const bool is_one_key = end.key == after.key || (!descending && end == Entry{after.key + 1, 0});
  for (const auto& run : snapshot.runs) {
    if (is_one_key && !run->bloom.may_have(after.key)) continue;
    auto read = descending ? before_in(*run, after, end, limit, source, scratch, out)
                           : after_in(*run, after, end, limit, source, scratch, out);
    if (!read) return std::move(read.error());
  }
  if (descending)
    std::sort(out.begin(), out.end(), std::greater<>());
  else
    std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > limit) out.resize(limit);
  return out;
}

// --------------------------------------------------------------------------------------------------------------- merge

struct Merge::State {
  struct Source {
    std::shared_ptr<const Part> part;
    std::shared_ptr<const Run> run;
    Part block;
    std::size_t next_block = 0;
    Part::const_iterator at, end;  // those that are left of the part or the block
  };
  struct Head {
    Entry entry;  // the first that is left
    Source* source;
  };

  Snapshot snapshot;
  BlockSource& blocks;
  std::vector<Source> sources;
  std::vector<Head> heap;  // least first
  std::optional<Entry> last;
  bool begun = false;

  // False: the source has ended.
  Result<bool> fill(Source& source) {
    while (source.at == source.end) {
      if (source.part || source.next_block >= source.run->fences.size()) return false;
      if (auto loaded = load(*source.run, source.next_block++, blocks, source.block); !loaded)
        return std::move(loaded.error());
      source.at = source.block.cbegin();
      source.end = source.block.cend();
    }
    return true;
  }
  // The head at `at` grew.
  void sink(std::size_t at) {
    const Head head = heap[at];
    for (std::size_t child = 2 * at + 1; child < heap.size(); child = 2 * at + 1) {
      if (child + 1 < heap.size() && heap[child + 1].entry < heap[child].entry) ++child;
      if (head.entry <= heap[child].entry) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = head;
  }
  Status begin() {
    begun = true;
    sources.reserve(snapshot.parts.size() + snapshot.runs.size());
    for (const auto& part : snapshot.parts) sources.push_back({part, nullptr, {}, 0, part->cbegin(), part->cend()});
    for (const auto& run : snapshot.runs) sources.push_back({nullptr, run, {}, 0, {}, {}});
    for (Source& source : sources) {
      const auto filled = fill(source);
      if (!filled) return filled.error();
      if (*filled) heap.push_back({*source.at, &source});
    }
    for (std::size_t at = heap.size() / 2; at-- > 0;) sink(at);
    return Done{};
  }
  Status next(Part& some) {
    constexpr std::size_t kTogether = 4096;
    some.clear();
    if (!begun)
      if (auto ready = begin(); !ready) return ready;
    while (!heap.empty() && some.size() < kTogether) {
      Head& least = heap.front();
      if (last != least.entry) some.push_back(least.entry);
      last = least.entry;
      if (++least.source->at == least.source->end) {
        const auto filled = fill(*least.source);
        if (!filled) return filled.error();
        if (!*filled) {
          least = heap.back();
          heap.pop_back();
          if (!heap.empty()) sink(0);
          continue;
        }
      }
      least.entry = *least.source->at;
      sink(0);
    }
    return Done{};
  }
};

Merge::Merge(Snapshot snapshot, BlockSource& source) : state_(new State{std::move(snapshot), source, {}, {}, {}}) {}
Merge::~Merge() = default;
Merge::Merge(Merge&&) noexcept = default;

Status Merge::next(Part& some) { return state_->next(some); }

// --------------------------------------------------------------------------------------------------------------- build

namespace {

constexpr std::size_t kTailBytes = 64U << 10U;

std::uint64_t least_value(const Snapshot& snapshot) {
  std::uint64_t least = UINT64_MAX;
  for (const auto& part : snapshot.parts) {
    for (const Entry& entry : *part) least = std::min(least, entry.value);
  }
  for (const auto& run : snapshot.runs) least = std::min(least, run->base);
  return least;
}

// How many keys there are: exact for parts, for runs at most.
Result<std::uint64_t> distinct_keys(const Snapshot& snapshot, BlockSource& source) {
  std::uint64_t keys = 0;
  for (const auto& run : snapshot.runs) keys += run->keys;
  Merge merge({snapshot.parts, {}}, source);
  std::optional<std::uint64_t> last;
  Part some;
  do {
    if (auto read = merge.next(some); !read) return std::move(read.error());
    for (const Entry& entry : some) {
      keys += last != entry.key ? 1 : 0;
      last = entry.key;
    }
  } while (!some.empty());
  return keys;
}

std::string tail_of(const Run& run) {
  std::string bytes;
  put_varint(bytes, run.fences.size());
  std::uint64_t last = 0;
  for (const std::uint64_t fence : run.fences) {
    put_varint(bytes, fence - last);
    last = fence;
  }
  put_varint(bytes, run.bloom.words().size());
  for (const std::uint64_t word : run.bloom.words()) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(word >> shift & 0xFFU);
  }
  return bytes;
}

bool put_tail(const Run& run, const PutBlock& put) {
  const std::string bytes = tail_of(run);
  for (std::size_t at = 0; at < bytes.size(); at += kTailBytes) {
    if (!put(sealed(std::string_view(bytes).substr(at, kTailBytes)))) return false;
  }
  return true;
}

bool parse_tail(std::string_view bytes, std::size_t blocks, Run& run) {
  const auto fences = take_varint(bytes);
  if (!fences || *fences != blocks || *fences > bytes.size()) return false;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto step = take_varint(bytes);
    if (!step) return false;
    run.fences.push_back(last += *step);
  }
  const auto words = take_varint(bytes);
  if (!words || *words == 0 || *words % 8 != 0 || bytes.size() != *words * 8) return false;
  std::vector<std::uint64_t> all(*words);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    all[i / 8] |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (i % 8 * 8);
  run.bloom = Bloom(std::move(all));
  return true;
}

}  // namespace

Result<std::optional<Run>> build_run(const Snapshot& snapshot, std::uint64_t id, int level, BlockSource& source,
                                     const PutBlock& put) {
  auto keys = distinct_keys(snapshot, source);
  if (!keys) return std::move(keys.error());
  Run run{id, level, 0, 0, least_value(snapshot), {}, Bloom(static_cast<std::size_t>(*keys))};
  BlockWriter writer(run.base);
  Merge merge(snapshot, source);
  std::optional<std::uint64_t> last;
  Part some;
  do {
    if (auto read = merge.next(some); !read) return std::move(read.error());
    for (const Entry& entry : some) {
      auto full = writer.add(entry);
      if (full || run.count == 0) run.fences.push_back(entry.key);
      if (full && !put(std::move(*full))) return std::optional<Run>();
      if (last != entry.key) {
        run.bloom.add(entry.key);
        ++run.keys;
        last = entry.key;
      }
      ++run.count;
    }
  } while (!some.empty());
  if (auto rest = writer.finish(); rest && !put(std::move(*rest))) return std::optional<Run>();
  if (!put_tail(run, put)) return std::optional<Run>();
  return std::optional(std::move(run));
}

Status read_tail(Run& run, std::size_t blocks, std::size_t tail_blocks, BlockSource& source) {
  std::string bytes;
  for (std::size_t i = 0; i < tail_blocks; ++i) {
    auto block = source.block(run.id, blocks + i);
    if (!block) return std::move(block.error());
    const auto body = unsealed(*block);
    if (!body) return damaged(run, blocks + i);
    bytes += *body;
  }
  if (!parse_tail(bytes, blocks, run)) return damaged(run, blocks);
  return Done{};
}

}  // namespace suyuan::runs
