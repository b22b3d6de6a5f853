package strace

import "golang.org/x/sys/unix"

// accessModes are the modes of open(2).
var accessModes = names{
	unknown: "O_???",
	list: []named{
		{0, "O_RDONLY"},
		{1, "O_WRONLY"},
		{2, "O_RDWR"},
		{3, "O_ACCMODE"},
	},
}

// openFlags are the flags of open(2) beside the access mode.
var openFlags = names{
	unknown: "O_???",
	list: []named{
		{unix.O_CREAT, "O_CREAT"},
		{unix.O_EXCL, "O_EXCL"},
		{unix.O_NOCTTY, "O_NOCTTY"},
		{unix.O_TRUNC, "O_TRUNC"},
		{unix.O_APPEND, "O_APPEND"},
		{unix.O_NONBLOCK, "O_NONBLOCK"},
		{unix.O_SYNC, "O_SYNC"},
		{unix.O_DSYNC, "O_DSYNC"},
		{unix.O_DIRECT, "O_DIRECT"},
		{0x8000, "O_LARGEFILE"},
		{unix.O_TMPFILE, "O_TMPFILE"},
		{unix.O_DIRECTORY, "O_DIRECTORY"},
		{unix.O_NOFOLLOW, "O_NOFOLLOW"},
		{unix.O_NOATIME, "O_NOATIME"},
		{unix.O_CLOEXEC, "O_CLOEXEC"},
		{unix.O_PATH, "O_PATH"},
		{0x2000, "FASYNC"},
	},
}

// whences are the origins of lseek(2).
var whences = names{
	unknown: "SEEK_???",
	list: []named{
		{unix.SEEK_SET, "SEEK_SET"},
		{unix.SEEK_CUR, "SEEK_CUR"},
		{unix.SEEK_END, "SEEK_END"},
		{3, "SEEK_DATA"},
		{4, "SEEK_HOLE"},
	},
}

// accessBits are the questions of access(2).
var accessBits = names{
	unknown: "?_OK",
	list: []named{
		{0, "F_OK"},
		{4, "R_OK"},
		{2, "W_OK"},
		{1, "X_OK"},
	},
}

