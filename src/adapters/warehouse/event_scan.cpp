// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/warehouse/event_reads.h"

// Scans in record order and in the order of event times: what is looked at next comes from the postings, from the
// times, or simply counts up; the filter judges each event.
namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;
using trace::StoredEvent;
using Place = Warehouse::Place;
using Scan = Warehouse::Scan;

constexpr std::size_t kSortedInMemory = 20'000;  // events of a naming that are put into the order of time at once

Place place_of(const StoredEvent& event) { return {event.time, event.seq.value()}; }

bool is_before(const Scan& scan, const Place& a, const Place& b) {
  const auto key = [&](const Place& p) {
    return std::pair(scan.order == Warehouse::Order::kTime ? p.time : kInstantMin, p.seq);
  };
  return scan.descending ? key(b) < key(a) : key(a) < key(b);
}

}  // namespace

// The first record at or after this moment; record times never decrease.
Result<std::int64_t> EventReads::first_recorded(Instant at, std::int64_t upto) {
  auto query = connection_.prepare("SELECT recorded FROM event WHERE seq = $1");
  if (!query) return std::move(query.error());
  std::int64_t low = 1, high = upto + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const sql::Reset reset(**query);
    auto row = (*query)->bind(1, middle).step();
    if (!row) return std::move(row.error());
    if (*row && (*query)->integer(0) < at.time_since_epoch().count())
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::vector<EventSeq> EventReads::by_number(const Scan& scan, const Place& after, std::size_t count) {
  std::vector<EventSeq> seqs;
  const std::int64_t step = scan.descending ? -1 : 1;
  for (std::int64_t seq = after.seq + step; seq > 0 && seq <= scan.upto.value() && seqs.size() < count; seq += step)
    seqs.emplace_back(seq);
  return seqs;
}

// Of the naming that has the fewest objects; the filter judges the others, and the roles.
Result<std::vector<EventSeq>> EventReads::by_naming(const Scan& scan, const Place& after, std::size_t count,
                                                    bool& is_end) {
  const auto& namings = scan.filter.naming;
  const auto& naming = *std::min_element(
      namings.begin(), namings.end(), [](const auto& a, const auto& b) { return a.objects.size() < b.objects.size(); });
  const auto is_earlier = [&](std::int64_t a, std::int64_t b) { return scan.descending ? b < a : a < b; };
  std::vector<std::int64_t> seqs;
  std::optional<std::int64_t> horizon;  // beyond it an object has more than was read
  for (const ObjectId object : naming.objects) {
    const auto key = static_cast<std::uint64_t>(object.value());
    const std::int64_t bound = scan.descending ? after.seq : after.seq + 1;
    auto entries = runs::next_entries((*state_)[Lookup::kPosting], {key, static_cast<std::uint64_t>(bound) << 5U},
                                      scan.descending ? runs::Entry{key, 0} : runs::Entry{key + 1, 0}, count, blocks_);
    if (!entries) return std::move(entries.error());
    const bool is_full = entries->size() == count;
    if (is_full && (!horizon || is_earlier(seq_of_posting(entries->back().value), *horizon)))
      horizon = seq_of_posting(entries->back().value);
    for (const runs::Entry& entry : *entries) seqs.push_back(seq_of_posting(entry.value));
  }
  std::sort(seqs.begin(), seqs.end(), is_earlier);
  seqs.erase(std::unique(seqs.begin(), seqs.end()), seqs.end());
  if (horizon) std::erase_if(seqs, [&](std::int64_t seq) { return is_earlier(*horizon, seq); });
  is_end = !horizon && seqs.size() <= count;
  if (seqs.size() > count) seqs.resize(count);
  std::vector<EventSeq> found;
  for (const std::int64_t seq : seqs) {
    if (seq > scan.upto.value()) {
      if (scan.descending) continue;
      is_end = true;
      break;
    }
    found.emplace_back(seq);
  }
  return found;
}

Result<std::vector<EventSeq>> EventReads::by_time(const Scan& scan, const Place& after, std::size_t count,
                                                  Place& reached, bool& is_end) {
  const runs::Entry from{time_key(after.time.time_since_epoch().count()), static_cast<std::uint64_t>(after.seq)};
  auto entries = runs::next_entries((*state_)[Lookup::kTime], from,
                                    scan.descending ? runs::kFirstEntry : runs::kLastEntry, count, blocks_);
  if (!entries) return std::move(entries.error());
  is_end = entries->size() < count;
  std::vector<EventSeq> seqs;
  for (const runs::Entry& entry : *entries) {
    reached = {Instant(std::chrono::microseconds(time_of_key(entry.key))), static_cast<std::int64_t>(entry.value)};
    if (reached.seq <= scan.upto.value()) seqs.emplace_back(reached.seq);
  }
  return seqs;
}

Result<std::vector<EventSeq>> EventReads::candidates(const Scan& scan, const Place& after, std::size_t count,
                                                     Place& reached, bool& is_end) {
  if (scan.order == Warehouse::Order::kTime) return by_time(scan, after, count, reached, is_end);
  is_end = false;
  auto seqs =
      scan.filter.naming.empty() ? Result(by_number(scan, after, count)) : by_naming(scan, after, count, is_end);
  if (!seqs) return seqs;
  is_end = is_end || (scan.filter.naming.empty() && seqs->size() < count);
  if (!seqs->empty()) reached = {after.time, seqs->back().value()};
  return seqs;
}

Result<Warehouse::ScanPage> EventReads::scan(const Scan& scan) {
  const Warehouse::Filter& filter = scan.filter;
  const bool by_time = scan.order == Warehouse::Order::kTime;
  if (by_time && !filter.naming.empty()) return scan_by_naming_and_time(scan);
  Place at = scan.after.value_or(scan.descending ? Place{kInstantMax, INT64_MAX >> 6U} : Place{kInstantMin, 0});
  if (!by_time && scan.descending) at.seq = std::min(at.seq, scan.upto.value() + 1);
  // Bounds on the order itself are where the scan begins and ends.
  if (by_time && !scan.descending && filter.time_from && at.time < *filter.time_from)
    at = {*filter.time_from - std::chrono::microseconds(1), INT64_MAX >> 6U};
  if (by_time && scan.descending && filter.time_until && at.time >= *filter.time_until) at = {*filter.time_until, 0};
  if (!by_time && !scan.descending && filter.recorded_from) {
    auto first = first_recorded(*filter.recorded_from, scan.upto.value());
    if (!first) return std::move(first.error());
    at.seq = std::max(at.seq, *first - 1);
  }
  // Others' events need not be read, but where bounds of time tell by them that the end was reached.
  const bool is_bounded = filter.time_from || filter.time_until || filter.recorded_from || filter.recorded_until;
  const Seen* senders = filter.seen && filter.seen->named.empty() && !is_bounded ? &*filter.seen : nullptr;
  Warehouse::ScanPage page;
  std::size_t looked = 0, count = std::max<std::size_t>(64, scan.limit + 1);
  for (bool is_end = false; !is_end && looked < scan.look_at; count = std::min<std::size_t>(count * 2, 4096)) {
    Place reached = at;
    auto seqs = candidates(scan, at, count, reached, is_end);
    if (!seqs) return std::move(seqs.error());
    auto read = events(*seqs, scan.upto.value(), senders);
    if (!read) return std::move(read.error());
    looked += seqs->size();
    for (StoredEvent& event : *read) {
      const bool is_past = by_time ? (scan.descending ? event.time < filter.time_from.value_or(kInstantMin)
                                                      : event.time >= filter.time_until.value_or(kInstantMax))
                                   : (scan.descending ? event.recorded < filter.recorded_from.value_or(kInstantMin)
                                                      : event.recorded >= filter.recorded_until.value_or(kInstantMax));
      if (is_past) {
        page.next.reset();
        return page;
      }
      if (page.events.size() == scan.limit) return page;
      page.next = place_of(event);
      if (passes(filter, event)) page.events.push_back(std::move(event));
    }
    at = reached;
    page.next = at;
    if (is_end) page.next.reset();
  }
  return page;
}

// A naming names few events as a rule: they are put into order in memory. A naming of more is met by the scan over all
// times, where the filter finds them.
Result<Warehouse::ScanPage> EventReads::scan_by_naming_and_time(const Scan& scan) {
  Scan by_record = scan;
  by_record.order = Warehouse::Order::kRecord;
  by_record.descending = false;
  bool is_whole = false;
  auto seqs = by_naming(by_record, Place{kInstantMin, 0}, kSortedInMemory, is_whole);
  if (!seqs) return std::move(seqs.error());
  std::vector<StoredEvent> all;
  if (is_whole) {
    auto read = events(*seqs, scan.upto.value());
    if (!read) return std::move(read.error());
    all = std::move(*read);
  } else {
    Scan over_all = scan;
    over_all.filter.naming.clear();
    over_all.limit = scan.look_at;
    auto read = this->scan(over_all);
    if (!read) return read;
    Warehouse::ScanPage page;
    for (StoredEvent& event : read->events) {
      if (page.events.size() == scan.limit) return page;
      page.next = place_of(event);
      if (passes(scan.filter, event)) page.events.push_back(std::move(event));
    }
    page.next = read->next;
    return page;
  }
  std::sort(all.begin(), all.end(),
            [&](const StoredEvent& a, const StoredEvent& b) { return is_before(scan, place_of(a), place_of(b)); });
  Warehouse::ScanPage page;
  for (StoredEvent& event : all) {
    if (scan.after && !is_before(scan, *scan.after, place_of(event))) continue;
    if (!passes(scan.filter, event)) continue;
    if (page.events.size() == scan.limit) return page;
    page.next = place_of(event);
    page.events.push_back(std::move(event));
  }
  page.next.reset();
  return page;
}

}  // namespace suyuan
