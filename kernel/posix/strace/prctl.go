package strace

import "golang.org/x/sys/unix"

// prctlEnter prints the arguments of prctl(2) that the operation has, up to those that
// it writes.
func prctlEnter(p *printer) {
	p.enum(&prctlOps, uint64(uint32(p.args[0])))
	switch p.args[0] {
	case unix.PR_GET_DUMPABLE, unix.PR_GET_KEEPCAPS, unix.PR_GET_SECCOMP, unix.PR_GET_SECUREBITS,
		unix.PR_GET_TIMERSLACK, unix.PR_GET_TIMING:
		return
	}
	p.str(", ")
	switch p.args[0] {
	case unix.PR_GET_PDEATHSIG, unix.PR_GET_NAME, unix.PR_GET_CHILD_SUBREAPER, unix.PR_GET_TID_ADDRESS:
	case unix.PR_SET_PDEATHSIG:
		p.signal(p.intArg(1))
	case unix.PR_SET_NAME:
		const taskNameLen = 15
		p.cstring(p.arg(1), taskNameLen)
	case unix.PR_SET_DUMPABLE:
		p.enum(&dumpables, p.arg(1))
	case unix.PR_CAPBSET_READ, unix.PR_CAPBSET_DROP:
		p.enum(&capabilities, p.arg(1))
	case unix.PR_SET_CHILD_SUBREAPER, unix.PR_SET_KEEPCAPS, unix.PR_SET_TIMERSLACK, unix.PR_SET_TIMING:
		p.uint(p.arg(1))
	case unix.PR_SET_NO_NEW_PRIVS, unix.PR_SET_THP_DISABLE:
		p.uint(p.arg(1))
		p.rest(2)
	case unix.PR_SET_VMA:
		p.enum(&vmaAttributes, p.arg(1))
		p.str(", ")
		p.addr(p.arg(2))
		p.str(", ")
		p.uint(p.arg(3))
		p.str(", ")
		p.cstring(p.arg(4), maxPath)
	default:
		hexArg(p, 1)
		p.rest(2)
	}
}

// rest prints the arguments of prctl(2) from i on as numbers.
func (p *printer) rest(i int) {
	for ; i < 5; i++ {
		p.str(", ")
		hexArg(p, i)
	}
}

// prctlResult makes the comment on what prctl(2) returned.
func prctlResult(p *printer) {
	if p.args[0] == unix.PR_GET_DUMPABLE {
		p.enum(&dumpables, uint64(p.v))
	}
}

// prctlExit prints what prctl(2) wrote.
func prctlExit(p *printer) {
	switch p.args[0] {
	case unix.PR_GET_NAME:
		if p.failed() {
			p.addr(p.arg(1))
		} else {
			p.cstring(p.arg(1), maxString)
		}
	case unix.PR_GET_PDEATHSIG:
		p.structure(p.arg(1), 4, func(d data) { p.byte('['); p.signal(d.i32(0)); p.byte(']') })
	case unix.PR_GET_CHILD_SUBREAPER:
		int32Ptr(p, 1)
	case unix.PR_GET_TID_ADDRESS:
		p.structure(p.arg(1), 8, func(d data) { p.byte('['); p.addr(d.u64(0)); p.byte(']') })
	}
}
