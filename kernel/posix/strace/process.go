package strace

import (
	"golang.org/x/sys/unix"
)

// argv prints a vector of strings.
func argv(p *printer, i int) {
	a := p.arg(i)
	for n := uint64(0); ; n++ {
		d := p.read(a+8*n, 8)
		if d == nil {
			p.addr(a + 8*n)
			return
		}
		if n == 0 {
			p.byte('[')
		}
		if d.u64(0) == 0 {
			break
		}
		if n > 0 {
			p.str(", ")
		}
		if n >= maxString {
			p.str("...")
			break
		}
		p.cstring(d.u64(0), maxString)
	}
	p.byte(']')
}

// envp prints the address of an environment and how many strings it has.
func envp(p *printer, i int) {
	a := p.arg(i)
	p.addr(a)
	if a == 0 {
		return
	}
	n := 0
	for ; n < maxElements; n++ {
		d := p.read(a+8*uint64(n), 8)
		if d == nil || d.u64(0) == 0 {
			break
		}
	}
	p.str(" /* ")
	p.int(int64(n))
	p.str(" var")
	if n != 1 {
		p.byte('s')
	}
	p.str(" */")
}

// cloneFlagsArg prints the flags and the exit signal of clone(2).
func cloneFlagsArg(p *printer, i int) { p.cloneFlags(p.arg(i)) }

func (p *printer) cloneFlags(v uint64) {
	flags, sig := v&^0xff, int32(v&0xff)
	if flags != 0 {
		p.flags(&cloneFlags, flags)
		if sig == 0 {
			return
		}
		p.byte('|')
	}
	if sig == 0 {
		p.byte('0')
		return
	}
	p.signal(sig)
}

// cloneEnter prints what is known at the entry of clone(2), whose argument names are printed.
func cloneEnter(p *printer) {
	p.str("child_stack=")
	p.addr(p.arg(1))
	p.str(", flags=")
	p.cloneFlags(p.arg(0))
}

// cloneExit prints those arguments of clone(2) that the flags ask for.
func cloneExit(p *printer) {
	flags := p.arg(0)
	if flags&(unix.CLONE_PARENT_SETTID|unix.CLONE_PIDFD) != 0 {
		p.str(", parent_tid=")
		int32Ptr(p, 2)
	}
	if flags&unix.CLONE_SETTLS != 0 {
		p.str(", tls=")
		p.addr(p.arg(cloneTLS))
	}
	if flags&(unix.CLONE_CHILD_SETTID|unix.CLONE_CHILD_CLEARTID) != 0 {
		p.str(", child_tidptr=")
		p.addr(p.arg(cloneChildTID))
	}
}

// clone3Enter prints the struct clone_args of clone3(2).
func clone3Enter(p *printer) {
	size := int(min(max(p.arg(1), 64), 88))
	p.structure(p.arg(0), size, func(d data) {
		flags := d.u64(0)
		p.str("{flags=")
		p.flags(&cloneFlags, flags)
		if flags&unix.CLONE_PIDFD != 0 {
			p.addrField("pidfd", d.u64(8))
		}
		if flags&(unix.CLONE_CHILD_SETTID|unix.CLONE_CHILD_CLEARTID) != 0 {
			p.addrField("child_tid", d.u64(16))
		}
		if flags&unix.CLONE_PARENT_SETTID != 0 {
			p.addrField("parent_tid", d.u64(24))
		}
		p.field("exit_signal")
		if sig := d.u64(32); sig == 0 {
			p.byte('0')
		} else {
			p.signal(int32(sig))
		}
		p.addrField("stack", d.u64(40))
		p.hexField("stack_size", d.u64(48))
		if flags&unix.CLONE_SETTLS != 0 {
			p.addrField("tls", d.u64(56))
		}
		p.byte('}')
	})
}

// clone3Exit prints what clone3(2) wrote.
func clone3Exit(p *printer) {
	d := p.read(p.arg(0), 64)
	if d != nil && !p.failed() {
		flags := d.u64(0)
		begin := " => {"
		for _, out := range []struct {
			flag uint64
			name string
			at   uint64
		}{{unix.CLONE_PIDFD, "pidfd", d.u64(8)}, {unix.CLONE_PARENT_SETTID, "parent_tid", d.u64(24)}} {
			if flags&out.flag == 0 {
				continue
			}
			p.str(begin)
			p.str(out.name)
			p.byte('=')
			p.structure(out.at, 4, func(v data) { p.byte('['); p.int(int64(v.i32(0))); p.byte(']') })
			begin = ", "
		}
		if begin == ", " {
			p.byte('}')
		}
	}
	p.str(", ")
	p.uint(p.arg(1))
}

