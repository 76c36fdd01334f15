package warehouse

// place are the columns that say which figure a row is of. Together they identify it.
var place = []column{
	{"campaign", text, "phong trào / campaign"},
	{"task", text, "nội dung / task of the campaign"},
	{"id", text, "mã trong văn bản / id in the inventory of the text, such as TN.D.2"},
	{"indicator", text, "định nghĩa / definition, empty where nothing can be counted yet"},
	{"unit_level", text, "cấp / province, district, commune or facility"},
	{"unit", text, "mã đơn vị / code of the unit"},
	{"unit_list", text, "danh mục mã / list of areas that the code is of, empty for facilities"},
	{"unit_name", text, "tên đơn vị / name of the unit at the cut-off"},
	{"unit_above", text, "đơn vị cấp trên / code of the unit above at the cut-off, empty for the province"},
	{"extent", text, "to_date: lũy kế đến ngày chốt / from the beginning to the cut-off; month: trong tháng / in the month"},
	{"calendar", text, "lịch / civil (1/1–31/12) or administrative (15/12–14/12)"},
	{"period_from", day, "từ ngày / first day"},
	{"period_to", day, "đến ngày / last day"},
	{"cut_off_on", day, "ngày chốt / events are counted through this day"},
}

// figureColumns tell a figure from all others, figureList names them.
var figureColumns = []column{
	{"campaign", text, ""},
	{"id", text, ""},
	{"unit_level", text, ""},
	{"unit", text, ""},
	{"extent", text, ""},
	{"calendar", text, ""},
	{"period_from", day, ""},
	{"period_to", day, ""},
}

const figureList = "campaign, id, unit_level, unit, extent, calendar, period_from, period_to"

// Tables of figures, in records.duckdb with their true values.
var (
	valueTable = table{"records.indicator_value", "Figures / Giá trị chỉ số: by indicator, unit and period", columns(place, []column{
		{"numerator", real, "tử số / numerator"},
		{"denominator", real, "mẫu số / denominator, NULL where there is none"},
		{"value", real, "giá trị / numerator ÷ denominator × scale, not rounded; NULL where there is none, which is not zero"},
		{"unassigned", real, "phần chưa rõ đơn vị / part of the numerator of no known unit, in the province only"},
		{"units_reported", number, "đơn vị đã báo cáo / units that delivered what they owe"},
		{"units_expected", number, "đơn vị phải báo cáo / units that owe something"},
		{"value_kind", text, "actual, estimate, official or reported"},
		{"never_received", text, "bộ dữ liệu chưa từng nhận / datasets that have no row at all, separated by commas"},
		{"known_from", moment, "biết từ / instant since which this is the value"},
		{"known_at", moment, "biết đến / commits through this instant at least are counted: the computing that wrote the row"},
	})}
	statusTable = table{"records.indicator_status", "Verdicts / Đánh giá: figures against what was promised", columns(place, []column{
		{"target", real, "chỉ tiêu / target"},
		{"expected", real, "kỳ vọng tại ngày chốt / what the path expects at the cut-off"},
		{"attainment", real, "tỷ lệ đạt / share of the target that is attained"},
		{"status", text, "not_rated, not_yet_due, not_enough_data, missed, late, watch, on_track, met or exceeded"},
		{"status_vi", text, "đánh giá bằng chữ / the status in words"},
		{"reason_vi", text, "lý do"},
		{"reason_en", text, "why this status"},
		{"provisional", truth, "tạm tính / what is missing cannot overturn it"},
		{"incomplete", truth, "thiếu báo cáo / fewer units reported than a figure needs to be shown unmarked"},
		{"over_hundred", truth, "vượt 100 % / above 100 per cent, shown as it is"},
		{"reported_numerator", real, "tử số trong văn bản / numerator that the text printed"},
		{"reported_denominator", real, "mẫu số trong văn bản / denominator that the text printed"},
		{"reported_value", real, "giá trị trong văn bản / value that the text printed"},
		{"difference", real, "chênh lệch / computed less printed"},
		{"waits_for", text, "đang chờ / what has to come before it can be counted"},
		{"known_at", moment, "biết đến / commits through this instant at least are counted: the computing that wrote the row"},
	})}
	restatementTable = table{"records.restatement", "Restatements / Số liệu điều chỉnh: figures that were published and have changed", columns(place, []column{
		{"from_numerator", real, "tử số trước / numerator before"},
		{"to_numerator", real, "tử số sau / numerator after"},
		{"from_denominator", real, "mẫu số trước / denominator before"},
		{"to_denominator", real, "mẫu số sau / denominator after"},
		{"from_value", real, "giá trị trước / value before"},
		{"to_value", real, "giá trị sau / value after"},
		{"from_known_at", moment, "biết từ trước / instant since which the old value was known"},
		{"to_known_at", moment, "biết từ / instant of the change"},
		{"cause", text, "late: bản ghi đến muộn; amended: bản ghi sửa; removed: bản ghi bị gỡ; definition: định nghĩa hoặc danh mục đổi; joined by +; trống: chỉ do thêm hạn báo cáo đã đến / empty: more of what units owe came due, and nothing else"},
		{"late", number, "bản ghi đến muộn / rows that came after the old value"},
		{"amended", number, "bản ghi sửa / rows that took the place of others"},
		{"removed", number, "bản ghi bị gỡ / rows that were taken away and not replaced"},
		{"through", text, "qua lô nhận / deliveries that brought the change: job and receipt sequence"},
	})}
	payloadTable = table{"records.payload", "Payloads / Các lô nhận: what rows came in, by receipt sequence", []column{
		{"payload", number, "số thứ tự tiếp nhận / receipt sequence, as in the column delivery of the rows"},
		{"job", text, "job"},
		{"received_at", moment, "instant of receipt"},
		{"bytes", number, "size"},
		{"state", text, "loaded or refused"},
	}}
	definitionTable = table{"records.definition", "Definitions / Định nghĩa: indicators and campaigns as they were declared, with the time they were in force", []column{
		{"kind", text, "indicator or campaign"},
		{"name", text, "name"},
		{"version", text, "digest of the text"},
		{"title_vi", text, "tên"},
		{"title_en", text, "title"},
		{"declaration", text, "the declaration as it was written"},
		{"known_from", moment, "biết từ / in force since"},
		{"known_to", moment, "biết đến / in force until; NULL while it is"},
	}}
)

func columns(lists ...[]column) []column {
	var all []column
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
