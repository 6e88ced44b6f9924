// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/page_routes.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "adapters/http/entity_tag.h"
#include "adapters/http/form.h"
#include "adapters/http/page_cache.h"
#include "adapters/http/page_parts.h"
#include "adapters/http/sign_in.h"
#include "adapters/http/verify_page.h"
#include "app/codes/identify.h"
#include "app/identity/scoped_warehouse.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::size_t kTraceNodes = 1000;
constexpr std::size_t kRecentLots = 12;

// The GS1 keys that a Digital Link path can begin with (GS1 Digital Link URI Syntax 1.4).
constexpr std::array<std::string_view, 17> kPrimaryKeys = {"00",   "01",   "253",  "255",  "401",  "402",
                                                           "414",  "417",  "8003", "8004", "8006", "8010",
                                                           "8013", "8017", "8018", "415",  "8014"};

const std::vector<std::string> kCodeTypes = {"text/html", "application/json", "application/linkset+json"};

Response failure(const Request& request, const Error& error) {
  const Reader say = reader_of(request);
  Html out;
  out.element("h1", say("这次没有查成", "That did not work")).element("p", error.text);
  for (std::size_t i = 0; i < error.findings.size() && i < 20; ++i) out.element("p", error.findings[i].text);
  out.raw(search_form(say, ""));
  return page(status_of(error.kind), request, say, say("没有查成", "Failed"), out.take());
}

std::string host_of(const Request& request) {
  const std::string_view host = request.headers.get("host");
  for (const char c : host) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                       c == ':' || c == '-' || c == '[' || c == ']';
    if (!plain) return "";
  }
  return host.empty() ? "" : (request.is_secure ? "https://" : "http://") + std::string(host);
}

Response redirect(int status, std::string location) {
  Response answer = reply(status, "text/plain; charset=utf-8", location + "\n");
  answer.headers.set("Location", std::move(location));
  answer.headers.set("Cache-Control", "private, max-age=30");
  return answer;
}

// The chain is not for everybody; what everybody may know of the code is, and is one step away.
Response may_not_trace(const Request& request, const Error& error) {
  const Reader say = reader_of(request);
  const std::string id(trim(request.query_value("id").value_or("")));
  const bool is_unknown = error.kind == ErrorKind::kSignIn;
  Html out;
  out.element("h1", is_unknown ? say("来龙去脉需要登录后查看", "The whole chain is for people with an account")
                               : say("您的角色不查追溯链条", "Your role does not look into chains"));
  out.element("p", is_unknown ? say("追溯链条涉及各单位的往来，只向相关单位和监管部门显示。",
                                    "It tells who deals with whom, so only those concerned and regulators see it.")
                              : say("追溯链条只向链上的单位和监管部门显示。如需查看，请联系本单位的管理员。",
                                    "It is shown to the firms in it and to regulators. Ask the administrator of your "
                                    "organisation."));
  if (!id.empty())
    out.raw("<p>")
        .link("/find?text=" + url_encoded(id) + (say.english ? "&lang=en" : ""),
              say("查看这个码的公开信息", "What everybody may know of this code"))
        .raw("</p>");
  if (request.page_top != nullptr)
    out.element("p", say("请在页面上方换一个演示身份，例如区局监管员。",
                         "Switch to another role at the top of this page: the officer of the county, for one."));
  else if (is_unknown)
    out.raw("<p>").link("/login", say("登录", "Sign in")).raw("</p>");
  out.raw(search_form(say, ""));
  return page(status_of(error.kind), request, say, say("需要登录", "Sign in"), out.take());
}

// As the interface says it: no record within reach names this code, whether there is one out of reach or none at all.
Response out_of_reach(const Request& request, const codes::Identity& id) {
  const Reader say = reader_of(request);
  Html out;
  out.element("h1", say("您的权限范围内没有这个码的记录", "No record within your reach names this code"));
  out.element("p", say("追溯链条只向链上的单位和有关辖区的监管部门显示。",
                       "A chain is shown to the firms in it and to the regulators of their places."));
  out.raw("<p>")
      .link(codes::page_path(id) + query_of(say), say("查看这个码的公开信息", "What everybody may know of this code"))
      .raw("</p>")
      .raw(search_form(say, ""));
  return page(404, request, say, say("查无此码", "Unknown code"), out.take());
}

class Pages {
 public:
  Pages(const Services& services, std::size_t cache_bytes, const DemoStory* story)
      : services_(services), story_(story), cache_(services.warehouse.changes(), cache_bytes) {}

