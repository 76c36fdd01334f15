-- Rows that indicators count, in the proportions of a province: straight into the
-- file of a workspace that stands idle. The variable visits is how many visits there
-- are; everything else follows from it. Two thirds are of Yên Bái over the months of
-- 2024, one third is of Thái Nguyên over the first half of 2022, at the facilities of
-- their registers. Rows lie as deliveries bring them: month by month, in it facility by
-- facility. Whatever is drawn is drawn by a hash of the row's number, so that two files
-- of one size hold the same. One commit later than the last one brings them all.

CREATE TEMP TABLE place AS
SELECT province_code, code, area_code, row_number() OVER (PARTITION BY province_code ORDER BY code) - 1 AS nth,
  count(*) OVER (PARTITION BY province_code) AS of_all
FROM facility WHERE area_list = 'dvhc_2024' AND province_code IN ('15', '19') AND kind <> 'other' AND valid_to IS NOT NULL;

-- The commit, and for each province its months: how many rows of a hundred it takes,
-- how many months there are, and the first day.
CREATE TEMP TABLE commit_of AS SELECT max(n) + 1 AS n, greatest(max(committed_at) + INTERVAL 1 SECOND, now()) AS committed_at FROM applied;

CREATE TEMP TABLE season AS FROM (VALUES ('15', 2, 12, DATE '2024-01-01'), ('19', 1, 6, DATE '2022-01-01')) AS t (province, thirds, months, from_on);

-- Everything that happens at a facility: a month and a facility for each number of a
-- row, and the moment in the month.
CREATE TEMP MACRO happened(rows_in_all) AS TABLE
SELECT s.province, i, p.code, p.area_code, hash(i, s.province) AS chance,
  (s.from_on + to_months((i * s.months // of_season)::INTEGER) + to_hours((hash(i, 7) % 648)::INTEGER) + to_minutes((hash(i, 8) % 60)::INTEGER))::TIMESTAMP AS moment,
  substr(md5(s.province || i), 1, 26) AS key
FROM (SELECT s.*, (rows_in_all * s.thirds // 3)::BIGINT AS of_season, unnest(range((rows_in_all * s.thirds // 3)::BIGINT)) AS i FROM season AS s) AS s
JOIN place AS p ON p.province_code = s.province AND p.nth = ((i * s.months) % of_season) * p.of_all // of_season;

INSERT INTO visit BY NAME
SELECT code AS facility_code, key AS visit_key, substr(md5(key), 1, 26) AS patient_key, CASE WHEN chance % 20 > 0 THEN substr(md5('card' || chance % 900000), 1, 26) END AS card_key,
  1950 + (chance % 70)::BIGINT AS birth_year, 'male' AS sex, '01' AS care_type, 'J00' AS main_disease, moment AS arrived_at, moment + to_hours((chance % 30)::INTEGER) AS left_at,
  'qd_3176' AS claim_layout, chance::HUGEINT - 9223372036854775808 AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits'));

-- Four visits of five have an identification at reception.
INSERT INTO visit_identification BY NAME
SELECT facility_code, visit_key, arrived_at, CASE WHEN content % 100 < 40 THEN 'chip_id' WHEN content % 100 < 48 THEN 'vneid' WHEN content % 100 < 90 THEN 'card' ELSE 'other' END AS method,
  card_key, hash(visit_key) % 50 > 0 AS looked_up_ok, arrived_at AS looked_up_at, dossier, 0 AS delivery, place_dossier, 1 AS place_line, content, known_from
FROM visit WHERE hash(visit_key) % 5 > 0 AND delivery = 0;

INSERT INTO issued_prescription BY NAME
SELECT substr(key, 1, 14) AS prescription_code, 'basic' AS kind, code AS facility_code, moment AS prescribed_at, true AS sent_ok,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 5);

INSERT INTO prescription BY NAME
SELECT prescription_code, kind, CASE hash(prescription_code) % 10 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'dispensed' ELSE 'uploaded' END AS status, facility_code, prescribed_at,
  dossier, 0 AS delivery, place_dossier, 1 AS place_line, content, known_from
FROM issued_prescription WHERE hash(prescription_code) % 10 < 9 AND delivery = 0;

INSERT INTO vaccination BY NAME
SELECT substr(md5('person' || i // 3), 1, 26) AS person_key, 'COVID-19' AS antigen, moment::DATE AS dosed_on, 'niis' AS register, CASE WHEN chance % 4 > 0 THEN substr(md5('citizen' || i // 3), 1, 26) END AS citizen_key,
  i % 3 + 1 + (chance % 17 = 0)::BIGINT AS dose_number, code AS facility_code, 'given' AS status, CASE WHEN chance % 4 > 0 THEN 'matched' END AS verified, chance % 10 < 7 AS signed,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 5);

INSERT INTO health_record BY NAME
SELECT key AS resident_key, substr(md5('household' || i // 4), 1, 26) AS household_key, CASE WHEN chance % 3 > 0 THEN substr(md5('citizen' || i), 1, 26) END AS citizen_key,
  province AS residence_province, area_code AS residence_commune, moment::DATE AS created_on, code AS facility_code,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 5);

INSERT INTO insurance_link BY NAME
SELECT key AS insurance_key, substr(md5('card' || i), 1, 26) AS card_key, CASE WHEN chance % 8 > 0 THEN substr(md5('citizen' || i), 1, 26) END AS citizen_key,
  province AS residence_province, area_code AS residence_commune, CASE WHEN chance % 8 > 0 THEN 'linked' ELSE 'not_linked' END AS link_status, CASE WHEN chance % 8 > 0 THEN moment::DATE END AS linked_on,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 8);

INSERT INTO health_record_transfer BY NAME
SELECT key AS transfer_key, 'visit' AS document, code AS facility_code, moment AS transferred_at, chance % 12 > 0 AS accepted,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 10);

INSERT INTO certificate BY NAME
SELECT CASE chance % 4 WHEN 0 THEN 'birth' WHEN 1 THEN 'death' ELSE 'driver' END AS kind, key AS certificate_number, code AS facility_code, moment::DATE AS issued_on, chance % 9 > 0 AS signed,
  i AS dossier, 0 AS delivery, i AS place_dossier, 1 AS place_line, i AS content, (SELECT committed_at FROM commit_of) AS known_from
FROM happened(getvariable('visits') // 200);

-- Nothing has been computed yet: what the first round found over empty tables goes.
DELETE FROM indicator_value;

DELETE FROM indicator_status;

DELETE FROM setting WHERE name LIKE 'computed%';

INSERT INTO applied SELECT n, committed_at, 0 FROM commit_of;
