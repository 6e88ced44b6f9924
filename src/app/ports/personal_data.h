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

struct SubjectKey {
  std::int64_t number = 0;
  std::string subject;
  Actor owner = local_actor();
};

// As keys and erasures name somebody with an account: "person/12". No event id and no code is of that shape.
std::string person_subject(PersonId id);
std::optional<PersonId> person_of_subject(std::string_view subject);

struct PersonalDatum {
  std::string attribute;
  std::optional<std::string> value;  // nothing: erased
  Actor owner = local_actor();
};

class PersonalData {
 public:
  virtual ~PersonalData() = default;
  // In the clear, for whoever may see it; erased values are kErased. Errors: those of the Warehouse's.
  virtual Result<std::string> sent_document(const std::string& public_id) = 0;
  virtual Result<Warehouse::Original> sent_original(trace::EventSeq seq) = 0;
  virtual Result<std::vector<PersonalDatum>> personal_data(const codes::Identity& subject) = 0;  // newest values

  virtual Result<std::vector<SubjectKey>> keys_of(const std::string& subject) = 0;
};

}  // namespace suyuan
