// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "adapters/oidc/oidc_client.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kSecretMost = 4096;

Error wrong(std::string text) { return {ErrorKind::kInvalid, "oidc.settings", std::move(text)}; }

Result<std::string> read_secret(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string text(kSecretMost + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::string_view secret = trim(text);
  if (secret.empty() || text.size() > kSecretMost)
    return wrong(
        fmt::format("oidc.client_secret_file = \"{}\" cannot be read, is empty or holds more than {} bytes. Put "
                    "the secret that the provider gave into it, and nothing else.",
                    excerpt(name), kSecretMost));
  return std::string(secret);
}

}  // namespace

Result<std::unique_ptr<IdentityProvider>> make_oidc_client(const Settings& settings, Clock& clock) {
  OidcOptions options{settings.text("oidc.issuer"), settings.text("oidc.client_id"), ""};
  if (options.issuer.empty()) return std::unique_ptr<IdentityProvider>();
  if (const std::string problem = oidc::problem_with_url(options.issuer); !problem.empty())
    return wrong(
        fmt::format("oidc.issuer = \"{}\" is none: {}. Give the address that the provider calls its issuer, such "
                    "as https://id.example.cn.",
                    excerpt(options.issuer), problem));
  if (options.issuer.find('?') != std::string::npos)
    return wrong("oidc.issuer has a query (?…); an issuer has none. Give the text that the provider calls its issuer.");
  if (options.client_id.empty())
    return wrong(
        "oidc.issuer is set, but oidc.client_id is not: register this server at the provider and give its id.");
  if (!settings.text("server.public_url").starts_with("http"))
    return wrong(
        "oidc.issuer is set, but server.public_url is not: the provider must know where to send people back to.");
  if (const std::string& file = settings.text("oidc.client_secret_file"); !file.empty()) {
    auto secret = read_secret(file);
    if (!secret) return std::move(secret.error());
    options.client_secret = std::move(*secret);
  }
  auto fetch = oidc::make_fetch(settings.text("oidc.ca_file"));
  if (!fetch) return std::move(fetch.error());
  return make_oidc_client(std::move(options), std::move(*fetch), clock);
}

}  // namespace suyuan
