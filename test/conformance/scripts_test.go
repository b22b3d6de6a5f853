package conformance_test

import (
	"testing"
	"time"

	"cairn/test/harness"
)

// TestScripts runs shell scripts in a machine and natively: same output, same status.
func TestScripts(t *testing.T) {
	for _, test := range []struct {
		name, root, script string
	}{
		{"pipeline", "shell", `printf '%s\n' c a b a | sort | uniq -c | sed 's/^ *//' | tr '\n' ';'; echo "${PIPESTATUS[@]}"; false | true; echo $?; set -o pipefail; false | true; echo $?`},
		{"here-document", "shell", "x=5; cat <<A; cat <<'B'; cat <<<\"$x\"\nx is $x $((x * 2)) $(echo sub)\nA\nx is $x\nB\n"},
		{"process substitution", "shell", `diff <(seq 1 5) <(seq 1 2 9); echo $?; tee >(wc -l >/tmp/n) <<<$'a\nb' >/dev/null; sleep 0.3; cat /tmp/n`},
		{"traps", "shell", `trap 'echo usr1' USR1; trap 'echo exit' EXIT; kill -USR1 $$; (trap 'echo term; exit 3' TERM; kill -TERM $BASHPID; echo no); echo $?; sleep 5 & kill -KILL $!; wait $! 2>/dev/null; echo $?`},
		{"background jobs", "shell", `for i in 1 2 3; do (sleep 0.$i; exit $i) & p[i]=$!; done; for i in 3 1 2; do wait ${p[i]}; echo $i $?; done; wait; echo $?`},
		{"200 children in turn", "shell", `for i in {1..200}; do /bin/true || echo bad $i; done; n=0; for i in {1..50}; do n=$((n + $(echo $i))); done; echo $n`},
		{"50 children at once", "shell", `for i in {1..50}; do (sleep 0.2; exit $i) & p[i]=$!; done; s=0; for i in {1..50}; do wait ${p[i]}; s=$((s + $?)); done; echo $s`},
		{"ten stages of 10 MB", "shell", `head -c 10000000 /dev/zero | cat | cat | cat | cat | cat | cat | cat | tr '\0' x | cat | wc -c`},
		{"xargs in parallel", "shell", `seq 1 40 | xargs -P 8 -n 1 sh -c 'echo $((0 * $0 + 1))' | sort | uniq -c | sed 's/^ *//'`},
		{"find and sha256sum", "shell", `find /usr/lib -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`},
		{"git", "git", `cd /tmp && export HOME=/tmp GIT_AUTHOR_DATE="@1 +0000" GIT_COMMITTER_DATE="@1 +0000" && git config --global user.email a@b && git config --global user.name a && git init -q -b main r && cd r && for i in 1 2 3; do echo $i >f$i; git add . && git commit -q -m "c $i"; done; git log --format=%H:%s; git status --short; git fsck`},
		{"make and gcc", "build", `mkdir /tmp/p && cd /tmp/p && for i in 1 2 3 4; do echo "int f$i(void) { return $i; }" >f$i.c; done; echo '#include <stdio.h>
int f1(void), f2(void), f3(void), f4(void); int main(void) { printf("%d\n", f1() + f2() + f3() + f4()); return 0; }' >main.c; printf 'p: main.o f1.o f2.o f3.o f4.o\n\t$(CC) -o $@ $^\n' >Makefile; make -s -j4 CC=gcc && ./p`},
	} {
		t.Run(test.name, func(t *testing.T) {
			shell := "/bin/bash"
			if test.root == "git" {
				shell = "/bin/dash"
			}
			harness.Both(t, harness.Program{
				Args: []string{shell, "-c", test.script}, Root: harness.Debian(t, test.root),
				Flags: []string{"-M", "512M"}, Limit: 3 * time.Minute,
			})
		})
	}
}
