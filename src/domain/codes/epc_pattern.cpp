// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/epc_pattern.h"

#include <fmt/format.h>

#include "base/text.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

using Tail = EpcScheme::Tail;

Error refuse(std::string_view code, std::string_view urn, std::string_view why) {
  return Error{ErrorKind::kInvalid, std::string(code), fmt::format("\"{}\": {}.", excerpt(urn, 120), why)};
}

std::string_view without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}

bool is_at_most(std::string_view a, std::string_view b) {  // numbers without leading zeros
  return a.size() != b.size() ? a.size() < b.size() : a <= b;
}

std::size_t tail_parts(const EpcScheme& scheme) {
  if (scheme.tail == Tail::kNone) return 0;
  return scheme.tail == Tail::kItip ? 3 : 1;
}

}  // namespace

bool EpcPattern::is_pattern(std::string_view urn) {
  if (urn.starts_with("urn:epc:idpat:")) return true;
  return urn.starts_with("urn:epc:class:lgtin:") && (urn.ends_with(".*") || urn.find('[') != std::string_view::npos);
}

Result<EpcPattern::Part> EpcPattern::read_part(std::string_view urn, std::string_view text) {
  if (text == "*") return Part{};
  Part part;
  if (text.starts_with("[")) {
    const std::size_t dash = text.find('-');
    const bool closed = text.ends_with("]") && dash != std::string_view::npos;
    const std::string_view low = closed ? text.substr(1, dash - 1) : "";
    const std::string_view high = closed ? text.substr(dash + 1, text.size() - dash - 2) : "";
    if (!is_all_digits(low) || !is_all_digits(high) || !is_at_most(without_zeros(low), without_zeros(high)))
      return refuse("epc.shape", urn,
                    fmt::format("\"{}\" is no range; two numbers are expected, the smaller first, as in [100-199]",
                                excerpt(text)));
    part.kind = Part::Kind::kRange;
    part.text = low.size() == high.size() ? std::string(low) : "";  // its length counts in parts of fixed length
    part.low = without_zeros(low);
    part.high = without_zeros(high);
    return part;
  }
  auto value = percent_decode(text);
  if (!value) return refuse("epc.escape", urn, "a %-escape is broken");
  if (text.find_first_of("\"&/<>?# ") != std::string_view::npos)
    return refuse("epc.escape", urn, fmt::format("\"{}\" holds a character that must be %-escaped", excerpt(text)));
  part.kind = Part::Kind::kText;
  part.text = std::move(*value);
  return part;
}

Result<EpcPattern> EpcPattern::read(std::string_view urn) {
  const auto pieces = split(urn, ':');
  if (pieces.size() < 5 || urn.size() > 2048)
    return refuse("epc.shape", urn, "a pattern looks like urn:epc:idpat:sgtin:0614141.112345.*");
  EpcPattern pattern;
  pattern.name_ = pieces[3];
  pattern.scheme_ = epc_scheme_named(pieces[3]);
  std::string_view body = urn.substr(static_cast<std::size_t>(pieces[4].data() - urn.data()));
  const std::size_t wanted = pattern.scheme_ == nullptr ? 64 : 2 + tail_parts(*pattern.scheme_);
  while (true) {
    const std::size_t dot = pattern.parts_.size() + 1 < wanted ? body.find('.') : std::string_view::npos;
    auto part = read_part(urn, body.substr(0, dot));
    if (!part) return std::move(part.error());
    pattern.parts_.push_back(std::move(*part));
    if (dot == std::string_view::npos) break;
    body.remove_prefix(dot + 1);
  }
  if (auto sound = pattern.check(urn); !sound) return std::move(sound.error());
  return pattern;
}

Status EpcPattern::check(std::string_view urn) {
  bool any = false;
  for (const Part& part : parts_) {
    const bool may_be_empty = scheme_ != nullptr && &part == &parts_[1];  // a company prefix of 12 digits leaves none
    if (any && part.kind != Part::Kind::kAny)
      return refuse("epc.shape", urn, "behind a * only * may stand: parts are given from the left");
    any = any || part.kind == Part::Kind::kAny;
    if (part.kind == Part::Kind::kText && part.text.empty() && !may_be_empty)
      return refuse("epc.shape", urn, "a part is empty");
  }
  if (scheme_ == nullptr) return Done{};
  const std::size_t wanted = 2 + tail_parts(*scheme_);
  if (parts_.size() != wanted)
    return refuse(
        "epc.shape", urn,
        fmt::format("{} parts were expected after the scheme, separated by dots; seen {}", wanted, parts_.size()));
  const Part& company = parts_[0];
  if (company.kind == Part::Kind::kAny) return Done{};
  if (!is_all_digits(company.text) || company.text.size() < 6 || company.text.size() > 12)
    return refuse("epc.company_prefix", urn,
                  "the company prefix must have 6 to 12 digits (both ends of a range equally many)");
  company_digits_ = company.text.size();
  return check_reference(urn);
}

