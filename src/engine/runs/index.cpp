// SPDX-License-Identifier: Apache-2.0
#include "engine/runs/index.h"

#include <algorithm>
#include <map>

namespace suyuan::runs {

namespace {

template <class T>
void remove_all(std::vector<std::shared_ptr<const T>>& from, const std::vector<std::shared_ptr<const T>>& what) {
  std::erase_if(from, [&](const auto& each) { return std::find(what.begin(), what.end(), each) != what.end(); });
}

Part united(const Part& a, const Part& b) {
  Part both;
  both.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

}  // namespace

void Index::add(Part entries) {
  if (entries.empty()) return;
  if (!std::is_sorted(entries.begin(), entries.end())) std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  hot_.push_back(std::make_shared<const Part>(std::move(entries)));
}

bool Index::merge_parts() {
  bool has_merged = false;
  while (hot_.size() > 1 && hot_[hot_.size() - 2]->size() < hot_.back()->size() * 2) {
    auto both = std::make_shared<const Part>(united(*hot_[hot_.size() - 2], *hot_.back()));
    hot_.pop_back();
    hot_.back() = std::move(both);
    has_merged = true;
  }
  return has_merged;
}

std::size_t Index::hot() const {
  std::size_t count = 0;
  for (const auto& part : hot_) count += part->size();
  return count;
}

Snapshot Index::freeze() {
  Snapshot frozen{std::move(hot_), {}};
  hot_.clear();
  frozen_.insert(frozen_.end(), frozen.parts.begin(), frozen.parts.end());
  return frozen;
}

void Index::install(const Snapshot& made_of, std::shared_ptr<const Run> run) {
  remove_all(frozen_, made_of.parts);
  remove_all(runs_, made_of.runs);
  remove_all(merging_, made_of.runs);
  runs_.push_back(std::move(run));
}

Snapshot Index::mergeable(std::size_t fan_in) {
  std::map<int, std::vector<std::shared_ptr<const Run>>> by_level;
  for (const auto& run : runs_) {
    if (std::find(merging_.begin(), merging_.end(), run) == merging_.end()) by_level[run->level].push_back(run);
  }
  for (auto& [level, runs] : by_level) {
    if (runs.size() < fan_in) continue;
    merging_.insert(merging_.end(), runs.begin(), runs.end());
    return {{}, std::move(runs)};
  }
  return {};
}

Snapshot Index::snapshot() const {
  Snapshot all{frozen_, runs_};
  all.parts.insert(all.parts.end(), hot_.begin(), hot_.end());
  return all;
}

void Index::clear() {
  for (auto* parts : {&hot_, &frozen_}) parts->clear();
  for (auto* runs : {&runs_, &merging_}) runs->clear();
}

}  // namespace suyuan::runs
