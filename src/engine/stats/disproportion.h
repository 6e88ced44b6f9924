// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much more often two things are reported together than they would be by chance, where nobody knows how much of
// either there is. Of a two by two table of reports: a with both, b with the first alone, c with the second alone, d
// with neither; each >= 0, with a + b, a + c, b + d and c + d above 0.
namespace suyuan::stats {

struct Table2x2 {
  double a, b, c, d;
  double total() const { return a + b + c + d; }
  double expected() const { return (a + b) * (a + c) / total(); }  // of a, were both independent
};

struct Estimate {
  double value, low, high;  // with the limits of its 95 % interval
};

// Proportional reporting ratio. Infinite where c is 0: always show it with a. Source: Evans et al. 2001.
Estimate prr(const Table2x2& table);
// Reporting odds ratio. Infinite where b or c is 0.
Estimate ror(const Table2x2& table);
double chi_squared(const Table2x2& table, bool yates);

// Information component, log2((a + 1/2) / (E + 1/2)), and its interval by the closed form of Norén et al. 2013.
Estimate information_component(double a, double expected);
// The same with the interval of the gamma distribution that the closed form approaches.
Estimate information_component_exact(double a, double expected);

// BCPNN: mean and variance of the information component with a flat prior (Bate et al. 1998, Gould 2003).
struct Bcpnn {
  double mean, variance, low;  // low: 2.5 % of the normal distribution with these
};
Bcpnn bcpnn(const Table2x2& table);

}  // namespace suyuan::stats
