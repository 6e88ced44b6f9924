// SPDX-License-Identifier: Apache-2.0
#include "bin/post.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/text.h"

namespace suyuan::cli {

namespace {

namespace json = boost::json;

struct Answer {
  int status = 0;
  std::string head, body;
};

// One request on a connection of its own; the server ends it after its answer.
Answer ask(int port, const std::string& request) {
  Answer answer;
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string received;
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    std::string_view rest = request;
    for (ssize_t sent = 1; !rest.empty() && sent > 0;) {
      sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::array<char, 8192> buffer;
    for (ssize_t size; (size = ::recv(connection, buffer.data(), buffer.size(), 0)) > 0;) {
      received.append(buffer.data(), static_cast<std::size_t>(size));
    }
  }
  ::close(connection);
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos || received.size() < 12) return answer;
  std::from_chars(received.data() + 9, received.data() + 12, answer.status);
  answer.head = received.substr(0, end);
  answer.body = received.substr(end + 4);
  return answer;
}

std::string location_of(const Answer& answer) {
  const std::size_t at = ascii_lower(answer.head).find("\r\nlocation: ");
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(answer.head).substr(at + 12);
  const std::string_view line = rest.substr(0, rest.find('\r'));
  const std::size_t path = line.find("/epcis/");
  return path == std::string_view::npos ? "" : std::string(line.substr(path));
}

std::string request(std::string_view method, std::string_view path, std::string_view key, std::string_view type,
                    const std::string& body) {
  std::string text = fmt::format(
      "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {}\r\n", method, path, key);
  if (!type.empty()) text += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", type, body.size());
  return text + "\r\n" + body;
}

std::int64_t number(const json::object& job, std::string_view member) {
  const json::value* value = job.if_contains(member);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

}  // namespace

Result<CaptureOutcome> post_document(int port, const std::string& key, const std::string& document) {
  const bool is_xml = trim(document).starts_with('<');
  const Answer taken =
      ask(port, request("POST", "/epcis/v2/capture", key, is_xml ? "application/xml" : "application/json", document));
  const std::string job_path = location_of(taken);
  constexpr int kAsksMax = 6000;  // a hundredth of a second apart
  for (int i = 0; i < kAsksMax && !job_path.empty(); ++i) {
    const Answer answer = ask(port, request("GET", job_path, key, "", ""));
    boost::system::error_code failed;
    const json::value job = json::parse(answer.body, failed);
    if (failed || !job.is_object()) break;
    const json::object& fields = job.as_object();
    const json::value* running = fields.if_contains("running");
    if (running == nullptr || !running->is_bool()) break;
    if (running->as_bool()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    CaptureOutcome outcome;
    outcome.accepted = number(fields, "suyuan:accepted");
    outcome.duplicates = number(fields, "suyuan:duplicates");
    outcome.refused = number(fields, "suyuan:refused");
    const json::value* success = fields.if_contains("success");
    outcome.document_refused = success == nullptr || !success->is_bool() || !success->as_bool();
    if (outcome.document_refused) outcome.findings.push_back({"", "demo.refused", excerpt(answer.body, 500)});
    return outcome;
  }
  return Error{ErrorKind::kInternal, "demo.no_answer",
               fmt::format("The server on port {} did not answer a capture as the interface says (status {}).", port,
                           taken.status)};
}

}  // namespace suyuan::cli
