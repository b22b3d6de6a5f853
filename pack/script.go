package pack

import (
	"bytes"
	"strings"
)

// scriptHead is how much of a file Linux looks at for a #! line
// (BINPRM_BUF_SIZE).
const scriptHead = 256

// parseScript takes apart a #! line, as execve(2) describes it. It reports
// false if head, the beginning of a file, has none.
func parseScript(head []byte) (interp, arg string, ok bool) {
	line, found := bytes.CutPrefix(head, []byte("#!"))
	if !found {
		return "", "", false
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	text := strings.Trim(string(line), " \t")
	interp, arg, _ = strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
	return interp, strings.TrimLeft(arg, " \t"), interp != ""
}

// envProgram returns the program that "#!/usr/bin/env PROGRAM" looks up in
// PATH, with the -S flag and assignments before it skipped. It is empty if
// interp is not env.
func envProgram(interp, arg string) string {
	if interp != "/usr/bin/env" && interp != "/bin/env" {
		return ""
	}
	for _, word := range strings.Fields(arg) {
		if !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			return word
		}
	}
	return ""
}
