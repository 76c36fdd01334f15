package files

import (
	"errors"
	"io/fs"
	"os"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// reason is why something cannot be read. Names of files hold patient numbers:
// neither part of a reason has one.
type reason struct {
	rule string
	text delivery.Text
}

// The reasons, each with a stable name.
var (
	folderUnreadable = reason{"folder_unreadable", delivery.Text{
		Vi: "không mở được thư mục; kiểm tra quyền đọc", En: "folder cannot be opened; check the right to read it",
	}}
	fileUnreadable = reason{"file_unreadable", delivery.Text{
		Vi: "không mở được tệp; kiểm tra quyền đọc", En: "file cannot be opened; check the right to read it",
	}}
	archiveBroken = reason{"archive_broken", delivery.Text{
		Vi: "tệp nén bị hỏng hoặc bị cắt; đề nghị gửi lại", En: "compressed file is broken or cut; ask for it again",
	}}
	archiveBomb = reason{"archive_bomb", delivery.Text{
		Vi: "tệp nén chứa nhiều dữ liệu hơn giới hạn; kiểm tra nguồn gửi hoặc nâng giới hạn",
		En: "compressed file holds more than the limits allow; check its sender, or raise the limits",
	}}
	archivePath = reason{"archive_path", delivery.Text{
		Vi: "tệp nén chứa tên không an toàn hoặc trùng nhau; kiểm tra nguồn gửi",
		En: "archive holds a name that is unsafe or stands twice; check its sender",
	}}
	archiveEncrypted = reason{"archive_encrypted", delivery.Text{
		Vi: "tệp nén có mật khẩu; đề nghị gửi lại không mật khẩu", En: "archive is encrypted; ask for it without a password",
	}}
	archiveMethod = reason{"archive_method", delivery.Text{
		Vi: "tệp nén dùng cách nén không đọc được; đề nghị nén lại dạng ZIP thông thường",
		En: "archive uses a compression that cannot be read; ask for a plain ZIP",
	}}
	archiveNested = reason{"archive_nested", delivery.Text{
		Vi: "tệp nén nằm trong tệp nén không được mở; đề nghị giải nén trước khi gửi",
		En: "an archive inside an archive is not opened; ask for it unpacked",
	}}
)

// of says that item cannot be read for this reason.
func (r reason) of(item source.Item) *source.Unreadable {
	world := r == folderUnreadable || r == fileUnreadable
	return &source.Unreadable{Item: item, Rule: r.rule, Reason: r.text, World: world}
}

// cause takes the path out of an error of the file system.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
