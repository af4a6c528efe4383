//! The page of the bench in Tauri: `hello-tauri <config>` gives the page that JSON.

use tauri::ipc::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

#[tauri::command]
fn say(line: String) {
    println!("{line}");
}

#[tauri::command]
fn ping() {}

#[tauri::command]
async fn read(path: String) -> Result<Response, String> {
    std::fs::read(path).map(Response::new).map_err(|error| error.to_string())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = std::env::args().nth(1).unwrap_or_else(|| r#"{"measure":false}"#.into());
    // Through a value, so that nothing but JSON becomes script.
    let config: serde_json::Value = serde_json::from_str(&text)?;
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![say, ping, read])
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("hello")
                .inner_size(640.0, 400.0)
                .initialization_script(format!("window.benchConfig = {config}"))
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
