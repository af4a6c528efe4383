//! Dialogs in which people choose files, of GTK: the desktop's own where there is a portal.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use gtk::prelude::*;
use gtk::{FileChooserAction, FileChooserNative, FileFilter, ResponseType};
use socket_api::{Dialog, DialogKind};
use socket_ipc::Result;
use tao::platform::unix::WindowExtUnix;
use tokio::sync::oneshot;

use super::Surface;

thread_local! {
    /// Those on the screen: nothing else keeps them.
    static SHOWN: RefCell<Vec<FileChooserNative>> = const { RefCell::new(Vec::new()) };
}

/// Shows a dialog and sends what is chosen.
pub(crate) fn show(surface: &Surface, dialog: &Dialog, sender: oneshot::Sender<Result<Vec<PathBuf>>>) {
    let parent = match surface {
        Surface::Desktop(window) => Some(window.gtk_window()),
        Surface::Offscreen(_) => None,
    };
    let action = match dialog.kind {
        DialogKind::Open | DialogKind::Several => FileChooserAction::Open,
        DialogKind::Save => FileChooserAction::Save,
        DialogKind::Directory => FileChooserAction::SelectFolder,
    };
    let title = (!dialog.title.is_empty()).then_some(dialog.title.as_str());
    let chooser = FileChooserNative::new(title, parent, action, None, None);
    chooser.set_modal(true);
    chooser.set_select_multiple(dialog.kind == DialogKind::Several);
    chooser.set_do_overwrite_confirmation(true);
    if !dialog.folder.is_empty() {
        // One that is not there is no reason not to ask.
        chooser.set_current_folder(Path::new(&dialog.folder));
    }
    if dialog.kind == DialogKind::Save && !dialog.name.is_empty() {
        chooser.set_current_name(&dialog.name);
    }
    filters(&chooser, dialog);
    let sender = RefCell::new(Some(sender));
    chooser.connect_response(move |chooser, response| {
        let paths = if response == ResponseType::Accept { chooser.filenames() } else { Vec::new() };
        if let Some(sender) = sender.take() {
            // Whoever asked may be gone.
            drop(sender.send(Ok(paths)));
        }
        SHOWN.with_borrow_mut(|shown| shown.retain(|other| other != chooser));
    });
    chooser.show();
    SHOWN.with_borrow_mut(|shown| shown.push(chooser));
}

fn filters(chooser: &FileChooserNative, dialog: &Dialog) {
    if dialog.kind == DialogKind::Directory {
        return;
    }
    for kind in &dialog.filters {
        let filter = FileFilter::new();
        let patterns: Vec<_> = kind.extensions.iter().map(|extension| format!("*.{extension}")).collect();
        filter.set_name(Some(if kind.name.is_empty() { "" } else { &kind.name }));
        if kind.name.is_empty() {
            filter.set_name(Some(&patterns.join(", ")));
        }
        patterns.iter().for_each(|pattern| filter.add_pattern(pattern));
        chooser.add_filter(filter);
    }
    if dialog.any && !dialog.filters.is_empty() {
        let filter = FileFilter::new();
        filter.set_name(Some("*"));
        filter.add_pattern("*");
        chooser.add_filter(filter);
    }
}
