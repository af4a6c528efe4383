//! Every key of `socket.ini`. This table is the only list: what is parsed, the defaults, the check for unknown
//! keys and `docs/config.md` all come from it.

use crate::keys::sections;
use crate::value::{
    AppType, BundleIdentifier, Headers, Items, Length, Name, Paths, Protocol, TitlebarStyle, Version, Words,
};

sections! {
    /// What is built, from what, and where to.
    build as Build {
        /// The name of the executable and of the package. Development builds add `-dev`.
        name: Name, "all";
        /// What is copied into the resources: files and directories, relative to the project. A directory gives its content, `dir;dst=path` (or `dir;path`) puts it into `path`; quote such a value.
        copy: Paths, "all" or "`src`; nothing when there is a `script`";
        /// An ini file of `source = destination` pairs. A key may begin with `win_`, `mac_`, `ios_`, `linux_`, `android_`, `debug_`, `prod_` or `production_` to count only there.
        copy_map: Option<String>, "all";
        /// `copy_map` for Windows only.
        win_copy_map as "build.win"."copy_map": Option<String>, "win";
        /// `copy_map` for macOS only.
        mac_copy_map as "build.mac"."copy_map": Option<String>, "mac";
        /// `copy_map` for iOS only.
        ios_copy_map as "build.ios"."copy_map": Option<String>, "ios";
        /// `copy_map` for Linux only.
        linux_copy_map as "build.linux"."copy_map": Option<String>, "linux";
        /// `copy_map` for Android only.
        android_copy_map as "build.android"."copy_map": Option<String>, "android";
        /// Names of environment variables that the app may see, with commas between them.
        env: Words, "all";
        /// Accepted for older projects and ignored: no compiler is needed.
        flags: String, "desktop";
        /// Never show a window.
        headless: bool, "desktop" = "false";
        /// The directory for everything that is built, relative to the project.
        output: String, "all" = "build";
        /// A shell command that runs in the project directory before copying. The environment variable `PREFIX` is the resources directory.
        script: Option<String>, "all";
        /// Give the resources directory to the script as its argument as well.
        script_forward_arguments as "build.script"."forward_arguments": bool, "all" = "false";
        /// A shell command that runs after the build.
        script_after as "build.script"."after": Option<String>, "all";
        /// `extension` in older projects, as in `[meta] type`.
        r#type as "build"."type": AppType, "all";
        /// What `ssc build --watch` watches.
        watch_sources as "build.watch"."sources": Paths, "desktop" or "the sources of `copy`";
        /// The package format for Linux: `deb` or `zip`.
        linux_package_format as "build.linux.package"."format": String, "linux" = "deb";
        /// The package format for macOS: `zip` or `pkg`.
        mac_package_format as "build.mac.package"."format": String, "mac" = "zip";
        /// Written by `ssc build` into the app: whether this is a development build (inspector, reload).
        debug: bool, "all" = "false";
    }

    /// How pages are served and what they may do.
    webview as Webview {
        /// The directory of the resources that is served as the root of the page.
        root: String, "all" = "/";
        /// The file that answers for paths that do not exist, for apps that route in the page.
        default_index: String, "all";
        /// Watch the resources of a development build and reload the page when they change.
        watch: bool, "desktop" = "false";
        /// Reload the page when a watched file changes. Without it the page only gets the event.
        watch_reload as "webview.watch"."reload": bool, "desktop" = "true";
        /// Milliseconds to wait for a service worker before a reload.
        watch_service_worker_reload_timeout as "webview.watch"."service_worker_reload_timeout": u32, "desktop" = "500";
        /// How many XHR may run at once.
        xhr_concurrency: Option<u32>, "all";
        /// Response headers that are added to everything the app serves.
        headers: Headers, "all";
        /// The `Cache-Control` header of everything the app serves.
        cache_control as "webview"."cache-control": Option<String>, "all";
        /// A JSON file with an import map for every page.
        importmap: Option<String>, "all";
        /// Hosts that are treated as secure although they are reached without TLS.
        insecure_domains: Words, "all";
        /// Further URL schemes that a service worker of the app answers.
        protocol_handlers as "webview"."protocol-handlers": Words, "all";
        /// URLs that the page may navigate to. `*` stands for any text.
        navigator_policies_allowed as "webview.navigator.policies"."allowed": Words, "all";
        /// How service workers are served; accepted for older projects.
        service_worker_mode: Option<String>, "all";
        /// Go back and forward by swiping.
        enable_navigation_gestures: bool, "desktop" = "false";
        /// Draw without the graphics card.
        hardware_acceleration_disabled: bool, "desktop" = "false";
    }

    /// What pages may ask of the system. A switch that is off is refused without a question.
    permissions as Permissions {
        /// Full screen.
        allow_fullscreen: bool, "all" = "true";
        /// The microphone.
        allow_microphone: bool, "all" = "true";
        /// The camera.
        allow_camera: bool, "all" = "true";
        /// `getUserMedia` as a whole.
        allow_user_media: bool, "all" = "true";
        /// The location.
        allow_geolocation: bool, "all" = "true";
        /// The location while the app is in the background.
        allow_geolocation_in_background: bool, "ios, android" = "true";
        /// Notifications.
        allow_notifications: bool, "all" = "true";
        /// Push notifications.
        allow_push_notifications: bool, "apple" = "false";
        /// Sensors.
        allow_sensors: bool, "all" = "true";
        /// The clipboard.
        allow_clipboard: bool, "all" = "true";
        /// Bluetooth.
        allow_bluetooth: bool, "all" = "true";
        /// Storage of the web view (cookies, databases).
        allow_data_access: bool, "all" = "true";
        /// AirPlay.
        allow_airplay: bool, "apple" = "true";
        /// Media files of the user.
        allow_read_media: bool, "android" = "true";
        /// Images of the user.
        allow_read_media_images: bool, "android" = "true";
        /// Videos of the user.
        allow_read_media_video: bool, "android" = "true";
        /// Sound files of the user.
        allow_read_media_audio: bool, "android" = "true";
        /// The orientation of the device.
        allow_device_orientation: bool, "ios, android" = "true";
        /// Names of media devices.
        allow_device_info: bool, "linux" = "true";
        /// Protected media.
        allow_media_key_system: bool, "linux" = "true";
        /// Fonts of the machine.
        allow_local_fonts: bool, "desktop" = "true";
        /// Media that plays without a click.
        allow_autoplay: bool, "all" = "true";
        /// Hot keys.
        allow_hotkeys: bool, "desktop" = "true";
        /// Service workers.
        allow_service_worker: bool, "desktop" = "true";
    }

    /// What native calls may reach, whatever the policy of a page lets it call. Without this section nothing is narrowed; with it, what it does not list is refused. The syntax is in [security.md](security.md#capabilities).
    capabilities as CapabilityLists {
        /// Files to read: `$APP/**`, `$DOCUMENTS/*.txt`, `/usr/share/dict/words`.
        read: Items, "all";
        /// Files to create, change and remove.
        write: Items, "all";
        /// Datagrams: `host:port` of both ends. `192.168.0.0/16:*`, `*:5000-5010`.
        udp: Items, "all";
        /// Connections: `host:port`. `example.com:443`, `*.example.com:443`, `localhost:*`.
        tcp: Items, "all";
        /// Names to look up beside the hosts of `udp` and `tcp`: `*.example.com`.
        hosts: Items, "all";
        /// Programs and their arguments: `git status`, `git log *`, `/usr/bin/say ...`.
        commands: Items, "desktop";
        /// Processes that may get signals, beside those that the page started: `self` (the app), `*` (any of the user).
        processes: Items, "desktop";
        /// Bluetooth services: `180d` or a UUID.
        bluetooth: Items, "all";
        /// Addresses outside the app that may be opened: `https://example.com`, `mailto:`.
        urls: Items, "all";
    }

    /// The hashes of the app's files that `ssc build --prod` writes; see security.md.
    manifest as Manifest {
        /// The key that signs the manifest: 64 hexadecimal digits, as `ssc audit --keygen` prints them. An app with this key runs only with a signature by it.
        public_key: Option<String>, "all";
        /// The file with the secret key that `ssc build --prod` signs with; `SSC_MANIFEST_KEY` names another. It is not written into the app.
        secret_key: Option<String>, "all";
    }

    /// Settings of development builds.
    debug as Debug {
        /// Accepted for older projects and ignored: no compiler is needed.
        flags: String, "all";
    }

    /// What the app is called and who made it.
    meta as Meta {
        /// The identity of the app in every store. Required, except with `type = extension`.
        bundle_identifier: BundleIdentifier, "all" or "required";
        /// The scheme of links that open the app.
        application_protocol: Protocol, "all" or "the bundle identifier with `.` and `_` as `-`";
        /// Domains whose links open the app.
        application_links: Words, "apple";
        /// Shown in about dialogs and package metadata.
        copyright: String, "all";
        /// One line about the app.
        description: String, "all";
        /// Who maintains the app, as in `Name <mail@example.com>`.
        maintainer: String, "all";
        /// The title in metadata, menus and windows.
        title: String, "all" or "`[build] name`";
        /// The language of the app.
        lang: String, "all" = "en-us";
        /// How many files the app may have open.
        file_limit: u32, "posix" = "4096";
        /// `extension` builds a native extension instead of an app.
        r#type as "meta"."type": AppType, "all";
        /// The version of the app.
        version: Version, "all" = "1.0.0";
        /// Send symbols to the store.
        upload_symbols: bool, "apple" = "true";
        /// Send bitcode to the store.
        upload_bitcode: bool, "apple" = "false";
        /// Make bitcode.
        compile_bitcode: bool, "apple" = "false";
    }

    /// Packages for Android.
    android as Android {
        /// File name endings that are stored without compression.
        aapt_no_compress: Words, "android";
        /// Accepted for older projects and ignored: no native build is needed.
        enable_standard_ndk_build: bool, "android" = "false";
        /// The class of the main activity.
        main_activity: Option<String>, "android";
        /// Permissions for the manifest.
        manifest_permissions: Words, "android";
        /// The ABIs to package for.
        native_abis: Words, "android";
        /// Flags for native sources.
        native_cflags: String, "android";
        /// Native sources of the app.
        native_sources: Paths, "android";
        /// A makefile for native sources.
        native_makefile: Option<String>, "android";
        /// Java or Kotlin sources of the app.
        sources: Paths, "android";
        /// The icon.
        icon: Option<String>, "android";
        /// Sizes of the icon.
        icon_sizes: String, "android";
        /// A directory of further Android resources.
        resources: Option<String>, "android";
        /// Allow connections without TLS.
        allow_cleartext: bool, "android" = "false";
        /// ABI filters.
        ndk_abi_filters: Words, "android";
        /// The key store to sign with.
        codesign_keystore: Option<String>, "android";
        /// The key in the key store.
        codesign_key_alias: Option<String>, "android";
        /// Intent filters of the application.
        application_intent_filters: String, "android";
        /// Intent filters of the main activity.
        activity_intent_filters: String, "android";
    }

    /// Packages for iOS.
    ios as Ios {
        /// The identity to sign with.
        codesign_identity: Option<String>, "ios";
        /// The provisioning profile to sign with.
        provisioning_profile: Option<String>, "ios";
        /// The simulator to build for.
        simulator_device: Option<String>, "ios";
        /// The simulator, by its UUID.
        simulator_uuid: Option<String>, "ios";
        /// How the archive is exported.
        distribution_method: String, "ios" = "ad-hoc";
        /// Whether the app uses encryption that is not exempt from export rules.
        nonexempt_encryption: bool, "ios" = "false";
        /// A file that is merged into Info.plist.
        info_plist_file: Option<String>, "ios";
        /// Text that is merged into Info.plist.
        info_plist_data: String, "ios";
        /// The icon.
        icon: Option<String>, "ios";
        /// Sizes of the icon.
        icon_sizes: String, "ios";
        /// The oldest iOS that the app runs on.
        deployment_target: Option<String>, "ios";
        /// The category in the store.
        category: Option<String>, "ios";
    }

    /// The developer account at Apple.
    apple as Apple {
        /// The team.
        team_identifier: Option<String>, "apple";
        /// The account for notarization.
        identifier: Option<String>, "apple";
    }

    /// Packages for Linux.
    linux as Linux {
        /// Categories of the desktop entry, with `;` between them (quote the value).
        categories: String, "linux";
        /// The command that starts the backend process, as a line for the shell. It runs in the directory of the app's files.
        cmd: Option<String>, "linux";
        /// The icon of the desktop entry.
        icon: Option<String>, "linux";
        /// Sizes of the icon in a package, in pixels, as in `16 32 48 256`; those that desktops ask for when there are none.
        icon_sizes: String, "linux";
        /// Whether the desktop shows that the app is starting.
        desktop_startup_notify: bool, "linux" = "true";
    }

    /// Packages for macOS.
    mac as Mac {
        /// The category in the store.
        category: Option<String>, "mac";
        /// The command that starts the backend process, as a line for the shell. It runs in the directory of the app's files.
        cmd: Option<String>, "mac";
        /// The icon.
        icon: Option<String>, "mac";
        /// Sizes of the icon.
        icon_sizes: String, "mac";
        /// The identity to sign with.
        codesign_identity: Option<String>, "mac";
        /// Further files to sign.
        codesign_paths: Paths, "mac";
        /// The oldest macOS that the app runs on.
        minimum_supported_version: String, "mac" = "13.0.0";
        /// Run in the sandbox.
        sandbox: bool, "mac" = "true";
        /// A file that is merged into Info.plist.
        info_plist_file: Option<String>, "mac";
        /// Text that is merged into Info.plist.
        info_plist_data: String, "mac";
        /// The identity that signs a pkg.
        productbuild_identity as "mac.productbuild"."identity": Option<String>, "mac";
        /// Where a pkg installs to.
        productbuild_install_path as "mac.productbuild"."install_path": Option<String>, "mac";
        /// Where the window buttons are, as in `10x16`.
        window_control_offsets: Option<String>, "mac";
    }

    /// Accepted for older projects and ignored: apps contain no compiled code of their own.
    native as Native {
        /// Sources.
        files: Paths, "desktop";
        /// Headers.
        headers: Paths, "desktop";
    }

    /// Packages for Windows.
    win as Win {
        /// The command that starts the backend process, as a line for the shell. It runs in the directory of the app's files.
        cmd: Option<String>, "win";
        /// The icon.
        icon: Option<String>, "win";
        /// Sizes of the icon.
        icon_sizes: String, "win";
        /// The logo of the package.
        logo: Option<String>, "win";
        /// The certificate to sign with.
        pfx: Option<String>, "win";
        /// The publisher of the package.
        publisher: Option<String>, "win";
    }

    /// The first window.
    window as Window {
        /// Its width.
        width: Length, "desktop" = "50%";
        /// Its height.
        height: Length, "desktop" = "50%";
        /// Its least width.
        min_width: Length, "desktop" = "0";
        /// Its least height.
        min_height: Length, "desktop" = "0";
        /// Its greatest width.
        max_width: Length, "desktop" = "100%";
        /// Its greatest height.
        max_height: Length, "desktop" = "100%";
        /// Can be resized.
        resizable: bool, "desktop" = "true";
        /// Has no frame.
        frameless: bool, "desktop" = "false";
        /// Is a utility window.
        utility: bool, "desktop" = "false";
        /// Can be maximized.
        maximizable: bool, "desktop" = "true";
        /// Can be minimized.
        minimizable: bool, "desktop" = "true";
        /// Can be closed.
        closable: bool, "desktop" = "true";
        /// How the title bar is drawn.
        titlebar_style: TitlebarStyle, "mac";
        /// Its colour before the page is painted, in a dark theme.
        background_color_dark as "window"."backgroundColorDark": Option<String>, "desktop";
        /// Its colour before the page is painted, in a light theme.
        background_color_light as "window"."backgroundColorLight": Option<String>, "desktop";
        /// The title of dialogs.
        alert_title as "window.alert"."title": String, "apple" or "`[meta] title`";
    }

    /// How the app appears among others.
    application as Application {
        /// Not in the dock and not in the switcher.
        agent: bool, "desktop" = "false";
        /// One process at a time: an app that is started again brings the running one to the front, tells its page, and ends.
        single_instance: bool, "desktop" = "true";
    }

    /// The process beside the app; its command is `cmd` of `[linux]`, `[mac]` or `[win]`.
    backend as Backend {
        /// Start it with the app. Without this a page starts it with `backend.open()` of `socket:application`.
        autostart: bool, "desktop" = "false";
    }

    /// The icon beside the clock.
    tray as Tray {
        /// The icon.
        icon: Option<String>, "desktop";
        /// Its text.
        tooltip: String, "desktop";
    }

    /// What runs an app without a display. Without these keys `ssc` starts Xvfb by itself where it is needed.
    headless as Headless {
        /// The command that the app is run with.
        runner: Option<String>, "desktop";
        /// Its arguments.
        runner_flags: Option<String>, "desktop";
        /// `runner` for Linux.
        runner_linux: Option<String>, "linux";
        /// `runner_flags` for Linux.
        runner_linux_flags: Option<String>, "linux";
        /// `runner` for macOS.
        runner_mac: Option<String>, "mac";
        /// `runner_flags` for macOS.
        runner_mac_flags: Option<String>, "mac";
        /// `runner` for Windows.
        runner_win32: Option<String>, "win";
        /// `runner_flags` for Windows.
        runner_win32_flags: Option<String>, "win";
        /// `runner` for Android.
        runner_android: Option<String>, "android";
        /// `runner_flags` for Android.
        runner_android_flags: Option<String>, "android";
        /// `runner` for iOS.
        runner_ios: Option<String>, "ios";
        /// `runner_flags` for iOS.
        runner_ios_flags: Option<String>, "ios";
    }

    /// Written by `ssc build`.
    ssc as Ssc {
        /// The arguments of the build that the app starts with: `--host`, `--port`, `--test`, `--headless`.
        argv: Items, "all";
    }

    free {
        /// Variables that the app sees in `process.env`.
        env: "env";
        /// `source = destination` pairs, as in the file of `copy_map`.
        copy_map: "build.copy-map";
        /// `host path = URL path`: directories of the machine that appear in the root of the page. `$HOST_HOME`, `$HOST_CONTAINER` and `$HOST_PROCESS_WORKING_DIRECTORY` may stand in the host path.
        mounts: "webview.navigator.mounts";
        /// Native extensions: `name = sources`, or a section `[build.extensions.name]` for each.
        extensions: "build.extensions";
        /// The short form of the same, for projects with `[meta] type = extension`.
        extension: "extension";
        /// Folders of messages in other languages: `locales`, `default` and so on.
        i18n: "i18n";
        /// Language models; accepted for older projects.
        ai: "ai";
    }
}
