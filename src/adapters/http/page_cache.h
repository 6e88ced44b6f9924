// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/http/message.h"
#include "app/page/page_reads.h"

namespace suyuan::http {

// Answers, kept for as long as nothing that they were made from has changed: never older than what was acknowledged.
// In bounded memory: what is asked for once goes before what was asked for again, so that trying out many codes does
// not drive out the pages that people open. Any thread.
class PageCache {
 public:
  // Keeps nothing when `changes` is nullptr or `bytes_max` is 0.
  PageCache(const Changes* changes, std::size_t bytes_max) : changes_(changes), bytes_max_(bytes_max) {}

  std::shared_ptr<const Response> find(const std::string& key);  // nullptr: not kept, or outdated
  void keep(std::string key, std::shared_ptr<const Response> answer, Footprint& footprint);

  std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Response> answer;
    std::vector<Changes::Place> places;
    std::uint64_t moment = 0;
    std::size_t bytes = 0;
    bool was_asked_again = false;
  };
  using Entries = std::list<Entry>;  // most recently asked for first

  Entries& list_of(const Entry& entry) { return entry.was_asked_again ? again_ : once_; }
  std::size_t& bytes_of(const Entry& entry) { return entry.was_asked_again ? again_bytes_ : once_bytes_; }
  void promote(Entries::iterator entry);
  void drop(Entries::iterator entry);
  void make_room();

  const Changes* changes_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  Entries once_, again_;
  std::size_t once_bytes_ = 0, again_bytes_ = 0;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // keys live in the entries
};

}  // namespace suyuan::http
