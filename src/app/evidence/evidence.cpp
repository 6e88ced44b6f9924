// SPDX-License-Identifier: Apache-2.0
#include "app/evidence/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/capture/capture.h"
#include "app/operation/pages.h"
#include "app/operation/texts.h"
#include "domain/evidence/media_type.h"

namespace suyuan {

namespace {

constexpr std::size_t kAboutMost = 20, kNameMost = 200, kNoteMost = 1000, kReasonMost = 1000;
constexpr std::size_t kPageMost = 1000;
enum Part : std::size_t { kBytes, kName, kNote };  // of what is sealed; never renumber

Status judge_about(std::vector<codes::Identity>& about) {
  std::vector<codes::Identity> each;
  for (codes::Identity& code : about)
    if (std::find(each.begin(), each.end(), code) == each.end()) each.push_back(std::move(code));
  about = std::move(each);
  if (!about.empty() && about.size() <= kAboutMost) return Done{};
  return Error{ErrorKind::kInvalid, "evidence.about",
               fmt::format("{} codes are named; 1 to {} are wanted. Name what the file shows: the code of a thing, a "
                           "lot, a place or a party.",
                           about.size(), kAboutMost)};
}

// U+202A to U+202E, U+2066 to U+2069: they show "gpj.exe" as "exe.jpg".
bool turns_text(std::string_view text) {
  for (std::size_t at = text.find("\xE2"); at != std::string_view::npos; at = text.find("\xE2", at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if ((next >= "\x80\xAA" && next <= "\x80\xAE") || (next >= "\x81\xA6" && next <= "\x81\xA9")) return true;
  }
  return false;
}

// As people see it in a list.
Status judge_name(std::string& name) {
  auto text = text_between(name, 1, kNameMost, "evidence.name", "The name of the file",
                           "Give the name that people know it by.");
  if (!text) return std::move(text.error());
  name = std::move(*text);
  const auto is_odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/' || c == '\\'; };
  if (name != "." && name != ".." && std::none_of(name.begin(), name.end(), is_odd) && !turns_text(name)) return Done{};
  return Error{ErrorKind::kInvalid, "evidence.name",
               fmt::format("\"{}\" is no plain name of a file: it is a path, or has a character that controls how it "
                           "is shown. Give the name alone.",
                           excerpt(name))};
}

Result<std::string> media_type_for(const NewEvidence& given) {
  const auto found = evidence::media_type_of(given.bytes);
  const bool is_said = !given.media_type.empty() && given.media_type != "application/octet-stream";
  if (found && (!is_said || given.media_type == found->type)) return std::string(found->type);
  std::string known;
  for (const evidence::MediaType& each : evidence::media_types())
    known.append(known.empty() ? "" : ", ").append(each.extension);
  return Error{
      ErrorKind::kInvalid, "evidence.type",
      fmt::format("The file \"{}\" {}. Files of these kinds are taken: {}; text as UTF-8.", excerpt(given.name),
                  found ? fmt::format("begins like {}, and {} was said", found->type, excerpt(given.media_type))
                        : "begins like none that is taken",
                  known)};
}

Status judge(NewEvidence& given, std::size_t bytes_max) {
  if (auto about = judge_about(given.about); !about) return about;
  if (auto name = judge_name(given.name); !name) return name;
  auto note = text_between(given.note, 0, kNoteMost, "evidence.note", "The note", "Say in short what the file shows.");
  if (!note) return std::move(note.error());
  given.note = std::move(*note);
  if (given.bytes.empty())
    return Error{ErrorKind::kInvalid, "evidence.empty",
                 fmt::format("The file \"{}\" has no bytes. Look whether it was saved, and hand it in again.",
                             excerpt(given.name))};
  if (given.bytes.size() > bytes_max)
    return Error{ErrorKind::kTooLarge, "evidence.too_large",
                 fmt::format("The file \"{}\" has {} bytes; at most {} are taken (evidence.bytes_max). Cut it, or save "
                             "it smaller.",
                             excerpt(given.name), given.bytes.size(), bytes_max)};
  auto type = media_type_for(given);
  if (!type) return std::move(type.error());
  given.media_type = std::move(*type);
  return Done{};
}

Result<EvidenceView> view_of(Evidence evidence, const EvidenceServices& services) {
  EvidenceView view{std::move(evidence), std::nullopt};
  const Evidence& it = view.evidence;
  const std::string subject = evidence_subject(it.id);
  auto name = services.seal.open(subject, it.key, kName, it.sealed_name);
  if (!name) return std::move(name.error());
  if (!*name) return view;
  auto note = services.seal.open(subject, it.key, kNote, it.sealed_note);
  if (!note) return std::move(note.error());
  if (*note) view.words = EvidenceView::Words{std::move(**name), std::move(**note)};
  return view;
}

AuditEntry entry_of(const Granted& who, std::string_view act, const Evidence& evidence, std::string_view reason,
                    Instant now) {
  return with_fields(audit_entry(who, act, {"evidence", evidence.id}, reason, now), {}, evidence_fields(evidence));
}

// Whoever got no answer sends again.
Result<std::optional<EvidenceView>> repeated(const Evidence& wanted, const EvidenceServices& services) {
  auto same = services.store.same(wanted.by.org, wanted.sha256);
  if (!same) return std::move(same.error());
  for (Evidence& each : *same) {
    if (each.withdrawn || each.about != wanted.about || each.sm3 != wanted.sm3) continue;
    auto view = view_of(std::move(each), services);
    if (!view) return std::move(view.error());
    if (view->words) return std::optional(std::move(*view));
  }
  return std::optional<EvidenceView>();
}

// Somebody else's is answered as one that does not exist.
Result<Evidence> find(const Granted& permit, const std::string& id, const EvidenceServices& services) {
  auto found = services.store.evidence(id);
  if (!found) return std::move(found.error());
  if (!*found || !permit.scope().covers((*found)->by)) return no_evidence(id);
  return std::move(**found);
}

}  // namespace

std::vector<AuditField> evidence_fields(const Evidence& evidence) {
  std::vector<AuditField> fields = {{"type", evidence.media_type},
                                    {"size", std::to_string(evidence.size)},
                                    {"sha256", hex(evidence.sha256)},
                                    {"sm3", hex(evidence.sm3)},
                                    {"file", hex(evidence.file)}};
  for (std::size_t i = 0; i < evidence.about.size(); ++i)
    fields.push_back({fmt::format("about{}", i + 1), codes::canonical_uri(evidence.about[i])});
  return fields;
}

Result<HandedIn> add_evidence(const Permit<identity::Act::kEvidenceAdd>& permit, NewEvidence given,
                              const EvidenceServices& services) {
  if (auto judged = judge(given, services.bytes_max); !judged) return std::move(judged.error());
  Evidence it;
  it.at = services.clock.now();
  it.id = new_public_id(it.at);
  it.by = permit.actor();
  it.about = std::move(given.about);
  it.media_type = std::move(given.media_type);
  it.size = static_cast<std::int64_t>(given.bytes.size());
  it.sha256 = sha256(given.bytes);
  it.sm3 = sm3(given.bytes);
  auto known = repeated(it, services);
  if (!known) return std::move(known.error());
  if (*known) return HandedIn{std::move(**known), true};
  const std::array<std::string_view, 3> parts{given.bytes, given.name, given.note};
  auto sealed = services.seal.seal(evidence_subject(it.id), it.by, parts);
  if (!sealed) return std::move(sealed.error());
  it.key = sealed->key;
  it.sealed_name = std::move(sealed->parts[kName]);
  it.sealed_note = std::move(sealed->parts[kNote]);
  const auto file = services.files.put(sealed->parts[kBytes]);
  if (!file) return file.error();
  it.file = *file;
  if (auto added = services.store.add(it, entry_of(permit, kEvidenceAdd, it, "", it.at)); !added)
    return std::move(added.error());
  return HandedIn{{std::move(it), EvidenceView::Words{std::move(given.name), std::move(given.note)}}, false};
}

Result<EvidencePage> list_evidence(const Permit<identity::Act::kEvidenceRead>& permit,
                                   const std::optional<codes::Identity>& about, const std::string& after,
                                   std::size_t limit, const EvidenceServices& services) {
  if (limit < 1 || limit > kPageMost)
    return Error{ErrorKind::kInvalid, "evidence.limit",
                 fmt::format("The limit is {}; 1 to {} in one answer are allowed.", limit, kPageMost)};
  EvidencePage page;
  auto next = page_by_id(
      after, limit, [&](const std::string& place, std::size_t most) { return services.store.list(about, place, most); },
      [&](Evidence each) -> Result<bool> {
        if (!permit.scope().covers(each.by)) return false;
        auto view = view_of(std::move(each), services);
        if (!view) return std::move(view.error());
        page.all.push_back(std::move(*view));
        return true;
      });
  if (!next) return std::move(next.error());
  page.next = std::move(*next);
  return page;
}

Result<EvidenceView> view_evidence(const Permit<identity::Act::kEvidenceRead>& permit, const std::string& id,
                                   const EvidenceServices& services) {
  auto found = find(permit, id, services);
  return found ? view_of(std::move(*found), services) : Result<EvidenceView>(std::move(found.error()));
}

Result<EvidenceFile> read_evidence(const Permit<identity::Act::kEvidenceRead>& permit, const std::string& id,
                                   const EvidenceServices& services, Audit& audit) {
  auto view = view_evidence(permit, id, services);
  if (!view) return std::move(view.error());
  const Evidence& it = view->evidence;
  auto sealed = services.files.read(it.file);
  if (!sealed) return std::move(sealed.error());
  if (view->words && !*sealed)
    return Error{ErrorKind::kCorrupt, "evidence.missing",
                 fmt::format("The file of evidence {} is not in the folder: {} is missing. Look for it in a backup; "
                             "`suyuan verify` names all that are missing.",
                             it.id, hex(it.file))};
  auto bytes = !view->words ? Result(std::optional<std::string>())
                            : services.seal.open(evidence_subject(it.id), it.key, kBytes, **sealed);
  if (bytes && !*bytes)
    return Error{
        ErrorKind::kNotFound, "evidence.erased",
        fmt::format("The evidence {} was erased: its record and its hashes stay, what it showed does not.", it.id)};
  if (!bytes || sha256(**bytes) != it.sha256 || sm3(**bytes) != it.sm3)
    return Error{
        ErrorKind::kCorrupt, "evidence.changed",
        fmt::format("The file of evidence {} is not what was handed in: {} was changed. Take it from a backup; "
                    "`suyuan verify` names all that were changed.",
                    it.id, hex(it.file))};
  const AuditEntry entry =
      audit_entry(permit, identity::act_word(permit.act()), {"evidence", it.id}, "", services.clock.now());
  if (auto recorded = audit.record(entry); !recorded) return std::move(recorded.error());
  return EvidenceFile{std::move(*view), std::move(**bytes)};
}

Result<EvidenceView> withdraw_evidence(const Permit<identity::Act::kEvidenceWithdraw>& permit, const std::string& id,
                                       const std::string& why, const EvidenceServices& services) {
  auto reason =
      text_between(why, 1, kReasonMost, "evidence.reason", "The reason", "Say why, for those who read it years later.");
  if (!reason) return std::move(reason.error());
  auto found = find(permit, id, services);
  if (!found) return std::move(found.error());
  const Evidence::Withdrawal withdrawal{services.clock.now(), permit.actor(), std::move(*reason)};
  const AuditEntry entry = audit_entry(permit, "evidence.withdraw", {"evidence", id}, withdrawal.why, withdrawal.at);
  if (auto done = services.store.withdraw(id, withdrawal, entry); !done) return std::move(done.error());
  found->withdrawn = withdrawal;
  return view_of(std::move(*found), services);
}

}  // namespace suyuan
