// Package param is the boot parameters: libraries declare them with a type, a
// default and a help text, and Parse gives them the values on the kernel command line.
package param

import (
	"math/bits"
	"sort"
	"strconv"
	"strings"

	"cairn/kernel/kfmt"
)

// A Param is one declared boot parameter.
type Param struct {
	// Name is what stands before the equals sign.
	Name string
	// Type says what the value looks like: "string", "int", "bool", "size".
	Type string
	// Default is the value without the parameter, as text.
	Default string
	// Help says in a line what it does.
	Help string

	set func(value string) error
}

var declared = map[string]*Param{}

func declare(p *Param) {
	if declared[p.Name] != nil {
		panic("param: " + p.Name + " is declared twice")
	}
	declared[p.Name] = p
}

// All returns the declared parameters by name.
func All() []*Param {
	var all []*Param
	for _, p := range declared {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// A Value is the value of a declared parameter.
type Value[T any] struct{ v T }

// Value returns the value given, or the default.
func (v *Value[T]) Value() T { return v.v }

// String declares a parameter whose value is any text without spaces.
func String(name, def, help string) *Value[string] {
	v := &Value[string]{def}
	declare(&Param{name, "string", def, help, func(s string) error { v.v = s; return nil }})
	return v
}

// Strings declares a parameter that may be given several times.
func Strings(name, help string) *Value[[]string] {
	v := &Value[[]string]{}
	declare(&Param{name, "string", "", help, func(s string) error { v.v = append(v.v, s); return nil }})
	return v
}

// Int declares a parameter whose value is a whole number.
func Int(name string, def int, help string) *Value[int] {
	v := &Value[int]{def}
	declare(&Param{name, "int", strconv.Itoa(def), help, func(s string) (err error) {
		n, err := strconv.ParseInt(s, 0, 64)
		if err != nil {
			return kfmt.Errorf("%q is not a whole number", s)
		}
		v.v = int(n)
		return nil
	}})
	return v
}

// Bool declares a parameter that is on or off.
func Bool(name string, def bool, help string) *Value[bool] {
	v := &Value[bool]{def}
	text := "off"
	if def {
		text = "on"
	}
	declare(&Param{name, "bool", text, help, func(s string) error {
		switch s {
		case "on", "1", "y", "yes", "true", "":
			v.v = true
		case "off", "0", "n", "no", "false":
			v.v = false
		default:
			return kfmt.Errorf("%q is neither on nor off", s)
		}
		return nil
	}})
	return v
}

// Size declares a parameter that is a number of bytes, with an optional K, M or G.
func Size(name string, def uint64, help string) *Value[uint64] {
	v := &Value[uint64]{def}
	declare(&Param{name, "size", strconv.FormatUint(def, 10), help, func(s string) (err error) {
		v.v, err = ParseSize(s)
		return err
	}})
	return v
}

// ParseSize reads a number of bytes: decimal, octal (0...) or hexadecimal (0x...), with K, M or G behind
// it or not.
func ParseSize(s string) (uint64, error) {
	digits, shift := s, 0
	if s != "" {
		if i := strings.IndexByte("KMG", s[len(s)-1]&^0x20); i >= 0 {
			digits, shift = s[:len(s)-1], 10*(i+1)
		}
	}
	n, err := strconv.ParseUint(digits, 0, 64)
	if err != nil || bits.Len64(n)+shift > 64 {
		return 0, kfmt.Errorf("%q is not a size such as 4096, 16K or 64M", s)
	}
	return n << shift, nil
}

// Parse gives the declared parameters the values in the words before "--" of a
// command line. It returns what follows "--" (ok is false without one) and a
// line for every word that is unknown or malformed; those are left out.
func Parse(cmdline string) (program []string, ok bool, problems []string) {
	words, err := split(cmdline)
	if err != nil {
		problems = append(problems, err.Error())
	}
	for i, w := range words {
		if w == "--" {
			return words[i+1:], true, problems
		}
		name, value, _ := strings.Cut(w, "=")
		p := declared[name]
		if p == nil {
			problems = append(problems, kfmt.Sprintf("unknown boot parameter %s", w))
		} else if err := p.set(value); err != nil {
			problems = append(problems, kfmt.Sprintf("boot parameter %s: %v", name, err))
		}
	}
	return nil, false, problems
}
