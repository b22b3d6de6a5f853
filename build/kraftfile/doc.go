// Package kraftfile reads Kraftfiles, the YAML files by which Unikraft's tools
// describe a project, of specification v0.6.
//
//	spec: v0.6
//	name: hello
//	unikraft:
//	  kconfig:
//	    CONFIG_LIBPOSIX_PIPE: y
//	targets:
//	- qemu/x86_64
//	rootfs: ./rootfs
//	cmd: ["/bin/hello", "world"]
//	env:
//	  HOME: /
//	volumes:
//	- ./data:/data:ro
//
// Every form that the specification has for an attribute is understood, short
// and long, list and map. What Cairn cannot do is an error that names the line
// and the way out, and is never ignored:
//
//   - template and runtime, which stand for kernels made elsewhere;
//   - unikraft.source, a library's source, and versions of either other than a
//     channel or a release, for Cairn is built from its own sources. A channel or
//     release is accepted, and selects nothing;
//   - a rootfs made by a Dockerfile, and file-system images other than cpio;
//   - keys that the specification does not have.
//
// Targets that Cairn cannot build may stand in a file, for a file often lists
// targets for others; choosing one is an error.
//
// There is no expansion of ${VARIABLES}: texts mean themselves.
package kraftfile
