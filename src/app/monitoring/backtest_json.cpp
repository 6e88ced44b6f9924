// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <cmath>

#include "app/monitoring/backtest.h"

namespace suyuan {

namespace {

namespace json = boost::json;
using monitoring::Alarm;

// JSON has no infinity.
json::value number(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::array parts_json(const std::vector<std::string>& parts) {
  json::array list;
  for (const std::string& part : parts) list.emplace_back(part);
  return list;
}

json::object alarm_json(const Alarm& alarm, monitoring::Period period) {
  const auto& judged = alarm.judged;
  json::object object{{"method", monitoring::method_name(judged.method)},
                      {"parts", parts_json(alarm.parts)},
                      {"ends", format_day(alarm.ends)},
                      {"periods", alarm.duration},
                      {"count", alarm.count},
                      {"expected", number(judged.expected)},
                      {"bound", number(judged.upper)},
                      {"boundOf", judged.bounds_score ? "score" : "count"},
                      {"score", number(judged.score)}};
  if (alarm.family != 0) {
    object["tail"] = judged.tail;
    object["adjusted"] = alarm.adjusted;
    object["family"] = alarm.family;
  }
  object["inputs"] = alarm.inputs;
  object["sentence"] = {{"zh", sentence(alarm, period, false)}, {"en", sentence(alarm, period, true)}};
  return object;
}

json::object run_json(const Backtest& answer, const monitoring::Run& run) {
  const monitoring::Tally& tally = run.tally;
  const auto rate = [&](std::size_t alarms) {
    return tally.calm_judged == 0 ? json::value(nullptr)
                                  : json::value(static_cast<double>(alarms) / static_cast<double>(tally.calm_judged));
  };
  json::array alarms, rises, events;
  for (const Alarm& alarm : run.alarms) alarms.push_back(alarm_json(alarm, answer.panel.period));
  for (const auto& rise : rank_rises(answer.panel, run)) {
    rises.push_back(json::object{{"parts", parts_json(rise.alarm->parts)},
                                 {"firstAlarm", format_day(rise.alarm->ends)},
                                 {"count", rise.alarm->count},
                                 {"before", rise.before},
                                 {"until", rise.until},
                                 {"after", rise.after},
                                 {"excess", rise.excess}});
  }
  for (const auto& found : detections(answer.panel, run, answer.known)) {
    json::object object{{"name", found.event->name}, {"from", format_day(found.event->from)}};
    if (found.first != nullptr) {
      object["firstAlarm"] = format_day(found.first->ends);
      object["parts"] = parts_json(found.first->parts);
      object["delayPeriods"] = found.delay_periods;
    }
    events.push_back(std::move(object));
  }
  return {{"method", monitoring::method_name(tally.method)},
          {"judged", tally.judged},
          {"tooLittle", tally.too_little},
          {"signalled", tally.signalled},
          {"held", tally.held},
          {"repeated", tally.repeated},
          {"raised", tally.raised},
          {"calm",
           {{"judged", tally.calm_judged},
            {"signalled", tally.calm_signalled},
            {"raised", tally.calm_raised},
            {"falseSignalRate", rate(tally.calm_signalled)},
            {"falseAlarmRate", rate(tally.calm_raised)}}},
          {"alarms", std::move(alarms)},
          {"rises", std::move(rises)},
          {"events", std::move(events)}};
}

}  // namespace

std::string backtest_json(const Backtest& answer) {
  const auto& panel = answer.panel;
  json::array files, runs;
  for (const BacktestFile& file : answer.files) files.push_back({{"name", file.name}, {"sha256", file.sha256}});
  for (const auto& run : answer.runs) runs.push_back(run_json(answer, run));
  return json::serialize(json::object{{"methodsVersion", monitoring::kMethodsVersion},
                                      {"policyVersion", monitoring::detection_policy().version},
                                      {"files", std::move(files)},
                                      {"intake",
                                       {{"lines", answer.intake.lines},
                                        {"outside", answer.intake.outside},
                                        {"incomplete", answer.intake.incomplete},
                                        {"repeated", answer.intake.repeated}}},
                                      {"period", monitoring::period_name(panel.period)},
                                      {"dimensions", parts_json(panel.dimensions)},
                                      {"firstEnds", format_day(panel.end_of(0))},
                                      {"lastEnds", format_day(panel.end_of(panel.periods - 1))},
                                      {"periods", panel.periods},
                                      {"series", panel.series.size()},
                                      {"runs", std::move(runs)}});
}

}  // namespace suyuan