// outWaitStatus prints a wait status as the macros that take it apart. There is
// none if no child was ready.
func outWaitStatus(p *printer, i int) {
	if p.v == 0 {
		p.addr(p.arg(i))
		return
	}
	p.structure(p.arg(i), 4, func(d data) {
		p.byte('[')
		p.waitStatus(unix.WaitStatus(d.u32(0)))
		p.byte(']')
	})
}

func (p *printer) waitStatus(s unix.WaitStatus) {
	switch {
	case s.Exited():
		p.str("{WIFEXITED(s) && WEXITSTATUS(s) == ")
		p.int(int64(s.ExitStatus()))
	case s.Stopped():
		p.str("{WIFSTOPPED(s) && WSTOPSIG(s) == ")
		p.signal(int32(s.StopSignal()))
	case s.Continued():
		p.str("{WIFCONTINUED(s)")
	default:
		p.str("{WIFSIGNALED(s) && WTERMSIG(s) == ")
		p.signal(int32(s & 0x7f))
		if s.CoreDump() {
			p.str(" && WCOREDUMP(s)")
		}
	}
	p.byte('}')
}

func outRusage(p *printer, i int) {
	p.structure(p.arg(i), 144, func(d data) {
		p.str("{ru_utime=")
		p.timevalAt(d)
		p.field("ru_stime")
		p.timevalAt(d[16:])
		p.str(", ...}")
	})
}

// rlimit prints a struct rlimit.
func rlimit(p *printer, i int) {
	p.structure(p.arg(i), 16, func(d data) {
		p.str("{rlim_cur=")
		p.limit(d.u64(0))
		p.field("rlim_max")
		p.limit(d.u64(8))
		p.byte('}')
	})
}

// limit prints a resource limit: many bytes in units of 1024.
func (p *printer) limit(v uint64) {
	switch {
	case v == ^uint64(0):
		p.str("RLIM64_INFINITY")
	case v > 1024 && v%1024 == 0:
		p.uint(v / 1024)
		p.str("*1024")
	default:
		p.uint(v)
	}
}

// cpuSet prints the set of CPUs in n bytes at a.
func (p *printer) cpuSet(a, n uint64) {
	if p.failed() || a == 0 || n > maxElements {
		p.addr(a)
		return
	}
	d := p.read(a, int(n))
	if d == nil {
		p.addr(a)
		return
	}
	p.members(0, 8*len(d)-1, d.bit, p.decimal)
}

// capHeader prints a struct __user_cap_header_struct.
func capHeader(p *printer, i int) {
	p.structureAnyway(p.arg(i), 8, func(d data) {
		p.str("{version=")
		p.enum(&capVersions, uint64(d.u32(0)))
		p.intField("pid", int64(d.i32(4)))
		p.byte('}')
	})
}

// capData prints the sets of a struct __user_cap_data_struct, two of them for
// the versions that have 64 capabilities.
func capData(p *printer, i int) {
	p.structure(p.arg(i), 24, func(d data) {
		p.byte('{')
		for j, name := range []string{"effective", "permitted", "inheritable"} {
			p.field(name)
			p.caps(uint64(d.u32(4*j)) | uint64(d.u32(12+4*j))<<32)
		}
		p.byte('}')
	})
}

// caps prints a set of capabilities.
func (p *printer) caps(set uint64) {
	if set == 0 {
		p.byte('0')
		return
	}
	rest, first := set, true
	for _, c := range capabilities.list {
		if set>>c.v&1 != 0 {
			if !first {
				p.byte('|')
			}
			first = false
			p.str("1<<")
			p.str(c.s)
			rest &^= 1 << c.v
		}
	}
	if rest != 0 {
		if !first {
			p.byte('|')
		}
		p.hex(rest)
	}
}

// persona prints an execution domain and its flags.
func persona(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	if v == 0xffffffff {
		p.hex(v)
		return
	}
	p.persona(v)
}

func (p *printer) persona(v uint64) {
	if v&0xff == 0 {
		p.str("PER_LINUX")
	} else {
		p.hex(v & 0xff)
		p.str(" /* PER_??? */")
	}
	p.moreFlags(&personaFlags, v&^0xff)
}
