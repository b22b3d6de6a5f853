package strace

import (
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// special is how a call is printed whose arguments do not stand for themselves.
type special struct {
	enter func(p *printer) // prints the arguments up to what the call writes
	exit  func(p *printer) // prints the rest; may be nil
}

// specials holds the special calls by name.
var specials = map[string]special{
	"clone":        {cloneEnter, cloneExit},
	"clone3":       {clone3Enter, clone3Exit},
	"futex":        {futexEnter, nil},
	"prctl":        {prctlEnter, prctlExit},
	"rt_sigreturn": {sigreturnEnter, nil},
	"membarrier":   {membarrierEnter, nil},
	"syslog":       {syslogEnter, syslogExit},
}

// comments print what stands in parentheses behind the result of a call that
// succeeded, by name.
var comments = map[string]func(p *printer){
	"poll":               (*printer).pollResult,
	"ppoll":              (*printer).pollResult,
	"select":             (*printer).selectResult,
	"pselect6":           (*printer).selectResult,
	"sched_getscheduler": func(p *printer) { p.enum(&schedPolicies, uint64(p.v)) },
	"personality":        func(p *printer) { p.persona(uint64(p.v)) },
	"time":               printTime,
	"prctl":              prctlResult,
	"membarrier":         membarrierResult,
}

// start makes p ready for a call.
func (p *printer) start(nr uintptr, args [6]uintptr) {
	*p = printer{mem: p.mem, out: p.out[:0], sp: p.sp, nr: nr, args: args, desc: syscall.Describes(nr)}
	if p.desc != nil {
		p.name = p.desc.Name
	} else {
		p.name = syscall.Name(nr)
	}
}

// enter prints what is known of a call before it is made: everything up to the
// first argument that the call writes.
func (p *printer) enter() {
	p.str(p.name)
	p.byte('(')
	if s, ok := specials[p.name]; ok {
		s.enter(p)
		return
	}
	if p.desc == nil {
		p.undescribed()
		return
	}
	for i, k := range p.desc.Args {
		p.save(i, k)
	}
	p.arguments()
}

// undescribed prints the arguments of a call that the image does not have: all
// that there may be.
func (p *printer) undescribed() {
	for i := range p.args {
		if i > 0 {
			p.str(", ")
		}
		p.hexOrZero(p.arg(i))
	}
}

// exit prints the rest of a call, and the comment on its result.
func (p *printer) exit(v uintptr, errno unix.Errno) {
	p.exiting, p.v, p.errno = true, v, errno
	if s, ok := specials[p.name]; ok {
		if s.exit != nil {
			p.writing = true
			s.exit(p)
		}
	} else if p.desc != nil {
		p.arguments()
	}
	if errno != 0 {
		return
	}
	text := p.out
	p.out = nil
	if f := comments[p.name]; f != nil {
		f(p)
	}
	p.comment, p.out = p.out, text
}

// complete reports whether everything was printed at entry.
func (p *printer) complete() bool {
	if s, ok := specials[p.name]; ok {
		return s.exit == nil
	}
	return p.desc == nil || p.next == len(p.args)
}

// arguments prints the arguments from next on: at entry, as far as they are known.
func (p *printer) arguments() {
	for ; p.next < len(p.args); p.next++ {
		k := p.desc.Args[p.next]
		if k == sys.KindOpenMode && !creates(p.arg(p.next-1)) {
			k = sys.KindNone
		}
		if k == sys.KindNone {
			p.next = len(p.args)
			return
		}
		if p.next > 0 && !p.separated && !ownComma(k) {
			p.str(", ")
		}
		p.separated = true
		if !p.exiting && p.waits(p.next, k) {
			return
		}
		p.argument(p.next, k)
		p.separated = false
	}
}

// ownComma reports whether the format of a kind prints the comma before it, or
// prints nothing.
func ownComma(k sys.Kind) bool {
	return k == sys.KindFcntlArg || k == sys.KindIoctlArg || k == sys.KindOffHigh
}

// waits reports whether argument i, of kind k, is known only at exit.
func (p *printer) waits(i int, k sys.Kind) bool {
	switch k {
	case sys.KindFcntlArg:
		return fcntlWaits(p.intArg(i - 1))
	case sys.KindIoctlArg:
		return ioctlWaits(uint32(p.args[i-1]))
	}
	return formats[k].out
}

// save notes what argument i, of kind k, points to before the call changes it.
func (p *printer) save(i int, k sys.Kind) {
	switch k {
	case sys.KindInOutSockLen:
		if d := p.read(p.arg(i), 4); d != nil {
			p.saved[i] = uint64(d.u32(0))
		}
	case sys.KindOutMsgHdr:
		if d := p.read(p.arg(i), sizeofMsghdr); d != nil {
			p.saved[i] = uint64(d.u32(8))
		}
	case sys.KindInOutOff:
		if d := p.read(p.arg(i), 8); d != nil {
			p.saved[i] = d.u64(0)
		}
	}
}
