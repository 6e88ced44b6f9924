// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/http/metrics.h"
#include "adapters/http/proxies.h"
#include "adapters/http/router.h"
#include "adapters/http/tls.h"
#include "app/operation/log.h"
#include "base/result.h"

// HTTP/1.1 over TCP: reads requests, lets workers answer them, writes the answers. Knows the router, no route.
namespace suyuan::http {

struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::uint64_t body_bytes = 1024 * 1024, capture_bytes = 64 * 1024 * 1024;
  std::int64_t body_memory_bytes = 256 * 1024 * 1024;  // bodies that are being received or worked on, together
  int connections = 1024;
  int queue = 256;        // requests that wait or run
  int client_queue = 64;  // those of one client
  int network_threads = 2, worker_threads = 4, write_threads = 32;
  int password_threads = 2, password_queue = 64;  // routes that hash a password
  std::chrono::milliseconds idle{30'000};         // without a byte moving
  std::chrono::milliseconds transfer{120'000};    // one whole request; one answer, plus 1 s for each 16 KiB of it
  std::chrono::milliseconds request{30'000};      // waiting and running
  std::chrono::milliseconds capture{35'000};      // the same for captures
};

struct Listen {
  std::string address = "127.0.0.1";
  int port = 0;         // 0: a free one
  int ports_tried = 1;  // this one, then the next ones
};

// How clients come in.
struct Transport {
  Proxies proxies;
  const Tls* tls = nullptr;  // nullptr: in plain; whoever wants more puts a proxy before it
};

// What a server turned away to stay within its limits, and how it is: for /readyz.
struct ServerState {
  std::atomic<bool> draining = false;
};

class Server {
 public:
  virtual ~Server() = default;  // stops at once if nobody did
  virtual int port() const = 0;
  // Stops accepting, closes idle connections, lets requests in flight finish; cuts off what is left after `patience`.
  // Returns whether nothing was cut off. Threads: any but the workers; once.
  virtual bool stop(std::chrono::milliseconds patience) = 0;
};

// Everything outlives the server. Errors: kConflict "serve.port_taken", kInvalid "serve.address", kInternal
// "serve.no_socket".
Result<std::unique_ptr<Server>> listen(const Listen& where, const Limits& limits, const Router& router,
                                       Metrics& metrics, Log& log, ServerState& state, const Transport& transport = {});

}  // namespace suyuan::http
