// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "app/audit/audit.h"
#include "app/subscription/schedule.h"
#include "app/subscription/subscription.h"
#include "base/secrets.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

constexpr std::size_t kNameMax = 200;
constexpr std::size_t kSecretMax = 1024;

std::size_t members_in(const json::value& value) {
  std::size_t count = 0;
  if (value.is_object()) {
    for (const auto& [name, inner] : value.as_object()) count += 1 + members_in(inner);
  } else if (value.is_array()) {
    for (const json::value& inner : value.as_array()) count += members_in(inner);
  }
  return count;
}

// Colons outside texts: one for each member that was written.
std::size_t members_written(std::string_view body) {
  std::size_t count = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (in_text && body[i] == '\\')
      ++i;
    else if (body[i] == '"')
      in_text = !in_text;
    else if (!in_text && body[i] == ':')
      ++count;
  }
  return count;
}

Result<json::object> object_of(std::string_view body) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (!error && members_in(value) != members_written(body))
    return Error{ErrorKind::kInvalid, "query.not_json",
                 "A member comes twice in its object; which one counts cannot be known. Name it once."};
  if (!error && value.is_object()) return std::move(value.as_object());
  return Error{ErrorKind::kInvalid, "query.not_json",
               fmt::format("The body is no JSON object{}.", error ? " (" + error.message() + ")" : "")};
}

// A name stands in paths and in answers: printable, no blanks, no separators of paths.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && is_utf8(name) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '/'; }) &&
         name != "." && name != "..";
}

// Puts prefixes in front of what the query's own @context says, which counts more.
void add_context(const trace::Prefixes& prefixes, json::object& query) {
  if (prefixes.empty()) return;
  json::object defined;
  for (const auto& [prefix, space] : prefixes) defined[prefix] = space;
  json::array contexts{std::move(defined)};
  if (json::value* own = query.if_contains("@context")) contexts.push_back(std::move(*own));
  query["@context"] = std::move(contexts);
}

// The body of a subscription, member by member, with a finding for each that is wrong.
class Form {
 public:
  explicit Form(const json::object& body) : body_(body) {}

  std::string text(std::string_view member, std::size_t most) {
    const json::value* value = body_.if_contains(member);
    if (value == nullptr) return {};
    if (value->is_string() && value->as_string().size() <= most) return std::string(value->as_string());
    found(member, fmt::format("{} is no text of at most {} bytes.", member, most));
    return {};
  }

  bool has(std::string_view member) const { return body_.contains(member); }

  bool truth(std::string_view member) {
    const json::value* value = body_.if_contains(member);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->as_bool();
    found(member, fmt::format("{} is neither true nor false.", member));
    return false;
  }

  // The schedule as JSON text; "" when there is none.
  std::string schedule() {
    const json::value* value = body_.if_contains("schedule");
    if (value == nullptr) return {};
    if (!value->is_object()) {
      found("schedule", "schedule is no object of second, minute, hour, dayOfMonth, month, dayOfWeek.");
      return {};
    }
    return json::serialize(*value);
  }

  void expect_only(std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : body_) {
      const std::string_view seen(name.data(), name.size());
      if (std::find(names.begin(), names.end(), seen) != names.end()) continue;
      found(seen, fmt::format("\"{}\" is no member of a subscription.", excerpt(seen)));
    }
  }

  void found(std::string_view member, std::string text) {
    findings.push_back({"/" + json_pointer_token(std::string(member)), "subscription.refused", std::move(text)});
  }

  std::vector<Finding> findings;

 private:
  const json::object& body_;
};

std::string read_secret(Form& form) {
  const std::string secret = form.text("signatureToken", kSecretMax);
  if (!form.has("signatureToken") || key_of_secret(secret)) return secret;
  form.found("signatureToken",
             secret.starts_with("whsec_")
                 ? "signatureToken begins with whsec_, so that the rest is base64 of the key (letters, "
                   "digits, + and /), which it is not. Correct it, or give a token without whsec_."
                 : "signatureToken is empty. Give a secret, or leave it out for messages without a "
                   "signature.");
  return {};
}

void read_timing(Form& form, Subscription& subscription, const StandingOptions& options) {
  const bool stream = form.truth("stream");
  subscription.schedule = form.schedule();
  if (stream == !subscription.schedule.empty())
    form.found("stream", "Give either \"stream\": true or a \"schedule\", and not both.");
  if (subscription.schedule.empty()) return;
  auto schedule = Schedule::parse_json(subscription.schedule);
  if (schedule)
    subscription.due = schedule->next(subscription.created, options.utc_offset);
  else
    form.findings.insert(form.findings.end(), schedule.error().findings.begin(), schedule.error().findings.end());
}

void read_initial(Form& form, Subscription& subscription, std::int64_t settled) {
  subscription.resume = subscription.target = settled;
  const std::string text = form.text("initialRecordTime", 64);
  if (text.empty()) return;
  const auto at = parse_instant(text);
  if (!at) return form.found("initialRecordTime", at.error().text);
  subscription.initial = subscription.run_at = at->at;
  subscription.resume = subscription.target = 0;
}

}  // namespace

std::string address_of(const Subscription& subscription) {
  return without_passwords(subscription.dest.substr(0, subscription.dest.find_first_of("?#")));
}

StandingOptions standing_options(const Settings& settings) {
  StandingOptions options;
  if (const auto offset = parse_offset(settings.text("server.utc_offset"))) options.utc_offset = *offset;
  options.attempts_max = static_cast<int>(settings.number("webhook.attempts_max"));
  options.events_max = static_cast<std::size_t>(settings.number("webhook.events_max"));
  options.patience = std::chrono::milliseconds(settings.number("webhook.timeout_ms"));
  return options;
}

