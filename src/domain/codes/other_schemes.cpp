// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/other_schemes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

Error refuse(std::string_view code, std::string_view text, std::string_view why) {
  return Error{ErrorKind::kInvalid, std::string(code), fmt::format("\"{}\": {}.", excerpt(text), why)};
}

bool all_of(std::string_view text, std::string_view letters) {
  return text.find_first_not_of(letters) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUpper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kWord = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

// What follows the last of these markers, or the text itself.
std::string_view behind(std::string_view text, std::string_view marker) {
  const std::size_t at = text.rfind(marker);
  return at == std::string_view::npos ? text : text.substr(at + marker.size());
}

struct EcodeVersion {
  char version;
  std::size_t nsi, md_max;
  std::string_view letters;  // "" any
};
// GB/T 31866-2015, table of lengths: [K] in its source, kept as policy; the 2023 edition moved V0 to GS1 codes.
constexpr EcodeVersion kEcodeVersions[] = {
    {'1', 4, 20, kDigits}, {'2', 4, 28, kDigits}, {'3', 5, 39, kUpper}, {'4', 5, 200, ""}};

}  // namespace

Result<Candidate> read_ecode(std::string_view text) {
  const std::string_view code = behind(text, "E=");
  const auto* shape = code.empty() ? std::end(kEcodeVersions)
                                   : std::find_if(std::begin(kEcodeVersions), std::end(kEcodeVersions),
                                                  [&](const auto& each) { return each.version == code[0]; });
  if (shape == std::end(kEcodeVersions))
    return refuse("ecode.version", text, "an Ecode starts with its version, 1 to 4");
  const std::string_view nsi = code.substr(1, shape->nsi);
  if (nsi.size() < shape->nsi || !is_all_digits(nsi)) {
    return refuse("ecode.nsi", text,
                  fmt::format("version {} has {} digits of NSI behind the version", code[0], shape->nsi));
  }
  const std::string_view md = code.substr(1 + shape->nsi);
  if (md.empty() || md.size() > shape->md_max || (!shape->letters.empty() && !all_of(md, shape->letters)) ||
      !is_utf8(md) || md.find_first_of(" \t\n") != std::string_view::npos) {
    return refuse("ecode.md", text,
                  fmt::format("version {} has a master code of 1 to {} {}; seen {} characters", code[0], shape->md_max,
                              shape->letters == kDigits ? "digits" : "letters and digits", md.size()));
  }
  return Candidate{Identity{Scheme::kEcode, std::string(code)},
                   "ecode",
                   {{"V 版本", "", std::string(1, code[0]), ""},
                    {"NSI 编码体系标识", "", std::string(nsi), ""},
                    {"MD 主码", "", std::string(md), ""}},
                   fmt::format("Ecode version {} with NSI {}", code[0], nsi),
                   {}};
}

Result<Candidate> read_ma(std::string_view text) {
  std::string_view code = behind(text, "?code=");
  const auto slashes = split(code, '/');
  const auto unit = split(slashes[0], '.');
  if (unit[0] != "MA") return refuse("ma.root", text, "an MA code starts with MA. in capitals");
  if (unit.size() < 4 || unit[1].size() != 3 || !is_all_digits(unit[1])) {
    return refuse("ma.unit", text, "MA.<country, 3 digits>.<registrar>.<unit> is expected");
  }
  Candidate candidate{Identity{Scheme::kMa, std::string(code)},
                      "ma",
                      {{"国家 country", "", std::string(unit[1]), unit[1] == "156" ? "中国" : ""}},
                      "MA (ISO/IEC 15459) code",
                      {}};
  if (unit[2] == "M0") {
    const bool registrant = unit[3].size() == 6 && is_all_digits(unit[3]);
    if (!registrant || unit.size() < 5 || unit[4].size() != 8 || !is_all_digits(unit[4]))
      return refuse("ma.udi", text, "MA.156.M0.<6 digits>.<8 digits> is expected");
    for (std::size_t i = 5; i < unit.size(); ++i) {
      if (unit[i].empty() || std::string_view("SMLDEVYC").find(unit[i][0]) == std::string_view::npos ||
          !all_of(unit[i], kWord)) {
        return refuse("ma.udi", text, fmt::format("\"{}\" is no part of a device identification", excerpt(unit[i])));
      }
    }
    candidate.parts.push_back({"注册人 registrant", "", std::string(unit[3]), ""});
    return candidate;
  }
  const bool sized =
      unit.size() == 4 && unit[2].size() >= 2 && unit[2].size() <= 6 && !unit[3].empty() && unit[3].size() <= 12;
  if (!sized || !all_of(unit[2], kUpper) || !all_of(unit[3], kUpper))
    return refuse("ma.unit", text, "the registrar has 2 to 6, the unit 1 to 12 capitals or digits");
  candidate.parts.push_back({"单位 unit", "", std::string(slashes[0]), ""});
  if (slashes.size() == 1) return candidate;
  const auto use = split(slashes[1], '.');
  const bool use_fits =
      slashes.size() <= 3 && use.size() == 3 && !use[0].empty() && use[0].size() <= 3 && is_all_digits(use[0]);
  if (!use_fits || use[1].size() != 8 || !is_all_digits(use[1]) || use[2].empty() || use[2].size() > 64 ||
      !all_of(use[2], kWord)) {
    return refuse("ma.object", text, "behind the unit comes /<use>.<category, 8 digits>.<model>");
  }
  candidate.parts.push_back({"用途 use", "", std::string(use[0]), use[0] == "10" ? "产品" : ""});
  candidate.parts.push_back({"品类 category", "", std::string(use[1]), ""});
  candidate.parts.push_back({"型号 model", "", std::string(use[2]), ""});
  if (slashes.size() == 3) {
    if (slashes[2].size() > 64 || !all_of(slashes[2], std::string(kWord) + "."))
      return refuse("ma.item", text, "the item part has at most 64 letters, digits, - _ .");
    if (!slashes[2].empty()) candidate.parts.push_back({"单品 item", "", std::string(slashes[2]), ""});
  }
  return candidate;
}

