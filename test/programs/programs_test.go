// Package programs_test runs unmodified programs, each in a machine and on the
// host's Linux: same output, same exit status.
package programs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

var (
	// dates matches the time stamps of ls -l.
	dates = regexp.MustCompile(`[A-Z][a-z]{2} +\d+ +[\d:]+`)
	// blocks and dirs match what a file system counts in its own way: blocks, and the sizes of directories.
	blocks = regexp.MustCompile(`(?m)^total \d+$`)
	dirs   = regexp.MustCompile(`(?m)^(d[rwxt-]{9} +\d+ +\S+ +\S+) +\d+`)
	spaces = regexp.MustCompile(` +`)
)

// comparable removes what ls -l and find cannot show alike on two file systems: when a directory was made and how
// large it is, and the order of names.
func comparable(r *harness.Result) {
	s := dates.ReplaceAllString(r.Stdout, "DATE")
	s = blocks.ReplaceAllString(s, "total")
	s = spaces.ReplaceAllString(dirs.ReplaceAllString(s, "$1 SIZE"), " ")
	lines := strings.Split(s, "\n")
	slices.Sort(lines)
	r.Stdout = strings.Join(lines, "\n")
}

// listing returns comparable if the command lists files, else nil.
func listing(command string) func(*harness.Result) {
	if strings.HasPrefix(command, "ls") || strings.HasPrefix(command, "find") {
		return comparable
	}
	return nil
}

// lines returns the numbers 0 to n-1 in a scrambled order, one a line.
func lines(n int) string {
	const step = 7919 // a prime, which no n here is a multiple of
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%06d\n", i*step%n)
	}
	return b.String()
}

// TestBusybox runs applets of Debian's busybox-static.
func TestBusybox(t *testing.T) {
	root := harness.Debian(t, "busybox")
	files := map[string]string{"/data/a": "one\ntwo\nthree\n", "/data/sub/b": "four\n"}
	for _, test := range []struct {
		args  string // split at blanks
		stdin string
	}{
		{args: "echo hello world"},
		{args: "true"},
		{args: "false"},
		{args: "ls -l /data /bin"},
		{args: "ls -lan /data/sub"},
		{args: "cat /data/a /data/sub/b"},
		{args: "cat /data/none"},
		{args: "cat", stdin: "from standard input\n"},
		{args: "sha256sum /data/a /bin/busybox"},
		{args: "md5sum", stdin: "abc"},
		{args: "find /data"},
		{args: "find /data -type f -name b"},
		{args: "env"},
		{args: "env -i A=1 /bin/busybox env"},
		{args: "dd if=/dev/zero bs=1k count=10 status=none"},
		{args: "dd if=/bin/busybox bs=4k skip=3 count=5 status=none"},
		{args: "wc", stdin: lines(1000)},
		{args: "head -n 3", stdin: lines(1000)},
		{args: "tail -n 3", stdin: lines(1000)},
		{args: "sort -r", stdin: lines(100)},
		{args: "sed -n s/9$/nine/p", stdin: lines(100)},
		{args: "grep -c 7", stdin: lines(1000)},
		{args: "tr a-z A-Z", stdin: "shout\n"},
		{args: "awk {s+=$1}END{print(s)}", stdin: lines(1000)},
		{args: "expr 6 * 7"},
		{args: "seq 1 2 9"},
		{args: "base64 /data/a"},
		{args: "od -An -tx1 /data/a"},
		{args: "stat -c %s:%F:%a /data/a /bin/sh"},
		{args: "test -d /data"},
		{args: "test -f /data"},
		{args: "readlink -f /bin/sh"},
		{args: "basename /usr/lib/x.so .so"},
		{args: "mkdir /tmp/a/b/c"},
		{args: "touch -d 2001-02-03 /tmp/x"},
		{args: "cmp /data/a /data/sub/b"},
		{args: "nosuchapplet"},
		{args: "sh -c exit\t7"},
		{args: "sh -c cd\t/data;pwd;echo\t*;echo\t$0\t$#"},
		{args: "sh -c echo\tout;echo\terr>&2"},
		{args: "sh -c ulimit\t-s;umask;echo\t$PATH"},
	} {
		t.Run(test.args, func(t *testing.T) {
			args := append([]string{"/bin/busybox"}, strings.Split(test.args, " ")...)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "\t", " ")
			}
			harness.BothAs(t, harness.Program{Args: args, Root: root, Files: files, Stdin: test.stdin}, listing(test.args))
		})
	}
}

