// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/router.h"

namespace suyuan::http {

struct TamperAnswer {
  std::string copied_zh, copied_en;  // what was changed, exactly
  struct Fault {
    std::string name_zh, text;
  };
  std::vector<Fault> faults;  // none: nothing was noticed
  std::uint64_t entries = 0;  // that were checked
};
struct TamperDeed {
  std::string_view word, zh, en;
};
// In the order of the page.
inline constexpr TamperDeed kTamperDeeds[] = {
    {"recorded", "把一条记录的入库时间改早一小时", "Make one record an hour older"},
    {"content", "把一条记录的原始内容换成另一条的", "Put another record's document into the place of one"},
    {"delete", "删掉一家单位的一条记录", "Delete one record of a firm"},
    {"tile", "改动日志文件里的一个字节", "Change one byte of a file of the log"},
    {"checkpoint", "改动公布的检查点里的一个字符", "Change one character of the published checkpoint"},
    {"rewrite", "删掉一条记录，再用自己的密钥把整个日志重写一遍",
     "Delete one record and write the whole log anew, with keys of your own"},
    {"nothing", "什么都不改", "Change nothing"},
};

using Tamper = std::function<Result<TamperAnswer>(std::string_view deed)>;

// GET and POST /demo/tamper: the visitor of the demonstration edits a copy of its database. `tamper` outlives the
// router and may be asked by several threads.
void add_tamper_routes(Router& router, const Tamper& tamper);

}  // namespace suyuan::http
