// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/id_token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cmath>

#include "adapters/oidc/strict_json.h"
#include "base/text.h"

namespace suyuan::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t kSubjectMost = 255, kNameMost = 200;

Error bad(std::string what) {
  return {ErrorKind::kForbidden, "oidc.token",
          fmt::format("The provider's token cannot be trusted: {}. Nobody was signed in.", what)};
}

struct Parts {
  std::string_view head, body, signature;
  std::string_view before_signature;
};

std::optional<Parts> parts_of(std::string_view token) {
  const auto parts = split(token, '.');
  if (parts.size() != 3) return std::nullopt;
  return Parts{parts[0], parts[1], parts[2], token.substr(0, token.size() - parts[2].size() - 1)};
}

std::optional<json::object> object_in(std::string_view part) {
  const auto text = from_base64url_strict(part);
  return text ? strict_object(*text) : std::nullopt;
}

bool are_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// A NumericDate: seconds since 1970, perhaps with a fraction.
std::optional<Instant> time_in(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto seconds = value->to_number<double>();
  if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
  return Instant(std::chrono::seconds(static_cast<std::int64_t>(std::floor(seconds))));
}

// Whom it is for: this server, alone or as the one that asked (azp).
Status judge_audience(const json::object& claims, const std::string& client) {
  const json::value* audience = claims.if_contains("aud");
  std::size_t count = 0;
  bool named = false;
  if (audience != nullptr && audience->is_string()) {
    count = 1;
    named = std::string_view(audience->as_string()) == client;
  } else if (audience != nullptr && audience->is_array()) {
    for (const json::value& each : audience->as_array()) {
      if (!each.is_string()) return bad("its audience (aud) is no list of texts");
      named = named || std::string_view(each.as_string()) == client;
      ++count;
    }
  }
  if (!named) return bad(fmt::format("its audience (aud) is not this server, \"{}\"", excerpt(client)));
  if ((count > 1 || claims.contains("azp")) && text_in(claims, "azp") != client)
    return bad("somebody else is authorized to use it (azp)");
  return Done{};
}

Status judge_times(const json::object& claims, Instant now) {
  const auto expires = time_in(claims, "exp"), issued = time_in(claims, "iat");
  if (!expires || !issued) return bad("it does not say when it was issued (iat) and when it ends (exp)");
  if (*expires + kSkew <= now) return bad("it is over (exp); compare the clocks of both servers");
  if (*issued - kSkew > now) return bad("it was issued in the future (iat); compare the clocks of both servers");
  if (!claims.contains("nbf")) return Done{};
  const auto begins = time_in(claims, "nbf");
  if (!begins || *begins - kSkew > now) return bad("it does not count yet (nbf)");
  return Done{};
}

std::string name_in(const json::object& claims) {
  std::string name = text_in(claims, "preferred_username").value_or("");
  if (name.empty()) name = text_in(claims, "name").value_or("");
  return name.empty() ? name : excerpt(name, kNameMost);
}

bool is_subject(const std::string& text) {
  const auto is_printable = [](char c) { return c >= ' ' && c < '\x7F'; };
  return !text.empty() && text.size() <= kSubjectMost && std::all_of(text.begin(), text.end(), is_printable);
}

Result<ProviderPerson> judge(const json::object& claims, const Expected& expected) {
  if (text_in(claims, "iss") != expected.issuer)
    return bad(fmt::format("its issuer (iss) is not \"{}\"", excerpt(expected.issuer)));
  if (auto done = judge_audience(claims, expected.client_id); !done) return std::move(done.error());
  if (auto done = judge_times(claims, expected.now); !done) return std::move(done.error());
  if (expected.nonce.empty() || !are_equal(text_in(claims, "nonce").value_or(""), expected.nonce))
    return bad("it is not for this sign-in (nonce)");
  auto subject = text_in(claims, "sub");
  if (!subject || !is_subject(*subject)) return bad("its subject (sub) is not 1 to 255 ASCII characters");
  return ProviderPerson{expected.issuer, std::move(*subject), name_in(claims)};
}

}  // namespace

Result<TokenHead> read_head(std::string_view token) {
  if (token.size() > kTokenMost) return bad(fmt::format("it is larger than {} bytes", kTokenMost));
  const auto parts = parts_of(token);
  if (!parts) return bad("it is not three parts with dots between, a head, claims and one signature");
  const auto head = object_in(parts->head);
  if (!head) return bad("its head is no JSON object with each member once");
  const std::string word = text_in(*head, "alg").value_or("");
  const auto algorithm = algorithm_of(word);
  if (!algorithm) return bad(fmt::format("it is signed with \"{}\", not with RS256, PS256 or ES256", excerpt(word)));
  if (head->contains("crit") || head->contains("b64")) return bad("its head asks for extensions (crit)");
  if (head->contains("typ") && ascii_lower(text_in(*head, "typ").value_or("")) != "jwt")
    return bad("it is a token of another kind (typ)");
  TokenHead read{*algorithm, text_in(*head, "kid")};
  if (head->contains("kid") && !read.kid) return bad("its key id (kid) is no text");
  return read;
}

Result<ProviderPerson> verify(std::string_view token, const TokenHead& head, const std::vector<Key>& keys,
                              const Expected& expected) {
  const auto parts = parts_of(token);
  if (!parts) return bad("it is not three parts with dots between");
  const auto signature = from_base64url_strict(parts->signature);
  if (keys.empty()) return bad("the provider has no key with its key id (kid) and algorithm");
  const bool is_good = signature && std::any_of(keys.begin(), keys.end(), [&](const Key& key) {
                         return is_signed(head.algorithm, key, parts->before_signature, *signature);
                       });
  if (!is_good) return bad("its signature is wrong");
  const auto claims = object_in(parts->body);
  if (!claims) return bad("its claims are no JSON object with each member once");
  return judge(*claims, expected);
}

}  // namespace suyuan::oidc
