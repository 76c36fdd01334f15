package main

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// stranger is an invented person whose values are put where they do not belong.
var stranger = struct{ name, plain, citizenID, phone, card, address, mail string }{
	"Vương Khước Tiên Nghi", "VUONG KHUOC TIEN NGHI", "015185904321", "0987659437", "GD4151593748261",
	"Tổ 14B ngõ Hàng Cót Ngược", "khuoctiennghi@example.vn",
}

func plantStranger(t *testing.T, s *worldSieve) {
	t.Helper()
	s.plant(t, "name of the stranger", stranger.name)
	s.plant(t, "citizen ID of the stranger", stranger.citizenID)
	s.plant(t, "phone of the stranger", stranger.phone)
	s.plant(t, "card of the stranger", stranger.card)
	s.plant(t, "address of the stranger", stranger.address)
	s.plant(t, "mail of the stranger", stranger.mail)
}

// namesOfThings are the fields that hold the name of a drug, a service, a unit or
// a form. What a person is called cannot be told from what a thing is called, so
// that only numbers and mail addresses are put into them.
var namesOfThings = []string{
	"TEN_THUOC", "HAM_LUONG", "DANG_BAO_CHE", "DON_VI_TINH", "TEN_DICH_VU", "TEN_VAT_TU", "TEN_CHI_SO", "DON_VI_DO",
}

// receiveStranger lays the values of the stranger everywhere: into each field of
// each part, around the parts, and into names of files, folders and members.
func receiveStranger(w *world) {
	parts := sampleParts(w.t)
	w.receive("claims", "misplaced.xml", misplaced(parts))
	for i, text := range brokenEnvelopes(parts) {
		w.receive("claims", fmt.Sprintf("%s/%s %d %s.xml", stranger.name, stranger.plain, i, stranger.citizenID), text)
	}
	whole := envelope("15001", "20240301", "1", dossier("XML1", parts["XML1"]))
	member := stranger.name + " " + stranger.phone
	w.receive("claims", member+".pdf", []byte("%PDF-1.7 "+stranger.name))
	w.receive("claims", member+".gz", []byte("\x1f\x8b"+stranger.name))
	w.receive("claims", member+".zip", worldZip(w.t, member+"/"+stranger.citizenID+".xml", whole))
	w.receive("claims", member+" 2.zip", worldZip(w.t, "../"+member+".xml", whole))
	w.receive("claims", member+" 3.zip", worldZip(w.t, member+".zip", whole))
	w.receive("claims", member+" 4.zip", worldZip(w.t, member+".xml", make([]byte, 17<<20)))
	w.receive("claims", member+" 5.zip", []byte("PK\x03\x04"+stranger.name))
	w.receive("checkins", member+".xml", []byte("<CHI_TIEU_TRANG_THAI_KCB>"+stranger.name))
}

// worldPart finds the parts of a claim file: their labels and what they hold.
var worldPart = regexp.MustCompile(`<LOAIHOSO>(XML\d+)</LOAIHOSO>\s*<NOIDUNGFILE>([^<]+)</NOIDUNGFILE>`)

func decodedPart(t *testing.T, text []byte) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(string(text))
	worldMust(t, err)
	return string(plain)
}

func encodedPart(text string) []byte {
	return base64.StdEncoding.AppendEncode(nil, []byte(text))
}

// sampleParts returns the parts of the first visit of the samples by label.
func sampleParts(t *testing.T) map[string]string {
	t.Helper()
	parts := map[string]string{}
	for _, m := range worldPart.FindAllSubmatch(sample(t, "three_visits.xml"), -1) {
		if _, known := parts[string(m[1])]; !known {
			parts[string(m[1])] = decodedPart(t, m[2])
		}
	}
	if len(parts) < 8 {
		t.Fatal("the sample has too few kinds of parts")
	}
	return parts
}

// misplaced is a file with a dossier for each field of each part and each value:
// that field holds the value.
func misplaced(parts map[string]string) []byte {
	element := regexp.MustCompile(`<([A-Z0-9_]+)(?:/>|>[^<]*</)`)
	var dossiers []string
	labels := []string{}
	for label := range parts {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	for _, label := range labels {
		seen := map[string]bool{}
		for _, m := range element.FindAllStringSubmatch(parts[label], -1) {
			if seen[m[1]] {
				continue
			}
			seen[m[1]] = true
			for _, value := range strangersFor(m[1]) {
				dossiers = append(dossiers, misplacedDossier(parts, label, m[1], value, len(dossiers)))
			}
		}
	}
	return envelope("15001", "20240301", fmt.Sprint(len(dossiers)), dossiers...)
}

func strangersFor(field string) []string {
	few, numbers := []string{stranger.citizenID}, []string{stranger.citizenID, stranger.phone, stranger.mail, stranger.card}
	switch isThing := slices.Contains(namesOfThings, field); {
	case isThing && soak():
		return numbers
	case isThing:
		return append(few, stranger.mail)
	case soak():
		return append(numbers, stranger.name, stranger.plain, stranger.address)
	}
	return append(few, stranger.name)
}

// misplacedDossier is the sample's head and one part, with a key of its own and one
// value where it does not belong.
func misplacedDossier(parts map[string]string, label, field, value string, number int) string {
	key := fmt.Sprintf("15001_2024_%06d", number)
	head := withField(parts["XML1"], "MA_LK", key)
	text := withField(withField(parts[label], "MA_LK", key), field, value)
	if label == "XML1" {
		return dossier("XML1", text)
	}
	return dossier("XML1", head, label, text)
}

// withField gives all elements of a name another text.
func withField(text, name, value string) string {
	text = strings.ReplaceAll(text, "<"+name+"/>", "<"+name+"></"+name+">")
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "<"+name+">")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(rest, "</"+name+">")
		b.WriteString("<" + name + ">" + value + "</" + name + ">")
	}
}

