// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "adapters/http/parameters.h"
#include "adapters/http/routes.h"
#include "app/tlog/logged_events.h"
#include "app/tlog/receipt.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;
using tlog::HashKind;

// A full tile never changes; what may grow is asked for anew.
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kNow = "no-cache";
constexpr std::string_view kReceiptType = "text/plain";

Response refusal(const Request& request, const Error& error) {
  return problem(status_of(error.kind), error, false, request.trace_id);
}

Response open_to_all(std::string_view type, std::string body, std::string_view caching) {
  Response response = reply(200, type, std::move(body));
  response.headers.set("Cache-Control", std::string(caching));
  response.headers.set("Access-Control-Allow-Origin", "*");  // whoever checks need not be a page of ours
  return response;
}

Response get_checkpoint(const LogReads& log, HashKind tree, const Request& request) {
  const auto published = log.folder.published();
  if (!published) return refusal(request, published.error());
  if (published->of(tree).empty()) return refusal(request, nothing_published());
  return open_to_all("text/plain; charset=utf-8", published->of(tree), kNow);
}

Response get_tile(const LogReads& log, HashKind tree, const Request& request) {
  const std::string prefix = tree == HashKind::kSm3 ? "/log/sm3/" : "/log/";
  const auto tile = tlog::tile_of_path(std::string_view(request.path).substr(prefix.size()));
  const auto checkpoint = published_checkpoint(log, tree);
  if (!checkpoint) return refusal(request, checkpoint.error());
  const bool is_entries = tile && tile->level < 0;
  if (!tile || (is_entries && tree == HashKind::kSm3) || !tlog::has_tile(checkpoint->size, *tile)) {
    return refusal(request,
                   Error{ErrorKind::kNotFound, "log.no_tile",
                         fmt::format("The log has {} entries and no \"{}\". Paths are those of C2SP tlog-tiles; "
                                     "entries are under /log/tile/entries/ for both trees.",
                                     checkpoint->size, excerpt(request.path))});
  }
  auto bytes = log.folder.tile(tree, *tile);
  if (!bytes) return refusal(request, bytes.error());
  return open_to_all("application/octet-stream", std::move(*bytes), kForEver);
}

Response get_keys(const LogReads& log, const Request& request) {
  const auto state = log.store.state();
  if (!state) return refusal(request, state.error());
  if (!*state) return refusal(request, nothing_published());
  const auto keys = log.store.keys((*state)->number);
  if (!keys) return refusal(request, keys.error());
  std::string all;
  for (const LogKey& key : *keys) all.append(key.vkey).append("\n");
  return open_to_all("text/plain; charset=utf-8", std::move(all), kNow);
}

Response with_receipt(const Request& request, const Result<std::optional<tlog::Receipt>>& receipt, bool is_public) {
  if (!receipt) return refusal(request, receipt.error());
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  if (*receipt && is_public) return open_to_all(kText, tlog::written(**receipt), kNow);
  if (*receipt) return reply(200, kText, tlog::written(**receipt));
  Response pending = reply(202, "application/json", R"({"state":"pending"})");
  pending.headers.set("Retry-After", "1");
  pending.headers.set("Cache-Control", "no-store");
  return pending;
}

Response get_leaf(const LogReads& log, HashKind tree, const Request& request) {
  const std::string_view text = request.path_value("leaf");
  std::uint64_t leaf = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), leaf);
  if (error != std::errc() || end != text.data() + text.size())
    return refusal(request, wrong_parameter("leaf", text, "the number of an entry, from 0 on"));
  return with_receipt(request, receipt_at(log, tree, leaf), true);
}

Result<HashKind> tree_in(const Request& request) {
  const auto text = request.query_value("tree").value_or("sha256");
  if (text == "sha256") return HashKind::kSha256;
  if (text == "sm3") return HashKind::kSm3;
  return wrong_parameter("tree", text, "sha256 or sm3");
}

Response get_receipt(RouteContext& context, const LogReads& log, const Request& request) {
  if (auto known = only_known(request, {"event", "declaration", "tree"}); !known)
    return refusal(request, known.error());
  const auto id = request.query_value("event");
  if (!id || id->empty())
    return refusal(request, wrong_parameter("event", "", "the id of an event, and must be given"));
  const auto declaration = request.query_value("declaration").value_or("false");
  if (declaration != "true" && declaration != "false")
    return refusal(request, wrong_parameter("declaration", declaration, "true or false"));
  const auto tree = tree_in(request);
  if (!tree) return refusal(request, tree.error());
  return with_receipt(request,
                      receipt_of_event(*request.granted, std::string(*id), declaration == "true", *tree,
                                       context.services.warehouse, log),
                      false);
}

json::object receipt_json(const LoggedEvent& event) {
  json::object one{{"event", event.id}};
  if (event.is_declaration) one["declaration"] = true;
  if (event.is_repeated) one["repeated"] = true;
  one["state"] = !event.is_shown ? "not_shown" : event.leaf ? "logged" : "pending";
  if (event.leaf) {
    one["leaf"] = *event.leaf;
    one["number"] = event.number;
  }
  if (event.is_shown)
    one["receipt"] = fmt::format("/api/v1/receipts?event={}{}", epcis::percent_encoded(event.id),
                                 event.is_declaration ? "&declaration=true" : "");
  return one;
}

