-- The digital paragraph of the Thái Nguyên report (first half of 2022), counted from
-- the records of the profile thai-nguyen-2022h1. At scale 1 both columns are equal.
SELECT figure, in_text, by_query, round(by_query / in_text, 4) AS share FROM (VALUES
  (1, 'Người tham gia BHYT', 1206275, (SELECT count(*) FROM insurance_link)),
  (2, '  trong đó đã đồng bộ CCCD', 478157, (SELECT count(*) FROM insurance_link WHERE link_status = 'linked')),
  (3, 'Lượt khám bằng thẻ CCCD', 1251, (SELECT count(*) FROM visit_identification WHERE method = 'chip_id')),
  (4, '  tại số cơ sở', 105, (SELECT count(DISTINCT facility_code) FROM visit_identification WHERE method = 'chip_id')),
  (5, '  trên tổng số cơ sở', 223, (SELECT count(DISTINCT code) FROM facility WHERE province_code = '19' AND DATE '2022-06-14' BETWEEN valid_from AND coalesce(valid_to, DATE '9999-12-31'))),
  (6, 'Nhân khẩu có hồ sơ sức khỏe', 1304097, (SELECT count(*) FROM health_record)),
  (7, 'Hộ gia đình', 298489, (SELECT count(DISTINCT household_key) FROM health_record)),
  (8, 'Lượt liên thông hồ sơ', 1271409, (SELECT count(*) FROM health_record_transfer WHERE accepted)),
  (9, '  từ số cơ sở', 205, (SELECT count(DISTINCT facility_code) FROM health_record_transfer WHERE accepted)),
  (10, '  trên số cơ sở trong phạm vi', 213, (SELECT count(DISTINCT code) FROM facility WHERE province_code = '19' AND kind <> 'other' AND DATE '2022-06-14' BETWEEN valid_from AND coalesce(valid_to, DATE '9999-12-31'))),
  (11, 'Mũi tiêm COVID-19', 2806741, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19')),
  (12, '  mũi 1', 1050648, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19' AND dose_number = 1)),
  (13, '  mũi 2', 952660, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19' AND dose_number = 2)),
  (14, '  mũi 3', 670760, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19' AND dose_number = 3)),
  (15, '  mũi 4', 132673, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19' AND dose_number = 4)),
  (16, 'Người được xác thực định danh', 225459, (SELECT count(DISTINCT citizen_key) FROM vaccination WHERE antigen = 'COVID-19' AND verified = 'matched')),
  (17, 'Mũi tiêm đã ký số', 2753111, (SELECT count(*) FROM vaccination WHERE antigen = 'COVID-19' AND signed))
) AS f(n, figure, in_text, by_query) ORDER BY n
