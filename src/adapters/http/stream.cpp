// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/check.h"
#include "base/networks.h"

namespace suyuan::http {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using boost::system::error_code;

constexpr std::size_t kRecord = 16 * 1024;  // the most that one TLS record carries

}  // namespace

// OpenSSL reads from and writes to memory; the socket stays Asio's.
struct Stream::Tls {
  explicit Tls(SSL_CTX* context)
      : ssl(SSL_new(context), &SSL_free), in(BIO_new(BIO_s_mem())), out(BIO_new(BIO_s_mem())) {
    CHECK(ssl != nullptr && in != nullptr && out != nullptr);
    SSL_set_bio(ssl.get(), in, out);  // owns both
    SSL_set_accept_state(ssl.get());
  }
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl;
  BIO *in, *out;
  std::array<char, kRecord> received;
  std::size_t got = 0;
  bool failed = false;  // nothing more may be said, RFC 8446 §6.2
};

Stream::Stream(Socket socket, ssl_ctx_st* tls) : socket_(std::move(socket)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (tls != nullptr) tls_ = std::make_unique<Tls>(tls);
}

Stream::~Stream() = default;

std::string Stream::remote() const {
  error_code error;
  const auto peer = socket_.remote_endpoint(error);
  if (error) return "";
  const std::string text = peer.address().to_string();
  return address_text(std::string_view(text).substr(0, text.find('%')));  // without the zone of a link-local address
}

void Stream::cancel() {
  is_cancelled_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

awaitable<std::size_t> Stream::read_some(asio::mutable_buffer into, error_code& error) {
  is_cancelled_ = false;
  if (tls_ != nullptr) return read_decrypted(into, error);
  return socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
}

awaitable<std::size_t> Stream::write_some(std::string_view head, std::string_view body, error_code& error) {
  is_cancelled_ = false;
  if (tls_ != nullptr) return write_encrypted(head, body, error);
  const std::array buffers{asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())};
  return socket_.async_write_some(buffers, asio::redirect_error(asio::use_awaitable, error));
}

awaitable<void> Stream::drop_some(error_code& error) {
  std::array<char, kRecord> dropped;
  co_await socket_.async_read_some(asio::buffer(dropped), asio::redirect_error(asio::use_awaitable, error));
}

awaitable<Stream::Handshake> Stream::shake_hands(std::string& why) {
  is_cancelled_ = false;
  error_code error;
  for (bool is_first = true;; is_first = false) {
    ERR_clear_error();
    const int done = SSL_do_handshake(tls_->ssl.get());
    const int state = SSL_get_error(tls_->ssl.get(), done);
    const auto problem = ERR_peek_last_error();
    ERR_clear_error();
    tls_->failed = done != 1 && state != SSL_ERROR_WANT_READ;
    if (BIO_pending(tls_->out) > 0) co_await flush(error);
    if (done == 1 && !error) co_return Handshake::kDone;
    if (tls_->failed) {
      const char* text = ERR_reason_error_string(problem);
      why = text == nullptr ? "the client ended it" : text;
      co_return Handshake::kFailed;
    }
    if (!error) co_await fetch(error);
    if (error) {
      why = is_cancelled_ ? "it was not finished in time" : error.message();
      co_return Handshake::kFailed;
    }
    // A method in capitals; a TLS record begins with 22.
    if (is_first && tls_->got > 0 && tls_->received[0] >= 'A' && tls_->received[0] <= 'Z') {
      tls_.reset();
      co_return Handshake::kPlain;
    }
  }
}

awaitable<std::size_t> Stream::read_decrypted(asio::mutable_buffer into, error_code& error) {
  for (;;) {
    ERR_clear_error();
    std::size_t got = 0;
    const int done = SSL_read_ex(tls_->ssl.get(), into.data(), into.size(), &got);
    const int state = SSL_get_error(tls_->ssl.get(), done);
    tls_->failed = state == SSL_ERROR_SSL || state == SSL_ERROR_SYSCALL;
    ERR_clear_error();
    if (BIO_pending(tls_->out) > 0) co_await flush(error);
    if (done == 1) co_return got;
    if (!error && state != SSL_ERROR_WANT_READ) error = asio::error::eof;
    if (!error) co_await fetch(error);
    if (error) co_return 0;
  }
}

awaitable<std::size_t> Stream::write_encrypted(std::string_view head, std::string_view body, error_code& error) {
  std::string joined;
  std::string_view piece = body.substr(0, kRecord);
  if (!head.empty()) {
    joined = head.substr(0, kRecord);
    joined += body.substr(0, kRecord - joined.size());
    piece = joined;
  }
  ERR_clear_error();
  std::size_t written = 0;
  if (SSL_write_ex(tls_->ssl.get(), piece.data(), piece.size(), &written) != 1) {
    tls_->failed = true;
    ERR_clear_error();
    error = asio::error::broken_pipe;
    co_return 0;
  }
  co_await flush(error);
  co_return error ? 0 : written;
}

// From the socket to OpenSSL.
awaitable<void> Stream::fetch(error_code& error) {
  if (is_cancelled_) error = asio::error::operation_aborted;
  if (error) co_return;
  tls_->got =
      co_await socket_.async_read_some(asio::buffer(tls_->received), asio::redirect_error(asio::use_awaitable, error));
  if (!error) BIO_write(tls_->in, tls_->received.data(), static_cast<int>(tls_->got));
}

// From OpenSSL to the socket, all of it.
awaitable<void> Stream::flush(error_code& error) {
  char* data = nullptr;
  auto left = static_cast<std::size_t>(BIO_get_mem_data(tls_->out, &data));
  while (left > 0 && !error) {
    const std::size_t sent =
        co_await socket_.async_write_some(asio::buffer(data, left), asio::redirect_error(asio::use_awaitable, error));
    data += sent;
    left -= sent;
    if (is_cancelled_ && left > 0) error = asio::error::operation_aborted;
  }
  BIO_reset(tls_->out);
}

void Stream::send_close_notify() {
  if (tls_ == nullptr || tls_->failed || SSL_is_init_finished(tls_->ssl.get()) == 0) return;
  SSL_shutdown(tls_->ssl.get());
  ERR_clear_error();
  char* data = nullptr;
  const long size = BIO_get_mem_data(tls_->out, &data);
  error_code ignored;
  socket_.non_blocking(true, ignored);
  if (size > 0) socket_.write_some(asio::buffer(data, static_cast<std::size_t>(size)), ignored);
  BIO_reset(tls_->out);
  tls_->failed = true;  // once
}

void Stream::end_of_sending() {
  send_close_notify();
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Stream::close() {
  error_code ignored;
  send_close_notify();
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace suyuan::http
