// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/postgres_group.h"

#include <algorithm>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/event_entries.h"
#include "adapters/warehouse/event_id_bytes.h"
#include "adapters/warehouse/findings_json.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "adapters/warehouse/submission_parts.h"
#include "adapters/warehouse/zstd_text.h"

namespace suyuan {

namespace {

// Runs a query of one list, handing each row to `take`.
template <class List, class Take>
Status rows_of(sql::PostgresConnection& connection, std::string_view query, const List& list, Take take) {
  if (list.empty()) return Done{};
  auto statement = connection.statement(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  (*statement)->bind_list(1, list);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    take(**statement);
  }
}

}  // namespace

std::string index_key(std::string_view key) {
  constexpr std::size_t kLongest = 1000;
  if (key.size() <= kLongest) return std::string(key);
  const Sha256 digest = sha256(key);
  return std::string(1, '\0').append(as_text(digest));  // no scheme is 0
}

PostgresSubmission prepare_for_postgres(NewSubmission submission, const OriginalCodec& codec) {
  PostgresSubmission prepared{std::move(submission), false, {}, {}};
  prepared.digest =
      prepared.submission.sent_sha256 ? *prepared.submission.sent_sha256 : sha256(prepared.submission.original);
  const std::string_view original = prepared.submission.original;
  for (const NewEvent& each : prepared.submission.events) {
    const trace::Event& event = each.event;
    PostgresEvent made;
    for (const trace::Object& object : event.objects) made.keys.push_back(key_of(object.id));
    made.id_hash = std::string(as_text(sha256(event.id))) + (event.error_declaration ? '\1' : '\0');
    made.id = pack_event_id(event.id, event.content);
    made.original = codec.compress(original.substr(each.begin, each.end - each.begin));
    prepared.events.push_back(std::move(made));
  }
  return prepared;
}

void PostgresMemory::add(PostgresMemory&& more) {
  constexpr std::size_t kObjectsMax = 1U << 20U, kTermsMax = 100'000;
  if (objects.size() + more.objects.size() > kObjectsMax) objects.clear();
  if (terms.size() + more.terms.size() > kTermsMax) terms.clear();
  objects.merge(more.objects);
  terms.merge(more.terms);
  resources.merge(more.resources);
}

Status PostgresGroup::write(const std::vector<const PostgresSubmission*>& submissions, bool is_new) {
  Status done = lock_head();
  if (done && !is_new) done = look_up_ids(submissions);
  if (!done) return done;
  for (const PostgresSubmission* each : submissions) each->is_refusal ? decide_refusal(*each) : decide(*each);
  if (accepted_.empty()) return Done{};
  done = look_up_objects();
  if (done) done = look_up_terms();
  if (done) done = number();
  if (done) done = copy();
  if (done) done = write_notes();
  if (done) done = write_head();
  return done;
}

Status PostgresGroup::lock_head() {
  auto query = connection_.statement(
      "SELECT event, object, submission, term, datum, recorded, bytes FROM head WHERE id = 1 FOR UPDATE");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store("the table head is empty");
  const auto& at = **query;
  head_ = {at.integer(0), at.integer(1), at.integer(2), at.integer(3), at.integer(4), at.integer(5), at.integer(6)};
  return Done{};
}

// ---------------------------------------------------------------------------------------------------------- deciding

Status PostgresGroup::look_up_ids(const std::vector<const PostgresSubmission*>& submissions) {
  std::vector<std::string> wanted;
  for (const PostgresSubmission* each : submissions)
    for (const PostgresEvent& event : each->events) wanted.push_back(event.id_hash.substr(0, 32));
  std::unordered_map<std::int64_t, std::string> found;  // by seq
  std::vector<std::int64_t> seqs;
  Status done = rows_of(connection_, "SELECT id, declaration, seq FROM event_id WHERE id = ANY($1)", wanted,
                        [&](const sql::Statement& row) {
                          found[row.integer(2)] = std::string(row.bytes(0)) + (row.integer(1) != 0 ? '\1' : '\0');
                          seqs.push_back(row.integer(2));
                        });
  if (!done) return done;
  std::size_t read = 0;
  done = rows_of(connection_,
                 "SELECT e.seq, e.content, e.recorded FROM unnest($1::bigint[]) AS w (seq) JOIN event e ON e.block = "
                 "w.seq >> 16 AND e.seq = w.seq",
                 seqs, [&](const sql::Statement& row) {
                   ++read;
                   ids_[found[row.integer(0)]] = {row.integer(0), std::string(row.bytes(1)), row.integer(2)};
                 });
  if (done && read != found.size()) return damaged_store("an event id leads to no event");
  return done;
}

void PostgresGroup::decide(const PostgresSubmission& prepared) {
  const NewSubmission& submission = prepared.submission;
  const PostgresHead before = head_;
  const std::int64_t recorded = std::max(micros_of(now_), head_.recorded);
  Accepted accepted{
      &prepared, {SubmissionId(head_.submission + 1), {}, 0, 0, submission.refused, submission.findings}, recorded, {}};
  SubmissionReceipt& receipt = accepted.receipt;
  std::vector<Finding> conflicts;
  std::vector<std::string> fresh;
  for (std::size_t i = 0; i < submission.events.size(); ++i) {
    const NewEvent& event = submission.events[i];
    const auto [found, is_fresh] = ids_.try_emplace(
        prepared.events[i].id_hash, Stored{head_.event + 1, std::string(as_text(event.event.content)), recorded});
    accepted.is_stored.push_back(is_fresh);
    if (is_fresh) {
      fresh.push_back(prepared.events[i].id_hash);
      receipt.events.push_back(EventReceipt{trace::EventSeq(++head_.event), false});
      ++receipt.accepted;
    } else if (found->second.content == as_text(event.event.content)) {
      receipt.events.push_back(EventReceipt{trace::EventSeq(found->second.seq), true});
      ++receipt.duplicates;
    } else {
      receipt.events.emplace_back();
      conflicts.push_back(id_conflict(event, found->second.recorded));
      ++receipt.refused;
    }
  }
  has_duplicates_ = has_duplicates_ || fresh.size() < submission.events.size();
  if (!conflicts.empty() && !submission.proceed) {
    head_ = before;
    for (const std::string& each : fresh) ids_.erase(each);
    answers_.emplace_back(id_conflicts(std::move(conflicts)));
    return;
  }
  receipt.findings.insert(receipt.findings.end(), conflicts.begin(), conflicts.end());
  ++head_.submission;
  head_.recorded = recorded;
  head_.bytes += static_cast<std::int64_t>(submission.original.size());
  answers_.emplace_back(receipt);
  accepted_.push_back(std::move(accepted));
}

void PostgresGroup::decide_refusal(const PostgresSubmission& prepared) {
  const std::int64_t recorded = std::max(micros_of(now_), head_.recorded);
  const SubmissionReceipt receipt{SubmissionId(++head_.submission), {}, 0, 0, prepared.submission.refused,
                                  prepared.submission.findings};
  head_.recorded = recorded;
  answers_.emplace_back(receipt);
  accepted_.push_back({&prepared, receipt, recorded, {}});
}

// --------------------------------------------------------------------------------------------------------- numbering

Status PostgresGroup::look_up_objects() {
  std::unordered_map<std::string, std::string> wanted;  // by key of the index
  const auto want = [&](std::string key) {
    while (!memory_.objects.contains(key) && wanted.try_emplace(index_key(key), key).second) {
      const auto above = codes::class_of(identity_of_key(key));
      if (!above) return;
      key = key_of(*above);
    }
  };
  for (const Accepted& each : accepted_) {
    for (std::size_t i = 0; i < each.is_stored.size(); ++i) {
      if (!each.is_stored[i]) continue;
      for (const std::string& key : each.submission->events[i].keys) want(key);
    }
    for (const trace::MasterDatum& datum : each.submission->submission.master_data) want(key_of(datum.subject));
  }
  std::vector<std::string> keys;
  for (const auto& [key, full] : wanted) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return rows_of(
      connection_, "SELECT key, obj FROM object_key WHERE key = ANY($1)", keys,
      [&](const sql::Statement& row) { learnt_.objects.emplace(wanted[std::string(row.bytes(0))], row.integer(1)); });
}

Status PostgresGroup::look_up_terms() {
  std::unordered_map<std::string, std::string> wanted;
  for (const Accepted& each : accepted_) {
    for (const NewEvent& event : each.submission->submission.events) {
      for (const std::string& text : {event.event.biz_step, event.event.disposition})
        if (!text.empty() && !memory_.terms.contains(text)) wanted.emplace(index_key(text), text);
    }
  }
  std::vector<std::string> keys;
  for (const auto& [key, text] : wanted) keys.push_back(key);
  return rows_of(
      connection_, "SELECT key, term FROM term_key WHERE key = ANY($1)", keys,
      [&](const sql::Statement& row) { learnt_.terms.emplace(wanted[std::string(row.bytes(0))], row.integer(1)); });
}

std::int64_t PostgresGroup::object(const std::string& key) {
  if (const auto found = memory_.objects.find(key); found != memory_.objects.end()) return found->second;
  if (const auto found = learnt_.objects.find(key); found != learnt_.objects.end()) return found->second;
  const std::int64_t number = ++head_.object;
  learnt_.objects.emplace(key, number);
  objects_.row(2).int64(number).bytes(key);
  object_keys_.row(2).bytes(index_key(key)).int64(number);
  if (const auto above = codes::class_of(identity_of_key(key)))
    members_.row(2).int64(object(key_of(*above))).int64(number);
  return number;
}

std::int64_t PostgresGroup::term(const std::string& text) {
  if (text.empty()) return 0;
  if (const auto found = memory_.terms.find(text); found != memory_.terms.end()) return found->second;
  if (const auto found = learnt_.terms.find(text); found != learnt_.terms.end()) return found->second;
  const std::int64_t number = ++head_.term;
  learnt_.terms.emplace(text, number);
  terms_.row(2).int32(number).bytes(text);
  term_keys_.row(2).bytes(index_key(text)).int32(number);
  return number;
}

void PostgresGroup::note(Warehouse::Resource kind, std::int64_t id) {
  const std::int64_t key = id << 3U | static_cast<std::int64_t>(kind);
  if (id == 0 || memory_.resources.contains(key) || !learnt_.resources.insert(key).second) return;
  resource_kinds_.push_back(static_cast<std::int64_t>(kind));
  resource_ids_.push_back(id);
}

Status PostgresGroup::number() {
  for (const Accepted& each : accepted_) {
    for (std::size_t i = 0; i < each.is_stored.size(); ++i)
      if (each.is_stored[i]) number_event(each, i, each.receipt.events[i]->seq.value());
    add_submission(each);
    add_master_data(each);
  }
  return Done{};
}

void PostgresGroup::number_event(const Accepted& accepted, std::size_t place, std::int64_t seq) {
  const PostgresEvent& prepared = accepted.submission->events[place];
  const trace::Event& event = accepted.submission->submission.events[place].event;
  const Actor& actor = accepted.submission->submission.actor;
  std::vector<trace::Link> links;
  for (std::size_t i = 0; i < event.objects.size(); ++i) {
    const trace::Object& each = event.objects[i];
    links.push_back({trace::ObjectId(object(prepared.keys[i])), each.role, each.amount, each.uom, each.is_quantity});
  }
  const std::int64_t step = term(event.biz_step), disposition = term(event.disposition), block = seq >> 16U;
  events_.row(14).int64(block).int64(seq).int64(accepted.receipt.id.value()).int64(actor.org.value());
  events_.int32(actor.jurisdiction.division).int64(accepted.recorded).int64(micros_of(event.time.at));
  events_.int16(event.time.offset.count()).int16(kind_of_event(event)).int32(step).int32(disposition);
  events_.bytes(prepared.id).bytes(as_text(event.content)).bytes(encode_links(links));
  documents_.row(3).int64(block).int64(seq).bytes(prepared.original);
  const std::string_view id = prepared.id_hash;
  event_ids_.row(3).bytes(id.substr(0, 32)).int16(id[32]).int64(seq);
  std::vector<std::pair<std::int64_t, std::int64_t>> postings;
  for (const trace::Link& link : links)
    postings.emplace_back(link.object.value(), static_cast<std::int64_t>(link.role));
  std::sort(postings.begin(), postings.end());
  postings.erase(std::unique(postings.begin(), postings.end()), postings.end());
  for (const auto& [number, role] : postings) postings_.row(3).int64(number).int64(seq).int16(role);
  note(Warehouse::Resource::kEventType, static_cast<std::int64_t>(event.type));
  note(Warehouse::Resource::kBizStep, step);
  note(Warehouse::Resource::kDisposition, disposition);
  for (const trace::Link& link : links) {
    if (link.role == trace::Role::kReadPoint) note(Warehouse::Resource::kReadPoint, link.object.value());
    if (link.role == trace::Role::kBizLocation) note(Warehouse::Resource::kBizLocation, link.object.value());
  }
  add_members(event, links);
}

void PostgresGroup::add_members(const trace::Event& event, const std::vector<trace::Link>& links) {
  const auto members = lot_members(links, [&](std::size_t i) -> const codes::Identity& { return event.objects[i].id; });
  for (const runs::Entry& each : members) {
    lot_classes_.push_back(static_cast<std::int64_t>(each.key));
    lot_objects_.push_back(static_cast<std::int64_t>(each.value));
  }
}

void PostgresGroup::add_submission(const Accepted& accepted) {
  const NewSubmission& submission = accepted.submission->submission;
  const bool is_kept = !accepted.submission->is_refusal;
  SubmissionFrame frame;
  for (std::size_t i = 0; i < accepted.is_stored.size(); ++i) {
    if (accepted.is_stored[i])
      frame.leave_out(submission.original, submission.events[i], accepted.receipt.events[i]->seq.value());
  }
  frame.close(submission.original);
  const SubmissionReceipt& receipt = accepted.receipt;
  submissions_.row(18).int64(receipt.id.value()).bytes(submission.public_id).int64(submission.actor.person.value());
  submissions_.int64(submission.actor.org.value()).int32(submission.actor.jurisdiction.division);
  submissions_.int64(accepted.recorded).int64(accepted.recorded);
  submissions_.int16(is_kept ? static_cast<std::int64_t>(submission.syntax) : 0).int16(is_kept ? 1 : 0);
  submissions_.int16(submission.proceed ? 1 : 0).int64(receipt.accepted).int64(receipt.duplicates);
  submissions_.int64(receipt.refused).bytes(findings_json(receipt.findings));
  submissions_.int64(static_cast<std::int64_t>(is_kept ? submission.original.size() : 0));
  submissions_.bytes(is_kept ? as_text(accepted.submission->digest) : std::string_view());
  submissions_.bytes(is_kept ? compress(frame.bytes) : std::string()).bytes(frame.layout);
  submission_keys_.row(2).bytes(submission.public_id).int64(receipt.id.value());
}

void PostgresGroup::add_master_data(const Accepted& accepted) {
  for (const trace::MasterDatum& datum : accepted.submission->submission.master_data) {
    master_data_.row(6).int64(++head_.datum).int64(accepted.receipt.id.value()).int64(object(key_of(datum.subject)));
    master_data_.bytes(datum.vocabulary).bytes(datum.attribute).bytes(datum.value);
  }
}

// ----------------------------------------------------------------------------------------------------------- writing

Status PostgresGroup::copy() {
  const std::pair<std::string_view, const sql::CopyRows*> tables[] = {
      {"event_id (id, declaration, seq)", &event_ids_},  // first: a repeated event id is found here
      {"submission_key (public_id, id)", &submission_keys_},
      {"object_key (key, obj)", &object_keys_},
      {"object (obj, key)", &objects_},
      {"member (class, obj)", &members_},
      {"term_key (key, term)", &term_keys_},
      {"term (term, text)", &terms_},
      {"posting (obj, seq, role)", &postings_},
      {"event (block, seq, submission, org, jurisdiction, recorded, time, zone, kind, biz_step, disposition, id, "
       "content, "
       "links)",
       &events_},
      {"document (block, seq, z)", &documents_},
      {"submission (id, public_id, person, org, jurisdiction, created, finished, syntax, success, proceed, accepted, "
       "duplicates, refused, findings, size, sha256, frame, layout)",
       &submissions_},
      {"master_datum (id, submission, subject, vocabulary, attribute, value)", &master_data_},
  };
  for (const auto& [target, rows] : tables)
    if (auto copied = connection_.copy(target, *rows); !copied) return copied;
  return Done{};
}

// What may be there already: an item that a lot got in an earlier event.
Status PostgresGroup::write_notes() {
  const auto insert = [&](std::string_view text, const auto& first, const auto& second) -> Status {
    if (first.empty()) return Done{};
    auto statement = connection_.statement(text);
    if (!statement) return std::move(statement.error());
    (*statement)->bind_list(1, first).bind_list(2, second);
    return (*statement)->run();
  };
  Status done =
      insert("INSERT INTO member (class, obj) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING",
             lot_classes_, lot_objects_);
  if (done)
    done = insert(
        "INSERT INTO resource (kind, id) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING",
        resource_kinds_, resource_ids_);
  return done;
}

Status PostgresGroup::write_head() {
  auto update = connection_.statement(
      "UPDATE head SET event = $1, object = $2, submission = $3, term = $4, datum = $5, recorded = $6, bytes = $7 "
      "WHERE "
      "id = 1");
  if (!update) return std::move(update.error());
  (*update)->bind(1, head_.event).bind(2, head_.object).bind(3, head_.submission).bind(4, head_.term);
  (*update)->bind(5, head_.datum).bind(6, head_.recorded).bind(7, head_.bytes);
  return (*update)->run();
}

}  // namespace suyuan
