package kfmt

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

type named uint16

type stringer int

func (stringer) String() string { return "<s>" }

// TestAgreesWithFmt compares with package fmt.
func TestAgreesWithFmt(t *testing.T) {
	for _, c := range []struct {
		format string
		args   []any
	}{
		{"plain 100%%", nil},
		{"%d %d %d", []any{0, -5, uint64(1<<64 - 1)}},
		{"%5d|%-5d|%05d|%+d|% d|%-05d", []any{42, 42, -42, 42, 42, 42}},
		{"%x %X %#x %08x %#08x %#x", []any{255, 255, 255, 48879, 48879, named(7)}},
		{"%o %#o %b %04o", []any{8, 8, 5, 0o755}},
		{"%c %q %U", []any{'x', 'y', 0x1f600}},
		{"%s %10s|%-10s|%.2s|%q %.3q", []any{"a", "b", "c", "defg", "q\n\x01\"", "truncate"}},
		{"%x % x %X", []any{"hex", []byte{1, 2}, "\xff"}},
		{"%v %v %v %v %v %v", []any{1, "s", true, nil, []byte{1, 2}, []string{"a", "b"}}},
		{"%s %v %d", []any{unix.ENOENT, unix.EINVAL, unix.ENOENT}},
		{"%s %v %d %6s|", []any{stringer(1), stringer(2), stringer(3), stringer(4)}},
		{"%t %v %5t|", []any{true, false, true}},
		{"%f %.2f %8.3f|%-8.1f|%v %08.2f %+.1f", []any{1.5, 2.345, -3.14159, 2.25, 0.1, -1.5, 2.0}},
		{"%*d|%-*d|%.*f", []any{5, 42, 5, 42, 2, 1.239}},
		{"%6.2f%%", []any{99.5}},
		{"%s", []any{errors.New("e")}},
		{"é%-6sé|%6s|", []any{"ü", "ü"}},
		{"%d %d", []any{int8(-3), uintptr(9)}},
		{"%.3d %08.3d|", []any{5, 5}},
	} {
		if got, want := Sprintf(c.format, c.args...), fmt.Sprintf(c.format, c.args...); got != want {
			t.Errorf("Sprintf(%q, %v) = %q, want %q", c.format, c.args, got, want)
		}
	}
}

func TestBadFormats(t *testing.T) {
	for format, want := range map[string]string{
		"%":        "%!(NOVERB)",
		"%d":       "%!d(MISSING)",
		"a%-08.3":  "a%!(NOVERB)",
		"no verbs": "no verbs",
	} {
		if got := Sprintf(format); got != want {
			t.Errorf("Sprintf(%q) = %q, want %q", format, got, want)
		}
	}
	if got := Sprintf("x", 1); !strings.Contains(got, "EXTRA") {
		t.Errorf("an argument too many gives %q", got)
	}
	if got := Sprintf("%v", struct{}{}); got != "%!v(struct {})" {
		t.Errorf("a struct gives %q", got)
	}
}

func TestErrorf(t *testing.T) {
	err := Errorf("open %s: %w", "f", unix.ENOENT)
	if err.Error() != "open f: no such file or directory" || !errors.Is(err, unix.ENOENT) {
		t.Errorf("Errorf = %v", err)
	}
	both := Errorf("%w, %w", unix.EPERM, unix.EIO)
	if !errors.Is(both, unix.EPERM) || !errors.Is(both, unix.EIO) {
		t.Errorf("Errorf with two = %v", both)
	}
	if e := Errorf("plain"); e.Error() != "plain" || errors.Unwrap(e) != nil {
		t.Errorf("Errorf without wrapping = %v", e)
	}
}

func TestFprintfAndSprint(t *testing.T) {
	var b strings.Builder
	n, err := Fprintf(&b, "%d-%s", 1, "x")
	if b.String() != "1-x" || n != 3 || err != nil || Sprint(named(3)) != "3" {
		t.Errorf("Fprintf wrote %q, %d, %v", b.String(), n, err)
	}
}

func FuzzSprintf(f *testing.F) {
	f.Add("%5d%-3s%#x", 5, "s")
	f.Fuzz(func(t *testing.T, format string, n int, s string) {
		if len(format) > 64 || strings.ContainsAny(format, "0123456789*") && len(format) > 8 {
			return
		}
		got := Sprintf(format, n, s)
		if utf8.ValidString(format) && utf8.ValidString(s) && !utf8.ValidString(got) && !strings.ContainsRune(format, 'c') {
			t.Errorf("Sprintf(%q, %d, %q) = %q", format, n, s, got)
		}
	})
}
