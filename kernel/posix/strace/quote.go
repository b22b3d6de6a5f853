package strace

import "cairn/kernel/syscall/sys"

// quote prints bytes as a C string: printable ASCII as it is, the escapes of C,
// and octal with as few digits as the next byte allows.
func (p *printer) quote(b []byte) {
	p.byte('"')
	for i, c := range b {
		if e := escape(c); e != 0 {
			p.out = append(p.out, '\\', e)
			continue
		}
		if c >= ' ' && c < 0x7f {
			p.byte(c)
			continue
		}
		p.byte('\\')
		long := i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '7'
		if long || c >= 0o100 {
			p.byte('0' + c>>6)
		}
		if long || c >= 0o10 {
			p.byte('0' + c>>3&7)
		}
		p.byte('0' + c&7)
	}
	p.byte('"')
}

// escape returns the letter that follows the backslash for c, or 0.
func escape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\n':
		return 'n'
	case '\t':
		return 't'
	case '\r':
		return 'r'
	case '\v':
		return 'v'
	case '\f':
		return 'f'
	}
	return 0
}

// quoteHex prints bytes as a C string of \x escapes.
func (p *printer) quoteHex(b []byte) {
	const digits = "0123456789abcdef"
	p.byte('"')
	for _, c := range b {
		p.out = append(p.out, '\\', 'x', digits[c>>4], digits[c&15])
	}
	p.byte('"')
}

// bytes prints n bytes at a with the function q, abbreviated.
func (p *printer) bytes(a, n uint64, q func([]byte)) {
	if a == 0 {
		p.addr(a)
		return
	}
	b := make([]byte, min(n, maxString))
	if m, err := p.mem.CopyIn(b, sys.Addr(a)); err != nil && m < len(b) {
		p.addr(a)
		return
	}
	q(b)
	if n > maxString {
		p.str("...")
	}
}

// cstring prints the NUL-terminated string at a, abbreviated after limit bytes.
func (p *printer) cstring(a uint64, limit int) {
	b, ended := p.readString(a, limit)
	if b == nil {
		p.addr(a)
		return
	}
	p.quote(b)
	if !ended {
		p.str("...")
	}
}

// readString returns the string at a, at most limit bytes of it, and whether its
// NUL was seen. It returns nil if the memory cannot be read.
func (p *printer) readString(a uint64, limit int) (s []byte, ended bool) {
	const chunk = 64
	if a == 0 {
		return nil, false
	}
	s = make([]byte, 0, chunk)
	for len(s) <= limit {
		var part [chunk]byte
		n, err := p.mem.CopyIn(part[:], sys.Addr(a)+sys.Addr(len(s)))
		for i, c := range part[:n] {
			if c == 0 {
				s = append(s, part[:i]...)
				return s[:min(len(s), limit)], len(s) <= limit
			}
		}
		s = append(s, part[:n]...)
		if err != nil && len(s) <= limit {
			return nil, false
		}
	}
	return s[:limit], false
}

// paddedString prints the NUL-padded string in a field of a structure.
func (p *printer) paddedString(d data) {
	for i, c := range d {
		if c == 0 {
			d = d[:i]
			break
		}
	}
	p.quote(d)
}
