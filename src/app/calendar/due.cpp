// SPDX-License-Identifier: Apache-2.0
#include "app/calendar/due.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"

namespace suyuan {

namespace {

using calendar::WorkingDays;

std::string weekday_of(CivilDay day, bool english) {
  static constexpr const char* kChinese[] = {"日", "一", "二", "三", "四", "五", "六"};
  static constexpr const char* kEnglish[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                             "Thursday", "Friday", "Saturday"};
  const unsigned at = std::chrono::weekday(day).c_encoding();
  return english ? kEnglish[at] : fmt::format("星期{}", kChinese[at]);
}

std::vector<std::string> texts(const std::vector<CivilDay>& days) {
  std::vector<std::string> all;
  for (const CivilDay day : days) all.push_back(format_day(day));
  return all;
}

Json list_of(const std::vector<CivilDay>& days) {
  Json list = Json::list();
  for (const std::string& day : texts(days)) list.items.push_back(Json::of_text(day));
  return list;
}

}  // namespace

Result<DueAnswer> due_day(const DueRequest& request) {
  if (request.count < 1 || request.count > WorkingDays::kMostDays)
    return Error{ErrorKind::kInvalid, "calendar.count",
                 fmt::format("{} days were asked for; 1 to {} can be counted.", request.count, WorkingDays::kMostDays)};
  const WorkingDays& days = WorkingDays::announced();
  DueAnswer answer{request, {}, {}, {}, days.last_year()};
  answer.due = request.in_working_days ? days.after_working_days(request.start, request.count)
                                       : days.after_days(request.start, request.count);
  for (CivilDay day = request.start; day < answer.due.day;) {
    day += std::chrono::days(1);
    if (days.is_off(day)) answer.off.push_back(day);
    if (days.is_make_up(day)) answer.make_up.push_back(day);
  }
  return answer;
}

std::string due_text(const DueAnswer& answer, bool english) {
  const std::string start = format_day(answer.request.start), due = format_day(answer.due.day);
  const int count = answer.request.count;
  std::string text =
      english
          ? fmt::format("{}, {}: {} {} after {}, that day not counted.", due, weekday_of(answer.due.day, true), count,
                        answer.request.in_working_days ? (count == 1 ? "working day" : "working days")
                                                       : (count == 1 ? "day" : "days"),
                        start)
          : fmt::format("{}（{}）：自 {} 起 {} 个{}，当日不计。", due, weekday_of(answer.due.day, false), start, count,
                        answer.request.in_working_days ? "工作日" : "自然日，末日为休息日的顺延");
  if (!answer.off.empty())
    text += fmt::format("\n{}{}", english ? "Off by notice: " : "放假：", fmt::join(texts(answer.off), " "));
  if (!answer.make_up.empty())
    text += fmt::format("\n{}{}", english ? "Worked by notice: " : "调休上班：", fmt::join(texts(answer.make_up), " "));
  if (!answer.due.is_provisional) return text;
  const int upto = answer.announced_upto;
  text += english ? fmt::format(
                        "\nProvisional: no notice covers all of these days (notices are here up to {}); elsewhere "
                        "Monday to Friday were taken to be working days. Ask again when the notice is there.",
                        upto)
                  : fmt::format(
                        "\n暂定：其间有的日子尚无放假通知（本程序收录至 {} 年），按周一至周五上班推算；通知发布后"
                        "请重新计算。",
                        upto);
  return text;
}

std::string due_json(const DueAnswer& answer) {
  Json json = Json::object();
  json.add("start", Json::of_text(format_day(answer.request.start)));
  json.add("count", Json::number(answer.request.count));
  json.add("unit", Json::of_text(answer.request.in_working_days ? "workingDay" : "day"));
  json.add("due", Json::of_text(format_day(answer.due.day)));
  json.add("provisional", Json::boolean(answer.due.is_provisional));
  json.add("off", list_of(answer.off));
  json.add("makeUp", list_of(answer.make_up));
  json.add("announcedUpTo", Json::number(answer.announced_upto));
  return json_text(json);
}

}  // namespace suyuan
