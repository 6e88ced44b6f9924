// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "../http/client.h"

namespace suyuan::test {

// As much of a browser as signing in needs, on http://127.0.0.1: cookies, links that lead on, forms.
class Browser {
 public:
  struct Page {
    std::string url;
    Answer answer;
  };

  Page open(const std::string& url);
  Page submit(const std::string& url, const std::string& form);
  // Goes where answers lead until one shows a page, or leads to `stop`; that address is not opened.
  Page follow(Page page, const std::string& stop = "\n");

  std::map<std::string, std::string> cookies;  // the two servers differ in port, which cookies do not know

 private:
  Page ask(const std::string& method, const std::string& url, const std::string& more);
};

// The address that a redirect leads to, whole; "" when it is none.
std::string location(const Browser::Page& page);
// The action of the one form on the page, whole.
std::string form_action(const Browser::Page& page);

}  // namespace suyuan::test
