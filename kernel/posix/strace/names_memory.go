package strace

import "golang.org/x/sys/unix"

// prots are the protections of mmap(2).
var prots = names{
	unknown: "PROT_???",
	list: []named{
		{0, "PROT_NONE"},
		{unix.PROT_READ, "PROT_READ"},
		{unix.PROT_WRITE, "PROT_WRITE"},
		{unix.PROT_EXEC, "PROT_EXEC"},
		{8, "PROT_SEM"},
		{unix.PROT_GROWSDOWN, "PROT_GROWSDOWN"},
		{unix.PROT_GROWSUP, "PROT_GROWSUP"},
	},
}

// mapTypes are the sharing types of mmap(2).
var mapTypes = names{
	unknown: "MAP_???",
	list: []named{
		{0, "MAP_FILE"},
		{unix.MAP_SHARED, "MAP_SHARED"},
		{unix.MAP_PRIVATE, "MAP_PRIVATE"},
		{unix.MAP_SHARED_VALIDATE, "MAP_SHARED_VALIDATE"},
	},
}

// mapFlags are the flags of mmap(2) beside the sharing type.
var mapFlags = names{
	unknown: "MAP_???",
	list: []named{
		{unix.MAP_FIXED, "MAP_FIXED"},
		{unix.MAP_ANONYMOUS, "MAP_ANONYMOUS"},
		{0x40, "MAP_32BIT"},
		{unix.MAP_GROWSDOWN, "MAP_GROWSDOWN"},
		{unix.MAP_DENYWRITE, "MAP_DENYWRITE"},
		{unix.MAP_EXECUTABLE, "MAP_EXECUTABLE"},
		{unix.MAP_LOCKED, "MAP_LOCKED"},
		{unix.MAP_NORESERVE, "MAP_NORESERVE"},
		{unix.MAP_POPULATE, "MAP_POPULATE"},
		{unix.MAP_NONBLOCK, "MAP_NONBLOCK"},
		{unix.MAP_STACK, "MAP_STACK"},
		{unix.MAP_HUGETLB, "MAP_HUGETLB"},
		{unix.MAP_SYNC, "MAP_SYNC"},
		{unix.MAP_FIXED_NOREPLACE, "MAP_FIXED_NOREPLACE"},
	},
}

// mremapFlags are the flags of mremap(2).
var mremapFlags = names{
	unknown: "MREMAP_???",
	list: []named{
		{unix.MREMAP_MAYMOVE, "MREMAP_MAYMOVE"},
		{unix.MREMAP_FIXED, "MREMAP_FIXED"},
		{unix.MREMAP_DONTUNMAP, "MREMAP_DONTUNMAP"},
	},
}

// msyncFlags are the flags of msync(2).
var msyncFlags = names{
	unknown: "MS_???",
	list: []named{
		{unix.MS_ASYNC, "MS_ASYNC"},
		{unix.MS_INVALIDATE, "MS_INVALIDATE"},
		{unix.MS_SYNC, "MS_SYNC"},
	},
}

