// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace suyuan::http {

// What /metrics shows, in the Prometheus text format. Threads: any.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void connections_changed(int by);
  void requests_changed(int by);  // that wait or run
  // `route` is the path of the route, never the path that was asked: labels stay few.
  void request_done(std::string_view method, std::string_view route, int status, std::chrono::microseconds took);
  void answered_from_memory();
  void refused(std::string_view why);  // "queue", "connections", "body_memory", "deadline", "malformed"
  void events_captured(std::int64_t accepted, std::int64_t duplicates, std::int64_t refused);
  // A histogram that somebody else counts: how many fell into each bucket so far (not cumulative; the last one is for
  // what is above all bounds), and their sum.
  void set_histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                     std::span<const std::uint64_t> counts, double sum);
  void set_gauge(std::string_view name, std::string_view help, double value);

  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suyuan::http
