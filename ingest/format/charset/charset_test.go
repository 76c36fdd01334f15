package charset_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"thidua/ingest/format/charset"
)

// phrase is what each of the samples says.
const phrase = "Nguyễn Thị Mẫu, Phường Mẫu, tăng huyết áp"

// pangram has every vowel with every tone, in both cases.
const pangram = "à á ả ã ạ ă ằ ắ ẳ ẵ ặ â ầ ấ ẩ ẫ ậ è é ẻ ẽ ẹ ê ề ế ể ễ ệ ì í ỉ ĩ ị ò ó ỏ õ ọ ô ồ ố ổ ỗ ộ ơ ờ ớ ở ỡ ợ ù ú ủ ũ ụ ư ừ ứ ử ữ ự ỳ ý ỷ ỹ ỵ đ"

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSamples(t *testing.T) {
	for file, want := range map[string]charset.Charset{
		"export_cp1258.csv": charset.Windows1258, "export_mojibake.csv": charset.Mojibake, "export_nfd.csv": charset.UTF8,
		"export_tcvn3.csv": charset.TCVN3, "export_vni.csv": charset.VNI, "export_utf16_tab.txt": charset.UTF16LE,
	} {
		t.Run(file, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata", file))
			if err != nil {
				t.Fatal(err)
			}
			got, sure := charset.Detect(content)
			if got != want || !sure {
				t.Fatalf("detected %s, sure is %v", got, sure)
			}
			text := read(t, got.Reader(bytes.NewReader(content)))
			if file == "export_nfd.csv" {
				if text != string(content) {
					t.Error("UTF-8 was touched")
				}
				text = norm.NFC.String(text)
			}
			if !strings.Contains(text, phrase) || strings.Contains(text, "\ufeff") {
				t.Errorf("read as %q", text)
			}
			for name, wrap := range map[string]func(io.Reader) io.Reader{"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "end with data": iotest.DataErrReader} {
				again := read(t, charset.Sniff(wrap(bytes.NewReader(content)), ""))
				if file == "export_nfd.csv" {
					again = norm.NFC.String(again)
				}
				if again != text {
					t.Errorf("read by %s: %q", name, again)
				}
			}
		})
	}
}

