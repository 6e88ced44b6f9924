// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sealed_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/sealed_names.h"
#include "adapters/warehouse/sealed_text.h"
#include "adapters/warehouse/subject_seals.h"
#include "domain/registry/visible_fields.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

using trace::EventSeq;
using trace::ObjectId;

// A change of an original on its way in.
struct Edit {
  std::size_t begin = 0, end = 0;
  std::string instead;
};

std::string edited(std::string_view original, const std::vector<Edit>& edits) {
  std::string text;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    text.append(original.substr(at, edit.begin - at)).append(edit.instead);
    at = edit.end;
  }
  return text.append(original.substr(at));
}

// Where places between the edits go.
class Shift {
 public:
  explicit Shift(const std::vector<Edit>& edits) : edits_(edits) {}
  std::size_t operator()(std::size_t place) {  // ascending
    for (; next_ < edits_.size() && edits_[next_].end <= place; ++next_) {
      grown_ += edits_[next_].instead.size();
      cut_ += edits_[next_].end - edits_[next_].begin;
    }
    return place + grown_ - cut_;
  }

 private:
  const std::vector<Edit>& edits_;
  std::size_t next_ = 0, grown_ = 0, cut_ = 0;
};

std::vector<std::int64_t> numbers_of(const std::vector<SealedPart>& parts) {
  std::set<std::int64_t> numbers;
  for (const SealedPart& part : parts)
    if (part.kind != 'L') numbers.insert(part.key);
  return {numbers.begin(), numbers.end()};
}

class SealedStore final : public Store, public PersonalData, public KeyEraser {
 public:
  SealedStore(std::unique_ptr<Engine> engine, Clock& clock, std::unique_ptr<MasterKey> master, KeyErasing erasing)
      : engine_(std::move(engine)),
        keys_(engine_->records(), clock, std::move(master), std::move(erasing)),
        names_(keys_),
        seals_(keys_) {}

  Status check() {
    auto checked = keys_.check();
    return checked ? seal_plain_names(engine_->records(), keys_, names_) : checked;
  }

  sql::Database& records() override { return engine_->records(); }
  PersonalData& personal() override { return *this; }
  NameSeal& names() override { return names_; }
  SubjectSeal& seals() override { return seals_; }
  KeyEraser& eraser() override { return *this; }
  EventDigests& digests() override { return *engine_; }

  // ------------------------------------------------------------------------------------------------------ on the way
  // in

  Result<SubmissionReceipt> append(NewSubmission submission) override {
    if (auto sealed = seal_values(submission); !sealed) return std::move(sealed.error());
    return engine_->append(std::move(submission));
  }

  // ----------------------------------------------------------------------------------------------------- on the way
  // out

  Result<Original> original(EventSeq seq) override { return one_original(seq, Reading::kMasked); }
  Result<Original> sent_original(EventSeq seq) override { return one_original(seq, Reading::kClear); }
  Result<std::vector<Original>> originals(std::span<const EventSeq> seqs) override {
    auto all = engine_->originals(seqs);
    if (all) {
      if (auto opened = open(*all, Reading::kMasked); !opened) return std::move(opened.error());
    }
    return all;
  }
  Result<std::string> document(const std::string& public_id) override { return whole(public_id, Reading::kMasked); }
  Result<std::string> sent_document(const std::string& public_id) override { return whole(public_id, Reading::kClear); }
  Result<std::vector<trace::MasterDatum>> master_data(std::span<const codes::Identity> subjects) override {
    return masked(engine_->master_data(subjects));
  }
  Result<std::vector<trace::MasterDatum>> master_data_from(std::span<const codes::Identity> subjects,
                                                           const Seen& senders) override {
    return masked(engine_->master_data_from(subjects, senders));
  }
  Result<std::vector<PersonalDatum>> personal_data(const codes::Identity& subject) override;

  // ----------------------------------------------------------------------------------------------------------- records

  Result<std::vector<SubjectKey>> keys_of(const std::string& subject) override { return keys_.keys_of(subject); }
  Result<std::int64_t> destroy(const std::vector<std::int64_t>& keys, const sql::Database::Work& also) override {
    return keys_.destroy(keys, also);
  }

  // ---------------------------------------------------------------------------------------------------- as the engine

