package kconfig

import (
	"fmt"
	"os/exec"
	"strings"
)

// maxExpansion bounds the bytes a tree's references may expand to in all and
// maxDepth how deep they may nest, so that a malicious file ends in an error.
const (
	maxExpansion = 16 << 20
	maxDepth     = 100
)

// variable is a variable of the macro language.
type variable struct {
	value     string
	recursive bool // defined with =: expanded at each use
}

// macros is the state of the macro language.
type macros struct {
	tree     *Tree
	opts     *Options
	vars     map[string]*variable
	depth    int
	expanded int
}

// assign carries out name op value.
func (m *macros) assign(name, op, value string, pos Pos) error {
	old := m.vars[name]
	if op == "+=" && old != nil {
		if !old.recursive {
			v, err := m.expand(value, nil, pos)
			if err != nil {
				return err
			}
			value = v
		}
		old.value += " " + value
		return m.charge(len(old.value), pos)
	}
	if op == ":=" {
		v, err := m.expand(value, nil, pos)
		if err != nil {
			return err
		}
		m.vars[name] = &variable{value: v}
		return nil
	}
	m.vars[name] = &variable{value: value, recursive: true}
	return nil
}

// charge accounts for n bytes of expansion.
func (m *macros) charge(n int, pos Pos) error {
	m.expanded += n
	if m.expanded > maxExpansion {
		return errorAt(pos, "the variables expand to more than %d MiB", maxExpansion>>20)
	}
	return nil
}

// expand replaces every $(…) of s. args are the arguments $(1), $(2), … of the
// function being expanded, with its name as $(0).
func (m *macros) expand(s string, args []string, pos Pos) (string, error) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			b.WriteString(s)
			return b.String(), nil
		}
		b.WriteString(s[:i])
		out, n, err := m.reference(s[i:], args, pos)
		if err != nil {
			return "", err
		}
		b.WriteString(out)
		s = s[i+n:]
	}
}

// reference expands the $(…) that s starts with and returns its value and
// length. A $ without ( is itself.
func (m *macros) reference(s string, args []string, pos Pos) (string, int, error) {
	if len(s) < 2 || s[1] != '(' {
		return "$", 1, nil
	}
	var parts []string
	depth, start := 0, 2
	for i := 2; i < len(s) && s[i] != '\n'; i++ {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ',' && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		case s[i] == ')' && depth > 0:
			depth--
		case s[i] == ')':
			out, err := m.eval(append(parts, s[start:i]), args, pos)
			return out, i + 1, err
		}
	}
	return "", len(s), errorAt(pos, "$( is not closed on this line; add a )")
}

// eval expands one reference, given as its comma-separated parts.
func (m *macros) eval(parts, args []string, pos Pos) (string, error) {
	if m.depth++; m.depth > maxDepth {
		return "", errorAt(pos, "$(%s) refers to itself", strings.Join(parts, ","))
	}
	defer func() { m.depth-- }()
	words := make([]string, len(parts))
	for i, p := range parts {
		w, err := m.expand(p, args, pos)
		if err != nil {
			return "", err
		}
		words[i] = w
	}
	name := words[0]
	if len(name) == 1 && '0' <= name[0] && name[0] <= '9' {
		if i := int(name[0] - '0'); i < len(args) {
			return args[i], nil
		}
		return "", nil
	}
	if v := m.vars[name]; v != nil {
		out := v.value
		if v.recursive {
			var err error
			if out, err = m.expand(out, words, pos); err != nil {
				return "", err
			}
		}
		return out, m.charge(len(out), pos)
	}
	if f, ok := functions[name]; ok {
		if len(words)-1 != f.args {
			return "", errorAt(pos, "$(%s) takes %d arguments, not %d", name, f.args, len(words)-1)
		}
		return f.call(m, words[1:], pos)
	}
	if len(words) > 1 {
		return "", errorAt(pos, "there is no function $(%s,…)", name)
	}
	if m.opts.Env != nil {
		if v, ok := m.opts.Env(name); ok {
			return v, m.charge(len(v), pos)
		}
	}
	return "", nil
}

// functions are the built-in functions.
var functions = map[string]struct {
	args int
	call func(m *macros, args []string, pos Pos) (string, error)
}{
	"filename": {0, func(_ *macros, _ []string, pos Pos) (string, error) { return pos.File, nil }},
	"lineno":   {0, func(_ *macros, _ []string, pos Pos) (string, error) { return fmt.Sprint(pos.Line), nil }},
	"info": {1, func(m *macros, args []string, _ Pos) (string, error) {
		m.tree.Infos = append(m.tree.Infos, args[0])
		return "", nil
	}},
	"warning-if": {2, func(m *macros, args []string, pos Pos) (string, error) {
		if args[0] == "y" {
			m.tree.Warnings = append(m.tree.Warnings, Note{pos, args[1]})
		}
		return "", nil
	}},
	"error-if": {2, func(_ *macros, args []string, pos Pos) (string, error) {
		if args[0] == "y" {
			return "", errorAt(pos, "%s", args[1])
		}
		return "", nil
	}},
	"shell": {1, (*macros).shell},
}

// shell runs a command and returns what it prints, with newlines made blanks.
func (m *macros) shell(args []string, pos Pos) (string, error) {
	if !m.opts.Shell {
		return "", errorAt(pos, "$(shell,…) is not allowed here; set the value with a variable or an option instead")
	}
	cmd := exec.Command("/bin/sh", "-c", args[0])
	cmd.Dir = m.opts.Root
	out, err := cmd.Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		return "", errorAt(pos, "$(shell,%s): %v", args[0], err)
	}
	s := strings.ReplaceAll(strings.TrimRight(string(out), "\n"), "\n", " ")
	return s, m.charge(len(s), pos)
}
