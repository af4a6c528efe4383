//! A runtime that was built without the feature `bluetooth`.

use super::{Adapter, Connect, Handle, Opened, Service, StartScan, Target, Write};
use crate::prelude::*;

fn absent<T>(cx: &Context) -> Result<T> {
    super::permitted(cx)?;
    Err(Error::new(
        Code::UNAVAILABLE,
        "this runtime was built without Bluetooth (the cargo feature `bluetooth`)",
    ))
}

pub(super) async fn adapters(cx: Context, (): ()) -> Result<Vec<Adapter>> {
    absent(&cx)
}

pub(super) async fn start_scan(cx: Context, _: StartScan) -> Result<Opened> {
    absent(&cx)
}

pub(super) async fn stop_scan(cx: Context, _: Handle) -> Result<()> {
    absent(&cx)
}

pub(super) async fn connect(cx: Context, _: Connect) -> Result<Opened> {
    absent(&cx)
}

pub(super) async fn disconnect(cx: Context, _: Handle) -> Result<()> {
    absent(&cx)
}

pub(super) async fn services(cx: Context, _: Handle) -> Result<Vec<Service>> {
    absent(&cx)
}

pub(super) async fn read(cx: Context, _: Target) -> Result<WithBody<(), Vec<u8>>> {
    absent(&cx)
}

pub(super) async fn write(cx: Context, _: WithBody<Write>) -> Result<()> {
    absent(&cx)
}

pub(super) async fn subscribe(cx: Context, _: Target) -> Result<()> {
    absent(&cx)
}

pub(super) async fn unsubscribe(cx: Context, _: Target) -> Result<()> {
    absent(&cx)
}
