// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "adapters/http/routes.h"

namespace suyuan::http {

namespace {

constexpr std::chrono::milliseconds kCaptureGrace{5000};  // to write down what a capture's wait has found

Limits limits_of(const Settings& settings) {
  const auto count = [&](std::string_view name) { return static_cast<int>(settings.number(name)); };
  const auto bytes = [&](std::string_view name) { return static_cast<std::uint64_t>(settings.number(name)); };
  const auto seconds = [&](std::string_view name) { return std::chrono::seconds(settings.number(name)); };
  Limits limits;
  limits.header_bytes = static_cast<std::size_t>(bytes("http.header_bytes_max"));
  limits.body_bytes = bytes("http.body_bytes_max");
  limits.capture_bytes = bytes("capture.bytes_max");
  limits.body_memory_bytes = settings.number("http.body_memory_bytes_max");
  limits.connections = count("http.connections_max");
  limits.queue = count("http.queue_max");
  limits.client_queue = count("http.client_queue_max");
  limits.network_threads = count("http.network_threads");
  limits.worker_threads = count("http.worker_threads");
  limits.write_threads = count("http.write_threads");
  limits.password_threads = count("login.threads");
  limits.password_queue = count("login.queue_max");
  limits.idle = seconds("http.idle_seconds_max");
  limits.transfer = seconds("http.transfer_seconds_max");
  limits.request = std::chrono::milliseconds(settings.number("http.request_ms_max"));
  const std::chrono::milliseconds capture_wait(settings.number("capture.wait_ms_max"));
  limits.capture = std::max(limits.request, capture_wait + kCaptureGrace);
  return limits;
}

void add_routes(Router& router, RouteContext& context) {
  router.set_gate(context.services.gate);
  add_operation_routes(router, context);
  add_capture_routes(router, context);
  add_event_routes(router, context);
  add_resource_routes(router, context);
  add_query_routes(router, context);
  add_trace_routes(router, context);
  add_mark_routes(router, context);
  add_organisation_routes(router, context);
  add_people_routes(router, context);
  add_task_routes(router, context);
  add_audit_routes(router, context);
  add_emergency_routes(router, context);
  add_figures_routes(router, context);
  add_evidence_routes(router, context);
  add_personal_routes(router, context);
  if (context.services.tlog != nullptr) add_log_routes(router, context);
  for (const auto& add : context.options.add_routes) add(router);
}

std::string url_of(const std::string& address, int port, bool is_tls) {
  const bool everybody = address == "0.0.0.0" || address == "::";
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", is_tls ? "https" : "http",
                     everybody ? "127.0.0.1"
                     : is_v6   ? "[" + address + "]"
                               : address,
                     port);
}

Result<Proxies> proxies_of(const Settings& settings) {
  const bool is_new = settings.text("http.proxy_header") == "forwarded";
  return Proxies::parse(settings.text("http.trusted_proxies"),
                        is_new ? Proxies::Fields::kForwarded : Proxies::Fields::kXForwarded);
}

// Does `work` again and again until it is destroyed.
class Every {
 public:
  Every(std::chrono::seconds pause, std::function<void()> work)
      : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) work();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // ends first
};

// Everything that one running server is made of; destroyed in reverse order.
class RunningServerImpl : public RunningServer {
 public:
  RunningServerImpl(const ServerOptions& options, Clock& clock, Log& log)
      : options_(options), clock_(clock), log_(log) {}

  ~RunningServerImpl() override { RunningServerImpl::stop(); }

  Status open() {
    const Settings& settings = options_.settings;
    auto proxies = proxies_of(settings);
    if (!proxies) return std::move(proxies.error());
    if (auto opened = open_tls(settings); !opened) return opened;
    const Listen where{settings.text("server.address"), static_cast<int>(settings.number("server.port")),
                       options_.ports_tried};
    auto server = listen(where, limits_of(settings), router_, metrics_, log_, state_,
                         Transport{.proxies = std::move(*proxies), .tls = tls_.get()});
    if (!server) return std::move(server.error());
    server_ = std::move(*server);
    port_ = server_->port();
    url_ = url_of(where.address, port_, tls_ != nullptr);
    log_.write(LogLevel::kInfo, "serve.started", "", {{"url", url_}, {"version", options_.version}});
    return Done{};
  }