Result<Candidate> read_oid(std::string_view text) {
  const std::string_view code = text.starts_with("urn:oid:") ? text.substr(8) : text;
  const auto arcs = split(code, '.');
  if (arcs.size() < 3 || code.size() > 255)
    return refuse("oid.shape", text, "an OID has at least three numbers with dots, 255 characters at most");
  for (const std::string_view arc : arcs) {
    if (!is_all_digits(arc) || (arc.size() > 1 && arc[0] == '0'))
      return refuse("oid.arc", text, fmt::format("\"{}\" is no number without leading zero", excerpt(arc)));
  }
  if (arcs[0].size() != 1 || arcs[0][0] > '2') return refuse("oid.root", text, "the first number is 0, 1 or 2");
  if (arcs[0] != "2" && (arcs[1].size() > 2 || (arcs[1].size() == 2 && arcs[1][0] > '3')))
    return refuse("oid.root", text, "under 0 and 1 the second number is at most 39");
  return Candidate{
      Identity{Scheme::kOid, std::string(code)},
      "oid",
      {{"OID", "", std::string(code), code.starts_with("1.2.156.") || code.starts_with("2.16.156.") ? "中国" : ""}},
      "object identifier (ITU-T X.660)",
      {}};
}

Result<Candidate> read_handle(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto prefix = split(text.substr(0, slash), '.');
  const bool known = prefix[0] == "86" || prefix[0] == "88";
  const bool nodes = prefix.size() >= 2 && prefix.size() <= 3 &&
                     std::all_of(prefix.begin() + 1, prefix.end(),
                                 [](std::string_view node) { return is_all_digits(node) && node.size() <= 128; });
  if (!known || !nodes)
    return refuse("handle.prefix", text,
                  "a handle of the industrial internet starts with 86. or 88. and one or two numbers");
  const std::string_view suffix = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  if (suffix.empty() || suffix.size() > 512 || suffix.find_first_of(" \t\n") != std::string_view::npos)
    return refuse("handle.suffix", text, "behind the slash come 1 to 512 characters without blanks");
  return Candidate{
      Identity{Scheme::kHandle, std::string(text)},
      "handle",
      {{"前缀 prefix", "", std::string(text.substr(0, slash)), ""}, {"后缀 suffix", "", std::string(suffix), ""}},
      "Handle of the industrial internet (工业互联网标识)",
      {}};
}

Result<Candidate> read_vaa(std::string_view text) {
  if (!text.starts_with("VAA") || text.size() < 9 || text.size() > 83 ||
      !all_of(text.substr(3), std::string(kUpper) + "./-")) {
    return refuse("vaa.shape", text, "VAA is followed by 6 to 80 capitals, digits, . / -");
  }
  return Candidate{Identity{Scheme::kVaa, std::string(text)},
                   "vaa",
                   {{"VAA", "", std::string(text), ""}},
                   "issuing agency VAA; kept as it is, its widths are not published",
                   {}};
}

Result<Candidate> read_ccc(std::string_view text, int year) {
  if (text.size() != 16 || !is_all_digits(text))
    return refuse("ccc.shape", text, "a CCC certificate number has 16 digits");
  int issued = 0;
  std::from_chars(text.data(), text.data() + 4, issued);  // digits only: cannot fail
  if (issued < 2002 || issued > year)
    return refuse("ccc.year", text,
                  fmt::format("it starts with the year of first issue, 2002 to {}; seen {}", year, issued));
  // Groups of the catalogue; a category outside them is readable, but no CCC category that we know of.
  constexpr std::array<std::string_view, 21> kGroups = {"01", "02", "03", "04", "05", "06", "07",
                                                        "08", "09", "10", "11", "12", "13", "14",
                                                        "15", "18", "19", "21", "22", "23", "24"};
  const std::string_view group = text.substr(6, 2);
  if (std::find(kGroups.begin(), kGroups.end(), group) == kGroups.end())
    return refuse("ccc.category", text, fmt::format("the catalogue has no group {}", group));
  return Candidate{
      Identity{Scheme::kCcc, std::string(text)},
      "ccc",
      {{"首次发证年份 year", "", std::string(text.substr(0, 4)), ""},
       {"认证机构 body", "", std::string(text.substr(4, 2)), text.substr(4, 2) == "01" ? "中国质量认证中心" : ""},
       {"产品种类 category", "", std::string(text.substr(6, 4)), ""},
       {"流水号 serial", "", std::string(text.substr(10)), ""}},
      "CCC certificate number; it has no check digit, only the registry knows whether it is valid",
      {}};
}

