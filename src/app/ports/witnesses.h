// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace suyuan {

struct WitnessReply {
  int status = 0;
  std::string body;
};
// POSTs a body to a URL. Errors: those of the connection. Threads: any.
using WitnessHttp =
    std::function<Result<WitnessReply>(const std::string& url, const std::string& body, std::chrono::milliseconds)>;

// The witnesses of a log, asked side by side.
class Witnesses {
 public:
  // Sends one request to add-checkpoint of a witness. Errors: those of WitnessHttp; kDeadline "witness.timeout".
  using Post = std::function<Result<WitnessReply>(const std::string& body)>;
  using Talk = std::function<void(const Post&)>;

  virtual ~Witnesses() = default;
  // Runs talks[i] with witness number i on a thread of its own; one that is empty is not run, nor one whose witness is
  // still in the last talk. Returns when all have ended, or when patience is over: then the others go on by themselves,
  // so that what they use has to live as long as this.
  virtual void talk(std::vector<Talk> talks) = 0;
};

}  // namespace suyuan
