package kraftfile

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"cairn/build/kconfig"
)

// canonical returns the one way to write a platform/architecture.
func canonical(s string) string {
	plat, arch, ok := strings.Cut(s, "/")
	if !ok {
		return s
	}
	return platform(plat) + "/" + arch
}

// platform returns the full name of a platform.
func platform(s string) string {
	switch s {
	case "fc":
		return "firecracker"
	case "kvm":
		return "qemu"
	}
	return s
}

// platforms and archs are those that the specification knows.
var (
	platforms = []string{"qemu", "firecracker", "xen", "kraftcloud", "linuxu"}
	archs     = []string{"x86_64", "arm64", "arm"}
)

func (d *decoder) targets(n *yaml.Node) {
	if null(n) {
		return
	}
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		d.errorf(n, "targets must be a list, such as - qemu/x86_64")
		return
	}
	for _, x := range n.Content {
		d.target(resolve(x))
	}
}

func (d *decoder) target(n *yaml.Node) {
	t := Target{Pos: d.pos(n)}
	before := len(d.errs)
	if n.Kind == yaml.ScalarNode {
		var ok bool
		if t.Platform, t.Arch, ok = strings.Cut(n.Value, "/"); !ok {
			d.errorf(n, "a target is PLATFORM/ARCHITECTURE, such as qemu/x86_64, not %q", n.Value)
			return
		}
	} else {
		d.longTarget(n, &t)
	}
	t.Platform = platform(t.Platform)
	switch {
	case len(d.errs) > before:
	case t.Platform == "" || t.Arch == "":
		d.errorf(n, "a target needs a platform and an architecture, such as qemu/x86_64")
	case !slices.Contains(platforms, t.Platform):
		d.errorf(n, "there is no platform %q%s; Cairn builds for %s", t.Platform, kconfig.Nearest(t.Platform, platforms), strings.Join(supported, ", "))
	case !slices.Contains(archs, t.Arch):
		d.errorf(n, "there is no architecture %q%s; Cairn builds for %s", t.Arch, kconfig.Nearest(t.Arch, archs), strings.Join(supported, ", "))
	default:
		d.f.Targets = append(d.f.Targets, t)
	}
}

// longTarget reads a target written as a map.
func (d *decoder) longTarget(n *yaml.Node, t *Target) {
	once := func(p *string) func(key, v *yaml.Node) {
		return func(key, v *yaml.Node) {
			if *p != "" {
				d.errorf(key, "%s is given twice, once by its short name; remove one", key.Value)
			}
			*p = d.text(v, key.Value)
		}
	}
	d.mapping(n, "a target", fields{
		"name":         d.store("name", &t.Name),
		"plat":         once(&t.Platform),
		"platform":     once(&t.Platform),
		"arch":         once(&t.Arch),
		"architecture": once(&t.Arch),
		"kconfig":      func(_, v *yaml.Node) { t.Kconfig = d.kconfig(v) },
	})
}

// rootTypes are the kinds of root file system that Cairn makes its own from.
var rootTypes = []string{"dir", "cpio", "tar"}

func (d *decoder) rootfs(n *yaml.Node) {
	n = resolve(n)
	r := &d.f.RootFS
	if n.Kind == yaml.ScalarNode {
		r.Source, r.Pos = d.text(n, "rootfs"), d.pos(n)
	} else {
		r.Pos = d.pos(n)
		d.mapping(n, "rootfs", fields{
			"source": func(_, v *yaml.Node) { r.Source, r.Pos = d.text(v, "source"), d.pos(v) },
			"type": func(_, v *yaml.Node) {
				if r.Type = d.text(v, "type"); r.Type != "" && !slices.Contains(rootTypes, r.Type) {
					d.errorf(v, "a rootfs of type %s is not supported; use %s", r.Type, strings.Join(rootTypes, ", "))
				}
			},
		})
	}
	base := path.Base(r.Source)
	if base == "Dockerfile" || strings.HasSuffix(base, ".Dockerfile") || strings.HasPrefix(base, "Dockerfile.") {
		d.errorf(n, "a rootfs made by a Dockerfile is not supported; name a directory, a cpio or a tar archive")
	} else if r.Source == "" && len(d.errs) == 0 {
		d.errorf(n, "rootfs needs the path of a directory, a cpio or a tar archive")
	}
}

func (d *decoder) cmd(n *yaml.Node) {
	n = resolve(n)
	var words []string
	if n.Kind == yaml.ScalarNode && !null(n) {
		var ok bool
		if words, ok = splitWords(n.Value); !ok {
			d.errorf(n, "a quote in cmd is not closed")
		}
	} else {
		for _, x := range d.texts(n, "cmd") {
			words = append(words, x.Value)
		}
	}
	for _, w := range words {
		if strings.ContainsRune(w, 0) {
			d.errorf(n, "cmd has a NUL character, which no argument can have")
		}
	}
	if i := slices.Index(words, "--"); i >= 0 {
		d.f.Params, words = words[:i], words[i+1:]
	}
	d.f.Cmd = words
}

