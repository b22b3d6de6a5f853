package syscall

import (
	"strconv"
	"strings"

	"cairn/kernel/config"
)

// Name returns Linux's name of the call with that number. If it has none, or
// the image holds no names (config.LIBSYSCALL_SHIM_NAMES), that is syscall_0x and the
// number in hexadecimal, as strace(1) writes it.
func Name(nr uintptr) string {
	if config.LIBSYSCALL_SHIM_NAMES {
		// The names are one string, so that they cost no pointers.
		if _, rest, ok := strings.Cut(numberedNames, "\n"+strconv.FormatUint(uint64(nr), 10)+" "); ok {
			name, _, _ := strings.Cut(rest, "\n")
			return name
		}
	}
	return "syscall_0x" + strconv.FormatUint(uint64(nr), 16)
}
