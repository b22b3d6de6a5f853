package kraftfile

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cairn/build/kconfig"
)

func at(line int) kconfig.Pos { return kconfig.Pos{File: "dir/Kraftfile", Line: line} }

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want File
	}{
		"least": {"spec: v0.6\n", File{Name: "dir"}},
		"short": {`specification: "0.6"
name: hello
outdir: ./out
unikraft: stable
libraries:
  posix-pipe: stable
  lwip:
  musl: false
targets:
- qemu/x86_64
- fc/x86_64
rootfs: ./rootfs.tar.gz
cmd: /bin/sh -c "echo 'a b'" \$x ""
env:
- HOME=/
- EMPTY=
- EQ=a=b
volumes: ./data:/data/
labels: [a=b]
`, File{
			Name: "hello", OutDir: "./out", Version: "stable",
			Libraries: []Library{{Name: "posix-pipe", Version: "stable", Pos: at(6)}, {Name: "lwip", Pos: at(7)}},
			Targets:   []Target{{Platform: "qemu", Arch: "x86_64", Pos: at(10)}, {Platform: "firecracker", Arch: "x86_64", Pos: at(11)}},
			RootFS:    RootFS{Source: "./rootfs.tar.gz", Pos: at(12)},
			Cmd:       []string{"/bin/sh", "-c", "echo 'a b'", "$x", ""},
			Env:       []string{"HOME=/", "EMPTY=", "EQ=a=b"},
			Volumes:   []Volume{{Source: "./data", Destination: "/data", Pos: at(18)}},
			Labels:    map[string]string{"a": "b"},
		}},
		"long": {`spec: v0.6
name: hello
unikraft:
  version: v0.19
  kconfig:
    CONFIG_A: "y"
    CONFIG_B: true
    CONFIG_C: 0x1000
    CONFIG_D: a text
    CONFIG_E: n
libraries:
  lwip:
    version: 0.19.1
    kconfig:
    - CONFIG_LWIP_TCP=y
    - CONFIG_LWIP_NAME="quoted \" text"
targets:
- name: first
  platform: qemu
  architecture: x86_64
  kconfig: {CONFIG_A: n}
- plat: kvm
  arch: arm64
rootfs:
  source: ./rootfs
  type: dir
cmd:
- vfs.fstab=[ "a" ]
- --
- /bin/ls
- -l
env:
  HOME: /
  N: 1
  NO: ""
volumes:
- source: ./data
  destination: /data
  driver: 9pfs
  readOnly: true
- ./x:/x:ro
- ./y:/y:rw
labels:
  key: value
`, File{
			Name: "hello", Version: "v0.19",
			Kconfig: []kconfig.Assignment{
				{Name: "A", Value: "y", Pos: at(6)}, {Name: "B", Value: "y", Pos: at(7)}, {Name: "C", Value: "0x1000", Pos: at(8)},
				{Name: "D", Value: "a text", Pos: at(9)}, {Name: "E", Value: "n", Pos: at(10)},
			},
			Libraries: []Library{{Name: "lwip", Version: "0.19.1", Pos: at(12), Kconfig: []kconfig.Assignment{
				{Name: "LWIP_TCP", Value: "y", Pos: at(15)}, {Name: "LWIP_NAME", Value: `quoted " text`, Pos: at(16)},
			}}},
			Targets: []Target{
				{Name: "first", Platform: "qemu", Arch: "x86_64", Pos: at(18), Kconfig: []kconfig.Assignment{{Name: "A", Value: "n", Pos: at(21)}}},
				{Platform: "qemu", Arch: "arm64", Pos: at(22)},
			},
			RootFS: RootFS{Source: "./rootfs", Type: "dir", Pos: at(25)},
			Params: []string{`vfs.fstab=[ "a" ]`}, Cmd: []string{"/bin/ls", "-l"},
			Env: []string{"HOME=/", "N=1", "NO="},
			Volumes: []Volume{
				{Driver: "9pfs", Source: "./data", Destination: "/data", ReadOnly: true, Pos: at(37)},
				{Source: "./x", Destination: "/x", ReadOnly: true, Pos: at(41)},
				{Source: "./y", Destination: "/y", Pos: at(42)},
			},
			Labels: map[string]string{"key": "value"},
		}},
		"aliases": {"spec: v0.6\nenv: &e\n  A: b\nlabels: *e\nunikraft:\nlibraries:\ntargets:\nvolumes:\n", File{
			Name: "dir", Env: []string{"A=b"}, Labels: map[string]string{"A": "b"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Path, c.want.Dir = "dir/Kraftfile", "dir"
			got, err := Parse([]byte(c.in), "dir/Kraftfile")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got\n%+v\nwant\n%+v", *got, c.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                                                                    "K:1: the file is empty; start it with spec: v0.6",
		"# nothing\n":                                                         "K:1: the file is empty; start it with spec: v0.6",
		"name: x\n":                                                           "K:1: the file does not say which specification it follows; add spec: v0.6",
		"spec: v0.5\n":                                                        "K:1: Cairn reads specification v0.6, not v0.5; change the file to spec: v0.6",
		"spec: v0.6\nspecification: v0.6\n":                                   "K:2: spec and specification mean the same; remove one",
		"- a\n":                                                               "K:1: a Kraftfile must be a list of KEY: VALUE lines",
		"spec: v0.6\n  bad\n: x\n":                                            "K:2: this is not YAML: did not find expected key",
		"spec: v0.6\nname: [\n":                                               "K:2: this is not YAML: did not find expected node content",
		"spec: v0.6\n---\na: b\n":                                             "K:2: the file has a second document; a Kraftfile has one",
		"spec: v0.6\nname: [a]\n":                                             "K:2: name must be a text",
		"spec: v0.6\nname:\n":                                                 "K:2: name must be a text",
		"spec: v0.6\nname: a\nname: b\n":                                      "K:3: name is given twice; remove one",
		"spec: v0.6\nvolume: []\n":                                            `K:2: a Kraftfile has no key "volume"; did you mean volumes?`,
		"spec: v0.6\nx-extension: 1\n":                                        `K:2: a Kraftfile has no key "x-extension"`,
		"spec: v0.6\n? [a]\n: b\n":                                            "K:2: a key must be a plain word",
		"spec: v0.6\n<<: {name: a}\n":                                         "K:2: << is not supported; write the keys out",
		"spec: v0.6\ntemplate: app/x\n":                                       "K:2: template is not supported; copy what you need from the template into this file",
		"spec: v0.6\nruntime: base:latest\n":                                  "K:2: runtime is not supported, for Cairn builds its own kernel; remove it and put the program into rootfs",
		"spec: v0.6\nunikraft: ssh://x/y\n":                                   "K:2: unikraft cannot come from ssh://x/y: Cairn is built from its own sources; write stable",
		"spec: v0.6\nunikraft: 70bc0af\n":                                     "K:2: unikraft has no version 70bc0af: use stable or a release such as v0.19",
		"spec: v0.6\nunikraft: [a]\n":                                         "K:2: unikraft must be a list of KEY: VALUE lines",
		"spec: v0.6\nunikraft:\n  source: x\n":                                "K:3: unikraft cannot have a source: Cairn is built from its own sources; remove the line",
		"spec: v0.6\nunikraft:\n  kconig: []\n":                               `K:3: unikraft has no key "kconig"; did you mean kconfig?`,
		"spec: v0.6\nunikraft:\n  kconfig:\n    A: y\n":                       "K:4: options start with CONFIG_; write CONFIG_A",
		"spec: v0.6\nunikraft:\n  kconfig: [CONFIG_A]\n":                      `K:3: kconfig: "CONFIG_A" must have the form NAME=VALUE`,
		"spec: v0.6\nunikraft:\n  kconfig: a\n":                               "K:3: kconfig must be a list of NAME=VALUE or a map",
		"spec: v0.6\nunikraft:\n  kconfig: {CONFIG_A: }\n":                    `K:3: kconfig: CONFIG_A needs a value; write "" for an empty one`,
		"spec: v0.6\nunikraft:\n  kconfig: ['CONFIG_A-=y']\n":                 `K:3: "CONFIG_A-=y" is not of the form CONFIG_NAME=VALUE`,
		"spec: v0.6\nlibraries: [a]\n":                                        "K:2: libraries must be a map from each library's name to its version",
		"spec: v0.6\nlibraries: {a b: stable}\n":                              `K:2: "a b" cannot be the name of a library`,
		"spec: v0.6\nlibraries:\n  a:\n    source: x\n":                       "K:4: library a cannot have a source: Cairn is built from its own sources; remove the line",
		"spec: v0.6\ntargets: qemu/x86_64\n":                                  "K:2: targets must be a list, such as - qemu/x86_64",
		"spec: v0.6\ntargets:\n- qemu\n":                                      `K:3: a target is PLATFORM/ARCHITECTURE, such as qemu/x86_64, not "qemu"`,
		"spec: v0.6\ntargets:\n- qeemu/x86_64\n":                              `K:3: there is no platform "qeemu"; did you mean qemu?; Cairn builds for qemu/x86_64`,
		"spec: v0.6\ntargets:\n- qemu/x86\n":                                  `K:3: there is no architecture "x86"; did you mean x86_64?; Cairn builds for qemu/x86_64`,
		"spec: v0.6\ntargets:\n- plat: qemu\n":                                "K:3: a target needs a platform and an architecture, such as qemu/x86_64",
		"spec: v0.6\ntargets:\n- plat: qemu\n  platform: x\n  arch: arm\n":    "K:4: platform is given twice, once by its short name; remove one",
		"spec: v0.6\nrootfs: ./Dockerfile\n":                                  "K:2: a rootfs made by a Dockerfile is not supported; name a directory, a cpio or a tar archive",
		"spec: v0.6\nrootfs: {source: x, type: erofs}\n":                      "K:2: a rootfs of type erofs is not supported; use dir, cpio, tar",
		"spec: v0.6\nrootfs: {type: dir}\n":                                   "K:2: rootfs needs the path of a directory, a cpio or a tar archive",
		"spec: v0.6\nrootfs: [a, b]\n":                                        "K:2: rootfs must be a list of KEY: VALUE lines",
		"spec: v0.6\ncmd: \"a 'b\"\n":                                         "K:2: a quote in cmd is not closed",
		"spec: v0.6\ncmd: {a: b}\n":                                           "K:2: cmd must be a list",
		"spec: v0.6\ncmd: [a, [b]]\n":                                         "K:2: every item of cmd must be a text",
		"spec: v0.6\ncmd: [\"a\\0b\"]\n":                                      "K:2: cmd has a NUL character, which no argument can have",
		"spec: v0.6\nenv: [HOME]\n":                                           `K:2: env: "HOME" must have the form NAME=VALUE`,
		"spec: v0.6\nenv: [A=b, A=c]\n":                                       "K:2: A is given twice; remove one",
		"spec: v0.6\nenv: {A: }\n":                                            `K:2: env: A needs a value; write "" for an empty one`,
		"spec: v0.6\nenv: {\"A=B\": c}\n":                                     `K:2: "A=B" cannot be an environment variable`,
		"spec: v0.6\nvolumes: [./data]\n":                                     `K:2: a volume is HOST:GUEST or HOST:GUEST:ro, such as ./data:/data, not "./data"`,
		"spec: v0.6\nvolumes: [./data:data]\n":                                `K:2: the path in the guest must start with /, and "data" does not`,
		"spec: v0.6\nvolumes: [./data:/..]\n":                                 "K:2: a volume cannot be the root; use rootfs for that",
		"spec: v0.6\nvolumes: [a:/b:zz]\n":                                    `K:2: a volume is HOST:GUEST or HOST:GUEST:ro, such as ./data:/data, not "a:/b:zz"`,
		"spec: v0.6\nvolumes:\n- source: a\n":                                 "K:3: a volume needs a path on the host and one in the guest, such as ./data:/data",
		"spec: v0.6\nvolumes:\n- {source: a, destination: /b, driver: nfs}\n": `K:3: there is no volume driver "nfs"; use one of 9pfs, virtiofs, initrd`,
		"spec: v0.6\nvolumes:\n- {source: a, destination: /b, readOnly: 3}\n": "K:3: readOnly must be true or false",
		"spec: v0.6\nvolumes:\n- {source: a, destination: /b, mode: 7}\n":     "K:3: the mode of a volume is not supported; files have the modes they have on the host",
		"spec: v0.6\nvolumes: {a: /b}\n":                                      "K:2: volumes must be a list, such as - ./data:/data",
		"spec: v0.6\nnme: x\ncdm: y\n":                                        "K:2: a Kraftfile has no key \"nme\"; did you mean name?\nK:3: a Kraftfile has no key \"cdm\"",
	} {
		_, err := Parse([]byte(in), "K")
		if err == nil || err.Error() != want {
			t.Errorf("%q\ngot  %v\nwant %s", in, err, want)
		}
	}
}

func TestTooLarge(t *testing.T) {
	_, err := Parse(make([]byte, maxSize+1), "K")
	if want := "K: the file is larger than 1 MiB; this is no Kraftfile"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestTarget(t *testing.T) {
	const several = "targets:\n- {name: a, plat: qemu, arch: x86_64}\n- {name: b, plat: qemu, arch: x86_64}\n- fc/x86_64\n"
	for _, c := range []struct{ targets, name, want string }{
		{"", "", "qemu/x86_64"},
		{"", "qemu/x86_64", "qemu/x86_64"},
		{"targets: [qemu/x86_64, xen/arm64]\n", "", "qemu/x86_64"},
		{"targets: [qemu/x86_64, xen/arm64]\n", "kvm/x86_64", "qemu/x86_64"},
		{"targets: [qemu/x86_64, xen/arm64]\n", "xen/arm64", "K:2: Cairn cannot build for xen/arm64; it can for qemu/x86_64"},
		{"targets: [qemu/x86_64, xen/arm64]\n", "x", "K: there is no target x; there are qemu/x86_64, xen/arm64"},
		{"targets: [fc/x86_64, xen/arm64]\n", "", "K:2: Cairn can build for none of the targets; add qemu/x86_64"},
		{several, "", "K: several targets fit; choose one by its name: a, b, firecracker/x86_64"},
		{several, "b", "qemu/x86_64"},
		{several, "fc/x86_64", "K:5: Cairn cannot build for firecracker/x86_64; it can for qemu/x86_64"},
	} {
		f, err := Parse([]byte("spec: v0.6\n"+c.targets), "K")
		if err != nil {
			t.Fatal(err)
		}
		target, err := f.Target(c.name)
		got := target.String()
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q in %q: got %s, want %s", c.name, c.targets, got, c.want)
		}
	}
}

func TestAssignments(t *testing.T) {
	f, err := Parse([]byte(`spec: v0.6
unikraft: {kconfig: [CONFIG_A=1, CONFIG_LIBPOSIX_PIPE=n, CONFIG_B=1]}
libraries:
  posix-pipe: {kconfig: {CONFIG_A: 2}}
  libfoo: stable
targets:
- {plat: qemu, arch: x86_64, kconfig: {CONFIG_B: 3}}
`), "K")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range f.Assignments(f.Targets[0]) {
		got = append(got, fmt.Sprintf("%s=%s@%d", a.Name, a.Value, a.Pos.Line))
	}
	if s := strings.Join(got, " "); s != "LIBFOO=y@5 LIBPOSIX_PIPE=n@2 A=2@4 B=3@7" {
		t.Errorf("got %s", s)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "there is no Kraftfile here") {
		t.Errorf("got %v", err)
	}
	for i, name := range Names {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, fmt.Appendf(nil, "spec: v0.6\nname: n%d\n", i), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, file} {
			f, err := Open(path)
			if err != nil || f.Name != fmt.Sprintf("n%d", i) || f.Dir != dir || f.Path != file {
				t.Errorf("%s: got %+v, %v", name, f, err)
			}
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Kraftfile", "kraft.yml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "several Kraftfiles: Kraftfile, kraft.yml; remove all but one") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(filepath.Join(dir, "nosuch")); err == nil {
		t.Error("no error for a missing file")
	}
}

// FuzzParse checks that no file makes Parse panic, and that what it returns is
// fit for use.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"spec: v0.6\nname: a\ncmd: a 'b c' -- d\nenv: {A: b}\nvolumes: [a:/b:ro]\n",
		"spec: v0.6\ntargets: [qemu/x86_64, {plat: fc, arch: arm64, kconfig: [CONFIG_A=y]}]\n",
		"spec: v0.6\nunikraft: {version: stable, kconfig: {CONFIG_A: \"y\"}}\nlibraries: {a: &x stable, b: *x}\n",
		"spec: v0.6\nrootfs: {source: x, type: cpio}\nlabels: [a=b]\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data, "K")
		if err != nil {
			return
		}
		for _, v := range file.Volumes {
			if v.Source == "" || !strings.HasPrefix(v.Destination, "/") {
				t.Errorf("volume %+v", v)
			}
		}
		for _, e := range file.Env {
			if i := strings.IndexByte(e, '='); i < 1 || strings.ContainsRune(e, 0) {
				t.Errorf("environment %q", e)
			}
		}
		target, err := file.Target("")
		if err != nil {
			return
		}
		for _, a := range file.Assignments(target) {
			if a.Name == "" {
				t.Errorf("assignment %+v", a)
			}
		}
	})
}
