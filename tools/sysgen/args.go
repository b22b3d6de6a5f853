package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// argsFile is the table of every call's arguments that the programs of
// test/badargs are made of, relative to the root.
const argsFile = "test/badargs/testdata/calls.h"

// argsFiles returns the table of calls and arguments in C: two lists of macro
// invocations, of which whoever includes it makes what it needs.
func (m *module) argsFiles() ([]file, error) {
	calls, err := m.calls()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", header("the "+directive+" declarations"))
	fmt.Fprintf(&b, "// The kinds of arguments and results: KIND(NAME, CLASS, BITS), where CLASS is ADDRESS,\n")
	fmt.Fprintf(&b, "// SIGNED or UNSIGNED.\n#define KINDS")
	for _, name := range m.kinds.sorted() {
		class, bits := m.kinds.class(name)
		fmt.Fprintf(&b, " \\\n\tKIND(%s, %s, %d)", name, class, bits)
	}
	fmt.Fprintf(&b, "\n\n// The calls: CALL(NAME, NUMBER, RESULT, N, ARG(NAME, KIND)...), with N arguments.\n#define CALLS")
	for _, c := range calls {
		if slices.Contains(c.Arches, arches[0]) {
			c.macros(&b, m.numbers[arches[0]])
		}
	}
	fmt.Fprintf(&b, "\n")
	return []file{{filepath.Join(m.root, filepath.FromSlash(argsFile)), []byte(b.String())}}, nil
}

// macros writes the invocations for a call, one for each of its names.
func (c *call) macros(b *strings.Builder, numbers map[string]int) {
	names := slices.Clone(c.Names)
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(b, " \\\n\tCALL(%s, %d, %s, %d", name, numbers[name], c.Ret, len(c.Params))
		for _, p := range c.Params {
			fmt.Fprintf(b, ", ARG(%s, %s)", p.Name, p.Kind)
		}
		b.WriteString(")")
	}
}
