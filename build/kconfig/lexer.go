package kconfig

import (
	"strings"
)

// tokenKind is the kind of a token.
type tokenKind uint8

const (
	tokWord   tokenKind = iota // a bare word: keyword, name or number
	tokString                  // a quoted string
	tokOp                      // an operator or parenthesis
)

// token is a lexical unit of one statement.
type token struct {
	kind tokenKind
	text string
}

// lexer cuts one file into statements (logical lines) of tokens.
type lexer struct {
	in   *loader
	file string
	src  string
	off  int
	line int // of the next unread character
}

func (lx *lexer) pos() Pos { return Pos{lx.file, lx.line} }

func (lx *lexer) eof() bool { return lx.off >= len(lx.src) }

// skipBlanks skips blanks, escaped newlines and a comment; it stops at the
// next token or at the end of the statement.
func (lx *lexer) skipBlanks() {
	for lx.off < len(lx.src) {
		switch c := lx.src[lx.off]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			lx.off++
		case c == '\\' && strings.HasPrefix(lx.src[lx.off+1:], "\n"):
			lx.off += 2
			lx.line++
		case c == '\\' && strings.HasPrefix(lx.src[lx.off+1:], "\r\n"):
			lx.off += 3
			lx.line++
		case c == '#':
			if i := strings.IndexByte(lx.src[lx.off:], '\n'); i >= 0 {
				lx.off += i
			} else {
				lx.off = len(lx.src)
			}
		default:
			return
		}
	}
}

// endOfLine reports whether the statement ends here, and passes its newline.
func (lx *lexer) endOfLine() bool {
	if lx.eof() {
		return true
	}
	if lx.src[lx.off] == '\n' {
		lx.off++
		lx.line++
		return true
	}
	return false
}

// rest returns the rest of the physical line and passes it and its newline.
func (lx *lexer) rest() string {
	s := lx.src[lx.off:]
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
		lx.off += i + 1
		lx.line++
	} else {
		lx.off = len(lx.src)
	}
	return s
}

func isWordByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c == '/' || isAlnum(c)
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// next returns the next token of the statement, or ok false at its end, which
// it passes.
func (lx *lexer) next() (t token, ok bool, err error) {
	for {
		lx.skipBlanks()
		if lx.endOfLine() {
			return token{}, false, nil
		}
		c := lx.src[lx.off]
		switch {
		case isWordByte(c) || c == '$':
			t, err = lx.word()
			if err == nil && t.text == "" {
				continue // an expansion to nothing is no token
			}
			return t, true, err
		case c == '"' || c == '\'':
			t, err = lx.quoted(c)
			return t, true, err
		}
		for _, s := range [...]string{"||", "&&", "!=", "<=", ">=", "+=", ":=", "=", "<", ">", "!", "(", ")"} {
			if strings.HasPrefix(lx.src[lx.off:], s) {
				lx.off += len(s)
				return token{tokOp, s}, true, nil
			}
		}
		return token{}, false, errorAt(lx.pos(), "unexpected character %q; quote the value if it belongs to a string", c)
	}
}

// word reads a bare word, with what it refers to expanded.
func (lx *lexer) word() (token, error) {
	var b strings.Builder
	for lx.off < len(lx.src) {
		c := lx.src[lx.off]
		if c == '$' {
			s, err := lx.reference()
			if err != nil {
				return token{}, err
			}
			b.WriteString(s)
			continue
		}
		if !isWordByte(c) {
			break
		}
		b.WriteByte(c)
		lx.off++
	}
	if w := b.String(); w == "---help---" {
		return token{tokWord, "help"}, nil
	}
	return token{tokWord, b.String()}, nil
}

// quoted reads a quoted string. A backslash makes the next character literal,
// and references are expanded.
func (lx *lexer) quoted(quote byte) (token, error) {
	var b strings.Builder
	lx.off++
	for lx.off < len(lx.src) {
		c := lx.src[lx.off]
		switch {
		case c == quote:
			lx.off++
			return token{tokString, b.String()}, nil
		case c == '\n':
			return token{}, errorAt(lx.pos(), "the string is not closed on this line; add a %c", quote)
		case c == '\\':
			lx.off++
			if lx.off < len(lx.src) && lx.src[lx.off] != '\n' {
				b.WriteByte(lx.src[lx.off])
				lx.off++
			}
		case c == '$':
			s, err := lx.reference()
			if err != nil {
				return token{}, err
			}
			b.WriteString(s)
		default:
			b.WriteByte(c)
			lx.off++
		}
	}
	return token{}, errorAt(lx.pos(), "the string is not closed; add a %c", quote)
}

// reference expands the $(…) at the current place. A $ without ( is itself.
func (lx *lexer) reference() (string, error) {
	out, n, err := lx.in.macros.reference(lx.src[lx.off:], nil, lx.pos())
	lx.off += n
	return out, err
}

// help reads a help text: the lines that follow, as long as they are empty or
// indented at least as far as the first.
func (lx *lexer) help() string {
	var lines []string
	indent := 0
	for !lx.eof() {
		line := lx.src[lx.off:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		text, width := unindent(strings.TrimRight(line, " \t\r\f"))
		if text != "" {
			if width == 0 || width < indent {
				break
			}
			if indent == 0 {
				indent = width
			}
			text = strings.Repeat(" ", width-indent) + text
		}
		lines = append(lines, text)
		lx.rest()
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}

// unindent returns the line without its indentation and how wide that is, with
// tab stops every eight columns.
func unindent(line string) (text string, width int) {
	for i := range len(line) {
		switch line[i] {
		case ' ':
			width++
		case '\t':
			width = width&^7 + 8
		default:
			return line[i:], width
		}
	}
	return "", width
}
