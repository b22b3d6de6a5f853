package strace

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// dirFD prints a descriptor or AT_FDCWD.
func dirFD(p *printer, i int) {
	if p.intArg(i) == unix.AT_FDCWD {
		p.str("AT_FDCWD")
		return
	}
	int32Arg(p, i)
}

// openFlagsArg prints the flags of open(2).
func openFlagsArg(p *printer, i int) { p.openFlags(uint64(uint32(p.args[i]))) }

// openFlags prints access mode and flags of open(2).
func (p *printer) openFlags(v uint64) {
	p.str(accessModes.lookup(v & unix.O_ACCMODE))
	p.moreFlags(&openFlags, v&^unix.O_ACCMODE)
}

// modeArg prints permission bits.
func modeArg(p *printer, i int) { p.mode(uint32(p.args[i])) }

// mode prints permission bits in octal, in at least three digits.
func (p *printer) mode(v uint32) {
	digits := strconv.FormatUint(uint64(v), 8)
	p.str("00"[:max(0, 2-len(digits))])
	p.byte('0')
	p.str(digits)
}

// fileMode prints a file type and permission bits.
func (p *printer) fileMode(v uint32) {
	if t := uint64(v & unix.S_IFMT); t != 0 {
		if name := fileTypes.lookup(t); name != "" {
			p.str(name)
		} else {
			p.octal(t)
		}
		p.byte('|')
	}
	if bits := uint64(v &^ (unix.S_IFMT | 0o777)); bits != 0 {
		p.knownFlags(&setIDBits, bits)
		p.byte('|')
	}
	p.mode(v & 0o777)
}

// dev prints a device number.
func (p *printer) dev(v uint64) {
	p.str("makedev(")
	p.hexOrZero(uint64(unix.Major(v)))
	p.str(", ")
	p.hexOrZero(uint64(unix.Minor(v)))
	p.byte(')')
}

// atFlagsArg prints AT_ flags. Those of statx(2) begin with the type of
// synchronisation, which has a name for none.
func atFlagsArg(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	if p.name == "statx" {
		const syncType = unix.AT_STATX_FORCE_SYNC | unix.AT_STATX_DONT_SYNC
		p.enum(&statxSync, v&syncType)
		if v &^= syncType; v == 0 {
			return
		}
		p.byte('|')
	}
	p.flags(&atFlags, v)
}

// fdPair prints the two descriptors at an address.
func fdPair(p *printer, i int) {
	p.array(p.arg(i), 2, 4, func(d data) { p.int(int64(d.i32(0))) })
}

// inOutOff prints an offset before and after a call.
func inOutOff(p *printer, i int) {
	p.structureAnyway(p.arg(i), 8, func(d data) {
		p.byte('[')
		p.int(int64(p.saved[i]))
		if !p.failed() && d.u64(0) != p.saved[i] {
			p.str("] => [")
			p.int(d.i64(0))
		}
		p.byte(']')
	})
}

const sizeofIovec = 16

// ioVec prints buffers that a call reads.
func ioVec(p *printer, i int) { p.ioVec(p.arg(i), p.arg(i+1), ^uint64(0)) }

// outIoVec prints buffers that a call wrote: its result says how much.
func outIoVec(p *printer, i int) {
	if !p.failed() {
		p.ioVec(p.arg(i), p.arg(i+1), uint64(p.v))
		return
	}
	p.writing = false // the buffers are where they were
	p.array(p.arg(i), p.arg(i+1), sizeofIovec, func(d data) {
		p.str("{iov_base=")
		p.addr(d.u64(0))
		p.uintField("iov_len", d.u64(8))
		p.byte('}')
	})
}

// ioVec prints n buffers at a, of whose bytes left are used.
func (p *printer) ioVec(a, n, left uint64) {
	p.array(a, n, sizeofIovec, func(d data) {
		base, length := d.u64(0), d.u64(8)
		p.str("{iov_base=")
		p.bytes(base, min(length, left), p.quote)
		left -= min(length, left)
		p.uintField("iov_len", length)
		p.byte('}')
	})
}

