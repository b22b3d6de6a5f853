package strace

import (
	"encoding/binary"
	"strconv"

	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// memory is where the structures that arguments point to are read.
type memory interface {
	// CopyIn copies from user address a. It returns how many bytes it copied,
	// and an error if that is fewer than len(p).
	CopyIn(p []byte, a sys.Addr) (int, error)
}

// What is abbreviated, as strace(1) does without options.
const (
	maxString   = 32   // bytes of a string, elements of an array
	maxPath     = 4096 // bytes of a path: paths are not abbreviated
	maxElements = 1024 // elements of an array that are read at all
)

// printer holds one system call of one task and appends its text to out.
type printer struct {
	mem  memory
	out  []byte
	nr   uintptr
	name string
	desc *syscall.Description // nil: not described
	args [6]uintptr
	sp   uint64 // the stack pointer at entry

	next      int  // the argument to print next
	separated bool // the comma before it is printed

	// saved is what a formatter notes at entry, of argument i, for the exit:
	// a length that the call overwrites.
	saved [6]uint64

	// writing says that what is being printed is written by the call.
	writing bool

	// What is known at exit.
	exiting bool
	v       uintptr
	errno   unix.Errno
	comment []byte // stands in parentheses behind the result
}

// failed reports whether the call failed to write what is being printed.
func (p *printer) failed() bool { return p.writing && p.errno != 0 }

func (p *printer) str(s string)   { p.out = append(p.out, s...) }
func (p *printer) byte(c byte)    { p.out = append(p.out, c) }
func (p *printer) int(v int64)    { p.out = strconv.AppendInt(p.out, v, 10) }
func (p *printer) uint(v uint64)  { p.out = strconv.AppendUint(p.out, v, 10) }
func (p *printer) hex(v uint64)   { p.out = strconv.AppendUint(append(p.out, "0x"...), v, 16) }
func (p *printer) octal(v uint64) { p.out = strconv.AppendUint(append(p.out, '0'), v, 8) }

// hexOrZero prints a number as C's %#x does.
func (p *printer) hexOrZero(v uint64) {
	if v == 0 {
		p.byte('0')
		return
	}
	p.hex(v)
}

// addr prints an address.
func (p *printer) addr(a uint64) {
	if a == 0 {
		p.str("NULL")
		return
	}
	p.hex(a)
}

// field begins a field of a structure: name and equals sign, after a comma
// unless it is the first.
func (p *printer) field(name string) {
	if n := len(p.out); n > 0 && p.out[n-1] != '{' {
		p.str(", ")
	}
	p.str(name)
	p.byte('=')
}

func (p *printer) intField(name string, v int64)   { p.field(name); p.int(v) }
func (p *printer) uintField(name string, v uint64) { p.field(name); p.uint(v) }
func (p *printer) hexField(name string, v uint64)  { p.field(name); p.hexOrZero(v) }
func (p *printer) addrField(name string, v uint64) { p.field(name); p.addr(v) }

// arg returns argument i as an address.
func (p *printer) arg(i int) uint64 { return uint64(p.args[i]) }

// intArg returns argument i as an int.
func (p *printer) intArg(i int) int32 { return int32(p.args[i]) }

// data is a copy of user memory, read as little-endian fields.
type data []byte

func (d data) u16(off int) uint16 { return binary.LittleEndian.Uint16(d[off:]) }
func (d data) u32(off int) uint32 { return binary.LittleEndian.Uint32(d[off:]) }
func (d data) u64(off int) uint64 { return binary.LittleEndian.Uint64(d[off:]) }
func (d data) i32(off int) int32  { return int32(d.u32(off)) }
func (d data) i64(off int) int64  { return int64(d.u64(off)) }

// read returns size bytes at a, or nil if they cannot be read.
func (p *printer) read(a uint64, size int) data {
	if a == 0 {
		return nil
	}
	d := make([]byte, size)
	if n, err := p.mem.CopyIn(d, sys.Addr(a)); err != nil || n < size {
		return nil
	}
	return d
}

// structure prints what f makes of the size bytes at a; if they cannot be read or
// the call failed, the address.
func (p *printer) structure(a uint64, size int, f func(d data)) {
	if p.failed() {
		p.addr(a)
		return
	}
	p.structureAnyway(a, size, f)
}

// structureAnyway is structure for what has its value even if the call failed.
func (p *printer) structureAnyway(a uint64, size int, f func(d data)) {
	d := p.read(a, size)
	if d == nil {
		p.addr(a)
		return
	}
	f(d)
}

// array prints n elements of size bytes at a, in brackets.
func (p *printer) array(a, n uint64, size int, f func(d data)) {
	if p.failed() || a == 0 {
		p.addr(a)
		return
	}
	if n == 0 {
		p.str("[]")
		return
	}
	for i := range min(n, maxElements) {
		d := p.read(a+i*uint64(size), size)
		if d == nil && i == 0 {
			p.addr(a)
			return
		}
		p.separate(i)
		if d == nil {
			p.str("... /* ")
			p.hex(a + i*uint64(size))
			p.str(" */")
			break
		}
		if i >= maxString {
			p.str("...")
			break
		}
		f(d)
	}
	p.byte(']')
}

// separate begins element i of a list in brackets.
func (p *printer) separate(i uint64) {
	if i == 0 {
		p.byte('[')
	} else {
		p.str(", ")
	}
}

// members prints those of the numbers from first to last that are in a set, in
// brackets and separated by spaces.
func (p *printer) members(first, last int, in func(i int) bool, print func(i int)) {
	p.byte('[')
	empty := true
	for i := first; i <= last; i++ {
		if !in(i) {
			continue
		}
		if !empty {
			p.byte(' ')
		}
		empty = false
		print(i)
	}
	p.byte(']')
}

// bit reports whether bit i of d is set.
func (d data) bit(i int) bool { return d[i/8]>>(i%8)&1 != 0 }

// decimal prints i. It is a function for members.
func (p *printer) decimal(i int) { p.int(int64(i)) }
