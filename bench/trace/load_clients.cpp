// SPDX-License-Identifier: Apache-2.0
#include "load_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <stdexcept>

namespace suyuan::bench {

namespace json = boost::json;

void Ledger::acknowledged(std::uint32_t number, std::size_t events) {
  const std::lock_guard lock(mutex_);
  acknowledged_.push_back({number, events});
}

void Ledger::refused(std::uint32_t number, std::size_t events) {
  const std::lock_guard lock(mutex_);
  refused_.push_back({number, events});
}

void Ledger::unknown(std::uint32_t number, std::size_t events) {
  const std::lock_guard lock(mutex_);
  unknown_.push_back({number, events});
}

void Ledger::wrong(std::string what) {
  const std::lock_guard lock(mutex_);
  wrong_.push_back(std::move(what));
}

void Ledger::said(int status) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(statuses_.begin(), statuses_.end(), [&](const auto& s) { return s.first == status; });
  if (found == statuses_.end())
    statuses_.emplace_back(status, 1);
  else
    ++found->second;
}

std::vector<Ledger::Document> Ledger::all_acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::vector<Ledger::Document> Ledger::all_refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::vector<Ledger::Document> Ledger::all_unknown() const {
  const std::lock_guard lock(mutex_);
  return unknown_;
}

std::vector<std::string> Ledger::all_wrong() const {
  const std::lock_guard lock(mutex_);
  return wrong_;
}

std::size_t Ledger::acknowledged_documents() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_.size();
}

std::int64_t Ledger::count(int status) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [each, count] : statuses_)
    if (each == status) return count;
  return 0;
}

std::optional<Ledger::Document> Ledger::some(std::uint64_t random) const {
  const std::lock_guard lock(mutex_);
  if (acknowledged_.empty()) return std::nullopt;
  const std::size_t back = random % 4 == 0 ? random / 4 % acknowledged_.size() : random % 8 % acknowledged_.size();
  return acknowledged_[acknowledged_.size() - 1 - back];
}

// --------------------------------------------------------------------------------------------------------- connection

HttpConnection& KeptConnection::open() {
  if (!connection_) connection_ = std::make_unique<HttpConnection>(port_);
  return *connection_;
}

HttpConnection::Answer KeptConnection::kept(HttpConnection::Answer answer) {
  if (answer.header("Connection") == "close") connection_.reset();
  return answer;
}

HttpConnection::Answer KeptConnection::get(const std::string& target, std::string_view accept) try {
  return kept(open().get(target, accept));
} catch (const std::runtime_error&) {
  connection_.reset();
  throw;
}

HttpConnection::Answer KeptConnection::post(const std::string& target, const std::string& body) try {
  return kept(open().post(target, "application/ld+json", body));
} catch (const std::runtime_error&) {
  connection_.reset();
  throw;
}

// ------------------------------------------------------------------------------------------------------------ answers

std::string problem_with(const HttpConnection::Answer& answer) {
  if (answer.status >= 200 && answer.status < 300) return "";
  const std::string shown = answer.body.substr(0, 300);
  if (answer.status != 503 && answer.status != 429) return fmt::format("answered {}: {}", answer.status, shown);
  const std::string_view after = answer.header("Retry-After");
  int seconds = 0;
  const auto read = std::from_chars(after.data(), after.data() + after.size(), seconds);
  if (read.ec != std::errc() || read.ptr != after.data() + after.size() || seconds < 1)
    return fmt::format("answered {} with Retry-After \"{}\"", answer.status, after);
  boost::system::error_code error;
  const auto problem = json::parse(answer.body, error);
  if (error || !problem.is_object() || answer.header("Content-Type") != "application/problem+json" ||
      problem.as_object().if_contains("code") == nullptr || problem.at("status").as_int64() != answer.status)
    return fmt::format("answered {} without a problem document: {}", answer.status, shown);
  return "";
}

namespace {

// True: stored. False: refused. Nothing: still running.
std::optional<bool> job_ended(const HttpConnection::Answer& answer) {
  const auto job = json::parse(answer.body);
  if (job.at("running").as_bool()) return std::nullopt;
  return job.at("success").as_bool();
}

bool follow_job(KeptConnection& connection, const std::string& job) {
  for (;;) {
    const auto answer = connection.get(job, "application/json");
    if (answer.status == 404) return false;
    if (answer.status == 200) {
      if (const auto ended = job_ended(answer)) return *ended;
    } else if (const std::string problem = problem_with(answer); !problem.empty()) {
      throw std::logic_error("a capture job " + problem);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

bool send_document(KeptConnection& connection, const NumberedDocuments& documents, std::uint32_t number,
                   Ledger& ledger) try {
  const auto answer = connection.post("/epcis/v2/capture", documents.make(number));
  ledger.said(answer.status);
  if (const std::string problem = problem_with(answer); !problem.empty()) ledger.wrong("capture " + problem);
  if (answer.status != 202) {
    ledger.refused(number, documents.events());
    return false;
  }
  if (follow_job(connection, std::string(answer.header("Location")))) {
    ledger.acknowledged(number, documents.events());
    return true;
  }
  ledger.unknown(number, documents.events());
  return false;
} catch (const std::runtime_error&) {
  ledger.said(0);
  ledger.unknown(number, documents.events());
  return false;
} catch (const std::exception& error) {
  ledger.wrong(error.what());
  ledger.unknown(number, documents.events());
  return false;
}

bool scan_once(KeptConnection& connection, std::size_t which, Ledger& ledger) try {
  const std::uint64_t random = (which + 1) * 0x9E3779B97F4A7C15U >> 20U;
  const auto document = ledger.some(random);
  if (!document) return false;
  const std::size_t event = random % document->events;
  const std::string item = NumberedDocuments::item(document->number, event);
  const std::string id = NumberedDocuments::event_id(document->number, event);
  const auto answer = which % 3 == 0 ? connection.get(item, "text/html")
                      : which % 3 == 1
                          ? connection.get("/api/v1/trace?id=https://id.gs1.org" + item, "application/json")
                          : connection.get("/epcis/v2/events/" + id, "application/ld+json");
  if (const std::string problem = problem_with(answer); !problem.empty())
    ledger.wrong(fmt::format("scan of {} {}", which % 3 == 2 ? id : item, problem));
  if (answer.status != 200) {
    ledger.said(answer.status);
    return false;
  }
  const std::string& expected = which % 3 == 2 ? id : item.substr(item.rfind('/') + 1);
  if (answer.body.find(expected) == std::string::npos)
    ledger.wrong(fmt::format("scan of {} answered without it: {}", item, answer.body.substr(0, 200)));
  return true;
} catch (const std::runtime_error&) {
  return false;
}

}  // namespace suyuan::bench
