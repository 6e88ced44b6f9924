// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app/subscription/subscription.h"

namespace suyuan {

// Tells subscribers, from now until it is destroyed: one thread looks for news, `threads` deliver, so that one receiver
// that is slow does not hold up the others. What is under way at the end is finished or tried again later.
class DeliveryThreads {
 public:
  virtual ~DeliveryThreads() = default;
};

// Everything in `services` outlives it.
std::unique_ptr<DeliveryThreads> start_deliveries(StandingServices services, const StandingOptions& options,
                                                  int threads, const Authorizer& authorizer);

}  // namespace suyuan
