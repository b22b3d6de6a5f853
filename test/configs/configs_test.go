// Package configs_test builds kernels of other configurations than the built-in one, and runs programs
// in them: what is selected works, and what is not is not there.
package configs_test

import (
	"context"
	"debug/elf"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cairn/build"
	"cairn/build/kconfig"
	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestNamed runs in each named configuration what it is for.
func TestNamed(t *testing.T) {
	hello := []string{harness.CC(t, "hello", "-static"), "7"}
	many := []string{harness.CC(t, "many")}
	script := []string{"/bin/sh", "-c", "for i in 3 1 2; do echo $i; done | sort | (read x; echo first $x; exit 4)"}
	for _, c := range []struct {
		config   string
		programs [][]string
	}{
		{"hello", [][]string{hello}},
		{"multiprocess", [][]string{hello, many, script}},
		{"base", [][]string{many, script}},
		{"full", [][]string{many, script}},
	} {
		for _, args := range c.programs {
			t.Run(c.config+" "+args[0][strings.LastIndexByte(args[0], '/')+1:], func(t *testing.T) {
				harness.Both(t, harness.Program{Args: args, With: []string{"/bin/sh", "/usr/bin/sort"}, Flags: []string{"-c", c.config}})
			})
		}
	}
}

// TestFullTraces has the configuration full print the calls and the statistics of a program.
func TestFullTraces(t *testing.T) {
	r := harness.Machine(t, harness.Program{Args: []string{harness.CC(t, "hello", "-static"), "7"}, Flags: []string{"-c", "full", "--strace", "--stats"}})
	for _, want := range []string{`write(1, "hello\n", 6)`, "exit_group(7)", "% time"} {
		if !strings.Contains(r.Stderr, want) {
			t.Errorf("no %q in\n%s", want, r.Stderr)
		}
	}
}

// TestWrongMachine starts a kernel on a machine whose devices it has no drivers for.
func TestWrongMachine(t *testing.T) {
	r := harness.Cairn(t, time.Minute, "", "run", "-c", "hello", "--machine", "q35", harness.CC(t, "hello", "-static"))
	if r.Status != harness.StatusFailed || !strings.Contains(r.Stderr, "no channel to the host") {
		t.Errorf("status %d, %q; want a word about the missing channel", r.Status, r.Stderr)
	}
}

// kernel is an image with symbols.
type kernel struct {
	path    string
	cfg     *kconfig.Config
	symbols []string
}

// buildKernel builds a named configuration with some options turned off.
func buildKernel(t *testing.T, name string, off ...string) kernel {
	t.Helper()
	cfg, err := build.NamedConfig(name)
	if err != nil {
		t.Fatal(err)
	}
	var wishes []kconfig.Assignment
	for _, o := range off {
		wishes = append(wishes, kconfig.Assignment{Name: o, Value: "n"})
	}
	if _, err := cfg.Apply(wishes); err != nil {
		t.Fatal(err)
	}
	for _, o := range off {
		if cfg.Enabled(o) {
			t.Fatalf("%s is still on", o)
		}
	}
	c, err := build.ForOptions(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.KeepSymbols = true
	img, err := build.Kernel(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.Open(img.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	k := kernel{path: img.Path, cfg: cfg}
	for _, s := range all {
		k.symbols = append(k.symbols, s.Name)
	}
	return k
}

// has says whether the image has code whose name begins so.
func (k *kernel) has(prefix string) bool {
	return slices.ContainsFunc(k.symbols, func(s string) bool { return strings.HasPrefix(s, "cairn/kernel/"+prefix) })
}

// The calls of testdata/calls.c, by what they belong to, and the code behind them.
var (
	ofProcesses = []string{"fork", "vfork", "wait4", "waitid", "pidfd_open", "setsid", "getpgid"}
	ofSignals   = []string{"rt_sigaction", "kill", "setitimer", "signalfd4"}

	processCode = []string{"posix/wait.", "posix/pidfd.", "posix/clone.sysVfork", "vm.(*AddressSpace).Fork", "posix/process.Setsid", "posix/process.(*Process).reap"}
	threadCode  = []string{"task.(*Process).add", "task.(*Process).begin", "task.(*Task).takeOver"}
	signalCode  = []string{"posix/signal.", "posix/signalfd.", "posix/jobcontrol.", "posix/process.standStill"}
)

// TestAbsent checks that a call that is not selected answers ENOSYS, that its code is not in the
// image, and that every other call is there.
func TestAbsent(t *testing.T) {
	calls := harness.CC(t, "calls", "-static")
	everything := buildKernel(t, "base")
	for _, c := range []struct {
		name, config  string
		off           []string
		missing, gone []string
	}{
		{name: "nothing", config: "base"},
		{"threads", "base", []string{"LIBPOSIX_PROCESS_MULTITHREADING"}, []string{"thread"}, threadCode},
		{"processes", "base", []string{"LIBPOSIX_PROCESS_MULTIPROCESS"}, ofProcesses, processCode},
		{"signals", "base", []string{"LIBPOSIX_PROCESS_SIGNAL"}, ofSignals, signalCode},
		{"threads and processes", "base", []string{"LIBPOSIX_PROCESS_MULTITHREADING", "LIBPOSIX_PROCESS_MULTIPROCESS", "LIBPOSIX_FDTAB_MULTITAB"},
			append([]string{"thread"}, ofProcesses...), slices.Concat(threadCode, processCode, []string{"posix/clone.", "posix/fdtab.(*Table).copy"})},
		{"libraries", "base", []string{"LIBPOSIX_PIPE", "LIBPOSIX_EVENTFD", "LIBPOSIX_TIMERFD", "LIBPOSIX_INOTIFY", "LIBPOSIX_UNIXSOCKET", "LIBPOSIX_SOCKET", "LIBPOSIX_RSEQ",
			"LIBPOSIX_PRCTL", "LIBPOSIX_PROCESS_EXECVE", "LIBTTY", "LIBPROCFS"},
			[]string{"pipe2", "eventfd2", "timerfd_create", "inotify_init1", "socket", "rseq", "prctl", "execve"},
			[]string{"posix/pipe.", "posix/eventfd.", "posix/timerfd.", "posix/inotify.", "fs/vfs.(*Dentry).tell", "net/", "posix/rseq.", "posix/prctl.", "posix/process.setName",
				"posix/process.Execve", "drivers/tty.", "fs/procfs.", "posix/process.zombies"}},
		{"hello", "hello", nil,
			slices.Concat(ofProcesses, []string{"thread"}, ofSignals, []string{"execve", "pipe2", "eventfd2", "timerfd_create", "inotify_init1", "socket", "poll", "epoll_create1",
				"futex", "prctl", "getrlimit", "getuid", "clock_gettime", "sched_yield", "rseq", "openat", "sysinfo"}),
			slices.Concat(processCode, threadCode, signalCode, []string{"posix/clone.", "posix/futex.", "posix/fs.", "posix/rlimit.", "fs/devfs.", "fs/sysfs.",
				"drivers/acpi.", "drivers/pci.", "drivers/uart."})},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := buildKernel(t, c.config, c.off...)
			r := harness.Machine(t, harness.Program{Args: []string{calls}, Flags: []string{"--kernel", k.path}})
			got := strings.Fields(r.Stdout)
			want := slices.Clone(c.missing)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || r.Status != 0 {
				t.Errorf("status %d, without %q; want without %q", r.Status, got, want)
			}
			for _, l := range build.Libraries(k.cfg.Tree()) {
				prefix := strings.TrimPrefix(l.Dir, "kernel/") + "."
				if !k.cfg.Enabled(l.Symbol.Name) && k.has(prefix) {
					t.Errorf("%s is not selected, but its code is in the image", l.Symbol.Name)
				}
			}
			for _, prefix := range c.gone {
				if !everything.has(prefix) {
					t.Errorf("no code begins with %s where everything is selected: the test looks for the wrong name", prefix)
				}
				if k.has(prefix) {
					t.Errorf("code that begins with %s is in the image", prefix)
				}
			}
		})
	}
}

// TestProcessor turns off what the processor does for the kernel's safety.
func TestProcessor(t *testing.T) {
	program := harness.CC(t, "processor", "-static")
	on := harness.Cairn(t, time.Minute, "", "run", "-v", program)
	if on.Status != 128+int(syscall.SIGSEGV) || on.Stdout != "fsgsbase 1\n" || !strings.Contains(on.Stderr, "cairn: processor: SMEP, SMAP, UMIP") {
		t.Errorf("status %d; want SIGSEGV and a processor with SMEP, SMAP, UMIP in\n%s", on.Status, on.Stderr)
	}
	k := buildKernel(t, "base", "X86_SMEP", "X86_SMAP", "X86_UMIP", "X86_X2APIC", "X86_FSGSBASE")
	off := harness.Cairn(t, time.Minute, "", "run", "-v", "--kernel", k.path, program)
	if off.Status != 0 || off.Stdout != "fsgsbase 0\nkernel\n" || !strings.Contains(off.Stderr, "cairn: processor: \n") {
		t.Errorf("status %d, output %q; want the table's address and a processor without protections in\n%s", off.Status, off.Stdout, off.Stderr)
	}
}

// cannotSpeak are the options without which a program cannot say hello and end.
var cannotSpeak = []string{"LIBPOSIX_FDIO", "LIBPOSIX_FDTAB", "LIBPOSIX_MMAP", "LIBPOSIX_PROCESS", "LIBVIRTIO", "LIBVIRTIO_MMIO", "LIBVIRTIO_CONSOLE"}

// users returns the options with a prompt that must go for s to go: those that select it.
func users(s *kconfig.Symbol) (names []string) {
	for _, r := range s.Selectors() {
		switch {
		case r.Symbol.Name == "LIBPOSIX_CLONE": // selected by itself if there can be tasks to make
			names = append(names, "LIBPOSIX_PROCESS_MULTITHREADING", "LIBPOSIX_PROCESS_MULTIPROCESS")
		case r.Symbol.Prompt() != "":
			names = append(names, r.Symbol.Name)
		}
		names = append(names, users(r.Symbol)...)
	}
	return names
}

// TestEachOff turns off every option alone, with what needs it, and says hello.
func TestEachOff(t *testing.T) {
	if os.Getenv("CAIRN_TEST_LONG") == "" {
		t.Skip("builds a kernel for every option: set CAIRN_TEST_LONG")
	}
	hello := harness.CC(t, "hello", "-static")
	tree, err := build.Options()
	if err != nil {
		t.Fatal(err)
	}
	base := tree.NewConfig()
	for _, v := range base.Symbols() {
		name := v.Symbol.Name
		if v.Symbol.Type != kconfig.Bool || !base.Enabled(name) || v.Symbol.Prompt() == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			k := buildKernel(t, "base", append(users(v.Symbol), name)...)
			if slices.Contains(cannotSpeak, name) {
				return
			}
			r := harness.Machine(t, harness.Program{Args: []string{hello, "7"}, Flags: []string{"--kernel", k.path}})
			if r.Stdout != "hello\n" || r.Status != 7 || r.Stderr != "" {
				t.Errorf("status %d, output %q, errors %q, log %q", r.Status, r.Stdout, r.Stderr, r.Log)
			}
		})
	}
}
