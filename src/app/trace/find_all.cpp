// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <future>

#include "app/trace/load.h"
#include "domain/trace/recall.h"

namespace suyuan {

namespace {

using trace::ObjectId;

constexpr std::size_t kAhead = 2;  // pieces that are looked up before their turn

// Objects that are being looked up: what must be known before a recall can say which events it needs.
struct Lookup {
  std::vector<ObjectId> objects;
  bool is_alone;  // the only piece there is: nothing else is worked on meanwhile
  std::vector<codes::Level> levels = {};
  std::vector<trace::Posting> postings = {};
  std::future<Status> done = {};  // waited for before the rest goes
};

Status look_up(Warehouse& warehouse, trace::EventSeq upto, Lookup& lookup) {
  auto levels = warehouse.levels(lookup.objects);
  if (!levels) return std::move(levels.error());
  auto postings = warehouse.postings(lookup.objects, upto);
  if (!postings) return std::move(postings.error());
  lookup.levels = std::move(*levels);
  lookup.postings = std::move(*postings);
  return Done{};
}

// Objects whose facts are being read.
struct Reading {
  trace::Recall::Slice slice;
  std::vector<std::future<Status>> by;  // threads; they are waited for before the slice goes
};

Reading read_facts(Warehouse& warehouse, trace::EventSeq upto, trace::Recall::Slice slice, std::size_t readers) {
  Reading reading{std::move(slice), {}};
  const std::size_t parts = reading.slice.parts.size(), threads = std::min(parts, readers);
  for (std::size_t first = 0; first < threads; ++first) {
    const auto read = [&warehouse, upto, first, threads, all = std::span(reading.slice.parts)]() -> Status {
      Status done = Done{};
      for (std::size_t i = first; done && i < all.size(); i += threads)
        done = warehouse.facts(all[i].events, upto, *all[i].facts);
      return done;
    };
    reading.by.push_back(std::async(parts > 1 ? std::launch::async : std::launch::deferred, read));
  }
  return reading;
}

Status settle(Warehouse& warehouse, trace::EventSeq upto, Reading& reading, trace::Chain& chain,
              trace::Recall& recall) {
  for (auto& part : reading.by) {
    if (auto done = part.get(); !done) return done;
  }
  const trace::Recall::Ask ask = recall.settle(reading.slice);
  if (auto loaded = load_chain(warehouse, ask.whole, upto, chain); !loaded) return loaded;
  auto classes = warehouse.classes(ask.outline);
  if (!classes) return std::move(classes.error());
  auto outline_levels = warehouse.levels(ask.outline);
  if (!outline_levels) return std::move(outline_levels.error());
  for (std::size_t i = 0; i < ask.outline.size(); ++i)
    chain.add(ask.outline[i], (*outline_levels)[i], (*classes)[i], {}, {});
  for (const ObjectId of_class : ask.classes) {
    auto members = members_of(warehouse, of_class);
    if (!members) return std::move(members.error());
    recall.take_members(of_class, *members);
  }
  return Done{};
}

}  // namespace

// Piece by piece: while the next ones are found and looked up, and the facts of one are read, the one before is
// settled.
Status find_all(Warehouse& warehouse, trace::EventSeq upto, trace::Chain& chain, trace::Recall& recall) {
  std::deque<Lookup> ahead;
  std::deque<Reading> read;
  for (;;) {
    while (ahead.size() < kAhead) {
      auto wanted = recall.advance();
      if (wanted.empty()) break;
      const bool is_alone = wanted.size() < recall.piece() && ahead.empty() && read.empty();
      Lookup& next = ahead.emplace_back(Lookup{std::move(wanted), is_alone});
      next.done = std::async(is_alone ? std::launch::deferred : std::launch::async,
                             [&warehouse, upto, &next] { return look_up(warehouse, upto, next); });
    }
    if (ahead.empty() && read.empty()) return Done{};
    if (!ahead.empty()) {
      Lookup& first = ahead.front();
      if (auto done = first.done.get(); !done) return done;
      read.push_back(read_facts(warehouse, upto, recall.know(first.objects, first.levels, first.postings),
                                first.is_alone ? 2 : 1));  // else two slices are read at once
      ahead.pop_front();
    }
    while (read.size() > (ahead.empty() ? 0 : 1)) {
      if (auto done = settle(warehouse, upto, read.front(), chain, recall); !done) return done;
      read.pop_front();
    }
  }
}

}  // namespace suyuan
