// SPDX-License-Identifier: Apache-2.0
#include "app/demo/tell_story.h"

#include <fmt/format.h>

#include <set>

#include "app/demo/cast.h"
#include "app/demo/writer.h"
#include "base/check.h"
#include "base/time.h"

namespace suyuan {

namespace {

using namespace demo;

constexpr int kChargerLots = 8;
constexpr int kPerLot = 250;
constexpr int kPerCarton = 25;
constexpr int kCartons = kPerLot / kPerCarton;

const std::string kCell = product(kCells, 1);
const std::string kHousing = product(kParts, 1);
const std::string kBoard = product(kParts, 2);
const std::string kCharger = product(kMaker, 1);
const std::string kRod = product(kCable, 1);
const std::string kWire = product(kCable, 2);
const std::string kTomato = product(kFarm, 1);
const std::string kBox = product(kFarm, 2);
const std::string kEcodeReel = "https://www.iotroot.com/ecode/E=1643000000012026030100001";
const std::string kMaReel = "MA.156.1023.5544/1.20260301.0001";
const std::string kOwnReel = "https://shiqiao.example/reel/JP-2026-0007";

// Told chapter by chapter; of each chapter every firm that has a part in it sends one document.
class Teller {
 public:
  struct Document {
    int sender;
    std::string text;
  };

  std::vector<Document> tell() {
    cast();
    products();
    finish();
    supplies();
    for (int lot_number = 1; lot_number <= kChargerLots; ++lot_number) assemble(lot_number);
    finish();
    for (int lot_number = 1; lot_number <= kChargerLots; ++lot_number) transport(lot_number);
    finish();
    split_and_sell();
    returned_and_destroyed();
    wrong_and_corrected();
    cables();
    vegetables();
    return std::move(documents_);
  }

  std::set<std::string> lots, serials;

 private:
  enum class Syntax { kJson, kXml, kOldXml };

  // What comes from this firm in this chapter.
  Writer& by(int firm) {
    const int sender = sender_of(firm);
    for (auto& [known, writer] : chapter_)
      if (known == sender) return writer;
    return chapter_.emplace_back(sender, Writer()).second;
  }

  void finish(Syntax syntax = Syntax::kJson) {
    for (const auto& [sender, writer] : chapter_)
      documents_.push_back({sender, syntax == Syntax::kJson ? writer.text() : writer.xml(syntax == Syntax::kOldXml)});
    chapter_.clear();
  }

  std::string a_lot(const std::string& of, const std::string& number) { return *lots.insert(lot(of, number)).first; }

  void send(When when, int from, int to, const Goods& goods) {
    by(from).shipped(when, from, to, goods);
    by(to).received({when.day + 1, when.minute + 45}, from, to, goods);
  }

  static std::string charger(int lot_number, int number) {
    return serial(kCharger, fmt::format("YQ26{:02}{:04}", lot_number, number));
  }
  static std::string carton_of(int lot_number, int number) { return carton(kMaker, lot_number * 100 + number); }
  static std::string charger_lot(int lot_number) { return lot(kCharger, fmt::format("M26{:02}", lot_number)); }
  static std::string cell_lot(int number) { return lot(kCell, fmt::format("C26{:02}", number)); }

  std::vector<std::string> chargers(int lot_number, int from, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(*serials.insert(charger(lot_number, from + i)).first);
    return out;
  }

  static std::vector<std::string> cartons(int lot_number, int from, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(carton_of(lot_number, from + i));
    return out;
  }

  void cast() {
    for (int i = 1; i <= static_cast<int>(kFirms.size()); ++i) {
      const Firm& firm = kFirms[static_cast<std::size_t>(i - 1)];
      const Writer::Attributes attributes{{"cbvmda:name", std::string(firm.name)},
                                          {"suyuan:role", std::string(firm.role)},
                                          {"suyuan:division", std::string(firm.division)},
                                          {"suyuan:county", std::string(firm.county)},
                                          {"suyuan:phone", "00000000000"}};
      by(i).describe("Location", place(i), attributes);
      by(i).describe("Party", party(i), attributes);
    }
  }

  void describe(const std::string& what, std::string_view name, int firm, Writer::Attributes more) {
    more.emplace_back("cbvmda:descriptionShort", name);
    more.emplace_back("suyuan:producer", kFirms[static_cast<std::size_t>(firm - 1)].name);
    more.emplace_back("suyuan:producerAddress", kFirms[static_cast<std::size_t>(firm - 1)].county);
    by(firm).describe("EPCClass", what, more);
  }

