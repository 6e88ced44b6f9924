// SPDX-License-Identifier: Apache-2.0
#include "bin/served_witnesses.h"

#include <fmt/format.h>

#include <fstream>

#include "adapters/webhook/witness_http.h"
#include "adapters/witnesses/witness_threads.h"
#include "base/text.h"

namespace suyuan::cli {

namespace {

Result<tlog::Policy> policy_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) {
    return Error{ErrorKind::kInvalid, "log.policy_file",
                 fmt::format("The policy file \"{}\" (tlog.policy_file) cannot be read. Name a file that this user may "
                             "read; docs/witness.md says what it holds.",
                             excerpt(file, 300))};
  }
  return tlog::Policy::of(text);
}

// A quorum that nobody can reach would stop the log for good.
Status can_be_reached(const tlog::Policy& policy) {
  std::vector<bool> asked;
  for (const tlog::PolicyWitness& witness : policy.witnesses()) {
    const bool is_http = witness.url.starts_with("http://") || witness.url.starts_with("https://");
    if (!witness.url.empty() && !is_http) {
      return Error{ErrorKind::kInvalid, "log.policy",
                   fmt::format("The URL of the witness \"{}\" is \"{}\"; it begins with https:// or http://.",
                               excerpt(witness.name), excerpt(witness.url, 200))};
    }
    asked.push_back(is_http);
  }
  if (policy.is_quorum(asked)) return Done{};
  return Error{ErrorKind::kInvalid, "log.policy",
               "The witnesses with a URL are not enough for the quorum of the policy (tlog.policy_file): nothing would "
               "ever be published. Give the others their URL at the end of their line."};
}

}  // namespace

Result<std::unique_ptr<ServedWitnesses>> ServedWitnesses::start(const Settings& settings, LogFolder& folder, Log& log) {
  const std::string& file = settings.text("tlog.policy_file");
  if (file.empty()) return std::unique_ptr<ServedWitnesses>();
  auto policy = policy_in(file);
  if (!policy) return std::move(policy.error());
  if (auto reached = can_be_reached(*policy); !reached) return std::move(reached.error());
  auto http = make_witness_http(settings.text("tlog.witness_ca_file"));
  if (!http) return std::move(http.error());
  std::vector<std::string> urls;
  for (const tlog::PolicyWitness& witness : policy->witnesses()) urls.push_back(witness.url);
  auto witnesses =
      make_witnesses(urls, std::move(*http), std::chrono::milliseconds(settings.number("tlog.witness_timeout_ms")));
  return std::unique_ptr<ServedWitnesses>(new ServedWitnesses(std::move(*policy), std::move(witnesses), folder, log));
}

}  // namespace suyuan::cli
