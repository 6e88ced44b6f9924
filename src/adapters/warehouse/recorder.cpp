// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/recorder.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/findings_json.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/submission_parts.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/text.h"
#include "base/varint.h"

namespace suyuan {

Status Recorder::open() {
  auto query = connection_.prepare(
      "SELECT (SELECT coalesce(max(obj), 0) FROM object), (SELECT coalesce(max(seq), 0) FROM event), (SELECT "
      "coalesce(max(id), 0) FROM submission), "
      "(SELECT coalesce(max(term), 0) FROM term), (SELECT coalesce(max(finished), 0) FROM submission)");
  if (!query) return std::move(query.error());
  {
    const sql::Reset reset(**query);
    if (auto row = (*query)->step(); !row) return std::move(row.error());
    next_ = {(*query)->integer(0) + 1, (*query)->integer(1) + 1, (*query)->integer(2) + 1, (*query)->integer(3) + 1,
             (*query)->integer(4)};
  }
  settled_ = next_;
  auto resources = connection_.prepare("SELECT kind, id FROM resource");
  if (!resources) return std::move(resources.error());
  for (;;) {
    auto row = (*resources)->step();
    if (!row) return std::move(row.error());
    if (!*row) break;
    resources_.insert((*resources)->integer(1) << 3U | (*resources)->integer(0));
  }
  static_cast<void>(facts_.catch_up());  // no answer needs them: a full disk does not keep the store shut
  return Done{};
}

void Recorder::committed() {
  settled_ = next_;
  facts_.committed();
  lookups_.publish(pending_, next_.event - 1, next_.object - 1);
  described_.clear();
}

std::vector<Changes::Place> Recorder::touched() {
  std::vector<Changes::Place> places;
  for (const Lookup which : kAllLookups) ChangeTable::add_places(which, pending_.entries(which), places);
  for (const std::int64_t subject : described_) places.push_back(ChangeTable::place_of_master_data(subject));
  return places;
}

void Recorder::rolled_back() {
  described_.clear();
  rewind(settled_, {});
  terms_.clear();
  resources_.clear();
}

void Recorder::rewind(const Numbers& to, const PendingEntries::Mark& mark) {
  const runs::Part& keys = pending_.entries(Lookup::kObjectKey);
  for (std::size_t i = mark[static_cast<std::size_t>(Lookup::kObjectKey) - 1]; i < keys.size(); ++i)
    recent_.forget(keys[i].key);
  pending_.forget_after(mark);
  for (InsertRows* rows : {&object_rows_, &event_rows_, &document_rows_}) rows->clear();
  facts_.forget_from(to.event);
  if (to.term != next_.term) terms_.clear();
  next_ = to;
}

Result<SubmissionReceipt> Recorder::record(PreparedSubmission& prepared, Instant now) {
  const Numbers before = next_;
  const PendingEntries::Mark mark = pending_.mark();
  const auto resources = resources_.size();
  if (auto begun = connection_.execute("SAVEPOINT submission"); !begun) return std::move(begun.error());
  auto receipt = write(prepared, now);
  if (receipt) {
    if (auto released = connection_.execute("RELEASE submission"); !released) receipt = std::move(released.error());
  }
  if (!receipt) {
    rewind(before, mark);
    if (resources_.size() != resources) resources_.clear();  // rare; what is noted twice is stored once
    static_cast<void>(connection_.execute("ROLLBACK TO submission; RELEASE submission"));
  }
  return receipt;
}

Result<SubmissionReceipt> Recorder::write(PreparedSubmission& prepared, Instant now) {
  const NewSubmission& submission = prepared.submission();
  const std::int64_t recorded = std::max(micros_of(now), next_.recorded);
  SubmissionReceipt receipt{SubmissionId(next_.submission), {}, 0, 0, submission.refused, submission.findings};
  SubmissionFrame frame;
  std::vector<Finding> conflicts;
  for (std::size_t i = 0; i < submission.events.size(); ++i) {
    const NewEvent& event = submission.events[i];
    const PreparedEvent& made = prepared.event(i);
    auto stored = stored_event(event.event, made);
    if (!stored) return std::move(stored.error());
    if (*stored && (*stored)->same_content) {
      receipt.events.push_back(EventReceipt{trace::EventSeq((*stored)->seq), true});
      ++receipt.duplicates;
    } else if (*stored) {
      receipt.events.emplace_back();
      conflicts.push_back(id_conflict(event, (*stored)->recorded));
      ++receipt.refused;
    } else {
      auto seq = write_event(submission.actor, event.event, made, recorded);
      if (!seq) return std::move(seq.error());
      frame.leave_out(submission.original, event, *seq);
      receipt.events.push_back(EventReceipt{trace::EventSeq(*seq), false});
      ++receipt.accepted;
    }
  }
  if (!conflicts.empty() && !submission.proceed) {
    return id_conflicts(std::move(conflicts));
  }
  receipt.findings.insert(receipt.findings.end(), conflicts.begin(), conflicts.end());
  frame.close(submission.original);
  if (auto written = write_submission(prepared, receipt, recorded, frame.bytes, frame.layout); !written)
    return std::move(written.error());
  if (auto written = write_master_data(submission, receipt.id.value()); !written) return std::move(written.error());
  if (auto written = write_rows(); !written) return std::move(written.error());
  ++next_.submission;
  next_.recorded = recorded;
  return receipt;
}

Status Recorder::write_submission(PreparedSubmission& prepared, const SubmissionReceipt& receipt, std::int64_t recorded,
                                  std::string_view frame, std::string_view layout) {
  const NewSubmission& submission = prepared.submission();
  auto insert = connection_.prepare(
      "INSERT INTO submission VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
      "$18)");
  if (!insert) return std::move(insert.error());
  const std::string z = compress(frame), findings = findings_json(receipt.findings);
  sql::Statement& row = **insert;
  row.bind(1, receipt.id.value())
      .bind(2, std::string_view(submission.public_id))
      .bind(3, submission.actor.person.value())
      .bind(4, submission.actor.org.value());
  row.bind(5, std::int64_t{submission.actor.jurisdiction.division})
      .bind(6, recorded)
      .bind(7, recorded)
      .bind(8, static_cast<std::int64_t>(submission.syntax));
  row.bind(9, std::int64_t{1})
      .bind(10, std::int64_t{submission.proceed})
      .bind(11, receipt.accepted)
      .bind(12, receipt.duplicates)
      .bind(13, receipt.refused);
  row.bind(14, std::string_view(findings))
      .bind(15, static_cast<std::int64_t>(submission.original.size()))
      .bind_bytes(16, as_text(prepared.digest()))
      .bind_bytes(17, z)
      .bind_bytes(18, layout);
  return row.run();
}

Status Recorder::record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                                const std::vector<Finding>& findings, Instant now) {
  auto insert = connection_.prepare(
      "INSERT INTO submission VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, $7, 0, 0, $8, $9, 0, $10, $10, $10)");
  if (!insert) return std::move(insert.error());
  const std::int64_t recorded = std::max(micros_of(now), next_.recorded);
  const std::string text = findings_json(findings);
  (*insert)
      ->bind(1, next_.submission)
      .bind(2, std::string_view(public_id))
      .bind(3, actor.person.value())
      .bind(4, actor.org.value())
      .bind(5, std::int64_t{actor.jurisdiction.division});
  (*insert)
      ->bind(6, recorded)
      .bind(7, std::int64_t{proceed})
      .bind(8, refused)
      .bind(9, std::string_view(text))
      .bind_bytes(10, "");
  if (auto written = (*insert)->run(); !written) return written;
  ++next_.submission;
  next_.recorded = recorded;
  return Done{};
}