Result<NamedQuery> create_query(const Permit<identity::Act::kQueryDefine>& permit, std::string_view body,
                                const trace::Prefixes& prefixes, StandingServices services) {
  auto object = object_of(body);
  if (!object) return std::move(object.error());
  const json::value* name = object->if_contains("name");
  json::value* query = object->if_contains("query");
  if (name == nullptr || !name->is_string() || !is_name(name->as_string()))
    return Error{ErrorKind::kInvalid, "query.name",
                 fmt::format("A query needs a \"name\": text without blanks and \"/\", at most {} bytes.", kNameMax)};
  if (query == nullptr || !query->is_object())
    return Error{ErrorKind::kInvalid, "query.not_json",
                 R"(A query needs a "query": an object of parameters, such as {"EQ_bizStep": ["shipping"]}.)"};
  add_context(prefixes, query->as_object());
  NamedQuery made{std::string(name->as_string()), json::serialize(*query), permit.actor(), services.clock.now()};
  const auto parameters = parameters_of_json(made.definition);
  if (!parameters) return parameters.error();
  if (auto sound = judge_query(*parameters, false, services.queries.warehouse); !sound) return std::move(sound.error());
  const AuditField after{"query", made.definition};
  const AuditEntry entry = with_fields(audit_entry(permit, "query.define", {"query", made.name}, "", made.created), {},
                                       std::span(&after, 1));
  if (auto added = services.store.add(made, entry); !added) return std::move(added.error());
  return made;
}

Result<Subscription> subscribe(const Permit<identity::Act::kSubscriptionMake>& permit, const std::string& query,
                               std::string_view body, trace::EpcFormat epcs, StandingServices services,
                               const StandingOptions& options) {
  auto object = object_of(body);
  if (!object) return std::move(object.error());
  if (epcs == trace::EpcFormat::kUrn)  // the first event with a Digital Link would stop it for ever
    return Error{
        ErrorKind::kUnsupported, "epcis.epc_format",
        "Messages to subscribers are not written with GS1-EPC-Format: Always_EPC_URN, since a Digital Link has no "
        "URN. Subscribe with Always_GS1_Digital_Link, or with Never_Translates."};
  auto named = find_query(permit, query, services.store);
  if (!named) return std::move(named.error());
  const auto parameters = parameters_of_json(named->definition);
  if (!parameters) return parameters.error();
  if (auto sound = judge_query(*parameters, true, services.queries.warehouse); !sound) return std::move(sound.error());
  auto settled = services.queries.warehouse.settled();
  if (!settled) return std::move(settled.error());

  Form form(*object);
  form.expect_only({"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime"});
  Subscription made;
  made.created = made.run_at = services.clock.now();
  made.id = new_public_id(made.created);
  made.query = named->name;
  made.query_org = named->actor.org;
  made.actor = permit.actor();
  made.epcs = epcs;
  made.dest = form.text("dest", 2000);
  made.secret = read_secret(form);
  made.report_if_empty = form.truth("reportIfEmpty");
  read_timing(form, made, options);
  read_initial(form, made, *settled);
  if (made.dest.empty() && form.findings.empty()) form.found("dest", "dest, the URL to call, is missing.");
  if (!form.findings.empty())
    return Error{ErrorKind::kInvalid, "subscription.refused", form.findings.front().text, {}, form.findings};
  if (auto allowed = services.webhook.judge(made.dest); !allowed) return std::move(allowed.error());
  const std::array<AuditField, 2> after{AuditField{"query", made.query}, AuditField{"dest", address_of(made)}};
  const AuditEntry entry =
      with_fields(audit_entry(permit, "subscription.make", {"subscription", made.id}, "", made.created), {}, after);
  if (auto added = services.store.add(made, entry); !added) return std::move(added.error());
  return made;
}

std::string query_json(const NamedQuery& query) {
  return fmt::format(R"({{"name":{},"query":{}}})", json::serialize(json::string(query.name)), query.definition);
}

std::string subscription_json(const Subscription& subscription, Instant min_record_time, bool rests) {
  json::object body{{"subscriptionID", subscription.id},
                    {"queryName", subscription.query},
                    {"dest", subscription.dest},
                    {"createdAt", format_instant(subscription.created)},
                    {"minRecordTime", format_instant(min_record_time)},
                    {"epcFormat", trace::name_of(subscription.epcs)},
                    {"signed", !subscription.secret.empty()},
                    {"deliveries", subscription.delivered}};
  if (subscription.schedule.empty()) {
    body["stream"] = true;
  } else {
    body["schedule"] = json::parse(subscription.schedule);
    body["reportIfEmpty"] = subscription.report_if_empty;
    if (subscription.due) body["nextRunAt"] = format_instant(*subscription.due);
  }
  if (subscription.initial) body["initialRecordTime"] = format_instant(*subscription.initial);
  if (subscription.notified) body["lastNotifiedAt"] = format_instant(*subscription.notified);
  body["state"] = "active";
  if (const auto& waiting = subscription.outbox) {
    body["state"] = waiting->dead ? "dead" : waiting->last_error.empty() ? "active" : "retrying";
    json::object delivery{{"id", waiting->id}, {"attempts", waiting->attempts}, {"lastError", waiting->last_error}};
    if (!waiting->dead) delivery["nextAttemptAt"] = format_instant(waiting->due);
    body["delivery"] = std::move(delivery);
  }
  if (rests) {
    body["state"] = "resting";
    body["why"] = "The organisation of this subscription may not ask for events now. It goes on when it may again.";
  }
  return json::serialize(body);
}

}  // namespace suyuan
