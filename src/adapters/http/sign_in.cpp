// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/sign_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/audited_gate.h"
#include "adapters/http/form.h"
#include "app/emergency/emergency.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::int64_t kDeviceSeconds = 400LL * 24 * 3600;  // as long as browsers keep any cookie

bool is_unsafe(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

Error bad_credential(std::string text) { return {ErrorKind::kSignIn, "access.bad_credential", std::move(text)}; }

Result<Bearer> bearer_of_header(const Request& request, const LoginContext& context) {
  if (request.headers.count("Authorization") > 1) return bad_credential("There is more than one Authorization field.");
  const std::string_view value = trim(request.headers.get("Authorization"));
  const std::size_t blank = std::min(value.find(' '), value.size());
  if (ascii_lower(value.substr(0, blank)) != "bearer")
    return bad_credential("Authorization takes the scheme Bearer with a key, \"Bearer sk_…\".");
  auto bearer = bearer_of_key(trim(value.substr(blank)), request.client, context.services);
  if (!bearer) return bearer;
  context.last_seen.key(bearer->key->id, bearer->key->used_day, context.services.clock.now());
  return bearer;
}

Result<Bearer> bearer_of_cookie(const Request& request, const std::vector<std::string>& found,
                                const LoginContext& context) {
  if (found.size() > 1) return bad_credential("There is more than one session cookie. Delete this site's cookies.");
  auto bearer = bearer_of_session(found.front(), request.client, context.services);
  if (!bearer) return bearer;
  if (is_unsafe(request.method) && !is_same_origin(request, true)) return cross_site();
  context.last_seen.session(found.front(), *bearer->session, context.services.clock.now());
  return bearer;
}

Result<Bearer> bearer_of(const Request& request, const LoginContext& context) {
  Bearer nobody{.who = identity::public_principal()};
  nobody.who.from = request.client;
  if (is_sign_in_path(request)) return nobody;
  if (request.headers.has("Authorization")) return bearer_of_header(request, context);
  const auto found = cookies(request, session_cookie_name(request.is_secure));
  if (!found.empty()) return bearer_of_cookie(request, found, context);
  return nobody;
}

std::string cookie(std::string_view name, std::string_view value, std::int64_t seconds, bool secure) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name, value, seconds,
                     secure ? "; Secure" : "");
}

}  // namespace

std::string session_cookie_name(bool secure) { return secure ? "__Host-suyuan" : "suyuan"; }
std::string device_cookie_name(bool secure) { return secure ? "__Host-suyuan-device" : "suyuan-device"; }

std::string session_token(const Request& request) {
  auto found = cookies(request, session_cookie_name(request.is_secure));
  return found.size() == 1 ? std::move(found.front()) : std::string();
}

std::string device_cookie(const Request& request) {
  auto found = cookies(request, device_cookie_name(request.is_secure));
  return found.size() == 1 ? std::move(found.front()) : std::string();
}

void set_sign_in_cookies(const Request& request, const SignedIn& signed_in, Instant now, Response& response) {
  const bool secure = request.is_secure;
  const auto lasts = std::chrono::floor<std::chrono::seconds>(signed_in.session.ends - now).count();
  response.headers.add("Set-Cookie", cookie(session_cookie_name(secure), signed_in.token, lasts, secure));
  response.headers.add("Set-Cookie", cookie(device_cookie_name(secure), signed_in.device, kDeviceSeconds, secure));
  response.headers.set("Cache-Control", "no-store");
}

void clear_session_cookie(const Request& request, Response& response) {
  const bool secure = request.is_secure;
  response.headers.add("Set-Cookie", cookie(session_cookie_name(secure), "", 0, secure));
  response.headers.set("Cache-Control", "no-store");
}

bool is_same_origin(const Request& request, bool must_say) {
  const Headers& headers = request.headers;
  if (headers.count("Origin") > 1 || headers.count("Sec-Fetch-Site") > 1) return false;
  if (headers.has("Sec-Fetch-Site") && headers.get("Sec-Fetch-Site") != "same-origin") return false;
  if (!headers.has("Origin")) return headers.has("Sec-Fetch-Site") || !must_say;
  // The scheme is left out: behind a proxy it is the proxy's.
  const std::string_view origin = headers.get("Origin");
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && !headers.get("Host").empty() &&
         ascii_lower(origin.substr(scheme + 3)) == ascii_lower(headers.get("Host"));
}

Error cross_site() {
  return {
      ErrorKind::kForbidden, "access.cross_site",
      "A change with a session must come from a page of this server: Origin or Sec-Fetch-Site says that it does not, "
      "or says nothing. Programs use a key."};
}

bool is_sign_in_path(const Request& request) {
  const std::string& path = request.path;
  return path == "/login" || path == "/logout" || path == "/demo/role" || path.starts_with("/setup/") ||
         (path == "/api/v1/session" && request.method == "POST");
}

namespace {

// Only whoever may use one is looked up.
Status find_emergency(identity::Principal& who, const LoginContext& context) {
  const bool may = std::any_of(who.roles.begin(), who.roles.end(), [](identity::Role role) {
    return identity::permissions().of(role, identity::Act::kEmergencyUse) != identity::Width::kNone;
  });
  if (!may || who.via != identity::Via::kSession) return Done{};
  auto found = current_emergency(who.actor.person, context.services.clock.now(), *context.emergencies);
  if (!found) return std::move(found.error());
  who.emergency = std::move(*found);
  return Done{};
}

}  // namespace

Gate sign_in_gate(const LoginContext& context) {
  return [&context](const Request& request, identity::Act act) -> Result<Granted> {
    auto bearer = bearer_of(request, context);
    if (context.audit == nullptr) {
      if (!bearer) return std::move(bearer.error());
      if (bearer->held_back && !bearer->who.acts.has(act)) return std::move(*bearer->held_back);
      return context.authorizer.grant(bearer->who, act);
    }
    if (!bearer) {
      note_refusal(request, identity::public_principal(), act, bearer.error(), *context.audit);
      return std::move(bearer.error());
    }
    if (bearer->held_back && !bearer->who.acts.has(act)) {
      note_refusal(request, bearer->who, act, *bearer->held_back, *context.audit);
      return std::move(*bearer->held_back);
    }
    if (auto found = find_emergency(bearer->who, context); !found) return std::move(found.error());
    return grant_audited(request, std::move(bearer->who), act, context.authorizer, *context.audit);
  };
}

}  // namespace suyuan::http
