// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/login/login.h"
#include "bin/cli.h"

namespace suyuan::cli {

struct KeyArguments {
  std::int64_t org = 0;
  std::string role, name;
  std::vector<std::string> acts;  // none: every act that a key of the role may be given
  std::int64_t days = 90;
};
// `suyuan user key`: prints the key, this once. Returns the exit code.
int make_user_key(const KeyArguments& arguments, const LoginServices& services, const Common& common);
// `suyuan user password LOGIN`: prints the path of a one-time link; or, `at_terminal`, reads the new password from
// there, twice and unseen, never from the command line.
int set_user_password(const std::string& login, bool at_terminal, const LoginServices& services);

}  // namespace suyuan::cli
