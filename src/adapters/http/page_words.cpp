// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "adapters/http/page_parts.h"

namespace suyuan::http {

namespace {

struct Word {
  std::string_view word, zh, en;
};

constexpr std::array<Word, 9> kRoles = {{{"supplier", "零部件供应", "supplier"},
                                         {"maker", "生产", "maker"},
                                         {"grower", "种植", "grower"},
                                         {"warehouse", "仓储", "warehouse"},
                                         {"carrier", "运输", "carrier"},
                                         {"distributor", "批发", "distributor"},
                                         {"retailer", "销售", "retailer"},
                                         {"user", "使用", "user"},
                                         {"laboratory", "检验", "laboratory"}}};

constexpr std::array<Word, 15> kSteps = {{{"commissioning", "产出赋码", "made and coded"},
                                          {"assembling", "组装", "assembled"},
                                          {"transforming", "加工", "processed"},
                                          {"packing", "装箱", "packed"},
                                          {"unpacking", "拆箱", "unpacked"},
                                          {"shipping", "发货", "shipped"},
                                          {"receiving", "收货", "received"},
                                          {"arriving", "到达", "arrived"},
                                          {"departing", "离开", "departed"},
                                          {"transporting", "运输", "on the road"},
                                          {"inspecting", "检验", "inspected"},
                                          {"storing", "储存", "stored"},
                                          {"retail_selling", "零售", "sold"},
                                          {"destroying", "销毁", "destroyed"},
                                          {"decommissioning", "注销", "code ended"}}};

constexpr std::array<Word, 24> kFields = {{{"cbvmda:descriptionShort", "名称", "Name"},
                                           {"cbvmda:regulatedProductName", "法定名称", "Regulated name"},
                                           {"cbvmda:functionalName", "通用名称", "Functional name"},
                                           {"suyuan:model", "型号", "Model"},
                                           {"suyuan:specification", "规格", "Specification"},
                                           {"suyuan:brand", "商标", "Brand"},
                                           {"suyuan:standard", "执行标准", "Standard"},
                                           {"cbvmda:countryOfOrigin", "原产国", "Country of origin"},
                                           {"cbvmda:netContentDescription", "净含量", "Net content"},
                                           {"suyuan:productionDate", "生产日期", "Made on"},
                                           {"cbvmda:lotNumber", "批号", "Lot"},
                                           {"cbvmda:itemExpirationDate", "有效期至", "Expires"},
                                           {"cbvmda:bestBeforeDate", "保质期至", "Best before"},
                                           {"cbvmda:manufacturerOfTradeItemPartyName", "生产者", "Producer"},
                                           {"suyuan:producer", "生产者", "Producer"},
                                           {"suyuan:producerAddress", "生产地址", "Producer's address"},
                                           {"suyuan:uscc", "统一社会信用代码", "Credit code"},
                                           {"suyuan:certificateScheme", "监管类别", "Certificate scheme"},
                                           {"suyuan:certificateNumber", "证书编号", "Certificate number"},
                                           {"suyuan:conformity", "检验结论", "Conformity"},
                                           {"suyuan:reportNumber", "检验报告编号", "Report number"},
                                           {"suyuan:laboratory", "检验机构", "Laboratory"},
                                           {"suyuan:reportDate", "报告日期", "Report date"},
                                           {"suyuan:county", "县区", "County"}}};

template <std::size_t N>
std::string_view look_up(const std::array<Word, N>& words, std::string_view word, const Reader& say) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& each) { return each.word == word; });
  return found == words.end() ? word : say(found->zh, found->en);
}

}  // namespace

std::string_view role_text(std::string_view role, const Reader& say) { return look_up(kRoles, role, say); }
std::string_view step_text(std::string_view step, const Reader& say) { return look_up(kSteps, step, say); }
std::string_view field_text(std::string_view field, const Reader& say) { return look_up(kFields, field, say); }

std::string time_text(Instant at, std::chrono::minutes offset) {
  std::string text = format_instant(std::chrono::floor<std::chrono::minutes>(at), offset);
  text[10] = ' ';
  return text.substr(0, 16) + " " + format_offset(offset);
}

}  // namespace suyuan::http
