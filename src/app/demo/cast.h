// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>

// Who plays in the demonstration, and with what. Firms, people and the platform are invented; counties are those of
// GB/T 2260.
namespace suyuan::demo {

struct Firm {
  std::string_view name, role, division, county;
  int tier;               // column in the picture
  std::string_view kind;  // a word of identity::kOrgKindWords; its keys have the role of that name
};

enum FirmNumber : int {
  kCells = 1,
  kParts,
  kMaker,
  kCable,
  kFarm,
  kWarehouse,
  kCarrier,
  kDistributor,
  kShopHefei,
  kShopWuhan,
  kMarket,
  kWebShop,
  kBuilder,
  kLab
};

// There is no kind of organisation for who uses things: the builder makes something with them.
inline constexpr std::array<Firm, 14> kFirms = {{
    {"青禾电芯（演示）", "supplier", "440306", "广东省深圳市宝安区", 0, "producer"},
    {"白帆塑件与线路板（演示）", "supplier", "330281", "浙江省余姚市", 0, "producer"},
    {"远桥充电器厂（演示）", "maker", "320412", "江苏省常州市武进区", 1, "producer"},
    {"石桥电缆厂（演示）", "maker", "320281", "江苏省江阴市", 1, "producer"},
    {"南畦蔬菜合作社（演示）", "grower", "370783", "山东省寿光市", 0, "producer"},
    {"云栈仓储（演示）", "warehouse", "310118", "上海市青浦区", 2, "seller"},
    {"通途物流（演示）", "carrier", "120114", "天津市武清区", 2, "seller"},
    {"禾木车配批发（演示）", "distributor", "330110", "浙江省杭州市余杭区", 3, "seller"},
    {"里巷电动车行（演示）", "retailer", "340104", "安徽省合肥市蜀山区", 4, "seller"},
    {"城南电动车行（演示）", "retailer", "420106", "湖北省武汉市武昌区", 4, "seller"},
    {"新苑商超（演示）", "retailer", "370102", "山东省济南市历下区", 4, "seller"},
    {"拾光网店（演示）", "retailer", "330110", "浙江省杭州市余杭区", 4, "merchant"},
    {"筑安工程（演示）", "user", "410122", "河南省中牟县", 4, "producer"},
    {"明尺检验所（演示）", "laboratory", "320583", "江苏省昆山市", 2, "laboratory"},
}};

// Whose key a firm's records come in with. Inspection bodies send no trace events (policy/permissions.csv): who
// commissioned the test reports what came of it.
constexpr int sender_of(int firm) { return firm == kLab ? kMaker : firm; }

// Organisations that are no firm of the chain.
struct Office {
  std::string_view word, name, kind, division;
  std::string_view superior;  // the word of one above in the list; "": who runs the server
};

inline constexpr std::array<Office, 7> kOffices = {{
    {"province", "江苏省市场监督管理局（演示）", "regulator", "320000", ""},
    {"city", "常州市市场监督管理局（演示）", "regulator", "320400", "province"},
    {"county", "常州市武进区市场监督管理局（演示）", "regulator", "320412", "city"},
    {"neighbour", "常州市金坛区市场监督管理局（演示）", "regulator", "320413", "city"},
    {"centre", "江苏省产品质量风险监测中心（演示）", "centre", "320000", "province"},
    {"platform", "百巷市集网络平台（演示）", "platform", "330110", ""},
    {"industry", "江苏省充电设备行业协会（演示）", "industry", "320000", ""},
}};

// The platform that a firm trades on.
constexpr std::string_view superior_of(int firm) { return firm == kWebShop ? "platform" : ""; }

// As whom a visitor can look. One person each.
struct Character {
  std::string_view word;
  std::string_view role;    // of identity::kRoleWords; "public" has no person
  std::string_view person;  // name
  std::string_view office;  // a word of kOffices; "": the server's own, or that of `firm`
  int firm;                 // or 0
  std::string_view group_zh, group_en, zh, en;
  std::string_view invite_zh = "", invite_en = "";  // on the start page, to whoever looks as the public
};

inline constexpr std::array<Character, 13> kCharacters = {{
    {"public", "public", "", "", 0, "", "", "公众（不登录）", "The public"},
    {"province", "officer", "周见川", "province", 0, "监管部门", "Regulators", "省局监管员 · 江苏",
     "Provincial officer · Jiangsu"},
    {"city", "officer", "许知远", "city", 0, "监管部门", "Regulators", "市局监管员 · 常州", "City officer · Changzhou"},
    {"county", "officer", "韩立秋", "county", 0, "监管部门", "Regulators", "区局监管员 · 武进",
     "County officer · Wujin", "区局监管员：看整条链", "The county officer: the whole chain"},
    {"neighbour", "officer", "沈亦安", "neighbour", 0, "监管部门", "Regulators", "邻区监管员 · 金坛",
     "Officer of the next county · Jintan", "邻区监管员：什么也查不到", "The next county: nothing"},
    {"centre", "analyst", "陆明谦", "centre", 0, "技术机构", "Technical bodies", "监测中心分析员",
     "Analyst of the monitoring centre"},
    {"laboratory", "tester", "顾小满", "", kLab, "技术机构", "Technical bodies", "检验机构检验员",
     "Tester of an inspection body · Mingchi"},
    {"producer", "producer", "罗长青", "", kMaker, "企业和平台", "Firms and platform", "生产企业 · 远桥",
     "Producer · Yuanqiao chargers", "生产企业：只看上家和下家", "The producer: its neighbours"},
    {"seller", "seller", "唐舒禾", "", kDistributor, "企业和平台", "Firms and platform", "销售企业 · 禾木",
     "Seller · Hemu wholesale"},
    {"merchant", "merchant", "江拾一", "", kWebShop, "企业和平台", "Firms and platform", "平台网店 · 拾光",
     "Merchant · Shiguang web shop"},
    {"platform", "platform", "贺知言", "platform", 0, "企业和平台", "Firms and platform", "电商平台 · 百巷",
     "Platform · Baixiang"},
    {"industry", "industry", "叶闻笛", "industry", 0, "其他", "Others", "行业协会", "Industry body"},
    {"auditor", "auditor", "高静之", "", 0, "其他", "Others", "审计管理员", "Auditor"},
}};

}  // namespace suyuan::demo
