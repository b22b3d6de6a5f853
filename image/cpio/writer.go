package cpio

import (
	"errors"
	"io"
)

// Errors that a [Writer] returns for wrong use.
var (
	ErrClosed     = errors.New("cpio: the archive is closed")
	ErrTooLong    = errors.New("cpio: more data than the header announced")
	ErrIncomplete = errors.New("cpio: less data than the header announced")
	ErrName       = errors.New("cpio: a name is empty, has a NUL, is the trailer's, or is longer than 4095 bytes")
)

// Writer writes an archive. The same calls write the same bytes.
//
// The data of regular files of at least [PageSize] bytes begins at a multiple
// of PageSize from the start of the archive. Names are padded with NULs for
// that; the padding counts as part of the name, which Linux, GNU cpio and
// other readers allow. Where the padding would make a name longer than Linux
// accepts, the last directory is repeated with a padded name before the file.
type Writer struct {
	w       io.Writer
	off     int64
	ino     uint32
	left    uint32 // data bytes still to come for the current entry
	pad     int    // NULs to write after them
	dir     Header // last directory written
	dirName string // its name, "" if there was none
	closed  bool
	err     error // first write error; the archive is broken from there on
}

// NewWriter returns a Writer of an archive that begins at the current position
// of w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// WriteHeader begins an entry. Exactly h.Size bytes of data must follow
// through [Writer.Write]. When h.Ino is 0 the entry gets a number of its own,
// counted from 1: a caller that sets Ino for hard links must use numbers that
// do not collide, for example above 2^31. When h.NLink is 0 it is written as 1.
func (w *Writer) WriteHeader(h *Header, name string) error {
	if err := w.finish(); err != nil {
		return err
	}
	if !validName(name) {
		return ErrName
	}
	hdr := *h
	if hdr.Ino == 0 {
		w.ino++
		hdr.Ino = w.ino
	}
	if hdr.NLink == 0 {
		hdr.NLink = 1
	}
	size := len(name) + 1
	if hdr.Type() == ModeRegular && hdr.Size >= PageSize {
		size = w.alignData(size)
	}
	if hdr.Type() == ModeDir {
		w.dir, w.dirName = hdr, name
	}
	w.emit(&hdr, name, size)
	w.left = hdr.Size
	w.pad = align4(int(hdr.Size)) - int(hdr.Size)
	return w.err
}

// alignData returns the padded size of a name of size bytes, such that the
// data behind it begins on a page boundary, if that can be had.
func (w *Writer) alignData(size int) int {
	if padded := padName(w.off, size); padded <= maxName {
		return padded
	}
	if w.dirName == "" {
		return size
	}
	// Put the file's header just before a page boundary by repeating a
	// directory, which changes nothing for any reader.
	head := align4(headerSize + size)
	dirSize := padName(w.off+int64(head), len(w.dirName)+1)
	if dirSize > maxName {
		return size
	}
	w.emit(&w.dir, w.dirName, dirSize)
	return padName(w.off, size)
}

// padName returns the smallest name size of at least size that makes the data
// of an entry at off begin on a page boundary.
func padName(off int64, size int) int {
	end := align4(headerSize + size)
	rest := int((off + int64(end)) % PageSize)
	if rest != 0 {
		end += PageSize - rest
	}
	return end - headerSize
}

// Write writes data of the entry that [Writer.WriteHeader] began.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if uint64(len(p)) > uint64(w.left) {
		return 0, ErrTooLong
	}
	n, err := w.w.Write(p)
	w.off += int64(n)
	w.left -= uint32(n)
	w.err = err
	return n, err
}

// Close writes the trailer and pads the archive to a multiple of 512 bytes. It
// does not close the underlying writer.
func (w *Writer) Close() error {
	if err := w.finish(); err != nil {
		return err
	}
	w.closed = true
	w.emit(&Header{NLink: 1}, TrailerName, len(TrailerName)+1)
	w.zeros(int(-w.off & 511))
	return w.err
}

// finish completes the current entry.
func (w *Writer) finish() error {
	switch {
	case w.err != nil:
		return w.err
	case w.closed:
		return ErrClosed
	case w.left != 0:
		return ErrIncomplete
	}
	w.zeros(w.pad)
	w.pad = 0
	return w.err
}

// emit writes a header and a name padded with NULs to size bytes.
func (w *Writer) emit(h *Header, name string, size int) {
	b := make([]byte, 0, align4(headerSize+size))
	b = append(b, magicNewc...)
	for _, v := range [13]uint32{
		h.Ino, h.Mode, h.UID, h.GID, h.NLink, h.MTime, h.Size,
		h.DevMajor, h.DevMinor, h.RDevMajor, h.RDevMinor, uint32(size), 0,
	} {
		b = appendHex(b, v)
	}
	b = append(b, name...)
	w.raw(b[:cap(b)])
}

// zeros writes n NULs.
func (w *Writer) zeros(n int) { w.raw(make([]byte, n)) }

// raw writes b unless an earlier write failed.
func (w *Writer) raw(b []byte) {
	if w.err != nil || len(b) == 0 {
		return
	}
	n, err := w.w.Write(b)
	w.off += int64(n)
	w.err = err
}

// appendHex appends v as eight hexadecimal digits.
func appendHex(b []byte, v uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, digits[v>>shift&15])
	}
	return b
}

// validName reports whether a reader would find name as it is.
func validName(name string) bool {
	if name == "" || name == TrailerName || len(name) >= maxName {
		return false
	}
	for i := range len(name) {
		if name[i] == 0 {
			return false
		}
	}
	return true
}
