//! What pages may ask of the system: `[permissions]` of socket.ini, applied to the engine.
//!
//! A page of the app gets what socket.ini allows; where the system asks its user, it does so itself. Other pages that
//! a window shows (`[webview.navigator.policies]`) get nothing.

use socket_config::Config;

/// What an engine asks about; each asks about some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Camera,
    Microphone,
    /// The picture of the screen.
    Screen,
    Geolocation,
    Notifications,
    PointerLock,
    /// Names of cameras and microphones.
    #[cfg(target_os = "linux")]
    DeviceInfo,
    /// Protected media.
    #[cfg(target_os = "linux")]
    MediaKeys,
    /// Storage of a page in a frame of another's.
    #[cfg(target_os = "linux")]
    DataAccess,
    Sensors,
    Clipboard,
    #[cfg(not(target_os = "linux"))]
    LocalFonts,
    Unknown,
}

/// Whether socket.ini allows it.
pub(super) fn allowed(config: &Config, wish: Wish) -> bool {
    let permissions = &config.permissions;
    match wish {
        Wish::Camera => permissions.allow_user_media && permissions.allow_camera,
        Wish::Microphone => permissions.allow_user_media && permissions.allow_microphone,
        Wish::Screen => permissions.allow_user_media,
        Wish::Geolocation => permissions.allow_geolocation,
        Wish::Notifications => permissions.allow_notifications,
        // It takes no key of socket.ini: only what has the focus can, and Escape ends it.
        Wish::PointerLock => true,
        #[cfg(target_os = "linux")]
        Wish::DeviceInfo => permissions.allow_user_media && permissions.allow_device_info,
        #[cfg(target_os = "linux")]
        Wish::MediaKeys => permissions.allow_media_key_system,
        #[cfg(target_os = "linux")]
        Wish::DataAccess => permissions.allow_data_access,
        Wish::Sensors => permissions.allow_sensors,
        Wish::Clipboard => permissions.allow_clipboard,
        #[cfg(not(target_os = "linux"))]
        Wish::LocalFonts => permissions.allow_local_fonts,
        Wish::Unknown => false,
    }
}

/// The answer for engines that wry asks for.
#[cfg(not(target_os = "linux"))]
pub(super) fn respond(config: &Config, kind: wry::PermissionKind) -> wry::PermissionResponse {
    use wry::PermissionKind as Kind;
    let wish = match kind {
        Kind::Microphone => Wish::Microphone,
        Kind::Camera => Wish::Camera,
        Kind::DisplayCapture => Wish::Screen,
        Kind::Geolocation => Wish::Geolocation,
        Kind::Notifications => Wish::Notifications,
        Kind::PointerLock => Wish::PointerLock,
        Kind::ClipboardRead => Wish::Clipboard,
        Kind::Sensors => Wish::Sensors,
        Kind::LocalFonts => Wish::LocalFonts,
        _ => Wish::Unknown,
    };
    // What socket.ini allows, these systems ask their users about.
    if allowed(config, wish) { wry::PermissionResponse::Default } else { wry::PermissionResponse::Deny }
}

