// Package cpio reads and writes cpio archives in the "new ASCII" (newc)
// format, which Linux and Cairn use for the initial RAM disk.
//
// The format is described in the Linux kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst and in cpio(5):
// a sequence of entries, each a 110-byte header of hexadecimal fields, a
// NUL-terminated name and the data, both padded to a multiple of four bytes,
// closed by an entry named TRAILER!!!.
//
// [Reader] takes archives as any tool makes them, several in a row included.
// It works on a byte slice and copies nothing, so that a kernel can use file
// data where the boot loader put it. [Writer] places the data of larger files
// on page boundaries to make that possible.
package cpio

import "strconv"

const (
	// PageSize is the alignment in bytes that [Writer] gives to the data of
	// files that are at least this large.
	PageSize = 4096

	// TrailerName is the name of the entry that ends an archive.
	TrailerName = "TRAILER!!!"

	headerSize = 110
	magicNewc  = "070701" // new ASCII format
	magicCRC   = "070702" // the same with a checksum of the data

	// maxName is the largest name size, terminator and padding included, that
	// Linux accepts: PATH_MAX.
	maxName = 4096
)

// File type bits of [Header.Mode], as in inode(7).
const (
	ModeType    = 0o170000
	ModeSocket  = 0o140000
	ModeSymlink = 0o120000
	ModeRegular = 0o100000
	ModeBlock   = 0o060000
	ModeDir     = 0o040000
	ModeChar    = 0o020000
	ModeFIFO    = 0o010000
)

// Header holds the numeric fields of an entry.
type Header struct {
	Ino                  uint32 // inode number, equal among hard links
	Mode                 uint32 // file type and permissions, as st_mode of stat(2)
	UID, GID             uint32 // owner
	NLink                uint32 // number of links; above 1 means that Ino may repeat
	MTime                uint32 // modification time, seconds since 1970
	Size                 uint32 // length of the data in bytes
	DevMajor, DevMinor   uint32 // device that holds the file
	RDevMajor, RDevMinor uint32 // device that the file stands for, if it is a node
}

// Type returns the file type bits of the mode.
func (h *Header) Type() uint32 { return h.Mode & ModeType }

// FormatError says what is wrong with an archive, and where.
type FormatError struct {
	Offset int    // position in the archive, in bytes
	Reason string // what is wrong there
}

// Error describes the fault and its offset.
func (e *FormatError) Error() string {
	return "cpio: offset " + strconv.Itoa(e.Offset) + ": " + e.Reason
}

// align4 rounds n up to a multiple of four.
func align4(n int) int { return (n + 3) &^ 3 }
