// SPDX-License-Identifier: Apache-2.0
#include "app/audit/search.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "app/audit/audit.h"
#include "base/csv.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::size_t kLimitMost = 1000, kWordMost = 300, kTextMost = 200;
constexpr std::size_t kGivenMost = 10'000;  // entries of one microsecond

constexpr std::array<std::string_view, 4> kOutcomes = {"", "allowed", "refused", "failed"};

Error wrong(std::string text) { return {ErrorKind::kInvalid, "audit.question", std::move(text)}; }

std::optional<AuditOutcome> outcome_of(std::string_view word) {
  for (std::size_t i = 1; i < kOutcomes.size(); ++i)
    if (kOutcomes[i] == word) return static_cast<AuditOutcome>(i);
  return std::nullopt;
}

// A place between two pages: a time, and how many matching entries of just that time were given already. Not a number
// of an entry, which would tell how much others do.
struct Token {
  std::int64_t at = 0;
  std::size_t given = 0;
};

std::string written(const Token& token) { return fmt::format("{}.{}", token.at, token.given); }

Result<Token> read_token(std::string_view text) {
  Token token;
  const char* end = text.data() + text.size();
  const auto [dot, bad_at] = std::from_chars(text.data(), end, token.at);
  if (bad_at == std::errc() && dot != end && *dot == '.') {
    const auto [rest, bad_given] = std::from_chars(dot + 1, end, token.given);
    const bool fits = token.given <= kGivenMost && token.at > kInstantMin.time_since_epoch().count() &&
                      token.at < kInstantMax.time_since_epoch().count();
    if (bad_given == std::errc() && rest == end && fits) return token;
  }
  return Error{ErrorKind::kInvalid, "audit.token",
               fmt::format("\"{}\" is no `next` of an answer of ours. Ask again without it.", excerpt(text))};
}

Status judge(const AuditQuestion& question) {
  if (question.limit < 1 || question.limit > kLimitMost)
    return wrong(
        fmt::format("The limit is {}; 1 to {} entries in one answer are allowed.", question.limit, kLimitMost));
  for (const std::string* word : {&question.act, &question.target_kind, &question.target}) {
    if (word->size() > kWordMost || !is_utf8(*word))
      return wrong(fmt::format("\"{}\" has {} bytes; act, target kind and target are UTF-8 texts of at most {}.",
                               excerpt(*word), word->size(), kWordMost));
  }
  if (question.text.size() > kTextMost || !is_utf8(question.text))
    return wrong(
        fmt::format("The text has {} bytes; at most {} of UTF-8 are allowed.", question.text.size(), kTextMost));
  if (!question.target.empty() && question.target_kind.empty())
    return wrong("A target was named without its kind. Name both: kind \"mark\" and the id of the mark.");
  if (!question.outcome.empty() && !outcome_of(question.outcome))
    return wrong(fmt::format("The outcome is \"{}\"; it is allowed, refused or failed.", excerpt(question.outcome)));
  if (question.from && question.until && *question.from >= *question.until)
    return wrong("The time until which is not after the time from which.");
  return Done{};
}

AuditStore::Search search_of(const identity::Scope& scope, const AuditQuestion& question, const Token& token) {
  AuditStore::Search search;
  if (!scope.is_everything()) search.orgs = scope.organisations();
  search.from = question.from.value_or(kInstantMin);
  search.until = question.until.value_or(kInstantMax);
  search.person = question.person;
  search.act = question.act;
  search.target_kind = question.target_kind;
  search.target = question.target;
  if (!question.outcome.empty()) search.outcome = outcome_of(question.outcome);
  search.text = question.text;
  search.limit = question.limit + token.given;
  if (!question.token.empty())
    search.before = AuditStore::Place{Instant(std::chrono::microseconds(token.at)), INT64_MAX};
  return search;
}

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

// Those that the page before gave already are left out; how many of the last instant have been given is counted on.
AuditAnswer answer_of(AuditStore::Page page, const Token& token) {
  AuditAnswer answer;
  std::size_t skipped = 0;
  for (AuditEntry& entry : page.entries) {
    if (skipped < token.given && micros(entry.at) == token.at)
      ++skipped;
    else
      answer.entries.push_back(std::move(entry));
  }
  if (!page.next) return answer;
  Token next{micros(page.next->at), 0};
  if (next.at == token.at) next.given = skipped;
  for (const AuditEntry& entry : answer.entries)
    if (micros(entry.at) == next.at) ++next.given;
  answer.next_token = written(next);
  return answer;
}

AuditEntry entry_of_search(const Granted& who, const AuditQuestion& question, std::size_t found, Instant now) {
  std::vector<AuditField> asked;
  const auto add = [&](std::string name, const std::string& value) {
    if (!value.empty()) asked.push_back({std::move(name), value});
  };
  add("from", question.from ? format_instant(*question.from) : "");
  add("until", question.until ? format_instant(*question.until) : "");
  add("person", question.person ? std::to_string(*question.person) : "");
  add("act", question.act);
  add("targetKind", question.target_kind);
  add("target", question.target);
  add("outcome", question.outcome);
  add("text", question.text);
  add("next", question.token);
  add("found", std::to_string(found));
  return with_fields(audit_entry(who, "audit.read", {"audit", ""}, "", now), {}, asked);
}

json::value as_json(const std::string& text) {
  if (text.empty()) return nullptr;
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(text) : std::move(value);
}

