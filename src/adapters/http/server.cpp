// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "adapters/http/connection.h"
#include "adapters/http/wire.h"
#include "base/background.h"

namespace suyuan::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kPauseWithoutFiles{100};
constexpr std::chrono::milliseconds kDrainPoll{5};

bool share_port(tcp::acceptor& acceptor) {
  const int yes = 1;
  return setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) == 0;
}

// `shared`: several acceptors, of this process, on one port; the kernel spreads connections over them.
error_code open_acceptor(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool shared) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && shared && !share_port(acceptor)) error = asio::error::operation_not_supported;
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

// A shared port can be joined by any process of the same user, so ask once without sharing whether somebody is there.
error_code probe(const tcp::endpoint& endpoint) {
  if (endpoint.port() == 0) return {};
  asio::io_context io;
  tcp::acceptor acceptor(io);
  return open_acceptor(acceptor, endpoint, false);
}

class Listener {
 public:
  Listener(Shared& shared, Network& network)
      : shared_(shared), network_(network), acceptor_(network.io), pause_(network.io) {}

  error_code open(const tcp::endpoint& endpoint) { return open_acceptor(acceptor_, endpoint, true); }
  tcp::endpoint local() const { return acceptor_.local_endpoint(); }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) return accept_later();
      take(std::move(socket));
      accept();
    });
  }

  // On the network's thread.
  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  // Out of file descriptors: trying again at once would only burn the processor.
  void accept_later() {
    pause_.expires_after(kPauseWithoutFiles);
    pause_.async_wait([this](error_code error) {
      if (!error && acceptor_.is_open()) accept();
    });
  }

  void take(tcp::socket socket) {
    error_code error;
    socket.local_endpoint(error);
    if (error) return;
    if (shared_.connections.fetch_add(1) < shared_.limits.connections) {
      serve_connection(std::move(socket), shared_, network_);
      return;
    }
    shared_.connections.fetch_sub(1);
    shared_.metrics.refused("connections");
    if (shared_.transport.tls != nullptr) return;  // telling would take a handshake
    static const std::string kFull = [] {
      Response full;
      full.status = 503;
      full.headers.add("Retry-After", "2");
      return response_head(full, "", false, false);
    }();
    socket.non_blocking(true, error);
    if (!error) socket.send(asio::buffer(kFull), 0, error);
    socket.shutdown(tcp::socket::shutdown_send, error);
  }

  Shared& shared_;
  Network& network_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
};

class ServerImpl : public Server {
 public:
  ServerImpl(const Limits& limits, const Transport& transport, const Router& router, Metrics& metrics, Log& log,
             ServerState& state)
      : shared_(limits, transport, router, metrics, log, state) {
    for (int i = 0; i < limits.network_threads; ++i) {
      networks_.push_back(std::make_unique<Network>());
      listeners_.push_back(std::make_unique<Listener>(shared_, *networks_.back()));
    }
  }

  ~ServerImpl() override { stop(std::chrono::milliseconds(0)); }

  error_code open(tcp::endpoint endpoint) {
    if (const error_code taken = probe(endpoint)) return taken;
    for (auto& listener : listeners_) {
      if (const error_code error = listener->open(endpoint)) return error;
      endpoint = listener->local();
      port_ = endpoint.port();
    }
    return {};
  }

  void start() {
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      listeners_[i]->accept();
      watch_time(*networks_[i]);
      threads_.emplace_back([&io = networks_[i]->io] {
        be_prompt();
        io.run();
      });
    }
  }

  int port() const override { return port_; }

  bool stop(std::chrono::milliseconds patience) override {
    if (threads_.empty()) return true;
    shared_.state.draining = true;
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      asio::post(networks_[i]->io, [&listener = *listeners_[i]] { listener.close(); });
    }
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!is_quiet() && std::chrono::steady_clock::now() < until) {
      for (auto& network : networks_) asio::post(network->io, [&network] { close_idle(*network); });
      std::this_thread::sleep_for(kDrainPoll);
    }
    const bool done = is_quiet();
    const auto pools = {&shared_.workers, &shared_.writers, &shared_.password_hashers};
    for (auto* pool : pools) pool->stop();
    for (auto* pool : pools) pool->join();
    for (auto& network : networks_) network->io.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    listeners_.clear();
    networks_.clear();
    return done;
  }

 private:
  bool is_quiet() const { return shared_.connections == 0 && shared_.in_flight == 0; }

  Shared shared_;
  std::vector<std::unique_ptr<Network>> networks_;  // before the listeners that live on them
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::thread> threads_;
  int port_ = 0;
};

Error no_socket(const Listen& where, int port, const error_code& error) {
  if (error == asio::error::address_in_use) {
    const std::string tried = where.ports_tried > 1 ? fmt::format("The ports {} to {} are", where.port, port)
                                                    : fmt::format("Port {} is", port);
    return Error{
        ErrorKind::kConflict, "serve.port_taken",
        fmt::format("{} taken by another program at {}. Stop it, or choose another port with --set server.port=N (0 "
                    "takes a free one).",
                    tried, where.address)};
  }
  if (error == asio::error::access_denied) {
    return Error{
        ErrorKind::kForbidden, "serve.port_forbidden",
        fmt::format("Port {} may not be opened by this user; ports below 1024 need more rights. Choose a higher "
                    "one with --set server.port=N.",
                    port)};
  }
  return Error{ErrorKind::kInternal, "serve.no_socket",
               fmt::format("Cannot listen on {} port {}: {}.", where.address, port, error.message())};
}

}  // namespace

Result<std::unique_ptr<Server>> listen(const Listen& where, const Limits& limits, const Router& router,
                                       Metrics& metrics, Log& log, ServerState& state, const Transport& transport) {
  error_code error;
  const auto address = asio::ip::make_address(where.address, error);
  if (error) {
    return Error{ErrorKind::kInvalid, "serve.address",
                 fmt::format("server.address = {} is no IP address. 127.0.0.1 serves this machine, 0.0.0.0 everybody.",
                             where.address)};
  }
  int port = where.port;
  for (int tried = 0; tried < std::max(1, where.ports_tried) && port <= 65535; ++tried, ++port) {
    auto server = std::make_unique<ServerImpl>(limits, transport, router, metrics, log, state);
    error = server->open(tcp::endpoint(address, static_cast<std::uint16_t>(port)));
    if (!error) {
      server->start();
      return std::unique_ptr<Server>(std::move(server));
    }
    if (error == boost::system::errc::address_not_available) {
      return Error{ErrorKind::kInvalid, "serve.address",
                   fmt::format("server.address = {} is not an address of this machine.", where.address)};
    }
    if (error != asio::error::address_in_use) break;
  }
  return no_socket(where, error == asio::error::address_in_use ? port - 1 : port, error);
}

}  // namespace suyuan::http
