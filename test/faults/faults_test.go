// Package faults_test runs programs that go wrong: the program ends as on Linux, and
// the machine's kernel lives on.
package faults_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// Statuses of programs killed by signals.
const (
	killedILL  = 128 + 4
	killedTRAP = 128 + 5
	killedABRT = 128 + 6
	killedFPE  = 128 + 8
	killedKILL = 128 + 9
	killedSEGV = 128 + 11
)

// TestCrash runs a program that crashes, in every way that x86 has. One line says
// where.
func TestCrash(t *testing.T) {
	program := harness.CC(t, "crash", "-static", "-fcf-protection=none")
	place := regexp.MustCompile(`0x[0-9a-f]+`)
	for _, test := range []struct {
		how    string
		status int
	}{
		{"null read", killedSEGV},
		{"null write", killedSEGV},
		{"null call", killedSEGV},
		{"wild jump", killedSEGV},
		{"jump to data", killedSEGV},
		{"jump to the kernel", killedSEGV},
		{"jump beyond", killedSEGV},
		{"read the kernel", killedSEGV},
		{"read beyond", killedSEGV},
		{"stack overflow", killedSEGV},
		{"stack pointer lost", killedSEGV},
		{"divide by zero", killedFPE},
		{"divide overflow", killedFPE},
		{"illegal", killedILL},
		{"privileged", killedSEGV},
		{"halt", killedSEGV},
		{"port", killedSEGV},
		{"control register", killedSEGV},
		{"breakpoint", killedTRAP},
		{"interrupt", killedSEGV},
		{"trap flag", killedTRAP},
		{"write text", killedSEGV},
		{"write constant", killedSEGV},
		{"abort", killedABRT},
	} {
		t.Run(test.how, func(t *testing.T) {
			r := harness.Both(t, harness.Program{Args: []string{program, test.how}})
			if r.Status != test.status || r.Stdout != "before\n" {
				t.Errorf("status %d, want %d; output %q", r.Status, test.status, r.Stdout)
			}
			if test.status != killedABRT && (len(r.Log) != 1 || !place.MatchString(r.Log[0])) {
				t.Errorf("want one line that says where; the kernel says %q", r.Log)
			}
		})
	}
}

// TestVectors checks that the vector registers keep their contents over system
// calls, page faults and timer interrupts.
func TestVectors(t *testing.T) {
	r := harness.Machine(t, harness.Program{Args: []string{harness.CC(t, "vectors", "-static"), "avx2"}})
	if r.Status != 0 || !strings.Contains(r.Stdout, "ymm kept\n") {
		t.Errorf("status %d\n%s%s", r.Status, r.Stdout, r.Stderr)
	}
}

// TestTurns checks that tasks which take turns have vector state of their own.
func TestTurns(t *testing.T) {
	harness.Both(t, harness.Program{Args: []string{harness.CC(t, "turns", "-static", "-mno-avx")}})
}

// TestRegisters checks that system calls change the registers that they may and no
// others.
func TestRegisters(t *testing.T) {
	harness.Both(t, harness.Program{Args: []string{harness.CC(t, "registers", "-static")}})
}

// TestMemory lets programs take all the memory there is. Each is told that there is
// no more, or is killed.
func TestMemory(t *testing.T) {
	program := harness.CC(t, "memory", "-static")
	for _, test := range []struct {
		how    string
		status map[int]bool
	}{
		{"reserve", map[int]bool{0: true}},
		{"touch", map[int]bool{0: true, killedKILL: true}},
		{"brk", map[int]bool{0: true, killedKILL: true}},
		{"file", map[int]bool{0: true}},
		{"tables", map[int]bool{0: true, killedKILL: true}},
		{"huge", map[int]bool{0: true}},
	} {
		t.Run(test.how, func(t *testing.T) {
			r := harness.Machine(t, harness.Program{
				Args: []string{program, test.how}, Flags: []string{"-M", "48M"}, Limit: 2 * time.Minute,
			})
			if !test.status[r.Status] || !strings.HasPrefix(r.Stdout, "begin\n") {
				t.Errorf("status %d, output %q, errors %q", r.Status, r.Stdout, r.Stderr)
			}
			for _, line := range r.Log {
				if strings.Contains(line, "panic") {
					t.Errorf("the kernel says %q", line)
				}
			}
		})
	}
}

// TestOutOfMemory checks who is killed when memory is out, and that the others live on.
func TestOutOfMemory(t *testing.T) {
	r := harness.Machine(t, harness.Program{
		Args: []string{harness.CC(t, "oom", "-static")}, Flags: []string{"-M", "64M"}, Limit: 2 * time.Minute,
	})
	const (
		first  = "small: exit 0 signal 0\nlarge: exit -1 signal 9\n"
		second = "small: exit -1 signal 9\nlarge: exit -1 signal 15\n"
	)
	want := "the largest goes\n" + first + "in a system call\n" + first + "not who must not\n" + second +
		"who is to go first\n" + second + "kills 4\nscore 0\nscore 1000\nas much as before: 1\n"
	if r.Stdout != want {
		t.Errorf("status %d, output %q, want %q", r.Status, r.Stdout, want)
	}
	kills := 0
	for _, line := range r.Log {
		if strings.Contains(line, "Out of memory: Killed process") {
			kills++
		}
	}
	if kills != 4 {
		t.Errorf("want a line for each; the kernel says %q", r.Log)
	}
}

// TestKernelMemory lets a program fill what the kernel keeps for it: it ends, and the machine does not.
func TestKernelMemory(t *testing.T) {
	program := harness.CC(t, "kernelmemory", "-static")
	for _, how := range []string{"sockets", "terminals", "epolls"} {
		t.Run(how, func(t *testing.T) {
			r := harness.Machine(t, harness.Program{
				Args: []string{"/kernelmemory", how}, Root: harness.Debian(t, "shell"), With: []string{program + ":/kernelmemory"},
				Flags: []string{"-M", "64M"}, Limit: 2 * time.Minute,
			})
			if r.Stdout != "the other: signal 15\nsurvived, a command: 7\n" {
				t.Errorf("status %d, output %q, log %q", r.Status, r.Stdout, r.Log)
			}
		})
	}
}
