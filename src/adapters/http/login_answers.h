// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json.hpp>
#include <chrono>
#include <initializer_list>
#include <string>

#include "adapters/http/login_routes.h"
#include "adapters/http/page_html.h"

// What the routes of signing in answer alike.
namespace suyuan::http {

// A JSON object with these members, all texts; others are refused. Errors: kInvalid "login.body".
Result<boost::json::object> json_body(const Request& request, std::initializer_list<std::string_view> known);
// The text of a member; "" when it is missing. Errors: kInvalid "login.body" when it is no text.
Result<std::string> text_in(const boost::json::object& body, std::string_view member);

// 429 with Retry-After for "login.too_many", else the status of the error.
int login_status(const Error& error);
Response login_refusal(const Request& request, const Error& error, std::chrono::seconds wait = {});
Response json_answer(int status, const boost::json::value& body);

// A page that nobody keeps.
Response private_page(int status, const Request& request, std::string_view title, std::string_view main);
Response see_other(std::string_view path);
// The error as people read it, with its findings.
std::string error_text(const Error& error, const Reader& say);
// <form method="post" action="…"> … and the language goes on.
std::string form_begin(std::string_view action, const Reader& say);
std::string input(std::string_view label, std::string_view name, std::string_view type, std::string_view autocomplete,
                  std::string_view value = "");
std::string button(std::string_view text);

// What a form carried when its session was over: where it was going, and its fields without passwords.
struct Carried {
  std::string target;
  bool is_post = false;
  Pairs fields;
};
std::string carried_inputs(const Carried& carried);
// As the sign-in form brought it back; nothing when the target is no path of ours.
std::optional<Carried> carried_in(const Pairs& form, const Router& router);
// The sign-in page.
Response sign_in_page(const Request& request, int status, const Carried& carried, std::string_view login,
                      std::string_view message);

}  // namespace suyuan::http
