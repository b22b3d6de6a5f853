package process_test

import (
	"testing"

	"cairn/kernel/posix/process"
	pt "cairn/kernel/posix/process/processtest"

	"golang.org/x/sys/unix"
)

func TestGroupsAndSessions(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		self := p.Must(unix.SYS_GETPID)
		p.Must(unix.SYS_SETSID)
		if sid, pgid := p.Must(unix.SYS_GETSID, 0), p.Must(unix.SYS_GETPGID, 0); sid != self || pgid != self {
			t.Errorf("after setsid: session %d, group %d, want %d", sid, pgid, self)
		}
		a, b := p.Fork(sleep), p.Fork(sleep)
		other := p.Fork(func(c *pt.Program) {
			c.Must(unix.SYS_SETSID)
			sleep(c)
		})
		eventually(t, "the child has a session", func() bool { return process.SessionOfGroup(int32(other)) == int32(other) })
		for _, c := range []struct {
			what      string
			pid, pgid int64
			want      error
		}{
			{"a child to a group of its own", a, 0, nil},
			{"another child to that group", b, a, nil},
			{"back to the parent's group", b, self, nil},
			{"a group that does not exist", b, 30000, unix.EPERM},
			{"a negative group", b, -1, unix.EINVAL},
			{"no child of the caller", 1, 1, unix.ESRCH},
			{"a child in another session", other, 0, unix.EPERM},
			{"a session leader", 0, a, unix.EPERM},
			{"a group of another session", b, other, unix.EPERM},
		} {
			if _, err := p.Call(unix.SYS_SETPGID, uint64(c.pid), uint64(c.pgid)); err != c.want && !(err == nil && c.want == nil) {
				t.Errorf("setpgid of %s: %v, want %v", c.what, err, c.want)
			}
		}
		if _, err := p.Call(unix.SYS_SETSID); err != unix.EPERM {
			t.Errorf("setsid of a group leader: %v, want EPERM", err)
		}
		if g := process.Group(int32(self)); len(g) != 2 {
			t.Errorf("%d processes in the group, want 2", len(g))
		}
		for _, c := range []int64{a, b, other} {
			kill(c)
			p.Wait(c, 0)
		}
	})
}

func TestGroupIDOutlivesItsProcess(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1) // before the leader can end
		leader := p.Fork(func(c *pt.Program) {
			c.Must(unix.SYS_SETPGID, 0, 0)
			c.Fork(sleep)
		})
		p.Wait(leader, 0)
		members := process.Group(int32(leader))
		if len(members) != 1 {
			t.Fatalf("%d processes in the group whose leader ended, want 1", len(members))
		}
		kill(int64(members[0].PID))
		p.Wait(-1, 0)
		if process.SessionOfGroup(int32(leader)) != 0 {
			t.Error("the empty group still exists")
		}
	})
}

func TestOrphanedGroupWithStoppedMembers(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
		p.Must(unix.SYS_SETSID)
		var job int64
		shell := p.Fork(func(c *pt.Program) {
			c.Must(unix.SYS_SETPGID, 0, 0)
			job = c.Fork(func(j *pt.Program) {
				j.Must(unix.SYS_SETPGID, 0, 0)
				process.Stop(j.Task, int(unix.SIGTSTP))
				j.Call(unix.SYS_GETPID)
				sleep(j)
			})
			c.Wait(job, unix.WUNTRACED)
			if process.OrphanedGroup(int32(job)) {
				t.Error("the job's group is orphaned while its shell lives")
			}
			// The job's new parent is in the session, but in another group: not orphaned. So it must leave, too.
		})
		p.Wait(shell, 0)
		if process.OrphanedGroup(int32(job)) {
			t.Error("the group is orphaned although its new parent is in the session")
		}
		if sent := pt.TakeSent(job); len(sent) != 0 {
			t.Errorf("signals to a group that is not orphaned: %v", sent)
		}
		kill(job)
		p.Wait(job, 0)
	})
	var job int64
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_SETSID)
		job = p.Fork(func(j *pt.Program) {
			j.Must(unix.SYS_SETPGID, 0, 0)
			process.Stop(j.Task, int(unix.SIGTSTP))
			j.Call(unix.SYS_GETPID)
			sleep(j)
		})
		p.Wait(job, unix.WUNTRACED)
	}) // the session's leader ends, the first process is the new parent
	var got []unix.Signal
	for _, s := range pt.TakeSent(job) {
		got = append(got, s.Signal)
	}
	if len(got) != 2 || got[0] != unix.SIGHUP || got[1] != unix.SIGCONT {
		t.Errorf("signals to the orphaned group: %v, want SIGHUP, SIGCONT", got)
	}
	kill(job)
}

func TestSessionEndsWithItsLeader(t *testing.T) {
	ended := make(chan int32, 10)
	process.SessionEnded = func(session int32) { ended <- session }
	defer func() { process.SessionEnded = func(int32) {} }()
	var self int64
	pt.Run(t, func(p *pt.Program) {
		self = p.Must(unix.SYS_SETSID)
		p.Wait(p.Fork(exit(0)), 0)
		if len(ended) != 0 {
			t.Error("the end of a process that is no leader ended the session")
		}
	})
	if got := <-ended; int64(got) != self {
		t.Errorf("session %d ended, want %d", got, self)
	}
}
