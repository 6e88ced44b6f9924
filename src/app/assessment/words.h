// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "app/assessment/assess.h"

// What people read, Chinese and English, by the stable keys of the domain.
namespace suyuan {

std::string in(const assessment::Words& words, bool english);
std::string_view colour_word(assessment::Colour colour, bool english);  // 红色
std::string_view use_word(assessment::MarketUse use, bool english);
std::string_view interest_word(assessment::Interest interest, bool english);
std::string_view sampling_word(assessment::Sampling sampling, bool english);
std::string series_word(std::string_view series, bool english);  // of "inspections.random"
std::string_view weighting_word(assessment::Weighting weighting, bool english);
std::string_view on_site_word(std::string_view key, bool english);
std::string reason_sentence(const assessment::Reason& reason, const Assessed& assessed, bool english);
std::string change_sentence(const assessment::Factor& factor, const assessment::Change& change, bool english);
std::string factor_sentence(const assessment::Factor& factor, bool english);  // 情形步骤“…”的概率，现为 1/50

// "1/50"; a fraction that nobody would read through, and an estimate, as a decimal of six digits.
std::string probability_text(const stats::Rational& probability, bool is_estimate);
std::string percent(double share);  // "4.52%"

}  // namespace suyuan
