//! Systems whose notifications are not reached from here yet.

use super::{Ability, Show};
use crate::prelude::*;

fn absent<T>() -> Result<T> {
    Err(Error::new(Code::UNAVAILABLE, "notifications are not available on this system"))
}

pub(super) async fn ability(_: &Context) -> Result<Ability> {
    absent()
}

pub(super) async fn request(_: &Context) -> Result<Ability> {
    absent()
}

pub(super) async fn show(_: &Context, _: WithBody<Show>) -> Result<()> {
    absent()
}

pub(super) async fn close(_: &Context, _: u32) -> Result<()> {
    absent()
}
