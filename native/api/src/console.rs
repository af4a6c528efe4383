//! Terminal output of pages and workers.

use std::io::Write;

use crate::prelude::*;

routes! { Context;
    /// Writes text to the app's standard output (stream 1) or standard error (stream 2).
    "console.write" => write;
}

#[derive(Deserialize, TS)]
struct Output {
    /// 1: standard output; 2: standard error.
    stream: u8,
}

async fn write(_: Context, request: WithBody<Output>) -> Result<()> {
    // A closed terminal is no reason to fail: console.log never throws.
    let _ = match request.head.stream {
        1 => std::io::stdout().write_all(&request.body).and_then(|()| std::io::stdout().flush()),
        2 => std::io::stderr().write_all(&request.body),
        other => {
            let text = format!("there is no stream {other}: 1 is standard output, 2 standard error");
            return Err(Error::new(Code::INVALID_ARG_VALUE, text));
        }
    };
    Ok(())
}
