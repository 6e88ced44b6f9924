// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "office.h"

// Asks every route that the server serves as nobody, as somebody of every role, with a key that may do something else,
// and for what belongs to another organisation.
namespace suyuan::access {

// policy/permissions.csv as it stands there, read by itself: role, act -> width word.
using Policy = std::map<std::string, std::map<std::string, std::string>>;
Policy read_policy();

// A row of endpoints.txt.
struct Endpoint {
  bool is_open = false;
  std::vector<std::pair<std::string, std::string>> things, words;  // of the path: parameter, thing or word
  std::vector<std::pair<std::string, std::string>> asked;          // of the query: parameter, thing
  std::string body;
};
std::map<std::string, Endpoint> read_endpoints();

struct Walked {
  std::vector<std::string> findings;  // what was answered otherwise than the policy says
  std::set<std::string> untested;     // routes without a row, or for which a part of the test found nobody to ask
};
// The office has told the chain. Does not change what organisation P has.
Walked walk(Office& office, const std::map<std::string, Endpoint>& endpoints);

// One person of each role, none of whom P or its chain is any business of.
const std::map<std::string, std::string>& strangers();
// As what it says to whoever asked, whichever of two ids it was: without trace id, date and the id itself.
std::string plain(const Answer& answer, const std::vector<std::string>& echoes);
// The path with everything in it replaced, percent-encoded.
std::string filled(const http::Route& route, const std::map<std::string, std::string>& values);

}  // namespace suyuan::access
