// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/epc_urn.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/codes/check_digit.h"
#include "domain/codes/epc_schemes.h"
#include "domain/codes/gs1_ai.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

using Tail = EpcScheme::Tail;

Error refuse(std::string_view code, std::string_view urn, std::string_view why) {
  return Error{ErrorKind::kInvalid, std::string(code), fmt::format("\"{}\": {}.", excerpt(urn, 120), why)};
}

// The digits of the key from company prefix and reference, check digit worked out.
Result<std::string> key_digits(std::string_view urn, const EpcScheme& scheme, std::string_view company,
                               std::string_view reference) {
  if (!is_all_digits(company) || company.size() < 6 || company.size() > 12) {
    return refuse("epc.company_prefix", urn,
                  fmt::format("the company prefix \"{}\" must have 6 to 12 digits", excerpt(company)));
  }
  if (scheme.digits == 0) {
    auto text = percent_decode(reference);
    if (!text || text->empty())
      return refuse("epc.shape", urn, "the part after the company prefix is empty or wrongly escaped");
    return std::string(company) + *text;
  }
  const std::size_t wanted = static_cast<std::size_t>(scheme.digits) - company.size();
  if (reference.size() != wanted || (wanted > 0 && !is_all_digits(reference))) {
    return refuse("epc.shape", urn,
                  fmt::format("with a company prefix of {} digits the reference has {} digits; seen \"{}\"",
                              company.size(), wanted, excerpt(reference)));
  }
  std::string digits =
      scheme.indicator ? std::string(reference.substr(0, 1)) + std::string(company) + std::string(reference.substr(1))
                       : std::string(company) + std::string(reference);
  digits += '0';
  digits.back() = gs1_check_digit(digits);
  return std::string(scheme.prefix) + digits;
}

struct Spelled {
  bool pattern = false;  // idpat: the last part is "*"
  const EpcScheme* scheme = nullptr;
  std::vector<std::string_view> parts;
};

Result<Spelled> take_apart(std::string_view urn) {
  const auto pieces = split(urn, ':');
  if (pieces.size() < 5) return refuse("epc.shape", urn, "an EPC URN looks like urn:epc:id:sgtin:6901234.056789.1");
  Spelled spelled;
  const std::string_view kind = pieces[2];
  spelled.pattern = kind == "idpat";
  spelled.scheme = epc_scheme_named(pieces[3]);
  const bool lot = pieces[3] == "lgtin";
  if (spelled.scheme == nullptr || (kind != "id" && kind != "idpat" && kind != "class") || (lot != (kind == "class"))) {
    return refuse(
        "epc.scheme", urn,
        fmt::format("\"{}:{}\" is no EPC scheme for things that can be traced", excerpt(kind), excerpt(pieces[3])));
  }
  std::string_view body = urn.substr(static_cast<std::size_t>(pieces[4].data() - urn.data()));
  if (const std::size_t bad = body.find_first_of("\"&/<>?# "); bad != std::string_view::npos) {
    return refuse("epc.escape", urn, fmt::format("\"{}\" must be written with a %-escape", body.substr(bad, 1)));
  }
  for (int i = 0; i < 2; ++i) {
    const std::size_t dot = body.find('.');
    if (dot == std::string_view::npos) break;
    spelled.parts.push_back(body.substr(0, dot));
    body.remove_prefix(dot + 1);
  }
  spelled.parts.push_back(body);
  return spelled;
}

Result<Identity> checked(std::string_view urn, std::string_view ai, const std::string& key, std::string_view qualifier,
                         const std::string& value) {
  if (auto sound = check_ai_value(ai, *find_ai(ai), key); !sound) return std::move(sound.error()).doing(urn);
  Identity id{Scheme::kGs1, "/" + std::string(ai) + "/" + percent_encode(key)};
  if (qualifier.empty()) return id;
  if (auto sound = check_ai_value(qualifier, *find_ai(qualifier), value); !sound)
    return std::move(sound.error()).doing(urn);
  id.key += "/" + std::string(qualifier) + "/" + percent_encode(value);
  return id;
}

Result<Identity> read_itip(std::string_view urn, std::string key, bool pattern, std::string_view tail) {
  const auto parts = split(tail, '.');
  if (parts.size() != 3 || parts[0].size() != 2 || parts[1].size() != 2)
    return refuse("epc.shape", urn, "an ITIP has piece.total.serial after the item reference");
  key += std::string(parts[0]) + std::string(parts[1]);
  if (pattern)
    return parts[2] == "*" ? checked(urn, "8006", key, "", "")
                           : Result<Identity>(refuse("epc.shape", urn, "a class pattern ends in *"));
  auto serial = percent_decode(parts[2]);
  if (!serial) return refuse("epc.escape", urn, "a %-escape is broken");
  return checked(urn, "8006", key, "21", *serial);
}

}  // namespace

