package user

import (
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/task"
)

// What the library tells /proc.
func init() { facts.Process.Creds = credsFor }

func credsFor(t *task.Task) facts.Creds {
	c := Of(t)
	return facts.Creds{
		UID: [4]uint32{c.UID, c.EUID, c.SUID, c.FS.UID}, GID: [4]uint32{c.GID, c.EGID, c.SGID, c.FS.GID}, Groups: c.FS.Groups,
		Inheritable: c.Inheritable, Permitted: c.Permitted, Effective: c.Effective, Bounding: c.Bounding, Ambient: c.Ambient,
	}
}