Status EpcPattern::check_reference(std::string_view urn) const {
  const Part& reference = parts_[1];
  if (reference.kind == Part::Kind::kAny) return Done{};
  if (scheme_->digits == 0) {
    if (reference.kind == Part::Kind::kRange || !reference.text.empty()) return Done{};
    return refuse("epc.shape", urn, "the part after the company prefix is empty");
  }
  const std::size_t wanted = static_cast<std::size_t>(scheme_->digits) - company_digits_;
  if (reference.text.size() == wanted && (wanted == 0 || is_all_digits(reference.text))) return Done{};
  return refuse("epc.shape", urn,
                fmt::format("with a company prefix of {} digits the reference has {} digits", company_digits_, wanted));
}

bool EpcPattern::fits(const Part& part, std::string_view value) {
  if (part.kind == Part::Kind::kAny) return true;
  if (part.kind == Part::Kind::kText) return part.text == value;
  if (!is_all_digits(value)) return false;
  const bool padded = value.size() > 1 && value[0] == '0';
  if (padded && value.size() != part.text.size()) return false;
  const std::string_view number = without_zeros(value);
  return is_at_most(part.low, number) && is_at_most(number, part.high);
}

bool EpcPattern::contains_plain(const Identity& id) const {
  const std::string start = "urn:epc:id:" + name_ + ":";
  if (id.scheme != Scheme::kUri || !id.key.starts_with(start)) return false;
  const auto values = split(std::string_view(id.key).substr(start.size()), '.');
  if (values.size() != parts_.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = percent_decode(values[i]);
    if (!value || !fits(parts_[i], *value)) return false;
  }
  return true;
}

// Company prefix, reference and what stands in the key behind the check digit.
std::vector<std::string> EpcPattern::take_apart(std::string_view value) const {
  const std::size_t n = company_digits_;
  if (scheme_->digits == 0) {
    if (value.size() < n) return {};
    return {std::string(value.substr(0, n)), std::string(value.substr(n)), ""};
  }
  const std::size_t whole = scheme_->prefix.size() + static_cast<std::size_t>(scheme_->digits);
  if (value.size() < whole + 1) return {};
  const std::string_view core = value.substr(scheme_->prefix.size(), static_cast<std::size_t>(scheme_->digits));
  const std::string behind(value.substr(whole + 1));
  if (!scheme_->indicator) return {std::string(core.substr(0, n)), std::string(core.substr(n)), behind};
  if (n == 0) return {"", std::string(core), behind};
  return {std::string(core.substr(1, n)), std::string(core.substr(0, 1)) + std::string(core.substr(1 + n)), behind};
}

bool EpcPattern::contains_gs1(const Identity& id) const {
  const auto pieces = split(std::string_view(id.key).substr(1), '/');
  if (id.scheme != Scheme::kGs1 || pieces.size() < 2 || pieces[0] != scheme_->key) return false;
  const std::string qualifier(pieces.size() > 3 ? pieces[2] : "");
  const auto value = percent_decode(pieces[1]);
  auto tail = percent_decode(pieces.size() > 3 ? pieces[3] : "");
  const auto parts = value ? take_apart(*value) : std::vector<std::string>{};
  if (parts.empty() || !tail || !fits(parts_[0], parts[0]) || !fits(parts_[1], parts[1])) return false;
  const bool open = parts_.back().kind == Part::Kind::kAny;
  switch (scheme_->tail) {
    case Tail::kNone:
      return true;
    case Tail::kInKey:
      return parts[2].empty() ? open : fits(parts_[2], parts[2]);
    case Tail::kItip:
      if (parts[2].size() != 4 || !fits(parts_[2], parts[2].substr(0, 2)) || !fits(parts_[3], parts[2].substr(2)))
        return false;
      return qualifier.empty() ? open : fits(parts_[4], *tail);
    case Tail::kQualifier:
      break;
  }
  if (scheme_->name == "sgln") return fits(parts_[2], qualifier.empty() ? "0" : *tail);
  if (qualifier == scheme_->qualifier) return fits(parts_[2], *tail);
  // The class itself, and for trade items its lots, lie in the pattern of all its serials.
  return open && scheme_->name != "lgtin" && (qualifier.empty() || (scheme_->name == "sgtin" && qualifier == "10"));
}

bool EpcPattern::contains(const Identity& id) const {
  return scheme_ == nullptr ? contains_plain(id) : contains_gs1(id);
}

}  // namespace suyuan::codes
