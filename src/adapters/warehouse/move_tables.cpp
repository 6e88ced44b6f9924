// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/move_tables.h"

#include <algorithm>

#include "base/check.h"

namespace suyuan {

namespace {

using enum MoveColumn::Kind;

constexpr MoveColumn kDictionary[] = {{"id", kInt16}, {"data", kBytes}};
constexpr MoveColumn kObject[] = {{"obj", kInt64}, {"key", kBytes}};
constexpr MoveColumn kTerm[] = {{"term", kInt32}, {"text", kText}};
constexpr MoveColumn kSubmission[] = {
    {"id", kInt64},       {"public_id", kText},   {"person", kInt64},  {"org", kInt64},     {"jurisdiction", kInt32},
    {"created", kInt64},  {"finished", kInt64},   {"syntax", kInt16},  {"success", kInt16}, {"proceed", kInt16},
    {"accepted", kInt64}, {"duplicates", kInt64}, {"refused", kInt64}, {"findings", kText}, {"size", kInt64},
    {"sha256", kBytes},   {"frame", kFrame},      {"layout", kBytes}};
constexpr MoveColumn kEvent[] = {
    {"seq", kInt64},  {"submission", kInt64}, {"org", kInt64},  {"jurisdiction", kInt32}, {"recorded", kInt64},
    {"time", kInt64}, {"zone", kInt16},       {"kind", kInt16}, {"biz_step", kInt32},     {"disposition", kInt32},
    {"id", kBytes},   {"content", kBytes},    {"links", kBytes}};
constexpr MoveColumn kDocument[] = {{"seq", kInt64}, {"z", kOwnFrame}};
constexpr MoveColumn kMasterDatum[] = {{"id", kInt64},        {"submission", kInt64}, {"subject", kInt64},
                                       {"vocabulary", kText}, {"attribute", kText},   {"value", kText}};
constexpr MoveColumn kResource[] = {{"kind", kInt16}, {"id", kInt64}};
constexpr MoveColumn kNamedQuery[] = {{"org", kInt64},    {"name", kWords},         {"definition", kWords},
                                      {"person", kInt64}, {"jurisdiction", kInt64}, {"created", kInt64}};
constexpr MoveColumn kSubscription[] = {{"id", kWords},         {"query", kWords},        {"dest", kWords},
                                        {"secret", kWords},     {"schedule", kWords},     {"report_if_empty", kInt64},
                                        {"epc_format", kInt64}, {"initial", kInt64},      {"person", kInt64},
                                        {"org", kInt64},        {"jurisdiction", kInt64}, {"created", kInt64},
                                        {"resume", kInt64},     {"target", kInt64},       {"run_at", kInt64},
                                        {"due_at", kInt64},     {"notified", kInt64},     {"delivered", kInt64},
                                        {"query_org", kInt64}};
constexpr MoveColumn kTokenKey[] = {{"id", kInt64}, {"key", kBytes}};
constexpr MoveColumn kDelivery[] = {
    {"id", kWords},     {"subscription", kWords}, {"after_seq", kInt64}, {"upto", kInt64}, {"created", kInt64},
    {"due_at", kInt64}, {"lease_until", kInt64},  {"attempt", kInt64},   {"dead", kInt64}, {"last_error", kWords}};
constexpr MoveColumn kLease[] = {{"name", kWords}, {"epoch", kInt64}, {"holder", kWords}, {"held_until", kInt64}};
constexpr MoveColumn kMark[] = {{"id", kWords},       {"is_open", kInt64},      {"looked", kInt64},
                                {"revision", kInt64}, {"finds", kInt64},        {"parts", kInt64},
                                {"items", kInt64},    {"lots", kInt64},         {"classes", kInt64},
                                {"others", kInt64},   {"recheck_since", kInt64}};
constexpr MoveColumn kMarkCode[] = {{"mark", kWords}, {"number", kInt64}, {"scheme", kInt64}, {"key", kWords}};
constexpr MoveColumn kMarkAct[] = {{"mark", kWords},   {"number", kInt64}, {"kind", kInt64},         {"at", kInt64},
                                   {"person", kInt64}, {"org", kInt64},    {"jurisdiction", kInt64}, {"reason", kWords},
                                   {"upto", kInt64},   {"newly", kInt64},  {"gone", kInt64}};
constexpr MoveColumn kMarkFind[] = {{"mark", kWords},  {"number", kInt64}, {"seq", kInt64},
                                    {"found", kInt64}, {"goods", kBytes},  {"carriers", kBytes},
                                    {"told", kBytes},  {"newly", kInt64},  {"gone", kInt64}};
constexpr MoveColumn kAccountState[] = {{"id", kInt64}, {"version", kInt64}};
constexpr MoveColumn kOrganisation[] = {{"id", kInt64},   {"version", kInt64},  {"name", kWords},
                                        {"kind", kInt64}, {"superior", kInt64}, {"division", kInt64},
                                        {"uscc", kWords}, {"active", kInt64}};
constexpr MoveColumn kOrganisationCode[] = {{"org", kInt64}, {"code", kWords}};
constexpr MoveColumn kPerson[] = {{"id", kInt64},     {"version", kInt64}, {"login", kWords}, {"org", kInt64},
                                  {"active", kInt64}, {"deputy", kInt64},  {"name", kBytes},  {"mobile", kBytes}};
constexpr MoveColumn kPersonRole[] = {{"person", kInt64}, {"role", kInt64}, {"granted", kInt64}, {"grantor", kInt64}};
constexpr MoveColumn kTask[] = {{"id", kWords},  {"kind", kWords},   {"subject", kWords},
                                {"org", kInt64}, {"person", kInt64}, {"opened", kInt64},
                                {"due", kInt64}, {"closed", kInt64}, {"closed_by", kInt64}};
constexpr MoveColumn kMarkKnown[] = {{"mark", kWords}, {"part", kInt64}, {"body", kBytes}};
constexpr MoveColumn kPassword[] = {{"person", kInt64}, {"hash", kWords}, {"set_at", kInt64}};
constexpr MoveColumn kPasswordEarlier[] = {{"person", kInt64}, {"number", kInt64}, {"hash", kWords}};
constexpr MoveColumn kTotp[] = {{"person", kInt64}, {"sealed", kBytes}, {"used", kInt64}, {"confirmed", kInt64}};
constexpr MoveColumn kRecoveryCode[] = {{"person", kInt64}, {"code", kBytes}};
constexpr MoveColumn kSession[] = {{"token", kBytes}, {"id", kWords},   {"person", kInt64}, {"created", kInt64},
                                   {"seen", kInt64},  {"ends", kInt64}, {"how", kInt64},    {"client", kWords}};
constexpr MoveColumn kApiKey[] = {{"id", kWords},      {"secret", kBytes},  {"org", kInt64},     {"role", kInt64},
                                  {"acts", kInt64},    {"name", kWords},    {"made", kInt64},    {"expires", kInt64},
                                  {"made_by", kInt64}, {"revoked", kInt64}, {"used_day", kInt64}};
constexpr MoveColumn kLoginLink[] = {
    {"link", kBytes}, {"kind", kInt64}, {"person", kInt64}, {"expires", kInt64}, {"used", kInt64}};
constexpr MoveColumn kLoginFailure[] = {
    {"kind", kInt64}, {"what", kBytes}, {"failures", kInt64}, {"last", kInt64}, {"open_at", kInt64}};
constexpr MoveColumn kAuditEntry[] = {
    {"id", kInt64},     {"at", kInt64},         {"person", kInt64},   {"org", kInt64},    {"jurisdiction", kInt64},
    {"via", kInt64},    {"credential", kWords}, {"address", kWords},  {"act", kWords},    {"target_kind", kWords},
    {"target", kWords}, {"outcome", kInt64},    {"reason", kWords},   {"before", kWords}, {"after", kWords},
    {"salt", kBytes},   {"trace_id", kWords},   {"emergency", kWords}};
constexpr MoveColumn kAuditState[] = {{"id", kInt64}, {"last", kInt64}, {"pruned", kInt64}};
constexpr MoveColumn kEmergency[] = {
    {"id", kWords},       {"person", kInt64},    {"org", kInt64},  {"jurisdiction", kInt64}, {"place", kInt64},
    {"reason", kWords},   {"begun", kInt64},     {"ends", kInt64}, {"reviewer", kInt64},     {"reviewer_org", kInt64},
    {"reviewed", kInt64}, {"justified", kInt64}, {"words", kWords}};
constexpr MoveColumn kSubjectKey[] = {{"number", kInt64}, {"subject", kWords},      {"person", kInt64},
                                      {"org", kInt64},    {"jurisdiction", kInt64}, {"wrapped", kBytes}};
constexpr MoveColumn kErasure[] = {{"id", kWords},
                                   {"subject", kWords},
                                   {"keys", kWords},
                                   {"last", kInt64},
                                   {"why", kWords},
                                   {"asked", kInt64},
                                   {"person", kInt64},
                                   {"org", kInt64},
                                   {"jurisdiction", kInt64},
                                   {"done", kInt64},
                                   {"approver", kInt64},
                                   {"approver_org", kInt64},
                                   {"approver_place", kInt64},
                                   {"outcome", kInt64},
                                   {"words", kWords}};
constexpr MoveColumn kEvidence[] = {
    {"id", kWords},         {"at", kInt64},   {"person", kInt64}, {"org", kInt64}, {"jurisdiction", kInt64},
    {"media_type", kWords}, {"size", kInt64}, {"sha256", kBytes}, {"sm3", kBytes}, {"sealed_by", kInt64},
    {"name", kBytes},       {"note", kBytes}, {"file", kBytes}};
constexpr MoveColumn kEvidenceAbout[] = {{"evidence", kWords}, {"number", kInt64}, {"scheme", kInt64}, {"key", kWords}};
constexpr MoveColumn kEvidenceWithdrawal[] = {{"evidence", kWords}, {"at", kInt64},           {"person", kInt64},
                                              {"org", kInt64},      {"jurisdiction", kInt64}, {"why", kWords}};
constexpr MoveColumn kOidcIdentity[] = {
    {"issuer", kWords}, {"subject", kBytes}, {"person", kInt64}, {"linked", kInt64}, {"linked_by", kInt64}};
constexpr MoveColumn kOidcState[] = {{"state", kBytes},    {"browser", kBytes},     {"nonce", kWords},
                                     {"verifier", kWords}, {"return_path", kWords}, {"until", kInt64}};
constexpr MoveColumn kTlog[] = {{"number", kInt64},     {"origin", kWords},   {"secret", kBytes},
                                {"opened", kInt64},     {"size", kInt64},     {"event_upto", kInt64},
                                {"audit_upto", kInt64}, {"anchored", kInt64}, {"note_sha256", kWords},
                                {"note_sm3", kWords},   {"standing", kInt64}};
constexpr MoveColumn kTlogRun[] = {{"log", kInt64},   {"first", kInt64}, {"stream", kInt64}, {"ref", kInt64},
                                   {"count", kInt64}, {"org", kInt64},   {"number", kInt64}};
constexpr MoveColumn kTlogSubmitter[] = {{"log", kInt64}, {"org", kInt64}, {"count", kInt64}};
constexpr MoveColumn kTlogEntry[] = {{"log", kInt64}, {"leaf", kInt64}, {"entry", kWords}};
constexpr MoveColumn kTlogKey[] = {{"log", kInt64}, {"vkey", kWords}, {"since", kInt64}, {"until", kInt64}};

constexpr MoveTable kTables[] = {
    {"zstd_dictionary", kDictionary, true, false},
    {"object", kObject, true, false},
    {"term", kTerm, true, false},
    {"submission", kSubmission, true, false},
    {"event", kEvent, true, true},
    {"document", kDocument, true, true},
    {"master_datum", kMasterDatum, true, false},
    {"resource", kResource, false, false},
    {"named_query", kNamedQuery, false, false},
    {"subscription", kSubscription, false, false},
    {"delivery", kDelivery, false, false},
    {"mark", kMark, false, false},
    {"mark_code", kMarkCode, false, false},
    {"mark_act", kMarkAct, false, false},
    {"mark_find", kMarkFind, false, false},
    {"mark_known", kMarkKnown, false, false},
    {"lease", kLease, false, false},
    {"account_state", kAccountState, false, false},
    {"organisation", kOrganisation, false, false},
    {"organisation_code", kOrganisationCode, false, false},
    {"person", kPerson, false, false},
    {"person_role", kPersonRole, false, false},
    {"task", kTask, false, false},
    {"password", kPassword, false, false},
    {"password_earlier", kPasswordEarlier, false, false},
    {"totp", kTotp, false, false},
    {"recovery_code", kRecoveryCode, false, false},
    {"session", kSession, false, false},
    {"api_key", kApiKey, false, false},
    {"login_link", kLoginLink, false, false},
    {"login_failure", kLoginFailure, false, false},
    {"audit_entry", kAuditEntry, true, false},
    {"audit_state", kAuditState, false, false},
    {"emergency", kEmergency, false, false},
    {"subject_key", kSubjectKey, false, false},
    {"erasure", kErasure, false, false},
    {"evidence", kEvidence, false, false},
    {"evidence_about", kEvidenceAbout, false, false},
    {"evidence_withdrawal", kEvidenceWithdrawal, false, false},
    {"oidc_identity", kOidcIdentity, false, false},
    {"oidc_state", kOidcState, false, false},
    {"token_key", kTokenKey, false, false},
    {"tlog", kTlog, false, false},
    {"tlog_run", kTlogRun, false, false},
    {"tlog_submitter", kTlogSubmitter, false, false},
    {"tlog_entry", kTlogEntry, false, false},
    {"tlog_key", kTlogKey, false, false},
};

}  // namespace

std::string MoveTable::names() const {
  std::string all;
  for (const MoveColumn& column : columns) all.append(all.empty() ? "" : ", ").append(column.name);
  return all;
}

std::span<const MoveTable> move_tables() { return kTables; }

const MoveTable& move_table(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kTables), std::end(kTables), [&](const auto& t) { return t.name == name; });
  CHECK(found != std::end(kTables));
  return *found;
}

}  // namespace suyuan
