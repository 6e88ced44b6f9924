// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <string>

namespace suyuan::test {

// provider.mjs in a process of its own, ended by its own pid.
class ProviderProcess {
 public:
  // Throws when it does not start; its packages come from `./dev test`, or `tests/oidc/packages`.
  explicit ProviderProcess(const std::string& redirect_uri);
  ~ProviderProcess();
  ProviderProcess(const ProviderProcess&) = delete;
  ProviderProcess& operator=(const ProviderProcess&) = delete;
  const std::string& issuer() const { return issuer_; }

 private:
  pid_t process_ = -1;
  int input_ = -1, output_ = -1;
  std::string issuer_;
};

}  // namespace suyuan::test
