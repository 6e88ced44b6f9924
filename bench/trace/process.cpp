// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace suyuan::bench {

namespace {

// In the new process: never returns.
[[noreturn]] void become(char* const* arguments, int output, int log, const passwd* user, int stop_signal) {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  if (user != nullptr &&
      (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, stop_signal);  // nothing stays behind when we are killed
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::filesystem::path& log, const std::string& user,
             int stop_signal)
    : signal_(stop_signal) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  const int errors = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const passwd* who = !user.empty() && is_root() ? ::getpwnam(user.c_str()) : nullptr;
  if (!user.empty() && is_root() && who == nullptr) throw std::runtime_error("there is no user " + user);
  std::vector<std::string> copies = command;
  std::vector<char*> arguments;
  for (std::string& each : copies) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) become(arguments.data(), ends[1], errors, who, stop_signal);
  ::close(ends[1]);
  ::close(errors);
  output_ = ends[0];
  if (process_ < 0) throw std::runtime_error("fork failed");
}

Child::~Child() {
  stop();
  ::close(output_);
}

std::string Child::line() {
  std::string text;
  char c = 0;
  while (::read(output_, &c, 1) == 1 && c != '\n') text += c;
  return text;
}

bool Child::is_running() {
  if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
  return process_ > 0;
}

int Child::wait() {
  if (process_ > 0) ::waitpid(process_, &status_, 0);
  process_ = -1;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

int Child::stop() {
  if (process_ > 0) ::kill(process_, signal_);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (is_running()) {
    if (std::chrono::steady_clock::now() > patience) ::kill(process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

std::string run_to_end(const std::vector<std::string>& command, const std::filesystem::path& log,
                       const std::string& user) {
  Child child(command, log, user);
  std::string all;
  for (std::string text = child.line(); !text.empty() || child.is_running(); text = child.line()) all += text + "\n";
  const int code = child.wait();
  if (code != 0) throw std::runtime_error(fmt::format("{} ended with {}", command.front(), code));
  return all;
}

std::string program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string folders = std::string(path == nullptr ? "/usr/bin" : path) + ":/usr/sbin:/usr/lib/postgresql/15/bin:";
  for (std::size_t at = 0, end = 0; (end = folders.find(':', at)) != std::string::npos; at = end + 1) {
    const std::string candidate = folders.substr(at, end - at) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

bool is_root() { return ::geteuid() == 0; }

void give_to(const std::string& user, const std::filesystem::path& path) {
  const passwd* who = ::getpwnam(user.c_str());
  if (!is_root()) return;
  if (who == nullptr || ::chown(path.c_str(), who->pw_uid, who->pw_gid) != 0)
    throw std::runtime_error("cannot give " + path.string() + " to " + user);
}

// -------------------------------------------------------------------------------------------------------------- HTTP
HttpConnection::HttpConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = loopback(port);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(fmt::format("nobody listens on port {}", port));
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{60, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

std::string_view HttpConnection::Answer::header(std::string_view name) const {
  const std::size_t at = head.find(fmt::format("\r\n{}: ", name));
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return std::string_view(head).substr(begin, head.find('\r', begin) - begin);
}

HttpConnection::~HttpConnection() { ::close(socket_); }

void HttpConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server closed the connection");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

HttpConnection::Answer HttpConnection::receive() {
  const auto more = [this] {
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) throw std::runtime_error("the server closed the connection");
    buffer_.append(bytes, static_cast<std::size_t>(got));
  };
  while (buffer_.find("\r\n\r\n") == std::string::npos) more();
  const std::size_t head = buffer_.find("\r\n\r\n") + 4;
  Answer answer;
  std::from_chars(buffer_.data() + 9, buffer_.data() + 12, answer.status);
  std::size_t length = 0;
  for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
    const std::size_t at = buffer_.find(name);
    if (at < head) std::from_chars(buffer_.data() + at + name.size(), buffer_.data() + head, length);
  }
  while (buffer_.size() < head + length) more();
  answer.head = buffer_.substr(0, head);
  answer.body = buffer_.substr(head, length);
  buffer_.erase(0, head + length);
  return answer;
}

namespace {

std::string always_sent;  // set before any thread asks

}  // namespace

void HttpConnection::always_send(std::string headers) { always_sent = std::move(headers); }
HttpConnection::Answer HttpConnection::get(std::string_view target, std::string_view accept) {
  send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}Accept: {}\r\n\r\n", target, always_sent, accept));
  return receive();
}

HttpConnection::Answer HttpConnection::post(std::string_view target, std::string_view type, std::string_view body) {
  send(fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n", target,
                   always_sent, type, body.size()));
  send(body);
  return receive();
}

}  // namespace suyuan::bench
