package files

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"strings"

	"thidua/ingest/source"
)

const (
	// encryptedFlag is bit 0 of the general purpose flags (APPNOTE.TXT 4.4.4).
	encryptedFlag = 0x1
	// maxNameBytes bounds the path of a member.
	maxNameBytes = 1024
	// directoryBytes bounds the directory of an archive, for each member allowed
	// and beside: an entry takes 46 bytes, its name and some extra fields. The
	// count that an archive declares is not trusted.
	directoryBytes      = 256
	directoryExtraBytes = 128 << 10
)

// container is an archive whose members are payloads. All of them have its time
// of modification and its inode, so that a new edition of it offers them anew.
type container struct {
	*payload
	// name is its path as the system has it.
	name string
	disk *disk
	zip  *zip.Reader

	// clean is false where a member cannot be read.
	clean bool

	offered, dealt int
	refused        bool
	complete       bool
}

func newContainer(p *payload, name string) *container {
	return &container{payload: p, name: name, clean: true}
}

// offerMembers opens an archive and offers its members.
func (l *listing) offerMembers(ctx context.Context, c *container, known func(source.Item) bool, yield func(source.Payload) error) error {
	err := c.load()
	if errors.Is(err, source.ErrChanged) {
		l.report.Seen++
		l.report.Unsettled++
		return nil
	}
	var u *source.Unreadable
	if errors.As(err, &u) {
		l.unreadable(u)
		return nil
	}
	if err != nil {
		return err
	}
	defer c.unload()
	seen := make(map[string]struct{}, len(c.zip.File))
	for i, f := range c.zip.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.offerMember(&member{container: c, index: i, item: c.memberItem(f)}, f, seen, known, yield); err != nil {
			return err
		}
	}
	if c.clean {
		l.report.Containers = append(l.report.Containers, c.item)
	}
	c.complete = true
	return c.settle()
}

// offerMember judges a member by its entry in the directory, and offers it.
func (l *listing) offerMember(m *member, f *zip.File, seen map[string]struct{}, known func(source.Item) bool, yield func(source.Payload) error) error {
	if strings.HasSuffix(f.Name, "/") {
		return nil
	}
	_, twice := seen[f.Name]
	seen[f.Name] = struct{}{}
	if twice || unsafe(f) {
		return l.refuseMember(m, archivePath)
	}
	if hiddenMember(f.Name) || !l.wantedMember(m.container.name, f.Name) {
		l.report.Ignored++
		return nil
	}
	if r, bad := l.unreadableMember(f); bad {
		return l.refuseMember(m, r)
	}
	l.report.Seen++
	if known(m.item) {
		l.report.Known++
		return nil
	}
	m.container.offered++
	return yield(m)
}

func (l *listing) refuseMember(m *member, r reason) error {
	m.container.clean = false
	l.unreadable(r.of(m.item))
	return nil
}

// unreadableMember tells why a member that is wanted cannot be read.
func (s *Source) unreadableMember(f *zip.File) (reason, bool) {
	switch {
	case f.Flags&encryptedFlag != 0:
		return archiveEncrypted, true
	case isArchive(f.Name) || codec(f.Name) != "":
		return archiveNested, true
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return archiveMethod, true
	case f.UncompressedSize64 > uint64(s.config.Limits.MemberBytes):
		return archiveBomb, true
	}
	return reason{}, false
}

// memberItem returns the item of a member.
func (c *container) memberItem(f *zip.File) source.Item {
	name := f.Name
	if len(name) > maxNameBytes {
		name = name[:maxNameBytes]
	}
	return source.Item{
		Name:       c.item.Name + "!/" + printable(name),
		SizeBytes:  int64(f.UncompressedSize64),
		ModifiedAt: c.item.ModifiedAt,
		Inode:      c.item.Inode,
		Container:  c.item.Name,
	}
}

// load opens the archive and reads its directory.
func (c *container) load() error {
	f, err := c.open()
	if err != nil {
		return err
	}
	limits := c.source.config.Limits
	c.disk = &disk{f: f, limited: true, left: directoryExtraBytes + directoryBytes*int64(limits.Members)}
	c.zip, err = zip.NewReader(c.disk, c.item.SizeBytes)
	c.disk.limited = false
	switch {
	case c.disk.err != nil:
		err = c.disk.err
	case c.disk.left < 0:
		err = archiveBomb.of(c.item)
	case err != nil:
		err = archiveBroken.of(c.item)
	case len(c.zip.File) > limits.Members || declares(c.zip) > uint64(limits.TotalBytes):
		err = archiveBomb.of(c.item)
	}
	if err != nil {
		c.unload()
	}
	return err
}

// declares returns the sum of the sizes that members declare. It bounds what they
// hold, since reading one ends in an error where it holds more than it declares.
func declares(z *zip.Reader) uint64 {
	var total uint64
	for _, f := range z.File {
		before := total
		if total += f.UncompressedSize64; total < before {
			return ^uint64(0)
		}
	}
	return total
}

func (c *container) unload() {
	_ = c.disk.Close()
	c.zip = nil
}

// settle moves the archive once all its members have been dealt with. One with a
// member that cannot be read stays where it is, for a person to act on.
func (c *container) settle() error {
	if !c.complete || !c.clean || c.offered == 0 || c.dealt != c.offered {
		return nil
	}
	return c.move(!c.refused)
}

// member is a payload inside an archive.
type member struct {
	container *container
	index     int
	item      source.Item
	dealt     bool
}

// Item returns the member as the archive lists it.
func (m *member) Item() source.Item { return m.item }

// Open decompresses the member. While its archive is being pulled the directory is
// at hand; later it is read again.
func (m *member) Open() (io.ReadCloser, error) {
	c, closeFile := m.container, func() error { return nil }
	if c.zip == nil {
		c = newContainer(c.payload, c.name)
		if err := c.Verify(); err != nil {
			return nil, err
		}
		if err := c.load(); err != nil {
			return nil, err
		}
		closeFile = c.disk.Close
	}
	if m.index >= len(c.zip.File) {
		_ = closeFile()
		return nil, source.ErrChanged
	}
	f := c.zip.File[m.index]
	g := &guard{
		item: m.item, disk: c.disk,
		maxBytes:   c.source.config.Limits.MemberBytes.Bytes(),
		ratio:      int64(c.source.config.Limits.Ratio),
		compressed: int64(min(f.CompressedSize64, uint64(c.item.SizeBytes))),
	}
	r, err := f.Open()
	if err != nil {
		_ = closeFile()
		return nil, g.judgeOpen(err)
	}
	g.r = r
	g.close = func() error {
		_ = r.Close()
		return closeFile()
	}
	return g, nil
}

// Verify looks at the archive again.
func (m *member) Verify() error { return m.container.Verify() }

// Done counts the member as dealt with; the archive is moved after the last one.
func (m *member) Done(ok bool) error {
	if m.dealt {
		return nil
	}
	m.dealt = true
	m.container.dealt++
	m.container.refused = m.container.refused || !ok
	return m.container.settle()
}
