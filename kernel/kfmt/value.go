package kfmt

import "reflect"

// value appends one argument.
func (p *printer) value(verb rune, arg any) {
	if err, ok := arg.(error); ok && verb == 'w' {
		p.wrapped = append(p.wrapped, err)
		verb = 'v'
	}
	if verb == 's' || verb == 'v' || verb == 'q' {
		switch v := arg.(type) {
		case nil:
			p.pad("<nil>")
			return
		case error:
			p.text(verb, v.Error())
			return
		case interface{ String() string }:
			p.text(verb, v.String())
			return
		}
	}
	switch v := arg.(type) {
	case string:
		p.text(verb, v)
	case int:
		p.signedInt(verb, int64(v))
	case []byte:
		if verb == 'v' || verb == 'd' {
			p.list(verb, v)
			return
		}
		p.text(verb, string(v))
	case []string:
		p.strings(verb, v)
	default:
		p.kind(verb, arg)
	}
}

func (p *printer) signedInt(verb rune, v int64) {
	if v < 0 {
		p.integer(verb, -uint64(v), true)
		return
	}
	p.integer(verb, uint64(v), false)
}

// kind appends a value of a type with a name of its own, by what it is made of.
func (p *printer) kind(verb rune, arg any) {
	v := reflect.ValueOf(arg)
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			p.pad("true")
		} else {
			p.pad("false")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.signedInt(verb, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.integer(verb, v.Uint(), false)
	case reflect.Float32, reflect.Float64:
		p.float(verb, v.Float())
	case reflect.String:
		p.text(verb, v.String())
	case reflect.Invalid:
		p.pad("<nil>")
	default:
		p.pad("%!" + string(verb) + "(" + v.Type().String() + ")")
	}
}

// list appends the numbers of a byte slice in brackets.
func (p *printer) list(verb rune, b []byte) {
	p.out = append(p.out, '[')
	for i, c := range b {
		if i > 0 {
			p.out = append(p.out, ' ')
		}
		saved := p.spec
		p.integer(verb, uint64(c), false)
		p.spec = saved
	}
	p.out = append(p.out, ']')
}

// strings appends the strings of a slice in brackets.
func (p *printer) strings(verb rune, ss []string) {
	p.out = append(p.out, '[')
	for i, s := range ss {
		if i > 0 {
			p.out = append(p.out, ' ')
		}
		p.text(verb, s)
	}
	p.out = append(p.out, ']')
}
