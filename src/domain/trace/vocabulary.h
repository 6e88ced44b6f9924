// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

// CBV 2.0 values: bare words of JSON, URNs of XML, CURIEs and Web URIs are one value each.
namespace suyuan::trace {

enum class Vocabulary { kBizStep, kDisposition, kTransactionType, kSourceDestType, kErrorReason, kComponent };

// The canonical Web URI "https://ref.gs1.org/cbv/BizStep-shipping". A URI of another vocabulary stays as it is.
// std::nullopt for a bare word that CBV does not know.
std::optional<std::string> canonical_value(Vocabulary vocabulary, std::string_view value);

// The bare words of a vocabulary, for messages that suggest the nearest.
std::span<const std::string_view> words_of(Vocabulary vocabulary);

// "shipping" of "https://ref.gs1.org/cbv/BizStep-shipping"; other URIs as they are.
std::string_view bare_word(std::string_view canonical);

// "urn:epcglobal:cbv:bizstep:shipping" of it; other URIs as they are.
std::string urn_form(std::string_view canonical);

}  // namespace suyuan::trace
