package procfs_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cairn/kernel/arch"
	_ "cairn/kernel/fs/procfs"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// newTask returns a running task that has /proc.
func newTask(t testing.TB) *task.Task {
	t.Helper()
	tasktest.InitMemory()
	sb, err := ramfs.New("")
	if err != nil {
		t.Fatal(err)
	}
	root := vfs.MountRoot(sb, "tmpfs")
	t.Cleanup(root.Dentry.EvictTree)
	if err := vfs.MountDir("/proc", "proc", "proc", "", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC); err != nil {
		t.Fatal(err)
	}
	me, err := task.New("test")
	if err != nil {
		t.Fatal(err)
	}
	start(t, me)
	return me
}

// start runs a task until the test ends: in user mode it waits. The test makes system calls in its
// name meanwhile.
func start(t testing.TB, me *task.Task) {
	t.Helper()
	ended := make(chan struct{})
	programs.Store(me, ended)
	me.Start()
	t.Cleanup(func() { end(me) })
}

// programs says when which task ends.
var programs sync.Map

// end ends a task that start started.
func end(me *task.Task) {
	if c, ok := programs.LoadAndDelete(me); ok {
		close(c.(chan struct{}))
		<-me.Proc.Done()
	}
}

func init() {
	task.Kernel.Syscall = func(*task.Task) {}
	task.User = func(t *task.Task) {
		if c, ok := programs.Load(t); ok {
			<-c.(chan struct{})
		}
		t.Proc.Exit(task.Exited(0))
		t.Regs.Trap.Vector = arch.VectorSyscall
	}
}

