//! Dialogs in which people choose files, of macOS and Windows.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use socket_api::{Dialog, DialogKind};
use socket_ipc::{Code, Error, Result};
use tokio::sync::oneshot;

use super::Surface;

/// Shows a dialog and sends what is chosen.
pub(crate) fn show(surface: &Surface, dialog: &Dialog, sender: oneshot::Sender<Result<Vec<PathBuf>>>) {
    let mut chooser = AsyncFileDialog::new().set_parent(surface.window());
    if !dialog.title.is_empty() {
        chooser = chooser.set_title(&dialog.title);
    }
    if !dialog.folder.is_empty() {
        chooser = chooser.set_directory(&dialog.folder);
    }
    if !dialog.name.is_empty() {
        chooser = chooser.set_file_name(&dialog.name);
    }
    for filter in &dialog.filters {
        chooser = chooser.add_filter(&filter.name, &filter.extensions);
    }
    if dialog.any && !dialog.filters.is_empty() {
        chooser = chooser.add_filter("*", &["*"]);
    }
    let kind = dialog.kind;
    // Made here, on the thread of the windows; waited for elsewhere.
    let one = |file: Option<rfd::FileHandle>| file.map(|file| file.path().to_owned()).into_iter().collect();
    let chosen: std::pin::Pin<Box<dyn Future<Output = Vec<PathBuf>> + Send>> = match kind {
        DialogKind::Open => {
            let file = chooser.pick_file();
            Box::pin(async move { one(file.await) })
        }
        DialogKind::Save => {
            let file = chooser.save_file();
            Box::pin(async move { one(file.await) })
        }
        DialogKind::Directory => {
            let folder = chooser.pick_folder();
            Box::pin(async move { one(folder.await) })
        }
        DialogKind::Several => {
            let files = chooser.pick_files();
            Box::pin(async move {
                files.await.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect()
            })
        }
    };
    let waiting = std::thread::Builder::new().name("dialog".into()).spawn(move || {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
            // Whoever asked may be gone.
            drop(sender.send(Ok(runtime.block_on(chosen))));
        }
    });
    if let Err(error) = waiting {
        eprintln!("warning: {}", Error::new(Code::WINDOW, format!("the dialog cannot be shown: {error}")));
    }
}
