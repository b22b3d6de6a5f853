package pack

import (
	"encoding/binary"
	"path"
	"slices"
)

// cacheEntry is a library in ld.so.cache.
type cacheEntry struct{ name, path string }

// ldCache makes the contents of an /etc/ld.so.cache. With it the loader finds
// libraries in the directories of /etc/ld.so.conf, and finds the others without
// trying one directory after the other.
//
// The format is that of glibc 2.2 and later (cache_file_new in its
// sysdeps/generic/dl-cache.h): a header of 48 bytes; for each library 24 bytes
// with flags, offsets of its name and path, and required hardware; the strings.
// Offsets count from the beginning of the file.
func ldCache(paths []string) []byte {
	const (
		headerSize = 48
		entrySize  = 24
		flagsELF64 = 0x0303 // ELF, libc 6, x86-64
		endian     = 2      // little-endian
	)
	entries := make([]cacheEntry, len(paths))
	for i, p := range paths {
		entries[i] = cacheEntry{path.Base(p), p}
	}
	slices.SortFunc(entries, func(a, b cacheEntry) int { return compareLibs(b.name, a.name) })
	le := binary.LittleEndian
	out := []byte("glibc-ld.so.cache1.1")
	var strings []byte
	base := uint32(headerSize + entrySize*len(entries))
	var table []byte
	for _, e := range entries {
		key := base + uint32(len(strings))
		strings = append(append(strings, e.name...), 0)
		value := base + uint32(len(strings))
		strings = append(append(strings, e.path...), 0)
		table = le.AppendUint32(table, flagsELF64)
		table = le.AppendUint32(table, key)
		table = le.AppendUint32(table, value)
		table = append(table, make([]byte, 12)...) // OS version and hardware: any
	}
	out = le.AppendUint32(out, uint32(len(entries)))
	out = le.AppendUint32(out, uint32(len(strings)))
	out = append(out, endian, 0, 0, 0)
	out = append(out, make([]byte, headerSize-len(out))...) // no extensions
	return append(append(out, table...), strings...)
}

// compareLibs orders names as the loader's binary search expects: as strings,
// but runs of digits by their value.
func compareLibs(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch da, db := isDigit(a[i]), isDigit(b[j]); {
		case da && db:
			var na, nb int
			na, i = number(a, i)
			nb, j = number(b, j)
			if na != nb {
				return na - nb
			}
		case da:
			return 1
		case db:
			return -1
		case a[i] != b[j]:
			return int(a[i]) - int(b[j])
		default:
			i++
			j++
		}
	}
	return (len(a) - i) - (len(b) - j)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads the digits of s from i on, and returns the index behind them.
func number(s string, i int) (n, next int) {
	for i < len(s) && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, i
}
