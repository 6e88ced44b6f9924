// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>

// Who plays in the demonstration, and with what. Firms are invented; counties are those of GB/T 2260.
namespace suyuan::demo {

struct Firm {
  std::string_view name, role, division, county;
  int tier;  // column in the picture
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

inline constexpr std::array<Firm, 14> kFirms = {{
    {"青禾电芯（演示）", "supplier", "440306", "广东省深圳市宝安区", 0},
    {"白帆塑件与线路板（演示）", "supplier", "330281", "浙江省余姚市", 0},
    {"远桥充电器厂（演示）", "maker", "320412", "江苏省常州市武进区", 1},
    {"石桥电缆厂（演示）", "maker", "320281", "江苏省江阴市", 1},
    {"南畦蔬菜合作社（演示）", "grower", "370783", "山东省寿光市", 0},
    {"云栈仓储（演示）", "warehouse", "310118", "上海市青浦区", 2},
    {"通途物流（演示）", "carrier", "120114", "天津市武清区", 2},
    {"禾木车配批发（演示）", "distributor", "330110", "浙江省杭州市余杭区", 3},
    {"里巷电动车行（演示）", "retailer", "340104", "安徽省合肥市蜀山区", 4},
    {"城南电动车行（演示）", "retailer", "420106", "湖北省武汉市武昌区", 4},
    {"新苑商超（演示）", "retailer", "370102", "山东省济南市历下区", 4},
    {"拾光网店（演示）", "retailer", "330110", "浙江省杭州市余杭区", 4},
    {"筑安工程（演示）", "user", "410122", "河南省中牟县", 4},
    {"明尺检验所（演示）", "laboratory", "320583", "江苏省昆山市", 2},
}};

}  // namespace suyuan::demo
