// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/connection.h"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <optional>

#include "adapters/http/stream.h"
#include "adapters/http/wire.h"
#include "base/background.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::uint64_t kBytesPerSecondAtLeast = 16 * 1024;
constexpr std::chrono::seconds kLinger{3};
constexpr std::chrono::milliseconds kHandshake{10'000};
constexpr std::chrono::milliseconds kWatchEvery{20};

// An answer on its way from a worker back to the network thread. Touched by the network thread alone once it is there.
struct Pending {
  explicit Pending(const asio::io_context::executor_type& executor) : arrived(executor) {}
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type> arrived;
  std::optional<Response> response;
};

// A request that ends the connection: it cannot be known where the next one begins, or nobody should wait for the rest.
struct Refusal {
  int status;
  Error error;
};

// A one-time link is a secret: its path is not written down.
std::string_view shown_path(std::string_view path) {
  constexpr std::string_view kSecretBelow = "/setup/";
  return path.starts_with(kSecretBelow) ? kSecretBelow : path;
}

bool is_loopback(std::string_view address) {
  static const Proxies loopback;
  return loopback.trusts(address);
}

}  // namespace

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, Shared& shared, Network& network)
      : shared_(shared),
        network_(network),
        stream_(rebound(std::move(socket), network),
                shared.transport.tls == nullptr ? nullptr : shared.transport.tls->context().get()) {
    remote_ = stream_.remote();
    is_loopback_ = is_loopback(remote_);
    network_.open.insert(this);
    shared_.metrics.connections_changed(1);
  }

  ~Connection() {
    network_.open.erase(this);
    shared_.connections.fetch_sub(1);
    shared_.metrics.connections_changed(-1);
  }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void close_if_idle() {
    if (is_idle_) stream_.close();
  }

  void end_if_expired(Clock::time_point now) {
    if (now < expires_) return;
    expires_ = Clock::time_point::max();
    timed_out_ = true;
    stream_.cancel();
  }

  awaitable<void> run() {
    bool keep = !stream_.is_tls() || co_await shake_hands();
    while (keep && !shared_.state.draining) keep = co_await serve_one();
    stream_.close();
  }

 private:
  static Stream::Socket rebound(asio::ip::tcp::socket socket, Network& network) {
    const auto protocol = socket.local_endpoint().protocol();
    return Stream::Socket(network.io.get_executor(), protocol, socket.release());
  }

  // On the network's thread, the signature of the key included.
  awaitable<bool> shake_hands() {
    expires_ = Clock::now() + std::min(kHandshake, shared_.limits.idle);
    std::string why;
    const Stream::Handshake ended = co_await stream_.shake_hands(why);
    if (ended == Stream::Handshake::kDone) co_return true;
    if (ended == Stream::Handshake::kPlain) {
      const Refusal told{400,
                         {ErrorKind::kInvalid, "http.tls_wanted",
                          "This port speaks TLS, the request came without. Ask again with https:// in the address."}};
      co_await refuse(told);
      co_return false;
    }
    shared_.metrics.refused("handshake");
    shared_.log.write(LogLevel::kInfo, "tls.handshake_failed", "", {{"why", std::move(why)}, {"remote", remote_}});
    co_return false;
  }

  // Receives, answers and sends one request. False: the connection ends.
  awaitable<bool> serve_one() {
    request_ = Request{};
    request_.deadline = Clock::time_point::max();
    request_.is_secure = stream_.is_tls();
    body_share_ = {};
    keep_alive_ = false;
    is_head_ = false;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.limits.header_bytes));
    parser_->body_limit(boost::none);
    const std::optional<Refusal> refusal = co_await receive();
    if (gone_) co_return false;
    if (refusal) {
      co_await refuse(*refusal);
      co_return false;
    }
    const auto begun = Clock::now();
    const std::shared_ptr<const Response> response = co_await answer();
    // A server that drains says goodbye with its last answer.
    keep_alive_ = keep_alive_ && !shared_.state.draining;
    co_await send(*response);
    note(*response, begun);
    co_return keep_alive_ && !gone_;
  }

  // Reads the next request into request_. Sets gone_ when the client went away between two requests.
  awaitable<std::optional<Refusal>> receive() {
    is_idle_ = buffer_.size() == 0;
    timed_out_ = false;
    std::optional<Refusal> refusal;
    Clock::time_point until = is_idle_ ? Clock::time_point::max() : Clock::now() + shared_.limits.transfer;
    while (!parser_->is_header_done()) {
      refusal = co_await read_some(until);
      if (refusal || gone_) co_return refusal;
      if (is_idle_) until = Clock::now() + shared_.limits.transfer;
      is_idle_ = false;
    }
    refusal = take_header();
    if (refusal) co_return refusal;
    const bool more = !parser_->is_done();
    if (more && beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) {
      co_await write("HTTP/1.1 100 Continue\r\n\r\n", {}, Clock::now() + shared_.limits.idle);
    }
    parser_->eager(true);
    while (!parser_->is_done() && !gone_) {
      refusal = co_await read_some(until);
      if (refusal) co_return refusal;
    }
    request_.body = std::move(parser_->get().body());
    co_return std::nullopt;
  }

  // Feeds the parser, from the buffer while it gets on, else from the socket.
  awaitable<std::optional<Refusal>> read_some(Clock::time_point until) {
    if (buffer_.size() > 0) {
      error_code error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error && error != beast::http::error::need_more) co_return refusal_for(error);
      if (!error) co_return std::nullopt;
    }
    expires_ = std::min(until, Clock::now() + shared_.limits.idle);
    error_code error;
    const std::size_t got = co_await stream_.read_some(buffer_.prepare(kReadBytes), error);
    buffer_.commit(got);
    co_return error ? refusal_for(error) : std::nullopt;
  }

  std::optional<Refusal> refusal_for(error_code error) {
    const bool begun = parser_->got_some() || buffer_.size() > 0;
    if (std::exchange(timed_out_, false) && begun) {
      return Refusal{408,
                     {ErrorKind::kDeadline, "http.too_slow",
                      fmt::format("The request did not arrive within {} s, or paused for more than {} s. Send it "
                                  "again, in one go.",
                                  shared_.limits.transfer.count() / 1000, shared_.limits.idle.count() / 1000)}};
    }
    if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow) {
      if (is_line_too_long()) return address_too_long();
      return Refusal{431,
                     {ErrorKind::kTooLarge, "http.header_too_large",
                      fmt::format("The request line and header fields are longer than {} bytes "
                                  "(http.header_bytes_max). Send fewer, or put long values into the body.",
                                  shared_.limits.header_bytes)}};
    }
    if (error == beast::http::error::body_limit) return too_large();
    if (error.category() == make_error_code(beast::http::error::bad_method).category()) {
      return Refusal{400,
                     {ErrorKind::kInvalid, "http.malformed",
                      fmt::format("This is not an HTTP/1.1 request: {}. The connection is closed.", error.message())}};
    }
    gone_ = true;
    return std::nullopt;
  }

  // The first line alone is longer than everything may be. Its path says whose problem it is.
  bool is_line_too_long() {
    const auto bytes = buffer_.cdata();
    const std::string_view line(static_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t length = std::min(line.find('\n'), line.size());
    if (!parser_->get().target().empty() || length + 4 <= shared_.limits.header_bytes) return false;
    const std::size_t from = std::min(line.find(' '), line.size() - 1) + 1;
    request_.path = line.substr(from, std::min(line.find_first_of("? ", from), from + 200) - from);
    return true;
  }

  Refusal address_too_long() const {
    return {414,
            {ErrorKind::kTooLarge, "http.address_too_long",
             fmt::format("The address is longer than {} bytes (http.header_bytes_max). Put a long query under a name "
                         "with POST /epcis/v2/queries, and ask for its events.",
                         shared_.limits.header_bytes)}};
  }

  std::uint64_t body_limit() const { return is_capture_ ? shared_.limits.capture_bytes : shared_.limits.body_bytes; }

  Refusal too_large() const {
    return {413,
            {ErrorKind::kTooLarge, "http.body_too_large",
             fmt::format("The body is larger than {} bytes ({}). Cut it into several, or let the operator raise "
                         "the limit.",
                         body_limit(), is_capture_ ? "capture.bytes_max" : "http.body_bytes_max")}};
  }

  // Copies the header and judges it before any byte of the body is waited for.
  std::optional<Refusal> take_header() {
    const auto& message = parser_->get();
    for (const auto& field : message)
      request_.headers.add(std::string(field.name_string()), std::string(field.value()));
    if (request_.headers.count("Accept") > 1) {  // RFC 9110 §5.3: several lists are one
      std::string all;
      for (const auto& [name, value] : request_.headers.all())
        if (beast::iequals(name, "Accept")) all += (all.empty() ? "" : ", ") + value;
      request_.headers.set("Accept", all);
    }
    request_.method = std::string(message.method_string());
    request_.trace_id = trace_id_of(request_.headers.get("traceparent"));
    request_.remote = remote_;
    Origin origin = shared_.transport.proxies.origin_of(remote_, stream_.is_tls(), request_.headers);
    request_.client = std::move(origin.client);
    request_.is_secure = origin.is_secure;
    request_.is_local = is_loopback_ && !is_forwarded(request_.headers);
    is_head_ = request_.method == "HEAD";
    if (is_head_) request_.method = "GET";
    keep_alive_ = message.keep_alive();
    const std::string_view target(message.target().data(), message.target().size());
    if (auto refusal = judge_target(target)) return refusal;
    if (auto refusal = judge_fields(message.version())) return refusal;
    route_ = shared_.router.find(request_);
    is_capture_ = route_ != nullptr && route_->is_capture;
    is_write_ = route_ != nullptr && route_->is_write;
    return judge_body();
  }

  std::optional<Refusal> judge_target(std::string_view target) {
    if (target == "*" && request_.method == "OPTIONS") {
      request_.target = request_.path = "*";
      return std::nullopt;
    }
    std::string why;
    if (read_target(target, request_, why)) return std::nullopt;
    request_.path = target.starts_with("/epcis/v2") ? "/epcis/v2" : "";  // whose problem it is
    return Refusal{400,
                   {ErrorKind::kInvalid, "http.bad_target",
                    fmt::format("The address \"{}\" cannot be read: {}.", excerpt(target, 200), why)}};
  }

  std::optional<Refusal> judge_fields(unsigned version) const {
    const Headers& headers = request_.headers;
    const auto invalid = [](std::string text) {
      return Refusal{400, {ErrorKind::kInvalid, "http.malformed", std::move(text)}};
    };
    if (headers.count("Host") != 1 && (version == 11 || headers.count("Host") > 1)) {
      return invalid(fmt::format("An HTTP/1.1 request has one Host field; this one has {}.", headers.count("Host")));
    }
    if (headers.has("Transfer-Encoding")) {
      // Both at once, or twice, is how requests are smuggled past a proxy.
      if (headers.has("Content-Length")) return invalid("Content-Length and Transfer-Encoding exclude each other.");
      if (headers.count("Transfer-Encoding") != 1 || !beast::iequals(headers.get("Transfer-Encoding"), "chunked")) {
        return Refusal{501,
                       {ErrorKind::kUnsupported, "http.transfer_encoding",
                        "The only Transfer-Encoding that is read is \"chunked\"."}};
      }
    }
    const std::string_view coding = headers.get("Content-Encoding");
    if (!coding.empty() && !beast::iequals(coding, "identity")) {
      return Refusal{415,
                     {ErrorKind::kUnsupported, "http.content_encoding",
                      fmt::format("Content-Encoding is \"{}\"; send the body unpacked.", excerpt(coding))}};
    }
    const std::string_view expect = headers.get("Expect");
    if (!expect.empty() && !beast::iequals(expect, "100-continue")) {
      return Refusal{417,
                     {ErrorKind::kInvalid, "http.expectation",
                      fmt::format("Expect is \"{}\"; only 100-continue is known.", excerpt(expect))}};
    }
    return std::nullopt;
  }

  std::optional<Refusal> judge_body() {
    if (parser_->is_done()) return std::nullopt;
    const auto length = parser_->content_length();
    if (length && *length > body_limit()) return too_large();
    parser_->body_limit(body_limit());
    const auto wanted = static_cast<std::int64_t>(length ? *length : body_limit());
    auto share = Share<std::int64_t>::take(shared_.body_memory, wanted, shared_.limits.body_memory_bytes);
    if (!share) {
      shared_.metrics.refused("body_memory");
      return Refusal{503,
                     {ErrorKind::kBusy, "http.busy",
                      "Too many large bodies are being received. Send this one again in a moment."}};
    }
    body_share_ = std::move(*share);
    return std::nullopt;
  }

  // Hands the request to a worker and waits for the answer, but not for longer than the deadline.
  awaitable<std::shared_ptr<const Response>> answer() {
    if (route_ != nullptr && route_->from_memory) {
      if (auto kept = route_->from_memory(request_)) {
        shared_.metrics.answered_from_memory();
        co_return kept;
      }
    }
    co_return std::make_shared<const Response>(co_await worked_out());
  }

  awaitable<Response> worked_out() {
    if (route_ != nullptr && route_->is_instant) co_return run_handler(shared_, request_);
    auto slot = Share<int>::take(shared_.in_flight, 1, shared_.limits.queue);
    if (!slot) {
      shared_.metrics.refused("queue");
      co_return shared_.router.refuse(
          request_,
          Error{ErrorKind::kBusy, "http.busy",
                fmt::format("{} requests wait or run already (http.queue_max). Send this one again in a moment.",
                            shared_.limits.queue)});
    }
    Share<int> password;
    if (route_ != nullptr && route_->hashes_password) {
      auto place = Share<int>::take(shared_.passwords, 1, shared_.limits.password_queue);
      if (!place) {
        shared_.metrics.refused("password");
        co_return shared_.router.refuse(
            request_, Error{ErrorKind::kBusy, "login.busy",
                            fmt::format("{} sign-ins wait already (login.queue_max). Try again in a moment.",
                                        shared_.limits.password_queue)});
      }
      password = std::move(*place);
    }
    auto held = shared_.in_flight_of.take(request_.client);
    if (!held) {
      shared_.metrics.refused("client");
      co_return shared_.router.refuse(
          request_, 429,
          Error{ErrorKind::kBusy, "http.too_many",
                fmt::format("{} requests of this client wait or run already (http.client_queue_max). Send this one "
                            "again in a moment, and fewer at once.",
                            shared_.limits.client_queue)});
    }
    request_.deadline = Clock::now() + (is_capture_ ? shared_.limits.capture : shared_.limits.request);
    auto pending = std::make_shared<Pending>(network_.io.get_executor());
    pending->arrived.expires_at(request_.deadline);
    hand_over(pending, std::move(*slot), std::move(*held), std::move(password));
    error_code ignored;
    expires_ = Clock::time_point::max();
    co_await pending->arrived.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (pending->response) co_return std::move(*pending->response);
    shared_.metrics.refused("deadline");
    co_return shared_.router.refuse(
        request_, Error{ErrorKind::kDeadline, "http.deadline",
                        "The answer was not ready in time. Ask for less (a smaller limit), or ask again in a moment."});
  }

  void hand_over(const std::shared_ptr<Pending>& pending, Share<int> slot, ClientShares::Held held,
                 Share<int> password) {
    // Own copies: the worker may still run when the deadline has ended this request, or this connection. The body
    // moves.
    auto work = std::make_shared<Work>(Work{request_.body.empty() ? request_ : taken(request_), std::move(slot),
                                            std::move(held), std::move(body_share_), std::move(password)});
    shared_.metrics.requests_changed(1);
    const bool hashes = route_ != nullptr && route_->hashes_password;
    auto& threads = hashes ? shared_.password_hashers : is_write_ ? shared_.writers : shared_.workers;
    asio::post(threads, [&shared = shared_, &io = network_.io, pending, work, gives_way = is_write_ || hashes] {
      take_turns(gives_way);
      Response response = run_handler(shared, work->request);
      *work = Work{};  // the slot is free before the client can ask again
      shared.metrics.requests_changed(-1);
      asio::post(io, [pending, response = std::move(response)]() mutable {
        pending->response = std::move(response);
        pending->arrived.cancel();
      });
    });
  }

  // Once in each thread.
  static void take_turns(bool gives_way) {
    thread_local bool is_known = false;
    if (std::exchange(is_known, true)) return;
    if (gives_way)
      give_way(GiveWay::kALittle);
    else
      be_prompt();
  }

  struct Work {
    Request request;
    Share<int> slot;
    ClientShares::Held held;
    Share<std::int64_t> body;
    Share<int> password;
  };

  static Request taken(Request& request) {
    std::string body = std::move(request.body);
    request.body.clear();
    Request copy = request;
    copy.body = std::move(body);
    return copy;
  }

  static Response run_handler(Shared& shared, Request& request) {
    if (Clock::now() >= request.deadline) return {};  // nobody waits any more
    const auto failed = [&](const char* what) {
      shared.log.write(LogLevel::kError, "http.handler_failed", request.trace_id,
                       {{"path", std::string(shown_path(request.path))}, {"error", std::string(what)}});
      return shared.router.refuse(request, Error{ErrorKind::kInternal, "http.internal",
                                                 "The server failed on this request. The log has the trace id."});
    };
    try {
      return shared.router.answer(request);
    } catch (const std::exception& error) {
      return failed(error.what());
    } catch (...) {
      return failed("unknown exception");
    }
  }

  awaitable<void> send(const Response& response) {
    const std::string head = response_head(response, request_.trace_id, keep_alive_, request_.is_secure);
    const std::string_view body = is_head_ ? std::string_view() : std::string_view(response.body);
    const auto least_pace = std::chrono::seconds(body.size() / kBytesPerSecondAtLeast);
    co_await write(head, body, Clock::now() + shared_.limits.transfer + least_pace);
  }

  // Both together. A client that takes no byte for http.idle_seconds_max is gone.
  awaitable<void> write(std::string_view head, std::string_view body, Clock::time_point until) {
    while (!(head.empty() && body.empty()) && !gone_) {
      expires_ = std::min(until, Clock::now() + shared_.limits.idle);
      error_code error;
      const std::size_t written = co_await stream_.write_some(head, body, error);
      const std::size_t of_head = std::min(written, head.size());
      head.remove_prefix(of_head);
      body.remove_prefix(written - of_head);
      if (error) gone_ = true;
    }
  }

  // Sends the refusal, then drops what still comes for a while: closing with unread bytes would take the answer back.
  awaitable<void> refuse(const Refusal& refusal) {
    const auto begun = Clock::now();
    if (refusal.status == 400 || refusal.status == 408) shared_.metrics.refused("malformed");
    if (request_.trace_id.empty()) request_.trace_id = trace_id_of("");
    const Response response = shared_.router.refuse(request_, refusal.status, refusal.error);
    keep_alive_ = false;
    co_await send(response);
    note(response, begun);
    stream_.end_of_sending();
    expires_ = Clock::now() + kLinger;
    error_code error;
    while (!error && !gone_) co_await stream_.drop_some(error);
  }

  void note(const Response& response, Clock::time_point begun) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
    shared_.metrics.request_done(route_ == nullptr ? "other" : std::string_view(request_.method),
                                 route_ == nullptr ? "none" : std::string_view(route_->path), response.status, took);
    route_ = nullptr;
    std::vector<LogField> fields = {{"method", is_head_ ? std::string("HEAD") : request_.method},
                                    {"path", excerpt(shown_path(request_.path), 300)},
                                    {"status", std::int64_t{response.status}},
                                    {"bytes", static_cast<std::int64_t>(response.body.size())},
                                    {"took_us", std::int64_t{took.count()}},
                                    {"remote", remote_}};
    if (request_.client != remote_ && !request_.client.empty()) fields.push_back({"client", request_.client});
    shared_.log.write(response.status >= 500 ? LogLevel::kWarning : LogLevel::kInfo, "http.request", request_.trace_id,
                      std::move(fields));
  }

  Shared& shared_;
  Network& network_;
  Stream stream_;
  Clock::time_point expires_ = Clock::time_point::max();  // of the read or write that is under way
  bool timed_out_ = false;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Request request_;
  Share<std::int64_t> body_share_;
  std::string remote_;
  const Route* route_ = nullptr;  // of the request that is being answered
  bool is_loopback_ = false, is_capture_ = false, is_write_ = false, is_head_ = false, keep_alive_ = false;
  bool is_idle_ = true;  // waits for the first byte of a next request
  bool gone_ = false;    // the client, or its patience
};

void serve_connection(asio::ip::tcp::socket socket, Shared& shared, Network& network) {
  auto connection = std::make_shared<Connection>(std::move(socket), shared, network);
  asio::co_spawn(
      network.io, [connection]() -> awaitable<void> { co_await connection->run(); }, asio::detached);
}

void close_idle(Network& network) {
  for (Connection* connection : network.open) connection->close_if_idle();
}

void watch_time(Network& network) {
  network.watch.expires_after(kWatchEvery);
  network.watch.async_wait([&network](error_code error) {
    if (error) return;
    const auto now = Clock::now();
    for (Connection* connection : network.open) connection->end_if_expired(now);
    watch_time(network);
  });
}

}  // namespace suyuan::http
