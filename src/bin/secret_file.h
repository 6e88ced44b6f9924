// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suyuan::cli {

// A file with secrets that a server makes at its first start and reads ever after: 0600, there whole or not at all, and
// on the disk before anything is done with it. Of two servers that start at once, one makes it and both read it.
struct SecretFile {
  std::string file;
  std::string setting;     // that names it, for messages
  std::string_view code;   // of errors, kInvalid
  std::string_view holds;  // "32 random bytes": for messages
  std::size_t bytes_max = 4096;
  std::function<std::string()> fresh;  // what a new one holds
};
Error bad_secret_file(const SecretFile& file, std::string_view what);
Result<std::string> read_secret_file(const SecretFile& file);
Result<std::string> read_or_make(const SecretFile& file);
// In the place of the one that is there.
Status replace_secret_file(const SecretFile& file, std::string_view bytes);

}  // namespace suyuan::cli
