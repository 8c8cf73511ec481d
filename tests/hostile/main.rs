//! Files made to hurt: every one of them is taken or refused in bounded time, with a sentence, and nothing else happens. The
//! generator is `gen_hostile.py` in the folder that FLOWPORT_HOSTILE names.

#[path = "../support/mod.rs"]
mod support;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use support::folders::outside_folder;
use support::project::{Project, Run};

/// A file of the generator, and what it expects of a reader.
struct Hostile {
    path: PathBuf,
    expected: String,
}

impl Hostile {
    fn name(&self) -> String {
        self.path.file_name().unwrap().to_string_lossy().into_owned()
    }
}

/// What the generator writes; made when the first test asks for it, and kept for later runs as long as the generator is the same.
fn hostile(test: &str) -> Option<&'static [Hostile]> {
    static MADE: OnceLock<Vec<Hostile>> = OnceLock::new();
    let folder = outside_folder("FLOWPORT_HOSTILE", test)?;
    Some(MADE.get_or_init(|| files(&folder.join("gen_hostile.py"))))
}

fn files(generator: &Path) -> Vec<Hostile> {
    let script = std::fs::read(generator).unwrap_or_else(|error| panic!("{}: {error}", generator.display()));
    let mut hasher = DefaultHasher::new();
    script.hash(&mut hasher);
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{:016x}", hasher.finish()));
    if !kept.is_dir() {
        generate(generator, &kept);
    }
    let index = std::fs::read_to_string(kept.join("_index.csv")).unwrap();
    let line = |line: &str| {
        let (name, rest) = line.split_once(',').expect("file,bytes,expected");
        let expected = rest.split_once(',').expect("file,bytes,expected").1.trim().trim_matches('"').to_owned();
        Hostile { path: kept.join(name), expected }
    };
    index.lines().skip(1).map(line).collect()
}

/// Under its final name only when it is whole; another run that was faster is as good.
fn generate(generator: &Path, folder: &Path) {
    let fresh = tempfile::Builder::new().prefix("hostile-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let made = Command::new("python3").arg(generator).arg(fresh.path()).output().expect("python3 runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    if std::fs::rename(fresh.path(), folder).is_err() {
        assert!(folder.is_dir(), "{} cannot be made", folder.display());
    }
}

fn inspect(file: &Path) -> Run {
    Project::bare().run(&["inspect", file.to_str().unwrap()])
}

#[test]
fn every_hostile_file_is_taken_or_refused_in_bounded_time() {
    let Some(files) = hostile("every_hostile_file_is_taken_or_refused_in_bounded_time") else { return };
    assert!(files.len() > 100, "the generator wrote {} files only", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let run = inspect(&file.path);
        let refusal_expected = file.expected.starts_with("reject") && !file.expected.contains(" or ");
        let allowed: &[i32] = if refusal_expected { &[4, 9] } else { &[0, 4, 9] };
        if !run.exit.is_some_and(|exit| allowed.contains(&exit)) {
            wrong.push(format!("{} ({}): not {allowed:?}\n{run}", file.name(), file.expected));
        }
        // In a debug build, on a machine that does other things.
        if run.took > Duration::from_secs(60) {
            wrong.push(format!("{}: {:?}", file.name(), run.took));
        }
        if run.exit != Some(0) && !run.stderr.contains("error") && !run.stdout().contains("error") {
            wrong.push(format!("{}: refused without a reason\n{run}", file.name()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn every_refusal_of_an_import_leaves_the_environment_as_it_was() {
    let Some(files) = hostile("every_refusal_of_an_import_leaves_the_environment_as_it_was") else { return };
    let project = Project::new();
    let outside = ["/tmp/pwned", "pwned", "evil.json"].map(PathBuf::from);
    let there: Vec<bool> = outside.iter().map(|path| path.exists()).collect();
    // Those that write outside, or hide something, where a reader believes them; bombs are for the test above.
    let dangerous = |file: &&Hostile| file.name().starts_with("path_") || file.name().starts_with("diff_");
    let mut count = 0;
    for file in files.iter().filter(dangerous) {
        let run = project.run(&["import", "dev", file.path.to_str().unwrap(), "--yes"]);
        assert!(matches!(run.exit, Some(0 | 4 | 9)), "{}\n{run}", file.name());
        assert!(run.exit != Some(0) || run.stdout().contains("no changes"), "{}\n{run}", file.name());
        count += 1;
    }
    assert!(count > 30, "{count} files only");
    assert!(project.list("dev").is_empty());
    let now: Vec<bool> = outside.iter().map(|path| path.exists()).collect();
    assert_eq!(there, now, "a file was written outside");
    let mut names = project.names(".");
    names.retain(|name| name != ".flowport");
    assert_eq!(names, ["flowport.toml"], "a file was written into the working directory");
}

/// The message about one file of the generator.
fn message(test: &str, name: &str, exit: i32) -> Option<Run> {
    let file = hostile(test)?.iter().find(|file| file.name() == name).unwrap_or_else(|| panic!("no file {name}"));
    Some(inspect(&file.path).exits(exit))
}

#[test]
fn a_web_page_is_called_a_web_page() {
    let Some(run) = message("a_web_page_is_called_a_web_page", "notzip_html.zip", 4) else { return };
    run.says("this is a web page, not a package").says("download the package again");
}

#[test]
fn a_gzip_file_is_called_one_whatever_its_name() {
    let Some(run) = message("a_gzip_file_is_called_one_whatever_its_name", "notzip_gz.package", 4) else { return };
    run.says("gzip").says("not a zip file");
}

#[test]
fn json_in_a_zip_name_is_recognised_as_json() {
    let Some(run) = message("json_in_a_zip_name_is_recognised_as_json", "json_named.zip", 4) else { return };
    // It is the manifest of a package that was unpacked, and the message says so rather than that a zip is broken.
    run.says("manifest.json").says_not("not a zip file");
}

#[test]
fn a_zip_in_another_name_is_recognised_as_a_package() {
    let Some(run) = message("a_zip_in_another_name_is_recognised_as_a_package", "zip_named.package2", 0) else {
        return;
    };
    run.says("x  (zip)");
}

#[test]
fn an_empty_file_is_called_empty() {
    let Some(run) = message("an_empty_file_is_called_empty", "empty_0.zip", 4) else { return };
    run.says("the file is empty");
}

#[test]
fn names_from_hostile_files_reach_no_terminal_as_they_are() {
    let test = "names_from_hostile_files_reach_no_terminal_as_they_are";
    for name in ["path_slip_ctrl_ansi.zip", "path_slip_bidi.zip", "path_slip_newline.zip", "path_slip_nul.zip"] {
        let Some(run) = message(test, name, 4) else { return };
        let raw = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!run.text().contains(raw), "{name}: {:?}", run.text());
    }
}