// TestCompiled runs one program compiled in the ways that gcc has.
func TestCompiled(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags []string
	}{
		{"static", []string{"-static", "-no-pie"}},
		{"static-pie", []string{"-static-pie"}},
		{"non-pie", []string{"-no-pie"}},
		{"pie", []string{"-pie", "-fPIE"}},
		{"static, relocations read-only", []string{"-static", "-Wl,-z,relro,-z,now"}},
		{"static, executable stack", []string{"-static", "-z", "execstack"}},
		{"static, 64 KiB pages", []string{"-static", "-Wl,-z,max-page-size=65536"}},
		{"static, separate code", []string{"-static", "-Wl,-z,noseparate-code"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := harness.Both(t, harness.Program{Args: []string{harness.CC(t, "hello", test.flags...)}})
			if !strings.Contains(r.Stdout, "hello") {
				t.Errorf("no greeting in %q", r.Stdout)
			}
		})
	}
}

// TestDynamic runs Debian's dynamic programs straight from the host.
func TestDynamic(t *testing.T) {
	perl := func(script string) []string { return []string{"/usr/bin/perl", "-e", script} }
	for _, test := range []struct {
		name  string
		args  []string
		stdin string
	}{
		{"ls", []string{"/bin/ls", "-a", "/"}, ""},
		{"ls -l", []string{"/bin/ls", "-l", "/etc", "/bin"}, ""},
		{"cat", []string{"/bin/cat", "/etc/passwd", "-"}, "more\n"},
		{"sort", []string{"/usr/bin/sort", "-n"}, lines(5000)},
		{"sha256sum", []string{"/usr/bin/sha256sum"}, lines(5000)},
		{"sha256sum of a file", []string{"/usr/bin/sha256sum", "/usr/bin/sha256sum"}, ""},
		{"perl", perl(`my %h = map { $_ => $_ ** 2 } 1 .. 20; print join(",", map { "$_=$h{$_}" } sort { $a <=> $b } keys %h), "\n"`), ""},
		{"perl input", perl(`while (<STDIN>) { $n += $1 if /(\d+)/ } printf "%d %.6f %s\n", $n, sqrt($n), reverse "olleh"`), lines(2000)},
		{"perl dies", perl(`print STDERR "before\n"; die "reason\n"`), ""},
		{"perl status", perl(`exit 42`), ""},
		{"perl memory", perl(`my $s = "x" x 10_000_000; substr($s, 5_000_000, 1) = "y"; print index($s, "y"), "\n"`), ""},
		{"perl files", perl(`open my $f, ">", "/tmp/f" or die; print $f "$_\n" for 1 .. 1000; close $f; open $f, "<", "/tmp/f"; my @l = <$f>; print scalar(@l), " ", -s "/tmp/f", "\n"`), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			harness.BothAs(t, harness.Program{Args: test.args, Stdin: test.stdin}, listing(test.name))
		})
	}
}

