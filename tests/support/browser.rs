//! A real browser, where there is one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The browser on the PATH. Without it, the test says so and passes on what it checked without.
pub(crate) fn browser(test: &str) -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let found = found.into_iter().find(|candidate| candidate.is_file());
    if found.is_none() {
        eprintln!("{test}: no {} on the PATH, no page was shown by a browser", names.join(", "));
    }
    found
}

/// What a script sees of a page that is shown at this width: it gets the page's window as `shown` and returns text.
pub(crate) fn seen(browser: &Path, folder: &Path, page: &str, width: u32, is_dark: bool, script: &str) -> String {
    let frame = format!(
        "<!doctype html><iframe src=\"{page}\" style=\"border:0;width:{width}px;height:900px\"></iframe><pre></pre><script>\
         window.onload = () => {{ const shown = document.querySelector('iframe').contentWindow;\
         let text; try {{ text = (() => {{ {script} }})(); }} catch (error) {{ text = 'failed: ' + error; }}\
         document.querySelector('pre').textContent = 'seen[' + text + ']seen'; }};</script>"
    );
    std::fs::write(folder.join("frame.html"), frame).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--allow-file-access-from-files",
        "--window-size=1400,1000",
        "--dump-dom",
    ]);
    command.arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!is_dark)));
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("file://{}", folder.join("frame.html").display()));
    let output = command.output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let seen = dom.split("seen[").nth(1).and_then(|rest| rest.split("]seen").next());
    let seen = seen.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    seen.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}
