// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/codes/digital_link.h"
#include "domain/codes/epc_urn.h"
#include "domain/codes/other_schemes.h"
#include "domain/codes/percent.h"

namespace suyuan::codes {

namespace {

struct KeyParts {
  std::string_view ai, value, qualifier, qualifier_value;  // still percent-encoded
};

// The text up to the next slash, and that slash, off the front.
std::string_view take_piece(std::string_view& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view piece = text.substr(0, slash);
  text.remove_prefix(std::min(slash + 1, text.size()));
  return piece;
}

KeyParts parts_of(std::string_view key) {
  std::string_view rest = key.substr(1);
  return {take_piece(rest), take_piece(rest), take_piece(rest), take_piece(rest)};
}

Level gs1_level(std::string_view key) {
  const KeyParts parts = parts_of(key);
  if (parts.ai == "01" || parts.ai == "8006") {
    if (parts.qualifier == "21" || parts.qualifier == "235") return Level::kItem;
    return parts.qualifier == "10" ? Level::kLot : Level::kClass;
  }
  if (parts.ai == "00" || parts.ai == "8004" || parts.ai == "401" || parts.ai == "402") return Level::kItem;
  if (parts.ai == "8003") return parts.value.size() > 14 ? Level::kItem : Level::kClass;
  if (parts.ai == "8010") return parts.qualifier == "8011" ? Level::kItem : Level::kClass;
  if (parts.ai == "414") return Level::kPlace;
  if (parts.ai == "417" || parts.ai == "415") return Level::kParty;
  if (parts.ai == "253") return Level::kDocument;
  return Level::kOther;
}

Error not_a_uri(std::string_view text) {
  return Error{
      ErrorKind::kInvalid, "code.not_a_uri",
      fmt::format(
          "\"{}\" is no identifier: an absolute URI is expected, such as https://id.gs1.org/01/… or urn:epc:id:….",
          excerpt(text, 120))};
}

bool has_scheme(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == uri.size()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(uri[0])) return false;
  for (const char c : uri.substr(0, colon)) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

bool is_plain(std::string_view uri) {
  for (const char c : uri) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>' || c == '"') return false;
  }
  return is_utf8(uri);
}

std::optional<Identity> by_own_prefix(std::string_view text) {
  const auto taken = [](Result<Candidate> candidate) {
    return candidate ? std::optional(candidate->id) : std::nullopt;
  };
  if (text.starts_with("MA.") || text.find("?code=MA.") != std::string_view::npos) return taken(read_ma(text));
  if (text.starts_with("E=") || text.find("/E=") != std::string_view::npos) return taken(read_ecode(text));
  if (text.starts_with("urn:oid:")) return taken(read_oid(text));
  if (text.starts_with("86.") || text.starts_with("88.")) return taken(read_handle(text));
  if (text.starts_with("VAA")) return taken(read_vaa(text));
  return std::nullopt;
}

}  // namespace

Level level_of(const Identity& id) {
  switch (id.scheme) {
    case Scheme::kGs1:
      return gs1_level(id.key);
    case Scheme::kUscc:
      return Level::kParty;
    case Scheme::kCcc:
    case Scheme::kLicence:
      return Level::kDocument;
    case Scheme::kUri:
      if (id.key.starts_with("urn:epc:idpat:") || id.key.starts_with("urn:epc:class:")) return Level::kClass;
      return Level::kItem;
    default:
      return Level::kItem;
  }
}

std::optional<Identity> class_of(const Identity& id) {
  if (id.scheme != Scheme::kGs1) return std::nullopt;
  const KeyParts parts = parts_of(id.key);
  if (parts.ai == "8003" && parts.value.size() > 14)
    return Identity{Scheme::kGs1, "/8003/" + std::string(parts.value.substr(0, 14))};
  const bool has_class = (parts.ai == "01" || parts.ai == "8006" || parts.ai == "8010") && !parts.qualifier.empty();
  if (!has_class) return std::nullopt;
  return Identity{Scheme::kGs1, fmt::format("/{}/{}", parts.ai, parts.value)};
}

Result<EpcisId> read_epcis_id(std::string_view uri) {
  if (auto plain = read_plain_gtin_link(uri)) return EpcisId{std::move(*plain), std::nullopt};
  if (uri.empty() || uri.size() > 2048 || !is_plain(uri)) return not_a_uri(uri);
  if (uri.starts_with("urn:epc:id:") || uri.starts_with("urn:epc:class:") || uri.starts_with("urn:epc:idpat:")) {
    auto read = read_epc_urn(uri);
    if (read) return EpcisId{std::move(*read), std::nullopt};
    if (read.error().code != "epc.scheme") return std::move(read.error());
    return EpcisId{Identity{Scheme::kUri, std::string(uri)}, std::nullopt};  // adi, gid, usdod …: an id, but no GS1 key
  }
  if (auto own = by_own_prefix(uri)) return EpcisId{std::move(*own), std::nullopt};
  const bool gs1_host = uri.starts_with("https://id.gs1.org/") || uri.starts_with("http://id.gs1.org/");
  if (gs1_host || looks_like_digital_link(uri)) {
    auto elements = read_digital_link(uri);
    if (!elements) return std::move(elements.error());
    return identity_of(*elements);
  }
  if (!has_scheme(uri)) return not_a_uri(uri);
  return EpcisId{Identity{Scheme::kUri, std::string(uri)}, std::nullopt};
}

namespace {

std::string own_text(const Identity& id) {
  if (id.scheme == Scheme::kInHouse) return id.key.substr(id.key.find(':') + 1);
  return id.key;
}

}  // namespace

std::string canonical_uri(const Identity& id) {
  if (id.scheme == Scheme::kGs1) return "https://id.gs1.org" + id.key;
  return id.scheme == Scheme::kOid ? "urn:oid:" + id.key : own_text(id);
}

std::string display_text(const Identity& id) {
  if (id.scheme != Scheme::kGs1) return own_text(id);
  const KeyParts parts = parts_of(id.key);
  std::string text = fmt::format("({}){}", parts.ai, percent_decode(parts.value).value_or(""));
  if (!parts.qualifier.empty())
    text += fmt::format("({}){}", parts.qualifier, percent_decode(parts.qualifier_value).value_or(""));
  return text;
}

std::string page_path(const Identity& id) {
  return id.scheme == Scheme::kGs1 ? id.key : "/t/" + percent_encode(own_text(id));
}

}  // namespace suyuan::codes