Result<std::optional<Recorder::Stored>> Recorder::stored_event(const trace::Event& event,
                                                               const PreparedEvent& prepared) {
  std::vector<std::uint64_t> seqs;
  pending_.find(Lookup::kEventId, prepared.id_hash.key, seqs);
  if (auto found = lookups_.find(Lookup::kEventId, prepared.id_hash.key, blocks_, seqs); !found)
    return std::move(found.error());
  if (seqs.empty()) return std::optional<Stored>();
  if (auto written = event_rows_.write(); !written) return std::move(written.error());  // it may be one of them
  auto query = connection_.prepare("SELECT id, content, recorded, kind >> 8 & 1 FROM event WHERE seq = $1");
  if (!query) return std::move(query.error());
  for (const std::uint64_t seq : seqs) {
    const sql::Reset reset(**query);
    auto row = (*query)->bind(1, static_cast<std::int64_t>(seq)).step();
    if (!row) return std::move(row.error());
    const bool is_same = *row && ((*query)->integer(3) != 0) == event.error_declaration.has_value() &&
                         unpack_event_id((*query)->bytes(0), (*query)->bytes(1)) == event.id;
    if (is_same)
      return std::optional(
          Stored{static_cast<std::int64_t>(seq), (*query)->bytes(1) == as_text(event.content), (*query)->integer(2)});
  }
  return std::optional<Stored>();
}

