package kraftfile

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"cairn/build/kconfig"
)

// decoder turns YAML nodes into a File and collects the mistakes.
type decoder struct {
	f    *File
	errs []error
}

func (d *decoder) pos(n *yaml.Node) kconfig.Pos { return kconfig.Pos{File: d.f.Path, Line: n.Line} }

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, errorAt(d.pos(n), format, args...))
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// null reports whether a node is empty.
func null(n *yaml.Node) bool { return resolve(n).ShortTag() == "!!null" }

// fields maps the keys of a mapping to what reads them.
type fields map[string]func(key, value *yaml.Node)

// mapping reads a mapping that may have the given keys.
func (d *decoder) mapping(n *yaml.Node, what string, fs fields) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "%s must be a list of KEY: VALUE lines", what)
		return
	}
	var names []string
	for k := range fs {
		names = append(names, k)
	}
	slices.Sort(names)
	d.pairs(n, func(key, value *yaml.Node) {
		if read := fs[key.Value]; read != nil {
			read(key, value)
			return
		}
		d.errorf(key, "%s has no key %q%s", what, key.Value, kconfig.Nearest(key.Value, names))
	})
}

// pairs calls f for every key of a mapping, and refuses keys given twice.
func (d *decoder) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		switch {
		case key.Kind != yaml.ScalarNode:
			d.errorf(key, "a key must be a plain word")
		case key.Tag == "!!merge":
			d.errorf(key, "<< is not supported; write the keys out")
		case seen[key.Value]:
			d.errorf(key, "%s is given twice; remove one", key.Value)
		default:
			seen[key.Value] = true
			f(key, n.Content[i+1])
		}
	}
}

// text reads a scalar as text.
func (d *decoder) text(n *yaml.Node, what string) string {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || null(n) {
		d.errorf(n, "%s must be a text", what)
		return ""
	}
	return n.Value
}

// store returns a reader that puts a text into p.
func (d *decoder) store(what string, p *string) func(_, value *yaml.Node) {
	return func(_, value *yaml.Node) { *p = d.text(value, what) }
}

// texts reads a list of texts.
func (d *decoder) texts(n *yaml.Node, what string) []*yaml.Node {
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		d.errorf(n, "%s must be a list", what)
		return nil
	}
	var out []*yaml.Node
	for _, x := range n.Content {
		if resolve(x).Kind != yaml.ScalarNode || null(x) {
			d.errorf(x, "every item of %s must be a text", what)
			continue
		}
		out = append(out, resolve(x))
	}
	return out
}

// settings reads NAME=VALUE pairs written as a list or as a map, in order.
func (d *decoder) settings(n *yaml.Node, what string, f func(at *yaml.Node, name, value string)) {
	n = resolve(n)
	if n.Kind == yaml.MappingNode {
		d.pairs(n, func(key, value *yaml.Node) {
			value = resolve(value)
			if value.Kind != yaml.ScalarNode || null(value) {
				d.errorf(key, "%s: %s needs a value; write \"\" for an empty one", what, key.Value)
				return
			}
			f(key, key.Value, value.Value)
		})
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.errorf(n, "%s must be a list of NAME=VALUE or a map", what)
		return
	}
	seen := map[string]bool{}
	for _, x := range d.texts(n, what) {
		name, value, ok := strings.Cut(x.Value, "=")
		if !ok || name == "" {
			d.errorf(x, "%s: %q must have the form NAME=VALUE", what, x.Value)
			continue
		}
		if seen[name] {
			d.errorf(x, "%s is given twice; remove one", name)
			continue
		}
		seen[name] = true
		f(x, name, value)
	}
}

// kconfig reads options.
func (d *decoder) kconfig(n *yaml.Node) []kconfig.Assignment {
	var out []kconfig.Assignment
	d.settings(n, "kconfig", func(at *yaml.Node, name, value string) {
		if !strings.HasPrefix(name, "CONFIG_") {
			d.errorf(at, "options start with CONFIG_; write CONFIG_%s", name)
			return
		}
		switch value {
		case "true", "True", "TRUE":
			value = "y"
		case "false", "False", "FALSE":
			value = "n"
		}
		a, err := kconfig.ParseAssignment(name + "=" + value)
		if err != nil {
			d.errorf(at, "%v", err)
			return
		}
		a.Pos = d.pos(at)
		out = append(out, a)
	})
	return out
}

