// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

namespace suyuan {

namespace {

constexpr std::string_view kHidden = "***";

void hide_parameter(std::string& text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    at += name.size();
    const std::size_t end = text.find_first_of("&# \t\n\"'", at);
    text.replace(at, (end == std::string::npos ? text.size() : end) - at, kHidden);
    at += kHidden.size();
  }
}

}  // namespace

std::string without_passwords(std::string_view text) {
  std::string shown(text);
  const std::size_t scheme = shown.find("://"), last = shown.rfind('@');
  if (scheme != std::string::npos && last != std::string::npos && last > scheme) {
    const std::size_t colon = shown.find(':', scheme + 3);
    if (colon < last) shown.replace(colon + 1, last - colon - 1, kHidden);
  }
  hide_parameter(shown, "password=");  // sslpassword= too
  return shown;
}

}  // namespace suyuan
