// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/fetch.h"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url.hpp>
#include <memory>

#include "base/text.h"

namespace suyuan::oidc {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kPatience{10};
constexpr std::uint32_t kHeadMost = 32 * 1024;

struct Target {
  bool tls = false;
  std::string host, authority, port, path;
};

bool is_loopback(const std::string& host) {
  error_code none;
  const auto address = asio::ip::make_address(host, none);
  return host == "localhost" || (!none && address.is_loopback());
}

std::string read_url(std::string_view text, Target& target) {
  const auto url = boost::urls::parse_uri(text);
  if (!url) return "it is not a URL";
  target.tls = url->scheme() == "https";
  if (!target.tls && url->scheme() != "http") return "its scheme is not https";
  if (url->has_userinfo()) return "it holds a user name or a password";
  if (url->has_fragment()) return "it has a fragment";
  target.host = url->host_address();
  if (target.host.empty()) return "it names no host";
  if (!target.tls && !is_loopback(target.host)) return "http is for a provider on this machine only; use https";
  if (url->has_port() && url->port_number() == 0) return "its port is none from 1 to 65535";
  const auto authority = url->encoded_host_and_port();
  target.authority.assign(authority.data(), authority.size());
  target.port = url->has_port() ? std::string(url->port()) : target.tls ? "443" : "80";
  const auto path = url->encoded_target();
  target.path = path.empty() ? "/" : std::string(path.data(), path.size());
  if (target.path.front() != '/') target.path.insert(0, "/");
  return "";
}

Error unreachable(std::string_view host, std::string_view what) {
  return {ErrorKind::kBusy, "oidc.unreachable",
          fmt::format("The OpenID provider at {} cannot be asked: {}. Try again, or sign in with a password.",
                      excerpt(host), what)};
}

// Everything runs in run(), on one thread, until it is done or the time is up.
class Exchange {
 public:
  Exchange(ssl::context& tls, Target target) : target_(std::move(target)), stream_(io_, tls), resolver_(io_) {}

  Result<Reply> run(bhttp::request<bhttp::string_body>& request) {
    request_ = &request;
    lowest().expires_after(kPatience);
    resolver_.async_resolve(target_.host, target_.port, [this](error_code failed, tcp::resolver::results_type found) {
      if (failed) return fail("its name is not known", failed);
      for (const auto& each : found) {
        if (target_.tls || each.endpoint().address().is_loopback()) endpoints_.push_back(each.endpoint());
      }
      if (endpoints_.empty()) return fail("its name is not of this machine", asio::error::access_denied);
      connect();
    });
    io_.run_for(kPatience + std::chrono::seconds(1));
    if (reply_) return std::move(*reply_);
    if (error_) return std::move(*error_);
    return unreachable(target_.host, fmt::format("it did not answer within {} s", kPatience.count()));
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void fail(std::string_view what, error_code why) {
    if (why == beast::error::timeout) return;
    error_ = unreachable(target_.host, fmt::format("{} ({})", what, why.message()));
  }

  void connect() {
    lowest().async_connect(endpoints_, [this](error_code failed, const tcp::endpoint&) {
      if (failed) return fail("no connection", failed);
      target_.tls ? shake_hands() : write(lowest());
    });
  }

  void shake_hands() {
    error_code no_address;
    asio::ip::make_address(target_.host, no_address);  // SNI is for names only (RFC 6066 §3)
    if (no_address && SSL_set_tlsext_host_name(stream_.native_handle(), target_.host.c_str()) != 1)
      return fail("its name does not fit TLS", asio::error::invalid_argument);
    stream_.set_verify_callback(ssl::host_name_verification(target_.host));
    stream_.async_handshake(ssl::stream_base::client, [this](error_code failed) {
      if (failed) return fail("TLS failed", failed);
      write(stream_);
    });
  }

  template <class Stream>
  void write(Stream& stream) {
    bhttp::async_write(stream, *request_, [this, &stream](error_code failed, std::size_t) {
      if (failed) return fail("it hung up", failed);
      read(stream);
    });
  }

  template <class Stream>
  void read(Stream& stream) {
    parser_.header_limit(kHeadMost);
    parser_.body_limit(kReplyMost);
    bhttp::async_read(stream, buffer_, parser_, [this](error_code failed, std::size_t) {
      if (failed == bhttp::error::body_limit) return fail("its answer is too large", failed);
      if (failed) return fail("its answer is no HTTP", failed);
      reply_ = Reply{static_cast<int>(parser_.get().result_int()), std::move(parser_.get().body())};
      error_code ignored;
      lowest().socket().shutdown(tcp::socket::shutdown_both, ignored);
    });
  }

  const Target target_;
  asio::io_context io_{1};
  ssl::stream<beast::tcp_stream> stream_;
  tcp::resolver resolver_;
  std::vector<tcp::endpoint> endpoints_;
  bhttp::request<bhttp::string_body>* request_ = nullptr;
  beast::flat_buffer buffer_{kHeadMost * 2};
  bhttp::response_parser<bhttp::string_body> parser_;
  std::optional<Reply> reply_;
  std::optional<Error> error_;
};

Result<Reply> fetch(ssl::context& tls, const Question& question) {
  Target target;
  if (const std::string wrong = read_url(question.url, target); !wrong.empty())
    return unreachable(question.url, fmt::format("its address cannot be used: {}", wrong));
  bhttp::request<bhttp::string_body> request{question.form ? bhttp::verb::post : bhttp::verb::get, target.path, 11};
  request.set(bhttp::field::host, target.authority);
  request.set(bhttp::field::user_agent, "Suyuan");
  request.set(bhttp::field::accept, "application/json");
  request.set(bhttp::field::connection, "close");
  if (!question.authorization.empty()) request.set(bhttp::field::authorization, question.authorization);
  if (question.form) {
    request.set(bhttp::field::content_type, "application/x-www-form-urlencoded");
    request.body() = *question.form;
    request.prepare_payload();
  }
  return Exchange(tls, std::move(target)).run(request);
}

}  // namespace

std::string problem_with_url(std::string_view url) {
  Target target;
  return read_url(url, target);
}

Result<Fetch> make_fetch(const std::string& ca_file) {
  auto tls = std::make_shared<ssl::context>(ssl::context::tls_client);
  tls->set_verify_mode(ssl::verify_peer);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  error_code failed;
  if (ca_file.empty()) {
    tls->set_default_verify_paths(failed);
  } else {
    tls->load_verify_file(ca_file, failed);
  }
  if (failed)
    return Error{ErrorKind::kInvalid, "oidc.settings",
                 fmt::format("oidc.ca_file = \"{}\" is no file of certificates that can be read ({}). Name a PEM file.",
                             excerpt(ca_file), failed.message())};
  return Fetch([tls](const Question& question) { return fetch(*tls, question); });
}

}  // namespace suyuan::oidc
