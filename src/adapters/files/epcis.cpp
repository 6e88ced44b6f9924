// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/epcis.h"

#include <fmt/format.h>

#include "adapters/files/encoding.h"
#include "base/text.h"

namespace suyuan {

namespace {

Error refuse(std::string_view code, std::string text) {
  return Error{ErrorKind::kInvalid, std::string(code), std::move(text)};
}

}  // namespace

Status check_encoding(std::string_view bytes) {
  if (trim(bytes).empty())
    return refuse("document.empty", "The document is empty. An EPCIS document in JSON-LD or XML is expected.");
  const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0; };
  if ((byte(0) == 0xFF && byte(1) == 0xFE) || (byte(0) == 0xFE && byte(1) == 0xFF)) {
    return refuse("document.not_utf8", "The document is UTF-16. Save it as UTF-8 and send it again.");
  }
  const std::size_t bad = first_bad_utf8(bytes);
  if (bytes.substr(0, 512).find('\0') != std::string_view::npos)
    return refuse("document.binary", "The document holds zero bytes: it is a binary file, not JSON or XML.");
  if (bad != std::string_view::npos) {
    return refuse(
        "document.not_utf8",
        fmt::format(
            "Byte {} is not UTF-8. If the document was saved as GB18030 or GBK, save it as UTF-8 and send it again.",
            bad));
  }
  return Done{};
}

Result<trace::RawDocument> read_epcis(std::string_view bytes) {
  if (auto sound = check_encoding(bytes); !sound) return std::move(sound.error());
  const std::string_view start = trim(bytes.starts_with(kByteOrderMark) ? bytes.substr(3) : bytes);
  return start.starts_with('<') ? read_epcis_xml(bytes) : read_epcis_json(bytes);
}

}  // namespace suyuan