// atFlags are the flags of the *at calls.
var atFlags = names{
	unknown: "AT_???",
	list: []named{
		{unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"},
		{unix.AT_SYMLINK_FOLLOW, "AT_SYMLINK_FOLLOW"},
		{unix.AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT"},
		{unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"},
		{unix.AT_STATX_FORCE_SYNC, "AT_STATX_FORCE_SYNC"},
		{unix.AT_STATX_DONT_SYNC, "AT_STATX_DONT_SYNC"},
		{unix.AT_RECURSIVE, "AT_RECURSIVE"},
	},
}

// statxSync are the synchronisation types among the flags of statx(2).
var statxSync = names{

	list: []named{
		{unix.AT_STATX_SYNC_AS_STAT, "AT_STATX_SYNC_AS_STAT"},
		{unix.AT_STATX_FORCE_SYNC, "AT_STATX_FORCE_SYNC"},
		{unix.AT_STATX_DONT_SYNC, "AT_STATX_DONT_SYNC"},
	},
}

// unlinkFlags are the flags of unlinkat(2).
var unlinkFlags = names{
	unknown: "AT_???",
	list: []named{
		{unix.AT_REMOVEDIR, "AT_REMOVEDIR"},
	},
}

// accessFlags are the flags of faccessat2(2).
var accessFlags = names{
	unknown: "AT_???",
	list: []named{
		{unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"},
		{unix.AT_EACCESS, "AT_EACCESS"},
		{unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"},
	},
}

// renameFlags are the flags of renameat2(2).
var renameFlags = names{
	unknown: "RENAME_??",
	list: []named{
		{unix.RENAME_NOREPLACE, "RENAME_NOREPLACE"},
		{unix.RENAME_EXCHANGE, "RENAME_EXCHANGE"},
		{unix.RENAME_WHITEOUT, "RENAME_WHITEOUT"},
	},
}

// closeRangeFlags are the flags of close_range(2).
var closeRangeFlags = names{
	unknown: "CLOSE_RANGE_???",
	list: []named{
		{unix.CLOSE_RANGE_UNSHARE, "CLOSE_RANGE_UNSHARE"},
		{unix.CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"},
	},
}

// flockOps are the operations of flock(2).
var flockOps = names{
	unknown: "LOCK_???",
	list: []named{
		{unix.LOCK_SH, "LOCK_SH"},
		{unix.LOCK_EX, "LOCK_EX"},
		{unix.LOCK_NB, "LOCK_NB"},
		{unix.LOCK_UN, "LOCK_UN"},
	},
}

// fallocateModes are the modes of fallocate(2).
var fallocateModes = names{
	unknown: "FALLOC_FL_???",
	list: []named{
		{unix.FALLOC_FL_KEEP_SIZE, "FALLOC_FL_KEEP_SIZE"},
		{unix.FALLOC_FL_PUNCH_HOLE, "FALLOC_FL_PUNCH_HOLE"},
		{unix.FALLOC_FL_NO_HIDE_STALE, "FALLOC_FL_NO_HIDE_STALE"},
		{unix.FALLOC_FL_COLLAPSE_RANGE, "FALLOC_FL_COLLAPSE_RANGE"},
		{unix.FALLOC_FL_ZERO_RANGE, "FALLOC_FL_ZERO_RANGE"},
		{unix.FALLOC_FL_INSERT_RANGE, "FALLOC_FL_INSERT_RANGE"},
		{unix.FALLOC_FL_UNSHARE_RANGE, "FALLOC_FL_UNSHARE_RANGE"},
	},
}

// fadvices are the advice of posix_fadvise(2).
var fadvices = names{
	unknown: "POSIX_FADV_???",
	list: []named{
		{0, "POSIX_FADV_NORMAL"},
		{1, "POSIX_FADV_RANDOM"},
		{2, "POSIX_FADV_SEQUENTIAL"},
		{3, "POSIX_FADV_WILLNEED"},
		{4, "POSIX_FADV_DONTNEED"},
		{5, "POSIX_FADV_NOREUSE"},
	},
}

// syncRangeFlags are the flags of sync_file_range(2).
var syncRangeFlags = names{
	unknown: "SYNC_FILE_RANGE_???",
	list: []named{
		{unix.SYNC_FILE_RANGE_WAIT_BEFORE, "SYNC_FILE_RANGE_WAIT_BEFORE"},
		{unix.SYNC_FILE_RANGE_WRITE, "SYNC_FILE_RANGE_WRITE"},
		{unix.SYNC_FILE_RANGE_WAIT_AFTER, "SYNC_FILE_RANGE_WAIT_AFTER"},
	},
}

// spliceFlags are the flags of splice(2).
var spliceFlags = names{
	unknown: "SPLICE_F_???",
	list: []named{
		{unix.SPLICE_F_MOVE, "SPLICE_F_MOVE"},
		{unix.SPLICE_F_NONBLOCK, "SPLICE_F_NONBLOCK"},
		{unix.SPLICE_F_MORE, "SPLICE_F_MORE"},
		{unix.SPLICE_F_GIFT, "SPLICE_F_GIFT"},
	},
}

// rwFlags are the flags of preadv2(2).
var rwFlags = names{
	unknown: "RWF_???",
	list: []named{
		{unix.RWF_HIPRI, "RWF_HIPRI"},
		{unix.RWF_DSYNC, "RWF_DSYNC"},
		{unix.RWF_SYNC, "RWF_SYNC"},
		{unix.RWF_NOWAIT, "RWF_NOWAIT"},
		{unix.RWF_APPEND, "RWF_APPEND"},
	},
}

// statxMasks are the fields of statx(2).
var statxMasks = names{
	unknown: "STATX_???",
	list: []named{
		{0xfff, "STATX_ALL"},
		{unix.STATX_BASIC_STATS, "STATX_BASIC_STATS"},
		{unix.STATX_TYPE, "STATX_TYPE"},
		{unix.STATX_MODE, "STATX_MODE"},
		{unix.STATX_NLINK, "STATX_NLINK"},
		{unix.STATX_UID, "STATX_UID"},
		{unix.STATX_GID, "STATX_GID"},
		{unix.STATX_ATIME, "STATX_ATIME"},
		{unix.STATX_MTIME, "STATX_MTIME"},
		{unix.STATX_CTIME, "STATX_CTIME"},
		{unix.STATX_INO, "STATX_INO"},
		{unix.STATX_SIZE, "STATX_SIZE"},
		{unix.STATX_BLOCKS, "STATX_BLOCKS"},
		{unix.STATX_BTIME, "STATX_BTIME"},
		{0x1000, "STATX_MNT_ID"},
		{0x2000, "STATX_DIOALIGN"},
	},
}

// statxAttributes are the attributes that statx(2) returns.
var statxAttributes = names{
	unknown: "STATX_ATTR_???",
	list: []named{
		{0x4, "STATX_ATTR_COMPRESSED"},
		{0x10, "STATX_ATTR_IMMUTABLE"},
		{0x20, "STATX_ATTR_APPEND"},
		{0x40, "STATX_ATTR_NODUMP"},
		{0x800, "STATX_ATTR_ENCRYPTED"},
		{0x1000, "STATX_ATTR_AUTOMOUNT"},
		{0x2000, "STATX_ATTR_MOUNT_ROOT"},
		{0x100000, "STATX_ATTR_VERITY"},
		{0x200000, "STATX_ATTR_DAX"},
	},
}

// xattrFlags are the flags of setxattr(2).
var xattrFlags = names{
	unknown: "XATTR_???",
	list: []named{
		{unix.XATTR_CREATE, "XATTR_CREATE"},
		{unix.XATTR_REPLACE, "XATTR_REPLACE"},
	},
}

// mountFlags are the flags of mount(2).
var mountFlags = names{
	unknown: "MS_???",
	list: []named{
		{unix.MS_RDONLY, "MS_RDONLY"},
		{unix.MS_NOSUID, "MS_NOSUID"},
		{unix.MS_NODEV, "MS_NODEV"},
		{unix.MS_NOEXEC, "MS_NOEXEC"},
		{unix.MS_SYNCHRONOUS, "MS_SYNCHRONOUS"},
		{unix.MS_REMOUNT, "MS_REMOUNT"},
		{unix.MS_MANDLOCK, "MS_MANDLOCK"},
		{unix.MS_DIRSYNC, "MS_DIRSYNC"},
		{unix.MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW"},
		{unix.MS_NOATIME, "MS_NOATIME"},
		{unix.MS_NODIRATIME, "MS_NODIRATIME"},
		{unix.MS_BIND, "MS_BIND"},
		{unix.MS_MOVE, "MS_MOVE"},
		{unix.MS_REC, "MS_REC"},
		{unix.MS_SILENT, "MS_SILENT"},
		{unix.MS_POSIXACL, "MS_POSIXACL"},
		{unix.MS_UNBINDABLE, "MS_UNBINDABLE"},
		{unix.MS_PRIVATE, "MS_PRIVATE"},
		{unix.MS_SLAVE, "MS_SLAVE"},
		{unix.MS_SHARED, "MS_SHARED"},
		{unix.MS_RELATIME, "MS_RELATIME"},
		{unix.MS_KERNMOUNT, "MS_KERNMOUNT"},
		{unix.MS_I_VERSION, "MS_I_VERSION"},
		{unix.MS_STRICTATIME, "MS_STRICTATIME"},
		{unix.MS_LAZYTIME, "MS_LAZYTIME"},
	},
}

// umountFlags are the flags of umount2(2).
var umountFlags = names{
	unknown: "MNT_???",
	list: []named{
		{unix.MNT_FORCE, "MNT_FORCE"},
		{unix.MNT_DETACH, "MNT_DETACH"},
		{unix.MNT_EXPIRE, "MNT_EXPIRE"},
		{unix.UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW"},
	},
}

// inotifyFlags are the flags of inotify_init1(2).
var inotifyFlags = names{
	unknown: "IN_???",
	list: []named{
		{unix.IN_NONBLOCK, "IN_NONBLOCK"},
		{unix.IN_CLOEXEC, "IN_CLOEXEC"},
	},
}

// inotifyMasks are the events of inotify(7).
var inotifyMasks = names{
	unknown: "IN_???",
	list: []named{
		{unix.IN_ACCESS, "IN_ACCESS"},
		{unix.IN_MODIFY, "IN_MODIFY"},
		{unix.IN_ATTRIB, "IN_ATTRIB"},
		{unix.IN_CLOSE_WRITE, "IN_CLOSE_WRITE"},
		{unix.IN_CLOSE_NOWRITE, "IN_CLOSE_NOWRITE"},
		{unix.IN_OPEN, "IN_OPEN"},
		{unix.IN_MOVED_FROM, "IN_MOVED_FROM"},
		{unix.IN_MOVED_TO, "IN_MOVED_TO"},
		{unix.IN_CREATE, "IN_CREATE"},
		{unix.IN_DELETE, "IN_DELETE"},
		{unix.IN_DELETE_SELF, "IN_DELETE_SELF"},
		{unix.IN_MOVE_SELF, "IN_MOVE_SELF"},
		{unix.IN_UNMOUNT, "IN_UNMOUNT"},
		{unix.IN_Q_OVERFLOW, "IN_Q_OVERFLOW"},
		{unix.IN_IGNORED, "IN_IGNORED"},
		{unix.IN_ONLYDIR, "IN_ONLYDIR"},
		{unix.IN_DONT_FOLLOW, "IN_DONT_FOLLOW"},
		{unix.IN_EXCL_UNLINK, "IN_EXCL_UNLINK"},
		{unix.IN_MASK_CREATE, "IN_MASK_CREATE"},
		{unix.IN_MASK_ADD, "IN_MASK_ADD"},
		{unix.IN_ISDIR, "IN_ISDIR"},
		{unix.IN_ONESHOT, "IN_ONESHOT"},
	},
}

// memfdFlags are the flags of memfd_create(2).
var memfdFlags = names{
	unknown: "MFD_???",
	list: []named{
		{unix.MFD_CLOEXEC, "MFD_CLOEXEC"},
		{unix.MFD_ALLOW_SEALING, "MFD_ALLOW_SEALING"},
		{unix.MFD_HUGETLB, "MFD_HUGETLB"},
	},
}

// fileTypes are the types in a file mode.
var fileTypes = names{

	list: []named{
		{unix.S_IFREG, "S_IFREG"},
		{unix.S_IFSOCK, "S_IFSOCK"},
		{unix.S_IFIFO, "S_IFIFO"},
		{unix.S_IFLNK, "S_IFLNK"},
		{unix.S_IFDIR, "S_IFDIR"},
		{unix.S_IFBLK, "S_IFBLK"},
		{unix.S_IFCHR, "S_IFCHR"},
	},
}

// setIDBits are the bits of a file mode that have names.
var setIDBits = names{

	list: []named{
		{unix.S_ISUID, "S_ISUID"},
		{unix.S_ISGID, "S_ISGID"},
		{unix.S_ISVTX, "S_ISVTX"},
	},
}

// statfsTypes are the file system types of statfs(2).
var statfsTypes = names{

	list: []named{
		{0xadf5, "ADFS_SUPER_MAGIC"},
		{unix.BPF_FS_MAGIC, "BPF_FS_MAGIC"},
		{unix.CGROUP2_SUPER_MAGIC, "CGROUP2_SUPER_MAGIC"},
		{unix.CGROUP_SUPER_MAGIC, "CGROUP_SUPER_MAGIC"},
		{unix.DEBUGFS_MAGIC, "DEBUGFS_MAGIC"},
		{unix.DEVPTS_SUPER_MAGIC, "DEVPTS_SUPER_MAGIC"},
		{0xef53, "EXT2_SUPER_MAGIC"},
		{0x65735546, "FUSE_SUPER_MAGIC"},
		{unix.HUGETLBFS_MAGIC, "HUGETLBFS_MAGIC"},
		{unix.ISOFS_SUPER_MAGIC, "ISOFS_SUPER_MAGIC"},
		{unix.MSDOS_SUPER_MAGIC, "MSDOS_SUPER_MAGIC"},
		{0x6e736673, "NSFS_MAGIC"},
		{unix.OVERLAYFS_SUPER_MAGIC, "OVERLAYFS_SUPER_MAGIC"},
		{0x50495045, "PIPEFS_MAGIC"},
		{unix.PROC_SUPER_MAGIC, "PROC_SUPER_MAGIC"},
		{unix.RAMFS_MAGIC, "RAMFS_MAGIC"},
		{0x534f434b, "SOCKFS_MAGIC"},
		{unix.SQUASHFS_MAGIC, "SQUASHFS_MAGIC"},
		{unix.SYSFS_MAGIC, "SYSFS_MAGIC"},
		{unix.TMPFS_MAGIC, "TMPFS_MAGIC"},
		{unix.V9FS_MAGIC, "V9FS_MAGIC"},
	},
}

// statfsFlags are the flags of statfs(2).
var statfsFlags = names{
	unknown: "ST_???",
	list: []named{
		{0x20, "ST_VALID"},
		{0x1, "ST_RDONLY"},
		{0x2, "ST_NOSUID"},
		{0x4, "ST_NODEV"},
		{0x8, "ST_NOEXEC"},
		{0x10, "ST_SYNCHRONOUS"},
		{0x40, "ST_MANDLOCK"},
		{0x80, "ST_WRITE"},
		{0x100, "ST_APPEND"},
		{0x200, "ST_IMMUTABLE"},
		{0x400, "ST_NOATIME"},
		{0x800, "ST_NODIRATIME"},
		{0x1000, "ST_RELATIME"},
		{0x2000, "ST_NOSYMFOLLOW"},
	},
}

// resolveFlags are the resolve flags of openat2(2).
var resolveFlags = names{
	unknown: "RESOLVE_???",
	list: []named{
		{unix.RESOLVE_NO_XDEV, "RESOLVE_NO_XDEV"},
		{unix.RESOLVE_NO_MAGICLINKS, "RESOLVE_NO_MAGICLINKS"},
		{unix.RESOLVE_NO_SYMLINKS, "RESOLVE_NO_SYMLINKS"},
		{unix.RESOLVE_BENEATH, "RESOLVE_BENEATH"},
		{unix.RESOLVE_IN_ROOT, "RESOLVE_IN_ROOT"},
		{0x20, "RESOLVE_CACHED"},
	},
}