  std::shared_ptr<const Response> kept_code(const Request& request) {
    // Whoever says who they are is asked by the gate: the page names them, and what is over is never taken for the
    // public.
    if (request.headers.has("Authorization") || !cookies(request, session_cookie_name(request.is_secure)).empty())
      return nullptr;
    const auto kept = cache_.find(key_of(request));
    return kept == nullptr ? nullptr : unless_known(request, kept);
  }

  Response code(const Request& request, std::string_view text) {
    std::string key = key_of(request);
    Footprint footprint(services_.warehouse.changes());
    const auto found =
        look_at_code(*request.granted, text, services_.read_document, services_.warehouse, services_.clock, footprint);
    if (!found) return failure(request, found.error());
    if (request.page_top != nullptr || is_signed_in(request)) return code_answer(request, *found);
    auto answer = std::make_shared<const Response>(with_tag(code_answer(request, *found)));
    cache_.keep(std::move(key), answer, footprint);
    return *unless_known(request, answer);
  }

  Response find(const Request& request) const {
    const auto text = request.query_value("text");
    const std::string wanted(trim(text.value_or("")));
    if (wanted.empty()) return redirect(303, "/" + query_of(reader_of(request)));
    const auto found = look_at(*request.granted, wanted);
    if (!found) return failure(request, found.error());
    const Reader say = reader_of(request);
    if (!found->id) return page(404, request, say, say("读不出", "Unreadable"), code_main(*found, say, has_log()));
    return redirect(303, codes::page_path(*found->id) + query_of(say));
  }

  Response start(const Request& request) const {
    const Reader say = reader_of(request);
    StartFacts facts;
    const auto reader = also_may(services_, request, identity::Act::kEventRead);
    if (reader && reader->scope().is_everything()) {
      const auto counts = services_.warehouse.counts();
      if (!counts) return failure(request, counts.error());
      facts.counts = *counts;
    }
    if (story_ != nullptr) {
      if (auto looked = look_at_story(request, reader, say, facts); !looked) return failure(request, looked.error());
    } else if (reader) {
      if (auto read = read_recent(reader->scope(), facts); !read) return failure(request, read.error());
    }
    Response answer = page(200, request, say, say("首页", "Start"), start_main(request, facts, say));
    answer.headers.set("Vary", "Accept, Authorization, Cookie");
    return answer;
  }

  Response trace(const Request& request) const {
    const Reader say = reader_of(request);
    const std::string_view id = request.query_value("id").value_or("");
    const std::string_view direction = request.query_value("direction").value_or("both");
    std::string main = Html().element("h1", say("来龙去脉", "The chain")).take() + trace_form(say, id, direction);
    if (trim(id).empty()) return page(200, request, say, say("追溯", "Trace"), main);
    const auto seen = services_.gate(request, identity::Act::kPageRead);
    if (!seen) return failure(request, seen.error());
    const auto looked = look_at(*seen, trim(id));
    if (!looked) return failure(request, looked.error());
    if (!looked->id) {
      return page(404, request, say, say("查无此码", "Unknown code"), main + code_main(*looked, say, has_log()));
    }
    TraceRequest wanted;
    wanted.start = {*looked->id};
    wanted.node_limit = kTraceNodes;
    if (direction == "back") wanted.direction = trace::Direction::kBack;
    if (direction == "forward") wanted.direction = trace::Direction::kForward;
    wanted.continuation = request.query_value("continue").value_or("");
    auto traced = trace_chain(*request.granted, wanted, services_.warehouse);
    if (!traced) {
      return traced.error().kind == ErrorKind::kNotFound ? out_of_reach(request, *looked->id)
                                                         : failure(request, traced.error());
    }
    const std::size_t first = first_row(request, traced->nodes.size());
    main += trace_parts(*traced, say, request.is_local || is_signed_in(request)) + trace_nodes(*traced, say, first);
    main += next_link(request, *traced, first);
    return page(200, request, say, say("追溯", "Trace"), main);
  }

 private:
  // All that the answer depends on beside the store: codes with two digits for the year depend on this year.
  std::string key_of(const Request& request) const {
    const std::string_view type = negotiate(request.headers.get("accept"), kCodeTypes);
    const std::chrono::year_month_day today(day_in_china(services_.clock.now()));
    return fmt::format("{} {} {} {}", static_cast<int>(today.year()), type, host_of(request), request.target);
  }

  Response code_answer(const Request& request, const CodePage& found) const {
    const auto link_type = request.query_value("linkType");
    if (link_type && *link_type != "linkset" && *link_type != "all") return linked(request, found, *link_type);
    const int status = found.verdict == Verdict::kUnknown || found.verdict == Verdict::kUnreadable ? 404 : 200;
    std::string_view type = negotiate(request.headers.get("accept"), kCodeTypes);
    if (link_type) type = "application/linkset+json";
    if (type == "application/json") return data(status, type, code_page_json(found));
    if (type == "application/linkset+json") return data(status, type, code_page_linkset(found, host_of(request)));
    const Reader say = reader_of(request);
    return page(status, request, say, found.id ? codes::display_text(*found.id) : say("查无此码", "Unknown code"),
                code_main(found, say, has_log()));
  }