  Status record_refusal(const Actor& actor, const std::string& public_id, bool proceed, std::int64_t refused,
                        const std::vector<Finding>& findings) override {
    return engine_->record_refusal(actor, public_id, proceed, refused, findings);
  }
  Result<std::optional<JobRecord>> job(const std::string& public_id) override { return engine_->job(public_id); }
  Result<std::vector<JobRecord>> jobs(std::size_t limit, const std::string& after, const Seen* senders) override {
    return engine_->jobs(limit, after, senders);
  }
  Result<std::vector<std::optional<ObjectId>>> find(std::span<const codes::Identity> ids) override {
    return engine_->find(ids);
  }
  Result<std::vector<codes::Identity>> describe(std::span<const ObjectId> objects) override {
    return engine_->describe(objects);
  }
  Result<Page> history(std::span<const ObjectId> objects, std::span<const trace::Role> roles, EventSeq upto,
                       std::int64_t after_seq, std::size_t limit) override {
    return engine_->history(objects, roles, upto, after_seq, limit);
  }
  Result<std::vector<trace::Posting>> postings(std::span<const ObjectId> objects, EventSeq upto) override {
    return engine_->postings(objects, upto);
  }
  Status facts(std::span<const EventSeq> seqs, EventSeq upto, trace::FactTable& table) override {
    return engine_->facts(seqs, upto, table);
  }
  Result<std::vector<codes::Level>> levels(std::span<const ObjectId> objects) override {
    return engine_->levels(objects);
  }
  Result<std::vector<ObjectId>> members(ObjectId of_class, std::int64_t after, std::size_t limit) override {
    return engine_->members(of_class, after, limit);
  }
  Result<std::vector<std::optional<ObjectId>>> classes(std::span<const ObjectId> objects) override {
    return engine_->classes(objects);
  }
  Result<ScanPage> scan(const Scan& scan) override { return engine_->scan(scan); }
  Result<KnownPage> known(Resource resource, std::int64_t after, std::size_t limit) override {
    return engine_->known(resource, after, limit);
  }
  Result<std::optional<trace::StoredEvent>> find_event(std::string_view event_id, bool declaration) override {
    return engine_->find_event(event_id, declaration);
  }
  Result<std::vector<trace::StoredEvent>> events(std::span<const EventSeq> seqs, EventSeq upto) override {
    return engine_->events(seqs, upto);
  }
  Result<std::int64_t> settled() override { return engine_->settled(); }
  Result<std::string> token_key() override { return engine_->token_key(); }
  const Changes* changes() const override { return engine_->changes(); }
  Result<Counts> counts() override { return engine_->counts(); }
  WriterUse writer_use() override { return engine_->writer_use(); }
  Result<std::vector<ObjectId>> recent_objects(codes::Level level, std::size_t limit) override {
    return engine_->recent_objects(level, limit);
  }

 private:
  Status seal_values(NewSubmission& submission);
  Status open(std::vector<Original>& originals, Reading reading);
  Result<std::vector<trace::MasterDatum>> masked(Result<std::vector<trace::MasterDatum>> data);
  Result<Original> one_original(EventSeq seq, Reading reading);
  Result<std::string> whole(const std::string& public_id, Reading reading);

  std::unique_ptr<Engine> engine_;
  SubjectKeys keys_;
  SealedNames names_;
  SubjectSeals seals_;
};

bool is_about_a_person(const trace::MasterDatum& datum) {
  return registry::personal_attribute(datum.attribute, datum.value).has_value();
}

std::vector<std::string> subjects_of(const NewSubmission& submission) {
  std::set<std::string> all;
  for (const NewPersonal& each : submission.personal) all.insert(each.subject);
  for (const trace::MasterDatum& datum : submission.master_data)
    if (is_about_a_person(datum)) all.insert(codes::canonical_uri(datum.subject));
  return {all.begin(), all.end()};
}

// Marks that somebody sent are escaped, so that nothing that was sent is ever taken for a sealed value.
std::vector<Edit> edits_of(const NewSubmission& submission, const std::map<std::string, SubjectKeys::Usable>& keys) {
  const std::string_view original = submission.original;
  const char kind = submission.syntax == trace::RawDocument::Syntax::kJson ? 'J' : 'X';
  std::vector<Edit> edits;
  std::size_t at = 0;
  const auto escape_until = [&](std::size_t end) {
    for (std::size_t mark = original.find(kSealMark, at); mark < end; mark = original.find(kSealMark, at)) {
      at = mark + kSealMark.size();
      edits.push_back({mark, at, std::string(kSealMark) + "L."});
    }
  };
  for (const NewPersonal& each : submission.personal) {
    escape_until(each.begin);
    const std::string_view value = original.substr(each.begin, each.end - each.begin);
    edits.push_back({each.begin, each.end, seal_part(kind, keys.at(each.subject), value, each.masked)});
    at = each.end;
  }
  escape_until(original.size());
  return edits;
}

Status SealedStore::seal_values(NewSubmission& submission) {
  const std::vector<std::string> subjects = subjects_of(submission);
  std::map<std::string, SubjectKeys::Usable> keys;
  if (!subjects.empty()) {
    auto found = keys_.keys_for(subjects, submission.actor);
    if (!found) return std::move(found.error());
    keys = std::move(*found);
  }
  for (trace::MasterDatum& datum : submission.master_data) {
    const auto kind = registry::personal_attribute(datum.attribute, datum.value);
    if (kind)
      datum.value =
          seal_part('V', keys.at(codes::canonical_uri(datum.subject)), datum.value, registry::mask(*kind, datum.value));
    else
      datum.value = escape_marks(datum.value);
  }
  const std::vector<Edit> edits = edits_of(submission, keys);
  if (edits.empty()) return Done{};
  submission.sent_sha256 = sha256(submission.original);
  submission.original = edited(submission.original, edits);
  Shift shift(edits);
  for (NewEvent& event : submission.events) {
    event.begin = shift(event.begin);
    event.end = shift(event.end);
  }
  submission.personal.clear();
  return Done{};
}

