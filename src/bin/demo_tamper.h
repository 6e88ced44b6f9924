// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/http/tamper_routes.h"
#include "bin/served_log.h"

namespace suyuan::cli {

// What somebody with the files of a store could do to them, done to a copy of the demonstration's, and what
// `suyuan verify` says of it, with the keys and the checkpoint that were published before. One at a time.
class DemoTampering {
 public:
  // All of it outlives this. `folder`: of the demonstration's store.
  DemoTampering(std::string folder, const LogReads& log, Clock& clock)
      : folder_(std::move(folder)), log_(log), clock_(clock) {}
  // Errors: kNotFound "demo.no_such_deed"; kBusy "demo.busy"; those of copying and verifying.
  Result<http::TamperAnswer> try_it(std::string_view deed);

 private:
  Result<http::TamperAnswer> try_on(const std::string& copy, std::string_view deed);

  std::string folder_;
  const LogReads& log_;
  Clock& clock_;
  std::mutex one_;
};

}  // namespace suyuan::cli
