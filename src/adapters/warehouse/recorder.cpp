// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/recorder.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/warehouse/findings_json.h"
#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "base/varint.h"
#include "adapters/warehouse/zstd_text.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kRecentMax = 200'000;

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

std::int64_t kind_of(const trace::Event& event) {
  return static_cast<std::int64_t>(event.type) | static_cast<std::int64_t>(event.action) << 4U |
         (event.error_declaration ? 1 << 8U : 0);
}

// The original without its stored events, and where each of them goes.
struct Frame {
  std::string bytes, layout;
  std::size_t at = 0;

  void leave_out(const std::string& original, const NewEvent& event, std::int64_t seq) {
    put_varint(layout, event.begin - at);
    put_varint(layout, static_cast<std::uint64_t>(seq));
    bytes.append(original, at, event.begin - at);
    at = event.end;
  }
  void close(const std::string& original) { bytes.append(original, at); }
};

Finding conflict(const NewEvent& event, std::int64_t recorded) {
  const Instant when{std::chrono::microseconds(recorded)};
  return {event.event.node.path, "trace.event_id_conflict",
          fmt::format("An event with the id {} was recorded at {} with other content. Give this event an id of its "
                      "own, or declare the other one wrong (errorDeclaration).",
                      excerpt(event.event.id, 120), format_instant(when))};
}

}  // namespace

Status Recorder::open() {
  auto query = connection_.prepare(
      "SELECT (SELECT coalesce(max(obj), 0) FROM object), (SELECT coalesce(max(seq), 0) FROM event), (SELECT "
      "coalesce(max(id), 0) FROM submission), "
      "(SELECT coalesce(max(term), 0) FROM term), (SELECT coalesce(max(finished), 0) FROM submission)");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  if (auto row = (*query)->step(); !row) return std::move(row.error());
  next_ = {(*query)->integer(0) + 1, (*query)->integer(1) + 1, (*query)->integer(2) + 1, (*query)->integer(3) + 1,
           (*query)->integer(4)};
  return Done{};
}

Result<SubmissionReceipt> Recorder::record(const NewSubmission& submission, Instant now) {
  const Numbers before = next_;
  if (auto begun = connection_.execute("SAVEPOINT submission"); !begun) return std::move(begun.error());
  auto receipt = write(submission, now);
  if (receipt) {
    if (auto released = connection_.execute("RELEASE submission"); !released) receipt = std::move(released.error());
  }
  if (!receipt) {
    rewind(before);
    static_cast<void>(connection_.execute("ROLLBACK TO submission; RELEASE submission"));
  }
  return receipt;
}

Result<SubmissionReceipt> Recorder::write(const NewSubmission& submission, Instant now) {
  const std::int64_t recorded = std::max(micros(now), next_.recorded);
  SubmissionReceipt receipt{SubmissionId(next_.submission), {}, 0, 0, submission.refused, submission.findings};
  Frame frame;
  std::vector<Finding> conflicts;
  for (const NewEvent& event : submission.events) {
    auto stored = stored_event(event.event);
    if (!stored) return std::move(stored.error());
    if (*stored && (*stored)->same_content) {
      receipt.events.push_back(EventReceipt{trace::EventSeq((*stored)->seq), true});
      ++receipt.duplicates;
    } else if (*stored) {
      receipt.events.emplace_back();
      conflicts.push_back(conflict(event, (*stored)->recorded));
      ++receipt.refused;
    } else {
      auto seq = write_event(submission, event, receipt.id.value(), recorded);
      if (!seq) return std::move(seq.error());
      frame.leave_out(submission.original, event, *seq);
      receipt.events.push_back(EventReceipt{trace::EventSeq(*seq), false});
      ++receipt.accepted;
    }
  }
  if (!conflicts.empty() && !submission.proceed) {
    return Error{ErrorKind::kConflict,
                 "trace.event_id_conflict",
                 "Some events repeat the id of a recorded event with other content; nothing was stored.",
                 {},
                 std::move(conflicts)};
  }
  receipt.findings.insert(receipt.findings.end(), conflicts.begin(), conflicts.end());
  frame.close(submission.original);
  auto insert = connection_.prepare(
      "INSERT INTO submission VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
      "$18)");
  if (!insert) return std::move(insert.error());
  const Sha256 digest = sha256(submission.original);
  const std::string z = compress(frame.bytes), findings = findings_json(receipt.findings);
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
      .bind_bytes(16, as_text(digest))
      .bind_bytes(17, z)
      .bind_bytes(18, frame.layout);
  if (auto written = row.run(); !written) return std::move(written.error());
  if (auto written = write_master_data(submission, receipt.id.value()); !written) return std::move(written.error());
  ++next_.submission;
  next_.recorded = recorded;
  return receipt;
}