// The frames of one document are opened once.
Status SealedStore::open(std::vector<Original>& originals, Reading reading) {
  std::vector<std::vector<SealedPart>> bytes, frames;
  std::vector<SealedPart> all;
  const auto is_next_of = [&](std::size_t i) { return i > 0 && originals[i].job == originals[i - 1].job; };
  for (std::size_t i = 0; i < originals.size(); ++i) {
    bytes.push_back(sealed_parts(originals[i].bytes));
    frames.push_back(is_next_of(i) ? std::vector<SealedPart>() : sealed_parts(originals[i].frame));
    for (const auto* parts : {&bytes.back(), &frames.back()}) all.insert(all.end(), parts->begin(), parts->end());
  }
  if (all.empty()) return Done{};
  auto keys = keys_.keys(numbers_of(all));
  if (!keys) return std::move(keys.error());
  for (std::size_t i = 0; i < originals.size(); ++i) {
    auto text = open_parts(originals[i].bytes, bytes[i], *keys, reading);
    auto frame = is_next_of(i) ? Result(Opened{originals[i - 1].frame})
                               : open_parts(originals[i].frame, frames[i], *keys, reading);
    if (!text || !frame) return std::move(text ? frame.error() : text.error());
    originals[i].bytes = std::move(text->text);
    originals[i].frame = std::move(frame->text);
  }
  return Done{};
}

Result<Warehouse::Original> SealedStore::one_original(EventSeq seq, Reading reading) {
  auto found = engine_->original(seq);
  if (!found) return found;
  std::vector<Original> one;
  one.push_back(std::move(*found));
  if (auto opened = open(one, reading); !opened) return std::move(opened.error());
  return std::move(one.front());
}

// It is compared with the hash of what was sent as long as nothing of it was erased; each sealed value proves itself.
Result<std::string> SealedStore::whole(const std::string& public_id, Reading reading) {
  auto kept = engine_->kept(public_id);
  if (!kept) return std::move(kept.error());
  const auto parts = sealed_parts(kept->bytes);
  auto keys = keys_.keys(numbers_of(parts));
  if (!keys) return std::move(keys.error());
  auto sent = open_parts(kept->bytes, parts, *keys, Reading::kClear);
  if (!sent) return std::move(sent.error());
  if (sent->erased == 0 && sha256(sent->text) != kept->sent)
    return damaged_store(fmt::format("the document of job {} is not what was captured", public_id));
  if (reading == Reading::kClear) return std::move(sent->text);
  auto masked = open_parts(kept->bytes, parts, *keys, Reading::kMasked);
  return masked ? Result(std::move(masked->text)) : Result<std::string>(std::move(masked.error()));
}

Result<std::vector<trace::MasterDatum>> SealedStore::masked(Result<std::vector<trace::MasterDatum>> data) {
  if (!data) return data;
  std::vector<SealedPart> all;
  for (const trace::MasterDatum& datum : *data)
    for (SealedPart& part : sealed_parts(datum.value)) all.push_back(std::move(part));
  if (all.empty()) return data;
  auto keys = keys_.keys(numbers_of(all));
  if (!keys) return std::move(keys.error());
  for (trace::MasterDatum& datum : *data) {
    auto opened = open_parts(datum.value, sealed_parts(datum.value), *keys, Reading::kMasked);
    if (!opened) return std::move(opened.error());
    datum.value = std::move(opened->text);
  }
  return data;
}

Result<std::vector<PersonalDatum>> SealedStore::personal_data(const codes::Identity& subject) {
  auto data = engine_->master_data(std::span(&subject, 1));
  if (!data) return std::move(data.error());
  std::vector<PersonalDatum> found;
  for (const trace::MasterDatum& datum : *data) {
    const auto parts = sealed_parts(datum.value);
    if (parts.empty() || parts.front().kind != 'V') continue;
    auto keys = keys_.keys(numbers_of(parts));
    if (!keys) return std::move(keys.error());
    auto opened = open_parts(datum.value, parts, *keys, Reading::kClear);
    if (!opened) return std::move(opened.error());
    PersonalDatum one{datum.attribute, std::nullopt};
    if (!keys->empty()) one = {datum.attribute, std::move(opened->text), keys->begin()->second.row.owner};
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<Store>> seal_store(std::unique_ptr<Engine> engine, Clock& clock,
                                          std::unique_ptr<MasterKey> master, KeyErasing erasing) {
  auto store = std::make_unique<SealedStore>(std::move(engine), clock, std::move(master), std::move(erasing));
  if (auto checked = store->check(); !checked) return std::move(checked.error());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace suyuan
