// SPDX-License-Identifier: Apache-2.0
#include "domain/credential/password_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace suyuan::credential {

namespace {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

int classes_of(std::string_view text) {
  bool lower = false, upper = false, digit = false, other = false;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z')
      lower = true;
    else if (c >= 'A' && c <= 'Z')
      upper = true;
    else if (c >= '0' && c <= '9')
      digit = true;
    else
      other = true;
  }
  return int{lower} + int{upper} + int{digit} + int{other};
}

// The same character or the same step all the way ("11111111", "abcdefgh", "98765432"), or a short part again and
// again.
bool is_simple(std::string_view text) {
  if (text.size() < 2) return true;
  const int step = text[1] - text[0];
  bool is_run = step >= -1 && step <= 1;
  for (std::size_t i = 2; is_run && i < text.size(); ++i) is_run = text[i] - text[i - 1] == step;
  if (is_run) return true;
  for (std::size_t part = 1; part <= 4 && part * 2 <= text.size(); ++part) {
    bool repeats = true;
    for (std::size_t i = part; repeats && i < text.size(); ++i) repeats = text[i] == text[i - part];
    if (repeats) return true;
  }
  return false;
}

// What people call an organisation: without what it has in common with all others.
std::string core_of(std::string_view organisation) {
  std::string core = ascii_lower(organisation);
  constexpr std::array<std::string_view, 10> kCommon = {
      "股份有限公司",   "有限责任公司", "有限公司",  "集团",    "公司",
      "市场监督管理局", "监督管理局",   "co., ltd.", "co.,ltd", "inc."};
  for (const std::string_view word : kCommon) {
    const std::size_t at = core.find(word);
    if (at != std::string::npos) core.erase(at, word.size());
  }
  return std::string(trim(core));
}

bool holds(std::string_view password, std::string_view word, std::size_t least) {
  return word.size() >= least && password.find(word) != std::string_view::npos;
}

bool is_personal(std::string_view password, const PasswordOwner& owner) {
  const std::string folded = ascii_lower(password);
  // Two Chinese characters are six bytes; of Latin letters, four say something.
  return holds(folded, ascii_lower(owner.login), 4) || holds(folded, ascii_lower(owner.name), 4) ||
         holds(folded, core_of(owner.organisation), 4);
}

}  // namespace

Status judge_password(PasswordProfile profile, std::string_view password, const PasswordOwner& owner) {
  std::vector<Finding> findings;
  const auto add = [&](std::string code, std::string text) {
    findings.push_back({"/password", code, std::move(text)});
  };
  if (!is_utf8(password) || password.find('\0') != std::string_view::npos)
    add("password.not_text", "The password is no UTF-8 text.");
  if (const std::size_t count = characters_of(password); count < kPasswordCharactersMin)
    add("password.too_short", fmt::format("The password has {} characters; {} are the least, a sentence is better.",
                                          count, kPasswordCharactersMin));
  if (password.size() > kPasswordBytesMax)
    add("password.too_long", fmt::format("The password is longer than {} bytes.", kPasswordBytesMax));
  if (is_common_password(password))
    add("password.common", "This password is on the lists that attackers try first. Choose another.");
  else if (is_simple(password))
    add("password.simple", "The password is a mere run or repetition. Choose another.");
  if (is_personal(password, owner))
    add("password.personal", "The password holds the login name, the name or the organisation. Choose another.");
  if (profile == PasswordProfile::kMlps3 && classes_of(password) < 3)
    add("password.classes",
        "GB/T 22239: the password needs three of these: small letters, capital letters, digits, other characters.");
  if (findings.empty()) return Done{};
  Error error{ErrorKind::kInvalid, "password.refused", "This password cannot be taken: " + findings.front().text};
  error.findings = std::move(findings);
  return error;
}

bool is_too_old(PasswordProfile profile, Instant set_at, Instant now) {
  return profile == PasswordProfile::kMlps3 && now - set_at > kMlps3Age;
}

}  // namespace suyuan::credential