Result<Candidate> read_licence(std::string_view text) {
  constexpr std::string_view kProvinces = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
  std::string_view rest = text;
  std::string province;
  if (!rest.empty() && rest[0] == '(') {
    const std::size_t close = rest.find(')');
    if (close != 4 || kProvinces.find(rest.substr(1, 3)) == std::string_view::npos)
      return refuse("licence.province", text, "in the brackets stands one province abbreviation such as 皖");
    province = rest.substr(1, 3);
    rest.remove_prefix(5);
  }
  const auto parts = split(rest, '-');
  const bool fits = rest.starts_with("XK") && parts.size() == 3 && parts[0].size() == 4 &&
                    is_all_digits(parts[0].substr(2)) && parts[1].size() == 3 && is_all_digits(parts[1]) &&
                    parts[2].size() == 5 && is_all_digits(parts[2]);
  if (!fits)
    return refuse("licence.shape", text,
                  "a production licence number looks like (皖)XK08-001-00012: 2, 3 and 5 digits");
  return Candidate{Identity{Scheme::kLicence, std::string(text)},
                   "production_licence",
                   {{"省份 province", "", province, ""},
                    {"行业 industry", "", std::string(parts[0].substr(2)), ""},
                    {"产品 product", "", std::string(parts[1]), ""},
                    {"企业 enterprise", "", std::string(parts[2]), ""}},
                   "industrial production licence number; it has no check digit",
                   {}};
}

namespace {

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// GB 11714: does the organisation code inside (8 characters and a check character) fit?
bool organisation_code_fits(std::string_view code) {
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 8; ++i) sum += static_cast<int>(kUpper.find(code[i])) * kWeights[i];
  const int check = 11 - sum % 11;
  return code[8] == (check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check));
}

struct Department {
  char code;
  std::string_view types, name;
};
constexpr Department kDepartments[] = {
    {'1', "1239", "机构编制"}, {'2', "19", "外交"},       {'3', "123459", "司法行政"},
    {'4', "19", "文化"},       {'5', "1239", "民政"},     {'6', "129", "旅游"},
    {'7', "129", "宗教"},      {'8', "19", "工会"},       {'9', "123", "市场监管（工商）"},
    {'A', "19", "军队"},       {'N', "1239", "农业农村"}, {'Y', "1", "其他"}};

}  // namespace

char uscc_check(std::string_view first17) {
  int sum = 0;
  int weight = 1;
  for (const char c : first17) {
    sum += static_cast<int>(kUsccAlphabet.find(c)) * weight;
    weight = weight * 3 % 31;
  }
  return kUsccAlphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

Result<Candidate> read_uscc(std::string_view text) {
  if (text.size() != 18)
    return refuse("uscc.length", text, fmt::format("a 统一社会信用代码 has 18 characters; seen {}", text.size()));
  if (const std::size_t bad = text.find_first_not_of(kUsccAlphabet); bad != std::string_view::npos) {
    return refuse("uscc.letter", text,
                  fmt::format("\"{}\" does not occur in these codes (capitals without I O S V Z, and digits)",
                              text.substr(bad, 1)));
  }
  if (!is_all_digits(text.substr(2, 6)))
    return refuse("uscc.division", text, "places 3 to 8 are a division code of 6 digits");
  if (const char expected = uscc_check(text.substr(0, 17)); text[17] != expected) {
    return refuse("uscc.check", text, fmt::format("the check character is {}, expected {}", text[17], expected));
  }
  const auto* department = std::find_if(std::begin(kDepartments), std::end(kDepartments),
                                        [&](const Department& each) { return each.code == text[0]; });
  if (department == std::end(kDepartments) || department->types.find(text[1]) == std::string_view::npos) {
    return refuse("uscc.department", text,
                  fmt::format("\"{}\" is no registration department and type", text.substr(0, 2)));
  }
  Candidate candidate{Identity{Scheme::kUscc, std::string(text)},
                      "uscc",
                      {{"登记管理部门 department", "", std::string(text.substr(0, 2)), std::string(department->name)},
                       {"行政区划 division", "", std::string(text.substr(2, 6)), ""},
                       {"组织机构代码 organisation code", "", std::string(text.substr(8, 9)), ""}},
                      "统一社会信用代码 with a fitting check character",
                      {}};
  if (!organisation_code_fits(text.substr(8, 9))) {
    candidate.warnings.push_back(
        {"", "uscc.inner_check",
         fmt::format(
             "The organisation code {} inside does not fit its own check character (GB 11714). Ask for the licence.",
             text.substr(8, 9))});
  }
  return candidate;
}

}  // namespace suyuan::codes