// file reads the whole document.
func (d *decoder) file(n *yaml.Node) {
	spec := ""
	readSpec := func(key, value *yaml.Node) {
		if spec != "" {
			d.errorf(key, "spec and specification mean the same; remove one")
		}
		spec = d.text(value, "spec")
		if v := strings.TrimPrefix(spec, "v"); v != "0.6" && spec != "" {
			d.errorf(value, "Cairn reads specification v0.6, not %s; change the file to spec: v0.6", spec)
		}
	}
	d.mapping(n, "a Kraftfile", fields{
		"spec":          readSpec,
		"specification": readSpec,
		"name":          d.store("name", &d.f.Name),
		"outdir":        d.store("outdir", &d.f.OutDir),
		"unikraft":      func(_, v *yaml.Node) { d.unikraft(v) },
		"libraries":     func(_, v *yaml.Node) { d.libraries(v) },
		"targets":       func(_, v *yaml.Node) { d.targets(v) },
		"rootfs":        func(_, v *yaml.Node) { d.rootfs(v) },
		"cmd":           func(_, v *yaml.Node) { d.cmd(v) },
		"env":           func(_, v *yaml.Node) { d.env(v) },
		"volumes":       func(_, v *yaml.Node) { d.volumes(v) },
		"labels":        func(_, v *yaml.Node) { d.labels(v) },
		"template": func(k, _ *yaml.Node) {
			d.errorf(k, "template is not supported; copy what you need from the template into this file")
		},
		"runtime": func(k, _ *yaml.Node) {
			d.errorf(k, "runtime is not supported, for Cairn builds its own kernel; remove it and put the program into rootfs")
		},
	})
	if spec == "" && len(d.errs) == 0 {
		d.errorf(n, "the file does not say which specification it follows; add spec: v0.6")
	}
}

// version reads the version of the kernel or of a library.
func (d *decoder) version(n *yaml.Node, what string) string {
	v := d.text(n, what+" version")
	if v == "" || isRelease(v) || slices.Contains([]string{"stable", "staging", "latest"}, v) {
		return v
	}
	if strings.ContainsAny(v, "/:@") {
		d.errorf(n, "%s cannot come from %s: Cairn is built from its own sources; write stable", what, v)
	} else {
		d.errorf(n, "%s has no version %s: use stable or a release such as v0.19", what, v)
	}
	return ""
}

// isRelease reports whether v is like v0.19 or 0.19.1.
func isRelease(v string) bool {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "RELEASE-"), "v")
	for part := range strings.SplitSeq(v, ".") {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return len(v) < 16 && strings.Contains(v, ".")
}

// component reads the long or short form of the kernel or a library.
func (d *decoder) component(n *yaml.Node, what string) (version string, options []kconfig.Assignment) {
	if resolve(n).Kind == yaml.ScalarNode {
		return d.version(n, what), nil
	}
	d.mapping(n, what, fields{
		"version": func(_, v *yaml.Node) { version = d.version(v, what) },
		"kconfig": func(_, v *yaml.Node) { options = d.kconfig(v) },
		"source": func(k, v *yaml.Node) {
			d.errorf(k, "%s cannot have a source: Cairn is built from its own sources; remove the line", what)
		},
	})
	return version, options
}

func (d *decoder) unikraft(n *yaml.Node) {
	if null(n) {
		return
	}
	d.f.Version, d.f.Kconfig = d.component(n, "unikraft")
}

func (d *decoder) libraries(n *yaml.Node) {
	if null(n) {
		return
	}
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "libraries must be a map from each library's name to its version")
		return
	}
	d.pairs(n, func(key, value *yaml.Node) {
		l := Library{Name: key.Value, Pos: d.pos(key)}
		if _, err := kconfig.ParseAssignment("CONFIG_" + l.Symbol() + "=y"); err != nil {
			d.errorf(key, "%q cannot be the name of a library", key.Value)
			return
		}
		switch v := resolve(value); {
		case null(v) || v.Tag == "!!bool" && strings.EqualFold(v.Value, "true"):
		case v.Tag == "!!bool":
			return
		default:
			l.Version, l.Kconfig = d.component(v, "library "+l.Name)
		}
		d.f.Libraries = append(d.f.Libraries, l)
	})
}
