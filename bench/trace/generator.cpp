// SPDX-License-Identifier: Apache-2.0
#include "generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "app/capture/capture.h"
#include "domain/codes/check_digit.h"
#include "event_json.h"

namespace suyuan::bench {

namespace {

using codes::gs1_check_digit;
using trace::Action;
using trace::EventType;
using trace::Role;

constexpr std::size_t kGtins = 3000, kPlaces = 5000;
constexpr std::uint64_t kCarrier = std::uint64_t{1} << 60U;
constexpr std::uint64_t kSerials = 1'000'000'000'000;
constexpr double kCommissioned = 0.2316;  // of object events: gives 0.593 new objects an event
constexpr std::size_t kNoteMean = 155;    // gives events of 650 bytes

std::string with_check_digit(std::string digits) {
  digits.back() = gs1_check_digit(digits);
  return digits;
}

std::string cbv(std::string_view kind, std::string_view word) {
  return fmt::format("https://ref.gs1.org/cbv/{}-{}", kind, word);
}

trace::Object object(Role role, codes::Identity id) { return {role, std::move(id), std::nullopt, "", false, ""}; }

codes::Identity gs1(std::string key) { return {codes::Scheme::kGs1, std::move(key)}; }

trace::Event event_of(EventType type, Action action, std::string_view step, std::string_view disposition) {
  trace::Event event;
  event.type = type;
  event.action = action;
  event.biz_step = cbv("BizStep", step);
  event.disposition = cbv("Disp", disposition);
  return event;
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {  // splitmix64
    seed += 0x9e3779b97f4a7c15U;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    word = z ^ (z >> 31U);
  }
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) { return next() % bound; }

double Random::unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

// ------------------------------------------------------------------------------------------------------------- source
std::string EventSource::document(std::size_t count) {
  std::string text(document_begin());
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ",\n";
    text += next().json;
  }
  return text += document_end();
}

NewSubmission EventSource::submission(std::size_t count) {
  NewSubmission submission;
  submission.public_id = new_public_id(now_ + std::chrono::milliseconds(made_.events));
  submission.original = document_begin();
  submission.events.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) submission.original += ",\n";
    MadeEvent made = next();
    const std::size_t begin = submission.original.size();
    submission.original += made.json;
    for (std::size_t word = 0; word < 4; ++word) {
      const std::uint64_t bits = random_.next();
      for (std::size_t byte = 0; byte < 8; ++byte)
        made.event.content[word * 8 + byte] = static_cast<std::uint8_t>(bits >> (byte * 8));
    }
    made.event.id = fmt::format("ni:///sha-256;{:02x}?ver=CBV2.0", fmt::join(made.event.content, ""));
    made.event.node.path = fmt::format("/epcisBody/eventList/{}", i);
    submission.events.push_back({std::move(made.event), begin, submission.original.size()});
  }
  submission.original += document_end();
  return submission;
}

MadeEvent EventSource::finish(trace::Event event, const std::string& note) {
  event.time = {some_days_ago(), std::chrono::minutes(480)};
  std::string json = event_json(event, note);
  ++made_.events;
  made_.bytes += static_cast<std::int64_t>(json.size());
  for (const trace::Object& each : event.objects)
    if (each.role <= Role::kOutput) ++made_.ids;
  return {std::move(event), std::move(json)};
}

Instant EventSource::some_days_ago() {
  const double x = random_.unit();
  const auto milliseconds = static_cast<std::int64_t>(x * x * x * 4 * 86'400'000);
  return std::chrono::floor<std::chrono::milliseconds>(now_) - std::chrono::milliseconds(milliseconds);
}

// -------------------------------------------------------------------------------------------------------------- world
World::World(std::uint64_t seed, Instant now) : EventSource(seed, now) {
  for (std::size_t i = 0; i < kGtins; ++i)
    gtins_.push_back(with_check_digit(fmt::format("0690{:09}0", 1234567 + i * 31)));
  for (std::size_t i = 0; i < kPlaces; ++i) {
    places_.push_back("/414/" + with_check_digit(fmt::format("691{:09}0", 7654321 + i * 17)));
    parties_.push_back("/417/" + with_check_digit(fmt::format("692{:09}0", 1112223 + i * 13)));
  }
}

codes::Identity World::thing(std::size_t index) const {
  const std::uint64_t packed = things_[index];
  if ((packed & kCarrier) != 0) {
    return gs1("/00/" + with_check_digit(fmt::format("1690{:013}0", packed & ~kCarrier)));
  }
  return gs1(fmt::format("/01/{}/21/{:012}", gtins_[packed >> 40U], packed & ((std::uint64_t{1} << 40U) - 1)));
}

