// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "app/capture/capture.h"

namespace suyuan {

namespace json = boost::json;

namespace {

json::array findings_of(const std::vector<Finding>& findings) {
  json::array list;
  for (const Finding& finding : findings)
    list.push_back(json::object{{"path", finding.path}, {"code", finding.code}, {"text", finding.text}});
  return list;
}

// EPCIS 2.0 REST: errors of a capture job are problem details; the finding's place is its instance.
json::array problems_of(const std::vector<Finding>& findings) {
  json::array list;
  for (const Finding& finding : findings) {
    list.push_back(json::object{{"type", "epcisException:ValidationException"},
                                {"title", finding.code},
                                {"status", 400},
                                {"detail", finding.text},
                                {"instance", "#" + finding.path}});
  }
  return list;
}

}  // namespace

std::string outcome_json(const CaptureOutcome& outcome) {
  return json::serialize(json::object{{"job", outcome.job},
                                      {"accepted", outcome.accepted},
                                      {"duplicates", outcome.duplicates},
                                      {"refused", outcome.refused},
                                      {"findings", findings_of(outcome.findings)}});
}

std::string job_json(const JobRecord& job) {
  json::object answer{{"captureID", job.public_id},
                      {"createdAt", format_instant(job.created)},
                      {"running", !job.finished.has_value()},
                      {"success", job.success},
                      {"captureErrorBehaviour", job.proceed ? "proceed" : "rollback"},
                      {"errors", problems_of(job.findings)},
                      {"suyuan:accepted", job.accepted},
                      {"suyuan:duplicates", job.duplicates},
                      {"suyuan:refused", job.refused}};
  if (job.finished) answer["finishedAt"] = format_instant(*job.finished);
  return json::serialize(answer);
}

}  // namespace suyuan
