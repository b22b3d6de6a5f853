package menuconfig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"cairn/build/kconfig"
)

var testSizes = map[string]int64{
	"LIBPOSIX_PROCESS":              120_000,
	"LIBPOSIX_PROCESS_MULTIPROCESS": 34_500,
	"LIBPOSIX_FDTAB":                12_300,
	"LIBPOSIX_PIPE":                 9_870,
	"PLAT_Q35":                      55_000,
}

func testConfig(t testing.TB) *kconfig.Config {
	t.Helper()
	tree, err := kconfig.LoadDir("testdata", "Kconfig", kconfig.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tree.NewConfig()
}

func testModel(t testing.TB) *Model {
	t.Helper()
	return New(testConfig(t), Options{
		Sizes: testSizes, BaseSize: 1_500_000, File: filepath.Join(t.TempDir(), ".config"),
	})
}

var keyCodes = map[string]rune{
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "enter": tea.KeyEnter,
	"esc": tea.KeyEscape, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "home": tea.KeyHome,
	"end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "tab": tea.KeyTab,
}

// press sends keys, named as in keyCodes or by their character, and returns
// whether the program would quit.
func press(m *Model, keys ...string) bool {
	quit := false
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: keyCodes[k]}
		switch {
		case k == "space":
			msg = tea.KeyPressMsg{Code: ' ', Text: " "}
		case strings.HasPrefix(k, "ctrl+"):
			msg = tea.KeyPressMsg{Code: rune(k[5]), Mod: tea.ModCtrl}
		case msg.Code == 0:
			msg = tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		}
		_, cmd := m.Update(msg)
		if cmd != nil {
			_, quit = cmd().(tea.QuitMsg)
		}
	}
	return quit
}

// typeIn sends the characters of a text.
func typeIn(m *Model, text string) {
	for _, r := range text {
		press(m, map[bool]string{true: "space", false: string(r)}[r == ' '])
	}
}

func mustShow(t *testing.T, m *Model, parts ...string) {
	t.Helper()
	screen := m.Screen()
	for _, p := range parts {
		if !strings.Contains(screen, p) {
			t.Fatalf("the screen lacks %q:\n%s", p, screen)
		}
	}
}

func mustNotShow(t *testing.T, m *Model, parts ...string) {
	t.Helper()
	screen := m.Screen()
	for _, p := range parts {
		if strings.Contains(screen, p) {
			t.Fatalf("the screen has %q:\n%s", p, screen)
		}
	}
}

func TestNavigation(t *testing.T) {
	m := testModel(t)
	mustShow(t, m, "Cairn configuration", "image 1.62 MB", "*** Options of the kernel in this image ***",
		"Libraries  --->", "Platform  --->", "120 kB")
	mustNotShow(t, m, "Nothing here")
	press(m, "enter")
	mustShow(t, m, "Cairn configuration › Libraries", "[*] posix-process: processes and threads  --->", "+12.3 kB")
	press(m, "l")
	mustShow(t, m, "[ ] several threads", "(32768) largest process identifier")
	press(m, "h", "j", "j")
	mustShow(t, m, "LIBNEEDY  bool")
	press(m, "home")
	mustShow(t, m, "LIBPOSIX_PROCESS  bool")
	press(m, "esc", "down", "enter")
	mustShow(t, m, "Machine (QEMU microvm)  --->", "(cairn) host name")
	press(m, "esc", "up", "up", "up", "end", "up", "k")
	mustShow(t, m, "Libraries")
	press(m, "z")
	mustShow(t, m, "Nothing here")
}

func TestToggle(t *testing.T) {
	m := testModel(t)
	press(m, "enter", "down", "space")
	mustShow(t, m, "[*] posix-fdtab", "  [ ] posix-pipe: pipes", "image 1.63 MB", "Cairn configuration *")
	press(m, "down", "y")
	mustShow(t, m, "[*] posix-pipe", "(0x10000) pipe buffer size")
	press(m, "n")
	mustShow(t, m, "[ ] posix-pipe")
	mustNotShow(t, m, "pipe buffer size")
	press(m, "up", "enter", "up", "enter", "down", "space")
	mustShow(t, m, "[*] several processes", "-*- several threads",
		"also changed: LIBPOSIX_PROCESS_MULTITHREADING=y, LIBPOSIX_FDTAB=y")
	press(m, "up")
	mustShow(t, m, "held at y: selected by LIBPOSIX_PROCESS_MULTIPROCESS")
	press(m, "n")
	mustShow(t, m, "CONFIG_LIBPOSIX_PROCESS_MULTITHREADING=n:", "selected by", "press a key")
	press(m, "x", "m")
	mustShow(t, m, "there are no loadable modules")
}