  void products() {
    describe(kCell, "锂离子电芯 18650（演示）", kCells, {{"suyuan:model", "QH-18650-26"}});
    describe(kHousing, "充电器外壳（演示）", kParts, {{"suyuan:model", "BF-K2"}});
    describe(kBoard, "充电控制板（演示）", kParts, {{"suyuan:model", "BF-PCB7"}});
    describe(kCharger, "电动自行车充电器 48V（演示）", kMaker,
             {{"suyuan:model", "YQ-4820"},
              {"suyuan:specification", "48 V 2 A"},
              {"suyuan:standard", "GB 42296-2022"},
              {"suyuan:certificateScheme", "CCC"},
              {"suyuan:deviceCode", "LINE-3"}});
    describe(kRod, "铜杆（演示）", kCable, {{"suyuan:model", "T1"}});
    describe(kWire, "布电线 BV 2.5（演示）", kCable,
             {{"suyuan:model", "BV 450/750 V"}, {"suyuan:standard", "GB/T 5023.3"}});
    describe(kTomato, "番茄（演示）", kFarm, {{"suyuan:specification", "散装"}});
    describe(kBox, "番茄 500 g 盒装（演示）", kFarm, {{"cbvmda:netContentDescription", "500 g"}});
    for (int i = 1; i <= kChargerLots; ++i) {
      by(kMaker).describe("EPCClass", charger_lot(i),
                          {{"suyuan:productionDate", fmt::format("2026-03-{:02}", 9 + i)},
                           {"cbvmda:lotNumber", fmt::format("M26{:02}", i)},
                           {"suyuan:conformity", "出厂检验合格（演示）"},
                           {"suyuan:reportNumber", fmt::format("MC-DEMO-26{:03}", i)},
                           {"suyuan:laboratory", "明尺检验所（演示）"}});
    }
  }

  void supplies() {
    const auto deliver = [&](int firm, const std::string& goods, double quantity, int day) {
      by(firm).made({day, 540}, firm, {{}, {{goods, quantity, ""}}});
      send({day + 1, 600}, firm, kMaker, {{}, {{goods, quantity, ""}}});
    };
    for (int i = 1; i <= 8; ++i) deliver(kCells, a_lot(kCell, fmt::format("C26{:02}", i)), 2500, i - 1);
    for (int i = 1; i <= 6; ++i) {
      deliver(kParts, a_lot(kHousing, fmt::format("H26{:02}", i)), 400, i - 1);
      deliver(kParts, a_lot(kBoard, fmt::format("B26{:02}", i)), 400, i - 1);
    }
    finish();
  }

  // Ten cells in each charger. Lot 5 is mixed: half of its cells come from cell lot 4, half from 5.
  void assemble(int number) {
    Goods in;
    if (number == 5) {
      in.amounts = {{cell_lot(4), 1250, ""}, {cell_lot(5), 1250, ""}};
    } else if (number == 4) {
      in.amounts = {{cell_lot(4), 1250, ""}, {cell_lot(3), 1250, ""}};
    } else if (number == 3) {
      in.amounts = {{cell_lot(3), 1250, ""}, {cell_lot(5), 1250, ""}};
    } else {
      in.amounts = {{cell_lot(number), 2500, ""}};
    }
    const int part = 1 + (number - 1) * 6 / kChargerLots;
    in.amounts.push_back({lot(kHousing, fmt::format("H26{:02}", part)), kPerLot, ""});
    in.amounts.push_back({lot(kBoard, fmt::format("B26{:02}", part)), kPerLot, ""});
    const int day = 9 + number;
    a_lot(kCharger, fmt::format("M26{:02}", number));
    by(kMaker).transformed({day, 700}, kMaker, in, {chargers(number, 1, kPerLot), {}}, fmt::format("M26{:02}", number));
    by(kMaker).seen({day, 960}, kMaker, "inspecting", "conformant", {{}, {{charger_lot(number), kPerLot, ""}}});
    for (int i = 0; i < kCartons; ++i) {
      by(kMaker).packed({day + 1, 500 + i}, kMaker, carton_of(number, i),
                        {chargers(number, 1 + i * kPerCarton, kPerCarton), {}});
    }
  }

