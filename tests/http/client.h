// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

// A small blocking client on a raw socket, so that tests can say anything, also what no library would send.
namespace suyuan::test {

struct Answer {
  int status = 0;  // 0: the connection ended without an answer
  std::string head, body;
  std::string header(std::string_view name) const;  // "" when missing
};

class Client {
 public:
  explicit Client(int port, const char* address = "127.0.0.1");
  virtual ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes);             // false: the peer is gone
  Answer receive(bool has_body = true);          // one answer, by its Content-Length; skips 100 Continue
  std::string receive_bytes(std::size_t count);  // at most; what came until then when the peer closes
  bool is_closed();                              // waits for the peer to close; false after 10 s or on a byte
  void finish_sending();

 protected:
  // As recv() and send(): how many bytes, 0 at the end, negative on an error.
  virtual long take(char* bytes, std::size_t size);
  virtual long give(const char* bytes, std::size_t size);
  int socket() const { return socket_; }

 private:
  bool fill();
  int socket_ = -1;
  std::string buffer_;
};

// Header fields that get and post send from now on, beside those of each call: "Authorization: Bearer sk_…\r\n".
void always_send(std::string headers);

// One request on a connection of its own.
Answer ask(int port, std::string_view request);
Answer get(int port, std::string_view target, std::string_view more_headers = "");
Answer post(int port, std::string_view target, std::string_view type, std::string_view body,
            std::string_view more_headers = "");

}  // namespace suyuan::test
