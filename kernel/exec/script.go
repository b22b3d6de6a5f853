package exec

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// parseScript reads the interpreter line at the beginning of a file: "#!", the
// interpreter's path, and one optional argument, which may contain spaces
// (execve(2), "Interpreter scripts"). interpreter is empty if the file is no
// script. It fails with ENOEXEC if the line names no interpreter, or if the path
// does not end within head.
func parseScript(head []byte) (interpreter, arg string, hasArg bool, err error) {
	const blanks = " \t"
	if !bytes.HasPrefix(head, []byte("#!")) {
		return "", "", false, nil
	}
	line := head[2:]
	complete := len(head) < headSize
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line, complete = line[:i], true
	}
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line, complete = line[:i], true
	}
	if !complete { // Linux keeps the last byte for a NUL
		line = line[:len(line)-1]
	}
	line = bytes.TrimLeft(line, blanks)
	end := bytes.IndexAny(line, blanks)
	if end < 0 {
		if !complete || len(line) == 0 {
			return "", "", false, unix.ENOEXEC
		}
		return string(line), "", false, nil
	}
	rest := bytes.Trim(line[end:], blanks)
	return string(line[:end]), string(rest), len(rest) > 0, nil
}
