// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // of OpenSSL

// Inside of the server: only connection.cpp and stream.cpp read this.
namespace suyuan::http {

// A socket, plain or with TLS on top. One operation at a time, on the socket's own thread; `error` outlives it.
class Stream {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  using error_code = boost::system::error_code;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  Stream(Socket socket, ssl_ctx_st* tls);  // nullptr: plain
  ~Stream();

  std::string remote() const;  // address of the peer; "" when it has gone
  bool is_tls() const { return tls_ != nullptr; }

  // Before anything else on a TLS stream. kPlain: the client speaks HTTP without TLS, and so does the stream from here
  // on, so that it can be told. kFailed: `why` says what happened; close.
  enum class Handshake { kDone, kPlain, kFailed };
  awaitable<Handshake> shake_hands(std::string& why);

  awaitable<std::size_t> read_some(boost::asio::mutable_buffer into, error_code& error);
  // Some of both, head first. Returns how many of their bytes are on their way.
  awaitable<std::size_t> write_some(std::string_view head, std::string_view body, error_code& error);
  // Reads what the client still sends, unread; after end_of_sending().
  awaitable<void> drop_some(error_code& error);

  void cancel();  // what is under way ends with operation_aborted
  void end_of_sending();
  void close();  // says goodbye first when that takes no waiting

 private:
  struct Tls;
  awaitable<std::size_t> read_decrypted(boost::asio::mutable_buffer into, error_code& error);
  awaitable<std::size_t> write_encrypted(std::string_view head, std::string_view body, error_code& error);
  awaitable<void> fetch(error_code& error);
  awaitable<void> flush(error_code& error);
  void send_close_notify();

  Socket socket_;
  std::unique_ptr<Tls> tls_;
  bool is_cancelled_ = false;  // since the operation began; between its steps nothing is there to cancel
};

}  // namespace suyuan::http