// madvices are the advice of madvise(2).
var madvices = names{
	unknown: "MADV_???",
	list: []named{
		{unix.MADV_NORMAL, "MADV_NORMAL"},
		{unix.MADV_RANDOM, "MADV_RANDOM"},
		{unix.MADV_SEQUENTIAL, "MADV_SEQUENTIAL"},
		{unix.MADV_WILLNEED, "MADV_WILLNEED"},
		{unix.MADV_DONTNEED, "MADV_DONTNEED"},
		{unix.MADV_FREE, "MADV_FREE"},
		{unix.MADV_REMOVE, "MADV_REMOVE"},
		{unix.MADV_DONTFORK, "MADV_DONTFORK"},
		{unix.MADV_DOFORK, "MADV_DOFORK"},
		{unix.MADV_HWPOISON, "MADV_HWPOISON"},
		{101, "MADV_SOFT_OFFLINE"},
		{unix.MADV_MERGEABLE, "MADV_MERGEABLE"},
		{unix.MADV_UNMERGEABLE, "MADV_UNMERGEABLE"},
		{unix.MADV_HUGEPAGE, "MADV_HUGEPAGE"},
		{unix.MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE"},
		{unix.MADV_DONTDUMP, "MADV_DONTDUMP"},
		{unix.MADV_DODUMP, "MADV_DODUMP"},
		{unix.MADV_WIPEONFORK, "MADV_WIPEONFORK"},
		{unix.MADV_KEEPONFORK, "MADV_KEEPONFORK"},
		{unix.MADV_COLD, "MADV_COLD"},
		{unix.MADV_PAGEOUT, "MADV_PAGEOUT"},
		{unix.MADV_POPULATE_READ, "MADV_POPULATE_READ"},
		{unix.MADV_POPULATE_WRITE, "MADV_POPULATE_WRITE"},
		{unix.MADV_DONTNEED_LOCKED, "MADV_DONTNEED_LOCKED"},
		{unix.MADV_COLLAPSE, "MADV_COLLAPSE"},
	},
}

// mlockFlags are the flags of mlock2(2).
var mlockFlags = names{
	unknown: "MLOCK_???",
	list: []named{
		{1, "MLOCK_ONFAULT"},
	},
}

// mlockallFlags are the flags of mlockall(2).
var mlockallFlags = names{
	unknown: "MCL_???",
	list: []named{
		{unix.MCL_CURRENT, "MCL_CURRENT"},
		{unix.MCL_FUTURE, "MCL_FUTURE"},
		{unix.MCL_ONFAULT, "MCL_ONFAULT"},
	},
}

// pkeyRights are the access rights of pkey_alloc(2).
var pkeyRights = names{
	unknown: "PKEY_???",
	list: []named{
		{1, "PKEY_DISABLE_ACCESS"},
		{2, "PKEY_DISABLE_WRITE"},
	},
}

// membarrierCmds are the commands of membarrier(2).
var membarrierCmds = names{
	unknown: "MEMBARRIER_CMD_???",
	list: []named{
		{0, "MEMBARRIER_CMD_QUERY"},
		{1, "MEMBARRIER_CMD_GLOBAL"},
		{2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
		{4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
		{8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
		{0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
		{0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
		{0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
		{0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
		{0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
	},
}

// membarrierFlags are the flags of membarrier(2).
var membarrierFlags = names{
	unknown: "MEMBARRIER_CMD_FLAG_???",
	list: []named{
		{1, "MEMBARRIER_CMD_FLAG_CPU"},
	},
}

// mempolicies are the modes of set_mempolicy(2).
var mempolicies = names{
	unknown: "MPOL_???",
	list: []named{
		{unix.MPOL_DEFAULT, "MPOL_DEFAULT"},
		{unix.MPOL_PREFERRED, "MPOL_PREFERRED"},
		{unix.MPOL_BIND, "MPOL_BIND"},
		{unix.MPOL_INTERLEAVE, "MPOL_INTERLEAVE"},
		{unix.MPOL_LOCAL, "MPOL_LOCAL"},
	},
}

// shmFlags are the flags of shmget(2).
var shmFlags = names{

	list: []named{
		{unix.IPC_CREAT, "IPC_CREAT"},
		{unix.IPC_EXCL, "IPC_EXCL"},
		{0x800, "SHM_HUGETLB"},
		{0x1000, "SHM_NORESERVE"},
	},
}

// shmatFlags are the flags of shmat(2).
var shmatFlags = names{
	unknown: "SHM_???",
	list: []named{
		{unix.SHM_RDONLY, "SHM_RDONLY"},
		{unix.SHM_RND, "SHM_RND"},
		{0x4000, "SHM_REMAP"},
		{0x8000, "SHM_EXEC"},
	},
}

// ipcCmds are the operations of shmctl(2) and its like.
var ipcCmds = names{
	unknown: "???_???",
	list: []named{
		{unix.IPC_RMID, "IPC_RMID"},
		{unix.IPC_SET, "IPC_SET"},
		{unix.IPC_STAT, "IPC_STAT"},
		{3, "IPC_INFO"},
		{0xb, "SHM_LOCK"},
		{0xc, "SHM_UNLOCK"},
		{0xd, "SHM_STAT"},
		{0xe, "SHM_INFO"},
	},
}
