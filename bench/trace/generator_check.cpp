// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/files/epcis.h"
#include "domain/trace/read_event.h"
#include "generator.h"

namespace suyuan::bench {

namespace {

std::string difference(const trace::Event& built, const trace::Event& read) {
  if (built.type != read.type || built.action != read.action) return "type or action";
  if (built.time.at != read.time.at || built.time.offset != read.time.offset) return "time";
  if (built.biz_step != read.biz_step)
    return fmt::format("business step \"{}\" against \"{}\"", built.biz_step, read.biz_step);
  if (built.disposition != read.disposition)
    return fmt::format("disposition \"{}\" against \"{}\"", built.disposition, read.disposition);
  if (built.objects == read.objects) return "";
  std::string text = "objects: built";
  for (const auto& each : built.objects) text += fmt::format(" {}:{}", static_cast<int>(each.role), each.id.key);
  text += ", read";
  for (const auto& each : read.objects) text += fmt::format(" {}:{}", static_cast<int>(each.role), each.id.key);
  return text;
}

std::string problem_with(EventSource& source, std::size_t count, Instant now) {
  const NewSubmission built = source.submission(count);
  const auto document = read_epcis(built.original);
  if (!document) return "the document was refused: " + document.error().text;
  if (!document->findings.empty()) return "the document was refused: " + document->findings.front().text;
  if (document->events.size() != count) return fmt::format("{} events were read", document->events.size());
  for (std::size_t i = 0; i < count; ++i) {
    const trace::RawEvent& raw = document->events[i];
    const auto read = trace::read_event(raw.node, now);
    if (!read) return fmt::format("event {} was refused: {}", i, read.error().findings.front().text);
    if (raw.begin != built.events[i].begin || raw.end != built.events[i].end)
      return fmt::format("event {} stands at another place of the document", i);
    const std::string different = difference(built.events[i].event, *read);
    if (!different.empty()) return fmt::format("event {} is read otherwise than built: {}", i, different);
  }
  return "";
}

}  // namespace

std::string problem_with_generator(Clock& clock) {
  World world(7, clock.now());
  std::string problem = problem_with(world, 5000, clock.now());
  Hub hub(7, clock.now(), 10, 3, 1);
  if (problem.empty()) problem = problem_with(hub, 20, clock.now());
  Stories stories(7, clock.now());
  if (problem.empty()) problem = problem_with(stories, 2 * Stories::kEventsPerCase, clock.now());
  const auto& made = world.made();
  const double bytes = static_cast<double>(made.bytes) / static_cast<double>(made.events);
  if (problem.empty() && (bytes < 630 || bytes > 670))
    problem = fmt::format("events have {:.0f} bytes in the mean, not 650", bytes);
  return problem;
}

}  // namespace suyuan::bench