std::string_view via_word(identity::Via via) {
  constexpr std::array<std::string_view, 5> kWords = {"nobody", "machine", "session", "key", "job"};
  const auto at = static_cast<std::size_t>(via);
  return at < kWords.size() ? kWords[at] : "unknown";
}

json::object json_of(const AuditEntry& entry) {
  json::object row;
  if (entry.id > 0) row["number"] = entry.id;
  row["at"] = format_instant(entry.at);
  row["person"] = entry.person ? json::value(entry.person->value()) : json::value(nullptr);
  row["organisation"] = entry.org.value();
  row["jurisdiction"] = entry.jurisdiction.division;
  row["via"] = via_word(entry.via);
  row["credential"] = entry.credential;
  row["from"] = entry.from;
  row["act"] = entry.act;
  row["target"] = {{"kind", entry.target_kind}, {"id", entry.target}};
  row["outcome"] = outcome_word(entry.outcome);
  row["reason"] = entry.reason;
  row["before"] = as_json(entry.before);
  row["after"] = as_json(entry.after);
  row["traceId"] = entry.trace_id;
  row["emergency"] = entry.emergency.empty() ? json::value(nullptr) : json::value(entry.emergency);
  return row;
}

}  // namespace

std::string_view outcome_word(AuditOutcome outcome) {
  const auto at = static_cast<std::size_t>(outcome);
  return at < kOutcomes.size() ? kOutcomes[at] : "unknown";
}

Result<AuditAnswer> search_audit(const Permit<identity::Act::kAuditRead>& permit, const AuditQuestion& question,
                                 const AuditServices& services) {
  if (auto good = judge(question); !good) return std::move(good.error());
  Token token;
  if (!question.token.empty()) {
    auto read = read_token(question.token);
    if (!read) return std::move(read.error());
    token = *read;
  }
  auto page = services.store.search(search_of(permit.scope(), question, token));
  if (!page) return std::move(page.error());
  AuditAnswer answer = answer_of(std::move(*page), token);
  if (!permit.scope().is_everything())
    for (AuditEntry& entry : answer.entries) entry.id = 0;
  const AuditEntry entry = entry_of_search(permit, question, answer.entries.size(), services.clock.now());
  if (auto kept = services.store.append({entry}); !kept) return std::move(kept.error());
  return answer;
}

Status audit_csv(const Permit<identity::Act::kAuditRead>& permit, AuditQuestion question, const AuditServices& services,
                 const std::function<void(std::string_view)>& write) {
  // What is written on the way (the entries of these searches) is not part of it.
  if (!question.until) question.until = services.clock.now();
  question.limit = kLimitMost;
  bool has_head = false;
  for (;;) {
    auto answer = search_audit(permit, question, services);
    if (!answer) return std::move(answer.error());
    if (!has_head) write(audit_csv_head());
    has_head = true;
    write(audit_csv_lines(*answer));
    if (answer->next_token.empty()) return Done{};
    question.token = answer->next_token;
  }
}

std::string audit_json(const AuditAnswer& answer) {
  json::array entries;
  for (const AuditEntry& entry : answer.entries) entries.push_back(json_of(entry));
  return json::serialize(
      json::object{{"entries", std::move(entries)},
                   {"next", answer.next_token.empty() ? json::value(nullptr) : json::value(answer.next_token)}});
}

std::string audit_csv_head() {
  return std::string(kByteOrderMark) +
         "时间 at,人员 person,单位 organisation,辖区 jurisdiction,途径 via,凭据 credential,来自 from,动作 act,"
         "对象种类 target kind,对象 target,结果 outcome,理由 reason,之前 before,之后 after,应急授权 emergency,"
         "请求 trace id\r\n";
}

std::string audit_csv_lines(const AuditAnswer& answer) {
  std::string text;
  for (const AuditEntry& entry : answer.entries) {
    const std::array<std::string, 16> cells = {format_instant(entry.at),
                                               entry.person ? std::to_string(entry.person->value()) : "",
                                               std::to_string(entry.org.value()),
                                               std::to_string(entry.jurisdiction.division),
                                               std::string(via_word(entry.via)),
                                               entry.credential,
                                               entry.from,
                                               entry.act,
                                               entry.target_kind,
                                               entry.target,
                                               std::string(outcome_word(entry.outcome)),
                                               entry.reason,
                                               entry.before,
                                               entry.after,
                                               entry.emergency,
                                               entry.trace_id};
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : ",") + csv_cell(cells[i]);
    text += "\r\n";
  }
  return text;
}

std::string audit_text(const AuditAnswer& answer, bool english) {
  std::string text;
  for (const AuditEntry& entry : answer.entries) {
    text += fmt::format("{}  {} {} {} {}{}{}  {} {}  {}{}{}\n", format_instant(entry.at, std::chrono::hours(8)),
                        english ? "person" : "人员", entry.person ? entry.person->value() : 0, english ? "of" : "单位",
                        entry.org.value(),
                        entry.from.empty() ? ""
                        : english          ? " from "
                                           : " 来自 ",
                        excerpt(entry.from), entry.act, outcome_word(entry.outcome), excerpt(entry.target_kind),
                        entry.target.empty() ? "" : " " + excerpt(entry.target),
                        entry.reason.empty() ? "" : "  " + excerpt(entry.reason, 200));
  }
  if (answer.entries.empty()) text += english ? "Nothing found here.\n" : "这里没有记录。\n";
  if (!answer.next_token.empty()) text += fmt::format("{}: --after {}\n", english ? "More" : "更多", answer.next_token);
  return text;
}

}  // namespace suyuan
