// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/witness_routes.h"

#include <fmt/format.h>

#include "adapters/http/router.h"

namespace suyuan::http {

namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8", kSize = "text/x.tlog.size";
constexpr int kUnprocessable = 422;

Response refusal(const Request& request, const Error& error) {
  const int status = error.code == "witness.inconsistent" ? kUnprocessable : status_of(error.kind);
  return problem(status, error, false, request.trace_id);
}

Response post_checkpoint(Witness& witness, const Request& request) {
  auto answer = witness.add_checkpoint(request.body);
  if (!answer) return refusal(request, answer.error());
  if (answer->conflict) return reply(409, kSize, fmt::format("{}\n", *answer->conflict));
  return reply(200, kText, std::move(answer->lines));
}

Response get_checkpoint(Witness& witness, const Request& request) {
  auto note = witness.latest(request.path_value("log"));
  if (!note) return refusal(request, note.error());
  Response response = reply(200, kText, std::move(*note));
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("Access-Control-Allow-Origin", "*");  // whoever monitors need not be a page of ours
  return response;
}

}  // namespace

void add_witness_routes(Router& router, Witness& witness) {
  router.add({.method = "POST",
              .path = "/add-checkpoint",
              .operation_id = "addCheckpoint",
              .summary = "Cosigns a checkpoint that goes on from the one cosigned before (C2SP tlog-witness).",
              .tag = "Witness",
              .act = identity::Act::kPageRead,
              .answers = {{200, "The lines of the cosignatures.", {"text/plain"}},
                          {400, "It is no such request.", {"application/problem+json"}},
                          {403, "No trusted key signed.", {"application/problem+json"}},
                          {404, "The log is not watched.", {"application/problem+json"}},
                          {409, "The witness knows another size, which is the answer.", {std::string(kSize)}},
                          {422, "The proof does not hold.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&witness](Request& request) { return post_checkpoint(witness, request); }});
  router.add({.method = "GET",
              .path = "/{log}/checkpoint",
              .operation_id = "witnessedCheckpoint",
              .summary = "The newest checkpoint of a log that this witness cosigned, for monitors.",
              .tag = "Witness",
              .act = identity::Act::kPageRead,
              .parameters = {{.name = "log",
                              .in = Parameter::In::kPath,
                              .meaning = "SHA-256 of the log's name, in hex.",
                              .required = true}},
              .answers = {{200, "The checkpoint.", {"text/plain"}},
                          {404, "The log is not watched.", {"application/problem+json"}}},
              .handler = [&witness](Request& request) { return get_checkpoint(witness, request); }});
}

}  // namespace suyuan::http
