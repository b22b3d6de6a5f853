package harness

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// Both runs the program in a machine and natively, and reports every difference
// in output and exit status. It returns what the machine's run gave.
func Both(t testing.TB, p Program) Result {
	t.Helper()
	return BothAs(t, p, nil)
}

// BothAs is Both for programs that cannot write the very same twice: what is
// compared is what normal, given a run's result, makes of it.
func BothAs(t testing.TB, p Program, normal func(*Result)) Result {
	t.Helper()
	native := Native(t, p)
	machine := Machine(t, p)
	n, m := native, machine
	if normal != nil {
		normal(&n)
		normal(&m)
	}
	if m.Status != n.Status {
		t.Errorf("%s: status %d, natively %d\n%s", name(p.Args), m.Status, n.Status, m.describe())
	}
	for _, out := range []struct{ what, machine, native string }{
		{"standard output", m.Stdout, n.Stdout}, {"standard error", m.Stderr, n.Stderr},
	} {
		if out.machine != out.native {
			t.Errorf("%s: %s differs: %s", name(p.Args), out.what, difference(out.machine, out.native))
		}
	}
	if t.Failed() && len(machine.Log) > 0 {
		t.Logf("the kernel logged: %s", strings.Join(machine.Log, "\n"))
	}
	return machine
}

// name shortens a command line for messages.
func name(args []string) string {
	const most = 120
	s := strings.Join(args, " ")
	if len(s) > most {
		s = s[:most] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// describe shows a result in a message.
func (r *Result) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "status %d after %v\n", r.Status, r.Wall)
	for _, out := range []struct{ what, text string }{
		{"standard output", r.Stdout}, {"standard error", r.Stderr}, {"kernel log", strings.Join(r.Log, "\n")},
	} {
		if out.text != "" {
			fmt.Fprintf(&b, "%s:\n%s\n", out.what, indent(clip(out.text)))
		}
	}
	return b.String()
}

// clip leaves out the middle of a long text, and quotes what is no text.
func clip(s string) string {
	const most = 4000
	if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b") {
		return cut(s)
	}
	if len(s) <= most {
		return s
	}
	return fmt.Sprintf("%s\n[%d bytes left out]\n%s", s[:most/2], len(s)-most, s[len(s)-most/2:])
}

// indent sets a text off from what is around it.
func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n    ")
}

// difference shows where two texts differ: the first lines that do, with a few
// lines before.
func difference(machine, native string) string {
	const before, shown = 2, 12
	m, n := strings.Split(machine, "\n"), strings.Split(native, "\n")
	at := 0
	for at < len(m) && at < len(n) && m[at] == n[at] {
		at++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d bytes, natively %d; from line %d:\n", len(machine), len(native), at+1)
	for i := max(0, at-before); i < at; i++ {
		fmt.Fprintf(&b, "            %s\n", cut(m[i]))
	}
	for _, side := range []struct {
		who   string
		lines []string
	}{{"machine", m}, {"native ", n}} {
		for i := at; i < len(side.lines) && i < at+shown; i++ {
			fmt.Fprintf(&b, "    %s %s\n", side.who, cut(side.lines[i]))
		}
		if at >= len(side.lines) {
			fmt.Fprintf(&b, "    %s (no such line)\n", side.who)
		}
	}
	return b.String()
}

// cut shortens a line.
func cut(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%q", s), `"`), `"`)
}
