// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/ports/warehouse.h"

// The load: events as a traceability store gets them, the same ones for the same seed.
//
// Mean 650 bytes of EPCIS JSON-LD and 2.99 ids of goods an event: 10 % aggregations (one new parent, 10 consecutive
// children), 3 % transformations (2 in, 3 new ones out), the rest object events of 1 to 3 ids. 0.593 new objects an
// event, so that each is seen five times: 3000 GTINs with random serials of 12 digits, and SSCCs. Seen again after a
// while that is log-uniform (75 %) or uniform over all history (25 %). Beside the goods an event names two of 5000
// places, and every tenth two of 5000 parties.
namespace suyuan::bench {

class Random {  // xoshiro256**
 public:
  explicit Random(std::uint64_t seed);
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // [0, bound)
  double unit();                             // [0, 1)

 private:
  std::uint64_t state_[4];
};

struct MadeEvent {
  trace::Event event;  // checked and canonical, without its node tree
  std::string json;
};

// What a source of events has made so far.
struct Made {
  std::int64_t events = 0, bytes = 0, ids = 0, objects = 0;
};

class EventSource {
 public:
  EventSource(std::uint64_t seed, Instant now) : random_(seed), now_(now) {}
  virtual ~EventSource() = default;
  virtual MadeEvent next() = 0;

  // A document of the next `count` events, as a client sends it: without event ids.
  std::string document(std::size_t count);
  // The same, read and checked: what capturing gives to the store. Event ids and contents are random, not hashes.
  NewSubmission submission(std::size_t count);
  const Made& made() const { return made_; }

 protected:
  MadeEvent finish(trace::Event event, const std::string& note);
  Instant some_days_ago();

  Random random_;
  Instant now_;
  Made made_;
};

class World : public EventSource {
 public:
  World(std::uint64_t seed, Instant now);
  MadeEvent next() override;
  std::size_t things() const { return things_.size(); }
  codes::Identity thing(std::size_t index) const;  // in the order of first sight

 private:
  codes::Identity new_item();
  codes::Identity new_carrier();
  std::size_t seen_before();  // index of a thing
  void observe(trace::Event& event, trace::Role role, std::size_t count);
  trace::Event aggregation();
  trace::Event transformation();
  trace::Event commissioning();
  trace::Event observation();
  void add_places(trace::Event& event);
  void add_parties(trace::Event& event);
  std::string note();

  std::vector<std::string> gtins_, places_, parties_;  // keys
  std::vector<std::uint64_t> things_;                  // GTIN << 40 | serial, or the mark of a carrier | number
};

// One lot that goes into `orders` orders, each shipped to one of `holders` parties.
class Hub : public EventSource {
 public:
  Hub(std::uint64_t seed, Instant now, std::int64_t orders, std::int64_t holders, int number);
  MadeEvent next() override;
  std::int64_t events() const { return 2 * orders_; }
  std::int64_t holders_used() const;  // after all events
  const codes::Identity& lot() const { return lot_; }

 private:
  codes::Identity order(std::int64_t index) const;
  std::int64_t orders_;
  int number_;
  codes::Identity lot_;
  std::string gtin_;
  std::vector<bool> used_;
};

// Cases of ten items, each item with the usual life: made, packed, shipped, received, unpacked, sold.
class Stories : public EventSource {
 public:
  static constexpr std::int64_t kEventsPerCase = 15, kItemsPerCase = 10;
  Stories(std::uint64_t seed, Instant now) : EventSource(~seed, now) {}
  MadeEvent next() override;
  static codes::Identity item(std::int64_t index);

 private:
  static codes::Identity carrier(std::int64_t number);
};

// Are the documents valid for our capture, and is what submission() builds what reading them gives? Says what is not,
// or "".
std::string problem_with_generator(Clock& clock);

}  // namespace suyuan::bench