// splitWords splits a text into words as a shell does: at blanks, with single
// and double quotes and backslashes. It returns false if a quote is open.
func splitWords(s string) (words []string, ok bool) {
	var cur strings.Builder
	var quote rune
	inWord, escaped := false, false
	for _, r := range s {
		switch {
		case escaped:
			if quote == '"' && !strings.ContainsRune(`"\$`+"`", r) {
				cur.WriteByte('\\')
			}
			cur.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inWord = r, true
		case quote == 0 && strings.ContainsRune(" \t\r\n", r):
			if inWord {
				words = append(words, cur.String())
			}
			cur.Reset()
			inWord = false
		default:
			cur.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		words = append(words, cur.String())
	}
	return words, quote == 0 && !escaped
}

func (d *decoder) env(n *yaml.Node) {
	if null(n) {
		return
	}
	d.settings(n, "env", func(at *yaml.Node, name, value string) {
		if strings.ContainsAny(name, "=\x00") || strings.ContainsRune(value, 0) || name == "" {
			d.errorf(at, "%q cannot be an environment variable", name)
			return
		}
		d.f.Env = append(d.f.Env, name+"="+value)
	})
}

func (d *decoder) labels(n *yaml.Node) {
	if null(n) {
		return
	}
	d.f.Labels = map[string]string{}
	d.settings(n, "labels", func(_ *yaml.Node, name, value string) { d.f.Labels[name] = value })
}

// drivers are the ways to mount a volume.
var drivers = []string{"9pfs", "virtiofs", "initrd"}

func (d *decoder) volumes(n *yaml.Node) {
	n = resolve(n)
	switch {
	case null(n):
	case n.Kind == yaml.ScalarNode:
		d.volume(n)
	case n.Kind == yaml.SequenceNode:
		for _, x := range n.Content {
			d.volume(resolve(x))
		}
	default:
		d.errorf(n, "volumes must be a list, such as - ./data:/data")
	}
}

func (d *decoder) volume(n *yaml.Node) {
	v := Volume{Pos: d.pos(n)}
	before := len(d.errs)
	if n.Kind == yaml.ScalarNode {
		d.shortVolume(n, &v)
	} else {
		readOnly := func(_, x *yaml.Node) { v.ReadOnly = d.flag(x, "readOnly") }
		d.mapping(n, "a volume", fields{
			"driver":      d.store("driver", &v.Driver),
			"source":      d.store("source", &v.Source),
			"destination": d.store("destination", &v.Destination),
			"readOnly":    readOnly,
			"readonly":    readOnly,
			"mode": func(k, _ *yaml.Node) {
				d.errorf(k, "the mode of a volume is not supported; files have the modes they have on the host")
			},
		})
	}
	switch {
	case len(d.errs) > before:
	case v.Source == "" || v.Destination == "":
		d.errorf(n, "a volume needs a path on the host and one in the guest, such as ./data:/data")
	case !path.IsAbs(v.Destination):
		d.errorf(n, "the path in the guest must start with /, and %q does not", v.Destination)
	case path.Clean(v.Destination) == "/":
		d.errorf(n, "a volume cannot be the root; use rootfs for that")
	case v.Driver != "" && !slices.Contains(drivers, v.Driver):
		d.errorf(n, "there is no volume driver %q%s; use one of %s", v.Driver, kconfig.Nearest(v.Driver, drivers), strings.Join(drivers, ", "))
	default:
		v.Destination = path.Clean(v.Destination)
		d.f.Volumes = append(d.f.Volumes, v)
	}
}

// shortVolume reads SOURCE:DESTINATION[:ro|rw].
func (d *decoder) shortVolume(n *yaml.Node, v *Volume) {
	parts := strings.Split(n.Value, ":")
	if len(parts) == 3 && (parts[2] == "ro" || parts[2] == "rw") {
		v.ReadOnly = parts[2] == "ro"
		parts = parts[:2]
	}
	if len(parts) != 2 {
		d.errorf(n, "a volume is HOST:GUEST or HOST:GUEST:ro, such as ./data:/data, not %q", n.Value)
		return
	}
	v.Source, v.Destination = parts[0], parts[1]
}

// flag reads true or false.
func (d *decoder) flag(n *yaml.Node, what string) bool {
	n = resolve(n)
	var b bool
	if n.Kind != yaml.ScalarNode || n.Decode(&b) != nil {
		d.errorf(n, "%s must be true or false", what)
	}
	return b
}