// read returns the contents of a file, as the task reads it.
func read(t testing.TB, task *task.Task, path string) (string, error) {
	t.Helper()
	f, err := vfs.OpenAt(task, vfs.Path{}, path, unix.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer f.Put()
	var all []byte
	p := make([]byte, 100)
	for {
		n, err := f.Read(task, vm.NewBuffer(p))
		if n == 0 || err != nil {
			return string(all), err
		}
		all = append(all, p[:n]...)
	}
}

// list returns the names in a directory.
type list []string

func (l *list) Add(name string, _ uint64, _ int64, _ uint8) bool {
	*l = append(*l, name)
	return true
}

func readDir(t testing.TB, task *task.Task, path string) []string {
	t.Helper()
	f, err := vfs.OpenAt(task, vfs.Path{}, path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer f.Put()
	var l list
	if err := f.Readdir(task, &l); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return l[2:]
}

// TestReadAll looks at every file that a directory lists, and reads it.
func TestReadAll(t *testing.T) {
	me := newTask(t)
	var walk func(dir string, depth int)
	seen := 0
	walk = func(dir string, depth int) {
		for _, name := range readDir(t, me, dir) {
			path := dir + "/" + name
			p, err := vfs.Walk(me, vfs.Path{}, path, 0)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			i := p.Dentry.Inode()
			again, err := vfs.Walk(me, vfs.Path{}, path, 0)
			if err != nil || again.Dentry.Inode().Ino != i.Ino {
				t.Errorf("%s has another inode number each time", path)
			}
			seen++
			switch {
			case i.IsDir() && depth < 5:
				walk(path, depth+1)
			case i.IsSymlink():
				if _, err := i.Readlink(me); err != nil && name != "exe" {
					t.Errorf("readlink %s: %v", path, err)
				}
			case i.IsRegular() && i.Mode()&0444 != 0:
				if _, err := read(t, me, path); err != nil {
					t.Errorf("read %s: %v", path, err)
				}
			}
		}
	}
	walk("/proc", 0)
	if seen < 100 {
		t.Errorf("only %d files", seen)
	}
}

// TestFormats checks what programs parse.
func TestFormats(t *testing.T) {
	me := newTask(t)
	me.SetName("a (b) c")
	for path, want := range map[string]string{
		"self/stat":                    `^\d+ \(a \(b\) c\) R( -?\d+){49}\n$`,
		"self/statm":                   `^\d+( \d+){6}\n$`,
		"self/comm":                    `^a \(b\) c\n$`,
		"self/cgroup":                  `^0::/\n$`,
		"self/status":                  `(?s)^Name:\ta \(b\) c\nUmask:\t0022\nState:\tR \(running\)\nTgid:\t\d+\n.*\nVmRSS:\t +\d+ kB\n.*\nThreads:\t1\n.*\nCapEff:\t[0-9a-f]{16}\n`,
		"self/mounts":                  `^tmpfs / tmpfs rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n$`,
		"self/mountinfo":               `^1 1 0:\d+ / / rw,relatime - tmpfs tmpfs rw\n2 1 0:\d+ / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n$`,
		"self/limits":                  `(?s)^Limit +Soft Limit +Hard Limit +Units +\n.*\nMax open files +\d+ +\d+ +files +\n`,
		"thread-self/comm":             `^a \(b\) c\n$`,
		"loadavg":                      `^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+/\d+ \d+\n$`,
		"uptime":                       `^\d+\.\d\d \d+\.\d\d\n$`,
		"meminfo":                      `(?s)^MemTotal: +\d+ kB\nMemFree: +\d+ kB\nMemAvailable: +\d+ kB\n`,
		"stat":                         `(?s)^cpu   ?\d+( \d+){9}\ncpu0 \d+( \d+){9}\nintr \d+\n.*btime \d+\n`,
		"version":                      `^Linux version \d+\.\d+\.\d+`,
		"filesystems":                  `(?s)nodev\tproc\n.*nodev\ttmpfs\n`,
		"cpuinfo":                      `^processor\t: 0\n`,
		"sys/kernel/random/uuid":       `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$`,
		"sys/kernel/ostype":            `^Linux\n$`,
		"sys/kernel/cap_last_cap":      `^\d+\n$`,
		"sys/vm/overcommit_memory":     `^0\n$`,
		"self/smaps_rollup":            `(?s)\[rollup\]\nRss: +\d+ kB\n`,
		fmt.Sprintf("%d/comm", me.TID): `^a \(b\) c\n$`,
	} {
		got, err := read(t, me, "/proc/"+path)
		if err != nil || !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %v\n%s", path, err, got)
		}
	}
}

// TestStatusLikeLinux compares the names of the lines with the host's.
func TestStatusLikeLinux(t *testing.T) {
	me := newTask(t)
	for _, name := range []string{"status", "limits", "smaps_rollup"} {
		host, err := os.ReadFile("/proc/self/" + name)
		if err != nil {
			t.Skip(err)
		}
		ours, err := read(t, me, "/proc/self/"+name)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{}
		for line := range strings.Lines(string(host)) {
			known[key(line)] = true
		}
		for line := range strings.Lines(ours) {
			if !known[key(line)] && !strings.Contains(line, "rollup") {
				t.Errorf("%s: Linux has no line %q", name, line)
			}
		}
	}
}

// key is what a line is about.
func key(line string) string {
	k, _, _ := strings.Cut(line, ":")
	if k == line {
		k = line[:min(20, len(line))]
	}
	return k
}

func TestDescriptors(t *testing.T) {
	me := newTask(t)
	f, err := vfs.OpenAt(me, vfs.Path{}, "/data", unix.O_CREAT|unix.O_RDWR, 0600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(me, vm.NewBuffer([]byte("hello"))); err != nil {
		t.Fatal(err)
	}
	fd, err := fdtab.Install(me, f, true)
	if err != nil {
		t.Fatal(err)
	}
	anon, err := fdtab.Install(me, vfs.NewFile(&vfs.NoFile{}, "anon_inode:[test]", unix.O_RDWR), false)
	if err != nil {
		t.Fatal(err)
	}
	mem, err := ramfs.Memfd(me, "m", false, true)
	if err != nil {
		t.Fatal(err)
	}
	memfd, err := fdtab.Install(me, mem, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := readDir(t, me, "/proc/self/fd"); !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Errorf("fd has %q", got)
	}
	for n, want := range map[any]string{fd: "/data", anon: "anon_inode:[test]", memfd: "/memfd:m (deleted)"} {
		p, err := vfs.Walk(me, vfs.Path{}, fmt.Sprintf("/proc/self/fd/%d", n), 0)
		if err != nil {
			t.Fatal(err)
		}
		i := p.Dentry.Inode()
		if got, err := i.Readlink(me); got != want || err != nil {
			t.Errorf("fd %d: %q, %v", n, got, err)
		}
	}
	if got, err := read(t, me, fmt.Sprintf("/proc/self/fdinfo/%d", fd)); err != nil ||
		!regexp.MustCompile(`^pos:\t5\nflags:\t02000002\nmnt_id:\t1\nino:\t\d+\n$`).MatchString(got) {
		t.Errorf("fdinfo: %q, %v", got, err)
	}
	// Opening the link opens the file anew, with a position of its own, even when it has no name.
	if err := vfs.Unlink(me, vfs.Path{}, "/data"); err != nil {
		t.Fatal(err)
	}
	if got, err := read(t, me, fmt.Sprintf("/proc/self/fd/%d", fd)); got != "hello" || err != nil {
		t.Errorf("through the link: %q, %v", got, err)
	}
	if _, err := read(t, me, fmt.Sprintf("/proc/self/fd/%d", anon)); err != unix.ENXIO {
		t.Errorf("an anonymous file through its link: %v", err)
	}
	if _, err := read(t, me, fmt.Sprintf("/proc/self/fd/%d", memfd)); err != nil {
		t.Errorf("a memfd through its link: %v", err)
	}
	if _, err := vfs.Walk(me, vfs.Path{}, "/proc/self/fd/77", 0); err != unix.ENOENT {
		t.Errorf("a descriptor that is not open: %v", err)
	}
}

func TestMemoryOfOthers(t *testing.T) {
	me := newTask(t)
	as, err := me.AS.Fork()
	if err != nil {
		t.Fatal(err)
	}
	other, err := me.Clone(0, as)
	if err != nil {
		t.Fatal(err)
	}
	args, err := other.AS.Map(vm.MapOpts{Length: 4096, Prot: unix.PROT_READ | unix.PROT_WRITE,
		Flags: unix.MAP_PRIVATE | unix.MAP_ANONYMOUS})
	if err != nil {
		t.Fatal(err)
	}
	set := func(a vm.Addr, s string) {
		if _, err := other.CopyOut(a, []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	set(args, "prog\x00arg\x00X=1\x00")
	start(t, other)
	defer func(old func(*task.Task) facts.Strings) { facts.Process.Strings = old }(facts.Process.Strings)
	facts.Process.Strings = func(*task.Task) facts.Strings {
		return facts.Strings{ArgStart: args, ArgEnd: args + 9, EnvStart: args + 9, EnvEnd: args + 13}
	}
	dir := fmt.Sprintf("/proc/%d/", other.TID)
	if got, err := read(t, me, dir+"cmdline"); got != "prog\x00arg\x00" || err != nil {
		t.Errorf("cmdline %q, %v", got, err)
	}
	if got, err := read(t, me, dir+"environ"); got != "X=1\x00" || err != nil {
		t.Errorf("environ %q, %v", got, err)
	}
	set(args+4, " arg!") // a title that runs into the environment
	if got, err := read(t, me, dir+"cmdline"); got != "prog arg!X=1\x00" || err != nil {
		t.Errorf("title %q, %v", got, err)
	}
	defer func(old func(*task.Task) *vfs.Cred) { vfs.CredOf = old }(vfs.CredOf)
	vfs.CredOf = func(t *task.Task) *vfs.Cred {
		if t == me {
			return &vfs.Cred{UID: 1000, GID: 1000, RUID: 1000, RGID: 1000}
		}
		return &vfs.Cred{Caps: vfs.AllCaps, Permitted: vfs.AllCaps}
	}
	for path, want := range map[string]error{
		"environ": unix.EACCES, "maps": unix.EACCES, "fd/0": unix.EACCES, "exe": unix.EACCES, "stat": nil, "cmdline": nil, "none": unix.ENOENT,
	} {
		if _, err := read(t, me, dir+path); err != want {
			t.Errorf("%s of root's process: %v, want %v", path, err, want)
		}
	}
}

func TestGone(t *testing.T) {
	me := newTask(t)
	other, err := task.New("other")
	if err != nil {
		t.Fatal(err)
	}
	start(t, other)
	dir := fmt.Sprintf("/proc/%d", other.TID)
	d, err := vfs.OpenAt(me, vfs.Path{}, dir, unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Put()
	f, err := vfs.OpenAt(me, vfs.Path{}, dir+"/status", unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	end(other)
	if _, err := f.Read(me, vm.NewBuffer(make([]byte, 10))); err != unix.ESRCH {
		t.Errorf("read of a file of a process that is gone: %v", err)
	}
	if _, err := vfs.Walk(me, vfs.Path{}, dir, 0); err != unix.ENOENT {
		t.Errorf("its directory: %v", err)
	}
}

func TestSysrq(t *testing.T) {
	me := newTask(t)
	_, before := klog.Since(0)
	f, err := vfs.OpenAt(me, vfs.Path{}, "/proc/sysrq-trigger", unix.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	for _, s := range []string{"m", "t\n", "", "?"} {
		if _, err := f.Write(me, vm.NewBuffer([]byte(s))); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	lines, _ := klog.Since(before)
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(l.Text + "\n")
	}
	for _, want := range []string{"sysrq: Mem-Info: total:", "sysrq: task:", "sysrq: Show State: tasks:1 goroutines:", "sysrq: HELP"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in the log: %s", want, text.String())
		}
	}
}

func TestWrite(t *testing.T) {
	me := newTask(t)
	for _, c := range []struct {
		path, value string
		err         error
	}{
		{"self/comm", "name\n", nil}, {"self/oom_score_adj", "500\n", nil}, {"self/oom_score_adj", "2000\n", unix.EINVAL},
		{"sys/kernel/hostname", "host\n", nil}, {"sys/vm/overcommit_memory", "1", unix.EINVAL}, {"sys/vm/overcommit_memory", "0", nil},
		{"meminfo", "x", unix.EIO},
	} {
		f, err := vfs.OpenAt(me, vfs.Path{}, "/proc/"+c.path, unix.O_WRONLY|unix.O_TRUNC, 0)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if _, err := f.Write(me, vm.NewBuffer([]byte(c.value))); err != c.err {
			t.Errorf("%s = %q: %v, want %v", c.path, c.value, err, c.err)
		}
		f.Put()
		if got, _ := read(t, me, "/proc/"+c.path); c.err == nil && got != strings.TrimSuffix(c.value, "\n")+"\n" {
			t.Errorf("%s is %q", c.path, got)
		}
	}
	for what, err := range map[string]error{
		"create": func() error {
			_, err := vfs.OpenAt(me, vfs.Path{}, "/proc/new", unix.O_CREAT|unix.O_RDWR, 0600)
			return err
		}(),
		"mkdir":  vfs.Mkdir(me, vfs.Path{}, "/proc/sys/new", 0700),
		"unlink": vfs.Unlink(me, vfs.Path{}, "/proc/meminfo"),
	} {
		if err != unix.EPERM && err != unix.EACCES {
			t.Errorf("%s: %v", what, err)
		}
	}
}