// outStat prints a struct stat: as strace(1) does, what matters of it.
func outStat(p *printer, i int) {
	p.structure(p.arg(i), sizeofStat, func(d data) {
		mode := d.u32(statMode)
		p.str("{st_mode=")
		p.fileMode(mode)
		switch mode & unix.S_IFMT {
		case unix.S_IFCHR, unix.S_IFBLK:
			p.field("st_rdev")
			p.dev(d.u64(statRdev))
		default:
			p.intField("st_size", d.i64(statSize))
		}
		p.str(", ...}")
	})
}

// outStatfs prints a struct statfs.
func outStatfs(p *printer, i int) {
	names := []string{"f_bsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree"}
	p.structure(p.arg(i), 120, func(d data) {
		p.str("{f_type=")
		p.enum(&statfsTypes, d.u64(0))
		for j, name := range names {
			p.uintField(name, d.u64(8+8*j))
		}
		p.str(", f_fsid={val=[")
		p.hexOrZero(uint64(d.u32(56)))
		p.str(", ")
		p.hexOrZero(uint64(d.u32(60)))
		p.str("]}")
		p.uintField("f_namelen", d.u64(64))
		p.uintField("f_frsize", d.u64(72))
		p.field("f_flags")
		p.flags(&statfsFlags, d.u64(80))
		p.byte('}')
	})
}

// outStatx prints a struct statx.
func outStatx(p *printer, i int) {
	p.structure(p.arg(i), 256, func(d data) {
		p.str("{stx_mask=")
		p.flags(&statxMasks, uint64(d.u32(0)))
		p.field("stx_attributes")
		p.flags(&statxAttributes, d.u64(8))
		p.field("stx_mode")
		p.fileMode(uint32(d.u16(28)))
		p.uintField("stx_size", d.u64(40))
		p.str(", ...}")
	})
}

// outDents prints how many directory entries a call wrote.
func outDents(p *printer, i int) {
	p.addr(p.arg(i))
	if p.failed() {
		return
	}
	n := 0
	for off := uint64(0); off < uint64(p.v); n++ {
		d := p.read(p.arg(i)+off, 19)
		if d == nil || d.u16(16) == 0 {
			break
		}
		off += uint64(d.u16(16))
	}
	p.str(" /* ")
	p.int(int64(n))
	p.str(" entries */")
}

// openHow prints a struct open_how.
func openHow(p *printer, i int) {
	p.structure(p.arg(i), 24, func(d data) {
		p.str("{flags=")
		p.openFlags(d.u64(0))
		if creates(d.u64(0)) {
			p.field("mode")
			p.mode(uint32(d.u64(8)))
		}
		p.field("resolve")
		p.flags(&resolveFlags, d.u64(16))
		p.byte('}')
	})
}

// creates reports whether an open with these flags uses its mode.
func creates(flags uint64) bool {
	return flags&unix.O_CREAT != 0 || flags&unix.O_TMPFILE == unix.O_TMPFILE
}

// shmFlagsArg prints the flags of shmget(2): names and a mode.
func shmFlagsArg(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	if rest := p.knownFlags(&shmFlags, v); rest != v {
		p.byte('|')
		v = rest
	}
	p.mode(uint32(v))
}

// mapFlagsArg prints the flags of mmap(2): a sharing type and bits.
func mapFlagsArg(p *printer, i int) {
	v := p.arg(i)
	p.enum(&mapTypes, v&unix.MAP_TYPE)
	const hugeShift, hugeMask = 26, 0x3f
	p.moreFlags(&mapFlags, v&^(unix.MAP_TYPE|hugeMask<<hugeShift))
	if size := v >> hugeShift & hugeMask; size != 0 {
		p.byte('|')
		p.uint(size)
		p.str("<<MAP_HUGE_SHIFT")
	}
}
