// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/warehouse.h"

// Values about people: sealed under a key of their subject, erased by destroying it. What a store answers elsewhere has
// them masked. Threads: any. docs/personal-data.md
namespace suyuan {

// Every face shows this where a value was erased.
inline constexpr std::string_view kErased = "[已抹除 erased]";

// For records with fields about people. Must not be called from within a transaction: a new key is one of its own.
class FieldSeal {
 public:
  virtual ~FieldSeal() = default;
  // `subject`: who or what the field is about, "person:17"; `owner`: whose row it is, and so who may have it erased.
  // Errors: kInternal "secrets.no_key", "secrets.key_file"; kCorrupt "secrets.wrong_key"; those of the store.
  virtual Result<std::string> seal(const std::string& subject, std::string_view plain, const Actor& owner) = 0;
  // Nothing: erased. Errors: as seal; kCorrupt "store.damaged".
  virtual Result<std::optional<std::string>> open(const std::string& subject, std::string_view sealed) = 0;
};

struct SubjectKey {
  std::int64_t number = 0;
  std::string subject;
  Actor owner = local_actor();
};

struct Erasure {
  std::string id;  // UUIDv7
  std::string subject;
  std::vector<std::int64_t> keys;  // numbers of the keys that it destroys
  std::string why;
  Instant asked;
  Actor by = local_actor();
  std::optional<Instant> done;
  Actor approver = local_actor();  // once done
};

// That somebody saw a value in the clear; never the value.
struct Unmasking {
  std::string id;  // UUIDv7
  Instant at;
  Actor by = local_actor();
  std::string subject, field, purpose, case_id;
};

// Whoever unmasks is recorded before the value is given. The audit log joins here.
class UnmaskRecord {
 public:
  virtual ~UnmaskRecord() = default;
  virtual Status note(const Unmasking& unmasking) = 0;
};

struct PersonalDatum {
  std::string attribute;
  std::optional<std::string> value;  // nothing: erased
  Actor owner = local_actor();
};

class PersonalData : public FieldSeal, public UnmaskRecord {
 public:
  // In the clear, for whoever may see it; erased values are kErased. Errors: those of the Warehouse's.
  virtual Result<std::string> sent_document(const std::string& public_id) = 0;
  virtual Result<Warehouse::Original> sent_original(trace::EventSeq seq) = 0;
  virtual Result<std::vector<PersonalDatum>> personal_data(const codes::Identity& subject) = 0;  // newest values

  virtual Result<std::vector<SubjectKey>> keys_of(const std::string& subject) = 0;

  virtual Status add(const Erasure& erasure) = 0;
  virtual Result<std::optional<Erasure>> erasure(const std::string& id) = 0;
  virtual Result<std::vector<Erasure>> erasures(const std::string& after, std::size_t limit) = 0;  // by id
  // Destroys the keys and notes who approved, in one transaction; afterwards nothing of the keys is left in the store's
  // files. Errors: kConflict "erasure.done"; kBusy "erasure.log_in_use" (erased, but a reader holds the log back).
  virtual Status carry_out(const Erasure& erasure) = 0;
  // After a restore: destroys what these erasures destroyed, and keeps their rows. How many keys there were.
  virtual Result<std::int64_t> carry_out_again(const std::vector<Erasure>& erasures) = 0;
};

}  // namespace suyuan
