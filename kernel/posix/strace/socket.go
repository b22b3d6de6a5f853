package strace

import "golang.org/x/sys/unix"

// sockTypeArg prints a socket type and its flags.
func sockTypeArg(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	p.enum(&sockTypes, v&0xf)
	if v &^= 0xf; v != 0 {
		p.byte('|')
		p.flags(&sockFlags, v)
	}
}

// sockProto prints a protocol of the family two arguments before.
func sockProto(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	switch p.intArg(i - 2) {
	case unix.AF_INET, unix.AF_INET6:
		p.enum(&ipProtos, v)
	case unix.AF_NETLINK:
		p.enum(&netlinkProtos, v)
	default:
		p.uint(v)
	}
}

// sockOpt prints an option of the level before it.
func sockOpt(p *printer, i int) {
	v := uint64(uint32(p.args[i]))
	switch p.intArg(i - 1) {
	case unix.SOL_SOCKET:
		p.enum(&sockOpts, v)
	case unix.IPPROTO_IP:
		p.enum(&ipOpts, v)
	case unix.IPPROTO_IPV6:
		p.enum(&ipv6Opts, v)
	case unix.IPPROTO_TCP:
		p.enum(&tcpOpts, v)
	default:
		p.hexOrZero(v)
	}
}

// optVal prints the value that setsockopt(2) reads.
func optVal(p *printer, i int) { p.optVal(i, uint64(uint32(p.args[i+1]))) }

// outOptVal prints the value that getsockopt(2) wrote.
func outOptVal(p *printer, i int) {
	length := p.read(p.arg(i+1), 4)
	if p.failed() || length == nil {
		p.addr(p.arg(i))
		return
	}
	p.optVal(i, uint64(length.u32(0)))
}

// optVal prints the n bytes of option value that argument i points to.
func (p *printer) optVal(i int, n uint64) {
	a, level, opt := p.arg(i), p.intArg(i-2), p.intArg(i-1)
	print := func(size int, f func(d data)) { p.structure(a, size, f) }
	switch {
	case level == unix.SOL_SOCKET && opt == unix.SO_LINGER && n >= 8:
		print(8, func(d data) {
			p.str("{l_onoff=")
			p.int(int64(d.i32(0)))
			p.intField("l_linger", int64(d.i32(4)))
			p.byte('}')
		})
	case level == unix.SOL_SOCKET && opt == unix.SO_PEERCRED && n >= 12:
		print(12, p.ucred)
	case level == unix.SOL_SOCKET && opt == unix.SO_ERROR && n == 4:
		print(4, func(d data) {
			p.byte('[')
			if e := d.u32(0); e == 0 {
				p.byte('0')
			} else {
				p.str(errnoName(unix.Errno(e)))
			}
			p.byte(']')
		})
	case n == 4:
		print(4, func(d data) { p.byte('['); p.int(int64(d.i32(0))); p.byte(']') })
	default:
		p.bytes(a, n, p.quote)
	}
}

// ucred prints a struct ucred.
func (p *printer) ucred(d data) {
	p.str("{pid=")
	p.int(int64(d.i32(0)))
	p.uintField("uid", uint64(d.u32(4)))
	p.uintField("gid", uint64(d.u32(8)))
	p.byte('}')
}

const (
	sizeofMsghdr  = 56
	sizeofMMsghdr = 64
)

// msgHdrArg prints a message that a call sends.
func msgHdrArg(p *printer, i int) {
	p.structureAnyway(p.arg(i), sizeofMsghdr, func(d data) {
		p.msgHdr(d, ^uint64(0), uint64(d.u32(8)))
	})
}

// outMsgHdr prints a message that a call received. What the length of the name was
// before the call is in saved.
func outMsgHdr(p *printer, i int) {
	if p.failed() {
		p.str("{msg_namelen=")
		p.uint(p.saved[i])
		p.byte('}')
		return
	}
	p.structure(p.arg(i), sizeofMsghdr, func(d data) { p.msgHdr(d, uint64(p.v), p.saved[i]) })
}

