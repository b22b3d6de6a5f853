package kconfig

import (
	"strings"
	"testing"
)

const libs = `config LIBTASK
	bool "tasks"

config LIBFDTAB
	bool "descriptor tables"
	depends on LIBTASK

config LIBPIPE
	bool "pipes"
	depends on LIBFDTAB

config LIBSHELL
	bool "shell"
	select LIBPIPE

config LIBNET
	bool "net"
	select LIBBUF

config LIBBUF
	bool

config BUFS
	int "buffers"
	range 4 64
	default 8
	depends on LIBNET

config NAME
	string "name" if LIBNET
	default "cairn"

choice
	prompt "platform"
	default PLAT_MICROVM
config PLAT_MICROVM
	bool "microvm"
config PLAT_Q35
	bool "q35"
endchoice

menu "extra"
	visible if LIBTASK
config EXTRA
	bool "extra"
endmenu
`

func TestSet(t *testing.T) {
	for name, c := range map[string]struct{ sets, want string }{
		"plain":     {"LIBTASK=y", ""},
		"prefix":    {"CONFIG_LIBTASK=y", ""},
		"in order":  {"LIBTASK=y LIBFDTAB=y LIBPIPE=y", ""},
		"unmet":     {"LIBPIPE=y", "CONFIG_LIBPIPE=y: LIBPIPE depends on LIBFDTAB (Kconfig:8), but LIBFDTAB is n: LIBFDTAB depends on LIBTASK (Kconfig:4): LIBTASK is n"},
		"unknown":   {"LIBTSK=y", "there is no option CONFIG_LIBTSK; did you mean LIBTASK?"},
		"strange":   {"ZZZZZZZZZZ=y", "there is no option CONFIG_ZZZZZZZZZZ"},
		"module":    {"LIBTASK=m", "CONFIG_LIBTASK=m: there are no loadable modules; use y or n"},
		"not bool":  {"LIBTASK=1", "CONFIG_LIBTASK=1: the option is a bool; use y or n"},
		"not int":   {"LIBNET=y BUFS=0x8", "CONFIG_BUFS=0x8: the option is an int; use a decimal number"},
		"range":     {"LIBNET=y BUFS=65", "CONFIG_BUFS=65: BUFS must be from 4 to 64"},
		"int unmet": {"BUFS=9", "CONFIG_BUFS=9: BUFS depends on LIBNET (Kconfig:23), but LIBNET is n"},
		"no prompt": {"LIBBUF=y", "CONFIG_LIBBUF=y: LIBBUF has no prompt (Kconfig:20) and cannot be set; it is selected by LIBNET"},
		"prompt if": {"NAME=x", `CONFIG_NAME="x": NAME can be set only if LIBNET (Kconfig:29), but LIBNET is n`},
		"visible":   {"EXTRA=y", "CONFIG_EXTRA=y: EXTRA is visible only if LIBTASK (Kconfig:44), but LIBTASK is n"},
		"selected":  {"LIBNET=y LIBTASK=y LIBFDTAB=y LIBSHELL=y LIBPIPE=n", "CONFIG_LIBPIPE=n: LIBPIPE is y, selected by LIBSHELL (Kconfig:14): LIBSHELL is y, set by the user"},
		"choice":    {"PLAT_Q35=y", ""},
		"choice n":  {"PLAT_MICROVM=n", `CONFIG_PLAT_MICROVM=n: choice "platform" must have one member that is y; set another one to y`},
		"other n":   {"PLAT_Q35=n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mustTree(t, libs).NewConfig()
			var err error
			for s := range strings.FieldsSeq(c.sets) {
				n, v, _ := strings.Cut(s, "=")
				if err = cfg.Set(n, v); err != nil {
					if got, _ := cfg.Get(n); got == v {
						t.Errorf("%s was set despite the error", n)
					}
					break
				}
				if got, _ := cfg.Get(n); got != v {
					t.Errorf("%s is %s, want %s", n, got, v)
				}
			}
			if got := errText(err); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct{ dot, want string }{
		"fine": {"CONFIG_LIBTASK=y\n", ""},
		"unmet": {"CONFIG_LIBFDTAB=y\n",
			"d:1: CONFIG_LIBFDTAB=y: LIBFDTAB depends on LIBTASK (Kconfig:4), but LIBTASK is n"},
		"unmet select": {"CONFIG_LIBSHELL=y\n",
			"Kconfig:14: LIBSHELL selects LIBPIPE, but LIBPIPE depends on LIBFDTAB (Kconfig:8), and LIBFDTAB is n: " +
				"LIBFDTAB depends on LIBTASK (Kconfig:4): LIBTASK is n; LIBSHELL is y, set by the user (d:1)"},
		"two": {"CONFIG_LIBFDTAB=y\nCONFIG_BUFS=7\n",
			"d:1: CONFIG_LIBFDTAB=y: LIBFDTAB depends on LIBTASK (Kconfig:4), but LIBTASK is n\n" +
				"d:2: CONFIG_BUFS=7: BUFS depends on LIBNET (Kconfig:23), but LIBNET is n"},
		"n selected": {"# CONFIG_LIBTASK is not set\n# CONFIG_LIBPIPE is not set\nCONFIG_LIBNET=y\n", ""},
		"any order":  {"CONFIG_LIBPIPE=y\nCONFIG_LIBFDTAB=y\nCONFIG_LIBTASK=y\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mustTree(t, libs).NewConfig()
			if _, err := cfg.ReadDotConfig(strings.NewReader(c.dot), "d"); err != nil {
				t.Fatal(err)
			}
			if got := errText(cfg.Check()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			cfg.OldDefconfig()
			if c.want != "" && name != "unmet select" && cfg.Check() != nil {
				t.Errorf("after OldDefconfig: %v", cfg.Check())
			}
		})
	}
}

func TestApply(t *testing.T) {
	cfg := mustTree(t, libs).NewConfig()
	notes, err := cfg.Apply([]Assignment{{Name: "CONFIG_LIBPIPE", Value: "y"}, {Name: "LIBFDTAB", Value: "y"}, {Name: "LIBTASK", Value: "y"}})
	if err != nil || len(notes) > 0 || !cfg.Enabled("LIBPIPE") {
		t.Fatalf("notes %v, error %v", notes, err)
	}
	_, err = cfg.Apply([]Assignment{{Name: "LIBTASK", Value: "n", Pos: Pos{"Kraftfile", 3}}, {Name: "NOSUCH", Value: "y", Pos: Pos{"Kraftfile", 4}}})
	if got, want := errText(err), "Kraftfile:4: there is no option CONFIG_NOSUCH"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !cfg.Enabled("LIBTASK") {
		t.Error("a failed Apply changed something")
	}
	if _, err := cfg.Apply([]Assignment{{Name: "BUFS", Value: "9", Pos: Pos{"Kraftfile", 5}}}); err == nil || !strings.HasPrefix(err.Error(), "Kraftfile:5: CONFIG_BUFS=9: BUFS depends on LIBNET") {
		t.Errorf("got %v", err)
	}
}

func TestParseAssignment(t *testing.T) {
	for in, want := range map[string]Assignment{
		"CONFIG_A=y":        {Name: "A", Value: "y"},
		"A=":                {Name: "A"},
		`CONFIG_A="x \" y"`: {Name: "A", Value: `x " y`},
		"A=b=c":             {Name: "A", Value: "b=c"},
	} {
		if got, err := ParseAssignment(in); got != want || err != nil {
			t.Errorf("%s: got %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "A", "=y", "A B=y", `A="x`, `A="x"y`} {
		if _, err := ParseAssignment(in); err == nil {
			t.Errorf("%q: no error", in)
		}
	}
}

var renames = Renames{
	"PIDS":      {To: "LIBTASK"},
	"CLONE":     {To: "LIBTASK"},
	"INIT_PIDS": {Text: "the first process always has an identifier; remove the line"},
}

func TestRenames(t *testing.T) {
	for name, c := range map[string]struct{ dot, value, notes string }{
		"one":     {"CONFIG_PIDS=y\n", "y", "d:1: warning: CONFIG_PIDS is now called CONFIG_LIBTASK; please change it"},
		"y wins":  {"CONFIG_PIDS=y\n# CONFIG_CLONE is not set\n", "y", "d:1: warning: CONFIG_PIDS is now called CONFIG_LIBTASK; please change it\nd:2: warning: CONFIG_CLONE is now called CONFIG_LIBTASK; please change it"},
		"y last":  {"# CONFIG_CLONE is not set\nCONFIG_PIDS=y\n", "y", "d:1: warning: CONFIG_CLONE is now called CONFIG_LIBTASK; please change it\nd:2: warning: CONFIG_PIDS is now called CONFIG_LIBTASK; please change it"},
		"new n":   {"# CONFIG_LIBTASK is not set\nCONFIG_PIDS=y\n", "n", "d:2: warning: CONFIG_PIDS is now called CONFIG_LIBTASK; please change it"},
		"gone":    {"CONFIG_INIT_PIDS=y\n", "n", "d:1: warning: CONFIG_INIT_PIDS is gone: the first process always has an identifier; remove the line"},
		"gone n":  {"# CONFIG_INIT_PIDS is not set\n", "n", ""},
		"unknown": {"CONFIG_LIBTASKS=y\n", "n", "d:1: warning: there is no option CONFIG_LIBTASKS; did you mean LIBTASK?; the line is ignored"},
		"twice":   {"CONFIG_LIBTASK=y\n# CONFIG_LIBTASK is not set\n", "n", "d:2: warning: CONFIG_LIBTASK is already set at line 1; this line wins"},
		"choice":  {"CONFIG_PLAT_MICROVM=y\nCONFIG_PLAT_Q35=y\n", "n", "d:2: warning: CONFIG_PLAT_Q35 overrides CONFIG_PLAT_MICROVM of line 1; only one of a choice can be y"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mustTree(t, libs).NewConfig()
			cfg.Renames = renames
			notes, err := cfg.ReadDotConfig(strings.NewReader(c.dot), "d")
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, n := range notes {
				lines = append(lines, n.String())
			}
			if got := strings.Join(lines, "\n"); got != c.notes {
				t.Errorf("got  %s\nwant %s", got, c.notes)
			}
			if v, _ := cfg.Get("LIBTASK"); v != c.value {
				t.Errorf("LIBTASK is %s", v)
			}
		})
	}
	cfg := mustTree(t, libs).NewConfig()
	cfg.Renames = renames
	notes, err := cfg.Apply([]Assignment{{Name: "CONFIG_CLONE", Value: "y"}})
	if err != nil || len(notes) != 1 || !cfg.Enabled("LIBTASK") {
		t.Errorf("Apply: notes %v, error %v", notes, err)
	}
	if got := errText(cfg.Set("PIDS", "y")); got != "CONFIG_PIDS is now called CONFIG_LIBTASK; use that name" {
		t.Errorf("Set: %s", got)
	}
}

func TestDotConfigErrors(t *testing.T) {
	for in, want := range map[string]string{
		"LIBTASK=y\n":                   `d:1: "LIBTASK=y" is neither CONFIG_NAME=VALUE nor a # comment`,
		"\n\nCONFIG_LIBTASK\n":          `d:3: "CONFIG_LIBTASK" is neither CONFIG_NAME=VALUE nor a # comment`,
		"CONFIG_LIBTASK=m\n":            "d:1: CONFIG_LIBTASK=m: there are no loadable modules; use y or n",
		"CONFIG_LIBTASK=yes\n":          "d:1: CONFIG_LIBTASK=yes: the option is a bool; use y or n",
		"# x\r\nCONFIG_BUFS=many\r\n":   "d:2: CONFIG_BUFS=many: the option is an int; use a decimal number",
		"CONFIG_NAME=x\n":               "d:1: CONFIG_NAME is a string; write its value in double quotes",
		"CONFIG_NAME=\"x\n":             "d:1: CONFIG_NAME is a string; write its value in double quotes",
		"CONFIG_A B=y\n":                `d:1: "CONFIG_A B=y" is neither CONFIG_NAME=VALUE nor a # comment`,
		strings.Repeat("x", 2<<20):      "d: bufio.Scanner: token too long",
		"CONFIG_LIBTASK=y\nCONFIG_=y\n": `d:2: "CONFIG_=y" is neither CONFIG_NAME=VALUE nor a # comment`,
	} {
		cfg := mustTree(t, libs).NewConfig()
		_, err := cfg.ReadDotConfig(strings.NewReader(in), "d")
		if got := errText(err); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if cfg.Enabled("LIBTASK") {
			t.Error("a failed ReadDotConfig changed something")
		}
	}
}

func TestOldDefconfigNotes(t *testing.T) {
	cfg := mustTree(t, libs).NewConfig()
	if _, err := cfg.ReadDotConfig(strings.NewReader("CONFIG_LIBNET=y\nCONFIG_BUFS=1000\nCONFIG_LIBPIPE=y\n"), "d"); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, n := range cfg.OldDefconfig() {
		lines = append(lines, n.String())
	}
	want := "d:3: warning: dropped: CONFIG_LIBPIPE=y: LIBPIPE depends on LIBFDTAB (Kconfig:8), but LIBFDTAB is n: LIBFDTAB depends on LIBTASK (Kconfig:4): LIBTASK is n\n" +
		"d:2: warning: dropped: CONFIG_BUFS=1000: BUFS must be from 4 to 64"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if v, _ := cfg.Get("BUFS"); v != "8" {
		t.Errorf("BUFS is %s, want its default 8", v)
	}
}

func TestDiffCloneUnset(t *testing.T) {
	a := mustTree(t, libs).NewConfig()
	b := a.Clone()
	for _, s := range []string{"LIBNET=y", "NAME=pile of stones", "PLAT_Q35=y"} {
		n, v, _ := strings.Cut(s, "=")
		if err := b.Set(n, v); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for _, d := range Diff(a, b) {
		lines = append(lines, d.String())
	}
	want := "LIBNET n -> y; LIBBUF (absent) -> y; BUFS (absent) -> 8; NAME \"cairn\" -> \"pile of stones\"; PLAT_MICROVM y -> n; PLAT_Q35 n -> y"
	if got := strings.Join(lines, "; "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, n := range []string{"LIBNET", "NAME", "PLAT_Q35"} {
		if err := b.Unset(n); err != nil {
			t.Fatal(err)
		}
	}
	if d := Diff(a, b); len(d) > 0 {
		t.Errorf("after Unset: %v", d)
	}
}

func TestExplain(t *testing.T) {
	cfg := mustTree(t, libs+`
config DERIVED
	def_bool LIBNET && !LIBTASK
config IMPLIED
	bool "implied"
config IMPLIER
	def_bool y
	imply IMPLIED
`).NewConfig()
	if err := cfg.Set("LIBNET", "y"); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Set("BUFS", "16"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"LIBNET":   "LIBNET=y: set by the user\n",
		"LIBBUF":   "LIBBUF=y: selected by LIBNET (Kconfig:18)\n  LIBNET=y: set by the user\n",
		"LIBPIPE":  "LIBPIPE=n: depends on LIBFDTAB, which does not hold (Kconfig:8)\n  LIBFDTAB=n: depends on LIBTASK, which does not hold (Kconfig:4)\n    LIBTASK=n: not set, and no default applies (Kconfig:1)\n",
		"BUFS":     "BUFS=16: set by the user\n",
		"NAME":     "NAME=\"cairn\": default \"cairn\" (Kconfig:31)\n",
		"PLAT_Q35": "PLAT_Q35=n: another member of choice \"platform\" is selected (Kconfig:33)\n  choice \"platform\"=y: PLAT_MICROVM is selected by default (Kconfig:33)\n",
		"EXTRA":    "EXTRA=n: is visible only if LIBTASK, which does not hold (Kconfig:44)\n  LIBTASK=n: not set, and no default applies (Kconfig:1)\n",
		"DERIVED":  "DERIVED=y: default LIBNET && !LIBTASK (Kconfig:49)\n  LIBNET=y: set by the user\n  LIBTASK=n: not set, and no default applies (Kconfig:1)\n",
		"IMPLIED":  "IMPLIED=y: implied by IMPLIER (Kconfig:54)\n  IMPLIER=y: default y (Kconfig:53)\n",
	} {
		r, err := cfg.Explain(name)
		if err != nil {
			t.Fatal(err)
		}
		if r.String() != want {
			t.Errorf("got\n%swant\n%s", r, want)
		}
	}
	if _, err := cfg.Explain("NOSUCH"); err == nil {
		t.Error("no error for an unknown symbol")
	}
}

// TestTextDefaults checks int and hex symbols that nobody gave a value.
func TestTextDefaults(t *testing.T) {
	dot, def := written(t, mustTree(t, "config I\n\tint \"i\"\nconfig H\n\thex \"h\"\nconfig S\n\tstring \"s\"\n").NewConfig())
	if !strings.HasSuffix(dot, "CONFIG_I=0\nCONFIG_H=0x0\nCONFIG_S=\"\"\n") || def != "" {
		t.Errorf("got %s and %s", dot, def)
	}
}
