// SPDX-License-Identifier: Apache-2.0
#include "app/page/code_page.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/codes/identify.h"
#include "app/page/origin.h"
#include "base/text.h"
#include "domain/registry/visible_fields.h"
#include "domain/trace/vocabulary.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

using trace::ObjectId;
using trace::Role;
using trace::StoredEvent;

constexpr std::size_t kRecordsRead = 500;

bool names(const StoredEvent& event, ObjectId object, std::initializer_list<Role> roles) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
    return link.object == object && std::find(roles.begin(), roles.end(), link.role) != roles.end();
  });
}

// Collects the parts of one page, each with its own few calls to the store.
class PageBuilder {
 public:
  PageBuilder(const DocumentReader& read, PageReads& reads) : read_(read), reads_(reads) {}

  Result<CodePage> build(CodePage page, std::optional<ObjectId> object) {
    page_ = std::move(page);
    page_.verdict = Verdict::kUnknown;
    if (object) {
      if (auto read = read_records(*object); !read) return std::move(read.error());
    }
    if (auto read = read_facts(object); !read) return std::move(read.error());
    if (page_.records > 0 || (has_own_data_ && page_.level != codes::Level::kItem)) {
      page_.verdict = !page_.concerns.empty()  ? Verdict::kAttention
                      : page_.records_at_least ? Verdict::kUndecided
                                               : Verdict::kNormal;
    }
    if (page_.records > 0) {
      if (auto read = read_origin(*object); !read) return std::move(read.error());
    }
    return std::move(page_);
  }

 private:
  Status read_records(ObjectId object) {
    auto found = reads_.history(object, kRecordsRead);
    if (!found) return std::move(found.error());
    own_ = std::move(found->events);
    page_.records = static_cast<std::int64_t>(own_.size());
    page_.records_at_least = found->more;
    for (const StoredEvent& event : own_) judge(event, object);
    if (own_.empty()) return Done{};
    page_.first_recorded = own_.front().recorded;
    page_.event_id = own_.front().id;
    auto original = reads_.original(own_.front().seq);
    if (!original) return std::move(original.error());
    page_.fingerprint = hex(sha256(original->bytes));
    first_ = std::move(*original);
    if (!found->more) judge_last(object);
    return Done{};
  }

  void judge(const StoredEvent& event, ObjectId object) {
    if (event.is_declaration) add_concern(Concern::kDeclaredWrong);
    if (event.is_declaration || event.declared_wrong) return;
    const bool item = page_.level == codes::Level::kItem;
    const bool deleted = event.type == trace::EventType::kObject && event.action == trace::Action::kDelete &&
                         names(event, object, {Role::kSubject});
    if (item && (deleted || names(event, object, {Role::kInput}))) add_concern(Concern::kEnded);
    for (const trace::Link& link : event.links) {
      if (link.role == Role::kMemberLot && names(event, object, {Role::kSubject, Role::kOutput}))
        lots_.insert(link.object);
    }
  }

  // Requires: all records were read.
  void judge_last(ObjectId object) {
    const StoredEvent* last = nullptr;
    for (const StoredEvent& event : own_) {
      if (event.is_declaration || event.declared_wrong || event.disposition.empty()) continue;
      if (!names(event, object, {Role::kSubject, Role::kParent, Role::kChild})) continue;
      if (last == nullptr || event.time >= last->time) last = &event;
    }
    if (last == nullptr || page_.level != codes::Level::kItem) return;
    const std::string_view word = trace::bare_word(last->disposition);
    if (word == "returned" || word == "damaged" || word == "recalled" || word == "non_sellable_other") {
      add_concern(Concern::kReturned);
    }
  }

  void add_concern(Concern concern) {
    auto& all = page_.concerns;
    if (std::find(all.begin(), all.end(), concern) == all.end()) all.push_back(concern);
  }

  // Facts of the code itself, then of its lots, then of its class: the nearest one counts.
  Status read_facts(std::optional<ObjectId> object) {
    std::vector<codes::Identity> subjects;
    if (object) subjects.push_back(*page_.id);
    const std::vector<ObjectId> lots(lots_.begin(), lots_.end());
    if (!lots.empty()) {
      auto described = reads_.describe(lots);
      if (!described) return std::move(described.error());
      page_.nearby = *described;
    }
    if (auto of_class = codes::class_of(*page_.id)) page_.nearby.push_back(std::move(*of_class));
    subjects.insert(subjects.end(), page_.nearby.begin(), page_.nearby.end());
    if (subjects.empty()) return Done{};
    auto data = reads_.master_data(subjects);
    if (!data) return std::move(data.error());
    std::map<std::string, std::string> values;
    for (const codes::Identity& subject : subjects) {
      for (const trace::MasterDatum& datum : *data) {
        if (datum.subject != subject) continue;
        has_own_data_ = has_own_data_ || subject == *page_.id;
        values.emplace(registry::field_name(datum.attribute), datum.value);
      }
    }
    if (auto read = add_ilmd(values); !read) return read;
    for (const registry::FieldRule& rule : registry::field_policy().rules) {
      const auto found = values.find(rule.field);
      if (rule.visibility != registry::Visibility::kPublic || found == values.end() || found->second.empty()) continue;
      page_.facts.push_back({rule.field, rule.group, found->second});
    }
    return keep_known_nearby();
  }