  Result<CodePage> look_at(const Permit<identity::Act::kPageRead>& permit, std::string_view text) const {
    Footprint nobody_keeps_it(nullptr);
    return look_at_code(permit, text, services_.read_document, services_.warehouse, services_.clock, nobody_keeps_it);
  }

  static Response data(int status, std::string_view type, std::string body) {
    Response answer = reply(status, type, std::move(body));
    answer.headers.set("Vary", "Accept");
    answer.headers.set("Cache-Control", "private, max-age=30");
    return answer;
  }

  // ?row=25: where the list of nodes goes on; what is no such number starts at the top.
  static std::size_t first_row(const Request& request, std::size_t rows) {
    const std::string_view text = request.query_value("row").value_or("0");
    std::size_t first = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), first);
    return error == std::errc() && end == text.data() + text.size() && first < rows ? first : 0;
  }

  static std::string next_link(const Request& request, const TraceAnswer& answer, std::size_t first) {
    const bool more_rows = first + kNodeRows < answer.nodes.size();
    if (!more_rows && answer.continuation.empty()) return "";
    Request next = request;
    std::erase_if(next.query, [](const auto& each) { return each.first == "row"; });
    const std::string href = more_rows ? query_with(next, "row", std::to_string(first + kNodeRows))
                                       : query_with(next, "continue", answer.continuation);
    const Reader say = reader_of(request);
    return Html().raw("<p>").link(href, say("下一页", "Next page")).raw("</p>").take();
  }

  static Response linked(const Request& request, const CodePage& found, std::string_view link_type) {
    const Reader say = reader_of(request);
    if (found.id && (link_type == "gs1:pip" || link_type == "gs1:defaultLink")) {
      return redirect(307, codes::page_path(*found.id) + query_of(say));
    }
    if (found.id && link_type == "gs1:traceability") {
      return redirect(307,
                      "/trace?id=" + url_encoded(codes::canonical_uri(*found.id)) + (say.english ? "&lang=en" : ""));
    }
    const Error error{ErrorKind::kNotFound, "page.link_type",
                      fmt::format("There is no link of type \"{}\" here. Known: gs1:defaultLink, gs1:pip, "
                                  "gs1:traceability, linkset.",
                                  excerpt(link_type))};
    return failure(request, error);
  }

  bool has_log() const { return services_.tlog != nullptr; }

  std::string name_of(const identity::Principal& who, const Reader& say) const {
    if (who.via == identity::Via::kNobody) return std::string(say("公众", "the public"));
    const auto directory = services_.authorizer == nullptr ? nullptr : services_.authorizer->directory();
    const auto* organisation = directory == nullptr ? nullptr : directory->find(who.actor.org);
    const auto& rule = identity::rule_of(who.roles.empty() ? identity::Role::kPublic : who.roles.front());
    const std::string role(say(rule.chinese, rule.english));
    return organisation == nullptr || organisation->name.empty() ? role : organisation->name + " · " + role;
  }

  Status look_at_story(const Request& request, const std::optional<Granted>& reader, const Reader& say,
                       StartFacts& facts) const {
    using identity::Act;
    facts.story = story_;
    facts.is_public = request.granted->who().via == identity::Via::kNobody;
    facts.who = name_of(request.granted->who(), say);
    if (reader) {
      auto view = view_of_story(*reader, *story_, services_.warehouse);
      if (!view) return std::move(view.error());
      facts.view = std::move(*view);
    } else {
      const auto counts = services_.warehouse.counts();
      if (!counts) return counts.error();
      facts.view.events_total = counts->events;
    }
    facts.may_audit = also_may(services_, request, Act::kAuditRead).has_value();
    if (const auto counter = also_may(services_, request, Act::kFiguresRead);
        counter && counter->scope().width() == identity::Width::kFigures) {
      auto figures =
          read_figures(*counter, {story_->month.first, story_->month.second}, {services_.warehouse, services_.clock});
      if (!figures) return std::move(figures.error());
      facts.figures = std::move(*figures);
    }
    const auto tracer = also_may(services_, request, Act::kTraceRead);
    if (!tracer) return Done{};
    facts.chains = tracer->scope().width();
    TraceRequest wanted;
    wanted.start = {story_->bad_lot};
    wanted.direction = trace::Direction::kForward;
    wanted.node_limit = kTraceNodes;
    if (auto traced = trace_chain(*tracer, wanted, services_.warehouse)) facts.bad_lot = std::move(*traced);
    return Done{};
  }

  Status read_recent(const identity::Scope& scope, StartFacts& facts) const {
    ScopedEvents seen(scope, services_.warehouse);
    const auto objects = seen.warehouse().recent_objects(codes::Level::kLot, kRecentLots);
    if (!objects) return objects.error();
    if (objects->empty()) return Done{};
    auto described = services_.warehouse.describe(*objects);
    if (!described) return std::move(described.error());
    facts.recent = std::move(*described);
    return Done{};
  }

  const Services services_;
  const DemoStory* story_;
  PageCache cache_;
};

