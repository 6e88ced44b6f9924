// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Writes the documents of the demonstration. Firms have numbers 1..99, which are part of their codes.
namespace suyuan::demo {

namespace json = boost::json;

std::string gtin(int firm, int item);     // 14 digits with a right check digit, like all below
std::string product(int firm, int item);  // "https://id.gs1.org/01/…"
std::string lot(const std::string& product, const std::string& number);
std::string serial(const std::string& product, const std::string& number);
std::string place(int firm);               // "https://id.gs1.org/414/…"
std::string party(int firm);               // "https://id.gs1.org/417/…"
std::string carton(int firm, int number);  // SSCC
std::string pallet(int firm, int number);  // GRAI, used again and again

struct Amount {
  std::string of;  // lot or product
  double quantity = 0;
  std::string uom;  // "" counts pieces
};

// Goods of an event: single things, lots, or both.
struct Goods {
  std::vector<std::string> items;
  std::vector<Amount> amounts;
};

struct When {
  int day = 0;     // of the story; day 0 is 2026-03-01
  int minute = 0;  // after midnight in China
};

// One EPCIS 2.0 document.
class Writer {
 public:
  json::object& made(When when, int firm, const Goods& goods, const std::string& lot_number = "");
  json::object& transformed(When when, int firm, const Goods& in, const Goods& out, const std::string& lot_number = "");
  json::object& packed(When when, int firm, const std::string& into, const Goods& goods);
  json::object& unpacked(When when, int firm, const std::string& from, const Goods& goods);
  json::object& shipped(When when, int from, int to, const Goods& goods);
  json::object& received(When when, int from, int to, const Goods& goods);
  // On the way between the two.
  json::object& carried(When when, int firm, int from, int to, const Goods& goods);
  json::object& seen(When when, int firm, std::string_view step, std::string_view disposition, const Goods& goods);
  json::object& ended(When when, int firm, std::string_view step, const Goods& goods);
  // What was said before, repeated with a declaration that it was wrong.
  void declare_wrong(const json::object& wrong, When declared, const std::string& corrected_by);

  using Attributes = std::vector<std::pair<std::string, std::string>>;  // "cbvmda:name" or "suyuan:role", and its value
  void describe(std::string_view vocabulary, const std::string& id, const Attributes& attributes);

  std::string text() const;  // JSON-LD
  // XML, of EPCIS 2.0, or of 1.2 with EPC URNs when `old`. For object and transformation events without ILMD, error
  // declaration and master data.
  std::string xml(bool old) const;

 private:
  json::object& add(std::string_view type, std::string_view action, When when, int firm, std::string_view step,
                    std::string_view disposition);
  json::array events_, vocabularies_;
};

}  // namespace suyuan::demo