Result<std::int64_t> Recorder::object(const codes::Identity& id) {
  const std::string bytes = key_of(id);
  return object({bytes, keys_.hash(bytes)});
}

Result<std::int64_t> Recorder::object(const PreparedKey& key) {
  if (const std::uint64_t recent = recent_.find(key.hash)) return object_of_value(recent);
  std::vector<std::uint64_t> values;
  pending_.find(Lookup::kObjectKey, key.hash.key, values);
  if (auto found = lookups_.find(Lookup::kObjectKey, key.hash.key, blocks_, values); !found)
    return std::move(found.error());
  for (const std::uint64_t value : values) {
    if (!is_value_of(value, key.hash)) continue;
    recent_.put(key.hash.key, value);
    return object_of_value(value);
  }
  return new_object(key);
}

Result<std::int64_t> Recorder::new_object(const PreparedKey& key) {
  const std::int64_t number = next_.object++;
  object_rows_.integer(number).bytes(key.bytes);
  if (auto written = object_rows_.write_if_many(); !written) return std::move(written.error());
  const std::uint64_t value = object_value(number, key.hash);
  pending_.add(Lookup::kObjectKey, {key.hash.key, value});
  recent_.put(key.hash.key, value);
  const codes::Identity id = identity_of_key(key.bytes);
  if (const codes::Level level = codes::level_of(id); level != codes::Level::kItem)
    pending_.add(Lookup::kLevel, {static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(level)});
  if (const auto above = codes::class_of(id)) {
    auto of_class = object(*above);
    if (!of_class) return of_class;
    pending_.add(Lookup::kMember, {static_cast<std::uint64_t>(*of_class), static_cast<std::uint64_t>(number)});
  }
  return number;
}

Result<std::int64_t> Recorder::term(const std::string& text) {
  constexpr std::size_t kTermsMax = 100'000;
  if (text.empty()) return std::int64_t{0};
  if (const auto found = terms_.find(text); found != terms_.end()) return found->second;
  auto query = connection_.prepare("SELECT term FROM term WHERE text = $1");
  if (!query) return std::move(query.error());
  std::int64_t number = 0;
  {
    const sql::Reset reset(**query);
    auto row = (*query)->bind(1, std::string_view(text)).step();
    if (!row) return std::move(row.error());
    if (*row) number = (*query)->integer(0);
  }
  if (number == 0) {
    auto insert = connection_.prepare("INSERT INTO term VALUES ($1, $2)");
    if (!insert) return std::move(insert.error());
    number = next_.term++;
    if (auto written = (*insert)->bind(1, number).bind(2, std::string_view(text)).run(); !written)
      return std::move(written.error());
  }
  if (terms_.size() >= kTermsMax) terms_.clear();
  terms_.emplace(text, number);
  return number;
}

// On first sight. What a rolled back transaction noted is noted again: the row is stored once.
Status Recorder::note(Warehouse::Resource kind, std::int64_t id) {
  if (id == 0 || !resources_.insert(id << 3U | static_cast<std::int64_t>(kind)).second) return Done{};
  auto insert = connection_.prepare("INSERT INTO resource VALUES ($1, $2) ON CONFLICT DO NOTHING");
  if (!insert) return std::move(insert.error());
  return (*insert)->bind(1, static_cast<std::int64_t>(kind)).bind(2, id).run();
}

