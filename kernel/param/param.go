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
	// Type says what the value looks like: "string", "int", "bool", "size", or the
	// words that it may be, with | between them.
	Type string
	// Default is the value without the parameter, as text.
	Default string
	// Help says in a line what it does.
	Help string

	set func(value string) error
}

// Types of parameters that are no lists of words.
const (
	typeString = "string"
	typeInt    = "int"
	typeBool   = "bool"
	typeSize   = "size"
)

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

// parsed declares a parameter whose value parse reads. A value that it refuses changes nothing.
func parsed[T any](p *Param, def T, parse func(string) (T, error)) *Value[T] {
	v := &Value[T]{def}
	p.set = func(s string) error {
		x, err := parse(s)
		if err == nil {
			v.v = x
		}
		return err
	}
	declare(p)
	return v
}

// String declares a parameter whose value is any text without spaces.
func String(name, def, help string) *Value[string] {
	v := &Value[string]{def}
	declare(&Param{name, typeString, def, help, func(s string) error { v.v = s; return nil }})
	return v
}

// Strings declares a parameter that may be given several times.
func Strings(name, help string) *Value[[]string] {
	v := &Value[[]string]{}
	declare(&Param{name, typeString, "", help, func(s string) error { v.v = append(v.v, s); return nil }})
	return v
}

// Int declares a parameter whose value is a whole number.
func Int(name string, def int, help string) *Value[int] {
	return parsed(&Param{Name: name, Type: typeInt, Default: strconv.Itoa(def), Help: help}, def, parseInt)
}

func parseInt(s string) (int, error) {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		return 0, kfmt.Errorf("%q is not a whole number", s)
	}
	return int(n), nil
}

// Bool declares a parameter that is on or off.
func Bool(name string, def bool, help string) *Value[bool] {
	text := "off"
	if def {
		text = "on"
	}
	return parsed(&Param{Name: name, Type: typeBool, Default: text, Help: help}, def, parseBool)
}

func parseBool(s string) (bool, error) {
	switch s {
	case "on", "1", "y", "yes", "true", "":
		return true, nil
	case "off", "0", "n", "no", "false":
		return false, nil
	}
	return false, kfmt.Errorf("%q is neither on nor off", s)
}

// Enum declares a parameter whose value is one of several words, which choices has with | between
// them.
func Enum(name, choices, def, help string) *Value[string] {
	parse := func(s string) (string, error) { return parseEnum(choices, s) }
	return parsed(&Param{Name: name, Type: choices, Default: def, Help: help}, def, parse)
}

func parseEnum(choices, s string) (string, error) {
	for choice := range strings.SplitSeq(choices, "|") {
		if s == choice {
			return s, nil
		}
	}
	return "", kfmt.Errorf("%q is none of %s", s, strings.ReplaceAll(choices, "|", ", "))
}

// Size declares a parameter that is a number of bytes, with an optional K, M or G.
func Size(name string, def uint64, help string) *Value[uint64] {
	return parsed(&Param{Name: name, Type: typeSize, Default: strconv.FormatUint(def, 10), Help: help}, def, ParseSize)
}

// Check returns an error if a parameter of a type, as [Param] has it, cannot have the value.
func Check(typ, value string) (err error) {
	switch typ {
	case typeString:
	case typeInt:
		_, err = parseInt(value)
	case typeBool:
		_, err = parseBool(value)
	case typeSize:
		_, err = ParseSize(value)
	default:
		_, err = parseEnum(typ, value)
	}
	return err
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
