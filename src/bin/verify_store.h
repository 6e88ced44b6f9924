// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/tlog/verification.h"
#include "bin/cli.h"

namespace suyuan::cli {

struct StoreToVerify {
  StorePlace place;
  std::string log = {};       // folder of the log; "": in that of the store
  std::string evidence = {};  // of the files of evidence; "": in that of the store
  std::vector<tlog::NoteKey> keys = {};
  std::optional<std::string> against = {};
  bool has_documents = true;
};

// Changes nothing. Errors: those of view_sqlite_store or open_store, and of verify_log; kInvalid "verify.log_folder".
Result<Verification> verify(const StoreToVerify& store);
// What a fault is called in Chinese.
std::string_view fault_name(std::string_view code);
// For people, or as JSON; the exit code.
int show(const Verification& result, const Common& common);

}  // namespace suyuan::cli
