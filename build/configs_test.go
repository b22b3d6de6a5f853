package build

import (
	"slices"
	"testing"

	"cairn/build/kconfig"
)

// helloLibraries are the libraries without which hello would not run.
var helloLibraries = []string{
	"kernel/drivers/i8042", "kernel/drivers/ioapic", "kernel/drivers/virtio", "kernel/drivers/virtio/console", "kernel/drivers/virtio/mmio",
	"kernel/fs/initrd", "kernel/fs/ramfs", "kernel/fs/vfs",
	"kernel/posix/fdio", "kernel/posix/fdtab", "kernel/posix/mmap", "kernel/posix/process", "kernel/posix/random",
}

// selected returns the directories of the libraries that a configuration has.
func selected(cfg *kconfig.Config) (dirs []string) {
	for _, l := range Libraries(cfg.Tree()) {
		if cfg.Enabled(l.Symbol.Name) {
			dirs = append(dirs, l.Dir)
		}
	}
	return dirs
}

// TestNamedConfigs checks what the named configurations are made of.
func TestNamedConfigs(t *testing.T) {
	if got, want := ConfigNames(), []string{"base", "full", "hello", "multiprocess"}; !slices.Equal(got, want) {
		t.Fatalf("configurations %q, want %q", got, want)
	}
	counts := map[string]int{}
	for _, c := range []struct {
		name      string
		have, not []string
	}{
		{"hello", []string{"LIBPOSIX_FDIO", "LIBPOSIX_PROCESS", "LIBPOSIX_MMAP", "LIBVIRTIO_CONSOLE"},
			[]string{"LIBPOSIX_CLONE", "LIBPOSIX_WAIT", "LIBPOSIX_PIDFD", "LIBPOSIX_FUTEX", "LIBPOSIX_FS", "LIBTTY", "LIBPROCFS", "LIBPOSIX_SOCKET"}},
		{"multiprocess", []string{"LIBPOSIX_CLONE", "LIBPOSIX_WAIT", "LIBPOSIX_PROCESS_SIGNAL", "LIBPOSIX_PIPE", "LIBPROCFS"},
			[]string{"LIBTTY", "LIBPOSIX_JOBCONTROL", "LIBPOSIX_SOCKET", "LIBSYSFS"}},
		{"base", []string{"LIBTTY", "LIBPOSIX_UNIXSOCKET"}, []string{"LIBSYSCALL_SHIM_STRACE", "LIBSYSCALL_SHIM_ROUTINES"}},
		{"full", []string{"LIBTTY", "LIBSYSCALL_SHIM_STRACE", "LIBSYSCALL_SHIM_STATS", "LIBSYSCALL_SHIM_ROUTINES"}, nil},
	} {
		cfg, err := NamedConfig(c.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range c.have {
			if !cfg.Enabled(name) {
				t.Errorf("%s does not have %s", c.name, name)
			}
		}
		for _, name := range c.not {
			if cfg.Enabled(name) {
				t.Errorf("%s has %s", c.name, name)
			}
		}
		libs := selected(cfg)
		counts[c.name] = len(libs)
		if c.name == "hello" && !slices.Equal(libs, helloLibraries) {
			t.Errorf("hello has %q, want %q: say in its file that a new library is not set", libs, helloLibraries)
		}
	}
	if !(counts["hello"] < counts["multiprocess"] && counts["multiprocess"] < counts["base"] && counts["base"] < counts["full"]) {
		t.Errorf("libraries: %v", counts)
	}
}