  int port() const override { return port_; }
  std::string url() const override { return url_; }

  void reload() override { look_at_certificate(Tls::When::kAlways); }

  bool stop() final {
    if (server_ == nullptr) return true;
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::seconds(options_.settings.number("http.drain_seconds_max"));
    log_.write(LogLevel::kInfo, "serve.draining", "", {});
    bool done = server_->stop(std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()));
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    done = drain(std::max(rest, std::chrono::milliseconds(0))) && done;
    server_.reset();
    log_.write(done ? LogLevel::kInfo : LogLevel::kWarning, "serve.stopped", "", {{"drained", done}});
    return done;
  }

 protected:
  // Waits for what goes on without a request. False: some of it did not end.
  virtual bool drain(std::chrono::milliseconds) { return true; }

  const ServerOptions options_;
  Metrics metrics_;
  ServerState state_;
  Router router_;

 private:
  Status open_tls(const Settings& settings) {
    const std::string& certificate = settings.text("tls.certificate");
    if (certificate.empty()) return Done{};
    auto tls = Tls::open({certificate, settings.text("tls.key")}, clock_, log_);
    if (!tls) return std::move(tls.error());
    tls_ = std::move(*tls);
    show_certificate();
    if (const auto pause = settings.number("tls.check_seconds"); pause > 0) {
      checks_ =
          std::make_unique<Every>(std::chrono::seconds(pause), [this] { look_at_certificate(Tls::When::kChanged); });
    }
    return Done{};
  }

  void look_at_certificate(Tls::When when) {
    if (tls_ == nullptr) return;
    tls_->reload(when);
    show_certificate();
  }

  void show_certificate() {
    const auto until = std::chrono::duration_cast<std::chrono::seconds>(tls_->not_after().time_since_epoch());
    metrics_.set_gauge("suyuan_tls_certificate_expires_seconds", "When the certificate expires, as Unix time.",
                       static_cast<double>(until.count()));
  }

  Clock& clock_;
  Log& log_;
  std::unique_ptr<Tls> tls_;
  std::unique_ptr<Every> checks_;
  std::unique_ptr<Server> server_;
  int port_ = 0;
  std::string url_;
};

// The routes of the product, over a store.
class ProductServer final : public RunningServerImpl {
 public:
  ProductServer(const ServerOptions& options, const Services& services)
      : RunningServerImpl(options, services.clock, services.log),
        jobs_(services, metrics_, options_.settings),
        context_{services, options_, jobs_, metrics_, state_} {
    add_routes(router_, context_);
  }
  ~ProductServer() override { stop(); }

 private:
  bool drain(std::chrono::milliseconds patience) override { return jobs_.drain(patience); }

  CaptureJobs jobs_;
  RouteContext context_;
};

class BareServer final : public RunningServerImpl {
 public:
  BareServer(const ServerOptions& options, Clock& clock, Log& log) : RunningServerImpl(options, clock, log) {
    add_health_route(router_);
    for (const auto& add : options_.add_routes) add(router_);
  }
};

template <class Server>
Result<std::unique_ptr<RunningServer>> opened(std::unique_ptr<Server> server) {
  if (auto done = server->open(); !done) return std::move(done.error());
  return std::unique_ptr<RunningServer>(std::move(server));
}

}  // namespace

std::optional<Granted> also_may(const Services& services, const Request& request, identity::Act act) {
  if (services.authorizer != nullptr && !services.authorizer->grant(request.granted->who(), act)) return std::nullopt;
  auto granted = services.gate(request, act);
  return granted ? std::optional(std::move(*granted)) : std::nullopt;
}

Result<std::unique_ptr<RunningServer>> start_server(const ServerOptions& options, const Services& services) {
  return opened(std::make_unique<ProductServer>(options, services));
}

Result<std::unique_ptr<RunningServer>> start_bare_server(const ServerOptions& options, Clock& clock, Log& log) {
  return opened(std::make_unique<BareServer>(options, clock, log));
}

std::string openapi_document(const ServerOptions& options, Services services) {
  Metrics metrics;
  ServerState state;
  CaptureJobs jobs(services, metrics, options.settings);
  RouteContext context{services, options, jobs, metrics, state};
  Router router;
  add_routes(router, context);
  return router.openapi_json(options.version);
}

}  // namespace suyuan::http
