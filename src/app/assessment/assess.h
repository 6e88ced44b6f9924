// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/assessment/proposal.h"

// A document of facts in, a proposed grade with its reasons out; the format of both: docs/formats/assessment.md. Needs
// no store and changes nothing; the same document and policy give the same digits.
namespace suyuan {

struct Assessed {
  Json document;
  assessment::Input input;
  assessment::Policy policy;
  assessment::Proposal proposal;
};

// Errors: kInvalid "assessment.refused" with findings; kNotFound "policy.no_such_version".
Result<Assessed> assess_document(Json document);

// The result to keep: the document as given, the versions of the policy, every figure. What replays.
Json assessment_result(const Assessed& assessed);

// For the terminal: what is proposed and why; with `explain` everything that it hangs on.
std::string assessment_text(const Assessed& assessed, bool explain, bool english);

struct Replayed {
  Assessed assessed;
  std::vector<std::string>
      differences;  // JSON pointers at which the stored result has other figures; none: the same to the last digit
};

// Calculates a kept result again from the document and the versions that it names.
// Errors: those of assess_document; kInvalid "assessment.no_result".
Result<Replayed> replay_assessment(const Json& stored);
std::string replay_text(const Replayed& replayed, bool english);

}  // namespace suyuan