std::string joined(const Request& request, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < request.segments.size(); ++i) {
    if (i > first) text += "/";
    text += request.segments[i];
  }
  return text;
}

const std::vector<Parameter>& page_parameters() {
  static const std::vector<Parameter> parameters = {
      {.name = "lang", .meaning = "zh when left out.", .choices = {"zh", "en"}},
      {.name = "size", .meaning = "large: bigger letters.", .choices = {"normal", "large"}}};
  return parameters;
}

Route page_route(std::string path, std::string operation_id, std::string summary, std::vector<Parameter> more,
                 Handler handler) {
  more.insert(more.end(), page_parameters().begin(), page_parameters().end());
  return {.method = "GET",
          .path = std::move(path),
          .operation_id = std::move(operation_id),
          .summary = std::move(summary),
          .tag = "Pages",
          .act = identity::Act::kPageRead,
          .parameters = std::move(more),
          .answers = {{200, "The page.", {"text/html"}}},
          .handler = std::move(handler)};
}

Route code_route(std::string path, std::string operation_id, Handler handler, QuickHandler from_memory) {
  const std::string name = path.substr(path.find('{') + 1, path.find("...") - path.find('{') - 1);
  Route route = page_route(std::move(path), std::move(operation_id), "What everybody may know about this code.",
                           {{.name = name, .in = Parameter::In::kPath, .meaning = "The code.", .required = true},
                            {.name = "linkType", .meaning = "linkset, gs1:defaultLink, gs1:pip or gs1:traceability."},
                            {.name = "If-None-Match", .in = Parameter::In::kHeader, .meaning = "Tags of answers."}},
                           std::move(handler));
  route.from_memory = std::move(from_memory);
  route.answers = {
      {200, "Verdict, facts, steps and records, or links.", kCodeTypes},
      {304, "The client has this answer already.", {}},
      {307, "To the page of that link type.", {}},
      {404, "The same layout, saying what is wrong with the code, or that no record names it.", kCodeTypes}};
  return route;
}

}  // namespace

void add_page_routes(Router& router, const Services& services, std::size_t cache_bytes, const DemoStory* story) {
  const auto pages = std::make_shared<Pages>(services, cache_bytes, story);
  const QuickHandler kept = [pages](const Request& request) { return pages->kept_code(request); };
  router.add(page_route("/", "start", "Start page: search, numbers, where to begin.", {},
                        [pages](Request& request) { return pages->start(request); }));
  Route find = page_route("/find", "find", "Leads any code to its page.",
                          {{.name = "text", .meaning = "As scanned, printed or typed."}},
                          [pages](Request& request) { return pages->find(request); });
  find.answers = {{303, "To the page of the code.", {}}, {404, "What is wrong with it.", {"text/html"}}};
  router.add(std::move(find));
  Route trace =
      page_route("/trace", "tracePage", "The chain as picture and tables.",
                 {{.name = "id", .meaning = "The code to start from."},
                  {.name = "direction", .meaning = "both when left out.", .choices = {"both", "back", "forward"}},
                  {.name = "continue", .meaning = "From the next-page link."}},
                 [pages](Request& request) { return pages->trace(request); });
  trace.act = identity::Act::kTraceRead;
  trace.refused = may_not_trace;
  router.add(std::move(trace));
  add_verify_routes(router);
  for (const std::string_view key : kPrimaryKeys) {
    router.add(code_route(
        fmt::format("/{}/{{key...}}", key), fmt::format("codePage{}", key),
        [pages](Request& request) { return pages->code(request, request.path); }, kept));
  }
  router.add(code_route(
      "/t/{code...}", "codePage", [pages](Request& request) { return pages->code(request, joined(request, 1)); },
      kept));
  router.set_not_found_page([](Request& request) {
    const Reader say = reader_of(request);
    Html out;
    out.element("h1", say("没有这个页面", "There is no such page"));
    out.element("p", say("地址可能抄错了。有码就在这里查：", "The address may be mistyped. Look a code up here:"));
    out.raw(search_form(say, ""));
    return page(404, request, say, say("没有这个页面", "No such page"), out.take());
  });
}

}  // namespace suyuan::http
