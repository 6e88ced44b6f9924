// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/oidc_client.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "adapters/oidc/id_token.h"
#include "adapters/oidc/strict_json.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

namespace json = boost::json;
using namespace oidc;

constexpr std::chrono::hours kFresh{1};
constexpr std::chrono::seconds kRetry{10};        // after a provider did not answer
constexpr std::chrono::minutes kKeysEarliest{1};  // between two reads for an unknown key id

Error unusable(const std::string& issuer, std::string_view what) {
  return {
      ErrorKind::kBusy, "oidc.provider",
      fmt::format("What the OpenID provider {} answers cannot be used: {}. Tell who runs this server; sign in with a "
                  "password.",
                  excerpt(issuer), what)};
}

std::string drawn() {
  std::array<std::uint8_t, 32> bytes{};
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return base64url(bytes);
}

std::string form_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// RFC 6749 §2.3.1: form-encoded before the colon joins them.
std::string basic(const std::string& id, const std::string& secret) {
  const std::string text = form_encoded(id) + ":" + form_encoded(secret);
  std::string code = base64url(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  std::replace(code.begin(), code.end(), '-', '+');
  std::replace(code.begin(), code.end(), '_', '/');
  code.append((4 - code.size() % 4) % 4, '=');
  return "Basic " + code;
}

// A list of texts that lacks `word`; a list that is not there lacks nothing.
bool lacks(const json::object& document, std::string_view list, std::string_view word) {
  const json::value* value = document.if_contains(list);
  if (value == nullptr) return false;
  if (!value->is_array()) return true;
  const auto& all = value->as_array();
  return std::none_of(all.begin(), all.end(), [&](const json::value& each) {
    return each.is_string() && std::string_view(each.as_string()) == word;
  });
}

struct Provider {
  std::string authorization_endpoint, token_endpoint, jwks_uri;
  bool names_itself = false;  // in every reply (RFC 9207)
};

Result<Provider> read_provider(const OidcOptions& options, std::string_view text) {
  const auto document = strict_object(text);
  if (!document) return unusable(options.issuer, "its configuration is no JSON object with each member once");
  if (text_in(*document, "issuer") != options.issuer)
    return unusable(options.issuer, fmt::format("it calls itself \"{}\"; oidc.issuer must be that very text",
                                                excerpt(text_in(*document, "issuer").value_or(""))));
  Provider provider;
  const bool is_local = options.issuer.starts_with("http://");
  for (const auto& [name, into] :
       {std::pair("authorization_endpoint", &provider.authorization_endpoint),
        std::pair("token_endpoint", &provider.token_endpoint), std::pair("jwks_uri", &provider.jwks_uri)}) {
    *into = text_in(*document, name).value_or("");
    if (const std::string wrong = problem_with_url(*into); !wrong.empty())
      return unusable(options.issuer, fmt::format("its {} is no address to use: {}", name, wrong));
    if (!is_local && !into->starts_with("https://"))
      return unusable(options.issuer, fmt::format("its {} is not https", name));
  }
  if (lacks(*document, "code_challenge_methods_supported", "S256"))
    return unusable(options.issuer, "it does not know PKCE with S256");
  if (!options.client_secret.empty() &&
      lacks(*document, "token_endpoint_auth_methods_supported", "client_secret_basic"))
    return unusable(options.issuer, "it does not take client_secret_basic");
  const json::value* names = document->if_contains("authorization_response_iss_parameter_supported");
  provider.names_itself = names != nullptr && names->is_bool() && names->as_bool();
  return provider;
}

class OidcClient final : public IdentityProvider {
 public:
  OidcClient(OidcOptions options, Fetch fetch, Clock& clock)
      : options_(std::move(options)), fetch_(std::move(fetch)), clock_(clock) {}

  const std::string& issuer() const override { return options_.issuer; }

  Result<SignInStart> begin(const std::string& redirect_uri) override {
    const auto provider = this->provider();
    if (!provider) return provider.error();
    SignInStart start{provider->authorization_endpoint, {drawn(), drawn(), drawn(), drawn()}};
    start.url += fmt::format(
        "{}response_type=code&client_id={}&redirect_uri={}&scope=openid%20profile&state={}&nonce={}&code_challenge={}&"
        "code_challenge_method=S256",
        start.url.find('?') == std::string::npos ? "?" : "&", form_encoded(options_.client_id),
        form_encoded(redirect_uri), start.secrets.state, start.secrets.nonce,
        base64url(sha256(start.secrets.verifier)));
    return start;
  }

  Result<ProviderPerson> finish(const ProviderReply& reply, const std::string& nonce, const std::string& verifier,
                                const std::string& redirect_uri) override {
    const auto provider = this->provider();
    if (!provider) return provider.error();
    if (reply.issuer.empty() ? provider->names_itself : reply.issuer != options_.issuer)
      return Error{ErrorKind::kForbidden, "oidc.refused",
                   "The answer did not come from the provider that was asked (iss). Begin again."};
    const auto token = redeem(*provider, reply.code, verifier, redirect_uri);
    if (!token) return token.error();
    const auto head = read_head(*token);
    if (!head) return head.error();
    const auto keys = keys_of(*provider, *head);
    if (!keys) return keys.error();
    return verify(*token, *head, *keys, {options_.issuer, options_.client_id, nonce, clock_.now()});
  }

 private:
  Result<std::string> document(const std::string& url, std::string_view what) {
    auto reply = fetch_({url, "", std::nullopt});
    if (!reply) return std::move(reply.error());
    if (reply->status != 200) return unusable(options_.issuer, fmt::format("its {} answers {}", what, reply->status));
    return std::move(reply->body);
  }

  // What it says of itself. Nobody waits for another's request; a failure is remembered for a moment, so that a
  // provider that is away takes no thread after thread.
  Result<Provider> provider() {
    {
      const std::lock_guard lock(mutex_);
      const Instant now = clock_.now();
      if (provider_ && now < provider_until_) return *provider_;
      if (failure_ && now < failure_until_) return provider_ ? Result<Provider>(*provider_) : *failure_;
    }
    const std::string base =
        options_.issuer.ends_with('/') ? options_.issuer.substr(0, options_.issuer.size() - 1) : options_.issuer;
    const auto text = document(base + "/.well-known/openid-configuration", "configuration");
    auto read = text ? read_provider(options_, *text) : Result<Provider>(text.error());
    const std::lock_guard lock(mutex_);
    if (read) {
      failure_.reset();
      provider_ = *read;
      provider_until_ = clock_.now() + kFresh;
      return read;
    }
    failure_ = read.error();
    failure_until_ = clock_.now() + kRetry;
    return provider_ ? Result<Provider>(*provider_) : read;
  }

  Result<std::string> redeem(const Provider& provider, const std::string& code, const std::string& verifier,
                             const std::string& redirect_uri) {
    std::string form = fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}",
                                   form_encoded(code), form_encoded(redirect_uri), verifier);
    const bool has_secret = !options_.client_secret.empty();
    if (!has_secret) form += "&client_id=" + form_encoded(options_.client_id);
    const auto reply =
        fetch_({provider.token_endpoint, has_secret ? basic(options_.client_id, options_.client_secret) : "", form});
    if (!reply) return reply.error();
    const auto answer = strict_object(reply->body);
    if (reply->status >= 400 && reply->status < 500)
      return Error{ErrorKind::kForbidden, "oidc.refused",
                   fmt::format("The provider did not take the code that it gave ({} {}). Begin again; if that does not "
                               "help, compare oidc.client_id and the secret with what is registered there.",
                               reply->status, excerpt(answer ? text_in(*answer, "error").value_or("") : ""))};
    const auto token = answer ? text_in(*answer, "id_token") : std::nullopt;
    if (reply->status != 200 || !token)
      return unusable(options_.issuer, fmt::format("its token endpoint answers {} without an id_token", reply->status));
    return *token;
  }

  // One reads, others wait for it: whoever is here has a token that the provider gave to us.
  Result<std::vector<Key>> keys_of(const Provider& provider, const TokenHead& head) {
    const std::lock_guard lock(keys_mutex_);
    const Instant now = clock_.now();
    auto fitting = keys_for(keys_, head.algorithm, head.kid);
    if (!fitting.empty() && now < keys_read_ + kFresh) return fitting;
    if (keys_failure_ && now < keys_tried_ + kRetry) return *keys_failure_;
    if (!keys_failure_ && now < keys_tried_ + kKeysEarliest) return fitting;
    keys_tried_ = now;
    const auto text = document(provider.jwks_uri, "key set");
    auto keys = text ? read_keys(*text) : std::nullopt;
    if (!keys) {
      keys_failure_ = text ? unusable(options_.issuer, "its key set is none") : text.error();
      return *keys_failure_;
    }
    keys_failure_.reset();
    keys_read_ = now;
    keys_ = std::move(*keys);
    return keys_for(keys_, head.algorithm, head.kid);
  }

  const OidcOptions options_;
  const Fetch fetch_;
  Clock& clock_;
  std::mutex mutex_;
  std::optional<Provider> provider_;
  std::optional<Error> failure_;
  Instant provider_until_{}, failure_until_{};
  std::mutex keys_mutex_;
  std::optional<Error> keys_failure_;
  Instant keys_tried_{}, keys_read_{};
  std::vector<Key> keys_;
};

}  // namespace

std::unique_ptr<IdentityProvider> make_oidc_client(OidcOptions options, Fetch fetch, Clock& clock) {
  return std::make_unique<OidcClient>(std::move(options), std::move(fetch), clock);
}

}  // namespace suyuan
