package province

// The tables below give the stand-in province its illnesses, drugs and services.
// ICD-10 codes and the forms of the other codes are real; trade names say "Mẫu"
// (sample) and prices are invented. Codes are harmless: nothing here belongs to
// a person.

// disease is a diagnosis with the department that treats it.
type disease struct {
	icd, name, complaint, department string
	others                           string
}

var diseases = []disease{
	{"I10", "Tăng huyết áp vô căn (nguyên phát)", "Đau đầu, chóng mặt", "K01", "E78.5;E11.9"},
	{"E11.9", "Đái tháo đường típ 2 không biến chứng", "Khát nước, tiểu nhiều", "K01", "I10"},
	{"J06.9", "Nhiễm khuẩn hô hấp trên cấp", "Ho, sốt", "K01", ""},
	{"J18.9", "Viêm phổi, tác nhân không xác định", "Ho, sốt cao, khó thở", "K18", "J45.9"},
	{"J20.9", "Viêm phế quản cấp", "Ho có đờm", "K18", ""},
	{"K29.7", "Viêm dạ dày", "Đau thượng vị", "K01", "K21.9"},
	{"K35.8", "Viêm ruột thừa cấp", "Đau hố chậu phải", "K19", ""},
	{"M54.5", "Đau lưng vùng thấp", "Đau thắt lưng", "K16", "M47.9"},
	{"M17.9", "Thoái hóa khớp gối", "Đau khớp gối", "K16", "I10;M54.5"},
	{"N39.0", "Nhiễm khuẩn hệ tiết niệu", "Tiểu buốt", "K01", ""},
	{"A09", "Tiêu chảy và viêm dạ dày ruột", "Tiêu chảy, đau bụng", "K11", ""},
	{"A91", "Sốt xuất huyết Dengue", "Sốt cao, mệt", "K11", "D69.6"},
	{"B35.4", "Nấm da thân", "Ngứa da", "K01", ""},
	{"H10.9", "Viêm kết mạc", "Đỏ mắt", "K30", ""},
	{"K02.1", "Sâu ngà răng", "Đau răng", "K29", ""},
	{"S52.5", "Gãy đầu dưới xương quay", "Đau cổ tay sau ngã", "K19", ""},
	{"I50.9", "Suy tim", "Khó thở khi gắng sức", "K04", "I10;E11.9;N18.9"},
	{"I63.9", "Nhồi máu não", "Yếu nửa người", "K14", "I10"},
	{"J44.1", "Bệnh phổi tắc nghẽn mạn tính đợt cấp", "Khó thở", "K18", "I10"},
	{"N18.9", "Bệnh thận mạn", "Phù, mệt", "K07", "I10;D64.9"},
}

// delivery is the diagnosis of a birth.
var delivery = disease{"O80", "Đẻ thường một thai", "Chuyển dạ", "K27", ""}

// drug is a medicine with its unit price in thousandths of a đồng. Largest is
// the greatest number handed out at once.
type drug struct {
	code, name, unit, strength, route, form, registration string
	price                                                 thousandth
	largest                                               int
}

var drugs = []drug{
	{"40.48", "Paracetamol Mẫu 500mg", "Viên", "500mg", "1.01", "Viên nén", "VD-00001-24", 480_000, 30},
	{"40.490", "Amlodipin Mẫu 5mg", "Viên", "5mg", "1.01", "Viên nén", "893100000026", 350_000, 60},
	{"40.154", "Amoxicilin Mẫu 500mg", "Viên", "500mg", "1.01", "Viên nang cứng", "VD-00002-24", 1_215_000, 28},
	{"40.184", "Ceftriaxon Mẫu 1g", "Lọ", "1g", "2.10", "Bột pha tiêm", "VD-00003-24", 8_925_500, 14},
	{"40.807", "Metformin Mẫu 850mg", "Viên", "850mg", "1.01", "Viên nén bao phim", "VD-00004-24", 665_000, 60},
	{"40.805", "Insulin người Mẫu 100IU/ml", "Lọ", "100IU/ml", "2.15", "Dung dịch tiêm", "QLSP-00005-24", 58_499_750, 4},
	{"40.549", "Atorvastatin Mẫu 20mg", "Viên", "20mg", "1.01", "Viên nén bao phim", "VD-00006-24", 1_190_000, 30},
	{"40.677", "Omeprazol Mẫu 20mg", "Viên", "20mg", "1.01", "Viên nang", "VD-00007-24", 245_000, 28},
	{"40.37", "Meloxicam Mẫu 7,5mg", "Viên", "7,5mg", "1.01", "Viên nén", "VD-00008-24", 315_000, 20},
	{"40.980", "Salbutamol Mẫu 100mcg", "Bình", "100mcg/liều", "5.05", "Thuốc hít định liều", "VN-00009-24", 49_830_333, 2},
	{"40.1011", "Natri clorid Mẫu 0,9%", "Chai", "0,9% 500ml", "2.15", "Dung dịch truyền", "VD-00010-24", 6_489_000, 12},
	{"40.1015", "Ringer lactat Mẫu", "Chai", "500ml", "2.15", "Dung dịch truyền", "VD-00011-24", 7_150_000, 12},
	{"40.1028", "Oresol Mẫu", "Gói", "27,9g", "1.01", "Thuốc bột", "VD-00012-24", 1_690_000, 20},
	{"40.88", "Cetirizin Mẫu 10mg", "Viên", "10mg", "1.01", "Viên nén", "VD-00013-24", 189_000, 15},
	{"40.775", "Methylprednisolon Mẫu 16mg", "Viên", "16mg", "1.01", "Viên nén", "VD-00014-24", 612_500, 20},
	{"40.659", "Furosemid Mẫu 40mg", "Viên", "40mg", "1.01", "Viên nén", "VD-00015-24", 98_000, 30},
	{"40.514", "Enalapril Mẫu 5mg", "Viên", "5mg", "1.01", "Viên nén", "VD-00016-24", 135_500, 60},
	{"40.206", "Gentamicin Mẫu 80mg", "Ống", "80mg/2ml", "2.10", "Dung dịch tiêm", "VD-00017-24", 1_008_000, 10},
	{"40.212", "Metronidazol Mẫu 250mg", "Viên", "250mg", "1.01", "Viên nén", "VD-00018-24", 252_000, 28},
	{"40.990", "Acetylcystein Mẫu 200mg", "Gói", "200mg", "1.01", "Thuốc cốm", "VD-00019-24", 428_250, 20},
	{"05C.127", "Hoạt huyết Mẫu", "Viên", "150mg", "1.01", "Viên bao đường", "VD-00020-24", 672_000, 60},
	{"40.1054", "Vitamin B1 B6 B12 Mẫu", "Viên", "125mg", "1.01", "Viên nén bao phim", "VD-00021-24", 546_000, 30},
}

