// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "adapters/sql/sql.h"

namespace suyuan {

// What personal fields become in the store. Called in the transaction that reads or writes them, so that keys may lie
// in the same store. The subject is whose they are: "person/12". Threads: any.
class NameSeal {
 public:
  virtual ~NameSeal() = default;
  virtual Result<std::string> seal(sql::Connection& connection, std::string_view subject, std::string_view text) = 0;
  // "" once the subject was erased.
  virtual Result<std::string> open(sql::Connection& connection, std::string_view subject, std::string_view bytes) = 0;
};

// As they are.
class PlainFields final : public NameSeal {
 public:
  Result<std::string> seal(sql::Connection&, std::string_view, std::string_view text) override {
    return std::string(text);
  }
  Result<std::string> open(sql::Connection&, std::string_view, std::string_view bytes) override {
    return std::string(bytes);
  }
};

}  // namespace suyuan
