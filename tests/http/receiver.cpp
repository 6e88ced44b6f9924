// SPDX-License-Identifier: Apache-2.0
#include "receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::test {

std::string Received::header(std::string_view name) const {
  for (const std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || ascii_lower(line.substr(0, colon)) != ascii_lower(name)) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

Receiver::Receiver(int port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(::listen(listener_, 64) == 0);
  socklen_t size = sizeof address;
  CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Receiver::~Receiver() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

std::vector<Received> Receiver::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, std::chrono::seconds(10), [&] { return received_.size() >= count; });
  return received_;
}

std::size_t Receiver::count() {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

void Receiver::run() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 50) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    take(socket);
    ::close(socket);
  }
}

void Receiver::take(int socket) {
  std::string bytes;
  char buffer[4096];
  std::size_t end = std::string::npos, length = 0;
  while (end == std::string::npos || bytes.size() < end + length) {
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (end != std::string::npos || bytes.find("\r\n\r\n") == std::string::npos) continue;
    end = bytes.find("\r\n\r\n") + 4;
    const std::string text = Received{bytes.substr(0, end), ""}.header("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
  }
  {
    const std::lock_guard lock(mutex_);
    received_.push_back({bytes.substr(0, end), bytes.substr(end)});
  }
  came_.notify_all();
  if (status_ == 0) return;
  const std::string answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 " + std::to_string(status_) +
                             " So\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
  ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
}

}  // namespace suyuan::test
