package kconfig

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestErrors checks that every mistake gets its one clear line.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"unknown":       {"confg A\n", `Kconfig:1: unknown statement "confg"; did you mean config?`},
		"operator":      {"= y\n", `Kconfig:1: a statement cannot start with "="`},
		"stray":         {"config A\n\tbool \"a\"\n\nendmenu\n", "Kconfig:4: endmenu closes nothing in this file; remove it or open its block here"},
		"orphan":        {"default y\n", "Kconfig:1: default must follow the entry it belongs to"},
		"open menu":     {"menu \"M\"\nconfig A\n\tbool\n", "Kconfig:1: this block is not closed in its file; add endmenu"},
		"open if":       {"\nif A\n", "Kconfig:2: this block is not closed in its file; add endif"},
		"open choice":   {"choice\n\tprompt \"x\"\n", "Kconfig:1: this block is not closed in its file; add endchoice"},
		"crossed":       {"menu \"M\"\nif A\nendmenu\nendif\n", "Kconfig:3: endmenu closes nothing in this file; remove it or open its block here"},
		"no name":       {"config\n", "Kconfig:1: config takes the name of one symbol"},
		"bad name":      {"config A-B\n", `Kconfig:1: "A-B" cannot be the name of a symbol; use letters, digits and _`},
		"no type":       {"config A\n\tdefault y\n", "Kconfig:1: A has no type; add bool, int, hex or string"},
		"two types":     {"config A\n\tbool\n\tint\n", "Kconfig:3: A is already of type bool; a symbol has one type"},
		"two prompts":   {"config A\n\tbool \"a\"\n\tprompt \"b\"\n", `Kconfig:3: this entry already has the prompt "a"; remove one`},
		"empty prompt":  {"config A\n\tbool \"\"\n", "Kconfig:2: the prompt is empty; give it a text, or leave it out"},
		"bare prompt":   {"config A\n\tbool a\n", "Kconfig:2: a prompt is one quoted text, with if COND at most after it"},
		"open string":   {"config A\n\tbool \"a\n", "Kconfig:2: the string is not closed on this line; add a \""},
		"open last":     {"config A\n\tbool 'a", "Kconfig:2: the string is not closed; add a '"},
		"character":     {"config A\n\tbool \"a\"; y\n", "Kconfig:2: unexpected character ';'; quote the value if it belongs to a string"},
		"module":        {"config A\n\ttristate \"a\"\n\tdefault m\n", "Kconfig:3: m stands for a loadable module, and there are none here; use y or n"},
		"module expr":   {"config A\n\tbool \"a\"\n\tdepends on B=m\n", "Kconfig:3: m stands for a loadable module, and there are none here; use y or n"},
		"module text":   {"config A\n\tbool \"a\"\n\tdefault \"m\"\n", "Kconfig:3: m stands for a loadable module, and there are none here; use y or n"},
		"modules":       {"config A\n\tbool \"a\"\n\tmodules\n", "Kconfig:3: there are no loadable modules here; remove the line"},
		"option":        {"config A\n\tbool \"a\"\n\toption defconfig_list\n", `Kconfig:3: the only option supported is env="NAME"; remove the line`},
		"expr end":      {"config A\n\tbool\n\tdepends on B &&\n", "Kconfig:3: the expression ends where a symbol or value is expected"},
		"expr op":       {"config A\n\tbool\n\tdepends on && B\n", `Kconfig:3: the expression has "&&" where a symbol or value is expected`},
		"expr paren":    {"config A\n\tbool\n\tdepends on (B || C\n", "Kconfig:3: a ) is missing in the expression"},
		"expr rest":     {"config A\n\tbool\n\tdepends on B C\n", `Kconfig:3: unexpected "C" after the expression B`},
		"no on":         {"config A\n\tbool\n\tdepends B\n", "Kconfig:3: write depends on EXPRESSION"},
		"visible":       {"menu \"M\"\n\tvisible B\nendmenu\n", "Kconfig:2: write visible if EXPRESSION"},
		"wrong place":   {"menu \"M\"\n\tselect B\nendmenu\n", "Kconfig:2: select is not allowed here, in the entry at line 1"},
		"select what":   {"config A\n\tbool\n\tselect B && C\n", "Kconfig:3: select takes the name of one symbol: select NAME [if COND]"},
		"select int":    {"config A\n\tbool\n\tselect B\nconfig B\n\tint\n", "Kconfig:3: A cannot select B, which is of type int; only a bool can be selected or implied"},
		"int selects":   {"config A\n\tint\n\tselect B\nconfig B\n\tbool\n", "Kconfig:3: only a bool can select, and A is of type int"},
		"range bool":    {"config A\n\tbool\n\trange 1 2\n", "Kconfig:3: range is for int and hex, and A is of type bool"},
		"range word":    {"config A\n\tint\n\trange 1 x\n", "Kconfig:3: A is of type int, and the bound x is none"},
		"range one":     {"config A\n\tint\n\trange 1\n", "Kconfig:3: range takes two numbers or symbols: range LOW HIGH [if COND]"},
		"default int":   {"config A\n\tint\n\tdefault many\n", "Kconfig:3: A is of type int, and the default many is none"},
		"default expr":  {"config A\n\tstring\n\tdefault B && C\n", "Kconfig:3: A is of type string; its default must be one value or symbol, not B && C"},
		"help text":     {"config A\n\tbool\n\thelp me\n", "Kconfig:3: the help text must start on the next line"},
		"choice type":   {"choice\n\tint \"x\"\nendchoice\n", "Kconfig:2: a choice cannot be of type int; use bool"},
		"choice mute":   {"choice\nconfig A\n\tbool \"a\"\nendchoice\n", "Kconfig:1: the choice has no prompt; add prompt \"TEXT\""},
		"member mute":   {"choice\n\tprompt \"x\"\nconfig A\n\tbool\nendchoice\n", "Kconfig:3: A is a member of a choice and needs a prompt"},
		"select choice": {"config A\n\tbool\n\tselect C\nchoice C\n\tprompt \"x\"\nconfig M\n\tbool \"m\"\nendchoice\n", "Kconfig:3: A cannot select a choice"},
		"choice twice":  {"choice C\n\tprompt \"x\"\nendchoice\nchoice C\nendchoice\n", "Kconfig:4: C is already declared at Kconfig:1; a choice must have a name of its own"},
		"choice config": {"choice C\n\tprompt \"x\"\nendchoice\nconfig C\n\tbool\n", "Kconfig:4: C is already the name of a choice at Kconfig:1"},
		"member int":    {"choice\n\tprompt \"x\"\nconfig A\n\tint \"a\"\nendchoice\n", "Kconfig:3: A is a member of a choice and must be bool, not int"},
		"member deflt":  {"choice\n\tprompt \"x\"\nconfig A\n\tbool \"a\"\n\tdefault y\nendchoice\n", "Kconfig:5: A is a member of a choice; put the default on the choice"},
		"choice deflt":  {"choice\n\tprompt \"x\"\n\tdefault B\nconfig A\n\tbool \"a\"\nendchoice\n", "Kconfig:3: the default of a choice must be one of its members, and B is none"},
		"choice menu":   {"choice\n\tprompt \"x\"\nmenu \"m\"\nendmenu\nendchoice\n", "Kconfig:3: menu cannot stand in a choice"},
		"choice nest":   {"choice\n\tprompt \"x\"\nif A\nchoice\nendchoice\nendif\nendchoice\n", "Kconfig:4: choice cannot stand in a choice"},
		"source":        {"source \"nosuch\"\n", "Kconfig:1: nosuch does not exist; if it may be missing, say osource"},
		"source glob":   {"source \"no*such\"\n", "Kconfig:1: no*such does not exist; if it may be missing, say osource"},
		"source out":    {"source \"../x\"\n", "Kconfig:1: ../x is outside the tree; name it relative to the tree's root"},
		"source abs":    {"source \"/etc/passwd\"\n", "Kconfig:1: /etc/passwd is outside the tree; name it relative to the tree's root"},
		"source self":   {"source \"Kconfig\"\n", "Kconfig:1: Kconfig sources itself: Kconfig -> Kconfig"},
		"mainmenu":      {"menu \"m\"\nmainmenu \"x\"\nendmenu\n", "Kconfig:2: mainmenu must stand outside all blocks"},
		"macro open":    {"config A\n\tstring\n\tdefault \"$(x\"\n", "Kconfig:3: $( is not closed on this line; add a )"},
		"macro self":    {"a = $(b)\nb = $(a)\nconfig A\n\tstring\n\tdefault \"$(a)\"\n", "Kconfig:5: $(a) refers to itself"},
		"macro fn":      {"config A\n\tstring\n\tdefault \"$(nosuch,x)\"\n", "Kconfig:3: there is no function $(nosuch,…)"},
		"macro args":    {"$(info,a,b)\n", "Kconfig:1: $(info) takes 1 arguments, not 2"},
		"macro error":   {"\n$(error-if,y,it is broken)\n", "Kconfig:2: it is broken"},
		"macro shell":   {"x := $(shell,echo hi)\n", "Kconfig:1: $(shell,…) is not allowed here; set the value with a variable or an option instead"},
		"loop":          {"config A\n\tbool \"a\"\n\tdepends on B\nconfig B\n\tbool \"b\"\n\tdepends on C\nconfig C\n\tbool \"c\"\n\tdepends on A\n", "dependency loop: A depends on B (Kconfig:1), which depends on C (Kconfig:4), which depends on A (Kconfig:7); remove one of these"},
		"loop select":   {"config A\n\tbool \"a\"\n\tselect B\nconfig B\n\tbool \"b\"\n\tselect A\n", "Kconfig:6: dependency loop: A is selected by B (Kconfig:6), which is selected by A (Kconfig:3); remove one of these"},
		"loop self":     {"config A\n\tbool \"a\"\n\tdepends on !A\n", "Kconfig:1: dependency loop: A depends on A (Kconfig:1); remove one of these"},
		"loop default":  {"config A\n\tint\n\tdefault B\nconfig B\n\tint\n\tdefault A\n", "Kconfig:3: dependency loop: A defaults to B (Kconfig:3), which defaults to A (Kconfig:6); remove one of these"},
		"loop range":    {"config A\n\tint\n\trange 1 B\nconfig B\n\tint\n\tdefault A\n", "dependency loop: A has a range to B (Kconfig:3), which defaults to A (Kconfig:6)"},
		"loop choice":   {"choice\n\tprompt \"x\"\nconfig A\n\tbool \"a\"\n\tdepends on B\nconfig B\n\tbool \"b\"\nendchoice\n", "dependency loop: A depends on B (Kconfig:3); remove one of these"},
		"loop member":   {"choice\n\tprompt \"x\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\n\tdepends on !A\nconfig C\n\tbool \"c\"\nendchoice\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := memoryTree(map[string]string{"Kconfig": c.in}, Options{})
			if got := errText(err); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got error %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestSource(t *testing.T) {
	files := map[string]string{
		"Kconfig": "dir := lib\nsource \"$(dir)/a/Kconfig\"\nsource \"lib/*/Kconfig.x\"\nosource \"missing\"\n" +
			"orsource \"none/*\"\nsource lib/plain\n",
		"lib/a/Kconfig":   "config A\n\tbool\nrsource \"sub\"\norsource \"nosuch\"\n",
		"lib/a/sub":       "config SUB\n\tbool\n",
		"lib/b/Kconfig.x": "config B\n\tbool\n",
		"lib/a/Kconfig.x": "config AX\n\tbool\n",
		"none/dir/x":      "config NEVER\n\tbool\n",
		"lib/plain":       "config PLAIN\n\tbool\n",
	}
	tree, err := memoryTree(files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Kconfig", "lib/a/Kconfig", "lib/a/sub", "lib/a/Kconfig.x", "lib/b/Kconfig.x", "lib/plain"}
	if !slices.Equal(tree.Files, want) {
		t.Errorf("files %v, want %v", tree.Files, want)
	}
	var names []string
	for _, s := range tree.Symbols() {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "A SUB AX B PLAIN" {
		t.Errorf("symbols %s", got)
	}
}

func TestLoadDirAbsoluteAndShell(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Kconfig": "source \"$(BASE)/sub\"\n",
		"sub":     "config A\n\tstring\n\tdefault \"$(shell,printf 'a\\nb\\n'; ls sub)\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := LoadDir(dir, "Kconfig", Options{Shell: true, Env: func(string) (string, bool) { return dir, true }})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := tree.NewConfig().Get("A"); v != "a b sub" || err != nil {
		t.Errorf("A is %q, %v", v, err)
	}
}

func TestWarnings(t *testing.T) {
	tree := mustTree(t, `$(warning-if,y,careful)
$(warning-if,n,not this)
$(info,for information)
config LIBFOO
	bool "foo"
	depends on LIBBARR
	select 0x10

config LIBBAR
	int "bar"
	default 7
`)
	want := []string{"Kconfig:1: warning: careful", "Kconfig:6: warning: LIBBARR is not defined anywhere; did you mean LIBBAR?"}
	var got []string
	for _, w := range tree.Warnings {
		got = append(got, w.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("warnings %q, want %q", got, want)
	}
	if !slices.Equal(tree.Infos, []string{"for information"}) {
		t.Errorf("infos %q", tree.Infos)
	}
}

func TestEnvOption(t *testing.T) {
	tree, err := memoryTree(map[string]string{"Kconfig": "config V\n\tstring\n\toption env=\"CAIRN_TEST_ENV\"\nconfig W\n\tstring\n\tdefault V\n"}, Options{Env: testEnv})
	if err != nil {
		t.Fatal(err)
	}
	c := tree.NewConfig()
	dot, _ := written(t, c)
	if strings.Contains(dot, "CONFIG_V") || !strings.Contains(dot, "CONFIG_W=\"from env\"\n") {
		t.Errorf("got %s", dot)
	}
}

// TestModulesOff checks what m means when the tree may say it.
func TestModulesOff(t *testing.T) {
	tree, err := memoryTree(map[string]string{"Kconfig": `config MODULES
	bool "modules"
	modules
config A
	tristate "a"
	default m
config B
	bool "b"
	depends on m
config C
	def_bool A = m
`}, Options{Modules: true})
	if err != nil {
		t.Fatal(err)
	}
	c := tree.NewConfig()
	for name, want := range map[string]string{"A": "y", "B": "n", "C": "n", "MODULES": "n"} {
		if v, _ := c.Get(name); v != want {
			t.Errorf("%s is %s, want %s", name, v, want)
		}
	}
	if err := c.Set("MODULES", "y"); err == nil || err.Error() != "CONFIG_MODULES=y: there are no loadable modules; use n" {
		t.Errorf("Set(MODULES, y) = %v", err)
	}
}

func TestMenuTree(t *testing.T) {
	tree := mustTree(t, `config A
	bool "a"
config B
	bool "b"
	depends on A
if A && B
config C
	bool "c"
menu "M"
config D
	bool "d"
	help
	  Two

	    lines.
endmenu
endif
config E
	bool "e"
`)
	var b strings.Builder
	var walk func(n *Node, indent string)
	walk = func(n *Node, indent string) {
		for _, x := range n.Children {
			if x.Parent != n {
				t.Errorf("the parent of %q is wrong", x.Prompt)
			}
			b.WriteString(indent + x.Prompt + "\n")
			walk(x, indent+" ")
		}
	}
	walk(tree.Root, "")
	if want := "a\n b\n  c\n  M\n   d\ne\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	d := tree.Symbol("CONFIG_D")
	if got := d.Nodes[0].Dependencies().String(); got != "A && B" {
		t.Errorf("D depends on %s", got)
	}
	if d.Help() != "Two\n\n  lines." || d.Prompt() != "d" || d.Pos().String() != "Kconfig:10" {
		t.Errorf("help %q, prompt %q, pos %s", d.Help(), d.Prompt(), d.Pos())
	}
}

func TestExprString(t *testing.T) {
	tree := mustTree(t, "config A\n\tbool \"a\"\n\tdepends on !(B || C && D = \"x y\") && (E || !F) && G >= 3\n")
	want := `!(B || C && D = "x y") && (E || !F) && G >= 3`
	e := tree.Symbol("A").Nodes[0].Depends()
	if e.String() != want {
		t.Errorf("got  %s\nwant %s", e, want)
	}
	var names []string
	for _, s := range e.Symbols() {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "B C D E F G 3" {
		t.Errorf("symbols %s", got)
	}
}
