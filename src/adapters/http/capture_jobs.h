// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/metrics.h"
#include "adapters/http/serve.h"

namespace suyuan::http {

// A reader that refuses a document of more than `events_max` events: "capture.too_many_events".
DocumentReader bounded_reader(DocumentReader read, std::size_t events_max);

// Captures that run on threads of their own, so that a large document does not hold up a question. What is running is
// known here alone: a job whose process dies leaves nothing, and its sender sends it again. Threads: any.
class CaptureJobs {
 public:
  CaptureJobs(Services services, Metrics& metrics, const Settings& settings);
  ~CaptureJobs();  // drops what waits, finishes what runs
  CaptureJobs(const CaptureJobs&) = delete;
  CaptureJobs& operator=(const CaptureJobs&) = delete;

  // Starts a job under `options.public_id` and waits for it, at most `patience`. nullopt: it is still running.
  // Errors: kBusy "capture.busy" when capture.queue_max jobs wait or run, "capture.too_many" when
  // capture.client_queue_max of them are this client's; those of capture_document.
  Result<std::optional<CaptureOutcome>> capture(const Permit<identity::Act::kEventCapture>& permit,
                                                std::string original, const CaptureOptions& options,
                                                const std::string& client, std::string_view trace_id,
                                                std::chrono::milliseconds patience);
  std::optional<JobRecord> running(std::string_view public_id) const;
  std::vector<JobRecord> all_running() const;  // newest first
  // False when jobs were still running after `patience`.
  bool drain(std::chrono::milliseconds patience);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suyuan::http
