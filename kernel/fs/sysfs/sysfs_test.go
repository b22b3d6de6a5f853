package sysfs

import (
	"strings"
	"testing"

	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

func TestFiles(t *testing.T) {
	mem.InitHosted(4 << 20)
	sb, err := ramfs.New("")
	if err != nil {
		t.Fatal(err)
	}
	vfs.MountRoot(sb, "tmpfs")
	if err := vfs.MountDir("/sys", "sysfs", "sysfs", "", 0); err != nil {
		t.Fatal(err)
	}
	Register(File{"kernel/later", textfs.Fixed("x\n")})
	for path, want := range map[string]string{
		"devices/system/cpu/online":                                   "0\n",
		"kernel/mm/transparent_hugepage/enabled":                      "[never]",
		"devices/system/node/node0/meminfo":                           "Node 0 MemTotal:",
		"kernel/later":                                                "x\n",
		"devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
	} {
		b, err := vfs.ReadFile("/sys/"+path, 1000)
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	if _, err := vfs.Walk(nil, vfs.Path{}, "/sys/fs/selinux", 0); err != unix.ENOENT {
		t.Errorf("selinux: %v", err)
	}
	if p, err := vfs.Walk(nil, vfs.Path{}, "/sys/class", vfs.WantDir); err != nil || p.Dentry.Inode().Nlink() != 2 {
		t.Errorf("class: %v", err)
	}
}