  // Two pallets go to and fro: the next lot travels on the pallet that has just come back.
  void transport(int number) {
    const std::string on = pallet(kWarehouse, 1 + number % 2);
    const int day = 13 + number * 3;
    const Goods load{cartons(number, 0, kCartons), {}};
    by(kMaker).packed({day, 480}, kMaker, on, load);
    by(kCarrier).carried({day, 600}, kCarrier, kMaker, kWarehouse, {{on}, {}});
    send({day, 540}, kMaker, kWarehouse, {{on}, {}});
    by(kWarehouse).unpacked({day + 1, 700}, kWarehouse, on, load);
    send({day + 2, 540}, kWarehouse, number % 4 == 0 ? kWebShop : kDistributor, {cartons(number, 0, 6), {}});
  }

  // The distributor opens cartons: one lot becomes shelves in two towns.
  void split_and_sell() {
    for (const int number : {1, 2, 3, 5, 6, 7}) {
      const int day = 40 + number;
      for (int box = 0; box < 2; ++box) {
        const auto inside = chargers(number, 1 + box * kPerCarton, kPerCarton);
        const int shop = box == 0 ? kShopHefei : kShopWuhan;
        by(kDistributor).unpacked({day, 480 + box}, kDistributor, carton_of(number, box), {inside, {}});
        send({day, 560 + box}, kDistributor, shop, {inside, {}});
        const std::vector<std::string> sold(inside.begin(), inside.begin() + 10);
        by(shop).seen({day + 5, 900 + box}, shop, "retail_selling", "retail_sold", {sold, {}});
      }
    }
    for (const int number : {4, 8}) {
      const auto inside = chargers(number, 1, kPerCarton);
      by(kWebShop).unpacked({45, 500 + number}, kWebShop, carton_of(number, 0), {inside, {}});
      by(kWebShop).seen({47, 800 + number}, kWebShop, "retail_selling", "retail_sold",
                        {{inside.begin(), inside.begin() + 12}, {}});
    }
    finish();
  }

  // A buyer of a charger of lot 4 brings it back hot; the maker looks at it and destroys one.
  void returned_and_destroyed() {
    const std::vector<std::string> back{charger(4, 3), charger(4, 4)};
    by(kWebShop).shipped({60, 600}, kWebShop, kMaker, {back, {}})["disposition"] = "returned";
    by(kMaker).received({61, 640}, kWebShop, kMaker, {back, {}})["disposition"] = "returned";
    send({62, 600}, kMaker, kLab, {{charger(4, 4)}, {}});
    by(kLab).seen({64, 600}, kLab, "inspecting", "non_conformant", {{charger(4, 4)}, {}});
    by(kMaker).ended({65, 600}, kMaker, "destroying", {{charger(4, 3)}, {}});
    finish();
  }

  // A clerk wrote Wuhan for Hefei, and said so the next day.
  void wrong_and_corrected() {
    const std::string wrong_id = "urn:uuid:95200000-0000-4000-8000-000000000001";
    const std::string right_id = "urn:uuid:95200000-0000-4000-8000-000000000002";
    const Goods goods{{charger(6, 60), charger(6, 61)}, {}};
    by(kDistributor).unpacked({50, 480}, kDistributor, carton_of(6, 2), goods);
    json::object& wrong = by(kDistributor).shipped({50, 540}, kDistributor, kShopWuhan, goods);
    wrong["eventID"] = wrong_id;
    const json::object said = wrong;
    json::object& right = by(kDistributor).shipped({50, 541}, kDistributor, kShopHefei, goods);
    right["eventID"] = right_id;
    by(kDistributor).declare_wrong(said, {51, 540}, right_id);
    by(kShopHefei).received({51, 700}, kDistributor, kShopHefei, goods);
    finish();
  }

  // Copper is mixed, wire is split onto reels that carry three kinds of codes.
  void cables() {
    for (int i = 1; i <= 4; ++i) {
      by(kCable).made({i, 480}, kCable, {{}, {{a_lot(kRod, fmt::format("T26{:02}", i)), 100, "KGM"}}});
    }
    for (int i = 1; i <= 6; ++i) {
      const std::string first = lot(kRod, fmt::format("T26{:02}", 1 + (i - 1) / 2));
      const std::string second = lot(kRod, fmt::format("T26{:02}", 2 + (i - 1) / 2));
      by(kCable).transformed(
          {10 + i, 600}, kCable, {{}, {{first, i % 2 == 0 ? 30.0 : 20.0, "KGM"}, {second, 20, "KGM"}}},
          {{}, {{a_lot(kWire, fmt::format("W26{:02}", i)), i % 2 == 0 ? 50.0 : 40.0, "KGM"}}})["bizStep"] =
          "transforming";
    }
    by(kCable).transformed({20, 600}, kCable, {{}, {{lot(kWire, "W2601"), 30, "KGM"}}},
                           {{kEcodeReel, kMaReel, kOwnReel}, {}})["bizStep"] = "transforming";
    send({22, 600}, kCable, kBuilder, {{kEcodeReel, kMaReel, kOwnReel}, {}});
    finish(Syntax::kXml);
  }