codes::Identity World::new_item() {
  ++made_.objects;
  things_.push_back(random_.below(kGtins) << 40U | random_.below(kSerials));
  return thing(things_.size() - 1);
}

codes::Identity World::new_carrier() {
  ++made_.objects;
  things_.push_back(kCarrier | things_.size());
  return thing(things_.size() - 1);
}

std::size_t World::seen_before() {
  const std::size_t count = things_.size();
  if (random_.unit() < 0.25) return random_.below(count);
  const double age = std::pow(static_cast<double>(count), random_.unit());
  return count - std::min(count, static_cast<std::size_t>(age));
}

void World::observe(trace::Event& event, Role role, std::size_t count) {
  std::array<std::size_t, 3> taken{};
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t index = seen_before();
    while (std::find(taken.begin(), taken.begin() + i, index) != taken.begin() + i)
      index = (index + 1) % things_.size();
    taken[i] = index;
    event.objects.push_back(object(role, thing(index)));
  }
}

trace::Event World::aggregation() {
  trace::Event event = event_of(EventType::kAggregation, Action::kAdd, "packing", "in_progress");
  constexpr std::size_t kChildren = 10;
  const std::size_t first = std::min(seen_before(), things_.size() - kChildren);
  event.objects.push_back(object(Role::kParent, new_carrier()));
  for (std::size_t i = 0; i < kChildren; ++i) event.objects.push_back(object(Role::kChild, thing(first + i)));
  return event;
}

trace::Event World::transformation() {
  trace::Event event = event_of(EventType::kTransformation, Action::kNone, "creating_class_instance", "in_progress");
  observe(event, Role::kInput, 2);
  for (int i = 0; i < 3; ++i) event.objects.push_back(object(Role::kOutput, new_item()));
  return event;
}

trace::Event World::commissioning() {
  trace::Event event = event_of(EventType::kObject, Action::kAdd, "commissioning", "active");
  const std::size_t count = 1 + random_.below(3);
  for (std::size_t i = 0; i < count; ++i) event.objects.push_back(object(Role::kSubject, new_item()));
  return event;
}

trace::Event World::observation() {
  constexpr std::array<std::array<std::string_view, 2>, 5> kSteps = {{{"shipping", "in_transit"},
                                                                      {"receiving", "in_progress"},
                                                                      {"storing", "in_progress"},
                                                                      {"inspecting", "conformant"},
                                                                      {"retail_selling", "retail_sold"}}};
  const auto& [step, disposition] = kSteps[random_.below(kSteps.size())];
  trace::Event event = event_of(EventType::kObject, Action::kObserve, step, disposition);
  observe(event, Role::kSubject, 1 + random_.below(3));
  return event;
}

void World::add_places(trace::Event& event) {
  const std::uint64_t place = random_.below(kPlaces);
  event.objects.push_back(object(Role::kReadPoint, gs1(places_[place])));
  event.objects.push_back(object(Role::kBizLocation, gs1(places_[place / 4 * 4])));
}

void World::add_parties(trace::Event& event) {
  for (const Role role : {Role::kSourceOwner, Role::kDestinationOwner}) {
    event.objects.push_back(object(role, gs1(parties_[random_.below(kPlaces)])));
    event.objects.back().type = cbv("SDT", "owning_party");
  }
}

std::string World::note() {
  constexpr std::array<std::string_view, 24> kWords = {
      "pallet",   "carton", "checked", "seal",  "intact",   "temperature", "truck",  "dock",
      "operator", "shift",  "scanner", "lane",  "released", "sample",      "weight", "label",
      "printed",  "moved",  "quality", "order", "customs",  "inspection",  "passed", "line"};
  const std::size_t length = random_.below(2 * kNoteMean);
  std::string text;
  while (text.size() < length) {
    const std::uint64_t pick = random_.next();
    if (pick % 5 == 0)
      fmt::format_to(std::back_inserter(text), "{} ", pick >> 40U);
    else
      fmt::format_to(std::back_inserter(text), "{} ", kWords[(pick >> 8U) % kWords.size()]);
  }
  text.resize(length);
  if (!text.empty() && text.back() == ' ') text.back() = '.';
  return text;
}

MadeEvent World::next() {
  constexpr std::size_t kEnough = 100;  // things, before events can be about earlier ones
  const double kind = random_.unit();
  trace::Event event;
  if (things_.size() < kEnough)
    event = commissioning();
  else if (kind < 0.10)
    event = aggregation();
  else if (kind < 0.13)
    event = transformation();
  else
    event = random_.unit() < kCommissioned ? commissioning() : observation();
  add_places(event);
  if (event.type == EventType::kObject && random_.below(9) == 0) add_parties(event);
  return finish(std::move(event), note());
}