// service is something done or used, of a cost group (MA_NHOM). Supplies carry
// their code in another field. Gain is what the hospital asks above the price
// of the insurance, in per cent.
type service struct {
	code, name, unit, machine string
	group                     int
	price                     thousandth
	gain                      int
	supply                    bool
}

var (
	examination = service{code: "02.1896", name: "Khám Nội", unit: "Lần", group: 13, price: 37_500_000}
	bedDay      = service{code: "K01.1917", name: "Ngày giường bệnh nội khoa", unit: "Ngày", group: 15, price: 171_100_000}
	birth       = service{code: "13.0033.0614", name: "Đỡ đẻ thường ngôi chỏm", unit: "Lần", group: 18, price: 736_200_000}
)

var services = []service{
	{code: "22.0120.1370", name: "Tổng phân tích tế bào máu ngoại vi", unit: "Lần", machine: "HH", group: 1, price: 41_500_000},
	{code: "23.0075.1494", name: "Định lượng Glucose [Máu]", unit: "Lần", machine: "SH", group: 1, price: 22_400_000},
	{code: "23.0051.1494", name: "Định lượng Creatinin [Máu]", unit: "Lần", machine: "SH", group: 1, price: 22_400_000},
	{code: "23.0041.1506", name: "Định lượng Cholesterol toàn phần [Máu]", unit: "Lần", machine: "SH", group: 1, price: 27_600_000},
	{code: "24.0117.1646", name: "HBsAg test nhanh", unit: "Lần", machine: "VS", group: 1, price: 55_400_000},
	{code: "18.0119.0028", name: "Chụp X-quang ngực thẳng", unit: "Lần", machine: "XQ", group: 2, price: 68_300_000, gain: 10},
	{code: "18.0015.0001", name: "Siêu âm ổ bụng", unit: "Lần", machine: "SA", group: 2, price: 49_300_000},
	{code: "02.0085.1778", name: "Điện tim thường", unit: "Lần", machine: "PT", group: 3, price: 35_400_000},
	{code: "08.0005.0230", name: "Điện châm", unit: "Lần", group: 18, price: 78_400_000},
	{code: "17.0011.0237", name: "Điều trị bằng tia hồng ngoại", unit: "Lần", group: 18, price: 40_900_000},
	{code: "N03.02.060", name: "Bơm tiêm 5ml Mẫu", unit: "Cái", group: 10, price: 657_500, supply: true},
	{code: "N03.05.010", name: "Dây truyền dịch Mẫu", unit: "Bộ", group: 10, price: 3_150_000, supply: true},
}

// analyte is one value of a laboratory service. A plain number lies between
// lowest and highest tenths; otherwise the result is one of two words.
type analyte struct {
	service, code, name, unit string
	lowest, highest           int
}

var analytes = []analyte{
	{"22.0120.1370", "HH0001", "Số lượng hồng cầu", "T/L", 35, 58},
	{"22.0120.1370", "HH0002", "Số lượng bạch cầu", "G/L", 38, 152},
	{"22.0120.1370", "HH0003", "Số lượng tiểu cầu", "G/L", 900, 4200},
	{"23.0075.1494", "SH0001", "Glucose", "mmol/L", 38, 145},
	{"23.0051.1494", "SH0002", "Creatinin", "µmol/L", 450, 1800},
	{"23.0041.1506", "SH0003", "Cholesterol toàn phần", "mmol/L", 30, 75},
	{"24.0117.1646", "VS0001", "HBsAg", "", 0, 0},
}