// mojibake saves a text a second time, as a program does that takes it for
// windows-1252; hole replaces what windows-1252 has no character for.
func mojibake(text, hole string) string {
	const high = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ"
	var signs []string
	for i := 0; i < len(high); {
		r := []rune(high[i:])[0]
		if r == '\ufffd' {
			signs = append(signs, hole)
			i++
			continue
		}
		signs = append(signs, string(r))
		i += len(string(r))
	}
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case c < 0x80:
			b.WriteByte(c)
		case c < 0xA0 && signs[c-0x80] == hole && hole == "pass":
			b.WriteRune(rune(c))
		case c < 0xA0:
			b.WriteString(signs[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

func TestMojibake(t *testing.T) {
	const text = "“Đường” số 5 – mẹ về, mời HỌ; Ý tế: 37°C Đỗ Á"
	tests := []struct{ name, saved, want string }{
		{"passed through", mojibake(pangram+strings.ToUpper(pangram)+text, "pass"), pangram + strings.ToUpper(pangram) + text},
		{"NFD", mojibake(norm.NFD.String(text), "pass"), norm.NFD.String(text)},
		{"lost where one letter fits", mojibake("Phường Đống Đa, thuốc của Mười", "\ufffd"), "Phường Đống Đa, thuốc của Mười"},
		{"lost bytes without a trace", mojibake("Phường Mẫu", ""), "Phường Mẫu"},
		{"lost where two letters fit", mojibake("mời mẫu bệnh", "\ufffd"), "m\ufffdi mẫu bệnh"},
		{"closing quotation mark", mojibake("“Mẫu bệnh”", "\ufffd"), "“Mẫu bệnh”"},
		{"taken for windows-1258", strings.ReplaceAll(mojibake("Mã bệnh mẫu", "pass"), "Ã", "Ă"), "Mã bệnh mẫu"},
		{"a header that was saved once", "Họ và tên,Địa chỉ\n" + mojibake("Nguyễn Mẫu, xã Mẫu", "pass"), "Họ và tên,Địa chỉ\nNguyễn Mẫu, xã Mẫu"},
		{"with a mark of its own", "\ufeff" + mojibake("\ufeffNguyễn Mẫu", "pass"), "Nguyễn Mẫu"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c, _ := charset.Detect([]byte(tt.saved)); c != charset.Mojibake {
				t.Errorf("detected %s", c)
			}
			if diff := cmp.Diff(tt.want, read(t, charset.Mojibake.Reader(strings.NewReader(tt.saved)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func utf16Bytes(text string, big bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name string
		head []byte
		want charset.Charset
		sure bool
	}{
		{"nothing", nil, charset.UTF8, false},
		{"ASCII", []byte("a,b\n1,2\n"), charset.UTF8, false},
		{"UTF-8", []byte(phrase), charset.UTF8, true},
		{"UTF-8 with a mark", []byte("\ufeffa"), charset.UTF8, true},
		{"UTF-8 cut within a letter", []byte(phrase + "ế")[:len(phrase)+2], charset.UTF8, true},
		{"UTF-8 with a broken byte", append(bytes.Repeat([]byte(phrase), 20), 0xFF), charset.UTF8, false},
		{"UTF-8 with a pasted cell", append(bytes.Repeat([]byte(phrase), 20), mojibake("bệnh", "pass")...), charset.UTF8, true},
		{"UTF-8 with signs of two letters that stand apart", []byte("GIÁ » 5, Ã., Ä"), charset.UTF8, true},
		{"UTF-16 with a mark, little", append([]byte{0xFF, 0xFE}, utf16Bytes(phrase, false)...), charset.UTF16LE, true},
		{"UTF-16 with a mark, big", append([]byte{0xFE, 0xFF}, utf16Bytes(phrase, true)...), charset.UTF16BE, true},
		{"UTF-16, little", utf16Bytes(phrase, false), charset.UTF16LE, true},
		{"UTF-16, big", utf16Bytes(phrase, true), charset.UTF16BE, true},
		{"TCVN3 in capitals", []byte("NGUY\xd4N V\xa8N \xa7\xdcNH"), charset.TCVN3, true},
		{"VNI in capitals", []byte("NGUYE\xc3N VA\xcaN ANH"), charset.VNI, true},
		{"a degree and a dash", []byte("37\xb0C \x96 x"), charset.Windows1258, false},
		{"another language", []byte("M\xfcller, \xd8rsted, \xe5ngstr\xf6m, fa\xdfen"), charset.Unknown, false},
		{"noise", []byte{0x80, 0xFE, 0x91, 0xD8, 0xD1, 0xC0, 0xC1}, charset.Unknown, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, sure := charset.Detect(tt.head); got != tt.want || sure != tt.sure {
				t.Errorf("%s, sure is %v; want %s, %v", got, sure, tt.want, tt.sure)
			}
		})
	}
}

// Each letter of the fonts' encodings comes out of the bytes that the tables give.
func TestTables(t *testing.T) {
	vni := "a\xf8 a\xf9 a\xfb a\xf5 a\xef a\xea a\xe8 a\xe9 a\xfa a\xfc a\xeb a\xe2 a\xe0 a\xe1 a\xe5 a\xe3 a\xe4 e\xf8 e\xf9 e\xfb e\xf5 e\xef e\xe2 e\xe0 e\xe1 e\xe5 e\xe3 e\xe4 " +
		"\xec \xed \xe6 \xf3 \xf2 o\xf8 o\xf9 o\xfb o\xf5 o\xef o\xe2 o\xe0 o\xe1 o\xe5 o\xe3 o\xe4 \xf4 \xf4\xf8 \xf4\xf9 \xf4\xfb \xf4\xf5 \xf4\xef " +
		"u\xf8 u\xf9 u\xfb u\xf5 u\xef \xf6 \xf6\xf8 \xf6\xf9 \xf6\xfb \xf6\xf5 \xf6\xef y\xf8 y\xf9 y\xfb y\xf5 \xee \xf1"
	tcvn3 := "\xb5 \xb8 \xb6 \xb7 \xb9 \xa8 \xbb \xbe \xbc \xbd \xc6 \xa9 \xc7 \xca \xc8 \xc9 \xcb \xcc \xd0 \xce \xcf \xd1 \xaa \xd2 \xd5 \xd3 \xd4 \xd6 " +
		"\xd7 \xdd \xd8 \xdc \xde \xdf \xe3 \xe1 \xe2 \xe4 \xab \xe5 \xe8 \xe6 \xe7 \xe9 \xac \xea \xed \xeb \xec \xee \xef \xf3 \xf1 \xf2 \xf4 \xad \xf5 \xf8 \xf6 \xf7 \xf9 \xfa \xfd \xfb \xfc \xfe \xae"
	capitals := strings.NewReplacer("\xec", "\xcc", "\xed", "\xcd", "\xe6", "\xc6", "\xf3", "\xd3", "\xf2", "\xd2", "\xf4", "\xd4", "\xf6", "\xd6", "\xee", "\xce", "\xf1", "\xd1",
		"a", "A", "e", "E", "o", "O", "u", "U", "y", "Y").Replace(vni)
	for name, tt := range map[string]struct {
		charset    charset.Charset
		text, want string
	}{
		"VNI":                {charset.VNI, vni, pangram},
		"VNI, capitals":      {charset.VNI, capitals, strings.ToUpper(pangram)},
		"VNI, signs":         {charset.VNI, "a \x93b\x94 \x96", "a “b” –"},
		"TCVN3":              {charset.TCVN3, tcvn3, pangram},
		"TCVN3, capitals":    {charset.TCVN3, "\xa1\xa2\xa7\xa3\xa4\xa5\xa6", "ĂÂĐÊÔƠƯ"},
		"TCVN3, signs":       {charset.TCVN3, "\x93b\x94", "“b”"},
		"windows-1258":       {charset.Windows1258, "Nguy\xea\xden \xd0\xf5\xcc \xdd", "Nguyễn Đờ Ư"},
		"windows-1258 plain": {charset.Windows1258, "a,b", "a,b"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.charset.Reader(strings.NewReader(tt.text)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Letters that come late decide, and what is declared is heeded but for a mark.
func TestSniff(t *testing.T) {
	ascii := strings.Repeat("0123456789abcde\n", charset.HeadBytes/16)
	tests := []struct {
		name     string
		text     string
		declared charset.Charset
		want     string
		charset  charset.Charset
	}{
		{"nothing", "", "", "", charset.UTF8},
		{"ASCII of one stretch", ascii, "", ascii, charset.UTF8},
		{"ASCII of many", ascii + ascii + "a", "", ascii + ascii + "a", charset.UTF8},
		{"late letters", ascii + ascii + "Nguy\xd4n V\xa8n \xa7\xdcnh", "", ascii + ascii + "Nguyễn Văn Đĩnh", charset.TCVN3},
		{"late UTF-8", ascii + "ế", "", ascii + "ế", charset.UTF8},
		{"zeros in the midst", ascii + "a\x00b\x00c\x00ế", "", ascii + "a\x00b\x00c\x00ế", charset.UTF8},
		{"declared", "Nguye\xe3n", charset.VNI, "Nguyễn", charset.VNI},
		{"declared and marked otherwise", "\ufeffế", charset.VNI, "ế", charset.UTF8},
		{"declared and marked as UTF-16", "\xff\xfea\x00", charset.UTF8, "a", charset.UTF16LE},
		{"declared as saved twice, with a mark", "\ufeffa", charset.Mojibake, "a", charset.Mojibake},
		{"shorter than a mark", "a", charset.UTF8, "a", charset.UTF8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := charset.Sniff(strings.NewReader(tt.text), tt.declared)
			if got := read(t, s); got != tt.want {
				t.Errorf("read %d bytes that differ", len(got))
			}
			if s.Charset() != tt.charset {
				t.Errorf("it is %s", s.Charset())
			}
		})
	}
	_, err := io.ReadAll(charset.Sniff(strings.NewReader("M\xfcller \xd8rsted"), ""))
	if !errors.Is(err, charset.ErrUnknown) {
		t.Errorf("another language: %v", err)
	}
}

func TestReadersPassErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	for _, name := range append(charset.Names(), "") {
		for _, before := range []string{"", "ab", "abcdef\n"} {
			r := io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken))
			if _, err := io.ReadAll(charset.Sniff(r, charset.Charset(name))); !errors.Is(err, broken) {
				t.Errorf("%q after %q: %v", name, before, err)
			}
			r = io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken))
			if _, err := io.ReadAll(charset.Charset(name).Reader(r)); !errors.Is(err, broken) {
				t.Errorf("reader %q after %q: %v", name, before, err)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range charset.Names() {
		if !charset.Charset(name).Known() {
			t.Errorf("%s cannot be declared", name)
		}
	}
	if charset.Unknown.Known() || charset.Charset("").Known() {
		t.Error("none can be declared")
	}
}
