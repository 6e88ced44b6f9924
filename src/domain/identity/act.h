// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// What can be asked of this system, one act for each right that is given or withheld. The words are those of
// policy/permissions.csv.
namespace suyuan::identity {

enum class Act : std::uint8_t {
  kPageRead,
  kCodeIdentify,
  kOperationRead,
  kStoreMaintain,
  kEventCapture,
  kJobRead,
  kOriginalRead,
  kEventRead,
  kTraceRead,
  kRecallRead,
  kMarkMake,
  kMarkLift,
  kMarkRead,
  kQueryDefine,
  kQueryRead,
  kSubscriptionMake,
  kSubscriptionRead,
  kFiguresRead,
  kOrganisationRead,
  kOrganisationChange,
  kPersonRead,
  kPersonChange,
  kRoleGrant,
  kKeyMake,
  kKeyRead,
  kSessionEnd,
  kAccountOwn,
  kTaskRead,
  kPersonalUnmask,
  kErasureRequest,
  kErasureApprove,
  kEmergencyUse,
  kEmergencyReview,
  kAuditRead,
  kReportDraft,
  kReportReview,
  kReportApprove,
  kPlanDraft,
  kPlanApprove,
  kSampleTake,
  kSampleTest,
  kEvidenceAdd,
  kEvidenceRead,
  kEvidenceWithdraw,
};

inline constexpr std::array<std::string_view, 44> kActWords = {
    "page.read",         "code.identify",     "operation.read",   "store.maintain",    "event.capture",
    "job.read",          "original.read",     "event.read",       "trace.read",        "recall.read",
    "mark.make",         "mark.lift",         "mark.read",        "query.define",      "query.read",
    "subscription.make", "subscription.read", "figures.read",     "organisation.read", "organisation.change",
    "person.read",       "person.change",     "role.grant",       "key.make",          "key.read",
    "session.end",       "account.own",       "task.read",        "personal.unmask",   "erasure.request",
    "erasure.approve",   "emergency.use",     "emergency.review", "audit.read",        "report.draft",
    "report.review",     "report.approve",    "plan.draft",       "plan.approve",      "sample.take",
    "sample.test",       "evidence.add",      "evidence.read",    "evidence.withdraw"};
inline constexpr std::size_t kActs = kActWords.size();
static_assert(kActs == static_cast<std::size_t>(Act::kEvidenceWithdraw) + 1 && kActs <= 64);

constexpr std::string_view act_word(Act act) { return kActWords[static_cast<std::size_t>(act)]; }
std::optional<Act> act_of(std::string_view word);

// A set of acts, as an API key names them.
class Acts {
 public:
  constexpr Acts() = default;
  constexpr void add(Act act) { bits_ |= bit(act); }
  constexpr bool has(Act act) const { return (bits_ & bit(act)) != 0; }
  constexpr std::uint64_t bits() const { return bits_; }
  static constexpr Acts from_bits(std::uint64_t bits) { return Acts(bits); }
  static constexpr Acts all() { return Acts((std::uint64_t{1} << kActs) - 1); }
  friend constexpr bool operator==(Acts, Acts) = default;

 private:
  constexpr explicit Acts(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Act act) { return std::uint64_t{1} << static_cast<unsigned>(act); }
  std::uint64_t bits_ = 0;
};

}  // namespace suyuan::identity
