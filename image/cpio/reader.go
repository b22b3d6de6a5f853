package cpio

import (
	"bytes"
	"io"
)

// Entry is one file of an archive. Name and Data point into the archive.
type Entry struct {
	Header
	Name    []byte // path as stored, without terminator or padding; may begin with "/" or "./"
	Data    []byte // file contents, or the target of a symbolic link
	Offset  int    // where the entry's header begins
	DataAt  int    // where Data begins
	Archive int    // number of the archive, from 0, when several are concatenated
}

// LinkKey identifies a file that has several names.
type LinkKey struct {
	archive, major, minor, ino uint32
}

// LinkKey returns the identity of the file that e is a name of. It reports
// false when e is the only name, and for directories.
//
// Entries with equal keys are hard links to one file. Some tools store the
// data with each of them, some only with the first or the last; whichever
// entry has data gives the contents.
func (e *Entry) LinkKey() (LinkKey, bool) {
	if e.NLink < 2 || e.Type() == ModeDir {
		return LinkKey{}, false
	}
	return LinkKey{uint32(e.Archive), e.DevMajor, e.DevMinor, e.Ino}, true
}

// Reader reads the entries of one or more concatenated archives.
type Reader struct {
	buf     []byte
	off     int // next byte to read
	base    int // start of the current archive; padding counts from here
	archive int
	inside  bool // between the first entry of an archive and its trailer
}

// NewReader returns a Reader of the archives in buf, which must stay unchanged
// while entries are in use.
func NewReader(buf []byte) *Reader { return &Reader{buf: buf} }

// Next returns the next entry. At the end of the last archive it returns
// [io.EOF]; a malformed archive gives a [*FormatError]. A directory may come
// more than once. An archive that ends without a trailer is truncated, which
// is an error.
func (r *Reader) Next() (Entry, error) {
	for {
		if !r.inside && !r.findArchive() {
			return Entry{}, io.EOF
		}
		e, err := r.entry()
		if err != nil {
			return Entry{}, err
		}
		if string(e.Name) != TrailerName {
			return e, nil
		}
		// Another archive may follow at once, whatever its alignment.
		r.off = e.Offset + headerSize + len(TrailerName) + 1
		r.inside = false
		r.archive++
	}
}

// findArchive skips the NUL padding between archives.
func (r *Reader) findArchive() bool {
	for r.off < len(r.buf) && r.buf[r.off] == 0 {
		r.off++
	}
	r.base = r.off
	r.inside = true
	return r.off < len(r.buf)
}

// entry reads one entry, which may be the trailer.
func (r *Reader) entry() (Entry, error) {
	start := r.off
	h, nameSize, check, err := r.header()
	if err != nil {
		return Entry{}, err
	}
	nameOff := start + headerSize
	if nameSize == 0 {
		return Entry{}, &FormatError{start, "an entry without a name"}
	}
	if uint64(nameSize) > uint64(len(r.buf)-nameOff) {
		return Entry{}, &FormatError{nameOff, "truncated in a file name"}
	}
	name := r.buf[nameOff : nameOff+int(nameSize)]
	end := bytes.IndexByte(name, 0)
	if end < 0 {
		return Entry{}, &FormatError{nameOff, "a file name without its terminating NUL"}
	}
	name = name[:end:end]
	dataOff := min(r.align(nameOff+int(nameSize)), len(r.buf))
	if uint64(h.Size) > uint64(len(r.buf)-dataOff) {
		return Entry{}, &FormatError{dataOff, "truncated in the data of " + string(name)}
	}
	dataEnd := dataOff + int(h.Size)
	data := r.buf[dataOff:dataEnd:dataEnd]
	if r.buf[start+5] == magicCRC[5] && h.Type() == ModeRegular && checksum(data) != check {
		return Entry{}, &FormatError{dataOff, "wrong checksum of the data of " + string(name)}
	}
	r.off = min(r.align(dataEnd), len(r.buf))
	return Entry{Header: h, Name: name, Data: data, Offset: start, DataAt: dataOff, Archive: r.archive}, nil
}

// align rounds off up to a multiple of four bytes from the archive's start.
func (r *Reader) align(off int) int { return r.base + align4(off-r.base) }

// header reads the fixed part of the entry at r.off.
func (r *Reader) header() (h Header, nameSize, check uint32, err error) {
	b := r.buf[r.off:]
	if len(b) < headerSize {
		reason := "truncated: an entry header or the " + TrailerName + " entry is missing"
		if r.off == r.base {
			reason = notNewc(b)
		}
		return h, 0, 0, &FormatError{r.off, reason}
	}
	if m := string(b[:6]); m != magicNewc && m != magicCRC {
		return h, 0, 0, &FormatError{r.off, notNewc(b)}
	}
	fields := [13]*uint32{
		&h.Ino, &h.Mode, &h.UID, &h.GID, &h.NLink, &h.MTime, &h.Size,
		&h.DevMajor, &h.DevMinor, &h.RDevMajor, &h.RDevMinor, &nameSize, &check,
	}
	for i, f := range fields {
		at := 6 + 8*i
		v, ok := parseHex(b[at : at+8])
		if !ok {
			return h, 0, 0, &FormatError{r.off + at, "a header field is not a hexadecimal number"}
		}
		*f = v
	}
	return h, nameSize, check, nil
}

// foreign lists the beginnings of files that people take for newc archives.
var foreign = []struct{ magic, reason string }{
	{"070707", `an archive of the old "odc" format; make it with cpio -H newc`},
	{"\xc7\x71", `an archive of the old binary format; make it with cpio -H newc`},
	{"\x71\xc7", `an archive of the old binary format; make it with cpio -H newc`},
	{"\x1f\x8b", "compressed with gzip; decompress it first"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it first"},
	{"\xfd7zXZ\x00", "compressed with xz; decompress it first"},
	{"BZh", "compressed with bzip2; decompress it first"},
	{"\x02\x21\x4c\x18", "compressed with lz4; decompress it first"},
	{"\x04\x22\x4d\x18", "compressed with lz4; decompress it first"},
}

// notNewc says what b might be, given that no newc header begins there.
func notNewc(b []byte) string {
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.magic)) {
			return f.reason
		}
	}
	return "not a newc cpio entry (no 070701 or 070702)"
}

// parseHex converts eight hexadecimal digits.
func parseHex(b []byte) (v uint32, ok bool) {
	for _, c := range b {
		var d byte
		switch {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		default:
			return 0, false
		}
		v = v<<4 | uint32(d)
	}
	return v, true
}

// checksum is the sum of all bytes, modulo 2^32.
func checksum(data []byte) (sum uint32) {
	for _, b := range data {
		sum += uint32(b)
	}
	return sum
}
