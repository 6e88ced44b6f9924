// SPDX-License-Identifier: Apache-2.0
#include "domain/evidence/media_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace suyuan::evidence {
namespace {

using namespace std::string_literals;

std::string type_of(std::string_view bytes) {
  const auto found = media_type_of(bytes);
  return found ? std::string(found->type) : "none";
}

TEST(MediaTypeOfEvidence, is_what_the_bytes_are) {
  EXPECT_EQ(type_of("\xFF\xD8\xFF\xE0 and so on"), "image/jpeg");
  EXPECT_EQ(type_of("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s), "image/png");
  EXPECT_EQ(type_of("RIFF\1\2\3\4WEBPVP8 "), "image/webp");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypheic\0\0\0\0"s),
            "image/heic");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypisom\0\0\0\0"s),
            "video/mp4");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypM4A \0\0\0\0"s),
            "audio/mp4");
  EXPECT_EQ(type_of("%PDF-1.7\n\x01"), "application/pdf");
  EXPECT_EQ(type_of("PK\x03\x04....OFD.xml\x01"), "application/ofd");
  EXPECT_EQ(type_of("PK\x03\x04....word/document.xml\x01"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(type_of("检验结果：铅 0.5 mg/kg\r\n"), "text/plain");
}

TEST(MediaTypeOfEvidence, takes_nothing_that_is_not_named) {
  for (const std::string& bytes : {""s, "PK\x03\x04 a program in an archive\x01"s, "MZ\x90\0\3"s,
                                   "\x7F"
                                   "ELF\2\1"s,
                                   "\xFF\xD8"s, "RIFF\1\2\3\4WAVE"s,
                                   "\0\0\0\x18"
                                   "ftypavif\0\0\0\0"s,
                                   "text with a zero\0byte"s, "text that is no UTF-8 \xB0\xA1"s})
    EXPECT_EQ(type_of(bytes), "none") << bytes;
}

TEST(MediaTypeOfEvidence, are_listed_by_name) {
  const auto all = media_types();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.type < b.type; }));
}

}  // namespace
}  // namespace suyuan::evidence
