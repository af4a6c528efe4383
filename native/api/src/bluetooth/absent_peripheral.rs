//! Systems where this machine cannot be a peripheral: btleplug is a central alone.

use super::{Handle, Opened, Serve, Target};
use crate::prelude::*;

fn absent<T>(cx: &Context) -> Result<T> {
    super::permitted(cx)?;
    Err(Error::new(Code::UNAVAILABLE, "advertising is not available here: it is on Linux, with BlueZ"))
}

pub(super) async fn serve(cx: Context, _: WithBody<Serve>) -> Result<Opened> {
    absent(&cx)
}

pub(super) async fn set_value(cx: Context, _: WithBody<Target>) -> Result<()> {
    absent(&cx)
}

pub(super) async fn unserve(cx: Context, _: Handle) -> Result<()> {
    absent(&cx)
}
