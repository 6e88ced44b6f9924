// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

// The modules of web/verify, as they were when the program was built.
namespace suyuan::http {

struct VerifyFile {
  std::string_view name, text;  // "note.mjs"
};
std::span<const VerifyFile> verify_files();

}  // namespace suyuan::http