  // Data that the first record carries itself (ILMD). The bytes of a JSON event stand alone; those of an XML event do
  // not.
  Status add_ilmd(std::map<std::string, std::string>& values) {
    if (!first_ || first_->syntax != trace::RawDocument::Syntax::kJson) return Done{};
    // Most have none, and need no reading. A name may be spelled with escapes.
    if (first_->bytes.find("ilmd") == std::string::npos && first_->bytes.find('\\') == std::string::npos) return Done{};
    const auto document = read_(first_->bytes);
    if (!document || document->events.empty()) return Done{};
    const trace::Node* ilmd = document->events.front().node.find("ilmd");
    if (ilmd == nullptr) return Done{};
    for (const trace::Node& field : ilmd->children) {
      if (field.kind == trace::Node::Kind::kText) values.emplace(registry::field_name(field.name), field.text);
    }
    return Done{};
  }

  Status keep_known_nearby() {
    if (page_.nearby.empty()) return Done{};
    const auto found = reads_.find(page_.nearby);
    if (!found) return found.error();
    std::vector<codes::Identity> known;
    for (std::size_t i = 0; i < page_.nearby.size(); ++i) {
      if ((*found)[i]) known.push_back(page_.nearby[i]);
    }
    page_.nearby = std::move(known);
    return Done{};
  }

  Status read_origin(ObjectId object) {
    const auto origin = find_origin(object, own_, !page_.records_at_least, {}, reads_);
    if (!origin) return origin.error();
    page_.steps_unfinished = !origin->is_whole;
    if (auto read = read_places(origin->events); !read) return read;
    std::vector<OriginStep> steps;
    std::set<ObjectId> seen;
    for (const StoredEvent& event : origin->events) {
      const auto place = place_of(event);
      if (!place || !seen.insert(*place).second) continue;
      const auto known = places_.find(*place);
      if (known == places_.end()) continue;
      steps.push_back({event.time, event.offset, std::string(trace::bare_word(event.biz_step)), known->second.first,
                       known->second.second});
    }
    shorten(steps);
    page_.steps = std::move(steps);
    return Done{};
  }

  void shorten(std::vector<OriginStep>& steps) {
    if (steps.size() <= kOriginSteps) return;
    page_.steps_left_out = true;
    const auto half = static_cast<std::ptrdiff_t>(kOriginSteps / 2);
    steps.erase(steps.begin() + half, steps.end() - half);
  }

  static std::optional<ObjectId> place_of(const StoredEvent& event) {
    for (const Role wanted : {Role::kBizLocation, Role::kReadPoint}) {
      for (const trace::Link& link : event.links) {
        if (link.role == wanted) return link.object;
      }
    }
    return std::nullopt;
  }

  // Role and county of every place, and nothing else of it.
  Status read_places(const std::vector<StoredEvent>& events) {
    std::set<ObjectId> wanted;
    for (const StoredEvent& event : events) {
      if (const auto place = place_of(event)) wanted.insert(*place);
    }
    if (wanted.empty()) return Done{};
    const std::vector<ObjectId> objects(wanted.begin(), wanted.end());
    const auto identities = reads_.describe(objects);
    if (!identities) return identities.error();
    const auto data = reads_.master_data(*identities);
    if (!data) return data.error();
    for (std::size_t i = 0; i < objects.size(); ++i) {
      for (const trace::MasterDatum& datum : *data) {
        if (datum.subject != (*identities)[i]) continue;
        const std::string field = registry::field_name(datum.attribute);
        if (!registry::field_policy().is_public(field)) continue;
        if (field == "suyuan:role") places_[objects[i]].first = datum.value;
        if (field == "suyuan:county") places_[objects[i]].second = datum.value;
      }
    }
    return Done{};
  }

  const DocumentReader& read_;
  PageReads& reads_;
  CodePage page_;
  std::vector<StoredEvent> own_;              // its first records
  std::optional<Warehouse::Original> first_;  // of its first record
  std::set<ObjectId> lots_;
  std::map<ObjectId, std::pair<std::string, std::string>> places_;  // role, county
  bool has_own_data_ = false;
};

}  // namespace

Result<CodePage> look_at_code(const Permit<identity::Act::kPageRead>& permit, std::string_view text,
                              const DocumentReader& read, Warehouse& warehouse, Clock& clock, Footprint& footprint) {
  CodePage page;
  page.raw = std::string(text);
  const std::string asked = text.starts_with('/') ? "https://id.gs1.org" + page.raw : page.raw;
  auto found = read_code(permit.actor().org, asked, clock);
  if (!found) return std::move(found.error());
  page.problems = found->findings;
  if (found->candidates.empty()) return page;
  std::vector<codes::Identity> candidates;
  for (const codes::Candidate& candidate : found->candidates) candidates.push_back(candidate.id);
  if (codes::Identity as_uri{codes::Scheme::kUri, page.raw}; page.raw.find(':') != std::string::npos) {
    candidates.push_back(std::move(as_uri));
  }
  PageReads reads(warehouse, footprint);
  const auto objects = reads.find(candidates);
  if (!objects) return objects.error();
  const auto known = std::find_if(objects->begin(), objects->end(), [](const auto& each) { return each.has_value(); });
  const auto chosen = known == objects->end() ? 0 : known - objects->begin();
  page.id = candidates[static_cast<std::size_t>(chosen)];
  page.level = codes::level_of(*page.id);
  return PageBuilder(read, reads).build(std::move(page), (*objects)[static_cast<std::size_t>(chosen)]);
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNormal:
      return "normal";
    case Verdict::kAttention:
      return "attention";
    case Verdict::kUndecided:
      return "undecided";
    case Verdict::kUnknown:
      return "unknown";
    case Verdict::kUnreadable:
      return "unreadable";
  }
  CHECK(false);
}

std::string_view concern_word(Concern concern) {
  switch (concern) {
    case Concern::kDeclaredWrong:
      return "declared_wrong";
    case Concern::kEnded:
      return "ended";
    case Concern::kReturned:
      return "returned";
  }
  CHECK(false);
}

}  // namespace suyuan
