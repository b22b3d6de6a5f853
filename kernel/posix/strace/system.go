package strace

import "cairn/kernel/syscall/sys"

// membarrierEnter prints the arguments of membarrier(2): a CPU only where the command
// has one.
func membarrierEnter(p *printer) {
	const flagCPU = 1
	p.argument(0, sys.KindMembarrierCmd)
	p.str(", ")
	p.flags(&membarrierFlags, uint64(uint32(p.args[1])))
	if p.args[1] == flagCPU {
		p.str(", ")
		int32Arg(p, 2)
	}
}

// membarrierResult makes the comment on the commands that membarrier(2) knows.
func membarrierResult(p *printer) {
	const query = 0
	if p.args[0] == query {
		p.flags(&membarrierCmds, uint64(p.v))
	}
}

// The actions of syslog(2) that decide how its arguments are printed.
const (
	syslogRead         = 2
	syslogReadAll      = 3
	syslogReadClear    = 4
	syslogConsoleLevel = 8
)

// syslogEnter prints the action of syslog(2), and what goes with it.
func syslogEnter(p *printer) {
	p.annotated(0, &syslogActions)
	switch {
	case p.syslogReads():
		p.str(", ")
	case p.args[0] == syslogConsoleLevel:
		p.str(", ")
		addrArg(p, 1)
		p.str(", ")
		p.annotated(2, &logLevels)
	case syslogActions.lookup(p.arg(0)) == "":
		p.str(", ")
		addrArg(p, 1)
		p.str(", ")
		int32Arg(p, 2)
	}
}

// annotated prints argument i as a number, with its name as a comment.
func (p *printer) annotated(i int, n *names) {
	int32Arg(p, i)
	name := n.lookup(p.arg(i))
	if name == "" {
		name = n.unknown
	}
	p.str(" /* ")
	p.str(name)
	p.str(" */")
}

// syslogReads reports whether syslog(2) is asked for lines of the log.
func (p *printer) syslogReads() bool {
	switch p.args[0] {
	case syslogRead, syslogReadAll, syslogReadClear:
		return true
	}
	return false
}

// syslogExit prints the lines that syslog(2) read.
func syslogExit(p *printer) {
	if p.syslogReads() {
		outBuf(p, 1)
		p.str(", ")
		int32Arg(p, 2)
	}
}

func outUtsname(p *printer, i int) {
	const field = 65
	p.structure(p.arg(i), 6*field, func(d data) {
		p.str("{sysname=")
		p.paddedString(d[:field])
		p.field("nodename")
		p.paddedString(d[field : 2*field])
		p.str(", ...}")
	})
}

func outSysinfo(p *printer, i int) {
	p.structure(p.arg(i), 112, func(d data) {
		p.str("{uptime=")
		p.int(d.i64(0))
		p.str(", loads=[")
		for j := range 3 {
			if j > 0 {
				p.str(", ")
			}
			p.uint(d.u64(8 + 8*j))
		}
		p.byte(']')
		for j, name := range []string{"totalram", "freeram", "sharedram", "bufferram", "totalswap", "freeswap"} {
			p.uintField(name, d.u64(32+8*j))
		}
		p.uintField("procs", uint64(d.u16(80)))
		p.uintField("totalhigh", d.u64(88))
		p.uintField("freehigh", d.u64(96))
		p.uintField("mem_unit", uint64(d.u32(104)))
		p.byte('}')
	})
}
