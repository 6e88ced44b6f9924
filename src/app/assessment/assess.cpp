// SPDX-License-Identifier: Apache-2.0
#include "app/assessment/assess.h"

#include <fmt/format.h>

namespace suyuan {

namespace {

constexpr std::string_view kResultFormat = "suyuan.assessment-result/1";
constexpr std::size_t kDifferencesMax = 50;

assessment::PolicyChoice choice_of(const Json& policy) {
  const auto named = [&](std::string_view name) {
    const Json* value = policy.find(name);
    return value == nullptr ? std::string() : value->text;
  };
  return {named("matrix"), named("indexSystem"), named("gradeTable"), named("movingAverage")};
}

Result<Assessed> assess(Json document, const assessment::PolicyChoice* versions) {
  auto input = assessment::read_input(document);
  if (!input) return std::move(input.error());
  auto policy = assessment::choose_policy(assessment::policy_book(), versions != nullptr ? *versions : input->policy,
                                          input->domain, input->as_of);
  if (!policy) return std::move(policy.error());
  auto proposal = assessment::propose(*input, *policy);
  if (!proposal) return std::move(proposal.error());
  return Assessed{std::move(document), std::move(*input), std::move(*policy), std::move(*proposal)};
}

}  // namespace

Result<Assessed> assess_document(Json document) { return assess(std::move(document), nullptr); }

Result<Replayed> replay_assessment(const Json& stored) {
  const Json* format = stored.find("format");
  const Json* input = stored.find("input");
  const Json* policy = stored.find("policy");
  if (format == nullptr || format->text != kResultFormat || input == nullptr || policy == nullptr)
    return Error{ErrorKind::kInvalid, "assessment.no_result",
                 fmt::format("This is no kept result: an object with format \"{}\", input and policy is expected. "
                             "`suyuan assess FILE --json` writes one.",
                             kResultFormat)};
  const auto versions = choice_of(*policy);
  auto assessed = assess(*input, &versions);
  if (!assessed) return std::move(assessed.error());
  auto differences = json_differences(stored, assessment_result(*assessed), kDifferencesMax);
  return Replayed{std::move(*assessed), std::move(differences)};
}

}  // namespace suyuan
