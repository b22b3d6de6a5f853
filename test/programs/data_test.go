package programs_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

// noise returns n bytes, the same every time.
func noise(n int) string {
	b := make([]byte, n)
	r := rand.New(rand.NewSource(1))
	for i := range b {
		b[i] = byte(r.Intn(256))
	}
	return string(b)
}

// TestMegabyte passes a megabyte through cat.
func TestMegabyte(t *testing.T) {
	for _, size := range []int{0, 1, 4095, 4096, 65537, 1 << 20} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			in := noise(size)
			r := harness.Machine(t, harness.Program{Args: []string{"/bin/cat"}, Stdin: in})
			if r.Status != 0 || r.Stdout != in {
				t.Errorf("status %d, %d bytes come back of %d (%.16x, want %.16x)",
					r.Status, len(r.Stdout), size, sha256.Sum256([]byte(r.Stdout)), sha256.Sum256([]byte(in)))
			}
		})
	}
}

// TestSort sorts 100,000 lines.
func TestSort(t *testing.T) {
	const n = 100_000
	r := harness.Machine(t, harness.Program{Args: []string{"/usr/bin/sort"}, Stdin: lines(n), Limit: 2 * time.Minute})
	got := strings.Split(strings.TrimSuffix(r.Stdout, "\n"), "\n")
	if r.Status != 0 || len(got) != n {
		t.Fatalf("status %d, %d lines, want %d\n%s", r.Status, len(got), n, r.Stderr)
	}
	for i, line := range got {
		if want := fmt.Sprintf("%06d", i); line != want {
			t.Fatalf("line %d is %q, want %q", i+1, line, want)
		}
	}
}

// TestOutput writes ten megabytes, which must not take minutes.
func TestOutput(t *testing.T) {
	const size = 10 << 20
	r := harness.Machine(t, harness.Program{
		Args: []string{"/usr/bin/head", "-c", strconv.Itoa(size), "/dev/zero"}, Limit: 30 * time.Second,
	})
	if r.Status != 0 || r.Stdout != strings.Repeat("\x00", size) {
		t.Errorf("status %d, %d bytes, want %d zeros\n%s", r.Status, len(r.Stdout), size, r.Stderr)
	}
	t.Logf("%d bytes in %v", size, r.Wall)
}

// TestStreams checks that standard output and error are kept apart, and that
// neither loses anything when the other is much used.
func TestStreams(t *testing.T) {
	harness.Both(t, harness.Program{Args: []string{harness.CC(t, "streams", "-static"), "2000"}})
}
