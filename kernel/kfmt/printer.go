package kfmt

import (
	"strconv"
	"unicode/utf8"
)

// printer is one call's state.
type printer struct {
	out     []byte
	args    []any
	next    int // index of the next argument
	wrapped []error
	spec
}

// spec is what stands between the percent sign and the verb.
type spec struct {
	minus, zero, sharp, plus, space bool
	width, prec                     int // -1: none
}

func (p *printer) run(format string) {
	for i := 0; i < len(format); {
		if format[i] != '%' {
			j := i
			for j < len(format) && format[j] != '%' {
				j++
			}
			p.out = append(p.out, format[i:j]...)
			i = j
			continue
		}
		i = p.parse(format, i+1)
		if i == len(format) {
			p.out = append(p.out, "%!(NOVERB)"...)
			return
		}
		verb, size := utf8.DecodeRuneInString(format[i:])
		i += size
		switch {
		case verb == '%':
			p.out = append(p.out, '%')
		case p.next >= len(p.args):
			p.out = append(p.out, "%!"+string(verb)+"(MISSING)"...)
		default:
			p.next++
			p.value(verb, p.args[p.next-1])
		}
	}
	if p.next < len(p.args) {
		p.out = append(p.out, "%!(EXTRA)"...)
	}
}

// parse reads flags, width and precision from format[i] on, and returns where the verb is.
func (p *printer) parse(format string, i int) int {
	p.spec = spec{width: -1, prec: -1}
flags:
	for ; i < len(format); i++ {
		switch format[i] {
		case '-':
			p.minus, p.zero = true, false
		case '0':
			p.zero = !p.minus
		case '#':
			p.sharp = true
		case '+':
			p.plus = true
		case ' ':
			p.space = true
		default:
			break flags
		}
	}
	p.width, i = p.number(format, i)
	if i < len(format) && format[i] == '.' {
		if p.prec, i = p.number(format, i+1); p.prec < 0 {
			p.prec = 0
		}
	}
	return i
}

// number reads digits, or a star that takes an argument; -1 if there is none.
func (p *printer) number(format string, i int) (int, int) {
	if i < len(format) && format[i] == '*' {
		if p.next < len(p.args) {
			p.next++
			if n, ok := p.args[p.next-1].(int); ok {
				if n < 0 {
					p.minus, p.zero, n = true, false, -n
				}
				return n, i + 1
			}
		}
		return -1, i + 1
	}
	n := -1
	for ; i < len(format) && format[i] >= '0' && format[i] <= '9'; i++ {
		n = max(n, 0)*10 + int(format[i]-'0')
	}
	return n, i
}

// pad appends s, filled up to the width.
func (p *printer) pad(s string) {
	fill := p.width - utf8.RuneCountInString(s)
	if p.minus {
		p.out = append(p.out, s...)
	}
	c := byte(' ')
	if p.zero {
		c = '0'
	}
	for range max(0, fill) {
		p.out = append(p.out, c)
	}
	if !p.minus {
		p.out = append(p.out, s...)
	}
}

// text appends a string for %s, %v, %q and %x.
func (p *printer) text(verb rune, s string) {
	switch verb {
	case 'q':
		if p.prec >= 0 {
			s = truncate(s, p.prec)
		}
		s = strconv.Quote(s)
	case 'x', 'X':
		s = hex(s, verb, p.space)
	default:
		if p.prec >= 0 {
			s = truncate(s, p.prec)
		}
	}
	p.pad(s)
}

func truncate(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}

func hex(s string, verb rune, spaces bool) string {
	digits := "0123456789abcdef"
	if verb == 'X' {
		digits = "0123456789ABCDEF"
	}
	var b []byte
	for i := range len(s) {
		if spaces && i > 0 {
			b = append(b, ' ')
		}
		b = append(b, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(b)
}

// integer appends a number whose magnitude is v.
func (p *printer) integer(verb rune, v uint64, negative bool) {
	base, prefix := 10, ""
	switch verb {
	case 'x', 'X':
		base, prefix = 16, "0x"
		if verb == 'X' {
			prefix = "0X"
		}
	case 'o':
		base, prefix = 8, "0"
	case 'b':
		base, prefix = 2, "0b"
	case 'c':
		p.pad(string(rune(v)))
		return
	case 'q':
		p.pad(strconv.QuoteRune(rune(v)))
		return
	case 'U':
		prefix = "U+"
		base, verb, p.sharp, p.prec = 16, 'X', true, max(p.prec, 4)
	}
	digits := strconv.FormatUint(v, base)
	if verb == 'X' {
		digits = upper(digits)
	}
	for len(digits) < p.prec {
		digits = "0" + digits
	}
	if base == 10 || !p.sharp {
		prefix = ""
	}
	p.signed(prefix, digits, negative)
}

// signed appends sign, prefix and digits; zeros to fill up the width go before the digits.
func (p *printer) signed(prefix, digits string, negative bool) {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case p.plus:
		sign = "+"
	case p.space:
		sign = " "
	}
	if p.zero && p.prec < 0 {
		// As package fmt, the prefix does not count for the width.
		for len(sign)+len(digits) < p.width {
			digits = "0" + digits
		}
	}
	p.zero = false
	p.pad(sign + prefix + digits)
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'f' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// float appends a number with a decimal point.
func (p *printer) float(verb rune, v float64) {
	format, prec := byte('g'), p.prec
	if verb == 'f' {
		format = 'f'
		if prec < 0 {
			prec = 6
		}
	}
	s := strconv.FormatFloat(v, format, prec, 64)
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	p.prec = -1
	p.signed("", s, negative)
}