// ---------------------------------------------------------------------------------------------------------------- hub
Hub::Hub(std::uint64_t seed, Instant now, std::int64_t orders, std::int64_t holders, int number)
    : EventSource(seed, now),
      orders_(orders),
      number_(number),
      gtin_(with_check_digit("06932222222220")),
      used_(static_cast<std::size_t>(holders)) {
  lot_ = gs1(fmt::format("/01/{}/10/HUB{}", with_check_digit("06931111111110"), number_));
}

codes::Identity Hub::order(std::int64_t index) const {
  return gs1(fmt::format("/01/{}/21/{}{:09}", gtin_, number_, index));
}

std::int64_t Hub::holders_used() const { return std::count(used_.begin(), used_.end(), true); }

MadeEvent Hub::next() {
  const bool made = made_.events < orders_;
  const std::int64_t index = made_.events % orders_;
  trace::Event event;
  if (made) {
    event = event_of(EventType::kTransformation, Action::kNone, "creating_class_instance", "in_progress");
    trace::Object lot = object(Role::kInput, lot_);
    lot.amount = Decimal(1);
    lot.is_quantity = true;
    event.objects.push_back(std::move(lot));
    event.objects.push_back(object(Role::kOutput, order(index)));
    ++made_.objects;
  } else {
    event = event_of(EventType::kObject, Action::kObserve, "shipping", "in_transit");
    const std::uint64_t holder = random_.below(used_.size());
    used_[holder] = true;
    event.objects.push_back(object(Role::kSubject, order(index)));
    event.objects.push_back(
        object(Role::kDestinationOwner, gs1("/417/" + with_check_digit(fmt::format("694{:09}0", holder)))));
    event.objects.back().type = cbv("SDT", "owning_party");
  }
  MadeEvent finished = finish(std::move(event), "hub");
  // Shipped after it was made, whatever the days between.
  finished.event.time.at = std::chrono::floor<std::chrono::milliseconds>(now_) - std::chrono::hours(made ? 48 : 24) +
                           std::chrono::milliseconds(index);
  finished.json = event_json(finished.event, "hub");
  return finished;
}

// ------------------------------------------------------------------------------------------------------------ stories
codes::Identity Stories::item(std::int64_t index) {
  return gs1(fmt::format("/01/{}/21/S{:08}", with_check_digit("06935555555550"), index));
}

codes::Identity Stories::carrier(std::int64_t number) {
  return gs1("/00/" + with_check_digit(fmt::format("2695{:013}0", number)));
}

MadeEvent Stories::next() {
  struct Step {
    EventType type;
    Action action;
    std::string_view step, disposition, place;
    bool of_carrier, of_items;
  };
  constexpr std::array<Step, 6> kSteps = {{
      {EventType::kObject, Action::kAdd, "commissioning", "active", "695111111111", false, true},
      {EventType::kAggregation, Action::kAdd, "packing", "in_progress", "695111111111", true, true},
      {EventType::kObject, Action::kObserve, "shipping", "in_transit", "695111111111", true, false},
      {EventType::kObject, Action::kObserve, "receiving", "in_progress", "695222222222", true, false},
      {EventType::kAggregation, Action::kDelete, "unpacking", "in_progress", "695222222222", true, true},
      {EventType::kObject, Action::kObserve, "retail_selling", "retail_sold", "695222222222", false, false},
  }};
  const std::int64_t number = made_.events / kEventsPerCase, position = made_.events % kEventsPerCase;
  const auto at = static_cast<std::size_t>(std::min<std::int64_t>(position, kSteps.size() - 1));
  const Step& step = kSteps[at];
  const bool packing = step.type == EventType::kAggregation;
  trace::Event event = event_of(step.type, step.action, step.step, step.disposition);
  if (step.of_carrier) event.objects.push_back(object(packing ? Role::kParent : Role::kSubject, carrier(number)));
  for (std::int64_t i = 0; step.of_items && i < kItemsPerCase; ++i)
    event.objects.push_back(object(packing ? Role::kChild : Role::kSubject, item(number * kItemsPerCase + i)));
  if (!step.of_carrier && !step.of_items)  // one item is sold
    event.objects.push_back(object(Role::kSubject, item(number * kItemsPerCase + position - 5)));
  const codes::Identity place = gs1("/414/" + with_check_digit(std::string(step.place) + "0"));
  event.objects.push_back(object(Role::kReadPoint, place));
  event.objects.push_back(object(Role::kBizLocation, place));
  MadeEvent finished = finish(std::move(event), "story");
  finished.event.time.at =
      std::chrono::floor<std::chrono::milliseconds>(now_) - std::chrono::hours(24 * 7) + std::chrono::hours(12 * at);
  finished.json = event_json(finished.event, "story");
  return finished;
}

}  // namespace suyuan::bench
