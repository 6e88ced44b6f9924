// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/oidc/digests.h"
#include "app/oidc/oidc.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kStatesMost = 50'000, kPathMost = 1024, kParameterMost = 4096;

Error bad_state() {
  return {ErrorKind::kInvalid, "oidc.state",
          "This sign-in was not begun in this browser, is done already, or took longer than ten minutes. Begin again."};
}

// Errors of RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6 are words; whatever else stands there is not repeated.
std::string error_word(const std::string& error) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !error.empty() && error.size() <= 64 && std::all_of(error.begin(), error.end(), is_letter) ? error : "no code";
}

Error refused(const std::string& error) {
  return {ErrorKind::kForbidden, "oidc.refused",
          fmt::format("The provider did not sign you in: it says \"{}\". Begin again, or ask who runs it.",
                      error_word(error))};
}

// As one word of a POSIX shell: whoever chose the subject must not choose what the administrator's shell does.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

Error not_linked(const ProviderPerson& person) {
  return {
      ErrorKind::kForbidden, "oidc.not_linked",
      fmt::format("Nobody here is linked to your account at the provider. Give an administrator this line, who puts "
                  "your login in: suyuan user link LOGIN --issuer {} --subject {}",
                  shell_word(person.issuer), shell_word(person.subject))};
}

}  // namespace

bool is_own_path(const std::string& path) {
  if (path.empty() || path.size() > kPathMost || path.front() != '/') return false;
  if (path.size() > 1 && path[1] == '/') return false;
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7F' && c != '\\'; };
  return std::all_of(path.begin(), path.end(), is_plain) && !path.starts_with("/login/oidc");
}

Result<BegunSignIn> begin_sign_in(const Permit<identity::Act::kPageRead>&, const std::string& redirect_uri,
                                  const std::string& return_path, const OidcServices& services) {
  auto start = services.provider.begin(redirect_uri);
  if (!start) return std::move(start.error());
  const SignInSecrets& secrets = start->secrets;
  const Instant now = services.clock.now();
  const OidcState state{digest_of(secrets.state),
                        digest_of(secrets.browser),
                        secrets.nonce,
                        secrets.verifier,
                        is_own_path(return_path) ? return_path : "/",
                        now + kSignInPatience};
  if (auto kept = services.store.keep(state, now, kStatesMost); !kept) return std::move(kept.error());
  return BegunSignIn{std::move(start->url), secrets.browser};
}

namespace {

// Who came back from the provider, as far as that is known when it fails.
struct CameBack {
  std::string subject;  // with its issuer
  std::optional<Actor> whose;
};

Result<FinishedSignIn> finish(const SignInAnswer& answer, const std::string& redirect_uri, const OidcServices& services,
                              CameBack& who) {
  for (const std::string* part : {&answer.state, &answer.code, &answer.issuer, &answer.browser}) {
    if (part->size() > kParameterMost) return bad_state();
  }
  if (answer.state.empty() || answer.browser.empty()) return bad_state();
  auto state = services.store.take(digest_of(answer.state), digest_of(answer.browser));
  if (!state) return std::move(state.error());
  if (!*state || (*state)->until <= services.clock.now()) return bad_state();
  if (!answer.error.empty() || answer.code.empty()) return refused(answer.error);
  auto person =
      services.provider.finish({answer.code, answer.issuer}, (*state)->nonce, (*state)->verifier, redirect_uri);
  if (!person) return std::move(person.error());
  who.subject = person->issuer + " " + person->subject;
  const auto linked = services.store.person_of(person->issuer, subject_digest(person->issuer, person->subject));
  if (!linked) return linked.error();
  if (!*linked) return not_linked(*person);
  const auto directory = services.directory.directory();
  const identity::Member* member = directory->find(**linked);
  if (member != nullptr) {
    const identity::Organisation* organisation = directory->find(member->org);
    who.whose = Actor{member->id, member->org, organisation == nullptr ? Jurisdiction{} : organisation->jurisdiction};
  }
  if (member == nullptr || !member->is_active)
    return Error{ErrorKind::kForbidden, "oidc.inactive",
                 "The person that this account is linked to no longer acts for anybody here. Ask an administrator."};
  return FinishedSignIn{**linked, (*state)->return_path};
}

}  // namespace

Result<FinishedSignIn> finish_sign_in(const Permit<identity::Act::kPageRead>& permit, const SignInAnswer& answer,
                                      const std::string& redirect_uri, const OidcServices& services) {
  CameBack who;
  auto finished = finish(answer, redirect_uri, services, who);
  if (!finished) services.audit.sign_in_failed(permit.who(), who.subject, who.whose, finished.error());
  return finished;
}

}  // namespace suyuan