Response get_receipts(RouteContext& context, const LogReads& log, const Request& request) {
  const std::string job(request.path_value("captureID"));
  RepeatedEvents repeated{context.services.read_document, context.services.personal, {}};
  if (const auto reader = also_may(context.services, request, identity::Act::kEventRead)) repeated.reader = *reader;
  const auto events = logged_events(*request.granted, job, context.services.warehouse, log, repeated);
  if (!events) return refusal(request, events.error());
  json::object answer{{"capture", job}};
  json::array& all = answer["events"].emplace_array();
  std::uint64_t unnamed = 0;
  for (const LoggedEvent& event : *events) {
    if (event.id.empty())
      ++unnamed;
    else
      all.push_back(receipt_json(event));
  }
  if (unnamed > 0) {
    answer["unnamed"] = unnamed;
    answer["note"] =
        "So many events of the document were stored before it and cannot be named any more, since values about people "
        "in them were erased. Their receipts are those of the document that brought them first.";
  }
  return reply(200, "application/json", json::serialize(answer));
}

const Parameter kLeaf{.name = "leaf",
                      .in = Parameter::In::kPath,
                      .meaning = "Number of the entry, from 0 on.",
                      .required = true,
                      .type = "integer"};
const Answer kReceipt{200, "The receipt (C2SP tlog-proof).", {std::string(kReceiptType)}};
const Answer kPending{202, "Not published yet: ask again after Retry-After.", {"application/json"}};
const Answer kUnknown{404, "There is none.", {"application/problem+json"}};

void add_tree(Router& router, const LogReads& log, HashKind tree) {
  const bool is_sm3 = tree == HashKind::kSm3;
  const std::string prefix = is_sm3 ? "/log/sm3" : "/log", name = is_sm3 ? "Sm3" : "";
  const std::string which = is_sm3 ? " of the tree of SM3" : "";
  router.add({.method = "GET",
              .path = prefix + "/checkpoint",
              .operation_id = "logCheckpoint" + name,
              .summary = "The newest signed checkpoint" + which + " (C2SP tlog-checkpoint).",
              .tag = "Log",
              .act = identity::Act::kPageRead,
              .answers = {{200, "The checkpoint.", {"text/plain"}}, kUnknown},
              .handler = [log, tree](Request& request) { return get_checkpoint(log, tree, request); }});
  router.add({.method = "GET",
              .path = prefix + "/tile/{tile...}",
              .operation_id = "logTile" + name,
              .summary = "A tile" + which + (is_sm3 ? "." : ", or a bundle of entries (C2SP tlog-tiles)."),
              .tag = "Log",
              .act = identity::Act::kPageRead,
              .parameters = {{.name = "tile",
                              .in = Parameter::In::kPath,
                              .meaning = "0/x001/x234/067, entries/000.p/17",
                              .required = true}},
              .answers = {{200, "The tile.", {"application/octet-stream"}}, kUnknown},
              .handler = [log, tree](Request& request) { return get_tile(log, tree, request); }});
  router.add({.method = "GET",
              .path = prefix + "/receipt/{leaf}",
              .operation_id = "logReceipt" + name,
              .summary = "That entry number {leaf} is in the log" + which + "; opens nothing of it.",
              .tag = "Log",
              .act = identity::Act::kPageRead,
              .parameters = {kLeaf},
              .answers = {kReceipt, kPending, kUnknown},
              .handler = [log, tree](Request& request) { return get_leaf(log, tree, request); }});
}

}  // namespace

void add_log_routes(Router& router, RouteContext& context) {
  const LogReads log = *context.services.tlog;
  for (const HashKind tree : tlog::kTrees) add_tree(router, log, tree);
  router.add({.method = "GET",
              .path = "/log/keys",
              .operation_id = "logKeys",
              .summary =
                  "Verifier keys of both trees, those that sign no more too. Trust them only as far as you trust "
                  "this server: take them from a printed notice or a regulator's page.",
              .tag = "Log",
              .act = identity::Act::kPageRead,
              .answers = {{200, "One a line.", {"text/plain"}}, kUnknown},
              .handler = [log](Request& request) { return get_keys(log, request); }});
  router.add(
      {.method = "GET",
       .path = "/api/v1/receipts",
       .operation_id = "receipt",
       .summary = "The receipt of an event, with what opens its entry: can be checked without us "
                  "(docs/formats/log.md).",
       .tag = "Log",
       .act = identity::Act::kEventRead,
       .parameters = {{.name = "event", .meaning = "Id of the event.", .required = true},
                      {.name = "declaration",
                       .meaning = "true: of the error declaration that repeats the id.",
                       .choices = {"true", "false"}},
                      {.name = "tree", .meaning = "Which tree; sha256 unless said.", .choices = {"sha256", "sm3"}}},
       .answers = {kReceipt, kPending, kUnknown},
       .handler = [&context, log](Request& request) { return get_receipt(context, log, request); }});
  router.add(
      {.method = "GET",
       .path = "/api/v1/captures/{captureID}/receipts",
       .operation_id = "captureReceipts",
       .summary = "How far the events of a capture job are on their way into the log, and where their receipts are. "
                  "Events that were stored before, by this sender or another, are \"repeated\": a document that is "
                  "sent again after a lost answer has the receipts of its events.",
       .tag = "Log",
       .act = identity::Act::kJobRead,
       .parameters = {{.name = "captureID", .in = Parameter::In::kPath, .meaning = "Id of the job.", .required = true}},
       .answers = {{200,
                    "capture, events (state: pending, logged, or not_shown: stored before by others, who do not show "
                    "it to the caller), unnamed.",
                    {"application/json"}},
                   kUnknown},
       .handler = [&context, log](Request& request) { return get_receipts(context, log, request); }});
}

}  // namespace suyuan::http
