//! Windows: each of these says that it is not there, until the machine can be asked.

use super::{Cpu, Uname, User};
use crate::prelude::*;

macro_rules! not_there {
    ($($name:ident($($type:ty),*) -> $result:ty, $syscall:literal;)*) => {
        $(pub(super) fn $name($(_: $type),*) -> Result<$result> {
            Err(Error::errno("ENOSYS").syscall($syscall))
        })*
    };
}

not_there! {
    loadavg() -> [f64; 3], "uv_loadavg";
    uname() -> Uname, "uv_os_uname";
    get_priority(i32) -> i32, "uv_os_getpriority";
    set_priority(i32, i32) -> (), "uv_os_setpriority";
    user() -> WithBody<User, Vec<u8>>, "uv_os_get_passwd";
    cpus() -> Vec<Cpu>, "uv_cpu_info";
    memory() -> (u64, u64), "uv_get_total_memory";
    uptime() -> f64, "uv_uptime";
}
