// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/page_cache.h"

namespace suyuan::http {

namespace {

std::size_t bytes_with(const std::string& key, const Response& answer, std::size_t places) {
  constexpr std::size_t kOverhead = 512;  // nodes, header fields
  return kOverhead + key.size() + answer.body.size() + places * sizeof(Changes::Place);
}

}  // namespace

std::shared_ptr<const Response> PageCache::find(const std::string& key) {
  if (changes_ == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  const auto entry = found->second;
  if (!changes_->is_unchanged(entry->places, entry->moment)) {
    drop(entry);
    return nullptr;
  }
  auto answer = entry->answer;
  promote(entry);
  return answer;
}

void PageCache::keep(std::string key, std::shared_ptr<const Response> answer, Footprint& footprint) {
  if (changes_ == nullptr) return;
  Entry entry{std::move(key), std::move(answer), footprint.take_places(), footprint.moment(), 0, false};
  entry.bytes = bytes_with(entry.key, *entry.answer, entry.places.size());
  if (entry.bytes > bytes_max_ / 8) return;
  const std::lock_guard lock(mutex_);
  if (const auto old = index_.find(entry.key); old != index_.end()) {
    if (old->second->moment >= entry.moment) return;
    drop(old->second);
  }
  once_bytes_ += entry.bytes;
  once_.push_front(std::move(entry));
  index_.emplace(once_.front().key, once_.begin());
  make_room();
}

std::size_t PageCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return once_bytes_ + again_bytes_;
}

void PageCache::promote(Entries::iterator entry) {
  Entries& from = list_of(*entry);
  bytes_of(*entry) -= entry->bytes;
  entry->was_asked_again = true;
  again_bytes_ += entry->bytes;
  again_.splice(again_.begin(), from, entry);
  make_room();
}

void PageCache::drop(Entries::iterator entry) {
  bytes_of(*entry) -= entry->bytes;
  index_.erase(entry->key);
  list_of(*entry).erase(entry);
}

// A fifth is for what was asked for once, as long as the rest is wanted. What falls out of the larger part gets a
// second chance in the smaller one.
void PageCache::make_room() {
  const std::size_t again_max = bytes_max_ - bytes_max_ / 5;
  while (again_bytes_ > again_max) {
    const auto last = std::prev(again_.end());
    again_bytes_ -= last->bytes;
    last->was_asked_again = false;
    once_bytes_ += last->bytes;
    once_.splice(once_.begin(), again_, last);
  }
  while (once_bytes_ + again_bytes_ > bytes_max_) drop(std::prev(once_.end()));
}

}  // namespace suyuan::http
