// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/http_webhook.h"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url.hpp>
#include <charconv>
#include <optional>

#include "adapters/webhook/address.h"
#include "adapters/webhook/witness_http.h"
#include "base/networks.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kAnswerHeadMax = 16 * 1024;
constexpr std::uint64_t kWitnessReplyMost = 64 * 1024;

struct Target {
  bool tls = false;
  std::string host;       // without brackets
  std::string authority;  // for the Host field
  std::string port, path;
};

Error bad_url(std::string_view url, std::string_view why) {
  return Error{ErrorKind::kInvalid, "webhook.url",
               fmt::format("\"{}\" is no address that messages can go to: {}. Give an http or https URL, such as "
                           "https://partner.example.cn/epcis.",
                           excerpt(url, 200), why)};
}

Error private_address(std::string_view host, std::string_view address) {
  return Error{ErrorKind::kForbidden, "webhook.private_address",
               fmt::format("{} leads to {}, which is not an address of the public internet. An operator can allow it "
                           "with webhook.allow_private.",
                           excerpt(host), excerpt(address))};
}

bool is_port(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && number >= 1 && number <= 65'535;
}

Result<Target> read_url(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url) return bad_url(text, "it is not a URL");
  Target target;
  target.tls = url->scheme() == "https";
  if (!target.tls && url->scheme() != "http") return bad_url(text, "its scheme is neither http nor https");
  if (url->has_userinfo()) return bad_url(text, "it holds a user name or a password; sign with signatureToken instead");
  if (url->has_fragment()) return bad_url(text, "it has a fragment, which no server sees");
  target.host = url->host_address();
  if (target.host.empty()) return bad_url(text, "it names no host");
  if (url->has_port() && !is_port({url->port().data(), url->port().size()}))
    return bad_url(text, "its port is none from 1 to 65535");
  const auto authority = url->encoded_host_and_port();
  target.authority.assign(authority.data(), authority.size());
  target.port = url->has_port() ? std::string(url->port()) : target.tls ? "443" : "80";
  const auto path = url->encoded_target();
  target.path = path.empty() ? "/" : std::string(path.data(), path.size());
  if (target.path.front() != '/') target.path.insert(0, "/");
  return target;
}

// One message on its way. Everything runs in post(), on one thread, until it is done or the time is up.
class Exchange {
 public:
  // `body_most`: bytes of the answer's body at most; nothing: it is not read.
  Exchange(ssl::context& tls, Target target, std::chrono::milliseconds patience,
           std::optional<std::uint64_t> body_most = {})
      : target_(std::move(target)), patience_(patience), body_most_(body_most), stream_(io_, tls), resolver_(io_) {}

  template <class MayGo>
  Result<WitnessReply> run(bhttp::request<bhttp::string_body>& request, MayGo may_go) {
    request_ = &request;
    lowest().expires_after(patience_);
    resolver_.async_resolve(target_.host, target_.port, [&](error_code failed, tcp::resolver::results_type found) {
      if (failed) return fail("its name is not known", failed);
      std::vector<tcp::endpoint> endpoints;
      for (const auto& each : found) {
        const std::string address = each.endpoint().address().to_string();
        if (!may_go(address)) {
          error_ = private_address(target_.host, address);
          return;
        }
        endpoints.push_back(each.endpoint());
      }
      connect(std::move(endpoints));
    });
    io_.run_for(patience_ + std::chrono::seconds(1));
    if (is_done_) return WitnessReply{status_, body_most_ ? std::move(parser_->get().body()) : std::string()};
    if (error_) return std::move(*error_);
    return Error{ErrorKind::kDeadline, "webhook.timeout",
                 fmt::format("{} did not answer within {} ms.", excerpt(target_.host), patience_.count())};
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void fail(std::string_view what, error_code why) {
    if (why == beast::error::timeout) return;
    error_ = Error{ErrorKind::kBusy, "webhook.unreachable",
                   fmt::format("{} cannot be reached: {} ({}).", excerpt(target_.host), what, why.message())};
  }

  void connect(std::vector<tcp::endpoint> endpoints) {
    endpoints_ = std::move(endpoints);
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
      read_status(stream);
    });
  }

  template <class Stream>
  void read_status(Stream& stream) {
    parser_.emplace();
    parser_->header_limit(kAnswerHeadMax);
    if (body_most_) parser_->body_limit(*body_most_);
    bhttp::async_read_header(stream, buffer_, *parser_, [this, &stream](error_code bad, std::size_t) {
      if (bad) return fail("its answer is no HTTP", bad);
      status_ = static_cast<int>(parser_->get().result_int());
      if (status_ < 200) return read_status(stream);  // 100 Continue, 103 Early Hints: the answer is still to come
      body_most_ ? read_body(stream) : end();
    });
  }

  template <class Stream>
  void read_body(Stream& stream) {
    bhttp::async_read(stream, buffer_, *parser_, [this](error_code bad, std::size_t) {
      if (bad == bhttp::error::body_limit) return fail("its answer is too large", bad);
      if (bad) return fail("its answer is no HTTP", bad);
      end();
    });
  }

  void end() {
    is_done_ = true;
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  const Target target_;
  const std::chrono::milliseconds patience_;
  const std::optional<std::uint64_t> body_most_;
  asio::io_context io_{1};
  ssl::stream<beast::tcp_stream> stream_;
  tcp::resolver resolver_;
  std::vector<tcp::endpoint> endpoints_;
  bhttp::request<bhttp::string_body>* request_ = nullptr;
  beast::flat_buffer buffer_{kAnswerHeadMax * 2};
  std::optional<bhttp::response_parser<bhttp::string_body>> parser_;
  int status_ = 0;
  bool is_done_ = false;
  std::optional<Error> error_;
};

