// SPDX-License-Identifier: Apache-2.0
#include "bin/user_login.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <string>

#include "app/login/keys.h"
#include "app/login/links.h"
#include "base/text.h"

namespace suyuan::cli {

namespace {

// What is typed is not shown, and shown again however this ends.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_set_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (is_set_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool is_set_ = false;
};

std::string read_unseen(const char* prompt) {
  std::fprintf(stderr, "%s", prompt);
  const Unseen unseen;
  std::string line;
  std::getline(std::cin, line);
  std::fprintf(stderr, "\n");
  return line;
}

Result<KeyRequest> key_request(const KeyArguments& arguments, const LoginServices& services) {
  const auto role = identity::role_of(arguments.role);
  if (!role)
    return Error{ErrorKind::kInvalid, "key.role",
                 fmt::format("There is no role \"{}\"; did you mean \"{}\"?", excerpt(arguments.role),
                             nearest(arguments.role, identity::kRoleWords))};
  KeyRequest wanted;
  wanted.org = OrgId(arguments.org);
  wanted.role = *role;
  wanted.name = arguments.name;
  wanted.expires = services.clock.now() + std::chrono::days(arguments.days);
  if (arguments.acts.empty()) wanted.acts = acts_for_keys(*role);
  for (const std::string& word : arguments.acts) {
    const auto act = identity::act_of(word);
    if (!act)
      return Error{ErrorKind::kInvalid, "key.acts",
                   fmt::format("There is no act \"{}\"; did you mean \"{}\"?", excerpt(word),
                               nearest(word, identity::kActWords))};
    wanted.acts.add(*act);
  }
  return wanted;
}

}  // namespace

int make_user_key(const KeyArguments& arguments, const LoginServices& services, const Common& common) {
  const auto wanted = key_request(arguments, services);
  if (!wanted) return fail(wanted.error());
  const auto made = make_key(at_this_machine(), *wanted, services);
  if (!made) return fail(made.error());
  if (common.json) {
    const boost::json::object body{
        {"id", made->record.id}, {"key", made->text}, {"expires", format_instant(made->record.expires)}};
    std::printf("%s\n", boost::json::serialize(body).c_str());
  } else {
    std::printf("%s\n", made->text.c_str());
  }
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

int set_user_password(const std::string& login, bool at_terminal, const LoginServices& services) {
  if (at_terminal) {
    const std::string first = read_unseen("新密码 new password: "), again = read_unseen("再输一次 once more: ");
    if (first != again)
      return fail({ErrorKind::kInvalid, "password.differs", "The two passwords differ. Nothing was changed."});
    const auto done = set_password_of(at_this_machine(), login, first, services);
    return done ? kDone : fail(done.error());
  }
  const auto link = password_link(at_this_machine(), login, services);
  if (!link) return fail(link.error());
  std::printf("/setup/%s\n", link->c_str());
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

}  // namespace suyuan::cli
