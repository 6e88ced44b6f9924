// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/http/message.h"

// Small pages for people: escaped text, one style sheet inside, no script but on /verify, nothing from elsewhere; none
// sets a cookie but by signing in or out.
namespace suyuan::http {

// The language and size of one answer: ?lang=en, ?size=large.
struct Reader {
  bool english = false;
  bool large = false;
  std::string_view operator()(std::string_view zh, std::string_view en) const { return english ? en : zh; }
};
Reader reader_of(const Request& request);

// Puts HTML together: markup as it is, everything else escaped.
class Html {
 public:
  Html& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Html& text(std::string_view value);  // also right inside a quoted attribute
  // <name>escaped value</name>
  Html& element(std::string_view name, std::string_view value);
  Html& link(std::string_view href, std::string_view value);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Whether this page is drawn for somebody who signed in: of a refused request, or of an unknown path, whether it says
// so.
bool is_signed_in(const Request& request);

// A whole answer: layout, security headers, caching. `main` is markup.
Response page(int status, const Request& request, const Reader& reader, std::string_view title, std::string_view main);

// Lets modules of this server, and nothing else, run on the page, and ask this server.
void let_own_modules_run(Response& answer);

// The query of `request` with one value changed: "?id=…&lang=en".
std::string query_with(const Request& request, std::string_view name, std::string_view value);
// "?lang=en&size=large" as far as the reader chose it, for links to other pages; "" in Chinese and ordinary size.
std::string query_of(const Reader& reader);
std::string url_encoded(std::string_view text);

}  // namespace suyuan::http
