//! Reading what an app may do out of what it consists of: a project, a folder that was built, a package of any platform.

pub(crate) mod document;
pub(crate) mod fix;
pub(crate) mod package;
pub(crate) mod report;
pub(crate) mod signed;
pub(crate) mod subject;
pub(crate) mod used;
pub(crate) mod verify;
pub(crate) mod warnings;
pub(crate) mod words;
