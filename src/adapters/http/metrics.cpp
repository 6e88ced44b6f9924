// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <vector>

namespace suyuan::http {

namespace {

template <class Builder>
auto& family(Builder builder, const char* name, const char* help, prometheus::Registry& registry) {
  return builder.Name(name).Help(help).Register(registry);
}

const prometheus::Histogram::BucketBoundaries& buckets() {
  static const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};
  return kSeconds;
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = family(prometheus::BuildCounter(), "suyuan_http_requests_total",
                                                             "Requests answered, by route and status.", registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      family(prometheus::BuildHistogram(), "suyuan_http_request_seconds",
             "From the last byte of the request to the answer, by route.", registry);
  prometheus::Family<prometheus::Counter>& refusals = family(prometheus::BuildCounter(), "suyuan_http_refused_total",
                                                             "Requests refused to stay within limits.", registry);
  prometheus::Family<prometheus::Counter>& captured = family(prometheus::BuildCounter(), "suyuan_capture_events_total",
                                                             "Events of capture jobs, by outcome.", registry);
  prometheus::Counter& from_memory = family(prometheus::BuildCounter(), "suyuan_http_from_memory_total",
                                            "Requests answered with a kept answer, on the network thread.", registry)
                                         .Add({});
  prometheus::Gauge& connections =
      family(prometheus::BuildGauge(), "suyuan_http_connections", "Open connections.", registry).Add({});
  prometheus::Gauge& in_flight =
      family(prometheus::BuildGauge(), "suyuan_http_requests_in_flight", "Requests that wait or run.", registry)
          .Add({});

  struct Counted {
    std::vector<std::uint64_t> counts;
    double sum = 0;
  };
  std::mutex counted_mutex;
  std::map<std::string, Counted, std::less<>> counted;  // as they were given last
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::connections_changed(int by) { state_->connections.Increment(by); }
void Metrics::requests_changed(int by) { state_->in_flight.Increment(by); }

void Metrics::request_done(std::string_view method, std::string_view route, int status,
                           std::chrono::microseconds took) {
  const std::string path(route);
  state_->requests.Add({{"method", std::string(method)}, {"route", path}, {"status", std::to_string(status)}})
      .Increment();
  state_->seconds.Add({{"route", path}}, buckets()).Observe(static_cast<double>(took.count()) / 1e6);
}

void Metrics::answered_from_memory() { state_->from_memory.Increment(); }

void Metrics::refused(std::string_view why) { state_->refusals.Add({{"why", std::string(why)}}).Increment(); }

void Metrics::events_captured(std::int64_t accepted, std::int64_t duplicates, std::int64_t refused) {
  state_->captured.Add({{"outcome", "accepted"}}).Increment(static_cast<double>(accepted));
  state_->captured.Add({{"outcome", "duplicate"}}).Increment(static_cast<double>(duplicates));
  state_->captured.Add({{"outcome", "refused"}}).Increment(static_cast<double>(refused));
}

void Metrics::set_histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                            std::span<const std::uint64_t> counts, double sum) {
  const std::lock_guard lock(state_->counted_mutex);
  State::Counted& last = state_->counted[std::string(name)];
  last.counts.resize(counts.size());
  std::vector<double> more;
  for (std::size_t i = 0; i < counts.size(); ++i) more.push_back(static_cast<double>(counts[i] - last.counts[i]));
  family(prometheus::BuildHistogram(), std::string(name).c_str(), std::string(help).c_str(), state_->registry)
      .Add({}, prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()))
      .ObserveMultiple(more, sum - last.sum);
  last = {{counts.begin(), counts.end()}, sum};
}

void Metrics::set_gauge(std::string_view name, std::string_view help, double value) {
  family(prometheus::BuildGauge(), std::string(name).c_str(), std::string(help).c_str(), state_->registry)
      .Add({})
      .Set(value);
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(state_->registry.Collect()); }

}  // namespace suyuan::http
