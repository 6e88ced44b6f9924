// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/message.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/text.h"

namespace suyuan::http {

namespace {

namespace urls = boost::urls;

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
           return lower(x) == lower(y);
         });
}

std::string_view text_of(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

bool is_sound(std::string_view text, std::string& why) {
  if (text.find('\0') != std::string_view::npos) {
    why = "it holds %00";
  } else if (!is_utf8(text)) {
    why = "decoded, it is not UTF-8";
  }
  return why.empty();
}

// "+" stands for a blank in a query, as forms send it.
std::string query_text(std::string_view encoded) {
  std::string with_blanks(encoded);
  std::replace(with_blanks.begin(), with_blanks.end(), '+', ' ');
  std::string text;
  for (std::size_t i = 0; i < with_blanks.size(); ++i) {
    unsigned value = 0;
    if (with_blanks[i] == '%' && i + 2 < with_blanks.size() &&
        std::from_chars(&with_blanks[i + 1], &with_blanks[i + 1] + 2, value, 16).ec == std::errc()) {
      text += static_cast<char>(value);
      i += 2;
    } else {
      text += with_blanks[i];
    }
  }
  return text;
}

// Programs and browsers send "EQ_bizStep=shipping|receiving" as it is typed, though RFC 3986 wants %7C; the URL
// Standard lets them. Other scripts are sent raw too. All that is encoded here, and judged like the rest.
std::string with_raw_characters_encoded(std::string_view target) {
  constexpr std::string_view kHex = "0123456789ABCDEF", kRawInQueries = "|^`{}[]\\";
  std::string encoded;
  bool in_query = false;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !(in_query && kRawInQueries.find(c) != std::string_view::npos))
      encoded += c;
    else
      encoded.append({'%', kHex[byte >> 4U], kHex[byte & 0xFU]});
    in_query = in_query || c == '?';
  }
  return encoded;
}

bool read_query(std::string_view encoded, Pairs& query, std::string& why) {
  if (encoded.empty()) return true;
  for (const std::string_view part : split(encoded, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string name = query_text(part.substr(0, equals));
    std::string value = equals < part.size() ? query_text(part.substr(equals + 1)) : std::string();
    if (!is_sound(name, why) || !is_sound(value, why)) return false;
    if (!part.empty()) query.emplace_back(std::move(name), std::move(value));
  }
  return true;
}

bool read_path(const urls::url_view& url, Request& request, std::string& why) {
  if (std::string_view(url.encoded_path()).starts_with("/./")) {  // no segment to the library
    why = "\".\" and \"..\" are not followed";
    return false;
  }
  for (const auto segment : url.encoded_segments()) {
    std::string text = segment.decode();
    if (!is_sound(text, why)) return false;
    if (text == "." || text == "..") {
      why = "\".\" and \"..\" are not followed";
      return false;
    }
    request.segments.push_back(std::move(text));
  }
  // "/demo/" is "/demo".
  if (request.segments.size() > 1 && request.segments.back().empty()) request.segments.pop_back();
  return true;
}

struct Range {
  std::string_view type;
  double quality = 1;
};

Range read_range(std::string_view text) {
  const auto parts = split(text, ';');
  Range range{trim(parts.front()), 1};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view part = trim(parts[i]);
    if (!part.starts_with("q=") && !part.starts_with("Q=")) continue;
    if (std::from_chars(part.data() + 2, part.data() + part.size(), range.quality).ec != std::errc()) range.quality = 0;
  }
  return range;
}

// How exactly the range names the type: 0 not at all, 1 "*/*", 2 "text/*", 3 "text/html".
int precision(std::string_view range, std::string_view type) {
  if (same_name(range, type)) return 3;
  if (range == "*/*") return 1;
  return range.ends_with("/*") && same_name(range.substr(0, range.size() - 1), type.substr(0, range.size() - 1)) ? 2
                                                                                                                 : 0;
}

}  // namespace

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_name(field, name)) return value;
  }
  return {};
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); }));
}

bool Headers::has(std::string_view name) const { return count(name) > 0; }

void Headers::add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

void Headers::set(std::string name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  add(std::move(name), std::move(value));
}

std::string_view Request::path_value(std::string_view name) const { return text_of(path_values, name); }

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Response reply(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(content_type));
  response.body = std::move(body);
  return response;
}

std::string_view negotiate(std::string_view accept, const std::vector<std::string>& offered) {
  if (offered.empty()) return {};
  if (trim(accept).empty()) return offered.front();
  std::vector<Range> ranges;
  for (const std::string_view part : split(accept, ',')) ranges.push_back(read_range(part));
  std::string_view best;
  double best_quality = 0;
  for (const std::string& type : offered) {
    int exactness = 0;
    double quality = 0;
    for (const Range& range : ranges) {
      const int found = precision(range.type, type);
      if (found > exactness) {
        exactness = found;
        quality = range.quality;
      }
    }
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  return best;
}

std::string media_type(std::string_view content_type) {
  return ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
}

bool read_target(std::string_view target, Request& request, std::string& why) {
  request.target = target;
  request.segments.clear();
  request.query.clear();
  // "GET http://host/path" is the same as "GET /path" (RFC 9112 §3.2.2).
  const std::string encoded = with_raw_characters_encoded(target);
  const auto url = encoded.starts_with('/') ? urls::parse_origin_form(encoded) : urls::parse_absolute_uri(encoded);
  if (!url) {
    why = "it is not a path with an optional query; other characters must be percent-encoded";
    return false;
  }
  const auto path = url->encoded_path();
  request.path.assign(path.data(), path.size());
  if (request.path.empty()) request.path = "/";
  const auto query = url->encoded_query();
  return read_path(*url, request, why) && read_query(std::string_view(query.data(), query.size()), request.query, why);
}

}  // namespace suyuan::http
