// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/trace/query/conditions.h"
#include "domain/trace/vocabulary.h"

// The values of one parameter, read as its kind asks for. What is wrong comes back as a sentence about the first wrong
// value: what was seen, what is expected.
namespace suyuan::trace {

using Complaint = std::optional<std::string>;

// Adds the canonical form of each word, and of a CURIE the form behind its prefix too.
Complaint read_words(Vocabulary vocabulary, std::span<const std::string> values, const Prefixes& prefixes,
                     std::vector<std::string>& words);

// With `is_match`, classes and EPC patterns stand for what belongs to them.
Complaint read_identities(std::span<const std::string> values, bool is_match, const Prefixes& prefixes,
                          IdentitySet& ids);

Complaint read_instant(std::string_view value, std::optional<Instant>& at);

Complaint read_count(std::string_view value, std::int64_t least, std::optional<std::int64_t>& count);

// The test of a field parameter. Requires: at least one value; exactly one unless the comparison is kEqual.
Complaint read_field_test(const ParameterName& name, std::span<const std::string> values, const Prefixes& prefixes,
                          FieldTest& test);

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace suyuan::trace
