// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.h"
#include "base/result.h"

// What the routes of organisations and people read and answer alike.
namespace suyuan::http {

// The members of a JSON object. A member of the wrong type counts as missing and is remembered.
class JsonBody {
 public:
  // An object with these members and no others. Errors: kInvalid "account.body".
  static Result<JsonBody> read(const Request& request, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(std::string_view member);
  std::optional<std::vector<std::string>> texts(std::string_view member);
  std::optional<bool> flag(std::string_view member);
  // A whole number from 1 on; null counts as 0 where that is allowed.
  std::optional<std::int64_t> id(std::string_view member, bool may_be_null = false);
  template <class Id>
  std::optional<Id> id_of(std::string_view member) {
    const auto number = id(member);
    return number ? std::optional(Id(*number)) : std::nullopt;
  }
  // What was wrong first, once all members were asked for. `needed`: those that must be there.
  Status good(std::initializer_list<std::string_view> needed = {}) const;

 private:
  struct Object;
  explicit JsonBody(std::shared_ptr<const Object> object) : object_(std::move(object)) {}
  void wrong(std::string_view member, std::string_view expected);

  std::shared_ptr<const Object> object_;
  std::optional<Error> wrong_;
};

// The {id} of the path; nothing: no number of a record.
std::optional<std::int64_t> id_in_path(const Request& request);

// The versions that If-Match names; empty for "*". A tag that is none of ours matches nothing.
// Errors: kInvalid "http.if_match_missing".
Result<std::vector<std::int64_t>> if_match(const Request& request);
// 428 for a missing If-Match, 412 for a version that is not the newest, else as its kind.
Response account_refusal(const Request& request, const Error& error);
// One record: its version is its ETag, and nobody keeps it.
Response record(int status, std::string body, std::int64_t version);

}  // namespace suyuan::http
