// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <unordered_set>

#include "adapters/http/server.h"
#include "adapters/http/shares.h"

// Inside of the server: only server.cpp and connection.cpp read this.
namespace suyuan::http {

// What all connections share.
struct Shared {
  Shared(const Limits& l, const Transport& t, const Router& r, Metrics& m, Log& g, ServerState& s)
      : limits(l),
        transport(t),
        router(r),
        metrics(m),
        log(g),
        state(s),
        in_flight_of(l.client_queue),
        workers(static_cast<std::size_t>(l.worker_threads)),
        writers(static_cast<std::size_t>(l.write_threads)),
        password_hashers(static_cast<std::size_t>(l.password_threads)) {}

  const Limits limits;
  const Transport transport;
  const Router& router;
  Metrics& metrics;
  Log& log;
  ServerState& state;
  std::atomic<int> connections = 0;
  std::atomic<int> in_flight = 0;
  std::atomic<int> passwords = 0;  // requests that wait for password_hashers, or run there
  std::atomic<std::int64_t> body_memory = 0;
  ClientShares in_flight_of;
  boost::asio::thread_pool workers, writers, password_hashers;
};

class Connection;

// One network thread's io_context and what lives on it. `open` is touched by that thread alone, or after it ended.
struct Network {
  std::unordered_set<Connection*> open;
  boost::asio::io_context io{1};
  boost::asio::steady_timer watch{io};
};

// Starts serving the socket; lives until the connection closes.
void serve_connection(boost::asio::ip::tcp::socket socket, Shared& shared, Network& network);
// One timer for all connections of the thread ends the reads and writes that take too long.
void watch_time(Network& network);
// On the network's own thread: closes the connections that wait for a next request.
void close_idle(Network& network);

}  // namespace suyuan::http
