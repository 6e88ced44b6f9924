// SPDX-License-Identifier: Apache-2.0
#include "bin/login.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "adapters/records/credential_store.h"
#include "adapters/warehouse/safe_files.h"
#include "app/login/links.h"
#include "engine/secret/random.h"

namespace suyuan::cli {

namespace {

Error bad_file(const std::string& file, std::string_view what) {
  return {
      ErrorKind::kInvalid, "login.bad_key_file",
      fmt::format("The key file \"{}\" (login.key_file) {}. It holds {} random bytes and nobody else may read it; put "
                  "the file back that the store was used with.",
                  file, what, Sealer::kKeyBytes)};
}

Result<std::string> read_key(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return bad_file(file, "cannot be read");
  std::array<char, Sealer::kKeyBytes + 1> bytes{};
  const ssize_t size = ::read(descriptor, bytes.data(), bytes.size());
  ::close(descriptor);
  if (size != static_cast<ssize_t>(Sealer::kKeyBytes)) return bad_file(file, "has another size");
  return std::string(bytes.data(), Sealer::kKeyBytes);
}

// Of two servers that start at once, one makes it and both read it: it appears whole or not at all.
Result<std::string> key_of(const std::string& file) {
  if (::access(file.c_str(), F_OK) == 0) return read_key(file);
  const std::string fresh = random_bytes(Sealer::kKeyBytes);
  const std::string draft = fmt::format("{}.{}", file, ::getpid());
  const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return bad_file(file, "is not there and cannot be made");
  const bool written =
      ::write(descriptor, fresh.data(), fresh.size()) == static_cast<ssize_t>(fresh.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  const bool linked = written && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
  ::unlink(draft.c_str());
  if (linked) {  // what is sealed with it must not outlive it
    if (auto durable = sync_folder(std::filesystem::path(file).parent_path()); !durable)
      return std::move(durable.error());
  }
  return linked ? read_key(file) : Result<std::string>(bad_file(file, "is not there and cannot be made"));
}

std::string key_file(const Settings& settings, const StorePlace& place) {
  const std::string& named = settings.text("login.key_file");
  if (!named.empty()) return named;
  return place.url.empty() ? place.folder + "/login-key" : "suyuan-login-key";
}

}  // namespace

Result<std::unique_ptr<Login>> Login::open(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit,
                                           const Settings& settings, const StorePlace& place) {
  auto key = key_of(key_file(settings, place));
  if (!key) return std::move(key.error());
  return std::unique_ptr<Login>(new Login(store, accounts, clock, log, audit, settings, std::move(*key)));
}

Login::Login(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit, const Settings& settings,
             std::string key)
    : credentials_(make_credential_store(store.records())),
      hasher_(make_argon2_hasher(argon2_cost(settings))),
      sealer_(std::move(key)),
      services_{accounts, *credentials_, *hasher_, sealer_, clock, log, audit, login_rules(settings)} {}

http::Gate Login::serve(const Authorizer& authorizer, EmergencyStore& emergencies, std::string provider) {
  last_seen_ = start_last_seen(services_);
  context_ = std::make_unique<http::LoginContext>(
      http::LoginContext{services_, authorizer, *last_seen_, emergencies, std::move(provider)});
  return http::sign_in_gate(*context_);
}

void Login::add_routes(http::Router& router) const { http::add_login_routes(router, *context_); }

Status print_set_up_link(const LoginServices& services, const std::string& url) {
  auto token = set_up_link(at_this_machine(), services);
  if (!token) return std::move(token.error());
  if (!*token) return Done{};
  std::printf("第一个安全管理员 first administrator (24 h, 只能用一次 once):\n  %s/setup/%s\n", url.c_str(),
              (*token)->c_str());
  std::fflush(stdout);
  return Done{};
}

}  // namespace suyuan::cli
