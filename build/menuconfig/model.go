package menuconfig

import (
	"bytes"
	"strings"

	tea "charm.land/bubbletea/v2"

	"cairn/build/kconfig"
)

// Options says what Run shows and how it saves.
type Options struct {
	// Title is the left end of the title line; the tree's main menu text if
	// empty.
	Title string
	// Sizes maps names of symbols to the bytes that each adds to the image when
	// it is y.
	Sizes map[string]int64
	// BaseSize is the size in bytes of an image with none of them. With no Sizes
	// and BaseSize 0 no sizes are shown.
	BaseSize int64
	// Measure finds out Sizes and BaseSize, which are shown when it returns. It
	// may take its time: it runs beside the menu. It may be nil.
	Measure func() (sizes map[string]int64, base int64, err error)
	// File is the file that is saved to unless the user names another; .config
	// if empty.
	File string
	// Save writes the configuration. Nil writes it in the .config format, in one
	// step, so that a failure leaves the old file.
	Save func(c *kconfig.Config, file string) error
	// Load reads a file into the configuration, as [kconfig.Config.ReadDotConfig]
	// does. Nil reads the .config format.
	Load func(c *kconfig.Config, file string) ([]kconfig.Note, error)
}

// Model is the state of the editor. It is a tea.Model.
type Model struct {
	cfg     *kconfig.Config
	opts    Options
	w, h    int
	pages   []*page // the menus opened, the main menu first
	dialogs []dialog
	all     bool   // show hidden options too
	saved   string // what the file has, as far as known
	written bool   // something was saved
	status  string // what the last key did
	places  map[*kconfig.Node]place
	caret   *tea.Cursor // of the dialog drawn last

	measuring bool // sizes are being found out
}

// place is where the user was in a menu.
type place struct{ cursor, offset int }

// page is an open menu or choice.
type page struct {
	node *kconfig.Node
	place
}

// dialog is what stands in front of the menus. The last one gets the keys.
type dialog interface {
	key(m *Model, k tea.KeyPressMsg) tea.Cmd
	draw(m *Model, c *canvas)
}

// New returns a Model that edits cfg in place.
func New(cfg *kconfig.Config, opts Options) *Model {
	if opts.Title == "" {
		opts.Title = cfg.Tree().Root.Prompt
	}
	if opts.File == "" {
		opts.File = ".config"
	}
	if opts.Save == nil {
		opts.Save = saveDotConfig
	}
	if opts.Load == nil {
		opts.Load = loadDotConfig
	}
	m := &Model{cfg: cfg, opts: opts, w: 80, h: 24, places: map[*kconfig.Node]place{}}
	m.saved = m.text()
	m.open(cfg.Tree().Root)
	return m
}

// Run edits cfg in the terminal until the user quits. It returns whether the
// user saved at least once.
func Run(cfg *kconfig.Config, opts Options, program ...tea.ProgramOption) (saved bool, err error) {
	m := New(cfg, opts)
	_, err = tea.NewProgram(m, program...).Run()
	return m.written, err
}

// Written reports whether the user saved at least once.
func (m *Model) Written() bool { return m.written }

// text returns the configuration as it would be saved.
func (m *Model) text() string {
	var b bytes.Buffer
	_ = m.cfg.WriteDotConfig(&b) // a Buffer takes everything
	return b.String()
}

// dirty reports whether there are changes that are not saved.
func (m *Model) dirty() bool { return m.text() != m.saved }

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	if m.opts.Measure == nil {
		return nil
	}
	m.measuring = true
	return func() tea.Msg {
		sizes, base, err := m.opts.Measure()
		return measured{sizes, base, err}
	}
}

// Update implements tea.Model.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case measured:
		m.take(msg)
	case tea.PasteMsg:
		if e, ok := m.front().(interface{ paste(m *Model, text string) }); ok {
			e.paste(m, msg.Content)
		}
	case tea.KeyPressMsg:
		m.status = ""
		if msg.String() == "ctrl+c" {
			m.dialogs = nil
			return m, m.quit()
		}
		if d := m.front(); d != nil {
			return m, d.key(m, msg)
		}
		return m, m.menuKey(msg)
	}
	return m, nil
}

