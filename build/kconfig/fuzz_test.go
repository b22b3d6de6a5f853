package kconfig

import (
	"bytes"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// sample is a value of each type.
var sample = map[Type]string{Bool: "y", Tristate: "y", Int: "7", Hex: "0x7", String: "s"}

// FuzzLoad checks that no tree makes Load or the solver panic or hang, and that
// what a tree writes it reads back unchanged.
func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/solve/*.txt")
	for _, name := range names {
		f.Add([]byte(sections(f, name)["Kconfig"]))
	}
	f.Add([]byte(libs))
	f.Add([]byte("a = $(a,$(1))$(shell,x)$(filename)\nconfig A\n\tdef_bool $(a,y)\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := Load(fstest.MapFS{"Kconfig": {Data: data}}, "Kconfig", Options{Modules: len(data)%2 == 0})
		if err != nil {
			return
		}
		c := tree.NewConfig()
		for _, s := range tree.Symbols() {
			if _, err := c.Explain(s.Name); err != nil {
				t.Fatal(err)
			}
			_ = c.Set(s.Name, sample[s.Type])
		}
		_ = c.Check()
		var dot, again bytes.Buffer
		if err := c.WriteDotConfig(&dot); err != nil {
			t.Fatal(err)
		}
		d := tree.NewConfig()
		if _, err := d.ReadDotConfig(bytes.NewReader(dot.Bytes()), ".config"); err != nil {
			t.Skip(err) // a default that is no value of its type
		}
		if err := d.WriteDotConfig(&again); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzReadDotConfig checks that no .config makes the reader or the solver panic,
// and that a defconfig always leads back to the values it was made from.
func FuzzReadDotConfig(f *testing.F) {
	tree, err := Load(fstest.MapFS{"Kconfig": {Data: []byte(libs)}}, "Kconfig", Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"CONFIG_LIBNET=y\nCONFIG_BUFS=12\nCONFIG_NAME=\"a\\\"b\"\n# CONFIG_LIBTASK is not set\n",
		"CONFIG_PLAT_Q35=y\nCONFIG_PLAT_MICROVM=y\nCONFIG_LIBSHELL=y\n", "CONFIG_PIDS=y\n", "CONFIG_BUFS=-0\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := tree.NewConfig()
		c.Renames = renames
		if _, err := c.ReadDotConfig(bytes.NewReader(data), "d"); err != nil {
			return
		}
		_ = c.Check()
		c.OldDefconfig()
		var def bytes.Buffer
		if err := c.WriteDefconfig(&def); err != nil {
			t.Fatal(err)
		}
		d := tree.NewConfig()
		if _, err := d.ReadDotConfig(bytes.NewReader(def.Bytes()), "def"); err != nil {
			t.Fatalf("%v in\n%s", err, def.Bytes())
		}
		if diff := Diff(c, d); len(diff) > 0 {
			t.Fatalf("%v after reading\n%s", diff, def.Bytes())
		}
	})
}