func TestConflict(t *testing.T) {
	m := testModel(t)
	press(m, "enter", "end", "y")
	mustShow(t, m, "conflict: Kconfig:51: LIBNEEDY selects LIBPOSIX_PIPE, but LIBPOSIX_PIPE")
	press(m, "n")
	mustNotShow(t, m, "conflict:")
}

func TestChoice(t *testing.T) {
	m := testModel(t)
	press(m, "down", "enter", "enter")
	mustShow(t, m, "(X) QEMU microvm", "( ) QEMU q35", "╭─ Machine")
	press(m, "down", "space")
	mustShow(t, m, "Machine (QEMU q35)", "image 1.68 MB")
	mustNotShow(t, m, "╭")
	press(m, "enter")
	mustShow(t, m, "(X) QEMU q35")
	press(m, "esc", "esc")
	mustShow(t, m, "Nothing here  --->")
}

func TestEdit(t *testing.T) {
	m := testModel(t)
	press(m, "enter", "enter", "end", "enter")
	mustShow(t, m, "╭─ largest process identifier", "a decimal number from 16 to 4194304")
	press(m, "ctrl+u")
	typeIn(m, "7")
	press(m, "enter")
	mustShow(t, m, "CONFIG_LIBPOSIX_PROCESS_MAX=7: LIBPOSIX_PROCESS_MAX must be", "from 16 to 4194304")
	typeIn(m, "x")
	press(m, "enter")
	mustShow(t, m, "the option is an int; use a", "decimal number")
	press(m, "backspace", "0", "home", "delete", "1", "right", "left", "end", "enter")
	mustShow(t, m, "CONFIG_LIBPOSIX_PROCESS_MAX=10:")
	m.Update(tea.PasteMsg{Content: "24\n"})
	press(m, "enter")
	mustShow(t, m, "(1024) largest process identifier")
	press(m, "enter", "1", "esc")
	mustShow(t, m, "(1024)")
	if m.View().Cursor != nil {
		t.Error("the caret is still shown")
	}
	press(m, "esc", "esc", "down", "enter", "end", "enter", "ctrl+u")
	typeIn(m, `a "pile" of stones`)
	press(m, "enter")
	mustShow(t, m, `(a "pile" of stones) host name`)
}

func TestHelp(t *testing.T) {
	m := testModel(t)
	press(m, "enter", "?")
	mustShow(t, m, "Processes, threads and their identifiers", "Symbol:", "LIBPOSIX_PROCESS [=y]", "Type:        bool",
		"Location:    Cairn configuration › Libraries", "Kconfig:7", "Image size:  120 kB")
	press(m, "end")
	mustShow(t, m, "LIBPOSIX_PROCESS=y: default y (Kconfig:9)")
	press(m, "esc", "down", "?")
	mustShow(t, m, "Selected by: LIBPOSIX_PROCESS_MULTIPROCESS [=n]")
	press(m, "q", "end", "?")
	mustShow(t, m, "There is no help for this entry.", "Selects:     LIBPOSIX_PIPE [=n]")
	press(m, "?")
	mustNotShow(t, m, "Selects:")
}

func TestSearch(t *testing.T) {
	m := testModel(t)
	press(m, "/")
	typeIn(m, "pipe")
	mustShow(t, m, "LIBPOSIX_PIPE [=n]  posix-pipe: pipes", "LIBPOSIX_PIPE_SIZE", "2 found")
	press(m, "enter")
	mustShow(t, m, "› Libraries", "LIBPOSIX_PIPE  bool  depends on LIBPOSIX_FDTAB [=n]", "cannot be set now")
	press(m, "/")
	typeIn(m, "vfork")
	mustShow(t, m, "LIBPOSIX_PROCESS_MULTIPROCESS", "1 found")
	press(m, "backspace", "esc", "/")
	typeIn(m, "^PLAT_.*5$")
	press(m, "enter")
	mustShow(t, m, "╭─ Machine", "PLAT_Q35  bool")
	press(m, "/")
	typeIn(m, "(")
	mustShow(t, m, "3 found", "LIBPOSIX_PROCESS_MULTITHREADING [=n]")
	typeIn(m, "nothing like this")
	mustShow(t, m, "0 found")
	press(m, "enter", "esc")
}

