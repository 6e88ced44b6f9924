// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/account/account.h"

namespace suyuan {

namespace {

template <class Row, class Line>
std::string lines(const std::vector<Row>& rows, std::size_t limit, bool english, Line line) {
  if (rows.empty()) return english ? "none" : "无";
  std::string text;
  for (std::size_t i = 0; i < std::min(limit, rows.size()); ++i) text += (i == 0 ? "" : "\n") + line(rows[i]);
  if (rows.size() > limit) text += english ? "\n… more; go on with --after" : "\n…… 还有更多，用 --after 继续";
  return text;
}

std::string said(bool english, std::string_view word, std::string_view chinese, std::string_view value) {
  return std::string(english ? word : chinese).append(value);
}
std::string said(bool english, std::string_view word, std::string_view chinese, std::int64_t value) {
  return said(english, word, chinese, std::to_string(value));
}

std::string_view kind_name(identity::OrgKind kind, bool english) {
  constexpr std::string_view kChinese[] = {"",           "本系统运行单位", "监管机构", "监测中心", "检验机构",
                                           "平台经营者", "站内经营者",     "生产者",   "销售者",   "行业机构"};
  return english ? identity::org_kind_word(kind) : kChinese[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string organisations_text(const std::vector<identity::Organisation>& rows, std::size_t limit, bool english) {
  return lines(rows, limit, english, [english](const identity::Organisation& it) {
    std::string line = fmt::format("{:>6}  {}  {}  {:06}", it.id.value(), it.name, kind_name(it.kind, english),
                                   it.jurisdiction.division);
    if (it.superior) line += said(english, "  below ", "  上级 ", it.superior->value());
    if (!it.uscc.empty()) line += "  " + it.uscc;
    if (!it.is_active) line += english ? "  closed" : "  已停用";
    for (const std::string& code : it.codes) line += "\n        " + code;
    return line;
  });
}

std::string people_text(const std::vector<PersonView>& rows, std::size_t limit, bool english) {
  return lines(rows, limit, english, [english](const PersonView& it) {
    std::string line = fmt::format("{:>6}  {}  {}", it.id.value(), it.login, it.masked_name);
    if (!it.masked_mobile.empty()) line += "  " + it.masked_mobile;
    line += said(english, "  of ", "  单位 ", it.org.value());
    for (const RoleGrant& grant : it.roles) {
      const auto& rule = identity::rule_of(grant.role);
      line += fmt::format("  {}", english ? std::string(role_word(grant.role)) : rule.chinese);
    }
    if (it.deputy) line += said(english, "  deputy ", "  代理人 ", it.deputy->value());
    if (!it.is_active) line += english ? "  suspended" : "  已停用";
    return line;
  });
}

std::string tasks_text(const std::vector<Task>& rows, std::size_t limit, bool english) {
  return lines(rows, limit, english, [english](const Task& it) {
    std::string line = fmt::format("{}  {}  {}", format_instant(it.opened, std::chrono::hours(8)), it.kind, it.subject);
    line += said(english, "  of ", "  单位 ", it.org.value());
    if (it.person) line += said(english, " person ", " 人员 ", it.person->value());
    if (it.due) line += said(english, "  due ", "  期限 ", format_instant(*it.due, std::chrono::hours(8)));
    if (it.closed) line += said(english, "  closed ", "  已办结 ", format_instant(*it.closed, std::chrono::hours(8)));
    return line;
  });
}

}  // namespace suyuan
