// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/gate.h"
#include "adapters/http/message.h"
#include "base/result.h"

// One table of routes: what is served, what it takes, what it answers, and who does it. /openapi.json is the same
// table.
namespace suyuan::http {

// A plain synchronous function; runs on a worker thread, several at once. Must not throw; what it throws becomes a 500.
using Handler = std::function<Response(Request&)>;
// Answers on the network thread, or not at all (nullptr): must never wait.
using QuickHandler = std::function<std::shared_ptr<const Response>(const Request&)>;

struct Parameter {
  enum class In { kPath, kQuery, kHeader };
  std::string name = {};
  In in = In::kQuery;
  std::string meaning = {};
  bool required = false;
  std::string type = "string";            // of JSON Schema: "string", "integer"
  std::vector<std::string> choices = {};  // when only these are allowed
};

struct Answer {
  int status = 200;
  std::string meaning = {};
  std::vector<std::string> media_types = {};  // none: no body
};

struct Route {
  std::string method = {};  // "GET" serves HEAD too; OPTIONS is served for every path
  // "/epcis/v2/capture/{captureID}"; a last "{name...}" takes one or more segments (read Request::segments).
  // A literal segment goes before a {name}, that before a {name...}.
  std::string path = {};
  std::string operation_id = {};
  std::string summary = {};
  std::string tag = {};
  std::optional<identity::Act> act = {};  // what its caller must be allowed to do; a route without one is refused
  std::vector<Parameter> parameters = {};
  std::vector<std::string> body_types = {};  // media types that it reads; others get 415. None: takes no body
  std::vector<Answer> answers = {};          // an Accept that takes no media type of the 2xx answers gets 406
  bool is_instant = false;                   // answered on the network thread, full queue or not: must never wait
  bool is_capture = false;                   // body limit and deadline of captures instead of the ordinary ones
  bool is_write = false;  // waits for the store's one writer: runs on threads of its own, beside those that answer
  bool hashes_password = false;  // takes long on purpose: runs on few threads of its own, with a queue of its own
  Handler handler = {};
  // What somebody gets who may not, instead of a problem document; its status is that of the error.
  std::function<Response(const Request&, const Error&)> refused = {};
  QuickHandler from_memory = {};  // asked first, when there is one; its answer is what `handler` would give
};

// What a person gets instead of a problem document when the gate refuses; nothing: the problem.
using RefusalPage = std::function<std::optional<Response>(const Request&, const Error&)>;

// Paths that answer errors in a standard's own way and carry its headers.
struct Family {
  std::string prefix = {};      // "/epcis/v2"
  bool epcis_problems = false;  // problem types "epcisException:…"
  Pairs headers = {};           // set on every answer below the prefix, unless the handler set them
  Pairs discovery = {};         // set on answers to OPTIONS only
};

class Router {
 public:
  // Requires: method and path are new; every {name} is among the parameters.
  void add(Route route);
  void add_family(Family family);
  // Without a gate everything but what the public may do is refused.
  void set_gate(Gate gate);
  // What a browser gets for an unknown path (Accept prefers text/html); others get a problem document.
  void set_not_found_page(Handler page);
  void set_refusal_page(RefusalPage page);
  void set_page_top(PageTop top);

  // The route of this request, or nullptr. Fills Request::path_values.
  const Route* find(Request& request) const;
  // Does what the request asks: the route's handler, OPTIONS, or a problem for 404, 405, 406, 415.
  Response answer(Request& request) const;
  // A problem document (RFC 9457) for this error, in the way of the path's family.
  Response refuse(const Request& request, const Error& error) const;
  Response refuse(const Request& request, int status, const Error& error) const;

  std::string openapi_json(std::string_view version) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;
    bool takes_rest = false;
  };
  bool matches(const Pattern& pattern, const Request& request) const;
  const Family* family_of(std::string_view path) const;
  std::vector<std::string> methods_of(const Request& request) const;
  Response unknown_path(Request& request) const;
  Response options(const Request& request) const;
  Response run(const Route& route, Request& request) const;

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // by routes_
  std::vector<Family> families_;
  Handler not_found_page_;
  RefusalPage refusal_page_;
  PageTop page_top_;
  Gate gate_ = public_gate();
};

// The status of each kind of error.
int status_of(ErrorKind kind);
// A problem document as application/problem+json. `epcis`: types of EPCIS 2.0 §14. Shows at most 100 findings and says
// how many there are.
Response problem(int status, const Error& error, bool epcis, std::string_view trace_id);
// The same problem as application/problem+xml for a client that would rather have XML than JSON; other answers stay.
void write_problem_as_accepted(std::string_view accept, Response& response);

}  // namespace suyuan::http