  void vegetables() {
    for (int i = 1; i <= 10; ++i) {
      by(kFarm).made({50 + i, 360}, kFarm, {{}, {{a_lot(kTomato, fmt::format("V26{:02}", i)), 120, "KGM"}}});
    }
    // Two fields into one packing, which is split over two buyers.
    for (int i = 1; i <= 5; ++i) {
      const std::string boxed = a_lot(kBox, fmt::format("X26{:02}", i));
      by(kFarm).transformed({61, 400 + i}, kFarm,
                            {{},
                             {{lot(kTomato, fmt::format("V26{:02}", 2 * i - 1)), 60, "KGM"},
                              {lot(kTomato, fmt::format("V26{:02}", 2 * i)), 40, "KGM"}}},
                            {{}, {{boxed, 100, "KGM"}}})["bizStep"] = "transforming";
      send({62, 400 + i}, kFarm, kMarket, {{}, {{boxed, 70, "KGM"}}});
      send({62, 500 + i}, kFarm, kWebShop, {{}, {{boxed, 30, "KGM"}}});
    }
    finish(Syntax::kOldXml);
  }

  std::vector<std::pair<int, Writer>> chapter_;
  std::vector<Document> documents_;
};

codes::Identity read_id(const std::string& uri) {
  auto read = codes::read_epcis_id(uri);
  CHECK(read.ok());
  return read->id;
}

}  // namespace

DemoStory demo_story() {
  DemoStory story{{}, {}, {}, read_id(lot(kCell, "C2604")), {*parse_day("2026-03-01"), *parse_day("2026-03-31")}};
  for (int i = 1; i <= static_cast<int>(kFirms.size()); ++i) {
    const Firm& firm = kFirms[static_cast<std::size_t>(i - 1)];
    story.parties.push_back({std::string(firm.name),
                             std::string(firm.role),
                             std::string(firm.county),
                             firm.tier,
                             {read_id(party(i)), read_id(place(i))}});
  }
  for (const Character& part : kCharacters) {
    story.roles.push_back({std::string(part.word), std::string(part.group_zh), std::string(part.group_en),
                           std::string(part.zh), std::string(part.en), std::string(part.invite_zh),
                           std::string(part.invite_en)});
  }
  const auto open = [&](const std::string& uri, std::string_view zh, std::string_view en) {
    story.codes.push_back({read_id(uri), std::string(zh), std::string(en)});
  };
  open(serial(kCharger, "YQ26010005"), "一只正常的充电器", "A charger with nothing against it");
  open(serial(kCharger, "YQ26040003"), "退回并销毁的充电器", "A charger that came back and was destroyed");
  open(serial(kCharger, "YQ26060060"), "一条记录写错后更正", "A record was wrong and was corrected");
  open(lot(kCharger, "M2605"), "混用两批电芯的一批", "A lot that mixes cells of two lots");
  open(lot(kBox, "X2601"), "盒装番茄一批", "A lot of boxed tomatoes");
  open(kEcodeReel, "电缆盘：Ecode", "A cable reel with an Ecode");
  open(kMaReel, "电缆盘：MA 码", "A cable reel with an MA code");
  open(kOwnReel, "电缆盘：企业自编码", "A cable reel with the firm's own code");
  return story;
}

Result<DemoSummary> tell_story(const Submit& submit) {
  Teller teller;
  DemoSummary summary;
  for (Teller::Document& document : teller.tell()) {
    auto outcome = submit(static_cast<std::size_t>(document.sender - 1), std::move(document.text));
    if (!outcome) return std::move(outcome.error());
    if (outcome->document_refused || outcome->refused > 0) {
      return Error{ErrorKind::kInternal, "demo.refused",
                   fmt::format("Document {} of the demonstration was refused.", summary.documents + 1), "",
                   outcome->findings};
    }
    ++summary.documents;
    summary.events += outcome->accepted + outcome->duplicates;
  }
  summary.parties = static_cast<std::int64_t>(kFirms.size());
  summary.lots = static_cast<std::int64_t>(teller.lots.size());
  summary.serials = static_cast<std::int64_t>(teller.serials.size());
  return summary;
}

}  // namespace suyuan