#[cfg(target_os = "linux")]
pub(super) use linux::apply;

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::CStr;
    use std::sync::Arc;

    use gtk::glib::translate::ToGlibPtr;
    use gtk::glib::{ObjectExt, Value};
    use webkit2gtk::{
        CookieAcceptPolicy, CookieManagerExt, DeviceInfoPermissionRequest, GeolocationPermissionRequest,
        MediaKeySystemPermissionRequest, NotificationPermissionRequest, PermissionRequest,
        PermissionRequestExt, PointerLockPermissionRequest, SettingsExt, UserMediaPermissionRequest,
        UserMediaPermissionRequestExt, WebContextExt, WebView, WebViewExt,
        WebsiteDataAccessPermissionRequest, ffi,
    };

    use super::{Wish, allowed};
    use crate::app::App;
    use crate::webview::server::origin_of;
    use gtk::glib::object::IsA;
    use gtk::glib::prelude::Cast;

    /// Connects a view: what socket.ini switches off is not there, or is refused without a question.
    pub(in crate::webview) fn apply(view: &WebView, app: &Arc<App>) {
        if let Some(settings) = WebViewExt::settings(view) {
            let permissions = &app.config.permissions;
            settings.set_enable_fullscreen(permissions.allow_fullscreen);
            let media = allowed(&app.config, Wish::Camera) || allowed(&app.config, Wish::Microphone);
            settings.set_enable_media_stream(media);
            if app.debug && std::env::var_os("SOCKET_FAKE_CAPTURE").is_some() {
                // A camera and a microphone for tests on machines that have none.
                settings.set_enable_mock_capture_devices(true);
            }
            settings.set_enable_encrypted_media(permissions.allow_media_key_system);
            settings.set_enable_html5_database(permissions.allow_data_access);
            settings.set_enable_html5_local_storage(permissions.allow_data_access);
        }
        if !app.config.permissions.allow_data_access
            && let Some(cookies) = view.web_context().and_then(|context| context.cookie_manager())
        {
            cookies.set_accept_policy(CookieAcceptPolicy::Never);
        }
        let own = app.clone();
        view.connect_permission_request(move |view, request| {
            let page = view.uri().unwrap_or_default();
            if is_own(&own, &page) && wishes(request).iter().all(|wish| allowed(&own.config, *wish)) {
                request.allow();
            } else {
                request.deny();
            }
            true
        });
        let own = app.clone();
        view.connect_local("query-permission-state", false, move |values| {
            Some(values.get(1).is_some_and(|query| answer(&own, query)).into())
        });
    }

    fn is_own(app: &App, page: &str) -> bool {
        let origin = origin_of(page);
        origin == app.page_origin || origin == app.origin
    }

    /// What a request is about; one may be about camera and microphone.
    fn wishes(request: &PermissionRequest) -> Vec<Wish> {
        fn is<T: IsA<PermissionRequest>>(request: &PermissionRequest) -> bool {
            request.is::<T>()
        }
        if let Some(media) = request.downcast_ref::<UserMediaPermissionRequest>() {
            let both = [
                (media.is_for_audio_device(), Wish::Microphone),
                (media.is_for_video_device(), Wish::Camera),
            ];
            let wanted: Vec<_> =
                both.into_iter().filter(|(wanted, _)| *wanted).map(|(_, wish)| wish).collect();
            return if wanted.is_empty() { vec![Wish::Screen] } else { wanted };
        }
        vec![match request {
            _ if is::<GeolocationPermissionRequest>(request) => Wish::Geolocation,
            _ if is::<NotificationPermissionRequest>(request) => Wish::Notifications,
            _ if is::<PointerLockPermissionRequest>(request) => Wish::PointerLock,
            _ if is::<DeviceInfoPermissionRequest>(request) => Wish::DeviceInfo,
            _ if is::<MediaKeySystemPermissionRequest>(request) => Wish::MediaKeys,
            _ if is::<WebsiteDataAccessPermissionRequest>(request) => Wish::DataAccess,
            _ => Wish::Unknown,
        }]
    }

    /// Answers `navigator.permissions.query`; whether it was answered.
    fn answer(app: &App, query: &Value) -> bool {
        // SAFETY: the signal's first argument is a boxed WebKitPermissionStateQuery, which lives as long as the value;
        // its name is text that it owns.
        let (query, name) = unsafe {
            let query = gtk::glib::gobject_ffi::g_value_get_boxed(query.to_glib_none().0)
                .cast::<ffi::WebKitPermissionStateQuery>();
            if query.is_null() {
                return false;
            }
            let name = ffi::webkit_permission_state_query_get_name(query);
            (query, if name.is_null() { c"" } else { CStr::from_ptr(name) })
        };
        let wish = match name.to_str().unwrap_or_default() {
            "geolocation" => Wish::Geolocation,
            "notifications" => Wish::Notifications,
            "camera" => Wish::Camera,
            "microphone" => Wish::Microphone,
            "display-capture" => Wish::Screen,
            "storage-access" => Wish::DataAccess,
            "clipboard-read" | "clipboard-write" => Wish::Clipboard,
            "accelerometer" | "gyroscope" | "magnetometer" => Wish::Sensors,
            _ => Wish::Unknown,
        };
        let state = if allowed(&app.config, wish) {
            ffi::WEBKIT_PERMISSION_STATE_GRANTED
        } else {
            ffi::WEBKIT_PERMISSION_STATE_DENIED
        };
        // SAFETY: the query is valid, see above, and is answered once.
        unsafe { ffi::webkit_permission_state_query_finish(query, state) };
        true
    }
}
