//! The `socket:` modules, embedded at build time.

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The source of `fs/promises` (without `socket:`).
pub(super) fn find(name: &str) -> Option<&'static [u8]> {
    let index = MODULES.binary_search_by(|(specifier, _)| specifier["socket:".len()..].cmp(name)).ok()?;
    Some(MODULES[index].1)
}

/// Runs in every page before its own scripts.
///
/// `token` proves to native code that console text comes from the app's own document: the message channel of
/// the engine is open to every frame, and carries nothing else.
pub(super) fn preload(origin: &str, token: &str, test: Option<&str>) -> String {
    let string = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let test = match test {
        Some(path) => format!(
            "addEventListener('DOMContentLoaded',()=>{{const s=document.createElement('script');s.type='module';s.src={};\
             s.onerror=()=>{{console.error('the test '+s.src+' cannot be loaded');import('socket:process').then(p=>p.default.exit(1))}};\
             document.head.append(s)}});",
            string(path)
        ),
        None => String::new(),
    };
    format!(
        "if(location.origin==={origin}){{\
         {{const h=window.webkit?.messageHandlers?.ipc??window.ipc;\
         if(h){{const p=h.postMessage.bind(h);globalThis.__socket_console=(s,t)=>p({token}+s+t)}}}}\
         {PRELOAD}\n;{test}}}",
        origin = string(origin),
        token = string(token),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_by_their_specifier() {
        assert!(find("fs/promises").is_some());
        assert!(find("internal/ipc").is_some());
        assert!(find("nothing").is_none());
        assert!(find("").is_none());
    }
}