Status Recorder::note_resources(const trace::Event& event, const std::vector<trace::Link>& links, std::int64_t step,
                                std::int64_t disposition) {
  Status noted = note(Warehouse::Resource::kEventType, static_cast<std::int64_t>(event.type));
  if (noted) noted = note(Warehouse::Resource::kBizStep, step);
  if (noted) noted = note(Warehouse::Resource::kDisposition, disposition);
  for (const trace::Link& link : links) {
    if (noted && link.role == trace::Role::kReadPoint)
      noted = note(Warehouse::Resource::kReadPoint, link.object.value());
    if (noted && link.role == trace::Role::kBizLocation)
      noted = note(Warehouse::Resource::kBizLocation, link.object.value());
  }
  return noted;
}

Result<std::vector<trace::Link>> Recorder::links_of(const trace::Event& event, const PreparedEvent& prepared) {
  std::vector<trace::Link> links;
  links.reserve(event.objects.size());
  for (const PreparedKey& key : prepared.keys) recent_.prefetch(key.hash);
  for (std::size_t i = 0; i < event.objects.size(); ++i) {
    const trace::Object& each = event.objects[i];
    auto number = object(prepared.keys[i]);
    if (!number) return std::move(number.error());
    links.push_back({trace::ObjectId(*number), each.role, each.amount, each.uom, each.is_quantity});
  }
  return links;
}

Result<std::int64_t> Recorder::write_event(const Actor& actor, const trace::Event& event, const PreparedEvent& prepared,
                                           std::int64_t recorded) {
  auto links = links_of(event, prepared);
  if (!links) return std::move(links.error());
  auto step = term(event.biz_step);
  if (!step) return step;
  auto disposition = term(event.disposition);
  if (!disposition) return disposition;
  const std::string bytes = encode_links(*links);
  add_rows(actor, event, prepared, recorded, *step, *disposition, bytes);
  if (auto written = event_rows_.write_if_many(); !written) return std::move(written.error());
  if (auto written = document_rows_.write_if_many(); !written) return std::move(written.error());
  if (auto noted = note_resources(event, *links, *step, *disposition); !noted) return std::move(noted.error());
  add_entries(event, prepared, *links);
  facts_.add({next_.event, kind_of_event(event), micros_of(event.time.at), *step, bytes});
  return next_.event++;
}

void Recorder::add_rows(const Actor& actor, const trace::Event& event, const PreparedEvent& prepared,
                        std::int64_t recorded, std::int64_t step, std::int64_t disposition, std::string_view links) {
  event_rows_.integer(next_.event)
      .integer(next_.submission)
      .integer(actor.org.value())
      .integer(actor.jurisdiction.division)
      .integer(recorded)
      .integer(micros_of(event.time.at))
      .integer(event.time.offset.count())
      .integer(kind_of_event(event))
      .integer(step)
      .integer(disposition)
      .bytes(prepared.id)
      .bytes(as_text(event.content))
      .bytes(links);
  document_rows_.integer(next_.event).bytes(prepared.original);
}

Status Recorder::write_rows() {
  Status written = object_rows_.write();
  if (written) written = event_rows_.write();
  if (written) written = document_rows_.write();
  return written;
}

void Recorder::add_entries(const trace::Event& event, const PreparedEvent& prepared,
                           const std::vector<trace::Link>& links) {
  const EventEntries entries{next_.event, micros_of(event.time.at), event.error_declaration.has_value()};
  entries.each(prepared.id_hash, links, [&](Lookup which, runs::Entry entry) { pending_.add(which, entry); });
  for (const runs::Entry& entry :
       lot_members(links, [&](std::size_t i) -> const codes::Identity& { return event.objects[i].id; }))
    pending_.add(Lookup::kMember, entry);
}

Status Recorder::write_master_data(const NewSubmission& submission, std::int64_t submission_id) {
  auto insert = connection_.prepare(
      "INSERT INTO master_datum (submission, subject, vocabulary, attribute, value) VALUES ($1, $2, $3, $4, $5)");
  if (!insert) return std::move(insert.error());
  for (const trace::MasterDatum& datum : submission.master_data) {
    auto subject = object(datum.subject);
    if (!subject) return std::move(subject.error());
    described_.push_back(*subject);
    (*insert)
        ->bind(1, submission_id)
        .bind(2, *subject)
        .bind(3, std::string_view(datum.vocabulary))
        .bind(4, std::string_view(datum.attribute))
        .bind(5, std::string_view(datum.value));
    if (auto written = (*insert)->run(); !written) return written;
  }
  return Done{};
}

}  // namespace suyuan
