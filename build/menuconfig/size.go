package menuconfig

import (
	"fmt"

	"cairn/build/kconfig"
)

// measured is what Options.Measure found out.
type measured struct {
	sizes map[string]int64
	base  int64
	err   error
}

// take shows sizes that were found out.
func (m *Model) take(r measured) {
	m.measuring = false
	if r.err != nil {
		m.say("the sizes could not be found out:\n" + r.err.Error())
		return
	}
	m.opts.Sizes, m.opts.BaseSize = r.sizes, r.base
}

// sized reports whether the caller gave sizes.
func (m *Model) sized() bool { return len(m.opts.Sizes) > 0 || m.opts.BaseSize > 0 }

// total returns the size of the image with what is selected now.
func (m *Model) total() int64 {
	sum := m.opts.BaseSize
	for name, n := range m.opts.Sizes {
		if m.cfg.Enabled(name) {
			sum += n
		}
	}
	return sum
}

// size returns the bytes a node stands for: of an option what it adds when it
// is y, of a menu what is selected in it.
func (m *Model) size(n *kconfig.Node) (bytes int64, counted bool) {
	if s := n.Symbol; s != nil && !s.IsChoice() {
		bytes = m.opts.Sizes[s.Name]
		counted = m.cfg.Value(s) == "y"
		if n.Kind != kconfig.NodeMenuConfig {
			return bytes, counted
		}
		if !counted {
			return bytes, false
		}
	}
	seen := map[*kconfig.Symbol]bool{n.Symbol: true}
	var add func(*kconfig.Node)
	add = func(n *kconfig.Node) {
		for _, c := range n.Children {
			if s := c.Symbol; s != nil && !s.IsChoice() && !seen[s] && m.cfg.Enabled(s.Name) {
				seen[s] = true
				bytes += m.opts.Sizes[s.Name]
			}
			add(c)
		}
	}
	add(n)
	return bytes, true
}

// formatSize writes a number of bytes in three digits.
func formatSize(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_500:
		return fmt.Sprintf("%.3g kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.3g MB", float64(n)/1e6)
}
