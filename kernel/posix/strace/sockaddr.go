package strace

import (
	"golang.org/x/sys/unix"

	"cairn/kernel/kfmt"
)

// sizeofSockaddrStorage bounds the address that is read.
const sizeofSockaddrStorage = 128

// outSockaddr prints the address that a call wrote. The next argument points to its
// length, which may be more than there was room for.
func outSockaddr(p *printer, i int) {
	length := p.read(p.arg(i+1), 4)
	if p.failed() || length == nil {
		p.addr(p.arg(i))
		return
	}
	p.sockaddr(p.arg(i), min(uint64(length.u32(0)), p.saved[i+1]))
}

// inOutSockLen prints a length before and after a call.
func inOutSockLen(p *printer, i int) {
	p.structureAnyway(p.arg(i), 4, func(d data) {
		p.byte('[')
		p.uint(p.saved[i])
		if !p.failed() && uint64(d.u32(0)) != p.saved[i] {
			p.str(" => ")
			p.uint(uint64(d.u32(0)))
		}
		p.byte(']')
	})
}

// sockaddr prints the n bytes of address at a.
func (p *printer) sockaddr(a, n uint64) {
	d := p.read(a, int(min(n, sizeofSockaddrStorage)))
	if len(d) < 2 {
		p.addr(a)
		return
	}
	family := d.u16(0)
	p.str("{sa_family=")
	p.enum(&sockDomains, uint64(family))
	switch {
	case family == unix.AF_UNIX && len(d) > 2:
		p.sunPath(d[2:])
	case family == unix.AF_INET && len(d) >= 16:
		p.port("sin_port", d)
		p.str(`, sin_addr=inet_addr("`)
		p.ip(d[4:8])
		p.str(`")`)
	case family == unix.AF_INET6 && len(d) >= 24:
		p.sockaddrIn6(d)
	case family == unix.AF_NETLINK && len(d) >= 12:
		p.intField("nl_pid", int64(d.i32(4)))
		p.field("nl_groups")
		if groups := d.u32(8); groups == 0 {
			p.str("00000000")
		} else {
			p.out = kfmt.Appendf(p.out, "%#06x", groups)
		}
	case len(d) > 2 && family != unix.AF_UNIX:
		p.field("sa_data")
		p.quote(d[2:])
	}
	p.byte('}')
}

// sunPath prints the name of a unix socket: an abstract one after an @.
func (p *printer) sunPath(d data) {
	p.field("sun_path")
	if d[0] == 0 && len(d) > 1 {
		p.byte('@')
		p.quote(d[1:])
		return
	}
	p.paddedString(d)
}

// port prints a port, which is in network byte order.
func (p *printer) port(name string, d data) {
	p.field(name)
	p.str("htons(")
	p.uint(uint64(d[2])<<8 | uint64(d[3]))
	p.byte(')')
}

// ip prints an IP address of 4 or 16 bytes, the latter as RFC 5952 has it.
func (p *printer) ip(d data) {
	if len(d) == 4 {
		p.out = kfmt.Appendf(p.out, "%d.%d.%d.%d", d[0], d[1], d[2], d[3])
		return
	}
	group := func(i int) uint16 { return uint16(d[2*i])<<8 | uint16(d[2*i+1]) }
	zeros, n := zeroGroups(group)
	for i := 0; i < 8; {
		switch {
		case n > 1 && i == zeros:
			p.str("::")
			i += n
			continue
		case i > 0 && !(n > 1 && i == zeros+n):
			p.byte(':')
		}
		if i == 6 && zeros == 0 && n == 5 && group(5) == 0xffff { // an IPv4 address in disguise
			p.ip(d[12:])
			return
		}
		p.out = kfmt.Appendf(p.out, "%x", group(i))
		i++
	}
}

// zeroGroups returns the longest row of groups that are zero: where it begins, and how many they are.
func zeroGroups(group func(int) uint16) (first, n int) {
	for i := 0; i < 8; i++ {
		k := i
		for k < 8 && group(k) == 0 {
			k++
		}
		if k-i > n {
			first, n = i, k-i
		}
	}
	return first, n
}

// sockaddrIn6 prints the fields of a struct sockaddr_in6.
func (p *printer) sockaddrIn6(d data) {
	p.port("sin6_port", d)
	p.str(", sin6_flowinfo=htonl(")
	p.uint(uint64(d[4])<<24 | uint64(d[5])<<16 | uint64(d[6])<<8 | uint64(d[7]))
	p.str(`), inet_pton(AF_INET6, "`)
	p.ip(d[8:24])
	p.str(`", &sin6_addr)`)
	if len(d) >= 28 {
		p.uintField("sin6_scope_id", uint64(d.u32(24)))
	}
}