// front returns the dialog that gets the keys, or nil.
func (m *Model) front() dialog {
	if len(m.dialogs) == 0 {
		return nil
	}
	return m.dialogs[len(m.dialogs)-1]
}

func (m *Model) push(d dialog) { m.dialogs = append(m.dialogs, d) }

func (m *Model) pop() { m.dialogs = m.dialogs[:len(m.dialogs)-1] }

// page returns the menu or choice that gets the keys.
func (m *Model) page() *page { return m.pages[len(m.pages)-1] }

// open opens a menu or choice.
func (m *Model) open(n *kconfig.Node) {
	p := &page{node: n, place: m.places[n]}
	if n.Kind == kconfig.NodeChoice {
		for i, r := range m.rows(n) {
			if r.node.Symbol != nil && r.node.Symbol == m.cfg.Selection(n.Symbol) {
				p.cursor = i
			}
		}
	}
	m.pages = append(m.pages, p)
	m.clamp()
}

// back leaves the menu or choice at hand.
func (m *Model) back() tea.Cmd {
	if len(m.pages) == 1 {
		return m.quit()
	}
	m.places[m.page().node] = m.page().place
	m.pages = m.pages[:len(m.pages)-1]
	m.clamp()
	return nil
}

// menuKey handles a key while no dialog is open.
func (m *Model) menuKey(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "up", "k", "-":
		m.move(-1)
	case "down", "j", "+":
		m.move(1)
	case "pgup", "ctrl+b":
		m.move(-m.listHeight())
	case "pgdown", "ctrl+f":
		m.move(m.listHeight())
	case "home":
		m.move(-len(m.rows(m.page().node)))
	case "end":
		m.move(len(m.rows(m.page().node)))
	case "enter", "right", "l":
		m.enter()
	case "space":
		m.toggle()
	case "y":
		m.set("y")
	case "n":
		m.set("n")
	case "m":
		m.say("there are no loadable modules; use y or n")
	case "esc", "left", "h":
		return m.back()
	case "?":
		if r := m.current(); r != nil {
			m.push(newHelp(m, r.node))
		}
	case "/":
		m.push(&search{})
	case "z":
		m.toggleAll()
	case "s":
		m.push(newSave(m))
	case "o":
		m.push(newLoad(m))
	case "q":
		return m.quit()
	}
	return nil
}

// toggleAll shows or hides the options that cannot be set.
func (m *Model) toggleAll() {
	m.all = !m.all
	if m.all {
		m.status = "hidden options are shown; z hides them again"
	} else {
		m.status = "hidden options are hidden again"
	}
	m.clamp()
}

// move moves the cursor by n rows, past what cannot be chosen.
func (m *Model) move(n int) {
	p := m.page()
	rows := m.rows(p.node)
	if len(rows) == 0 {
		return
	}
	step := 1
	if n < 0 {
		step = -1
	}
	i := min(max(p.cursor+n, 0), len(rows)-1)
	for j := i; j >= 0 && j < len(rows); j += step {
		if rows[j].selectable() {
			p.cursor = j
			m.clamp()
			return
		}
	}
	for j := i; j >= 0 && j < len(rows) && j != p.cursor; j -= step {
		if rows[j].selectable() {
			p.cursor = j
			break
		}
	}
	if step < 0 && i == 0 {
		p.offset = 0
	}
	m.clamp()
}

// clamp keeps the cursor on a row that can be chosen and on the screen.
func (m *Model) clamp() {
	p := m.page()
	rows := m.rows(p.node)
	p.cursor = max(min(p.cursor, len(rows)-1), 0)
	for p.cursor < len(rows)-1 && !rows[p.cursor].selectable() {
		p.cursor++
	}
	h := m.pageHeight(p, len(rows))
	if p.cursor < p.offset {
		p.offset = p.cursor
	}
	if p.cursor >= p.offset+h {
		p.offset = p.cursor - h + 1
	}
	p.offset = max(min(p.offset, len(rows)-h), 0)
}

// current returns the row under the cursor, or nil in an empty menu.
func (m *Model) current() *row {
	p := m.page()
	rows := m.rows(p.node)
	if p.cursor >= len(rows) {
		return nil
	}
	return &rows[p.cursor]
}

// say shows a message that the user must close.
func (m *Model) say(text string) {
	m.push(&message{lines: strings.Split(text, "\n")})
}
