//! What the Linux kernel can enforce: Landlock for files, seccomp for everything that is no file.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::Access;

/// The newest Landlock that this was written for; older kernels enforce what they know.
const LANDLOCK: ABI = ABI::V6;

// System calls that are younger than their names in `libc`; their numbers are the same on every architecture.
const FCHMODAT2: i64 = 452;
const SETXATTRAT: i64 = 463;
const REMOVEXATTRAT: i64 = 466;
const FILE_SETATTR: i64 = 469;

/// Allows reading and writing only where `access` says. What a script may start is not restricted: a program needs
/// libraries, settings and temporary files that nobody can list.
pub(super) fn restrict_files(access: &Access) -> Result<String, String> {
    if access.subprocess {
        return Err("off, because the script may start programs".to_owned());
    }
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::from_all(LANDLOCK) & !AccessFs::Execute;
    let restrict = || {
        let ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(LANDLOCK))?;
        // No port is allowed by any rule: a second lock beside that of the system calls.
        let ruleset = if access.network { ruleset } else { ruleset.handle_access(AccessNet::from_all(LANDLOCK))? };
        ruleset
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .add_rules(path_beneath_rules(&access.read, read))?
            .add_rules(path_beneath_rules(&access.write, write))?
            .add_rules(path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile))?
            .restrict_self()
    };
    let status = restrict().map_err(|error| error.to_string())?;
    let version = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi as i32,
        LandlockStatus::NotEnabled => return Err("the kernel has it switched off".to_owned()),
        LandlockStatus::NotImplemented => return Err("the kernel is too old for it".to_owned()),
    };
    match status.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel did not enforce it".to_owned()),
        RulesetStatus::PartiallyEnforced => Ok(format!("active (version {version} of {}, in part)", LANDLOCK as i32)),
        RulesetStatus::FullyEnforced => Ok(format!("active (version {version})")),
    }
}

/// Forbids the system calls by which a script could reach the network, other processes, or the properties of files.
pub(super) fn restrict_calls(access: &Access) -> Result<String, String> {
    let apply = || -> Result<(), seccompiler::Error> {
        // A refused `clone3` must look unknown, so that the C library falls back to `clone`, whose flags can be seen.
        if !access.subprocess {
            seccompiler::apply_filter(&filter(BTreeMap::from([(libc::SYS_clone3, vec![])]), libc::ENOSYS)?)?;
        }
        seccompiler::apply_filter(&filter(forbidden(access)?, libc::EPERM)?)
    };
    apply().map(|()| "active".to_owned()).map_err(|error| error.to_string())
}

fn filter(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, seccompiler::Error> {
    let architecture = std::env::consts::ARCH.try_into()?;
    let refuse = SeccompAction::Errno(errno.unsigned_abs());
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?.try_into()?)
}

fn forbidden(access: &Access) -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::Error> {
    let mut rules = BTreeMap::new();
    // Doors around every other rule, into the kernel, or into other processes.
    forbid(
        &mut rules,
        &[
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_pidfd_getfd,
            libc::SYS_pidfd_send_signal,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_perf_event_open,
            libc::SYS_userfaultfd,
            libc::SYS_keyctl,
            libc::SYS_add_key,
            libc::SYS_mount,
            libc::SYS_umount2,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_chroot,
            libc::SYS_pivot_root,
            libc::SYS_kexec_load,
            libc::SYS_init_module,
            libc::SYS_finit_module,
            libc::SYS_setsid,
            libc::SYS_setpgid,
        ],
    );
    let me = u64::from(super::process_id());
    let signals =
        [libc::SYS_kill, libc::SYS_tkill, libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo];
    for signal in signals {
        rules.insert(signal, vec![argument(0, SeccompCmpOp::Ne, me)?]);
    }
    // A limit of CPU time ends a process as surely as a signal. Zero, and for limits no more than that, is the caller.
    for limits in [libc::SYS_prlimit64, libc::SYS_sched_setaffinity] {
        let of_another = [argument_is_not(0, me)?, argument_is_not(0, 0)?];
        rules.insert(limits, vec![SeccompRule::new(of_another.into())?]);
    }
    // How urgent this process is, and any other, is for the host to say.
    forbid(
        &mut rules,
        &[
            libc::SYS_setpriority,
            libc::SYS_sched_setparam,
            libc::SYS_sched_setscheduler,
            libc::SYS_sched_setattr,
            libc::SYS_ioprio_set,
            libc::SYS_migrate_pages,
            libc::SYS_move_pages,
        ],
    );
    if access.write.is_empty() {
        // Landlock knows the content of files, not their properties.
        forbid(
            &mut rules,
            &[
                libc::SYS_fchmod,
                libc::SYS_fchmodat,
                FCHMODAT2,
                libc::SYS_fchown,
                libc::SYS_fchownat,
                libc::SYS_utimensat,
                libc::SYS_setxattr,
                libc::SYS_lsetxattr,
                libc::SYS_fsetxattr,
                libc::SYS_removexattr,
                libc::SYS_lremovexattr,
                libc::SYS_fremovexattr,
                SETXATTRAT,
                REMOVEXATTRAT,
                FILE_SETATTR,
            ],
        );
        #[cfg(target_arch = "x86_64")]
        forbid(
            &mut rules,
            &[
                libc::SYS_chmod,
                libc::SYS_chown,
                libc::SYS_lchown,
                libc::SYS_utime,
                libc::SYS_utimes,
                libc::SYS_futimesat,
            ],
        );
    }
    if !access.network {
        forbid(&mut rules, &[libc::SYS_socket]);
        // Event loops wake themselves through a connected pair, which reaches nobody; datagrams could be redirected.
        let not_a_stream = argument(1, SeccompCmpOp::MaskedEq(0xf), libc::SOCK_DGRAM.unsigned_abs().into())?;
        let raw = argument(1, SeccompCmpOp::MaskedEq(0xf), libc::SOCK_RAW.unsigned_abs().into())?;
        rules.insert(libc::SYS_socketpair, vec![not_a_stream, raw]);
    }
    if !access.subprocess {
        forbid(&mut rules, &[libc::SYS_execve, libc::SYS_execveat]);
        #[cfg(target_arch = "x86_64")]
        forbid(&mut rules, &[libc::SYS_fork, libc::SYS_vfork]);
        let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
        rules.insert(libc::SYS_clone, vec![argument(0, SeccompCmpOp::MaskedEq(thread), 0)?]);
    }
    Ok(rules)
}

fn forbid(rules: &mut BTreeMap<i64, Vec<SeccompRule>>, calls: &[i64]) {
    rules.extend(calls.iter().map(|call| (*call, Vec::new())));
}

fn argument(index: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, seccompiler::Error> {
    let condition = SeccompCondition::new(index, SeccompCmpArgLen::Qword, operator, value)?;
    Ok(SeccompRule::new(vec![condition])?)
}

/// The kernel takes a process's id from the lower half of an argument and does not look at the rest.
fn argument_is_not(index: u8, value: u64) -> Result<SeccompCondition, seccompiler::Error> {
    Ok(SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)?)
}
