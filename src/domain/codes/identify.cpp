// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/identify.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "domain/codes/check_digit.h"
#include "domain/codes/digital_link.h"
#include "domain/codes/element_string.h"
#include "domain/codes/epc_urn.h"
#include "domain/codes/gs1_checks.h"
#include "domain/codes/other_schemes.h"

namespace suyuan::codes {

namespace {

constexpr char kGroupSeparator = '\x1d';
constexpr std::size_t kLongestText = 2048;

struct Scan {
  std::string_view text;  // folded, symbology off
  std::string_view symbology;
  OrgId org;
  int year;
};

std::string date_note(const Element& element, int year) {
  const bool date = element.value.size() == 6 && (element.ai == "11" || element.ai == "12" || element.ai == "13" ||
                                                  element.ai == "15" || element.ai == "16" || element.ai == "17");
  const std::string& v = element.value;
  if (!date || !is_all_digits(v)) return "";
  const int short_year = (v[0] - '0') * 10 + (v[1] - '0');
  return fmt::format("{}-{}{}", full_year(short_year, year), v.substr(2, 2),
                     v.substr(4) == "00" ? "" : "-" + v.substr(4));
}

// A lot that swallowed a serial because the scanner lost the FNC1 between them.
void warn_of_swallowed_serial(const std::vector<Element>& elements, Candidate& candidate) {
  for (const Element& element : elements) {
    const std::size_t tail = element.value.rfind("21");
    const bool serial_elsewhere =
        std::any_of(elements.begin(), elements.end(), [](const Element& each) { return each.ai == "21"; });
    if (element.ai != "10" || serial_elsewhere || element.value.size() < 10 || tail == std::string::npos || tail < 4 ||
        tail + 3 > element.value.size())
      continue;
    candidate.warnings.push_back({"", "gs1.swallowed_separator",
                                  fmt::format("Lot \"{}\" may have swallowed a serial number \"{}\" because a "
                                              "separator (FNC1) is missing. Compare with the label.",
                                              element.value, element.value.substr(tail + 2))});
  }
}

Result<Candidate> gs1_candidate(std::vector<Element> elements, std::string notation, std::string reason,
                                const Scan& scan) {
  if (auto findings = check_companions(elements); !findings.empty())
    return Error{ErrorKind::kInvalid, findings[0].code, findings[0].text, {}, findings};
  auto read = identity_of(elements);
  if (!read) return std::move(read.error());
  Candidate candidate{read->id, std::move(notation), {}, std::move(reason), {}};
  for (const Element& element : elements)
    candidate.parts.push_back(
        {std::string(find_ai(element.ai)->title), element.ai, element.value, date_note(element, scan.year)});
  warn_of_swallowed_serial(elements, candidate);
  return candidate;
}

Result<Candidate> as_elements(Result<std::vector<Element>> elements, std::string notation, std::string reason,
                              const Scan& scan) {
  if (!elements) return std::move(elements.error());
  return gs1_candidate(std::move(*elements), std::move(notation), std::move(reason), scan);
}

Result<Candidate> as_epc(const Scan& scan) {
  auto id = read_epc_urn(scan.text);
  if (!id) return std::move(id.error());
  return as_elements(read_digital_link_path(id->key), "epc.urn", "EPC URN", scan);
}

Result<Candidate> as_gtin(const Scan& scan) {
  if (!gs1_check_digit_fits(scan.text)) {
    return Error{ErrorKind::kInvalid, "gs1.check_digit",
                 fmt::format("\"{}\" as GTIN-{}: the check digit is {}, expected {}. Compare with the label.",
                             scan.text, scan.text.size(), scan.text.back(), gs1_check_digit(scan.text))};
  }
  const std::string gtin = std::string(14 - scan.text.size(), '0') + std::string(scan.text);
  return gs1_candidate({{"01", gtin}}, fmt::format("gs1.gtin{}", scan.text.size()),
                       fmt::format("{} digits with a fitting check digit: GTIN-{}", scan.text.size(), scan.text.size()),
                       scan);
}

Result<Candidate> as_sscc(const Scan& scan) {
  return as_elements(read_element_string("00" + std::string(scan.text), kGroupSeparator), "gs1.sscc",
                     "18 digits with a fitting check digit: SSCC", scan);
}

void take(Identification& found, Result<Candidate> candidate) {
  if (candidate) {
    found.candidates.push_back(std::move(*candidate));
  } else if (candidate.error().findings.empty()) {
    found.findings.push_back({"", candidate.error().code, candidate.error().text});
  } else {
    for (Finding& finding : candidate.error().findings) found.findings.push_back(std::move(finding));
  }
}

// All readings of a text of digits, best first (order of the table in docs/glossary and knowledge of the field).
void take_digits(Identification& found, const Scan& scan) {
  const std::size_t length = scan.text.size();
  if (length == 8 || length == 12 || length == 13 || length == 14) take(found, as_gtin(scan));
  if (length == 16) {
    take(found, read_ccc(scan.text, scan.year));
    if (!found.candidates.empty())
      return;  // a year and a category that fit: CCC wins over an Ecode that any digits are
  }
  if (length == 18) {
    take(found, as_sscc(scan));
    take(found, read_uscc(scan.text));
  }
  const bool general_nsi =
      scan.text.starts_with("10064") || scan.text.starts_with("10096") || scan.text.starts_with("20128");
  if (general_nsi || (found.candidates.empty() && length > 18) || length == 16) {
    auto ecode = read_ecode(scan.text);
    if (ecode || general_nsi) take(found, std::move(ecode));
  }
}

Candidate in_house(const Scan& scan) {
  return Candidate{Identity{Scheme::kInHouse, fmt::format("{}:{}", scan.org.value(), scan.text)},
                   "in_house",
                   {{"企业自编码 in-house code", "", std::string(scan.text), ""}},
                   "fits no public scheme: a code of the organisation's own",
                   {}};
}

Result<Candidate> opaque_uri(const Scan& scan) {
  auto read = read_epcis_id(scan.text);
  if (!read) return std::move(read.error());
  return Candidate{read->id,
                   "uri",
                   {{"URI", "", std::string(scan.text), ""}},
                   "a link of another scheme; kept as it is, never fetched",
                   {}};
}

void take_url(Identification& found, const Scan& scan) {
  if (scan.text.find("?code=MA.") != std::string_view::npos) return take(found, read_ma(scan.text));
  if (scan.text.find("/E=") != std::string_view::npos) return take(found, read_ecode(scan.text));
  if (looks_like_digital_link(scan.text) || scan.text.starts_with("https://id.gs1.org/") ||
      scan.text.starts_with("http://id.gs1.org/")) {
    return take(found, as_elements(read_digital_link(scan.text), "gs1.digital_link", "GS1 Digital Link", scan));
  }
  take(found, opaque_uri(scan));
}

bool is_element_symbology(std::string_view symbology) {
  constexpr std::string_view kAll[] = {"]C1", "]e0", "]d2", "]Q3", "]J1"};
  return std::find(std::begin(kAll), std::end(kAll), symbology) != std::end(kAll);
}

bool starts_like(std::string_view text, std::string_view prefix) {
  return ascii_lower(text.substr(0, prefix.size())) == prefix;
}

bool is_dotted_number(std::string_view text) {
  return text.size() > 2 && text[0] >= '0' && text[0] <= '2' && text[1] == '.' &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool looks_like_handle(std::string_view text) {
  return (text.starts_with("86.") || text.starts_with("88.")) && text.find('/') != std::string_view::npos;
}

// The schemes that announce themselves. False when none does.
bool take_announced(Identification& found, const Scan& scan) {
  const std::string_view text = scan.text;
  if (is_element_symbology(scan.symbology) || text.find(kGroupSeparator) != std::string_view::npos) {
    take(found, as_elements(read_element_string(text, kGroupSeparator), "gs1.element_string",
                            "element string of a GS1 symbol", scan));
  } else if (text[0] == '^') {
    take(found, as_elements(read_element_string(text, '^'), "gs1.element_string", "element string, ^ for FNC1", scan));
  } else if (text[0] == '(' && text.size() > 3 && text[1] >= '0' && text[1] <= '9') {
    take(found, as_elements(read_bracketed(text), "gs1.bracketed", "element string with brackets", scan));
  } else if (starts_like(text, "http://") || starts_like(text, "https://")) {
    take_url(found, scan);
  } else if (text.starts_with("urn:epc:")) {
    take(found, as_epc(scan));
  } else if (starts_like(text, "ma.")) {
    take(found, read_ma(text));
  } else if (text.starts_with("E=")) {
    take(found, read_ecode(text));
  } else if (looks_like_handle(text)) {
    take(found, read_handle(text));
  } else if (text.starts_with("urn:oid:") || is_dotted_number(text)) {
    take(found, read_oid(text));
  } else if (text.starts_with("VAA")) {
    take(found, read_vaa(text));
  } else if (text.starts_with("XK") || (text[0] == '(' && text.find(")XK") != std::string_view::npos)) {
    take(found, read_licence(text));
  } else {
    return false;
  }
  return true;
}

void take_bare(Identification& found, const Scan& scan) {
  if (is_all_digits(scan.text)) take_digits(found, scan);
  if (!is_all_digits(scan.text) && scan.text.size() == 18 &&
      scan.text.find_first_not_of("0123456789ABCDEFGHJKLMNPQRTUWXYZIOSV") == std::string_view::npos)
    take(found, read_uscc(scan.text));
  if (scan.text.starts_with("300121") && found.candidates.empty()) take(found, read_ecode(scan.text));
  // A broken check digit is no in-house code: better to look at the label again.
  if (found.candidates.empty() && found.findings.empty()) found.candidates.push_back(in_house(scan));
}

}  // namespace

Identification identify(std::string_view text, OrgId org, int year) {
  Identification found{std::string(text), "", {}, {}};
  const auto refuse = [&](std::string_view code, std::string why) {
    found.findings.push_back({"", std::string(code), std::move(why)});
    return found;
  };
  if (text.size() > kLongestText)
    return refuse("code.too_long",
                  fmt::format("{} bytes were given; a code has at most {}.", text.size(), kLongestText));
  if (!is_utf8(text))
    return refuse("code.not_text", "The bytes are no UTF-8 text; a code is text. Was a picture or another file given?");
  const std::string folded = fold_text(text);
  Scan scan{folded, {}, org, year};
  if (scan.text.size() >= 3 && scan.text[0] == ']') {
    scan.symbology = scan.text.substr(0, 3);
    scan.text.remove_prefix(3);
    found.symbology = scan.symbology;
  }
  if (scan.text.empty()) return refuse("code.empty", "The code is empty. Scan or type it again.");
  if (std::any_of(scan.text.begin(), scan.text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != kGroupSeparator; })) {
    return refuse("code.control_character",
                  fmt::format("\"{}\" holds a control character, which no code has.", excerpt(scan.text)));
  }
  if (!take_announced(found, scan)) take_bare(found, scan);
  if (!found.candidates.empty()) found.findings.clear();
  return found;
}

}  // namespace suyuan::codes
