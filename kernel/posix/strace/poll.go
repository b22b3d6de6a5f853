package strace

import "golang.org/x/sys/unix"

const sizeofPollFD = 8

// pollFDs prints what poll(2) is asked; what it answers is the comment at exit.
func pollFDs(p *printer, i int) {
	p.array(p.arg(i), uint64(uint32(p.args[i+1])), sizeofPollFD, func(d data) {
		p.str("{fd=")
		p.int(int64(d.i32(0)))
		if d.i32(0) >= 0 {
			p.field("events")
			p.flags(&pollEvents, uint64(d.u16(4)))
		}
		p.byte('}')
	})
}

// pollResult makes the comment of poll(2) and ppoll(2): the descriptors that are
// ready and the time that was left.
func (p *printer) pollResult() {
	if p.v == 0 {
		p.str("Timeout")
		return
	}
	p.byte('[')
	first := true
	for j := range min(uint64(uint32(p.args[1])), maxElements) {
		d := p.read(p.arg(0)+j*sizeofPollFD, sizeofPollFD)
		if d == nil {
			break
		}
		if d.u16(6) == 0 {
			continue
		}
		if !first {
			p.str(", ")
		}
		first = false
		p.str("{fd=")
		p.int(int64(d.i32(0)))
		p.field("revents")
		p.flags(&pollEvents, uint64(d.u16(6)))
		p.byte('}')
	}
	p.byte(']')
	if p.name == "ppoll" && p.args[2] != 0 {
		p.str(", left ")
		timespec(p, 2)
	}
}

// fdSet prints the descriptors that select(2) is asked about.
func fdSet(p *printer, i int) {
	if d := p.fdSet(i); d == nil {
		p.addr(p.arg(i))
	} else {
		p.fds(d)
	}
}

// fdSet reads the set that argument i of select(2) points to.
func (p *printer) fdSet(i int) data {
	n := min(max(p.intArg(0), 0), maxElements)
	return p.read(p.arg(i), int(n+63)/64*8)
}

// fds prints the descriptors in a set.
func (p *printer) fds(d data) {
	p.members(0, min(int(p.intArg(0)), 8*len(d))-1, d.bit, p.decimal)
}

// selectResult makes the comment of select(2) and pselect6(2).
func (p *printer) selectResult() {
	if p.v == 0 {
		p.str("Timeout")
		return
	}
	first := true
	item := func(name string) {
		if !first {
			p.str(", ")
		}
		first = false
		p.str(name)
	}
	for j, name := range []string{"in ", "out ", "except "} {
		if d := p.fdSet(1 + j); d != nil && !allZero(d) {
			item(name)
			p.fds(d)
		}
	}
	if p.args[4] == 0 {
		return
	}
	item("left ")
	if p.name == "pselect6" {
		timespec(p, 4)
	} else {
		timeval(p, 4)
	}
}

func allZero(d data) bool {
	for _, c := range d {
		if c != 0 {
			return false
		}
	}
	return true
}

// epollEvent prints a struct epoll_event; EPOLL_CTL_DEL does not look at it.
func epollEvent(p *printer, i int) {
	if p.intArg(1) == unix.EPOLL_CTL_DEL {
		p.addr(p.arg(i))
		return
	}
	p.structureAnyway(p.arg(i), sizeofEpollEvent, p.epollEventAt)
}

// epollEventAt prints one struct epoll_event.
func (p *printer) epollEventAt(d data) {
	p.str("{events=")
	p.flags(&epollEvents, uint64(d.u32(0)))
	v := d.u64(epollEventData)
	p.str(", data={u32=")
	p.uint(uint64(uint32(v)))
	p.uintField("u64", v)
	p.str("}}")
}

// outEpollEvents prints the events that epoll_wait(2) returned.
func outEpollEvents(p *printer, i int) {
	p.array(p.arg(i), uint64(p.v), sizeofEpollEvent, p.epollEventAt)
}