// TestPython runs Debian's python3 with its library.
func TestPython(t *testing.T) {
	root := harness.Debian(t, "python")
	for _, test := range []struct{ name, script string }{
		{"json", `import json; print(json.dumps({"a": [1, 2.5, None, True], "b": {"c": "\u00e9"}}, sort_keys=True)); print(json.loads('[1, {"x": "y"}]'))`},
		{"hashlib", `import hashlib; [print(n, hashlib.new(n, b"cairn").hexdigest()) for n in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256")]`},
		{"math", `import math; print(math.pi, math.sqrt(2), math.factorial(50), [round(math.sin(x / 7), 12) for x in range(20)])`},
		{"modules", `import os, re, io, time, socket, select, struct, zlib, bz2, lzma, decimal, datetime, random, threading, logging, argparse; print(len(zlib.compress(b"x" * 100000)), decimal.Decimal(1) / 7, re.findall(r"\d+", "a1b22c333"))`},
		{"files", "import os, tempfile\nd = tempfile.mkdtemp()\nopen(d + '/f', 'w').write('x' * 100000)\nprint(os.path.getsize(d + '/f'), os.listdir(d))\nos.rename(d + '/f', d + '/g')\nos.remove(d + '/g'); os.rmdir(d)\nprint(os.path.exists(d))"},
		{"traceback", `import sys; print("out"); sys.stdout.flush(); {}["missing"]`},
		{"status", `import sys; sys.exit(7)`},
		{"input", `import sys; print(sum(map(int, sys.stdin)))`},
		{"identity", `import os, sys, platform; print(os.getuid(), os.getgid(), os.getcwd(), sys.executable, sys.maxsize, platform.machine(), os.get_terminal_size if 0 else "")`},
	} {
		t.Run(test.name, func(t *testing.T) {
			harness.Both(t, harness.Program{
				Args: []string{"/usr/bin/python3.11", "-c", test.script}, Root: root, Stdin: lines(1000),
			})
		})
	}
}

// TestSQLite runs Debian's sqlite3 on a database file.
func TestSQLite(t *testing.T) {
	harness.Both(t, harness.Program{
		Args: []string{"/usr/bin/sqlite3", "/tmp/first.db"}, Root: harness.Debian(t, "sqlite"),
		Stdin: `create table t(id integer primary key, name text, value real);
create index byname on t(name);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
  insert into t select i, 'name ' || (i * 7919 % 2000), i / 3.0 from n;
begin; delete from t where id % 10 = 0; rollback;
begin; update t set value = 0 where id % 3 = 0; commit;
.save /tmp/second.db
.open /tmp/second.db
pragma integrity_check;
select count(*), sum(value), min(name), max(name) from t;
select * from t where name between 'name 100' and 'name 105' order by id limit 5;
vacuum;
pragma journal_mode = wal;
insert into t(name, value) values ('last', 1.5);
select count(*) from t;
.schema
select nosuchcolumn from t;
`})
}

// TestSystem checks what must be the machine's own, so that there is nothing to
// compare with.
func TestSystem(t *testing.T) {
	root := harness.Debian(t, "busybox")
	for _, test := range []struct {
		name, want string // a pattern for standard output
		args       []string
	}{
		{"uname", `^Linux \S+ \d+\.\d+\.\S+ .* x86_64 GNU/Linux\n$`, []string{"uname", "-a"}},
		{"ls", `(?s)^total.* bin.* dev\n.* etc\n.* proc\n.* tmp\n`, []string{"ls", "-l", "/"}},
		{"devices", `(?s)\bfull\n.*\bnull\n.*\brandom\n.*\btty\n.*\burandom\n.*\bzero\n`, []string{"ls", "/dev"}},
		{"first process", `^1\n$`, []string{"sh", "-c", "echo $$"}},
		{"proc", `(?m)^Name:\tbusybox$`, []string{"cat", "/proc/self/status"}},
		{"tmp is writable", `^drwxrwxrwt`, []string{"ls", "-ld", "/tmp"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := harness.Machine(t, harness.Program{Args: append([]string{"/bin/busybox"}, test.args...), Root: root})
			if r.Status != 0 || r.Stderr != "" || !regexp.MustCompile(test.want).MatchString(r.Stdout) {
				t.Errorf("status %d, output %q, errors %q; want output like %s", r.Status, r.Stdout, r.Stderr, test.want)
			}
		})
	}
}

// TestFairness has tasks that wake each other at every turn beside some that never wait. In the
// machine it runs by instructions counted, so that it does not depend on how busy the host is.
func TestFairness(t *testing.T) {
	harness.Both(t, harness.Program{Args: []string{harness.CC(t, "fairness", "-static", "-pthread")}, Flags: []string{"--icount"}})
}
