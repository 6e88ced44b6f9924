// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::test {

std::string Answer::header(std::string_view name) const {
  for (const std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || ascii_lower(line.substr(0, colon)) != ascii_lower(name)) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return "";
}

Client::Client(int port, const char* address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  CHECK(socket_ >= 0);
  const timeval patience{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, address, &to.sin_addr);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    close(socket_);
    socket_ = -1;
  }
}

Client::~Client() {
  if (socket_ >= 0) close(socket_);
}

long Client::take(char* bytes, std::size_t size) { return recv(socket_, bytes, size, 0); }

long Client::give(const char* bytes, std::size_t size) { return ::send(socket_, bytes, size, MSG_NOSIGNAL); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent = give(bytes.data(), bytes.size());
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::finish_sending() { shutdown(socket_, SHUT_WR); }

bool Client::fill() {
  std::array<char, 65536> bytes{};
  const long got = take(bytes.data(), bytes.size());
  if (got <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

Answer Client::receive(bool has_body) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  answer.status = std::atoi(answer.head.c_str() + 9);
  if (answer.status == 100) return receive(has_body);
  const std::string length = answer.header("Content-Length");
  const std::size_t wanted = has_body && !length.empty() ? static_cast<std::size_t>(std::stoull(length)) : 0;
  while (buffer_.size() < wanted && fill()) {
  }
  answer.body = buffer_.substr(0, wanted);
  buffer_.erase(0, std::min(wanted, buffer_.size()));
  return answer;
}

std::string Client::receive_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

bool Client::is_closed() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  const long got = take(&byte, 1);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

namespace {

std::string always_sent;  // set before any thread asks

}  // namespace

void always_send(std::string headers) { always_sent = std::move(headers); }

Answer ask(int port, std::string_view request) {
  Client client(port);
  client.send(request);
  return client.receive(!request.starts_with("HEAD"));
}

Answer get(int port, std::string_view target, std::string_view more_headers) {
  return ask(port, "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + always_sent +
                       std::string(more_headers) + "\r\n");
}

Answer post(int port, std::string_view target, std::string_view type, std::string_view body,
            std::string_view more_headers) {
  return ask(port, "POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\nContent-Type: " + std::string(type) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + always_sent +
                       std::string(more_headers) + "\r\n" + std::string(body));
}

}  // namespace suyuan::test
