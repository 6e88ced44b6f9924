// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"

namespace suyuan {

// What went wrong, in the few kinds that a caller can act on. Each has one HTTP status (adapters/http) and one exit
// code.
enum class ErrorKind : std::uint8_t {
  kInvalid,      // the request itself is wrong; sending it again will not help
  kSignIn,       // nobody is signed in, and the public may not do this
  kForbidden,    // the actor may not do this
  kNotFound,     // no such thing, or none that the actor may know of
  kConflict,     // the thing is in another state than the request assumes
  kTooLarge,     // over a stated limit
  kUnsupported,  // a media type, encoding or version we do not read
  kBusy,         // full or locked: the same request may succeed later
  kDeadline,     // the time for this request ran out
  kCorrupt,      // stored data contradicts itself: stop and verify
  kInternal,     // our own failure
};

// One thing wrong inside a request.
struct Finding {
  std::string path;  // JSON pointer ("/epcisBody/eventList/0/action"), XML path, or "" for the whole
  std::string code;  // stable, listed in api/error-codes.md: "epcis.field_missing"
  std::string text;  // what was seen, what was expected, what to do
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;                    // stable, listed in api/error-codes.md: "trace.unknown_code"
  std::string text;                    // for the caller: which thing, what was seen, what was expected, what to do
  std::string for_log = {};            // never leaves the server
  std::vector<Finding> findings = {};  // all of them, in request order

  // Adds what we were doing, for the log only.
  Error doing(std::string_view what) && {
    for_log.insert(0, std::string(what) + ": ");
    return std::move(*this);
  }
};

// The subset of std::expected that we use; becomes an alias on C++23.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & {
    CHECK(ok());
    return std::get<0>(state_);
  }
  const T& operator*() const& {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T&& operator*() && {
    CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T* operator->() {
    CHECK(ok());
    return &std::get<0>(state_);
  }
  const T* operator->() const {
    CHECK(ok());
    return &std::get<0>(state_);
  }
  Error& error() & {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  const Error& error() const& {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    CHECK(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

// A result with nothing to return but success: `return Done{};`
struct Done {};
using Status = Result<Done>;

}  // namespace suyuan
