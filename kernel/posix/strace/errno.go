package strace

import (
	"strconv"

	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// errRestartBlock is what a sleep returns that a signal interrupted.
const errRestartBlock = sys.ERESTART_RESTARTBLOCK

// restarts holds the texts of the errors that never reach a program.
var restarts = map[unix.Errno]string{
	sys.ERESTARTSYS:           "ERESTARTSYS (To be restarted if SA_RESTART is set)",
	sys.ERESTARTNOINTR:        "ERESTARTNOINTR (To be restarted)",
	sys.ERESTARTNOHAND:        "ERESTARTNOHAND (To be restarted if no handler)",
	sys.ERESTART_RESTARTBLOCK: "ERESTART_RESTARTBLOCK (Interrupted by signal)",
}

// errnoName returns the name of an error number.
func errnoName(e unix.Errno) string {
	if e == unix.EOPNOTSUPP { // which ENOTSUP is another name of
		return "EOPNOTSUPP"
	}
	if name := unix.ErrnoName(e); name != "" {
		return name
	}
	return "ERRNO_" + strconv.Itoa(int(e))
}

// errnoText returns the text of an error number as the C library has it, which is as
// package unix has it but for the capital.
func errnoText(e unix.Errno) string {
	text := e.Error()
	if c := text[0]; c >= 'a' && c <= 'z' {
		return string(c-'a'+'A') + text[1:]
	}
	return text
}

// result returns what stands behind the equals sign.
func (p *printer) result() []byte {
	q := *p
	q.out = nil
	q.printResult()
	if len(p.comment) > 0 {
		q.str(" (")
		q.out = append(q.out, p.comment...)
		q.byte(')')
	}
	return q.out
}

// printResult prints the value or the error of a call.
func (p *printer) printResult() {
	if text := restarts[p.errno]; text != "" {
		p.str("? ")
		p.str(text)
		return
	}
	if p.errno != 0 {
		p.str("-1 ")
		p.str(errnoName(p.errno))
		p.str(" (")
		p.str(errnoText(p.errno))
		p.byte(')')
		return
	}
	if p.name == "fcntl" && p.fcntlResult() {
		return
	}
	kind := sys.KindPlainInt64
	if p.desc != nil {
		kind = p.desc.Ret
	}
	switch kind {
	case sys.KindAddr:
		p.addr(uint64(p.v))
	case sys.KindHex, sys.KindPersona:
		p.hexOrZero(uint64(p.v))
	case sys.KindMode:
		p.mode(uint32(p.v))
	case sys.KindUid, sys.KindGid, sys.KindPlainUint32:
		p.uint(uint64(uint32(p.v)))
	default:
		if p.name == "membarrier" && len(p.comment) > 0 {
			p.hex(uint64(p.v))
			return
		}
		p.int(int64(p.v))
	}
}
