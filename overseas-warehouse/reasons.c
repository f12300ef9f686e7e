#include "overseas-warehouse/reasons.h"

/* clang-format off */
const struct branch reason_branches[] = {
    {"mind",     "Not wanted",           "不想要了"},
    {"fit",      "Size or look",         "尺码或外观"},
    {"fault",    "Faulty or damaged",    "质量问题或破损"},
    {"wrong",    "Not what was ordered", "与订单不符"},
    {"delivery", "Delivery",             "物流配送"},
    {"returned", "Came back by itself",  "派送失败退回"},
    {"other",    "Something else",       "其他"},
};
const size_t reason_branches_count = sizeof reason_branches / sizeof reason_branches[0];

const struct label reason_labels[] = {
    {REASON_UNWANTED,                "mind",     "No longer wanted",                  "不再需要"},
    {REASON_ORDERED_BY_MISTAKE,      "mind",     "Ordered by mistake",                "拍错或多拍"},
    {REASON_BETTER_PRICE,            "mind",     "Found at a better price",           "别处价格更低"},
    {REASON_UNAUTHORIZED,            "mind",     "Ordered without permission",        "未经本人同意下单"},
    {REASON_TOO_SMALL,               "fit",      "Too small",                         "偏小"},
    {REASON_TOO_LARGE,               "fit",      "Too large",                         "偏大"},
    {REASON_STYLE,                   "fit",      "Style not as expected",             "款式不合适"},
    {REASON_COLOR,                   "fit",      "Color not as expected",             "颜色不合适"},
    {REASON_NOT_COMPATIBLE,          "fit",      "Does not fit the other things",     "不兼容或不适配"},
    {REASON_DEFECTIVE,               "fault",    "Defective",                         "质量问题"},
    {REASON_DAMAGED_IN_TRANSIT,      "fault",    "Damaged on the way",                "运输途中破损"},
    {REASON_DAMAGED_BY_WAREHOUSE,    "fault",    "Damaged in the warehouse",          "仓库造成破损"},
    {REASON_PACKAGING,               "fault",    "Packaging damaged or opened",       "包装破损或已拆封"},
    {REASON_LABEL,                   "fault",    "Label wrong or unreadable",         "标签错误或无法识别"},
    {REASON_SHORT_DATED,             "fault",    "Expired or soon to expire",         "过期或临期"},
    {REASON_WORN,                    "fault",    "Worn or used",                      "有使用痕迹"},
    {REASON_NOT_AS_DESCRIBED,        "wrong",    "Not as described",                  "与描述不符"},
    {REASON_WRONG_ITEM,              "wrong",    "Wrong item sent",                   "发错货"},
    {REASON_MISSING_PARTS,           "wrong",    "Parts or accessories are missing",  "缺少配件"},
    {REASON_MISSING_ITEM,            "wrong",    "An item is missing",                "少件漏发"},
    {REASON_LATE,                    "delivery", "Came too late",                     "送达太晚"},
    {REASON_NEVER_ARRIVED,           "delivery", "Never arrived",                     "未收到货"},
    {REASON_UNDELIVERABLE_REFUSED,   "returned", "Refused at the door",               "收件人拒收"},
    {REASON_UNDELIVERABLE_UNCLAIMED, "returned", "Not collected",                     "无人领取"},
    {REASON_UNDELIVERABLE_ADDRESS,   "returned", "Address insufficient",              "地址不详"},
    {REASON_UNDELIVERABLE_ATTEMPTS,  "returned", "Delivery attempts failed",          "多次派送失败"},
    {REASON_UNDELIVERABLE_LABEL,     "returned", "Shipping label missing",            "面单缺失"},
    {REASON_UNDELIVERABLE_MISSORTED, "returned", "Missorted by the carrier",          "承运商分拣错误"},
    {REASON_OTHER,                   "other",    "Another reason",                    "其他原因"},
};
const size_t reason_labels_count = sizeof reason_labels / sizeof reason_labels[0];

const struct label decline_labels[] = {
    {DECLINE_FINAL_SALE,        NULL, "Final sale",                        "特价商品不支持退货"},
    {DECLINE_PERIOD_ENDED,      NULL, "The return period has ended",       "已超过退货期限"},
    {DECLINE_WORN,              NULL, "Worn or used",                      "商品已使用"},
    {DECLINE_FREIGHT_DAMAGE,    NULL, "Damaged in freight: see carrier",   "运输损坏，请联系承运商"},
    {DECLINE_NOT_DEFECTIVE,     NULL, "No defect was found",               "未发现质量问题"},
    {DECLINE_AS_ORDERED,        NULL, "It is what was ordered",            "商品与订单一致"},
    {DECLINE_MORE_INFORMATION,  NULL, "More information is needed",        "需要补充信息"},
    {DECLINE_NO_RECORD,         NULL, "No record of the sale",             "无购买记录"},
    {DECLINE_DISCONTINUED,      NULL, "No longer sold",                    "商品已停售"},
    {DECLINE_PRICE,             NULL, "The price is disputed",             "价格有争议"},
    {DECLINE_PICTURE_REQUESTED, NULL, "A picture is needed",               "需要提供图片"},
    {DECLINE_QUANTITY,          NULL, "The quantity is disputed",          "数量有争议"},
    {DECLINE_REPAIR,            NULL, "It will be repaired instead",       "改为维修处理"},
    {DECLINE_SAMPLE,            NULL, "It was a sample",                   "样品不支持退货"},
    {DECLINE_UNIDENTIFIABLE,    NULL, "It cannot be identified",           "无法识别商品"},
    {DECLINE_OTHER,             NULL, "Another reason",                    "其他原因"},
};
const size_t decline_labels_count = sizeof decline_labels / sizeof decline_labels[0];
/* clang-format on */
