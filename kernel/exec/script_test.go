package exec

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseScript(t *testing.T) {
	long := "#!/bin/sh " + strings.Repeat("x", 400)
	for _, c := range []struct {
		name, head       string
		interpreter, arg string
		hasArg           bool
		err              error
	}{
		{name: "no script", head: "\x7fELF"},
		{name: "empty", head: ""},
		{name: "plain", head: "#!/bin/sh\necho", interpreter: "/bin/sh"},
		{name: "blanks", head: "#! \t/bin/sh \t \n", interpreter: "/bin/sh"},
		{name: "argument", head: "#!/usr/bin/env  python3 -u \nx", interpreter: "/usr/bin/env", arg: "python3 -u", hasArg: true},
		{name: "no newline", head: "#!/bin/sh -x", interpreter: "/bin/sh", arg: "-x", hasArg: true},
		{name: "NUL ends it", head: "#!/bin/sh\x00junk", interpreter: "/bin/sh"},
		{name: "nothing", head: "#!\n", err: unix.ENOEXEC},
		{name: "blanks only", head: "#!  \t\n", err: unix.ENOEXEC},
		{name: "path too long", head: "#!/" + strings.Repeat("x", 400), err: unix.ENOEXEC},
		{name: "argument cut", head: long, interpreter: "/bin/sh", arg: strings.Repeat("x", headSize-1-len("#!/bin/sh ")), hasArg: true},
	} {
		head := c.head[:min(len(c.head), headSize)]
		interpreter, arg, hasArg, err := parseScript([]byte(head))
		if interpreter != c.interpreter || arg != c.arg || hasArg != c.hasArg || err != c.err {
			t.Errorf("%s: %q %q %v %v, want %q %q %v %v", c.name, interpreter, arg, hasArg, err, c.interpreter, c.arg, c.hasArg, c.err)
		}
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte("#!/bin/sh -x\n"))
	f.Add([]byte("#! "))
	f.Fuzz(func(t *testing.T, head []byte) {
		head = head[:min(len(head), headSize)]
		interpreter, arg, hasArg, err := parseScript(head)
		if err != nil && interpreter != "" || hasArg != (arg != "") || strings.ContainsAny(interpreter, " \t\n\x00") {
			t.Errorf("%q: %q %q %v %v", head, interpreter, arg, hasArg, err)
		}
	})
}