Status Recorder::record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                                const std::vector<Finding>& findings, Instant now) {
  auto insert = connection_.prepare(
      "INSERT INTO submission VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, $7, 0, 0, $8, $9, 0, $10, $10, $10)");
  if (!insert) return std::move(insert.error());
  const std::int64_t recorded = std::max(micros(now), next_.recorded);
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

Result<std::optional<Recorder::Stored>> Recorder::stored_event(const trace::Event& event) {
  auto query = connection_.prepare(
      "SELECT e.seq, e.content, e.recorded FROM event_id i JOIN event e ON e.seq = i.seq WHERE i.id = $1 AND "
      "i.declaration = $2");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  const Sha256 key = sha256(event.id);
  (*query)->bind_bytes(1, as_text(key)).bind(2, std::int64_t{event.error_declaration.has_value()});
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  if (!*row) return std::optional<Stored>();
  return std::optional(
      Stored{(*query)->integer(0), (*query)->bytes(1) == as_text(event.content), (*query)->integer(2)});
}

Result<std::optional<std::int64_t>> Recorder::one(std::string_view query, std::string_view bytes) {
  auto statement = connection_.prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  (*statement)->bind_bytes(1, bytes);
  auto row = (*statement)->step();
  if (!row) return std::move(row.error());
  return *row ? std::optional((*statement)->integer(0)) : std::nullopt;
}

Result<std::int64_t> Recorder::object(const codes::Identity& id) {
  const std::string key = key_of(id);
  if (const auto found = recent_.find(key); found != recent_.end()) return found->second;
  auto known = one("SELECT obj FROM object_key WHERE key = $1", key);
  if (!known) return std::move(known.error());
  std::int64_t number = known->value_or(0);
  if (number == 0) {
    number = next_.object++;
    for (const std::string_view text :
         {"INSERT INTO object VALUES ($1, $2)", "INSERT INTO object_key VALUES ($2, $1)"}) {
      auto insert = connection_.prepare(text);
      if (!insert) return std::move(insert.error());
      if (auto written = (*insert)->bind(1, number).bind_bytes(2, key).run(); !written)
        return std::move(written.error());
    }
    if (auto added = add_members(number, id); !added) return std::move(added.error());
  }
  if (recent_.size() >= kRecentMax) recent_.clear();
  recent_.emplace(key, number);
  return number;
}

Status Recorder::add_members(std::int64_t number, const codes::Identity& id) {
  const auto above = codes::class_of(id);
  if (!above) return Done{};
  auto of_class = object(*above);
  if (!of_class) return std::move(of_class.error());
  return add_member(*of_class, number);
}

Status Recorder::add_member(std::int64_t of_class, std::int64_t number) {
  auto insert = connection_.prepare("INSERT INTO member VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
  if (!insert) return std::move(insert.error());
  return (*insert)->bind(1, of_class).bind(2, number).bind(3, next_.event).run();
}

Result<std::int64_t> Recorder::term(const std::string& text) {
  if (text.empty()) return std::int64_t{0};
  auto query = connection_.prepare("SELECT term FROM term WHERE text = $1");
  if (!query) return std::move(query.error());
  {
    const sql::Reset reset(**query);
    auto row = (*query)->bind(1, std::string_view(text)).step();
    if (!row) return std::move(row.error());
    if (*row) return (*query)->integer(0);
  }
  auto insert = connection_.prepare("INSERT INTO term VALUES ($1, $2)");
  if (!insert) return std::move(insert.error());
  if (auto written = (*insert)->bind(1, next_.term).bind(2, std::string_view(text)).run(); !written)
    return std::move(written.error());
  return next_.term++;
}

Result<std::vector<trace::Link>> Recorder::links_of(const trace::Event& event) {
  std::vector<trace::Link> links;
  for (const trace::Object& each : event.objects) {
    auto number = object(each.id);
    if (!number) return std::move(number.error());
    links.push_back({trace::ObjectId(*number), each.role, each.amount, each.uom, each.is_quantity});
  }
  return links;
}

Result<std::int64_t> Recorder::write_event(const NewSubmission& submission, const NewEvent& event,
                                           std::int64_t submission_id, std::int64_t recorded) {
  auto links = links_of(event.event);
  if (!links) return std::move(links.error());
  auto step = term(event.event.biz_step);
  if (!step) return step;
  auto disposition = term(event.event.disposition);
  if (!disposition) return disposition;
  const std::int64_t seq = next_.event;
  auto insert =
      connection_.prepare("INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
  if (!insert) return std::move(insert.error());
  const std::string packed = encode_links(*links);
  sql::Statement& row = **insert;
  row.bind(1, seq)
      .bind(2, submission_id)
      .bind(3, submission.actor.org.value())
      .bind(4, std::int64_t{submission.actor.jurisdiction.division})
      .bind(5, recorded);
  row.bind(6, micros(event.event.time.at))
      .bind(7, std::int64_t{event.event.time.offset.count()})
      .bind(8, kind_of(event.event))
      .bind(9, *step)
      .bind(10, *disposition);
  row.bind(11, std::string_view(event.event.id)).bind_bytes(12, as_text(event.event.content)).bind_bytes(13, packed);
  if (auto written = row.run(); !written) return std::move(written.error());

  auto document = connection_.prepare("INSERT INTO document VALUES ($1, $2)");
  if (!document) return std::move(document.error());
  const std::string z = compress(std::string_view(submission.original).substr(event.begin, event.end - event.begin));
  if (auto written = (*document)->bind(1, seq).bind_bytes(2, z).run(); !written) return std::move(written.error());

  auto id = connection_.prepare("INSERT INTO event_id VALUES ($1, $2, $3)");
  if (!id) return std::move(id.error());
  const Sha256 key = sha256(event.event.id);
  if (auto written = (*id)
                         ->bind_bytes(1, as_text(key))
                         .bind(2, std::int64_t{event.event.error_declaration.has_value()})
                         .bind(3, seq)
                         .run();
      !written)
    return std::move(written.error());
  if (auto written = write_postings(*links, seq); !written) return std::move(written.error());
  if (auto added = add_lot_members(event.event, *links, seq); !added) return std::move(added.error());
  ++next_.event;
  return seq;
}

Status Recorder::write_postings(const std::vector<trace::Link>& links, std::int64_t seq) {
  auto insert = connection_.prepare("INSERT INTO posting VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
  if (!insert) return std::move(insert.error());
  for (const trace::Link& link : links) {
    if (auto written =
            (*insert)->bind(1, link.object.value()).bind(2, seq).bind(3, static_cast<std::int64_t>(link.role)).run();
        !written)
      return written;
  }
  return Done{};
}

// Every new item of the lot's own class in this event belongs to the lot.
Status Recorder::add_lot_members(const trace::Event& event, const std::vector<trace::Link>& links, std::int64_t) {
  for (std::size_t lot = 0; lot < links.size(); ++lot) {
    if (links[lot].role != trace::Role::kMemberLot) continue;
    const auto of_class = codes::class_of(event.objects[lot].id);
    for (std::size_t item = 0; item < links.size(); ++item) {
      const bool goods = links[item].role == trace::Role::kSubject || links[item].role == trace::Role::kOutput ||
                         links[item].role == trace::Role::kChild;
      if (!goods || links[item].is_quantity || codes::class_of(event.objects[item].id) != of_class) continue;
      if (auto added = add_member(links[lot].object.value(), links[item].object.value()); !added) return added;
    }
  }
  return Done{};
}

Status Recorder::write_master_data(const NewSubmission& submission, std::int64_t submission_id) {
  auto insert = connection_.prepare(
      "INSERT INTO master_datum (submission, subject, vocabulary, attribute, value) VALUES ($1, $2, $3, $4, $5)");
  if (!insert) return std::move(insert.error());
  for (const trace::MasterDatum& datum : submission.master_data) {
    auto subject = object(datum.subject);
    if (!subject) return std::move(subject.error());
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