func TestSaveLoadQuit(t *testing.T) {
	m := testModel(t)
	if !press(m, "q") {
		t.Error("q does not quit at once without changes")
	}
	press(m, "enter", "down", "y")
	if press(m, "q") {
		t.Fatal("q quits with unsaved changes")
	}
	mustShow(t, m, "changes that are not saved", "< Save and quit >")
	press(m, "esc", "s")
	mustShow(t, m, "╭─ Save to")
	press(m, "enter")
	mustShow(t, m, "saved to")
	mustNotShow(t, m, "Cairn configuration *")
	data, err := os.ReadFile(m.opts.File)
	if err != nil || !strings.Contains(string(data), "CONFIG_LIBPOSIX_FDTAB=y\n") {
		t.Fatalf("the file has %s, %v", data, err)
	}
	if !m.Written() {
		t.Error("Written is false")
	}
	press(m, "n")
	press(m, "o", "enter")
	mustShow(t, m, "[*] posix-fdtab", "loaded")
	press(m, "n", "q", "right", "right", "enter")
	mustNotShow(t, m, "Save and quit")
	if press(m, "ctrl+c"); !press(m, "n") {
		t.Error("n does not quit")
	}
	press(m, "q")
	if !press(m, "y") {
		t.Error("y does not quit")
	}
	if data, _ := os.ReadFile(m.opts.File); !strings.Contains(string(data), "# CONFIG_LIBPOSIX_FDTAB is not set\n") {
		t.Errorf("the file has %s", data)
	}
}

func TestSaveLoadErrors(t *testing.T) {
	m := testModel(t)
	m.opts.Save = func(*kconfig.Config, string) error { return errors.New("the disk is full") }
	press(m, "enter", "down", "y", "s", "enter")
	mustShow(t, m, "the disk is full")
	press(m, "ctrl+u", "enter")
	mustShow(t, m, "give the name of a file")
	press(m, "esc", "q", "y")
	mustShow(t, m, "the disk is full")
	press(m, "x", "o", "ctrl+u")
	typeIn(m, "/nonexistent")
	press(m, "enter")
	mustShow(t, m, "no such file")
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("CONFIG_NOSUCH=y\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	press(m, "ctrl+u")
	typeIn(m, bad)
	press(m, "enter")
	mustShow(t, m, "there is no", "option CONFIG_NOSUCH; the line is ignored")
}

// TestMeasure finds out sizes beside the menu.
func TestMeasure(t *testing.T) {
	var fail error
	m := New(testConfig(t), Options{Measure: func() (map[string]int64, int64, error) { return testSizes, 1_500_000, fail }})
	measure := m.Init()
	mustShow(t, m, "measuring the libraries")
	m.Update(measure())
	mustShow(t, m, "image 1.62 MB")
	fail = errors.New("no go command")
	m.Update(m.Init()())
	mustShow(t, m, "could not be found out", "no go command")
}

// TestSizes checks that nothing breaks at any terminal size and that no line is
// wider than the terminal.
func TestSizes(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {10, 3}, {39, 24}, {40, 12}, {80, 24}, {100, 30}, {120, 40}, {200, 60}} {
		m := testModel(t)
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, keys := range []string{"", "enter", "down space", "?", "pgdown", "esc", "/", "p", "esc", "s", "esc", "esc down enter enter", "esc q"} {
			press(m, strings.Fields(keys)...)
			lines := strings.Split(m.Screen(), "\n")
			if len(lines) != size[1] {
				t.Fatalf("%v: %d lines", size, len(lines))
			}
			for _, l := range lines {
				if len([]rune(l)) > size[0] {
					t.Fatalf("%v: the line %q is too long", size, l)
				}
			}
			if v := m.View(); !v.AltScreen {
				t.Fatal("not on the alternate screen")
			}
		}
	}
}

func TestWideAside(t *testing.T) {
	m := testModel(t)
	m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	press(m, "enter")
	mustShow(t, m, "Say y unless the program is a single thread", "posix-fdtab: descriptor tables")
}

func TestScroll(t *testing.T) {
	m := testModel(t)
	m.Update(tea.WindowSizeMsg{Width: 60, Height: 12})
	press(m, "enter", "down", "y", "down", "y", "end")
	mustShow(t, m, "needy", "↑")
	press(m, "pgup", "pgup")
	mustShow(t, m, "posix-process", "↓")
}

func TestWrap(t *testing.T) {
	got := strings.Join(wrap("one two three\n  indented words here\n\nabcdefghijklmnop", 12), "|")
	if want := "one two|three|  indented|  words here||abcdefghijkl|mnop"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 12_345: "12.3 kB", 999_400: "999 kB", 999_600: "1 MB", 2_345_678: "2.35 MB"} {
		if got := formatSize(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