void be_careful(ssl::context& tls) {
  tls.set_verify_mode(ssl::verify_peer);
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
}

class HttpWebhook final : public Webhook {
 public:
  HttpWebhook(Networks allowed, WebhookOptions options) : allowed_(std::move(allowed)), options_(std::move(options)) {
    be_careful(tls_);
    tls_.set_default_verify_paths();
  }

  Status judge(const std::string& url) const override {
    const auto target = read_url(url);
    if (!target) return target.error();
    // Resolvers also read 127.1, 0x7f000001 and 2130706433 as addresses.
    asio::io_context io{1};
    tcp::resolver resolver(io);
    error_code no_address;
    for (const auto& each : resolver.resolve(target->host, "", tcp::resolver::numeric_host, no_address)) {
      const std::string address = each.endpoint().address().to_string();
      if (!may_go(address)) return private_address(target->host, address);
    }
    return Done{};
  }

  Result<int> post(const OutgoingMessage& message) override {
    auto target = read_url(message.url);
    if (!target) return std::move(target.error());
    bhttp::request<bhttp::string_body> request{bhttp::verb::post, target->path, 11};
    request.set(bhttp::field::host, target->authority);
    request.set(bhttp::field::user_agent, options_.user_agent);
    request.set(bhttp::field::connection, "close");
    for (const auto& [name, value] : message.headers) request.set(name, value);
    request.body() = message.body;
    request.prepare_payload();
    const auto reply =
        Exchange(tls_, std::move(*target), options_.patience).run(request, [this](const std::string& address) {
          return may_go(address);
        });
    return reply ? Result<int>(reply->status) : Result<int>(reply.error());
  }

 private:
  bool may_go(const std::string& address) const { return is_public_address(address) || allowed_.contains(address); }

  const Networks allowed_;
  const WebhookOptions options_;
  ssl::context tls_{ssl::context::tls_client};
};

// The operator named the URL: it may lead anywhere.
Result<WitnessReply> post_to_witness(ssl::context& tls, const std::string& url, const std::string& body,
                                     std::chrono::milliseconds patience) {
  auto target = read_url(url);
  if (!target) return std::move(target.error());
  bhttp::request<bhttp::string_body> request{bhttp::verb::post, target->path, 11};
  request.set(bhttp::field::host, target->authority);
  request.set(bhttp::field::user_agent, "Suyuan");
  request.set(bhttp::field::connection, "close");
  request.set(bhttp::field::content_type, "text/plain; charset=utf-8");
  request.body() = body;
  request.prepare_payload();
  return Exchange(tls, std::move(*target), patience, kWitnessReplyMost).run(request, [](const std::string&) {
    return true;
  });
}

}  // namespace

Result<WitnessHttp> make_witness_http(const std::string& ca_file) {
  auto tls = std::make_shared<ssl::context>(ssl::context::tls_client);
  be_careful(*tls);
  error_code failed;
  ca_file.empty() ? tls->set_default_verify_paths(failed) : tls->load_verify_file(ca_file, failed);
  if (failed) {
    return Error{ErrorKind::kInvalid, "log.witness_ca",
                 fmt::format("tlog.witness_ca_file = \"{}\" is no file of certificates that can be read ({}). Name a "
                             "PEM file.",
                             excerpt(ca_file), failed.message())};
  }
  return WitnessHttp([tls](const std::string& url, const std::string& body, std::chrono::milliseconds patience) {
    return post_to_witness(*tls, url, body, patience);
  });
}

Result<std::unique_ptr<Webhook>> make_http_webhook(const WebhookOptions& options) {
  auto allowed = Networks::parse(options.allow_private, "webhook.allow_private");
  if (!allowed) return std::move(allowed.error());
  return std::unique_ptr<Webhook>(std::make_unique<HttpWebhook>(std::move(*allowed), options));
}

}  // namespace suyuan