Result<Identity> read_epc_urn(std::string_view urn) {
  auto spelled = take_apart(urn);
  if (!spelled) return std::move(spelled.error());
  const EpcScheme& scheme = *spelled->scheme;
  const bool has_tail = scheme.tail != Tail::kNone;
  if (spelled->parts.size() != (has_tail ? 3U : 2U)) {
    return refuse("epc.shape", urn,
                  fmt::format("{} parts were expected after the scheme, separated by dots; seen {}", has_tail ? 3 : 2,
                              spelled->parts.size()));
  }
  auto key = key_digits(urn, scheme, spelled->parts[0], spelled->parts[1]);
  if (!key) return std::move(key.error());
  if (!has_tail) {
    if (spelled->pattern) return refuse("epc.scheme", urn, "there is no class form of this scheme");
    return checked(urn, scheme.key, *key, "", "");
  }
  const std::string_view tail = spelled->parts[2];
  if (scheme.tail == Tail::kItip) return read_itip(urn, std::move(*key), spelled->pattern, tail);
  if (spelled->pattern) {
    if (tail != "*") return refuse("epc.shape", urn, "a class pattern ends in *");
    return checked(urn, scheme.key, *key, "", "");
  }
  auto value = percent_decode(tail);
  if (!value) return refuse("epc.escape", urn, "a %-escape is broken");
  if (value->empty()) return refuse("epc.shape", urn, "the part after the last dot is empty");
  if (scheme.tail == Tail::kInKey) return checked(urn, scheme.key, *key + *value, "", "");
  if (scheme.name == "sgln" && *value == "0") return checked(urn, scheme.key, *key, "", "");
  return checked(urn, scheme.key, *key, scheme.qualifier, *value);
}

namespace {

// In URNs these are escaped (TDS 2.0 §6.3); everything else of CSET 82 stands as it is.
std::string urn_escape(std::string_view text) {
  std::string escaped;
  for (const char c : text)
    escaped +=
        std::string_view("\"%&/<>?#").find(c) == std::string_view::npos ? std::string(1, c) : percent_encode({&c, 1});
  return escaped;
}

const EpcScheme* scheme_for(std::string_view key_ai, std::string_view qualifier) {
  for (const EpcScheme& scheme : kEpcSchemes) {
    if (scheme.key != key_ai) continue;
    if (scheme.tail != Tail::kQualifier || scheme.qualifier == qualifier || qualifier.empty()) return &scheme;
  }
  return nullptr;
}

}  // namespace

Result<std::string> to_epc_urn(const Identity& id, int company_prefix_digits) {
  const auto none = [&](std::string_view why) {
    return Error{ErrorKind::kInvalid, "epc.no_urn", fmt::format("{} has no EPC URN: {}.", excerpt(id.key), why)};
  };
  if (id.scheme != Scheme::kGs1) return none("only GS1 keys have one");
  if (company_prefix_digits < 6 || company_prefix_digits > 12) {
    return Error{ErrorKind::kInvalid, "epc.company_prefix",
                 fmt::format("a company prefix has 6 to 12 digits; {} was given", company_prefix_digits)};
  }
  const auto pieces = split(std::string_view(id.key).substr(1), '/');
  const std::string_view qualifier = pieces.size() > 2 ? pieces[2] : std::string_view();
  const EpcScheme* scheme = scheme_for(pieces[0], qualifier);
  if (scheme == nullptr) return none("no EPC scheme spells this key and qualifier");
  std::string key = percent_decode(pieces[1]).value_or("");
  const std::string value = pieces.size() > 3 ? percent_decode(pieces[3]).value_or("") : "";
  const auto n = static_cast<std::size_t>(company_prefix_digits);
  if (scheme->digits == 0) {
    if (key.size() <= n)
      return Error{ErrorKind::kInvalid, "epc.company_prefix",
                   fmt::format("{} is too short for a company prefix of {} digits", id.key, n)};
    if (scheme->name == "cpi" && value.empty())
      return fmt::format("urn:epc:idpat:cpi:{}.{}.*", key.substr(0, n), urn_escape(key.substr(n)));
    return fmt::format("urn:epc:id:{}:{}.{}{}", scheme->name, key.substr(0, n), urn_escape(key.substr(n)),
                       value.empty() ? "" : "." + value);
  }
  key.erase(0, scheme->prefix.size());
  const auto whole = static_cast<std::size_t>(scheme->digits);
  const std::string in_key = key.substr(whole + 1);
  const std::string company = scheme->indicator ? key.substr(1, n) : key.substr(0, n);
  const std::string reference =
      scheme->indicator ? key.substr(0, 1) + key.substr(1 + n, whole - 1 - n) : key.substr(n, whole - n);
  const std::string base = company + "." + reference;
  switch (scheme->tail) {
    case Tail::kNone:
      return fmt::format("urn:epc:id:{}:{}", scheme->name, base);
    case Tail::kInKey:
      return in_key.empty() ? fmt::format("urn:epc:idpat:{}:{}.*", scheme->name, base)
                            : fmt::format("urn:epc:id:{}:{}.{}", scheme->name, base, urn_escape(in_key));
    case Tail::kItip: {
      const std::string pieces_text = in_key.substr(0, 2) + "." + in_key.substr(2, 2);
      return value.empty() ? fmt::format("urn:epc:idpat:itip:{}.{}.*", base, pieces_text)
                           : fmt::format("urn:epc:id:itip:{}.{}.{}", base, pieces_text, urn_escape(value));
    }
    case Tail::kQualifier:
      break;
  }
  if (scheme->name == "sgln")
    return fmt::format("urn:epc:id:sgln:{}.{}", base, value.empty() ? "0" : urn_escape(value));
  if (value.empty()) return fmt::format("urn:epc:idpat:sgtin:{}.*", base);
  return fmt::format("urn:epc:{}:{}:{}.{}", scheme->name == "lgtin" ? "class" : "id", scheme->name, base,
                     urn_escape(value));
}

}  // namespace suyuan::codes
