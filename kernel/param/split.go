package param

import (
	"errors"
	"strconv"
)

// split cuts a command line into words at white space. 'Single' quotes keep
// everything, "double" quotes know \\, \" and \xHH, and a backslash outside quotes keeps
// the next byte. An unfinished quote ends with the line, and is an error.
func split(line string) ([]string, error) {
	var words []string
	var word []byte
	inWord := false
	var err error
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if inWord {
				words = append(words, string(word))
			}
			word, inWord = word[:0], false
		case c == '\'' || c == '"':
			inWord = true
			var closed bool
			word, i, closed = quoted(word, line, i)
			if !closed {
				err = errors.New("command line: a quote is not closed")
			}
		case c == '\\' && i+1 < len(line):
			i++
			word, inWord = append(word, line[i]), true
		default:
			word, inWord = append(word, c), true
		}
	}
	if inWord {
		words = append(words, string(word))
	}
	return words, err
}

// quoted appends the text in the quotes that open at line[i], and returns the
// place of the closing one.
func quoted(word []byte, line string, i int) ([]byte, int, bool) {
	quote := line[i]
	for i++; i < len(line); i++ {
		c := line[i]
		switch {
		case c == quote:
			return word, i, true
		case quote == '"' && c == '\\' && i+3 < len(line) && line[i+1] == 'x':
			if n, err := strconv.ParseUint(line[i+2:i+4], 16, 8); err == nil {
				word = append(word, byte(n))
				i += 3
				continue
			}
			word = append(word, c)
		case quote == '"' && c == '\\' && i+1 < len(line):
			i++
			word = append(word, line[i])
		default:
			word = append(word, c)
		}
	}
	return word, i, false
}
