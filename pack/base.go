package pack

// addBase adds what programs expect of any Linux system, where absent.
func (t *Tree) addBase() {
	for _, d := range []struct {
		name string
		perm uint32
	}{
		{"/dev", 0o755}, {"/proc", 0o555}, {"/sys", 0o555}, {"/run", 0o755},
		{"/tmp", 0o1777}, {"/root", 0o700}, {"/etc", 0o755},
		{"/var", 0o755}, {"/var/tmp", 0o1777},
	} {
		t.addDefault(d.name, newDir(d.perm))
	}
	for _, f := range []struct{ name, text string }{
		{"/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
		{"/etc/group", "root:x:0:\nnogroup:x:65534:\n"},
		{"/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n"},
		{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nprotocols: files\nservices: files\n"},
	} {
		t.addDefault(f.name, newFile(f.text))
	}
}