// brokenEnvelopes are files that are wrong in themselves, beside a value.
func brokenEnvelopes(parts map[string]string) [][]byte {
	s, head := stranger, parts["XML1"]
	good := dossier("XML1", head)
	inside := func(more string) string { return strings.Replace(head, "</TONG_HOP>", more+"</TONG_HOP>", 1) }
	one := func(dossiers ...string) []byte {
		return envelope("15001", "20240301", fmt.Sprint(len(dossiers)), dossiers...)
	}
	whole := one(good)
	return [][]byte{
		envelope(s.address, s.name, s.phone, good),
		envelope(s.name, "20240301", "9", good),
		one(dossier(s.name, head), dossier(s.plain, head), dossier(s.citizenID, head), dossier("XML"+s.phone, head), dossier(s.mail, head)),
		one(dossier("XML1", inside("<GHI_CHU_RIENG>"+s.name+" "+s.citizenID+"</GHI_CHU_RIENG>"))),
		one(dossier("XML1", inside("<BN"+s.citizenID+">"+s.name+"</BN"+s.citizenID+">"))),
		one(dossier("XML1", inside(`<BN ten="`+s.name+`">`+s.phone+`</BN>`))),
		one(dossier("XML1", inside(s.name+"<!-- "+s.name+" --><?"+"ten "+s.name+"?>"))),
		one(dossier("XML1", `<!DOCTYPE TONG_HOP [<!ENTITY ten "`+s.name+`">]>`+head)),
		[]byte(`<!DOCTYPE GIAMDINHHS [<!ENTITY ten "` + s.name + `">]>` + string(whole)),
		one(dossier("XML1", withField(head, "DIA_CHI", s.name+"\xd4\xff"+s.address))),
		[]byte(strings.Replace(string(whole), "15001", s.name+"\xd4", 1)),
		one(dossier("XML1", withField(head, "DIA_CHI", s.name+"&"+s.plain+";&#x"+s.phone+";"))),
		one(dossier("XML1", inside("<HO_TEN>"+s.name+"</"+s.name+">"))),
		[]byte(strings.Replace(string(whole), "</NGAYLAP>", s.name+"</"+s.name+">", 1)),
		[]byte(strings.Replace(string(whole), "<NGAYLAP>", "<"+s.name+"><NGAYLAP>", 1)),
		[]byte(strings.Replace(string(whole), "15001", s.name, 1)[:400]),
		one(dossier("XML1", head, "XML1", withField(head, "HO_TEN", s.name))),
		one(dossier("XML2", withField(parts["XML2"], "MA_LK", s.name))),
		one(dossier("XML2", withField(parts["XML2"], "MA_LK", s.name), "XML1", head)),
		one(dossier("XML2", parts["XML2"], "XML1", withField(withField(head, "NGAY_RA", s.name), "HO_TEN", s.name))),
		one(strings.Replace(good, "<NOIDUNGFILE>", "<NOIDUNGFILE>"+s.name, 1)),
		[]byte(s.name + " " + s.citizenID),
		[]byte("<?xml version=\"1.0\" encoding=\"" + s.plain + "\"?><GIAMDINHHS/>"),
		[]byte("<" + joined(s.plain) + ">" + s.name + "</" + joined(s.plain) + ">"),
	}
}

// hugeDossier has more lines before its head than memory may hold, each with the
// numbers of the stranger in the strength of a drug.
func hugeDossier(parts map[string]string, lines int) []byte {
	line := regexp.MustCompile(`(?s)<CHI_TIET_THUOC>.*?</CHI_TIET_THUOC>`).FindString(parts["XML2"])
	line = regexp.MustCompile(`>\s+<`).ReplaceAllString(line, "><")
	line = regexp.MustCompile(`<[A-Z_]+/>`).ReplaceAllString(line, "")
	values := strings.Join([]string{stranger.citizenID, stranger.phone, stranger.mail, stranger.card}, " ")
	line = withField(line, "HAM_LUONG", values+strings.Repeat(" x", 450))
	var text strings.Builder
	text.WriteString("<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC>")
	for i := range lines {
		text.WriteString(strings.Replace(line, "<STT>1</STT>", fmt.Sprintf("<STT>%d</STT>", i+1), 1))
	}
	text.WriteString("</DSACH_CHI_TIET_THUOC></CHITIEU_CHITIET_THUOC>")
	return envelope("79999", "20261010", "1", dossier("XML2", text.String(), "XML1", withField(parts["XML1"], "HO_TEN", stranger.name)))
}

// dossier is a HOSO of labels and the texts of their parts.
func dossier(parts ...string) string {
	var b strings.Builder
	b.WriteString("<HOSO>")
	for i := 0; i+1 < len(parts); i += 2 {
		fmt.Fprintf(&b, "<FILEHOSO><LOAIHOSO>%s</LOAIHOSO><NOIDUNGFILE>%s</NOIDUNGFILE></FILEHOSO>",
			parts[i], encodedPart(parts[i+1]))
	}
	return b.String() + "</HOSO>"
}

func envelope(facility, madeOn, count string, dossiers ...string) []byte {
	return fmt.Appendf(nil, "<GIAMDINHHS><THONGTINDONVI><MACSKCB>%s</MACSKCB></THONGTINDONVI><THONGTINHOSO><NGAYLAP>%s</NGAYLAP>"+
		"<SOLUONGHOSO>%s</SOLUONGHOSO><DANHSACHHOSO>%s</DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>", facility, madeOn, count, strings.Join(dossiers, ""))
}
