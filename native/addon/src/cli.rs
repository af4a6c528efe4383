//! `run(argv, options)`: the command line as a promise of its exit code.

use std::any::Any;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread;

use napi::bindgen_prelude::Object;
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use socket_cli::Environment;

use crate::process;

/// Where the parts of the installed packages lie.
#[napi(object)]
pub struct Options {
    /// The folder of `@socketsupply/socket`, which `ssc --prefix` prints.
    pub prefix: String,
    /// The prebuilt runtime executable of this platform, when its package is installed.
    pub runtime: Option<String>,
    /// Numbers of the signals that the program around it does not answer itself.
    pub signals: Vec<i32>,
}

/// Runs `ssc` with these arguments (without the program's own name) and resolves with its exit code.
///
/// It has a thread of its own, because a build or a running app takes as long as it likes while Node's event
/// loop must go on delivering signals.
#[napi(ts_return_type = "Promise<number>")]
pub fn run<'env>(env: &'env Env, argv: Vec<String>, options: Options) -> Result<Object<'env>> {
    let (deferred, promise) = env.create_deferred()?;
    let environment =
        Environment { prefix: PathBuf::from(options.prefix), runtime: options.runtime.map(PathBuf::from) };
    process::make_streams_inheritable();
    process::reset_signals(&options.signals);
    thread::Builder::new()
        .name("ssc".into())
        .spawn(move || {
            let args = argv.into_iter().map(OsString::from);
            match catch_unwind(AssertUnwindSafe(|| socket_cli::run(args, &environment))) {
                Ok(code) => deferred.resolve(move |_| Ok(code)),
                Err(panic) => deferred.reject(Error::new(Status::GenericFailure, message(&*panic))),
            }
        })
        .map_err(|error| Error::new(Status::GenericFailure, format!("cannot start a thread: {error}")))?;
    Ok(promise)
}

/// The version of this addon; a wrapper of another version must not use it.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("ssc stopped on an internal error: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_keeps_its_words() {
        let panic = catch_unwind(|| panic!("plan {}", 7)).expect_err("it panics");
        assert_eq!(message(&*panic), "ssc stopped on an internal error: plan 7");
    }
}