// msgHdr prints a struct msghdr of whose data left bytes are used. had is the
// room for the name that it had at entry.
func (p *printer) msgHdr(d data, left, had uint64) {
	length := uint64(d.u32(8))
	p.str("{msg_name=")
	if d.u64(0) == 0 || length == 0 {
		p.addr(d.u64(0))
	} else {
		p.sockaddr(d.u64(0), min(length, had))
	}
	p.uintField("msg_namelen", had)
	if length != had {
		p.str(" => ")
		p.uint(length)
	}
	p.field("msg_iov")
	p.ioVec(d.u64(16), d.u64(24), left)
	p.uintField("msg_iovlen", d.u64(24))
	if control := d.u64(32); control != 0 && d.u64(40) >= sizeofCmsghdr {
		p.field("msg_control")
		p.control(control, d.u64(40))
	}
	p.uintField("msg_controllen", d.u64(40))
	p.field("msg_flags")
	p.flags(&msgFlags, uint64(d.u32(48)))
	p.byte('}')
}

const sizeofCmsghdr = 16

// maxControl bounds the control messages that are read (the net.core.optmem_max of Linux is of this size).
const maxControl = 64 << 10

// control prints n bytes of control messages at a.
func (p *printer) control(a, n uint64) {
	n = min(n, maxControl)
	for first := true; n >= sizeofCmsghdr; first = false {
		d := p.read(a, sizeofCmsghdr)
		if d == nil {
			break
		}
		if first {
			p.byte('[')
		} else {
			p.str(", ")
		}
		length := d.u64(0)
		p.str("{cmsg_len=")
		p.uint(length)
		p.field("cmsg_level")
		p.enum(&sockLevels, uint64(d.u32(8)))
		p.field("cmsg_type")
		if d.u32(8) == unix.SOL_SOCKET {
			p.enum(&scmTypes, uint64(d.u32(12)))
		} else {
			p.hexOrZero(uint64(d.u32(12)))
		}
		if length < sizeofCmsghdr || length > n {
			p.byte('}')
			n = 0
			continue
		}
		p.cmsgData(d.u32(8), d.u32(12), a+sizeofCmsghdr, length-sizeofCmsghdr)
		p.byte('}')
		step := (length + 7) &^ 7
		a, n = a+step, n-min(step, n)
	}
	p.byte(']')
}

// cmsgData prints the n bytes of data of one control message.
func (p *printer) cmsgData(level, kind uint32, a, n uint64) {
	if n == 0 {
		return
	}
	p.field("cmsg_data")
	switch {
	case level == unix.SOL_SOCKET && kind == unix.SCM_RIGHTS:
		p.array(a, n/4, 4, func(d data) { p.int(int64(d.i32(0))) })
	case level == unix.SOL_SOCKET && kind == unix.SCM_CREDENTIALS && n >= 12:
		p.structure(a, 12, p.ucred)
	default:
		p.bytes(a, n, p.quote)
	}
}

// mmsgHdr prints messages that sendmmsg(2) sends, at exit: it writes how much
// it sent.
func mmsgHdr(p *printer, i int) {
	sent := uint64(p.v)
	if p.failed() {
		sent = 0
	}
	p.writing = false // the messages are there even if the call failed
	p.mmsgHdrs(p.arg(i), uint64(uint32(p.args[i+1])), sent, false)
}

// outMMsgHdr prints messages that recvmmsg(2) received.
func outMMsgHdr(p *printer, i int) { p.mmsgHdrs(p.arg(i), uint64(p.v), uint64(p.v), true) }

// mmsgHdrs prints n struct mmsghdr, of which the first done have a length. Of
// received ones that is how much data there is.
func (p *printer) mmsgHdrs(a, n, done uint64, received bool) {
	p.array(a, n, sizeofMMsghdr, func(d data) {
		length, left := uint64(d.u32(sizeofMsghdr)), ^uint64(0)
		if received {
			left = length
		}
		p.str("{msg_hdr=")
		p.msgHdr(d, left, uint64(d.u32(8)))
		if done > 0 {
			done--
			p.uintField("msg_len", length)
		}
		p.byte('}')
	})
}
